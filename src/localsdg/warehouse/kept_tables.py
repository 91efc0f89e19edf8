"""Tables of the published file that the next one takes over, because all that their rows depend on is the same.

Writing all rows again is most of a build's time. A build therefore starts from a copy of the published file
where a note on it is kept (`common/kept.py`, under the hash of the file): of each table and metric a key of
all that its rows were computed from, and a hash of its rows. A model whose key is the same is not run. A table
that is computed again and comes out the same has the same hash, so that what reads it is not run either.

The key of a model holds its SELECT as it runs, the rows of everything that it reads (tables, the reviewed lists,
the order of releases), the whole package with its registry, and the version of DuckDB.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.database import open_work, rows_hash
from localsdg.common.kept import KeptParts, part_key
from localsdg.common.parsed_text import json_of
from localsdg.registry.evidence import metrics
from localsdg.registry.tables import tables
from localsdg.sources.snapshot import sha256_of
from localsdg.warehouse.build_inputs import package_digest
from localsdg.warehouse.metric_rows import STAMPED
from localsdg.warehouse.models import HEADLINE

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

#: Beside a built file until it is published, and the file of its part afterwards.
NOTE = "tables.json"
#: Views that models read under a name without schema, and the table behind them.
_VIEWS = {"unflagged_observation": "core.latest_observation"}
#: A file of which less than this share of the blocks is in use is written anew.
_LEAST_USED = 0.7
_WORD = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass
class KeptTables:
    """The keys and hashes of the file that a build started from (`known`), and of the one that it makes.

    Without a `base` nothing is kept: no key is known, and no row is hashed.
    """

    base: str | None
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    beside: frozenset[str] | None = None  # temporary tables, all made before the first model runs
    withheld: dict[str, list[dict]] = field(default_factory=dict)  # of each metric, rows of `withheld_value`
    edition: dict[str, Any] = field(default_factory=dict)  # key and computed tables of that of the event
    left: frozenset[str] = frozenset()  # tables of that edition that were not written
    contents: dict[str, tuple[int, ...]] = field(default_factory=dict)  # as `content_hash.py` counts tables

    @property
    def started_from_published(self) -> bool:
        """Whether the file began as a copy of the published one."""
        return bool(self.known)

    def holds(self, name: str, key: str) -> bool:
        """Note the key of a table; True where the file has its rows, which were computed from the same."""
        self.keys[name] = key
        if self.has(name, key):
            self.rows[name] = self.known["rows"][name]
            return True
        self.made.append(name)
        return False

    def has(self, name: str, key: str) -> bool:
        """Whether the file that the build started from has the rows of this key."""
        return self.started_from_published and self.known["keys"].get(name) == key

    def hash_of(self, con: duckdb.DuckDBPyConnection, name: str) -> str:
        """The hash of the rows of a table that models read, each table once."""
        name = _VIEWS.get(name, name)
        if self.base is None:
            return ""
        if name not in self.rows:
            self.rows[name] = rows_hash(con, name, without=(STAMPED,))
        return self.rows[name]

    def key_of(
        self, con: duckdb.DuckDBPyConnection, selects: Iterable[str], reads: Iterable[str], *more: object
    ) -> str:
        """The key of what SELECTs give: their text, and the rows of `reads` and of the temporary tables they name."""
        if self.base is None:
            return ""
        texts = list(selects)
        if self.beside is None:
            self.beside = _temporary(con)
        names = {*reads, *(self.beside & {word for text in texts for word in _WORD.findall(text)})}
        return part_key(self.base, *texts, *more, *(f"{name} {self.hash_of(con, name)}" for name in sorted(names)))

    @property
    def unchanged(self) -> frozenset[str]:
        """Tables of the file with the same rows as in the published file that it began as, but for their day."""
        known = self.known.get("rows", {})
        same = {name for name in self.keys if name in tables() and self.rows.get(name) == known.get(name, "")}
        if self.started_from_published and not any(name.removeprefix("evidence.") in metrics() for name in self.made):
            same.add("evidence.metric_value")
        return self.left.union(same)

    @property
    def known_contents(self) -> dict[str, Any]:
        """The contents of the tables that are unchanged."""
        contents = self.known.get("contents", {})
        return {name: contents[name] for name in self.unchanged if name in contents}

    def write(self, built: Path) -> None:
        """Put the note beside the built file, for `keep_note` and for what comes before the publication."""
        if self.base is None:
            return
        note = {
            "keys": self.keys,
            "rows": {name: self.rows[name] for name in self.keys},
            "withheld": self.withheld,
            "edition": self.edition,
            "contents": self.contents,
            "unchanged": sorted(self.unchanged),
            "audits": self.known.get("audits", {}),
        }
        write_note(built, note)


def read_note(built: Path) -> dict[str, Any]:
    """The note beside a built file; empty where there is none."""
    note = built.with_name(NOTE)
    return json_of(note.read_text(encoding="utf-8")) if note.is_file() else {}


def unchanged_tables(built: Path) -> frozenset[str]:
    """Tables of a built file that are those of the published file, as its note says."""
    return frozenset(read_note(built).get("unchanged", ()))


def write_note(built: Path, note: dict[str, Any]) -> None:
    """Put a note beside a built file."""
    built.with_name(NOTE).write_text(json.dumps(note, indent=1, sort_keys=True), encoding="utf-8")


def start(target: Path, settings: Settings, keep: Iterable[str]) -> KeptTables:
    """Begin a build: copy the published file to `target` where its tables may be used again.

    Of the copy the tables in `keep` are left, those whose keys are known; what else there is comes from the
    registry or the run. Without a note, with other code, or where the file is not the one of the note, `target`
    is not made and everything is computed.
    """
    store = KeptParts(settings.parts_folder)
    kept = KeptTables(None if store.folder is None else _base(settings))
    if kept.base is None or not settings.published.is_file():
        return kept
    shutil.copyfile(settings.published, target)
    folder = store.get(_name(kept.base, sha256_of(target)))
    known = json_of((folder / NOTE).read_text(encoding="utf-8")) if folder else {}
    if known and _strip(target, settings, set(keep)):
        kept.known = known
    else:
        target.unlink()
    return kept


def keep_note(built: Path, settings: Settings, sha256: str) -> None:
    """Keep the note on a file that is being published, under its final hash; a full disk stops nothing."""
    note = built.with_name(NOTE)
    store = KeptParts(settings.parts_folder)
    if store.folder is None or not note.is_file():
        return
    try:
        with store.put(_name(_base(settings), sha256)) as folder:
            shutil.copyfile(note, folder / NOTE)
    except OSError:
        return


def _base(settings: Settings) -> str:
    """What all tables depend on; the headlines are marked when all metrics are there, and are no model."""
    import duckdb

    headline = (settings.sql / "evidence" / f"{HEADLINE}.sql").read_text(encoding="utf-8")
    return part_key(package_digest(), duckdb.__version__, headline)


def _name(base: str, sha256: str) -> str:
    return part_key("tables of a published file", base, sha256)


def _strip(target: Path, settings: Settings, keep: set[str]) -> bool:
    """Take from the copy what is filled anew; False where most of the file would be empty blocks."""
    with closing(open_work(target, settings)) as con:
        total, used = con.execute("select total_blocks, used_blocks from pragma_database_size()").fetchall()[0]
        if used < _LEAST_USED * total:
            return False
        listed = (
            "select 'view' as kind, schema_name || '.' || view_name from duckdb_views() "
            "where not internal and database_name = current_database() union all "
            "select 'table', schema_name || '.' || table_name from duckdb_tables() "
            "where database_name = current_database()"
        )
        for kind, name in con.execute(listed).fetchall():
            if kind == "view" or name not in keep or name not in tables():
                con.execute(f"drop {kind} {name}")
        con.execute("checkpoint")
    return True


def _temporary(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The names of tables and views without a schema, which models read beside the declared ones."""
    listed = (
        "select table_name from duckdb_tables() where temporary union all "
        "select view_name from duckdb_views() where temporary and not internal"
    )
    return frozenset(name for (name,) in con.execute(listed).fetchall())
