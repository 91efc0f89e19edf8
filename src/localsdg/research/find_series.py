"""UN series by what people write: a code, an older code, an official indicator, words of the description."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localsdg.common.clean_text import comparable
from localsdg.common.close_matches import close_matches
from localsdg.common.errors import UsageError
from localsdg.research.connect import question
from localsdg.research.rows import rows

if TYPE_CHECKING:
    import duckdb

#: An official indicator: `1.1.1`, `5.b.1`, `Indicator 1.1.1`.
_INDICATOR = re.compile(r"(?:indicator )?(\d{1,2}\.[0-9a-z]{1,2}\.\d{1,2})", re.IGNORECASE)
#: How many series an error lists.
_SHOWN = 8


@dataclass(frozen=True)
class Series:
    """A UN series of the lists; `is_loaded` says whether the warehouse has values of it."""

    code: str
    description: str
    is_loaded: bool

    @property
    def label(self) -> str:
        """Code and description, as an error lists it."""
        words = self.description if len(self.description) <= 70 else f"{self.description[:69].rstrip()}…"
        return f"{self.code} ({words})"


@dataclass(frozen=True)
class Found:
    """The series that were meant, and what has to be said about how they were found."""

    series: tuple[Series, ...]
    notes: tuple[str, ...]


def find_series(con: duckdb.DuckDBPyConnection, asked: str | Iterable[str]) -> Found:
    """The series of one or several codes, older codes, indicators or descriptions, each once.

    Words mean the one series whose description has them all. Raises `UsageError` for what means no
    series, with the nearest, and for words that mean several, with all of them.
    """
    texts = [asked] if isinstance(asked, str) else list(asked)
    if not texts or not all(str(text).strip() for text in texts):
        raise UsageError("name a series", expected='a code such as "SI_POV_DAY1" or an indicator such as "1.1.1"')
    listed = rows(con, question("series_list"))
    series: dict[str, Series] = {}
    notes: list[str] = []
    for text in texts:
        found, note = _find(str(text).strip(), listed)
        series |= {one.code: one for one in found}
        notes += [note] if note else []
    return Found(tuple(series.values()), tuple(notes))


def _find(text: str, listed: list[dict]) -> tuple[list[Series], str]:
    # a few codes have small letters: IT_USE_ii99
    by_code = {row["series_code"].upper(): row for row in listed}
    if row := by_code.get(text.upper()):
        return [_series(row)], ""
    for row in listed:
        if text.upper() in (row["renamed_from"] or "").upper().split(", "):
            return [_series(row)], f"{text} is now called {row['series_code']}"
    if match := _INDICATOR.fullmatch(text):
        return _of_indicator(match[1].lower(), listed)
    return _by_words(text, listed)


def _of_indicator(code: str, listed: list[dict]) -> tuple[list[Series], str]:
    of_it = [_series(row) for row in listed if code in row["indicator_codes"]]
    if not of_it:
        known = sorted({one for row in listed for one in row["indicator_codes"]})
        raise UsageError(
            "no series belongs to the indicator",
            got=code,
            expected="an indicator such as " + ", ".join(close_matches(code, known) or known[:3]),
            next_step='localsdg query "select indicator_code, title from indicator" --limit 0',
        )
    loaded = [one for one in of_it if one.is_loaded]
    note = f"indicator {code} has several series: {', '.join(one.code for one in loaded)}" if len(loaded) > 1 else ""
    if loaded and (others := len(of_it) - len(loaded)):
        note = ". ".join(filter(None, (note, f"{others} more series of indicator {code} are listed but not loaded")))
    return loaded or of_it, note


def _by_words(text: str, listed: list[dict]) -> tuple[list[Series], str]:
    words = _words(text)
    meant = [row for row in listed if words and words <= _words(row["description"])]
    meant = [row for row in meant if row["is_loaded"]] or meant
    if len(meant) == 1:
        return [_series(meant[0])], f'"{text}" is {_series(meant[0]).label}'
    if meant:
        more = f" or {len(meant) - _SHOWN} more" if len(meant) > _SHOWN else ""
        raise UsageError(
            "the words mean several series",
            got=text,
            expected=" or ".join(_series(row).label for row in meant[:_SHOWN]) + more,
            next_step=f'localsdg.series("{meant[0]["series_code"]}")',
        )
    near = close_matches(text, [row["series_code"] for row in listed])
    by_code = {row["series_code"]: _series(row) for row in listed}
    raise UsageError(
        "no such series",
        got=text,
        expected=" or ".join(by_code[code].label for code in near)
        or 'a code such as "SI_POV_DAY1", an indicator such as "1.1.1", or words of one description',
        next_step=f'localsdg.series("{near[0]}")' if near else f'localsdg.search("{text}")',
    )


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", comparable(text)))


def _series(row: dict) -> Series:
    return Series(row["series_code"], row["description"], row["is_loaded"])
