"""Which release answers for each series of a question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from localsdg.common.close_matches import close_matches
from localsdg.common.errors import UsageError
from localsdg.research.connect import question
from localsdg.research.find_series import Series
from localsdg.research.rows import rows

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Chosen:
    """The releases that are read, a row a series and release, and series without any with the reason."""

    rows: tuple[tuple[str, str, str], ...]  # series, dataset, release
    absent: dict[str, str]

    @property
    def series(self) -> list[str]:
        """The codes of the series that have a release, each once."""
        return list(dict.fromkeys(code for code, _, _ in self.rows))

    @property
    def codes(self) -> str:
        """All asked codes in one text."""
        return ", ".join([*self.series, *self.absent])

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The parameters of the SQL: three lists of the same length."""
        series, datasets, releases = zip(*self.rows, strict=True) if self.rows else ((), (), ())
        return {"series": list(series), "datasets": list(datasets), "releases": list(releases)}

    def releases_of(self, code: str) -> list[str]:
        """The releases that are read of a series."""
        return [release for one, _, release in self.rows if one == code]


def choose_releases(
    con: duckdb.DuckDBPyConnection,
    series: Iterable[Series],
    release: str | Iterable[str] | None = None,
    as_of: date | None = None,
) -> Chosen:
    """Of each series the newest whole release, that of a day, or those that are named.

    Raises `UsageError` for a release that is not loaded, and for a release together with a day.
    """
    wanted = [release] if isinstance(release, str) else list(release or ())
    if wanted and as_of:
        raise UsageError("release and as_of both name a release", expected="one of them", got=f"{wanted[0]}, {as_of}")
    _check_releases(con, wanted)
    asked = {one.code: one for one in series}
    listed = rows(con, question("series_releases", series=list(asked), as_of=str(as_of) if as_of else None))
    chosen = [
        (row["series_code"], row["dataset_id"], row["release"])
        for row in listed
        if (row["release"] in wanted if wanted else row["choice"] == 1)
    ]
    order = {code: place for place, code in enumerate(asked)}
    chosen.sort(key=lambda row: order[row[0]])
    held = {code for code, _, _ in chosen}
    return Chosen(tuple(chosen), {code: _reason(one, wanted, as_of) for code, one in asked.items() if code not in held})


def _reason(series: Series, wanted: list[str], as_of: date | None) -> str:
    if not series.is_loaded:
        command = f"localsdg pull indicators --series {series.code}"
        return f"{series.code} is not loaded; {command}, then localsdg run, loads it"
    if as_of:
        return f"no release that was published by {as_of} has {series.code}"
    return f"release {', '.join(wanted)} has no {series.code}"


def _check_releases(con: duckdb.DuckDBPyConnection, wanted: list[str]) -> None:
    known = [row["release"] for row in rows(con, "select release from core.release order by published_on, release")]
    if unknown := [one for one in wanted if one not in known]:
        near = close_matches(unknown[0], known)
        raise UsageError("the release is not loaded", expected=", ".join(near or known), got=", ".join(unknown))
