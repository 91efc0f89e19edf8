"""Two published files side by side, read-only: each declared table as `old.<table>` and `new.<table>`.

Files of different versions of the program differ in their columns. A column
that one of them lacks is null on both sides, so that what both have is compared
by the same SELECTs; which ones are missing is known (`Sides.missing`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import apply_limits, identifier, text
from localsdg.common.errors import LocalsdgError
from localsdg.common.scratch import scratch_folder
from localsdg.registry.breakdowns import create_macros
from localsdg.registry.tables import Table, tables
from localsdg.warehouse.content_hash import DATA_SCHEMAS, NOT_CONTENT, hash_expression

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

#: Names of the attached files, and of the databases in memory whose views show what both have.
FILES = {"old": "old_file", "new": "new_file"}
SCHEMAS = (*DATA_SCHEMAS, "audit", "meta")
#: Columns that name the release a row was taken from: a row that is in the next release as it was is unchanged.
_RELEASES = frozenset({"release", "list_release"})
_COLUMNS = (
    "select schema_name || '.' || table_name as table_name, column_name, data_type from duckdb_columns() "
    f"where database_name = ? and schema_name in {SCHEMAS}"
)
_BASE_TABLES = "select schema_name || '.' || table_name from duckdb_tables() where database_name = ?"
#: What DuckDB says where another process has the file open to write.
_LOCKED = "lock"


@dataclass
class Sides:
    """A connection that has both files attached, and the columns of each table in both.

    `columns` has for each side the type of every column by table and name.
    """

    con: duckdb.DuckDBPyConnection
    columns: dict[str, dict[str, dict[str, str]]]
    base_tables: dict[str, frozenset[str]]
    _shown: set[str] = field(default_factory=set)

    def show(self, names: Iterable[str]) -> None:
        """Make the two views of each of these tables that is declared and that both files have."""
        for name in names:
            table = tables().get(name)
            if table is None or name in self._shown or not all(name in held for held in self.base_tables.values()):
                continue
            self._shown.add(name)
            _show(self, table)

    @property
    def missing(self) -> list[str]:
        """The declared columns, `schema.table.column`, that only one of the files has in a table of both."""
        found = []
        for table in tables().values():
            older, newer = (self.columns[side].get(table.name, {}) for side in FILES)
            if older and newer:
                found += [
                    f"{table.name}.{one.name}" for one in table.columns if (one.name in older) != (one.name in newer)
                ]
        return found

    def shared(self, table: str) -> list[str]:
        """Names of the columns of a table that both files have, in the order of the newer one."""
        older, newer = (self.columns[side].get(table, {}) for side in FILES)
        return [name for name in newer if name in older]

    def lacks(self, table: str, columns: tuple[str, ...]) -> list[str]:
        """What of a table a file lacks, in words; a table that is missing is one entry."""
        found = []
        for side, words in (("old", "older"), ("new", "newer")):
            held = self.columns[side].get(table)
            if held is None:
                found.append(f"the {words} file has no {table}")
            elif absent := [name for name in columns if name not in held]:
                found.append(f"the {words} file has no {', '.join(absent)} in {table}")
        return found


@contextmanager
def open_sides(old: Path, new: Path, settings: Settings) -> Iterator[Sides]:
    """Attach both files read-only and show what both have.

    A file that another process has open to write is read from a copy, as its
    last checkpoint left it. Raises `LocalsdgError` for a file that is not
    there, is no DuckDB database, or holds no `meta.release`.
    """
    import duckdb

    with ExitStack() as stack:
        con = stack.enter_context(closing(duckdb.connect()))
        apply_limits(con, settings)
        create_macros(con)
        for (side, name), path in zip(FILES.items(), (old, new), strict=True):
            _attach(con, stack, path, name)
            if not con.execute(_BASE_TABLES + " and schema_name = 'meta'", [name]).fetchall():
                raise _not_readable(path, "no table meta.release")
            con.execute(f"attach ':memory:' as {side}")
            for schema in SCHEMAS:
                con.execute(f"create schema {side}.{schema}")
        sides = Sides(
            con,
            {side: _columns_of(con, name) for side, name in FILES.items()},
            {
                side: frozenset(table for (table,) in con.execute(_BASE_TABLES, [name]).fetchall())
                for side, name in FILES.items()
            },
        )
        yield sides


def _attach(con: duckdb.DuckDBPyConnection, stack: ExitStack, path: Path, name: str) -> None:
    import duckdb

    if not path.is_file():
        raise LocalsdgError("there is no such file", where=path, next_step="localsdg status, which names the versions")
    try:
        con.execute(f"attach {text(path)} as {name} (read_only)")
    except duckdb.IOException as error:
        if _LOCKED not in str(error).lower():
            raise _not_readable(path, error) from error
        folder = stack.enter_context(scratch_folder())
        copy = folder / path.name
        try:
            shutil.copyfile(path, copy)
            con.execute(f"attach {text(copy)} as {name} (read_only)")
        except (OSError, duckdb.Error) as again:
            raise _not_readable(path, again) from again
    except duckdb.Error as error:
        raise _not_readable(path, error) from error


def first_line(reason: object) -> str:
    """What an error says, without the place in the SQL."""
    return (str(reason).splitlines() or [""])[0]


def _not_readable(path: Path, reason: object) -> LocalsdgError:
    return LocalsdgError(
        "this file cannot be compared",
        where=path,
        expected="a published warehouse",
        got=first_line(reason),
        next_step="localsdg status, which names the versions",
    )


def _columns_of(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table, column, data_type in con.execute(_COLUMNS + " order by table_name, column_index", [name]).fetchall():
        found.setdefault(table, {})[column] = data_type
    return found


def row_hashes(sides: Sides, table: Table) -> tuple[str, str]:
    """Two expressions over the columns that both files have: the hash of a row's key, and that of its content.

    The content leaves out what only says when and with which release a row arrived.
    """
    shared = frozenset(sides.shared(table.name))
    content = [
        hash_expression(table, column)
        for column in table.columns
        if column.name in shared - NOT_CONTENT and (column.name in table.primary_key or column.name not in _RELEASES)
    ]
    return _hash([identifier(name) for name in table.primary_key if name in shared]), _hash(content)


def listed_columns(sides: Sides, table: Table) -> str:
    """The declared columns as both sides can give them: cast to the newer type, null where one file lacks one."""
    shared = frozenset(sides.shared(table.name))
    return ", ".join(_column(sides, table.name, column.name, column.type, shared) for column in table.columns)


def _show(sides: Sides, table: Table) -> None:
    """Make the two views of a table, with `row_key` and `row_hash`."""
    key, content = row_hashes(sides, table)
    listed = listed_columns(sides, table)
    for side, file in FILES.items():
        sides.con.execute(
            f"create view {side}.{table.name} as select *, {key} as row_key, {content} as row_hash "
            f"from (select {listed} from {file}.{table.name})"
        )


def _hash(expressions: list[str]) -> str:
    return f"hash({', '.join(expressions)})" if expressions else "cast(0 as ubigint)"


def _column(sides: Sides, table: str, name: str, declared: str, shared: frozenset[str]) -> str:
    if name not in shared:
        return f"cast(null as {declared}) as {identifier(name)}"
    newer = sides.columns["new"][table][name]
    if newer == sides.columns["old"][table][name]:
        return identifier(name)
    return f"try_cast({identifier(name)} as {newer}) as {identifier(name)}"
