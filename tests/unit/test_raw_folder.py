"""What lies below data/raw and is no snapshot, or not as its manifest lists it, is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from replay_bodies import record
from unsd_helpers import csv_file, snapshot

from localsdg.sources.snapshot import MANIFEST, forget
from localsdg.staging.raw_folder import intact, read_raw


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A raw folder with one good snapshot of two files."""
    snapshot(tmp_path, "2024-01", [csv_file("a.csv", [record()]), csv_file("b.csv", [record(area=4)])])
    return tmp_path


def manifest(body: bytes):
    def write(raw: Path) -> None:
        (raw / "unsd" / "2024-02").mkdir()
        (raw / "unsd" / "2024-02" / MANIFEST).write_bytes(body)
    return write


ODD = {
    "an unknown folder": (lambda raw: (raw / "whatever" / "1").mkdir(parents=True), "SNAP-003", "whatever"),
    "an empty release": (lambda raw: (raw / "unsd" / "2024-02").mkdir(), "SNAP-004", "unsd/2024-02"),
    "an empty manifest": (manifest(b""), "SNAP-002", "unsd/2024-02"),
    "a manifest of another shape": (manifest(b"[1]"), "SNAP-002", "unsd/2024-02"),
    "a manifest that is null": (manifest(b"null"), "SNAP-002", "unsd/2024-02"),
    "a manifest that is no text": (manifest(b"\xff\xfe\x00"), "SNAP-002", "unsd/2024-02"),
    "a manifest of an unknown source": (
        lambda raw: manifest((raw / "unsd" / "2024-01" / MANIFEST).read_bytes().replace(
            b'"source": "unsd"', b'"source": "eurostat"'))(raw), "SNAP-003", "unsd/2024-02"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_folder_that_is_no_snapshot_is_named_and_the_rest_is_used(name, raw) -> None:
    spoil, rule, place = ODD[name]
    spoil(raw)
    snapshots, aside = read_raw(raw)
    assert [one.release for one in snapshots] == ["2024-01"]
    assert [(one.rule_id, one.set_aside_kind, one.set_aside_name) for one in aside] == [(rule, "snapshot", place)]
    assert str(raw) not in aside[0].line


def test_other_folders_and_files_are_no_snapshots(raw) -> None:
    for name in ("inbox", "bundled", ".tmp"):
        (raw / name / "x").mkdir(parents=True)
    (raw / "README.md").write_text("read me")
    assert len(read_raw(raw)[0]) == 1 and read_raw(raw)[1] == []
    assert read_raw(raw / "absent") == ([], [])


@pytest.mark.parametrize("damage", [
    lambda path: path.write_bytes(path.read_bytes() + b"x"), Path.unlink,
    lambda path: (path.unlink(), path.mkdir()),
], ids=["changed", "gone", "a folder"])
def test_a_changed_file_is_set_aside_and_the_others_are_kept(damage, raw) -> None:
    damage(raw / "unsd" / "2024-01" / "a.csv")
    kept, aside = intact(read_raw(raw)[0][0])
    assert [file.name for file in kept.files] == ["b.csv"]
    assert [(one.rule_id, one.set_aside_kind, one.set_aside_name) for one in aside] == [("SNAP-001", "file", "a.csv")]


def test_a_snapshot_whose_manifest_cannot_be_read_can_be_forgotten(raw) -> None:
    manifest(b"")(raw)
    assert forget(raw, "unsd", "2024-02") == [MANIFEST]
    assert read_raw(raw)[1] == []
