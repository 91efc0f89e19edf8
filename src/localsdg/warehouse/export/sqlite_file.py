"""Tables as a SQLite database: real types, keys, indexes and a data dictionary, the same bytes each time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import identifier, text
from localsdg.warehouse.export.selection import ExportColumn, ExportTable

if TYPE_CHECKING:
    import duckdb

#: DuckDB's types in SQLite, where a boolean is 0 or 1 and a date a text of ISO 8601.
_TYPES = {"DOUBLE": "REAL", "FLOAT": "REAL", "BOOLEAN": "BOOLEAN", "DATE": "DATE", "TIMESTAMP": "TIMESTAMP"}
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
#: Names of columns by which people filter and join; each gets an index in the tables that have it.
INDEXED = (
    "series_code",
    "area_code",
    "goal_code",
    "target_code",
    "indicator_code",
    "local_government_id",
    "local_indicator_id",
    "site_id",
    "action_id",
    "metric_id",
    "claim_id",
    "year",
)
_BATCH = 20_000


def write_sqlite(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    tables: Sequence[ExportTable],
    *,
    facts: Iterable[tuple[str, str]] = (),
    step: Callable[[ExportTable], object] | None = None,
    with_rowid: bool = False,
) -> dict[str, int]:
    """Write the tables to a new SQLite file; returns the rows of each by its name in SQLite.

    `con` is an open warehouse (`open_published`), `tables` come of
    `choose_tables(con)`, which without names gives the tables of `main`. `path`
    must not exist. Text, numbers, booleans (0 and 1) and dates (ISO 8601) keep
    their type; maps, lists and structs become JSON text. The file holds, beside
    the tables, `table_info` and `column_info` (the data dictionary of what it
    holds) and `export_info` (`facts`, as name and text). Primary and foreign
    keys are those that hold; indexes are on foreign keys and codes. `step` is called
    with each table before it is written. `with_rowid` keeps SQLite's own number of a
    row in every table, which full-text search needs. The same warehouse and tables give the
    same bytes with one version of SQLite.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("pragma page_size = 4096")
        file.execute("pragma journal_mode = off")
        file.execute("pragma synchronous = off")
        counts = {}
        for table in tables:
            if step:
                step(table)
            file.execute("begin")
            file.execute(_create(table, with_rowid))
            counts[table.file] = _fill(con, file, table)
            for statement in _indexes(table):
                file.execute(statement)
            file.execute("commit")
        file.execute("begin")
        _dictionary(file, tables)
        _write_facts(file, facts)
        file.execute("commit")
        file.execute("analyze")
    return counts


def _create(table: ExportTable, with_rowid: bool) -> str:
    lines = [
        f"{identifier(column.name)} {_type(column)}{' not null' if column.is_required else ''}"
        for column in table.columns
    ]
    if table.primary_key:
        lines.append(f"primary key ({', '.join(map(identifier, table.primary_key))})")
    lines += [
        f"foreign key ({identifier(key.column)}) references {identifier(key.parent)} ({identifier(key.parent_column)})"
        for key in table.foreign_keys
    ]
    body = ",\n  ".join(lines)
    # rows in the order of a text key: half the size of a table with a key beside it
    is_compact = _is_small_key(table) and not with_rowid
    return f"create table {identifier(table.file)} (\n  {body}\n){' without rowid' if is_compact else ''}"


def _is_small_key(table: ExportTable) -> bool:
    """A key of one column; a long key is better kept apart, since each index would repeat it."""
    return len(table.primary_key) == 1


def _type(column: ExportColumn) -> str:
    if column.type in _WHOLE:
        return "INTEGER"
    return _TYPES.get(column.type, "TEXT")


def _fill(con: duckdb.DuckDBPyConnection, file: sqlite3.Connection, table: ExportTable) -> int:
    marks = ", ".join("?" * len(table.columns))
    statement = f"insert into {identifier(table.file)} values ({marks})"
    count = 0
    for rows in _batches(con, table):
        file.executemany(statement, rows)
        count += len(rows)
    return count


def _batches(con: duckdb.DuckDBPyConnection, table: ExportTable) -> Iterator[list[tuple]]:
    """The rows as SQLite takes them, some thousands at a time."""
    cursor = con.cursor()
    try:
        cursor.execute(table.select(map(_expression, table.columns)))
        while rows := cursor.fetchmany(_BATCH):
            yield rows
    finally:
        cursor.close()


def _expression(column: ExportColumn) -> str:
    name = identifier(column.name)
    if column.is_nested:
        # a map without entries is an object without members
        return f"cast(to_json({name}) as varchar) as {name}"
    if column.type == "BOOLEAN":
        return f"cast({name} as tinyint) as {name}"
    if column.type in (*_WHOLE, "DOUBLE", "FLOAT"):
        return name
    return f"cast({name} as varchar) as {name}"


def _indexes(table: ExportTable) -> list[str]:
    """Indexes on foreign keys and codes, but for the first column of the primary key, which has one."""
    names = {column.name for column in table.columns}
    wanted = [*(key.column for key in table.foreign_keys), *INDEXED]
    found = [name for name in dict.fromkeys(wanted) if name in names and (name,) != table.primary_key[:1]]
    return [
        f"create index {identifier(f'{table.file}_{name}')} on {identifier(table.file)} ({identifier(name)})"
        for name in found
    ]


def _dictionary(file: sqlite3.Connection, tables: Sequence[ExportTable]) -> None:
    """`table_info` and `column_info` on the tables of this file; what was exported by these names gives way."""
    for name in ("table_info", "column_info"):
        file.execute(f"drop table if exists {name}")
    file.execute(
        "create table table_info (table_name text not null primary key, warehouse_table text not null, "
        "description text, primary_key text, usage_warning text, limits text, n_rows integer not null) without rowid"
    )
    file.execute(
        "create table column_info (table_name text not null references table_info (table_name), "
        "column_name text not null, position integer not null, data_type text not null, unit text, "
        "description text, allowed text, primary key (table_name, column_name)) without rowid"
    )
    for table in tables:
        file.execute(
            "insert or replace into table_info values (?, ?, ?, ?, ?, ?, ?)",
            (
                table.file,
                table.rows_of,
                table.description,
                ", ".join(table.primary_key),
                table.usage_warning,
                "; ".join(table.limits) or None,
                table.n_rows,
            ),
        )
        file.executemany(
            "insert or replace into column_info values (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    table.file,
                    column.name,
                    position,
                    _type(column) + (" (JSON)" if column.is_nested else ""),
                    column.unit,
                    column.description,
                    ", ".join(column.allowed) or None,
                )
                for position, column in enumerate(table.columns)
            ],
        )


def _write_facts(file: sqlite3.Connection, facts: Iterable[tuple[str, str]]) -> None:
    file.execute("create table export_info (position integer primary key, name text not null, value text not null)")
    file.executemany("insert into export_info (name, value) values (?, ?)", list(facts))


def open_sqlite(path: Path) -> sqlite3.Connection:
    """A SQLite file, opened for reading alone."""
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def count_sqlite(path: Path, tables: Iterable[ExportTable]) -> dict[str, int]:
    """The rows of the tables as SQLite counts them, after its own check of the file and of all foreign keys.

    Raises `ValueError` where the file is damaged or a key has no parent.
    """
    with closing(open_sqlite(path)) as file:
        (state,) = file.execute("pragma quick_check").fetchone()
        lost = file.execute("pragma foreign_key_check").fetchall()
        if state != "ok" or lost:
            raise ValueError(f"{text(path)} is not a sound SQLite file: {state}, {len(lost):,} keys without a parent")
        return {
            table.file: file.execute(f"select count(*) from {identifier(table.file)}").fetchone()[0] for table in tables
        }
