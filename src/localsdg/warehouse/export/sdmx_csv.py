"""Observations as SDMX-CSV 2.0 in the UN's own data structure for SDG indicators, one file a release.

Codes are those of `registry/sdmx_codes.csv`, which come of the UN's lists and
files. A row with a code that none of them states in SDMX is left out, counted
and listed by series: an invented code would pass for an official one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.csv_files import read_rows
from localsdg.common.database import text
from localsdg.common.errors import UsageError
from localsdg.common.formula_guard import guard_sql
from localsdg.registry.sdmx import (
    ATTRIBUTES,
    COMPONENTS,
    DATAFLOW,
    DIMENSIONS,
    OBS_STATUS,
    SDMX_CSV,
    published_totals,
    sdmx_codes,
)
from localsdg.warehouse.export.csv_folder import copy_csv, count_rows, csv_lines
from localsdg.warehouse.export.job import Job
from localsdg.warehouse.export.selection import ExportTable, choose_tables

if TYPE_CHECKING:
    import duckdb

    from localsdg.warehouse.export.folder import Request

#: The tables that hold UN observations.
_TABLES = ("observation", "core.observation")
#: Dimensions with a column of their own; all others are entries of the map `dimensions`.
_COLUMNS = ("sex", "age", "location")
HOW = """Each file holds the observations of one release, as SDMX-CSV 2.0 (SDMX 3.0) in the structure of the dataflow
IAEG-SDGs:DF_SDG_GLH: columns STRUCTURE, STRUCTURE_ID and ACTION, then dimensions, OBS_VALUE and attributes.

  pysdmx   pysdmx.io.read_sdmx("DF_SDG_GLH_2023-12-17.csv")
  pandas   pd.read_csv("DF_SDG_GLH_2023-12-17.csv", dtype=str)

Codes are the official ones: _T (total or no breakdown), F and M, U and R, PT; REF_AREA is the M49 number without
leading zeros, as the UN writes it. FREQ is A. Where a release does not state the reporting type it is G, that of
the global database. UNIT_MULT is 0: values are in the unit itself. Of a censored value (published as >95)
OBS_VALUE is the bound, and COMMENT_OBS says how it was published, or which check flagged it. An empty OBS_VALUE
is a value that the UN publishes as not available. left_out.csv counts the rows that are not here, by series, with
the code that has no SDMX code in the UN's lists. sdmx_codes.csv is the mapping, with the source of each code."""


def choose(con: duckdb.DuckDBPyConnection, request: Request) -> list[ExportTable]:
    """The observations; raises `UsageError` for another table, or several."""
    names = request.names or _TABLES[:1]
    if len(names) > 1 or names[0].lower() not in _TABLES:
        raise UsageError(
            "SDMX-CSV is for UN observations",
            where="--table",
            expected="observation (the newest release of each series) or core.observation (every release)",
            got=", ".join(names),
            next_step="localsdg export --format csv, for other tables",
        )
    return choose_tables(con, names, request.filters)


def write(job: Job) -> None:
    """Write one file a release, the rows that are left out by series, and the mapping."""
    (table,) = job.tables
    job.step(table)
    # once for all releases; a temporary table leaves the file as it is
    job.con.execute(f"create or replace temp table coded as {_coded(table)}")
    names = [*DIMENSIONS, "OBS_VALUE", *ATTRIBUTES]
    shown = ", ".join(
        ["'dataflow' as \"STRUCTURE\"", f'{text(DATAFLOW)} as "STRUCTURE_ID"', "'I' as \"ACTION\"", *names]
    )
    releases = job.con.execute("select distinct release from coded where problem is null order by 1").fetchall()
    for (release,) in releases:
        where = f"problem is null and release = {text(release)}"
        select = f"select {shown} from coded where {where} order by {', '.join(DIMENSIONS)}"
        copy_csv(job.con, select, job.folder / f"DF_SDG_GLH_{release}.csv")
    left = job.con.execute(
        "select release, series_code, problem, count(*) from coded where problem is not null group by all order by all"
    ).fetchall()
    csv_lines([("release", "series_code", "reason", "rows"), *left], job.folder / "left_out.csv")
    job.left_out[table.file] = sum(row[-1] for row in left)
    if left:
        job.notes.append(
            f"{job.left_out[table.file]:,} rows are left out: a code of theirs has no SDMX code in the UN's lists; "
            f"left_out.csv counts them by series"
        )
    _write_mapping(job.folder / "sdmx_codes.csv")


def count(folder: Path, tables: Sequence[ExportTable]) -> dict[str, int]:
    """The rows of all files together, as Python's own reader of CSV counts them."""
    return {tables[0].file: sum(count_rows(path) for path in sorted(folder.glob("DF_SDG_GLH_*.csv")))}


def _coded(table: ExportTable) -> str:
    """SQL of the rows with SDMX's components, and `problem`, which says what has no SDMX code."""
    maps = {name: _map(codes) for name, codes in sdmx_codes().items()}
    parts = _components(maps)
    parts["UNIT_MEASURE"] = f"{maps['units']}[unit]"
    parts["NATURE"] = f"{maps['nature']}[nature]"
    shown = ", ".join(f'{sql} as "{name}"' for name, sql in (parts | _plain()).items())
    return f"select release, series_code, {shown}, {_problem(maps)} as problem from {table.name} where {table.where}"


def _components(maps: dict[str, str]) -> dict[str, str]:
    """SQL of each dimension that has codes; what a series has no dimension for is `_T`."""
    by_component: dict[str, list[str]] = {}
    for dimension, component in COMPONENTS.items():
        if component in DIMENSIONS and dimension != "reporting_type":
            known = maps.get(dimension, "map {'total': '_T'}")
            by_component.setdefault(component, []).append(f"nullif({known}[{_code(dimension)}], '_T')")
    parts = {name: f"coalesce({', '.join(sql)}, '_T')" for name, sql in by_component.items()}
    parts["REPORTING_TYPE"] = f"coalesce({maps['reporting_type']}[reporting_type], 'G')"
    return parts


def _code(dimension: str) -> str:
    """SQL of the code that a row has in a dimension, a total under the code that the release publishes for it."""
    own = dimension if dimension in _COLUMNS else f"dimensions[{text(dimension)}]"
    cases = " ".join(
        f"when series_code = {text(series)} and {own} = 'total' then {text(code)}"
        for (series, name), code in published_totals().items()
        if name == dimension
    )
    return f"(case {cases} else {own} end)" if cases else own


def _plain() -> dict[str, str]:
    """SQL of the components without a list of codes of ours."""
    censored = "case when value_status = 'censored' then 'Published as ' || value_raw end"
    flagged = "'Flagged by localsdg: ' || quality_flag"
    comment = f"nullif(concat_ws('. ', {censored}, {flagged}, nullif(footnotes, '')), '')"
    return {
        "FREQ": "'A'",
        "SERIES": "published_series_code",
        "REF_AREA": "cast(cast(area_code as integer) as varchar)",
        "TIME_PERIOD": "cast(year as varchar)",
        "OBS_VALUE": "value",
        "UNIT_MULT": "'0'",
        "OBS_STATUS": "observation_status",
        "SOURCE_DETAIL": guard_sql("source"),
        "TIME_DETAIL": guard_sql("time_detail"),
        "COMMENT_OBS": guard_sql(comment),
        "BASE_PER": guard_sql("base_period"),
        "UPPER_BOUND": "upper_bound",
        "LOWER_BOUND": "lower_bound",
    }


def _problem(maps: dict[str, str]) -> str:
    """SQL of the first reason for which a row cannot be written, null where there is none."""
    checks = []
    for dimension in _COLUMNS:
        code = _code(dimension)
        checks.append(_unknown(dimension, code, maps[dimension]))
    named = [name for name, component in COMPONENTS.items() if component in DIMENSIONS and name not in _COLUMNS]
    others = [name for name in named if name != "reporting_type"]
    checks += [_unknown(name, _code(name), maps.get(name, "map {'total': '_T'}")) for name in others]
    # a dimension that the structure has no place for, other than as a total
    alien = (
        "list_filter(map_entries(dimensions), lambda e: e.value <> 'total' and e.key not in "
        f"({', '.join(map(text, others))}))"
    )
    checks.append(f"when len({alien}) > 0 then 'no SDMX codes for ' || {alien}[1].key")
    composite = [f"nullif({_code(name)}, 'total')" for name in others if COMPONENTS[name] == "COMPOSITE_BREAKDOWN"]
    several = " + ".join(f"cast({one} is not null as integer)" for one in composite)
    checks.append(f"when {several} > 1 then 'two composite breakdowns'")
    checks.append(_unknown("units", "unit", maps["units"]))
    checks.append(_unknown("nature", "nature", maps["nature"]))
    checks.append(_unknown("reporting_type", "reporting_type", maps["reporting_type"]))
    known = ", ".join(map(text, sorted(OBS_STATUS)))
    checks.append(f"when observation_status not in ({known}) then 'no SDMX code for observation_status'")
    checks.append("when length(area_code) > 3 then 'no M49 code for the area'")
    return f"case {' '.join(checks)} end"


def _unknown(name: str, code: str, known: str) -> str:
    """A case of SQL: the row has a code that the mapping lacks. A custom breakdown has hundreds, which share a line."""
    words = f"{text(f'no SDMX code for {name} ')} || {code}"
    if name == "custom_breakdown":
        words = text(f"no SDMX codes for {name}")
    return f"when {code} is not null and {known}[{code}] is null then {words}"


def _map(codes: dict[str, str]) -> str:
    """Codes as a map of SQL."""
    return "map {" + ", ".join(f"{text(code)}: {text(sdmx)}" for code, sdmx in codes.items()) + "}"


def _write_mapping(path: Path) -> None:
    rows = [(COMPONENTS[row["dimension"]], *row.values()) for row in read_rows(SDMX_CSV)]
    csv_lines([("component", "dimension", "code", "sdmx", "basis"), *rows], path)
