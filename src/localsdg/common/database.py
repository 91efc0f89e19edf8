"""Opening DuckDB files the same way everywhere.

Options are set by statement, not at connection time, so that another
connection of this process (Great Expectations has its own) may open the same
file beside ours.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.settings import RESOURCES

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

#: Format that every DuckDB from 1.2 on can open; 2.0 writes a newer one by default.
STORAGE_VERSION = "v1.2.0"
#: Memory that a thread needs to read and type a bulk CSV (measured with 2.46 million rows: within
#: 800 MB four threads end well, eight run out).
_PER_THREAD = 190_000_000
_UNITS = {
    "bytes": 1,
    "B": 1,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
}


def open_work(path: Path | str, settings: Settings) -> duckdb.DuckDBPyConnection:
    """A read-write connection within the memory and threads of the settings.

    `path` is a file, or `:memory:NAME` for a database that lives as long as a
    connection of this process holds it.
    """
    import duckdb

    con = duckdb.connect(str(path))
    apply_limits(con, settings)
    return con


def apply_limits(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Memory, threads, time zone, spill folder; nothing is fetched from the net."""
    spill = str(settings.warehouse / ".spill")
    if scalar(con, "select current_setting('temp_directory')") != spill:
        con.execute(f"set temp_directory = {text(spill)}")
    con.execute(f"set memory_limit = '{settings.memory_limit}'")
    limit = scalar(con, "select current_setting('memory_limit')")
    con.execute(f"set threads = {threads_within(settings.threads, in_bytes(limit))}")
    con.execute("set timezone = 'UTC'")
    con.execute("set preserve_insertion_order = false")
    con.execute("set autoinstall_known_extensions = false")
    con.execute("set enable_progress_bar = false")


def in_order(con: duckdb.DuckDBPyConnection) -> AbstractContextManager[None]:
    """Within it rows are copied and inserted in the order in which they are read, by whatever number of threads."""
    return _set(con, "preserve_insertion_order", "true")


def joins_as_written(con: duckdb.DuckDBPyConnection) -> AbstractContextManager[None]:
    """Within it the right side of a join is the one that is held in memory.

    DuckDB takes a CSV for some forty rows, whatever its size, and would hold a file of millions to look through a list
    of hundreds.
    """
    return _set(con, "disabled_optimizers", "'join_order,build_side_probe_side'")


@contextmanager
def _set(con: duckdb.DuckDBPyConnection, setting: str, value: str) -> Iterator[None]:
    """Change a setting of the database until the block ends; other connections to it have it too."""
    before = scalar(con, f"select cast(current_setting('{setting}') as varchar)")
    con.execute(f"set {setting} = {value}")
    try:
        yield
    finally:
        with closing(con.cursor()) as other:  # in a transaction that failed ours can do nothing
            other.execute(f"set {setting} = {text(before)}")


@contextmanager
def all_or_none(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """A transaction: what the block writes is there when it ends well, and none of it otherwise."""
    con.begin()
    try:
        yield
    except BaseException:
        con.rollback()
        raise
    con.commit()


def threads_within(threads: int, limit: int) -> int:
    """As many of the threads as a memory limit in bytes can feed, at least one."""
    return max(1, min(threads, limit // _PER_THREAD))


def in_bytes(size: str) -> int:
    """A size as DuckDB prints it, in bytes: `762.9 MiB` -> 799 958 630."""
    match = re.fullmatch(r"([0-9.]+) ?([A-Za-z]+)", size.strip())
    if match is None or match[2] not in _UNITS:
        raise ValueError(f"{size!r} is no size such as 762.9 MiB")
    return int(float(match[1]) * _UNITS[match[2]])


def scalar(con: duckdb.DuckDBPyConnection, sql: str, parameters: list[object] | None = None) -> Any:
    """The first value of the first row; raises `LookupError` where the query gives no row."""
    row = con.execute(sql, parameters).fetchone()
    if row is None:
        raise LookupError(f"no row of {sql}")
    return row[0]


def rows_hash(con: duckdb.DuckDBPyConnection, table: str, without: Collection[str] = ()) -> str:
    """SHA-256 over columns, types, and DuckDB's hashes of all rows of a table, exact to the last digit.

    The order of rows does not change it: rows count by number, sum and exclusive or. Columns in `without` are left
    out. Takes 0.6 s for a million rows of 33 columns; it finds changes, and is no protection against an attacker.
    """
    columns = con.execute(f"select column_name, column_type from (describe {table})").fetchall()
    hashed = ", ".join(_hashed(column, kind) for column, kind in columns if column not in without)
    numbers = con.execute(
        f"select count(*), sum(h), bit_xor(h) from (select hash({hashed}) as h from {table})"
    ).fetchone()
    return hashlib.sha256(json.dumps([columns, [str(one) for one in numbers or ()]]).encode()).hexdigest()


def _hashed(column: str, kind: str) -> str:
    """A column as it is hashed: to DuckDB an empty list or map is the same as none."""
    name = identifier(column)
    return f"{name}, {name} is null" if kind.endswith("[]") or kind.startswith("MAP(") else name


def insert_rows(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict]) -> None:
    """Insert small rows by column name in one statement, columns as lists."""
    if not rows:
        return
    names = list(rows[0])
    columns = ", ".join(f"unnest(?) as {name}" for name in names)
    con.execute(
        f"insert into {table} by name select {columns}",
        [[row[name] for row in rows] for name in names],
    )


def text(value: Path | str) -> str:
    """A path or a text as a SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name of a column or table, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def packaged_select(name: str) -> str:
    """The SELECT of `sql/<name>.sql` as this installation carries it, for queries that no run can replace."""
    return model(RESOURCES / "sql" / f"{name}.sql")


def model(path: Path) -> str:
    """The SELECT of a model file, without a closing semicolon; it can be put between parentheses."""
    select = path.read_text(encoding="utf-8").strip().rstrip(";")
    return f"{select}\n" if "--" in select.rpartition("\n")[2] else select  # a comment would hide what follows
