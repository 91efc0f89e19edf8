"""Snapshots are immutable, and go on where they stopped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.sources.forget import forget
from localsdg.sources.snapshot import (
    MANIFEST,
    SnapshotWriter,
    iter_snapshots,
    read_snapshot,
    sha256_of,
)

HEAD = {"origin": "o", "licence": "l", "attribution": "a"}


def writer(root: Path) -> SnapshotWriter:
    return SnapshotWriter(root, "unsd", "2024-02", **HEAD)


def test_a_folder_without_a_manifest_does_not_exist(tmp_path: Path) -> None:
    one = writer(tmp_path)
    one.add("a.csv", "bulk_csv", b"x")
    assert read_snapshot(one.path) is None and not list(iter_snapshots(tmp_path))
    one.commit()
    assert [s.release for s in iter_snapshots(tmp_path)] == ["2024-02"]


def test_a_pull_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    first = writer(tmp_path)
    first.add("p1.json", "series_data", b"{}", url="http://h/d", params={"page": 1})
    with (first.path / "manifest.partial.jsonl").open("a") as handle:
        handle.write('{"name": "cut')  # a kill in the middle of a line
    second = writer(tmp_path)
    assert second.fetched("http://h/d", {"page": 1}).name == "p1.json"
    assert second.fetched("http://h/d", {"page": 2}) is None


def test_the_same_bytes_are_kept_once_but_two_answers_are_two(tmp_path: Path) -> None:
    one = writer(tmp_path)
    first = one.add("a.csv", "bulk_csv", b"same")
    assert one.add("b.csv", "bulk_csv", b"same") == first
    assert not (one.path / "b.csv").exists()
    one.add("p1", "series_data", b"[]", url="u", params={"series": "A"})
    one.add("p2", "series_data", b"[]", url="u", params={"series": "B"})
    assert len(one.records) == 3


def test_another_file_of_that_name_is_refused_and_the_old_one_stays(tmp_path: Path) -> None:
    writer(tmp_path).add("a.csv", "bulk_csv", b"one")
    one = writer(tmp_path)
    with pytest.raises(LocalsdgError, match="immutable"):
        one.add("a.csv", "bulk_csv", b"two")
    assert (one.path / "a.csv").read_bytes() == b"one"
    assert not list(one.path.glob(".*tmp"))


def test_a_changed_or_lost_file_is_noticed(tmp_path: Path) -> None:
    one = writer(tmp_path)
    one.add("a.csv", "bulk_csv", b"one")
    snapshot = one.commit()
    snapshot.verify()
    (one.path / "a.csv").write_bytes(b"two")
    with pytest.raises(LocalsdgError, match="was changed"):
        snapshot.verify()
    (one.path / "a.csv").unlink()
    with pytest.raises(LocalsdgError, match="is gone"):
        snapshot.verify()


def test_a_manifest_that_cannot_be_read_is_an_error_and_not_an_absence(tmp_path: Path) -> None:
    one = writer(tmp_path)
    one.add("a.csv", "bulk_csv", b"one")
    one.commit()
    (one.path / MANIFEST).write_text("{")
    with pytest.raises(LocalsdgError, match="manifest cannot be read"):
        read_snapshot(one.path)


def test_forget_takes_one_file_or_all(tmp_path: Path) -> None:
    one = writer(tmp_path)
    one.add("a.csv", "bulk_csv", b"one")
    one.add("b.csv", "bulk_csv", b"two")
    one.commit()
    assert forget(tmp_path, "unsd", "2024-02", "a.csv") == ["a.csv"]
    assert [f.name for f in read_snapshot(one.path).files] == ["b.csv"]
    with pytest.raises(UsageError, match=r"expected 2024-02 \| got \.\./x"):
        forget(tmp_path, "unsd", "../x")
    assert forget(tmp_path, "unsd", "2024-02") == ["b.csv"]
    assert not one.path.exists()


#: Names that a manifest may state and no writer gives: they lead elsewhere, or are other files on another machine.
ODD_NAMES = (
    *(
        "../x.csv",
        "/etc/passwd",
        "a/b.csv",
        "a\\b.csv",
        "..",
        ".",
        "",
        " ",
        ".hidden.csv",
        "a.csv.",
        " a.csv",
        "a\n.csv",
    ),
    *(
        "manifest.json",
        "Manifest.JSON",
        "manifest.partial.jsonl",
        "CON",
        "nul.csv",
        "COM1.tar.gz",
        "a\0.csv",
        "a:b.csv",
    ),
    *("\ud800.csv", "\u00e9" * 121),
)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_that_is_no_plain_one_is_neither_written_nor_read(name: str, tmp_path: Path) -> None:
    one = writer(tmp_path)
    one.add("a.csv", "bulk_csv", b"one")
    one.commit()
    with pytest.raises(UsageError, match="cannot have this name"):
        one.add(name, "bulk_csv", b"two")
    with pytest.raises(UsageError, match="a release of a snapshot cannot have this name"):
        SnapshotWriter(tmp_path, "unsd", name, origin="", licence="", attribution="")
    body = json.loads((one.path / MANIFEST).read_text())
    body["files"][0]["name"] = name
    (one.path / MANIFEST).write_text(json.dumps(body))
    with pytest.raises(LocalsdgError, match="manifest cannot be read"):
        read_snapshot(one.path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["2024-02", "a.csv", MANIFEST, "unsd"]


def test_a_file_that_is_refused_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it is a device on Windows"):
        writer(tmp_path).add("con.csv", "bulk_csv", b"one")
    assert list((tmp_path / "unsd").iterdir()) == []


def test_two_names_that_differ_in_capitals_alone_are_told_apart(tmp_path: Path) -> None:
    one = writer(tmp_path)
    one.add("a.csv", "bulk_csv", b"one")
    assert one.free_name("a.csv", sha256_of(one.path / "a.csv")) == "a.csv"
    assert one.free_name("A.csv", "0123456789") == "A-01234567.csv"


@pytest.mark.parametrize("field", ["source", "release"])
def test_a_manifest_of_another_folder_is_not_read(field: str, tmp_path: Path) -> None:
    one = writer(tmp_path)
    one.add("a.csv", "bulk_csv", b"one")
    one.commit()
    body = json.loads((one.path / MANIFEST).read_text())
    (one.path / MANIFEST).write_text(json.dumps({**body, field: "2019-12"}))
    with pytest.raises(LocalsdgError, match="and its folder is unsd/2024-02"):
        read_snapshot(one.path)


def test_forget_removes_nothing_outside_its_folder(tmp_path: Path) -> None:
    raw, outside = tmp_path / "raw", tmp_path / "outside"
    for root in (raw, outside):
        one = writer(root)
        one.add("a.csv", "bulk_csv", b"one")
        one.commit()
    (raw / "unsd" / "2024-03").symlink_to(outside / "unsd" / "2024-02")
    elsewhere = outside / "unsd" / "2024-02"
    for source, release in (
        ("../outside/unsd", "2024-02"),
        (str(outside / "unsd"), "2024-02"),
        ("unsd", "../../outside/unsd/2024-02"),
        ("unsd", str(elsewhere)),
        ("..", "outside"),
        ("unsd", "."),
        ("", "unsd"),
    ):
        with pytest.raises(UsageError, match="no such snapshot"):
            forget(raw, source, release)
    with pytest.raises((UsageError, LocalsdgError)):
        forget(raw, "unsd", "2024-02", "../../../outside/unsd/2024-02/a.csv")
    assert forget(raw, "unsd", "2024-03") == [MANIFEST]  # the link alone
    assert (elsewhere / "a.csv").read_bytes() == b"one"
    assert [path.name for path in (raw / "unsd").iterdir()] == ["2024-02"]
