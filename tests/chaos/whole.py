"""What must be true of a home at any moment, whatever was killed, and what must be true once a run has ended well."""

from __future__ import annotations

import json
import os
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from localsdg.common.settings import Settings
from localsdg.pipeline.run_log import read_runs
from localsdg.sources.snapshot import iter_snapshots, sha256_of

#: Names of what is being written or removed.
_UNDER_WAY = ("*.tmp", "*.part", "*.gone", "*.new", ".run-*", ".running-*", ".writer.json", ".draft-*", "*.wal")


@dataclass
class Whole:
    """One home, and the file of each version that it ever published."""

    settings: Settings
    sha_of: dict[str, str] = field(default_factory=dict)

    def check(self) -> str:
        """The published version; raises `AssertionError` where anything is not whole."""
        file = self.settings.published
        with closing(duckdb.connect(str(file), read_only=True)) as con:
            ((version,),) = con.execute("select version from meta.release").fetchall()
            for schema, table in con.execute("select schema_name, table_name from duckdb_tables()").fetchall():
                con.execute(f'select count(*) from "{schema}"."{table}"')
        self._belongs(version, sha256_of(file))
        for folder in (self.settings.warehouse / "releases").glob("[0-9]*"):
            stated = json.loads((folder / "manifest.json").read_text())
            assert stated["version"] == folder.name
            assert stated["sha256"] == sha256_of(folder / file.name), f"{folder.name} is not what was published"
            self._belongs(folder.name, stated["sha256"])
        for snapshot in iter_snapshots(self.settings.raw):
            assert snapshot.changed_files() == [], f"{snapshot.path} is not whole"
        return version

    def check_healed(self) -> None:
        """No leftovers, and a run log that has every publication."""
        version = self.check()
        assert leftovers(self.settings) == []
        runs = read_runs(self.settings)
        published = [row["version"] for row in runs if row["status"] == "published"]
        assert len(published) == len(set(published)), f"a version was published twice: {published}"
        assert version in published
        assert self.sha_of.keys() <= set(published), "a publication is not in the run log"

    def _belongs(self, version: str, sha256: str) -> None:
        assert self.sha_of.setdefault(version, sha256) == sha256, f"version {version} is two files"


def leftovers(settings: Settings) -> list[str]:
    """Files and folders below the data that are neither whole nor gone."""
    roots = (settings.warehouse, settings.raw)
    return sorted({str(path.relative_to(root)) for root in roots for name in _UNDER_WAY for path in root.rglob(name)})


def age(settings: Settings, days: float = 2) -> None:
    """Set all times of what is below the data back: what is swept after a day is swept by the next run."""
    moment = time.time() - days * 86_400
    for name in _UNDER_WAY:
        for path in [found for found in settings.home.rglob(name)]:
            for part in (path, *(path.rglob("*") if path.is_dir() else ())):
                os.utime(part, (moment, moment))


def contents(file: Path) -> dict[str, int]:
    """A hash of the rows of each table that does not speak of runs; the same for the same data."""
    found = {}
    with closing(duckdb.connect(str(file), read_only=True)) as con:
        for schema, table in con.execute(
            "select schema_name, table_name from duckdb_tables() where schema_name not in ('meta', 'audit')"
        ).fetchall():
            (found[f"{schema}.{table}"],) = con.execute(
                f'select coalesce(bit_xor(hash(t)), 0) + count(*) from "{schema}"."{table}" as t'
            ).fetchone()
    return found
