"""The SQLite copy of the published tables that Datasette reads: made once a version, kept in the home's cache.

Rows are written in the order in which the page shows them. A column that names
a row of another table is declared a foreign key, so that the page shows the
name beside the code; nothing enforces it. Maps and lists become JSON text,
booleans 0 and 1, days ISO 8601.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import identifier, scalar
from localsdg.common.disk import check_room, room_named
from localsdg.registry.explore import FILE as REGISTRY_FILE
from localsdg.registry.explore import ExploreTable, explore_registry
from localsdg.warehouse.query import open_published

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.progress import Progress
    from localsdg.common.settings import Settings

#: Name of the file, of the database in the page, and so of each permalink.
DATABASE = "localsdg"
#: Raised by a change of this module that changes the copy.
_FORMAT = 1
#: Copies that are kept: the published version, and one more that was asked for.
_KEPT = 2
_ROWS_AT_ONCE = 20_000
#: The copy is this many times the published file (measured with the bundle: 4.6).
_GROWTH = 6
_NESTED = ("MAP", "STRUCT", "LIST", "UNION", "JSON")
_REAL = ("DOUBLE", "FLOAT", "REAL", "DECIMAL")


@dataclass(frozen=True)
class CopiedTable:
    """A table of the copy: what is declared of it, what it is copied from, and its columns with DuckDB's types."""

    declared: ExploreTable
    relation: str
    columns: dict[str, str]

    @property
    def name(self) -> str:
        """Its name in the copy."""
        return self.declared.name

    def those(self, names: tuple[str, ...]) -> list[str]:
        """Those of the declared columns that this version has."""
        return [name for name in names if name in self.columns]


def current_copy(settings: Settings, progress: Progress) -> Path:
    """The copy of the published file of these settings; made where it is not there yet, whole or not at all.

    Raises `LocalsdgError` where there is no published file, and `DiskFull`
    where the disk has too little room.
    """
    from filelock import FileLock

    with closing(open_published(settings)) as con:
        folder = _cache(settings) / _name(con)
        path = folder / f"{DATABASE}.sqlite"
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / ".lock"):
            if not path.exists():
                check_room(settings.warehouse, settings.published.stat().st_size * _GROWTH, "the copy for the page")
                with room_named(path, "the copy for the page cannot be made"):
                    _make(con, example_names(settings), path, progress)
            folder.touch()
            _sweep(folder.parent)
    return path


def example_names(settings: Settings) -> list[str]:
    """Names of the example queries, each of which is a view of `evidence`."""
    return [path.stem for path in sorted((settings.sql / "examples").glob("*.sql"))]


def copied_tables(con: duckdb.DuckDBPyConnection, examples: list[str]) -> list[CopiedTable]:
    """The tables of the copy, in the order of the page: declared ones, answers, and all other views of `main`."""
    declared = explore_registry().tables
    known = {
        name
        for (name,) in con.execute(
            "select schema_name || '.' || table_name from duckdb_tables() union all "
            "select schema_name || '.' || view_name from duckdb_views() where not internal"
        ).fetchall()
    }
    answers = {name: ExploreTable(name, "answers", f"evidence.{name}") for name in examples}
    short = sorted(name.removeprefix("main.") for name in known if name.startswith("main."))
    others = {name: ExploreTable(name) for name in short if name not in declared and name not in answers}
    found = []
    for name, table in (declared | answers | others).items():
        relation = f"main.{name}" if f"main.{name}" in known else table.source_table
        if relation in known:
            found.append(CopiedTable(table, str(relation), _columns(con, str(relation))))
    return found


def _columns(con: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    return {row[0]: row[1] for row in con.execute(f"describe {relation}").fetchall()}


def _cache(settings: Settings) -> Path:
    return settings.warehouse / "explore"


def _name(con: duckdb.DuckDBPyConnection) -> str:
    """`2026.11.27.1-0f3c…`: the version, and a hash of its content and of what is declared of the page."""
    row = con.execute("select version, content_hash from meta.release").fetchone() or ("none", "")
    digest = hashlib.sha256(f"{_FORMAT} {row[1]} ".encode() + REGISTRY_FILE.read_bytes()).hexdigest()
    return f"{row[0]}-{digest[:12]}"


def _sweep(cache: Path) -> None:
    """Remove all copies but those that were used last; a server that has one open keeps reading it."""
    folders = [path for path in cache.iterdir() if path.is_dir()]
    folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in folders[_KEPT:]:
        with suppress(OSError):
            shutil.rmtree(folder)


def _make(con: duckdb.DuckDBPyConnection, examples: list[str], path: Path, progress: Progress) -> None:
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    try:
        write_copy(con, copied_tables(con, examples), draft, progress)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def write_copy(con: duckdb.DuckDBPyConnection, tables: list[CopiedTable], path: Path, progress: Progress) -> None:
    """Write the tables with their indexes and full-text search into a new SQLite file."""
    names = {table.name for table in tables}
    sizes = {table.name: int(scalar(con, f"select count(*) from {table.relation}")) for table in tables}
    total, done = sum(sizes.values()), 0
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        copy.execute("pragma journal_mode = off")
        copy.execute("pragma synchronous = off")
        copy.execute("begin")
        for table in tables:
            copy.execute(_create(table, names))
            places = ", ".join("?" * len(table.columns))
            for rows in _rows(con, table):
                copy.executemany(f"insert into {identifier(table.name)} values ({places})", rows)
                done += len(rows)
                progress.step(done, total, f"copy {table.name}")
            _index(copy, table)
        copy.execute("commit")
        copy.execute("analyze")


def _create(table: CopiedTable, names: set[str]) -> str:
    """`create table` with the key and, for columns that name a row of another table, the link to it."""
    tables = explore_registry().tables
    lines = [f"{identifier(name)} {_affinity(kind)}" for name, kind in table.columns.items()]
    if table.declared.key in table.columns:
        lines.append(f"primary key ({identifier(str(table.declared.key))})")
    for column, other in explore_registry().links.items():
        if column in table.columns and other != table.name and other in names:
            key = tables[other].key
            lines.append(f"foreign key ({identifier(column)}) references {identifier(other)} ({identifier(str(key))})")
    return f"create table {identifier(table.name)} (\n  " + ",\n  ".join(lines) + "\n)"


def _affinity(kind: str) -> str:
    if kind.startswith(_REAL):
        return "real"
    return "integer" if kind == "BOOLEAN" or kind.endswith("INT") or kind == "INTEGER" else "text"


def _rows(con: duckdb.DuckDBPyConnection, table: CopiedTable) -> Iterator[list[tuple]]:
    shown = ", ".join(_plain(name, kind) for name, kind in table.columns.items())
    order = f" order by {table.declared.order}" if _has_order(con, table) else ""
    cursor = con.execute(f"select {shown} from {table.relation} as t{order}")
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        yield rows


def _has_order(con: duckdb.DuckDBPyConnection, table: CopiedTable) -> bool:
    """Whether this version has the columns of the declared order: older ones may lack some."""
    import duckdb

    if table.declared.order is None:
        return False
    try:
        con.execute(f"select 1 from {table.relation} order by {table.declared.order} limit 0")
    except duckdb.BinderException:
        return False
    return True


def _plain(name: str, kind: str) -> str:
    """A column in a form that SQLite has."""
    column = f"t.{identifier(name)}"
    if kind.startswith(_NESTED) or kind.endswith("[]"):
        return f"cast(to_json({column}) as varchar)"
    if kind == "BOOLEAN":
        return f"cast({column} as integer)"
    if kind.startswith("DECIMAL"):
        return f"cast({column} as double)"
    return column if _affinity(kind) != "text" or kind == "VARCHAR" else f"cast({column} as varchar)"


def _index(copy: sqlite3.Connection, table: CopiedTable) -> None:
    """An index a facet and link, and the full-text search."""
    links = tuple(explore_registry().links)
    for column in dict.fromkeys([*table.those(table.declared.facets), *table.those(links)]):
        if column != table.declared.key:
            name = identifier(f"{table.name}_{column}")
            copy.execute(f"create index {name} on {identifier(table.name)} ({identifier(column)})")
    if search := table.those(table.declared.search):
        columns = ", ".join(map(identifier, search))
        copy.execute(
            f"create virtual table {identifier(table.name + '_fts')} using fts5({columns}, "
            f"content={identifier(table.name)}, tokenize='unicode61 remove_diacritics 2')"
        )
        copy.execute(f"insert into {identifier(table.name + '_fts')} ({columns}) "
                     f"select {columns} from {identifier(table.name)}")  # fmt: skip
