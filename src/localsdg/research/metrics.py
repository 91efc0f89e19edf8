"""Values of the metrics that measure the claims of the event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, overload

from localsdg.common.close_matches import close_matches
from localsdg.common.database import identifier, text
from localsdg.common.errors import UsageError
from localsdg.common.settings import Settings
from localsdg.registry.dimensions import column_key
from localsdg.research.areas import Area, find_area, list_areas, listed_area
from localsdg.research.asked_areas import AreasAsked
from localsdg.research.breakdowns import ALL, Values
from localsdg.research.connect import Warehouse, opened, question
from localsdg.research.days import in_edition, read_day
from localsdg.research.frames import check_kind, finished
from localsdg.research.gaps import gap
from localsdg.research.rows import rows
from localsdg.research.years import YearsAsked, read_years

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

_CLAIM = re.compile(r"c0?(\d{1,2})", re.IGNORECASE)


class MetricOptions(TypedDict, total=False):
    """What `metric` takes beside the metric and the areas."""

    year: YearsAsked
    breakdown: str | None
    dimensions: Mapping[str, Values] | None
    as_of: str | date | None
    home: str | Path | Settings | Warehouse | None


@overload
def metric(
    metric_id: str | Iterable[str],
    area: AreasAsked = ...,
    *,
    frame: Literal["pandas"] = ...,
    **options: Unpack[MetricOptions],
) -> pd.DataFrame: ...
@overload
def metric(
    metric_id: str | Iterable[str],
    area: AreasAsked = ...,
    *,
    frame: Literal["polars"],
    **options: Unpack[MetricOptions],
) -> pl.DataFrame: ...
@overload
def metric(
    metric_id: str | Iterable[str], area: AreasAsked = ..., *, frame: Literal["arrow"], **options: Unpack[MetricOptions]
) -> pa.Table: ...
def metric(
    metric_id: str | Iterable[str],
    area: AreasAsked = None,
    *,
    year: YearsAsked = None,
    breakdown: str | None = None,
    dimensions: Mapping[str, Values] | None = None,
    as_of: str | date | None = None,
    home: str | Path | Settings | Warehouse | None = None,
    frame: str = "pandas",
) -> Any:
    """Values of metrics as a frame: what the figures show, with how much they rest on.

    Parameters
    ----------
    metric_id : a metric (`"c01_extreme_poverty"`), a claim (`"C01"`: all of its metrics), or several.
    area : countries, regions, groups or local governments by name or code; every one by default.
    year : a year, a pair from and to, or a list of single years.
    breakdown : `"all"` for every breakdown; by default the total, where the metric has one.
    dimensions : values of dimensions, `{"sex": "FEMALE"}`, or `"all"` of one.
    as_of : a day, for the evidence as known then. That of the event is in the warehouse; any other is computed,
        which takes up to a minute.
    home : a home folder or an open warehouse.
    frame : `"pandas"`, `"polars"` or `"arrow"`.

    Returns
    -------
    A frame with `metric_id`, `area_code` (of a local government its id), `area`, `year`, `value` (in `unit`),
    `breakdown`, `lower_bound`, `upper_bound`, `censoring`, `basis` (published, or computed here), `definition`,
    `n_areas` of `n_total` `denominator` that the value rests on, `coverage_pct`, `is_headline_year`, `strength`,
    `as_of`, `release`, `source`, `caveat`, `metric`, `area_kind`, and a column for each dimension.

    Raises
    ------
    UsageError : a metric, area or dimension that is not known, with the nearest.

    Source: `evidence.metric_value`.

    >>> import localsdg as ls
    >>> world = ls.metric("c01_extreme_poverty", area="World", as_of="2024-01-30")
    >>> world[["area", "year", "value", "unit", "release"]].tail(1)
         area  year  value     unit     release
    ...  World  2019    8.5  PERCENT  2023-12-17
    """
    check_kind(frame)
    wanted, day = read_years(year), read_day(as_of)
    with ExitStack() as stack:
        warehouse = stack.enter_context(opened(home))
        warehouse, edition = stack.enter_context(in_edition(warehouse, day))
        con = warehouse.con
        metrics = _find(rows(con, "select metric_id, claim_id, title, status, reason from evidence.metric"), metric_id)
        areas = _read_areas(warehouse, area)
        known = _dimensions(warehouse, list(metrics))
        asked = _read_dimensions(known, dimensions)
        query = question(
            "metric_rows",
            metrics=list(metrics),
            areas=[one.code for one in areas if not one.is_local],
            governments=[one.code for one in areas if one.is_local],
            first_year=wanted.first,
            last_year=wanted.last,
            years=[str(one) for one in wanted.single],
            as_of=edition,
            is_total=breakdown != ALL and not asked,
            dimensions=list(asked),
            codes=[f"{name}\x1f{value}".lower() for name, values in asked.items() for value in values],
            any=[name for name, values in asked.items() if ALL in values],
        )
        query = _with_columns(query, known)
        table = con.sql(query).to_arrow_table()
        return finished(
            warehouse,
            table,
            query,
            frame=frame,
            gaps=_gaps(table, metrics, areas, wanted.words),
            notes=_notes(table, metrics),
            title=_title(metrics, areas, wanted.words),
            caveats=sorted({one for one in table.column("caveat").unique().to_pylist() if one}),
        )


def _find(listed: list[dict[str, Any]], asked: str | Iterable[str]) -> dict[str, dict[str, Any]]:
    """The metrics of ids and claims, in their order; raises `UsageError` for one that is not there."""
    by_id = {row["metric_id"]: row for row in listed}
    found: dict[str, dict[str, Any]] = {}
    for text_asked in [asked] if isinstance(asked, str) else list(asked):
        key = str(text_asked).strip().lower()
        if key in by_id:
            found[key] = by_id[key]
            continue
        claim = f"C{int(match[1]):02}" if (match := _CLAIM.fullmatch(key)) else None
        if of_claim := {name: row for name, row in by_id.items() if row["claim_id"] == claim}:
            found |= of_claim
            continue
        near = close_matches(key, by_id, likeness=0.4) or list(by_id)[:3]
        raise UsageError(
            "no such metric",
            expected=" or ".join(f"{one} ({by_id[one]['title']})" for one in near),
            got=text_asked,
            next_step='localsdg query "select metric_id, title, unit from metric order by metric_id" --limit 0',
        )
    if not found:
        raise UsageError("name a metric", expected='an id such as "c01_extreme_poverty" or a claim such as "C01"')
    return found


def _read_areas(warehouse: Warehouse, asked: AreasAsked) -> list[Area]:
    """Countries, regions, groups and local governments, each once; none for all."""
    named = [] if asked is None else [asked] if isinstance(asked, str | int) else list(asked)
    listed = list_areas(warehouse.con) if named else {}
    found = [listed_area(listed, str(one)) or find_area(warehouse.con, str(one), 'area="{}"') for one in named]
    return list({area.code: area for area in found}.values())


def _dimensions(warehouse: Warehouse, metrics: list[str]) -> dict[str, tuple[str, ...]]:
    """The dimensions of metrics with their values, in the order in which the metrics name them."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows(warehouse.con, question("metric_dimensions", metrics=metrics)):
        found[row["dimension"]] = tuple(row["codes"])
    return found


def _read_dimensions(
    known: dict[str, tuple[str, ...]], asked: Mapping[str, Values] | None
) -> dict[str, tuple[str, ...]]:
    """Dimensions and values that are asked for; raises `UsageError` for those that the metrics do not have."""
    by_key = {column_key(name): name for name in known}
    found: dict[str, tuple[str, ...]] = {}
    for name, given in (asked or {}).items():
        values = (given,) if isinstance(given, str) else tuple(given)
        if column_key(name) not in by_key:
            raise UsageError("the metric has no such dimension", expected=", ".join(known) or "none: totals", got=name)
        dimension = by_key[column_key(name)]
        codes = {code.casefold() for code in known[dimension]}
        for value in values:
            if value.casefold() not in codes | {ALL}:
                near = close_matches(value, known[dimension], likeness=0.4) or known[dimension][:8]
                raise UsageError(f"the metric has no such {dimension}", expected=" or ".join(near), got=value)
        found[dimension] = values
    return found


def _with_columns(sql: str, known: Iterable[str]) -> str:
    """The query with a column for each dimension instead of their map; the unit of a row is in `unit`."""
    columns = "".join(f", dimensions[{text(name)}] as {identifier(name)}" for name in known if name != "unit")
    return f"select * exclude (dimensions){columns}\nfrom (\n{sql}\n)"


def _gaps(table: pa.Table, metrics: dict[str, dict[str, Any]], areas: list[Area], years: str) -> list[dict[str, Any]]:
    held = set(zip(table.column("metric_id").to_pylist(), table.column("area_code").to_pylist(), strict=True))
    found = []
    for metric_id, row in metrics.items():
        if row["status"] != "ok":
            found.append(gap("", row["title"], row["reason"] or "no data", metric_id=metric_id))
            continue
        for area in areas:
            if (metric_id, area.code) not in held:
                reason = f"{metric_id} has no value" + (f" in {years}" if years else "")
                found.append(gap("", area.name, reason, code=area.code, metric_id=metric_id))
    return found


def _notes(table: pa.Table, metrics: dict[str, dict[str, Any]]) -> list[str]:
    found = []
    for name in ("unit", "definition"):
        values = {one for one in table.column(name).unique().to_pylist() if one}
        if len(values) > 1:
            found.append(f"the rows have several {name}s, not to be mixed: {' and '.join(sorted(values)[:6])}")
    return found


def _title(metrics: dict[str, dict[str, Any]], areas: list[Area], years: str) -> str:
    what = "; ".join(f"{metric_id} ({row['title']})" for metric_id, row in metrics.items())
    return ", ".join(filter(None, (what, ", ".join(area.name for area in areas), years)))
