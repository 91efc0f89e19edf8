"""Tables as CSV files (RFC 4180, UTF-8), each with a Table Schema that says what its columns are."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.csv_files import csv_reader
from localsdg.common.database import identifier, text
from localsdg.common.formula_guard import guard_sql
from localsdg.common.json_text import json_text
from localsdg.warehouse.export.job import Job, data_type
from localsdg.warehouse.export.selection import ExportColumn, ExportTable

if TYPE_CHECKING:
    import duckdb

HOW = """Each table is NAME.csv (UTF-8, comma, double quotes, an empty cell for null) with NAME.schema.json, its Table
Schema. Read codes as text, so that area 004 stays 004:

  pandas   pd.read_csv("observation.csv", dtype={"area_code": str, "goal_code": str})
  R        readr::read_csv("observation.csv", col_types = readr::cols(area_code = "c"))
  DuckDB   select * from read_csv('observation.csv', types = {'area_code': 'VARCHAR'})

A map is written as `name=code; name=code`, a list as `part; part`. A text that a spreadsheet would run as a formula
(it begins with = + - @) has a quote (') before it; take it off where you need the text as it was."""


def write(job: Job) -> None:
    """Write each table as CSV and its Table Schema."""
    for table in job.tables:
        job.step(table)
        write_csv(job, table)
        schema = table_schema(job.con, table)
        (job.folder / f"{table.file}.schema.json").write_text(as_json(schema), encoding="utf-8")


def count(folder: Path, tables: Sequence[ExportTable]) -> dict[str, int]:
    """The rows of each file, as Python's own reader of CSV counts them."""
    return {table.file: count_rows(folder / f"{table.file}.csv") for table in tables}


def count_rows(path: Path) -> int:
    """Rows of a CSV below its header."""
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv_reader(file, strict=True)) - 1


def write_csv(job: Job, table: ExportTable) -> None:
    """Write the rows of a table; cells that were guarded against spreadsheets are counted in a note."""
    shown = [csv_expression(column) for column in table.columns]
    copy_csv(job.con, table.select(shown), job.folder / f"{table.file}.csv")
    texts = [column for column in table.columns if data_type(column) == "string"]
    if not texts:
        return
    guarded = " + ".join(f"count(*) filter ({as_text(column)} <> {guard_sql(as_text(column))})" for column in texts)
    n_guarded = job.con.execute(f"select {guarded} from {table.name} where {table.where}").fetchone()
    if n_guarded and n_guarded[0]:
        job.notes.append(
            f"{table.file}: {n_guarded[0]:,} texts that a spreadsheet would run as a formula have a quote before them"
        )


def copy_csv(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    """Write a SELECT of the warehouse as CSV; the warehouse itself may write no file."""
    import duckdb

    writer = duckdb.connect()
    try:
        writer.register("rows_of_export", con.execute(select).to_arrow_reader(20_000))
        writer.execute(f"copy (select * from rows_of_export) to {text(path)} (format csv, header)")
    finally:
        writer.close()


def csv_expression(column: ExportColumn) -> str:
    """SQL of a column as its cells are written."""
    name = identifier(column.name)
    kind = data_type(column)
    if kind == "datetime":
        return f"strftime({name}, '%Y-%m-%dT%H:%M:%S') as {name}"
    return f"{guard_sql(as_text(column))} as {name}" if kind == "string" else name


def as_text(column: ExportColumn) -> str:
    """SQL of a column as text: a map as `name=code; name=code`, a list as `part; part`."""
    name = identifier(column.name)
    if column.type.startswith("MAP"):
        pairs = f"list_transform(map_entries({name}), lambda e: e.key || '=' || coalesce(cast(e.value as varchar), ''))"
        return f"array_to_string({pairs}, '; ')"
    if column.type.endswith("]"):
        return f"array_to_string(list_transform({name}, lambda e: cast(e as varchar)), '; ')"
    return name if column.type == "VARCHAR" else f"cast({name} as varchar)"


def table_schema(con: duckdb.DuckDBPyConnection, table: ExportTable) -> dict:
    """The Table Schema of a table, with those constraints that its rows hold."""
    facts = _facts(con, table)
    fields = []
    for column in table.columns:
        constraints: dict[str, object] = {}
        n_empty, values = facts[column.name]
        if column.is_required and not n_empty:
            constraints["required"] = True
        if table.primary_key == (column.name,):
            constraints["unique"] = True
        if column.allowed and data_type(column) == "string" and values <= set(column.allowed):
            constraints["enum"] = list(column.allowed)
        fields.append(
            {
                "name": column.name,
                "type": data_type(column),
                "description": column.description,
                **({"unit": column.unit} if column.unit else {}),
                **({"constraints": constraints} if constraints else {}),
            }
        )
    schema: dict[str, object] = {"fields": fields, "missingValues": [""]}
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    if table.foreign_keys:
        schema["foreignKeys"] = [
            {"fields": [key.column], "reference": {"resource": key.parent, "fields": [key.parent_column]}}
            for key in table.foreign_keys
        ]
    return schema


def _facts(con: duckdb.DuckDBPyConnection, table: ExportTable) -> dict[str, tuple[int, set[str]]]:
    """By column: rows whose cell is empty, and its values where its list is closed."""
    parts = []
    for column in table.columns:
        parts.append(f"count(*) filter (coalesce({as_text(column)}, '') = '')")
        closed = column.allowed and column.type == "VARCHAR"
        parts.append(f"list(distinct {identifier(column.name)})" if closed else "null")
    row = con.execute(f"select {', '.join(parts)} from {table.name} where {table.where}").fetchone() or ()
    pairs = zip(row[::2], row[1::2], strict=True)
    return {
        column.name: (n_empty, {one for one in values or () if one is not None})
        for column, (n_empty, values) in zip(table.columns, pairs, strict=True)
    }


def as_json(body: object) -> str:
    """JSON for people too, the same each time."""
    return json_text(body, indent=1) + "\n"


def csv_lines(rows: Iterable[Sequence[object]], path: Path) -> None:
    """Write small rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
