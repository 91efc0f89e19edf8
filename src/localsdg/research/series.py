"""Observations of UN series for areas and years: the question that most research begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, overload

from localsdg.common.database import identifier, text
from localsdg.common.errors import UsageError
from localsdg.common.settings import Settings
from localsdg.registry.dimensions import COMMON
from localsdg.research import gaps
from localsdg.research.asked_areas import Areas, AreasAsked, read_areas
from localsdg.research.breakdowns import (
    Breakdown,
    Dimension,
    Values,
    describe_dimensions,
    read_breakdown,
    without_total,
)
from localsdg.research.connect import Warehouse, opened, question
from localsdg.research.days import read_day
from localsdg.research.find_series import Found, find_series
from localsdg.research.frames import check_kind, finished
from localsdg.research.release_choice import Chosen, choose_releases
from localsdg.research.rows import rows
from localsdg.research.years import Years, YearsAsked, read_years

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

Dimensions = dict[str, Dimension]


class SeriesOptions(TypedDict, total=False):
    """What `series` takes beside the series and the areas."""

    years: YearsAsked
    latest: bool
    sex: Values | None
    age: Values | None
    location: Values | None
    dimensions: Mapping[str, Values] | None
    within: str | None
    release: str | Iterable[str] | None
    as_of: str | date | None
    home: str | Path | Settings | Warehouse | None


@overload
def series(
    code: str | Iterable[str],
    area: AreasAsked = ...,
    *,
    frame: Literal["pandas"] = ...,
    **options: Unpack[SeriesOptions],
) -> pd.DataFrame: ...
@overload
def series(
    code: str | Iterable[str], area: AreasAsked = ..., *, frame: Literal["polars"], **options: Unpack[SeriesOptions]
) -> pl.DataFrame: ...
@overload
def series(
    code: str | Iterable[str], area: AreasAsked = ..., *, frame: Literal["arrow"], **options: Unpack[SeriesOptions]
) -> pa.Table: ...
def series(
    code: str | Iterable[str],
    area: AreasAsked = None,
    *,
    years: YearsAsked = None,
    latest: bool = False,
    sex: Values | None = None,
    age: Values | None = None,
    location: Values | None = None,
    dimensions: Mapping[str, Values] | None = None,
    within: str | None = None,
    release: str | Iterable[str] | None = None,
    as_of: str | date | None = None,
    home: str | Path | Settings | Warehouse | None = None,
    frame: str = "pandas",
) -> Any:
    """Observations of UN series as a frame, a row an observation, with unit, release and source on every row.

    Parameters
    ----------
    code : a series (`"SI_POV_DAY1"`), an official indicator (`"1.1.1"`: all of its series), words that one
        description has (`"maternal mortality"`), or several of these.
    area : names or codes of countries, regions and groups (`"Kenya"`, `"KEN"`, `404`, `"LDCs"`), every area by
        default. A group is the value that the UN publishes for it; `within` gives its countries.
    years : a year, a pair from and to (`(2000, 2020)`, `(2015, None)`), or a list of single years.
    latest : of each area only the newest year with a value; `years_behind` counts from the newest of all.
    sex, age, location : codes (`"female"`, `["15-24", "25+"]`) or `"all"`; the total by default.
    dimensions : the same of other dimensions, `{"education_level": "PRIMAR"}`.
    within : a group, a region or the World, for all of its countries.
    release : a release (`"2020-10-19"`), or several beside each other; the newest whole one by default.
    as_of : a day; of each series the newest whole release that was published by then.
    home : a home folder or an open warehouse.
    frame : `"pandas"`, `"polars"` or `"arrow"`.

    Returns
    -------
    A frame with `series_code`, `area_code`, `area`, `year`, `value` (in `unit`), `breakdown` (empty for the
    total), `lower_bound`, `upper_bound`, `censoring` (`<` where the UN has `<2.5`), `value_status`, `nature`,
    `definition`, `quality_flag` (why a value is doubted), `release`, `dataset`, `source` (who publishes it),
    `source_detail` (the survey or database behind it), `indicators`, `series`, `area_kind`, `sex`, `age`,
    `location` and a column for each other dimension. `attrs` has the query, version, releases, units, citations,
    `gaps` (what was asked for and has no value, with the reason; never a zero) and `notes`.

    Raises
    ------
    UsageError : a series, area, breakdown or release that is not known, with the nearest names; a single series
        without a total, with its breakdowns.

    Source: `core.observation`, the UN SDG Global Database.

    >>> import localsdg as ls
    >>> kenya = ls.series("SI_POV_DAY1", area="Kenya")
    >>> kenya[["area", "year", "value", "unit"]].tail(2)  # doctest: +NORMALIZE_WHITESPACE
       area  year  value     unit
    ...
    """
    check_kind(frame)
    wanted, day = read_years(years), read_day(as_of)
    with opened(home) as warehouse:
        con = warehouse.con
        found = find_series(con, code)
        areas = read_areas(con, area, within)
        chosen = choose_releases(con, found.series, release, day)
        known = _dimensions(warehouse, chosen)
        breakdown = read_breakdown(_shared(known), chosen.codes, sex, age, location, dimensions)
        query = _query(chosen, areas, wanted, breakdown, latest, known)
        table = con.sql(query).to_arrow_table()
        _check_total(table, chosen, known, breakdown)
        if not latest:
            table = table.drop_columns(["years_behind"])
        asked = gaps.Question(warehouse, chosen, areas, wanted, breakdown, known)
        return finished(
            warehouse,
            table,
            query,
            frame=frame,
            gaps=gaps.find_gaps(asked, table),
            notes=[*found.notes, *_notes(table, latest)],
            title=_title(found, areas, wanted),
        )


def _dimensions(warehouse: Warehouse, chosen: Chosen) -> dict[str, Dimensions]:
    """By series the dimensions that its releases have, and their codes."""
    known: dict[str, Dimensions] = {code: {} for code in chosen.series}
    for row in rows(warehouse.con, question("series_dimensions", **chosen.parameters)):
        known[row["series_code"]][row["dimension"]] = Dimension(tuple(row["codes"]), tuple(row["whole"] or ()))
    return known


def _shared(known: dict[str, Dimensions]) -> Dimensions:
    """The dimensions of any of the series, with all of their codes."""
    shared: Dimensions = {}
    for one in known.values():
        for name, own in one.items():
            other = shared.get(name, own)
            codes = tuple(dict.fromkeys((*other.codes, *own.codes)))
            shared[name] = Dimension(codes, tuple(dict.fromkeys((*other.whole, *own.whole))))
    return shared


def _extra(known: dict[str, Dimensions]) -> list[str]:
    """Dimensions that get a column of their own beside sex, age and location."""
    return sorted({name for one in known.values() for name in one} - set(COMMON))


def _query(
    chosen: Chosen, areas: Areas, years: Years, breakdown: Breakdown, latest: bool, known: dict[str, Dimensions]
) -> str:
    """The SQL of the question, whole: `localsdg query` gives the same rows for it."""
    sql = question(
        "series_rows",
        **chosen.parameters,
        **breakdown.parameters(known),
        areas=areas.codes,
        first_year=years.first,
        last_year=years.last,
        years=[str(year) for year in years.single],
        latest=latest,
    )
    columns = "".join(f", dimensions[{text(name)}] as {identifier(name)}" for name in _extra(known))
    return f"select * exclude (dimensions){columns}\nfrom (\n{sql}\n)"


def _check_total(table: pa.Table, chosen: Chosen, known: dict[str, Dimensions], breakdown: Breakdown) -> None:
    """Raise `UsageError` for a single series that has no total of a dimension which was not asked for."""
    if table.num_rows or len(chosen.series) != 1:
        return
    (code,) = chosen.series
    if lacking := {name: one for name, one in without_total(known[code]).items() if name not in breakdown.codes}:
        name, dimension = next(iter(lacking.items()))
        value = dimension.codes[0]
        named = f"{name}={value!r}" if name in COMMON else f"dimensions={{{name!r}: {value!r}}}"
        raise UsageError(
            f"{code} has no total over {' and '.join(lacking)}",
            expected=describe_dimensions(known[code]),
            got="no breakdown" if not breakdown.codes else ", ".join(breakdown.codes),
            next_step=f'localsdg.series("{code}", {named}), or "all" for every value',
        )


def _notes(table: pa.Table, latest: bool) -> list[str]:
    """What must not be read over: several units, definitions, releases or years, and values that are doubted."""
    found = []
    per_series: dict[str, dict[str, set[Any]]] = {}
    for row in table.select(["series_code", "unit", "definition", "release", "year"]).to_pylist():
        kept = per_series.setdefault(row["series_code"], {})
        for name in ("unit", "definition", "release", "year"):
            kept.setdefault(name, set()).add(row[name])
    for code, kept in per_series.items():
        for name in ("unit", "definition", "release"):
            if len(values := sorted(filter(None, kept[name]))) > 1:
                found.append(f"{code} is of several {name}s, not to be mixed: {' and '.join(values)}")
        if latest and len(kept["year"]) > 1:
            found.append(f"the latest year of {code} differs between rows: {min(kept['year'])} to {max(kept['year'])}")
    releases = {next(iter(kept["release"])) for kept in per_series.values() if len(kept["release"]) == 1}
    if len(releases) > 1:
        found.append(f"the series are of several releases: {', '.join(sorted(releases))}")
    units = {unit for kept in per_series.values() for unit in kept["unit"] if unit}
    if len(per_series) > 1 and len(units) > 1:
        found.append(f"the series have several units: {', '.join(sorted(units))}")
    if flagged := table.num_rows - table.column("quality_flag").null_count:
        found.append(f"{flagged:,} value{'s are' if flagged > 1 else ' is'} doubted: see quality_flag")
    return found


def _title(found: Found, areas: Areas, years: Years) -> str:
    """What the frame is about, in one line."""
    what = "; ".join(one.label for one in found.series)
    return ", ".join(filter(None, (what, areas.words, years.words)))
