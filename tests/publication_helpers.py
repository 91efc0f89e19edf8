"""Small published files that differ in known ways, made without a run."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb

from localsdg.registry.tables import create_table_sql, schema_tables
from localsdg.warehouse.content_hash import content_hash

OLD, NEW = "2026.11.20.1", "2026.11.27.1"
BEFORE, AFTER = "2023.Q4.G.01", "2026.Q3.G.01"
#: A title that would run in a page, break a table of Markdown, or colour a terminal.
HOSTILE = "<script>alert(1)</script> | `x` [a](b)\x1b[31m"


def insert(con: duckdb.DuckDBPyConnection, table: str, **row: object) -> None:
    marks = ", ".join("?" for _ in row)
    con.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))


def make_file(path: Path, version: str) -> Path:
    """A published file with a little of everything."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(duckdb.connect(str(path))) as con:
        for schema in ("core", "evidence", "audit", "meta"):
            con.execute(f"create schema {schema}")
        for table in schema_tables("core", "evidence", "audit", "meta"):
            if table.kind == "table":
                con.execute(create_table_sql(table))
        for code, name, kind in (("001", "World", "world"), ("404", "Kenya", "country"), ("724", "Spain", "country")):
            insert(con, "core.area", area_code=code, name=name, kind=kind)
        insert(con, "core.local_government", local_government_id="barcelona", name="Barcelona", area_code="724")
        insert(con, "evidence.metric", metric_id="c01_extreme_poverty", title="Extreme poverty", unit="PERCENT")
        insert(con, "core.series", series_code="SI_POV_DAY1", description="Extreme poverty")
        insert(con, "core.local_indicator", site_id="barcelona", local_indicator_id="1-1-1", title=HOSTILE)
        insert(con, "core.action", action_id="roofs", dataset_id="register", title="Solar roofs", year=2020)
        insert(con, "core.action", action_id="trees", dataset_id="register", title="Trees", year=2020)
        insert(con, "core.review", review_id="barcelona-2021", local_government_id="barcelona", review_year=2021)
        for number, year in enumerate((2019, 2020, 2021)):
            local(con, number, year, 10.0 + number)
        headline(con, "001", 2019, 8.5, BEFORE)
        headline(con, "404", 2015, 36.0, BEFORE)
        release(con, BEFORE)
        for area, year, value in (("001", 2018, 9.0), ("001", 2019, 8.5), ("404", 2015, 36.0)):
            observation(con, BEFORE, area, year, value)
        insert(con, "meta.dataset", dataset="a", source="unsd", release=BEFORE, rows_in=3, fetched_at="2024-01-01")
        insert(con, "meta.dataset", dataset="b", source="opensdg", release="barcelona@2024-10-24", rows_in=3)
        insert(con, "meta.release", version=version, code_version="0.1.0", content_hash="")
    return seal(path)


def local(con: duckdb.DuckDBPyConnection, number: int, year: int, value: float) -> None:
    insert(
        con,
        "core.local_observation",
        site_id="barcelona",
        local_indicator_id="1-1-1",
        local_government_id="barcelona",
        row_number=number,
        year=year,
        value=value,
        value_raw=str(value),
        release="barcelona@2024-10-24",
    )


def headline(con: duckdb.DuckDBPyConnection, area: str, year: int, value: float, release: str, **more: object) -> None:
    row = {"metric_id": "c01_extreme_poverty", "area_code": area, "breakdown": "", "year": year, "value": value}
    insert(con, "evidence.metric_value", **row, release=release, is_headline_year=True, **more)


def release(con: duckdb.DuckDBPyConnection, name: str) -> None:
    con.execute("update core.series_release set is_latest = false")
    row = {"dataset_id": "unsd", "series_code": "SI_POV_DAY1", "release": name, "unit": "PERCENT", "is_latest": True}
    insert(con, "core.series_release", **row)


def observation(
    con: duckdb.DuckDBPyConnection,
    release: str,
    area: str,
    year: int,
    value: float,
    breakdown: str = "",
    **more: object,
) -> None:
    row = {"dataset_id": "unsd", "series_code": "SI_POV_DAY1", "release": release, "area_code": area, "year": year}
    more = {"is_total": True, "value_raw": str(value), **more}
    insert(con, "core.observation", **row, value=value, breakdown=breakdown, **more)


def seal(path: Path) -> Path:
    with closing(duckdb.connect(str(path))) as con:
        con.execute("update meta.release set content_hash = ?", [content_hash(con)])
    return path


def next_release(con: duckdb.DuckDBPyConnection) -> None:
    """The World to 2022 by a release that has a dimension more; Kenya is gone, 2018 is revised."""
    release(con, AFTER)
    for year, value in ((2018, 9.2), (2019, 8.5), (2022, 9.0)):
        observation(con, AFTER, "001", year, value, "sex=total", sex="total")
    con.execute("delete from evidence.metric_value")
    headline(con, "001", 2022, 9.0, AFTER)
    insert(con, "meta.dataset", dataset="c", source="unsd", release=AFTER, rows_in=3)
