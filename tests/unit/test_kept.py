"""Kept parts: used where nothing changed, made again where anything did."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from localsdg.common.kept import KeptParts, part_key


def write(store: KeptParts, key: str, text: str = "rows") -> None:
    with store.put(key) as folder:
        (folder / "rows.txt").write_text(text)


def test_a_part_is_found_under_the_key_of_its_inputs_alone(tmp_path: Path) -> None:
    store = KeptParts(tmp_path / "parts")
    key = part_key("unsd", "abc")
    assert store.get(key) is None
    write(store, key)
    assert (store.get(key) / "rows.txt").read_text() == "rows"
    assert store.get(part_key("unsd", "abd")) is None and part_key("a", "bc") != part_key("ab", "c")
    assert (store.used, store.made, store.corrupt) == (1, 1, [])


@pytest.mark.parametrize("harm", ["change", "cut", "remove", "add", "list", "no list"])
def test_a_changed_part_is_noticed_and_made_again(tmp_path: Path, harm: str) -> None:
    store = KeptParts(tmp_path)
    write(store, "k", "some rows")
    file, listed = tmp_path / "k" / "rows.txt", tmp_path / "k" / "part.json"
    actions = {
        "change": lambda: file.write_text("Some rows"),
        "cut": lambda: file.write_text("some"),
        "remove": file.unlink,
        "add": lambda: (tmp_path / "k" / "more.txt").write_text(""),
        "list": lambda: listed.write_text("[]"),
        "no list": listed.unlink,
    }
    actions[harm]()
    assert store.get("k") is None and store.corrupt == ["k"] and not (tmp_path / "k").exists()
    write(store, "k", "some rows")
    assert (store.get("k") / "rows.txt").read_text() == "some rows"


def test_a_part_that_fails_or_was_made_by_another_leaves_nothing_behind(tmp_path: Path) -> None:
    store = KeptParts(tmp_path)
    with pytest.raises(ValueError, match="half"), store.put("k") as folder:
        (folder / "rows.txt").write_text("half")
        raise ValueError("half")
    assert list(tmp_path.iterdir()) == []
    with store.put("k") as folder:
        (folder / "rows.txt").write_text("second")
        write(KeptParts(tmp_path), "k", "first")
    assert [path.name for path in tmp_path.iterdir()] == ["k"]
    assert (store.get("k") / "rows.txt").read_text() == "first"


def test_without_a_folder_nothing_is_kept() -> None:
    store = KeptParts(None)
    write(store, "k")
    assert store.get("k") is None and store.sweep(0) == 0


def test_what_was_not_used_for_long_goes_first(tmp_path: Path) -> None:
    store = KeptParts(tmp_path)
    for number, key in enumerate(("old", "mid", "new")):
        write(store, key, "x" * 1000)
        os.utime(tmp_path / key, (10**9 + number, 10**9 + number))
    assert store.sweep(10**9, days=10**5) == 0
    store.get("old")
    assert store.sweep(2500, days=10**5) > 1000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "old"]
    assert store.sweep(10**9) > 1000  # "new" was not used for years
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def test_a_draft_of_a_killed_process_is_swept_after_a_day(tmp_path: Path) -> None:
    store = KeptParts(tmp_path)
    for name, days in ((".draft-old", 2), (".draft-new", 0)):
        (tmp_path / name).mkdir()
        moment = time.time() - days * 86_400
        os.utime(tmp_path / name, (moment, moment))
    store.sweep(1_000_000)
    assert [path.name for path in tmp_path.iterdir()] == [".draft-new"]


def test_a_value_comes_back_as_it_was_kept_or_not_at_all(tmp_path: Path) -> None:
    parts = KeptParts(tmp_path / "parts")
    value = [["official", "título, “é”", None], ["none", "", "1.2.1"]]
    assert parts.get_value("a" * 64) is None
    parts.put_value("a" * 64, value)
    assert parts.get_value("a" * 64) == value and parts.get_value("b" * 64) is None
    next((tmp_path / "parts").glob("*/value.json")).write_text("[]")
    assert parts.get_value("a" * 64) is None and parts.corrupt == ["a" * 64]
    (tmp_path / "file").write_text("no folder")
    for nowhere in (KeptParts(None), KeptParts(tmp_path / "file" / "parts")):
        nowhere.put_value("a" * 64, value)
        assert nowhere.get_value("a" * 64) is None
