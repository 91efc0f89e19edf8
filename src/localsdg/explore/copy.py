"""The SQLite copy of the published tables that Datasette reads: made once a version, kept in the home's cache.

It is the file of `localsdg export --format sqlite` with what the page needs
beside it: full-text search, an index a facet, and a link from every column
that names a row of another table, so that the page shows the name beside the code.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import identifier
from localsdg.common.disk import check_room, room_named
from localsdg.registry.explore import FILE as REGISTRY_FILE
from localsdg.registry.explore import ExploreTable, explore_registry
from localsdg.warehouse.export.selection import ExportTable, ForeignKey, choose_tables
from localsdg.warehouse.export.sqlite_file import write_sqlite
from localsdg.warehouse.query import open_published

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.progress import Progress
    from localsdg.common.settings import Settings

#: Name of the file, of the database in the page, and so of each permalink.
DATABASE = "localsdg"
#: Raised by a change of this module that changes the copy.
_FORMAT = 2
#: Copies that are kept: the published version, and one more that was asked for.
_KEPT = 2
#: The copy takes this many times the published file (measured with the bundle: 6).
_GROWTH = 7


def current_copy(settings: Settings, progress: Progress) -> Path:
    """The copy of the published file of these settings; made where it is not there yet, whole or not at all.

    Raises `LocalsdgError` where there is no published file, and `DiskFull`
    where the disk has too little room.
    """
    from filelock import FileLock

    with closing(open_published(settings)) as con:
        cache = settings.warehouse / "explore"
        folder = cache / _name(con)
        path = folder / f"{DATABASE}.sqlite"
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / ".lock"):
            if not _is_whole(path):
                check_room(settings.warehouse, settings.published.stat().st_size * _GROWTH, "the copy for the page")
                with room_named(path, "the copy for the page cannot be made"):
                    _make(con, _tables_of(con, settings), path, progress)
            folder.touch()
            _sweep(cache)
    return path


def declared_tables(known: Iterable[str], examples: Iterable[str]) -> dict[str, ExploreTable]:
    """What the page shows of a file with these tables, by their full names, in the order of the page.

    The declared tables, the answers (a view of `evidence` by the name of each
    example), and all other views of `main`.
    """
    known = set(known)
    declared = explore_registry().tables
    answers = {name: ExploreTable(name, "answers", f"evidence.{name}") for name in examples}
    # the copy has a dictionary of its own
    others = sorted(name.removeprefix("main.") for name in known if name.startswith("main."))
    rest = {name: ExploreTable(name) for name in others if name not in declared and not name.endswith("_info")}
    found = {}
    for name, table in (declared | answers | rest).items():
        relation = f"main.{name}" if f"main.{name}" in known else table.source_table
        if relation in known:
            found[str(relation)] = table
    return found


def _tables_of(con: duckdb.DuckDBPyConnection, settings: Settings) -> list[ExportTable]:
    """The tables of the copy under the names of the page, keys and links as the page uses them."""
    names = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables() union all "
        "select schema_name || '.' || view_name from duckdb_views() where not internal"
    ).fetchall()
    examples = [path.stem for path in sorted((settings.sql / "examples").glob("*.sql"))]
    declared = declared_tables((name for (name,) in names), examples)
    chosen = choose_tables(con, list(declared))
    shown = {one.name for one in declared.values()}
    return [_as_shown(table, one, shown) for table, one in zip(chosen, declared.values(), strict=True)]


def _as_shown(table: ExportTable, declared: ExploreTable, shown: set[str]) -> ExportTable:
    """A table with its name, its key if it is one column, and links also where some codes lead nowhere."""
    columns = {column.name for column in table.columns}
    registry = explore_registry()
    links = [
        ForeignKey(column, other, str(registry.tables[other].key))
        for column, other in registry.links.items()
        if column in columns and other in shown and other != declared.name
    ]
    key = (declared.key,) if declared.key in columns else ()
    return replace(table, file=declared.name, primary_key=key, foreign_keys=tuple(links))


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


def _is_whole(path: Path) -> bool:
    """Whether the copy is there with all its pages: a full disk or a cut connection may have shortened it."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError:
        return False
    # https://www.sqlite.org/fileformat.html: the size of a page, where 1 is 65,536, and the number of pages
    size, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
    return head.startswith(b"SQLite format 3\0") and path.stat().st_size == pages * (65_536 if size == 1 else size)


def _make(con: duckdb.DuckDBPyConnection, tables: list[ExportTable], path: Path, progress: Progress) -> None:
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    try:
        write_copy(con, tables, draft, progress)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def write_copy(con: duckdb.DuckDBPyConnection, tables: list[ExportTable], path: Path, progress: Progress) -> None:
    """Write the tables with their indexes and full-text search into a new SQLite file."""
    total, done = sum(table.n_rows for table in tables), 0

    def step(table: ExportTable) -> None:
        nonlocal done
        progress.step(done, total, f"copy {table.file}")
        done += table.n_rows

    write_sqlite(con, path, tables, step=step, with_rowid=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        copy.execute("pragma journal_mode = off")
        copy.execute("pragma synchronous = off")
        copy.execute("begin")
        for table in tables:
            declared = explore_registry().tables.get(table.file)
            if declared:
                columns = {column.name for column in table.columns}
                _index(copy, table.file, [name for name in declared.facets if name in columns])
                _search(copy, table.file, [name for name in declared.search if name in columns])
        copy.execute("commit")
        copy.execute("analyze")


def _index(copy: sqlite3.Connection, table: str, facets: list[str]) -> None:
    for column in facets:
        name = identifier(f"{table}_{column}")
        copy.execute(f"create index if not exists {name} on {identifier(table)} ({identifier(column)})")


def _search(copy: sqlite3.Connection, table: str, columns: list[str]) -> None:
    """Full-text search by words, in any letter case and with or without accents."""
    if not columns:
        return
    listed, name = ", ".join(map(identifier, columns)), identifier(f"{table}_fts")
    copy.execute(
        f"create virtual table {name} using fts5({listed}, content={identifier(table)}, "
        "tokenize='unicode61 remove_diacritics 2')"
    )
    copy.execute(f"insert into {name} ({name}) values ('rebuild')")
