"""A tiny warehouse in memory for the SQL models: rows in, rows out.

Tables have the columns and types of the registry. A row is written with the few
facts that matter to a test; the rest is filled with the most ordinary values.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

import duckdb

from localsdg.registry.breakdowns import create_macros
from localsdg.registry.evidence import metrics
from localsdg.registry.tables import ensure_tables, tables
from localsdg.warehouse.metric_rows import completed, with_coverage
from localsdg.warehouse.models import referenced_tables
from localsdg.warehouse.run_models import REGISTRY_FILES
from localsdg.warehouse.templates import expanded, filled, metric_select

SQL = Path(__file__).parents[2] / "sql"

TABLES = (
    "core.series",
    "core.area",
    "core.area_grouping",
    "core.population",
    "core.series_release",
    "core.latest_observation",
    "core.observation",
    "core.series_indicator",
    "core.indicator",
    "core.local_government",
    "core.local_indicator",
    "core.local_observation",
    "core.local_target",
    "core.review",
    "core.goal",
    "core.action",
    "core.action_link",
    "core.action_partner",
    "staging.action_country",
    "staging.action_dataset",
    "audit.value_change",
    "evidence.progress",
)

#: Core tables that are made of other core tables: here views, so that rows in give rows out.
DERIVED = (
    "series_kind",
    "group_country",
    "latest_breakdown",
    "own_indicator",
    "review_area",
    "action_goal",
    "action_country",
    "action_place",
    "action_actor",
    "action_dataset",
)
#: What most tests of a metric look at.
ALL = "area_code, year, breakdown, value, censoring, n_areas, coverage_pct, basis"

OBSERVATION = {
    "area_code": "004",
    "is_total": True,
    "value_status": "number",
    "unit": "PERCENT",
    "release": "2020-10-19",
    "snapshot_sha256": "0" * 64,
    "dimensions": {},
    "breakdown": "",
}
AREA = {"kind": "country", "is_ldc": False, "is_lldc": False, "is_sids": False}

#: Four countries with an ISO code and one without, a region and groups.
AREAS = (
    {"area_code": "001", "name": "World", "kind": "world"},
    {"area_code": "062", "name": "Central and Southern Asia", "kind": "region"},
    {"area_code": "199", "name": "Least Developed Countries", "kind": "grouping"},
    {"area_code": "900", "name": "A group without a list", "kind": "grouping"},
    {"area_code": "901", "name": "A group of another scheme", "kind": "grouping"},
    {"area_code": "004", "name": "Afghanistan", "iso3": "AFG"},
    {"area_code": "050", "name": "Bangladesh", "iso3": "BGD"},
    {"area_code": "356", "name": "India", "iso3": "IND"},
    {"area_code": "076", "name": "Brazil", "iso3": "BRA"},
    {"area_code": "412", "name": "A territory", "iso3": None},
)
#: Afghanistan is in region 062 by two schemes: it must be counted once.
GROUPINGS = (
    ("062", "004", "SDG regions"),
    ("062", "004", "continental regions"),
    ("062", "050", "SDG regions"),
    ("062", "356", "SDG regions"),
    ("062", "412", "SDG regions"),
    ("199", "004", "LDC"),
    ("199", "050", "LDC"),
    ("901", "004", "MDG regions"),
    ("001", "004", "SDG regions"),
)


def empty_warehouse() -> duckdb.DuckDBPyConnection:
    """All tables that the models read, without a row, and the reviewed lists."""
    con = duckdb.connect()
    con.execute(f"attach '{_template()}' as template (read_only)")
    con.execute("copy from database template to memory")
    con.execute("detach template")
    return con


@cache
def _template() -> Path:
    """A file of the empty warehouse, made once: to copy it takes a third of the time."""
    path = Path(tempfile.mkdtemp(prefix="localsdg-test-")) / "empty.duckdb"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    with closing(duckdb.connect(str(path))) as con:
        create_macros(con)
        ensure_tables(con, TABLES)
        for name, csv in REGISTRY_FILES.items():
            con.execute(
                f"create table {name} as select * from "
                f"read_csv('{csv}', all_varchar = true, header = true, nullstr = '\\N')"
            )
        for name in DERIVED:
            con.execute(f"create view core.{name} as {model_sql(name, 'core')}")
        for name in ("coalition", "local_progress", "local_beside_nation_in_file", "crisis_change"):
            con.execute(f"create view evidence.{name} as {model_sql(name)}")
    return path


def warehouse_with_areas() -> duckdb.DuckDBPyConnection:
    """The tables with the areas and groups above."""
    con = empty_warehouse()
    insert(con, "core.area", [{**AREA, **area} for area in AREAS])
    insert(
        con,
        "core.area_grouping",
        [
            {"grouping_code": group, "area_code": area, "scheme": scheme, "list_release": "2024-04"}
            for group, area, scheme in GROUPINGS
        ],
    )
    return con


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict]) -> None:
    """Rows by column name; columns not named are null, and rows are of the UN's dataset unless they name another."""
    has_dataset = table in tables() and "dataset_id" in tables()[table].column_names
    for row in rows:
        row = {"dataset_id": "unsd", **row} if has_dataset else row
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        con.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))


def observe(con: duckdb.DuckDBPyConnection, series_code: str, *rows: dict) -> None:
    """Observations of a series. `value_raw` such as `<2.5` stands for the whole value."""
    insert(con, "core.latest_observation", [observation(series_code, **row) for row in rows])


def observation(series_code: str, year: int, raw: float | str, **facts) -> dict:
    """One row: 12.5 is a number, '<2.5' is censored, 'NA' is not available."""
    text = str(raw)
    row = {**OBSERVATION, "series_code": series_code, "year": year, "value_raw": text}
    row["published_series_code"] = series_code
    if text == "NA":
        row["value_status"] = "not available"
    elif text[0] in "<>":
        row["value_status"] = "censored"
        row["censoring"] = text.rstrip("0123456789. ")
        row["value"] = float(text.lstrip("<>="))
    else:
        row["value"] = float(text)
    return {**row, **facts}


def model_sql(name: str, folder: str = "evidence") -> str:
    """The text of a model, as it runs."""
    if folder == "evidence" and name in metrics():
        return metric_select(SQL, metrics()[name])
    text = (SQL / folder / f"{name}.sql").read_text(encoding="utf-8").strip().rstrip(";")
    return filled(expanded(SQL, text)) if folder == "evidence" else text


def run_model(
    con: duckdb.DuckDBPyConnection,
    name: str,
    columns: str,
    folder: str = "evidence",
    order_by: str = "all",
) -> list[tuple]:
    """The named columns of all rows, in the order asked for; empty keeps the model's order.

    A metric's rows are completed and get their coverage, as in the build.
    """
    order = f" order by {order_by}" if order_by else ""
    select = metric_sql(con, name) if name in metrics() else model_sql(name, folder)
    return con.execute(f"select {columns} from ({select}){order}").fetchall()


def metric_sql(con: duckdb.DuckDBPyConnection, name: str) -> str:
    """A metric's rows as the build makes them: completed, and with what they rest on."""
    select = model_sql(name)
    metrics_that_it_reads(con, select)
    return with_coverage(completed(con, select, metrics()[name]), model_sql("coverage"))


def evidence_read(select: str) -> set[str]:
    """Names of the evidence models that a SELECT reads, and of those that these read."""
    found: set[str] = set()
    for name in referenced_tables(select):
        name = name.removeprefix("evidence.")
        if name in metrics() or (SQL / "evidence" / f"{name}.sql").exists():
            found |= {name} | evidence_read(model_sql(name))
    return found


def metrics_that_it_reads(con: duckdb.DuckDBPyConnection, select: str) -> None:
    """Views on the metrics that a model reads."""
    for name in referenced_tables(select):
        metric_id = name.removeprefix("evidence.")
        if metric_id in metrics():
            con.execute(f"create or replace view {name} as {metric_sql(con, metric_id)}")


def output_columns(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[str, str]]:
    """Names and types that a query gives."""
    return [(row[0], row[1]) for row in con.execute(f"describe {sql}").fetchall()]
