"""What is hashed is what is read: a file that changes between the two is noticed."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from localsdg.common.context import RunContext
from localsdg.common.errors import LocalsdgError
from localsdg.common.kept import KeptParts
from localsdg.common.settings import Settings
from localsdg.sources.snapshot import Snapshot, SnapshotWriter, read_snapshot
from localsdg.sources.verified import changed_since, check_unchanged
from localsdg.staging.kept import StagedParts
from localsdg.staging.ledger import create_ledger, read_loads, read_set_aside
from localsdg.staging.registered import registered
from localsdg.staging.source import Staging, stage_snapshots
from localsdg.staging.unsd import source


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    with SnapshotWriter(tmp_path, "unsd", "2024-02", origin="o", licence="l", attribution="a") as writer:
        writer.add("a.csv", "bulk_csv", b"one")
    return writer.commit()


def rewritten(path: Path) -> None:
    """Other bytes of the same length, with the time of before."""
    stat = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def replaced(path: Path) -> None:
    (other := path.with_name("other")).write_bytes(b"two")
    other.replace(path)


@pytest.mark.parametrize("change", [rewritten, replaced, Path.unlink])
def test_a_file_that_is_changed_after_its_hash_was_compared_is_noticed(snapshot, change, tmp_path: Path) -> None:
    snapshot.verify()
    check_unchanged(snapshot.paths)
    change(snapshot.path / "a.csv")
    parts = StagedParts(KeptParts(tmp_path / "parts"), Settings(home=tmp_path))
    assert not parts.keep(snapshot, lambda folder: (folder / "x.parquet").write_bytes(b"of other bytes"))
    assert not (tmp_path / "parts").exists(), "rows were kept under the hash of other bytes"
    with pytest.raises(LocalsdgError, match="changed while it was read"):
        check_unchanged(snapshot.paths)
    assert snapshot.changed_files() and changed_since(snapshot.paths) == [], "found before it is read, it is set aside"


def test_a_link_that_a_backup_makes_changes_no_file(snapshot) -> None:
    snapshot.verify()
    os.link(snapshot.path / "a.csv", snapshot.path.parent / "backup")
    os.chmod(snapshot.path / "a.csv", 0o600)
    check_unchanged(snapshot.paths)


def test_staging_during_which_a_file_is_changed_fails(tmp_path: Path, monkeypatch) -> None:
    settings = Settings(home=tmp_path)
    shutil.copytree(settings.bundled / "m49" / "2024-04", settings.raw / "m49" / "2024-04")
    file = settings.raw / "m49" / "2024-04" / "m49.csv"
    stage = source.stage_lists

    def changed_in_between(context, usable):
        file.write_bytes(file.read_bytes().replace(b"Portugal", b"Porridge"))
        return stage(context, usable)

    def staged() -> list[str]:
        with closing(duckdb.connect()) as con:
            create_ledger(con)
            context = RunContext(con, settings, "r")
            stage_snapshots(Staging(context), {"m49": source.M49()}, [read_snapshot(file.parent)])
            return [item.rule_id for item in read_set_aside(con)]

    assert staged() == []
    with monkeypatch.context() as patched:
        patched.setattr(source, "stage_lists", changed_in_between)
        with pytest.raises(LocalsdgError, match="changed while it was read"):
            staged()
    assert staged() == ["SNAP-001"]


#: A snapshot of the bundle for each kind of reader: lists, areas, a site, numbers of people, reviews, actions.
BUNDLED = ("unsd/2022.Q2.G.02", "m49/2024-04", "opensdg/*", "population/*", "reviews/*", "actions/*")


@pytest.mark.parametrize("name", BUNDLED)
def test_no_source_stages_a_file_that_is_not_the_one_of_the_manifest(name: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    folders = sorted(settings.bundled.glob(name), key=lambda path: sum(one.stat().st_size for one in path.iterdir()))
    folder = settings.raw / folders[0].relative_to(settings.bundled)
    shutil.copytree(folders[0], folder)
    snapshot = read_snapshot(folder)
    for path in snapshot.paths:
        path.write_bytes(path.read_bytes() + b"\n")
    with closing(duckdb.connect()) as con:
        create_ledger(con)
        known = {snapshot.source: registered()[snapshot.source]}
        stage_snapshots(Staging(RunContext(con, settings, "r")), known, [snapshot])
        assert sum(load.rows_out for load in read_loads(con)) == 0, "rows of a changed file are in"
        aside = {item.set_aside_name for item in read_set_aside(con)}
    assert aside in ({path.name for path in snapshot.paths}, {snapshot.extra.get("site_id")}), aside
