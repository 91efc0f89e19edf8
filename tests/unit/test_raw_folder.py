"""What lies below data/raw and is no snapshot, or not as its manifest lists it, is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from replay_bodies import record
from unsd_helpers import csv_file, snapshot

from localsdg.common.errors import LocalsdgError
from localsdg.sources.forget import forget
from localsdg.sources.snapshot import MANIFEST
from localsdg.sources.unsd.bulk_dialect import Dialect
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
    "a manifest that never ends": (manifest(b"[" * 100_000), "SNAP-002", "unsd/2024-02"),
    "a manifest of another release": (
        lambda raw: manifest((raw / "unsd" / "2024-01" / MANIFEST).read_bytes())(raw),
        "SNAP-002",
        "unsd/2024-02",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_a_folder_that_is_no_snapshot_is_named_and_the_rest_is_used(name, raw) -> None:
    spoil, rule, place = ODD[name]
    spoil(raw)
    snapshots, aside = read_raw(raw)
    assert [one.release for one in snapshots] == ["2024-01"]
    assert [(one.rule_id, one.set_aside_kind, one.set_aside_name) for one in aside] == [(rule, "snapshot", place)]
    assert str(raw) not in aside[0].line


def _field(name: str, value: object):
    return lambda body: body | {name: value}


def _of_file(**changes: object):
    return lambda body: body | {"files": [body["files"][0] | changes]}


@pytest.mark.parametrize(
    "edit",
    [
        _field("release", None),
        _field("release", 2024),
        _field("source", ["unsd"]),
        _field("fetched_at", 7),
        _field("extra", None),
        _field("files", {}),
        _field("files", ["a.csv"]),
        _field("unknown", 1),
        lambda body: body | {"files": body["files"] * 2},
        _of_file(rows="eighty"),
        _of_file(rows=True),
        _of_file(extra=None),
        _of_file(params=[]),
        _of_file(name="../../a.csv"),
        _of_file(name=".."),
        _of_file(name="a\\b.csv"),
        _of_file(name=None),
        _of_file(sha256=0),
    ],
)
def test_a_manifest_with_a_field_of_another_type_costs_its_snapshot_alone(edit, raw) -> None:
    body = json.loads((raw / "unsd" / "2024-01" / MANIFEST).read_text())
    manifest(json.dumps(edit(body)).encode())(raw)
    snapshots, aside = read_raw(raw)
    assert [one.release for one in snapshots] == ["2024-01"]
    assert [(one.rule_id, one.set_aside_name) for one in aside] == [("SNAP-002", "unsd/2024-02")]


def test_a_manifest_may_leave_open_what_is_optional(raw) -> None:
    path = raw / "unsd" / "2024-01" / MANIFEST
    body = json.loads(path.read_text())
    for entry in body["files"]:
        entry |= {"rows": None, "url": None, "status": None, "fetched_at": None}
    path.write_text(json.dumps(body))
    assert len(read_raw(raw)[0][0].files) == 2


@pytest.mark.parametrize(
    "dialect",
    [
        {"nameless": 5},
        {"delimiter": "xx"},
        {"decimal": 1},
        {"replaced": []},
        {"wide": "yes"},
        {"encoding": None},
    ],
)
def test_a_dialect_that_does_not_exist_is_an_error_of_its_file(dialect) -> None:
    with pytest.raises(LocalsdgError, match="does not exist"):
        Dialect.from_extra(dialect)


def test_other_folders_and_files_are_no_snapshots(raw) -> None:
    for name in ("inbox", "bundled", ".tmp"):
        (raw / name / "x").mkdir(parents=True)
    (raw / "README.md").write_text("read me")
    assert len(read_raw(raw)[0]) == 1 and read_raw(raw)[1] == []
    assert read_raw(raw / "absent") == ([], [])


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes() + b"x"),
        Path.unlink,
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=["changed", "gone", "a folder"],
)
def test_a_changed_file_is_set_aside_and_the_others_are_kept(damage, raw) -> None:
    damage(raw / "unsd" / "2024-01" / "a.csv")
    kept, aside = intact(read_raw(raw)[0][0])
    assert [file.name for file in kept.files] == ["b.csv"]
    assert [(one.rule_id, one.set_aside_kind, one.set_aside_name) for one in aside] == [("SNAP-001", "file", "a.csv")]


def test_a_snapshot_whose_manifest_cannot_be_read_can_be_forgotten(raw) -> None:
    manifest(b"")(raw)
    assert forget(raw, "unsd", "2024-02") == [MANIFEST]
    assert read_raw(raw)[1] == []
