"""Progress towards the targets of 2030, as published values and their course give it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, overload

from localsdg.common.close_matches import close_matches
from localsdg.common.errors import UsageError
from localsdg.common.settings import Settings
from localsdg.research.asked_areas import AreasAsked, read_areas
from localsdg.research.connect import Warehouse, opened, question
from localsdg.research.days import in_edition, read_day
from localsdg.research.find_series import find_series
from localsdg.research.frames import check_kind, finished
from localsdg.research.gaps import gap
from localsdg.research.rows import rows

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa


class ProgressOptions(TypedDict, total=False):
    """What `progress` takes beside the series and the areas."""

    within: str | None
    status: str | Iterable[str] | None
    as_of: str | date | None
    home: str | Path | Settings | Warehouse | None


@overload
def progress(
    series: str | Iterable[str] | None = ...,
    area: AreasAsked = ...,
    *,
    frame: Literal["pandas"] = ...,
    **options: Unpack[ProgressOptions],
) -> pd.DataFrame: ...
@overload
def progress(
    series: str | Iterable[str] | None = ...,
    area: AreasAsked = ...,
    *,
    frame: Literal["polars"],
    **options: Unpack[ProgressOptions],
) -> pl.DataFrame: ...
@overload
def progress(
    series: str | Iterable[str] | None = ...,
    area: AreasAsked = ...,
    *,
    frame: Literal["arrow"],
    **options: Unpack[ProgressOptions],
) -> pa.Table: ...
def progress(
    series: str | Iterable[str] | None = None,
    area: AreasAsked = None,
    *,
    within: str | None = None,
    status: str | Iterable[str] | None = None,
    as_of: str | date | None = None,
    home: str | Path | Settings | Warehouse | None = None,
    frame: str = "pandas",
) -> Any:
    """Progress of series and areas towards the target of 2030, a row each.

    Parameters
    ----------
    series : a series, an indicator (`"1.1.1"`), words of one description, or several; all by default.
    area, within : as in `series`.
    status : only these (`"regression"`, `"on track or target met"`, …).
    as_of : a day, for the evidence as known then, as in `metric`.
    home : a home folder or an open warehouse.
    frame : `"pandas"`, `"polars"` or `"arrow"`.

    Returns
    -------
    A frame with `series_code`, `area_code`, `area`, `status`, `baseline_year` and `baseline_value`, `latest_year`
    and `latest_value`, `projected_2030`, `target_2030`, `direction`, `unit`, `annual_change` and `required_change`
    (a share a year), `required_change_points` (in the unit, a year), `way_covered`, `reason` (why there is no
    verdict), `definition`, `as_of`, `release`, `dataset`, `source`, `indicators`, `series`, `area_kind`.

    Source: `evidence.progress`.

    >>> import localsdg as ls
    >>> ls.progress("SI_POV_DAY1", area="Sub-Saharan Africa").status[0]
    'marginal progress, significant acceleration needed'
    """
    check_kind(frame)
    day = read_day(as_of)
    with ExitStack() as stack:
        warehouse = stack.enter_context(opened(home))
        warehouse, edition = stack.enter_context(in_edition(warehouse, day))
        con = warehouse.con
        found = find_series(con, series) if series is not None else None
        areas = read_areas(con, area, within)
        codes = [one.code for one in found.series] if found else []
        query = question(
            "progress_rows",
            series=codes,
            areas=areas.codes,
            statuses=_read_status(warehouse, status),
            as_of=edition,
        )
        table = con.sql(query).to_arrow_table()
        return finished(
            warehouse,
            table,
            query,
            frame=frame,
            gaps=_gaps(warehouse, table, codes, areas.areas) if status is None else (),
            notes=found.notes if found else (),
            title=_title(codes, areas.words),
        )


def _read_status(warehouse: Warehouse, asked: str | Iterable[str] | None) -> list[str]:
    wanted = [asked] if isinstance(asked, str) else list(asked or ())
    if not wanted:
        return []
    known = [row["status"] for row in rows(warehouse.con, "select distinct status from evidence.progress order by 1")]
    by_folded = {one.casefold(): one for one in known}
    if unknown := [one for one in wanted if one.casefold() not in by_folded]:
        near = close_matches(unknown[0], known) or known
        raise UsageError("no such status", expected=" or ".join(near), got=unknown[0])
    return [by_folded[one.casefold()] for one in wanted]


def _gaps(warehouse: Warehouse, table: pa.Table, codes: list[str], areas: Iterable[Any]) -> list[dict[str, Any]]:
    """Series without a target, and areas without a row."""
    held = set(zip(table.column("series_code").to_pylist(), table.column("area_code").to_pylist(), strict=True))
    judged = {row["series_code"] for row in rows(warehouse.con, "select distinct series_code from evidence.progress")}
    found = [gap(code, code, "it has no target for 2030 in numbers") for code in codes if code not in judged]
    for code in codes:
        found += [
            gap(code, area.name, f"{code} has no value", code=area.code)
            for area in areas
            if code in judged and (code, area.code) not in held
        ]
    seen = {area for _, area in held}
    lacking = [area for area in areas if area.code not in seen] if not codes else []
    return found + [gap("", area.name, "no series with a target has a value", code=area.code) for area in lacking]


def _title(codes: list[str], areas: str) -> str:
    return ", ".join(filter(None, ("Progress towards 2030", ", ".join(codes), areas)))
