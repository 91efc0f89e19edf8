"""`source_rows`: the observations of one raw file under our column names, all text.

A bulk CSV, a portal workbook and the pages of the service end in the same
shape, so that one SQL model types them all.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.duck import text
from localsdg.errors import LocalsdgError
from localsdg.registry.dimensions import ATTRIBUTES, KNOWN_DIMENSIONS, REPORTING_TYPE, column_key
from localsdg.sources.bulk_layout import Layout

if TYPE_CHECKING:
    import duckdb

#: Our name -> column of the bulk layout.
_FIXED = {
    "goal": "Goal",
    "target": "Target",
    "indicator": "Indicator",
    "series_code": "SeriesCode",
    "description": "SeriesDescription",
    "area_code": "GeoAreaCode",
    "area_name": "GeoAreaName",
    "time_period": "TimePeriod",
    "value": "Value",
    "time_detail": "Time_Detail",
    "upper_bound": "UpperBound",
    "lower_bound": "LowerBound",
    "base_period": "BasePeriod",
    "source": "Source",
    "footnotes": "FootNote",
}
_ATTRIBUTES = ("nature", "units", "observation_status")

_PAGE = (
    "goal VARCHAR[], target VARCHAR[], indicator VARCHAR[], series VARCHAR, "
    "seriesDescription VARCHAR, geoAreaCode VARCHAR, geoAreaName VARCHAR, "
    "timePeriodStart VARCHAR, value VARCHAR, time_detail VARCHAR, upperBound VARCHAR, "
    "lowerBound VARCHAR, basePeriod VARCHAR, source VARCHAR, footnotes VARCHAR[], "
    "attributes MAP(VARCHAR, VARCHAR), dimensions MAP(VARCHAR, VARCHAR)"
)
_KEY = "trim(lower(regexp_replace(e.key, '[^A-Za-z0-9]+', '_', 'g')), '_')"


def csv_reader(path: Path, header: list[str]) -> str:
    """`read_csv` with every column text and nothing guessed; bad lines go to `csv_errors`."""
    with path.open("rb") as probe:
        packed = "gzip" if probe.read(2) == b"\x1f\x8b" else "none"
    columns = ", ".join(f"{text(cell)}: 'VARCHAR'" for cell in header)
    return (
        f"read_csv({text(path)}, columns = {{{columns}}}, header = true, auto_detect = false, "
        f"compression = '{packed}', "
        "delim = ',', quote = '\"', escape = '\"', nullstr = '', max_line_size = 8388608, "
        "store_rejects = true, rejects_table = 'csv_errors', rejects_scan = 'csv_scans', "
        "rejects_limit = 0)"
    )


def bulk_select(relation: str, layout: Layout, sha256: str) -> str:
    """SELECT of `source_rows` from a relation with the bulk layout."""
    parts = [
        f"{_cell(layout.fixed.get(column))} as {ours}" for ours, column in _FIXED.items()
    ]
    parts += [f"{_cell(layout.attributes.get(name))} as {name}" for name in _ATTRIBUTES]
    parts.append(f"{_cell(layout.dimensions.get(REPORTING_TYPE))} as reporting_type")
    names = sorted(name for name in layout.dimensions if name != REPORTING_TYPE)
    pieces = ", ".join(
        f"{text(name + '=')} || nullif({_cell(layout.dimensions[name])}, '')" for name in names
    )
    breakdown = f"concat_ws(chr(31), {pieces})" if pieces else "''"
    parts.append(f"{breakdown} as breakdown")
    parts.append(f"{text(sha256)} as snapshot_sha256")
    return f"select {', '.join(parts)} from {relation}"


def pages_select(con: duckdb.DuckDBPyConnection, pages: dict[Path, str]) -> str:
    """SELECT of `source_rows` from pages of Series/Data; `pages` maps path to sha256.

    Raises `LocalsdgError` when a page holds a dimension that the registry
    does not know, or no `data` list.
    """
    files = "[" + ", ".join(text(path) for path in pages) + "]"
    con.execute("create or replace temp table page_files (filename varchar, sha256 varchar)")
    con.executemany(
        "insert into page_files values (?, ?)", [[str(p), sha] for p, sha in pages.items()]
    )
    con.execute(
        "create or replace temp table page_rows as select p.sha256, unnest(r.data) as record "
        f"from read_json({files}, columns = {{data: 'STRUCT({_PAGE})[]'}}, filename = true, "
        "maximum_object_size = 268435456, format = 'auto') as r join page_files as p using (filename)"
    )
    _refuse_unknown_dimensions(con)
    first = "list_sort(list_distinct(record.indicator))[1]"
    return f"""
        select
            coalesce(split_part({first}, '.', 1), record.goal[1]) as goal,
            coalesce(regexp_extract({first}, '^[^.]+[.][^.]+'), record.target[1]) as target,
            array_to_string(list_sort(list_distinct(record.indicator)), ',') as indicator,
            record.series as series_code, record.seriesDescription as description,
            record.geoAreaCode as area_code, record.geoAreaName as area_name,
            record.timePeriodStart as time_period, record.value as value,
            record.time_detail as time_detail, record.upperBound as upper_bound,
            record.lowerBound as lower_bound, record.basePeriod as base_period,
            record.source as source,
            array_to_string(
                list_filter(record.footnotes, lambda f: f is not null and f <> ''), chr(10)
            ) as footnotes,
            {", ".join(f"{_entry('attributes', name)} as {name}" for name in _ATTRIBUTES)},
            {_entry("dimensions", REPORTING_TYPE)} as reporting_type,
            coalesce(array_to_string(list_sort(list_transform(
                list_filter(map_entries(record.dimensions),
                    lambda e: {_KEY} <> '{REPORTING_TYPE}' and e.value <> ''),
                lambda e: {_KEY} || '=' || e.value)), chr(31)), '') as breakdown,
            sha256 as snapshot_sha256
        from page_rows
    """


def _refuse_unknown_dimensions(con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute(
        "select name, min(series) from (select unnest(map_keys(record.dimensions)) as name, "
        "record.series as series from page_rows) group by name"
    ).fetchall()
    known = KNOWN_DIMENSIONS | ATTRIBUTES
    unknown = sorted((name, series) for name, series in found if column_key(name) not in known)
    if unknown:
        raise LocalsdgError(
            "unknown dimension",
            where=f"the pages of {unknown[0][1]}",
            expected="the dimensions of the registry",
            got=", ".join(sorted({name for name, _ in unknown})),
            next_step="add it to KNOWN_DIMENSIONS in src/localsdg/registry/dimensions.py",
        )


def _cell(header_cell: str | None) -> str:
    return "null::varchar" if header_cell is None else '"' + header_cell.replace('"', '""') + '"'


def _entry(member: str, key: str) -> str:
    return (
        f"list_filter(map_entries(record.{member}), lambda e: {_KEY} = '{key}')[1].value"
    )
