"""The fingerprint of a build's inputs: each thing that a build reads changes it, and nothing else does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from localsdg.common import input_hash
from localsdg.common.settings import RESOURCES, Settings
from localsdg.sources.snapshot import SnapshotWriter, iter_snapshots
from localsdg.warehouse import build_inputs


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with one snapshot, and resources and a package of its own, so that they can be changed."""
    for name in ("sql", "expectations"):
        shutil.copytree(RESOURCES / name, tmp_path / "project" / name)
    package = tmp_path / "package"
    (package / "registry").mkdir(parents=True)
    (package / "registry" / "series.csv").write_text("a")
    monkeypatch.setattr(build_inputs, "PACKAGE", package)
    settings = Settings(home=tmp_path / "home", resources=tmp_path / "project", sites=str(tmp_path / "sites.csv"))
    with SnapshotWriter(settings.raw, "records", "one", origin="o", licence="l", attribution="a") as writer:
        writer.add("data.csv", "data", b"a,b")
    return settings


def inputs(settings: Settings, *unreadable: str) -> dict[str, str]:
    return build_inputs.build_inputs(settings, list(iter_snapshots(settings.raw)), unreadable)


def changed(settings: Settings, change: Callable[[], object]) -> list[str]:
    before = inputs(settings)
    change()
    after = inputs(settings)
    return [name for name in before if before[name] != after[name]]


def write(path: Path, text: str) -> Callable[[], object]:
    def change() -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return change


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("home/data/corrections.toml", "user files"),
        ("home/data/accepted.toml", "accepted"),
        ("project/data/corrections.toml", "user files"),
        ("home/data/linking/links.parquet", "user files"),
        ("sites.csv", "user files"),
        ("project/sql/core/goal.sql", "code"),
        ("project/expectations/own.json", "code"),
        ("package/registry/series.csv", "code"),
        ("package/staging/new.py", "code"),
        ("home/data/raw/records/one/data.csv", "snapshots"),
    ],
)
def test_each_file_that_a_build_reads_changes_it(settings: Settings, tmp_path: Path, file: str, part: str) -> None:
    assert changed(settings, write(tmp_path / file, "other")) == [part]
    (tmp_path / file).unlink()
    assert changed(settings, write(tmp_path / file, "more")) == [part]


def test_a_new_snapshot_of_records_or_decisions_changes_it(settings: Settings) -> None:
    def pull() -> None:
        with SnapshotWriter(settings.raw, "decisions", "one", origin="o", licence="l", attribution="a") as writer:
            writer.add("decisions.csv", "data", b"a,b")

    assert changed(settings, pull) == ["snapshots"]


def test_a_damaged_file_of_the_same_size_changes_it(settings: Settings) -> None:
    file = settings.raw / "records" / "one" / "data.csv"

    def damage() -> None:
        file.write_bytes(b"a;b")
        os.utime(file, (1, 1))

    assert changed(settings, damage) == ["snapshots"]


def test_settings_unreadable_folders_libraries_and_the_year_count(settings: Settings, monkeypatch) -> None:
    before = inputs(settings)
    assert inputs(replace(settings, link_declared=1))["settings"] != before["settings"]
    assert inputs(settings, "snapshot x: no manifest")["snapshots"] != before["snapshots"]
    monkeypatch.setattr(input_hash, "_version", lambda name: "0")
    assert inputs(settings)["libraries"] != before["libraries"]
    assert before["year"].isdigit()


def test_what_is_kept_and_how_fast_a_build_is_do_not_count(settings: Settings, tmp_path: Path) -> None:
    before = inputs(settings)
    write(tmp_path / "home/data/pinned.toml", "x")()
    write(tmp_path / "home/data/cited.json", "x")()
    write(tmp_path / "home/data/warehouse/runs.jsonl", "x")()
    write(tmp_path / "package/__pycache__/a.pyc", "x")()
    assert inputs(replace(settings, threads=1, memory_limit="1GB", keep_versions=1, contact="a")) == before


def test_versions_are_those_that_are_installed() -> None:
    for name in ("duckdb", "click", "great-expectations"):
        assert input_hash._version(name) == metadata.version(name)
