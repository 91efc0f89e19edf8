"""What staging makes of one snapshot, kept as Parquet under the hash of all that it depends on.

    parts = StagedParts(KeptParts(settings.parts_folder), settings)
    if (folder := parts.find(snapshot)) is None:
        ...  # stage the snapshot in a database of its own (`apart`)
        parts.keep(snapshot, lambda folder: write_part(con, folder))

A snapshot is immutable, so that its staged rows are the same as long as the code is. A part holds
the rows that the snapshot gave to each table, in their order, a file a table, without the id of
the run. Its key is of the manifest (with the hash of each file that is used) and of everything else
that staging reads: the code and registry of these layers, the SQL, the user's lists, the versions of
the libraries, and the year. Corrections, and whatever needs several snapshots, come after the parts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import all_or_none, in_order, text
from localsdg.common.input_hash import ACCEPTED, PACKAGE, file_lines, hash_lines, library_lines, user_file_lines
from localsdg.common.kept import KeptParts, part_key
from localsdg.sources.verified import changed_since
from localsdg.staging.contain import machine_faults
from localsdg.staging.ledger import reason_in_short

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings
    from localsdg.sources.snapshot import Snapshot

#: Packages whose modules and lists staging reads: its own layer and those below.
_LAYERS = ("common", "registry", "sources", "staging")
#: User's files that staging of one snapshot does not read; they are applied to all rows, kept or not.
_READ_LATER = ("corrections.toml", ACCEPTED)


def staging_digest(settings: Settings) -> str:
    """A hash of all that the rows of a snapshot depend on beside the snapshot itself."""
    folders = {**{name: PACKAGE / name for name in _LAYERS}, "sql": settings.sql / "staging"}
    lines = [line for name, folder in folders.items() for line in file_lines(name, folder)]
    # rows of years to come are rejects
    lines += [*user_file_lines(settings, _READ_LATER), *library_lines(), f"year {datetime.now(UTC).year}"]
    return hash_lines(lines)


class StagedParts:
    """The kept parts of one run; `store` without a folder finds and keeps nothing."""

    def __init__(self, store: KeptParts, settings: Settings | None = None, *, fills_only: bool = False) -> None:
        self.store = store
        #: Nobody reads the tables: what is kept needs not be inserted.
        self.fills_only = fills_only
        self._settings = settings
        #: What went wrong with the parts, a line each; the rows of the run are complete all the same.
        self.notes: list[str] = []
        self._can_write = True

    @property
    def are_kept(self) -> bool:
        """Whether anything is kept, as far as is known."""
        return self.store.folder is not None and self._can_write

    @cached_property
    def _digest(self) -> str:
        from localsdg.common.settings import Settings

        return staging_digest(self._settings or Settings())

    def _key(self, snapshot: Snapshot) -> str:
        """The key of the rows of a snapshot: of its manifest, but for where it is on the disk."""
        facts = {name: value for name, value in asdict(snapshot).items() if name != "path"}
        return self.key_of("staged", json.dumps(facts, sort_keys=True, default=str))

    def key_of(self, what: str, *inputs: object) -> str:
        """The key of a result of staging, of all that it depends on beside code and lists."""
        return part_key(what, self._digest, *inputs)

    def has(self, snapshot: Snapshot) -> bool:
        """Whether there is a part of a snapshot, whole or not; asks the folder alone, and counts nothing."""
        return self.store.folder is not None and (self.store.folder / self._key(snapshot)).is_dir()

    def find(self, snapshot: Snapshot, *, is_new: bool = False) -> Path | None:
        """The folder of the part of a snapshot; None where there is none, or it is damaged.

        The files of the snapshot are not read: the caller verifies them. A part that `is_new` counts as made only.
        """
        if self.store.folder is None:
            return None
        damaged = len(self.store.corrupt)
        try:
            folder = self.store.get(self._key(snapshot))
        except OSError as error:
            self._note(f"kept parts of staging cannot be read: {reason_in_short(error)}")
            return None
        self.store.used -= int(is_new and folder is not None)
        if len(self.store.corrupt) > damaged:
            self._note(f"the kept part of {snapshot.source} {snapshot.release} was damaged; it was staged again")
        return folder

    def refuse(self, snapshot: Snapshot) -> None:
        """Count a part that was found as damaged: its files are whole, and cannot be read."""
        self.store.used -= 1
        self.store.corrupt.append(self._key(snapshot))
        self._note(f"the kept part of {snapshot.source} {snapshot.release} cannot be read; it was staged again")

    def keep(self, snapshot: Snapshot, write: Callable[[Path], None]) -> bool:
        """Keep what `write` puts into a folder; returns whether it is kept.

        A disk that cannot take it is a note, and ends the keeping of this run. Rows of a file that was changed
        after its hash was compared are not kept under that hash.
        """
        import duckdb

        if not self.are_kept or changed_since(snapshot.paths):
            return False
        try:
            with self.store.put(self._key(snapshot)) as folder:
                write(folder)
        except (OSError, duckdb.IOException) as error:
            self._can_write = False
            self._note(f"what was staged is not kept for the next run: {reason_in_short(error)}")
        return self._can_write

    def _note(self, line: str) -> None:
        if line not in self.notes:
            self.notes.append(line)


#: Finds and keeps nothing.
NOT_KEPT = StagedParts(KeptParts(None))


def write_part(con: duckdb.DuckDBPyConnection, names: list[str], folder: Path) -> None:
    """Write all rows of the tables, without the id of the run, a file a table, in their order."""
    with in_order(con):
        for name in names:
            target = text(folder / f"{name}.parquet")
            con.execute(f"copy ({select_kept(con, name)}) to {target} (format parquet, compression zstd)")


def select_kept(con: duckdb.DuckDBPyConnection, name: str) -> str:
    """SELECT of the columns of a table that a part keeps."""
    columns = [column for (column, *_) in con.execute(f"describe {name}").fetchall()]
    return f"select * {'exclude (run_id) ' if 'run_id' in columns else ''}from {name}"


def tables_of_part(folder: Path) -> list[str]:
    """Names of the tables that a part has rows of."""
    return sorted(path.name.removesuffix(".parquet") for path in folder.glob("*.parquet"))


def load_part(con: duckdb.DuckDBPyConnection, run_id: str, folder: Path) -> None:
    """Insert the rows of a part into the tables of the connection, all or none. Raises `duckdb.Error`."""
    with in_order(con), all_or_none(con):
        for name in tables_of_part(folder):
            source = f"read_parquet({text(folder / f'{name}.parquet')})"
            run = f", {text(run_id)} as run_id" if name.startswith("audit.") else ""
            con.execute(f"insert into {name} by name select *{run} from {source}")


class Faults:
    """Whether the machine failed since this was made: what was left out then may be read the next time."""

    def __init__(self) -> None:
        self._before = machine_faults()

    @property
    def any(self) -> bool:
        """Whether it did."""
        return machine_faults() > self._before
