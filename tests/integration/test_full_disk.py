"""A disk that fills up: what is published stays, the message names the disk, and the next run heals itself."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from replay_bodies import bulk_csv, record

from localsdg.common.disk import free_bytes
from localsdg.common.settings import Settings
from localsdg.pipeline import room
from localsdg.pipeline.run_log import read_runs
from localsdg.sources.snapshot import sha256_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory, cli, add_lists) -> Iterator[Path]:
    """A home on a disk of 100 MB of its own, with a small published warehouse."""
    disk = tmp_path_factory.mktemp("disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no disk of its own can be mounted: {mounted.stderr.strip()}")
    try:
        home = add_lists(disk / "home")
        add_rows(home, cli, "2025-07-10", 7)
        done = cli(home, "build", "--no-bundled")
        assert done.exit_code == 0, done.stderr
        yield home
    finally:
        subprocess.run(["umount", disk], check=True)


def add_rows(home: Path, cli, release: str, modulus: int) -> None:
    file = home.parents[1] / "rows.csv"
    file.write_bytes(bulk_csv([record(area=724, year=year, value=str(year % modulus)) for year in range(1990, 2020)]))
    done = cli(home, "pull", "indicators", file, "--release", release)
    assert done.exit_code == 0, done.stderr


@contextmanager
def room_left(home: Path, megabytes: float) -> Iterator[None]:
    """Another program takes all of the disk but so much; its file goes at the end."""
    filler = home.parent / "filler"
    free = free_bytes(home)
    fill(filler, int(free - megabytes * 1e6))
    try:
        yield
    finally:
        filler.unlink()


def fill(path: Path, size: int) -> None:
    with path.open("wb") as handle:
        os.posix_fallocate(handle.fileno(), 0, size)


def state(home: Path) -> tuple[str, float, list[str], list[str]]:
    """The published file with its time, the kept versions and the snapshots."""
    published, settings = Settings(home=home).published, Settings(home=home)
    kept = sorted(path.name for path in (settings.warehouse / "releases").iterdir())
    raw = sorted(str(path.relative_to(home)) for path in settings.raw.rglob("*") if path.is_file())
    return sha256_of(published), published.stat().st_mtime, kept, raw


def assert_named(home: Path, shown: str) -> None:
    assert "Traceback" not in shown and len(shown.strip().splitlines()) == 1, shown
    assert f"(disk {home.parent})" in shown and "free | next: localsdg prune --dry-run" in shown


def test_a_build_without_room_is_refused_before_it_starts(home, cli) -> None:
    before = state(home)
    with room_left(home, 8):
        done = cli(home, "build", "--no-bundled")
    assert done.exit_code == 1 and "too little room for a build" in done.stderr
    assert_named(home, done.stderr)
    needed, free = (float(size) for size in re.findall(r"([0-9.]+) MB free", done.stderr))
    assert 20 < needed < 40 and 7 < free <= 8
    assert state(home) == before
    last = read_runs(Settings(home=home))[-1]
    assert last["status"] == "failed" and "too little room" in last["detail"]


def test_a_disk_that_fills_up_costs_a_run_and_the_next_one_heals_itself(home, cli, monkeypatch) -> None:
    settings = Settings(home=home)
    add_rows(home, cli, "2025-08-10", 9)
    before, n_runs = state(home), len(read_runs(settings))
    monkeypatch.setattr(room, "needed_bytes", lambda run: 0)
    for megabytes in (0.1, 3, 9):  # at once, while the file grows, while it is completed
        with room_left(home, megabytes):
            done = cli(home, "build", "--no-bundled")
        assert done.exit_code == 1 and "the disk is full" in done.stderr, (megabytes, done.output)
        assert_named(home, done.stderr)
        assert state(home) == before and list(settings.warehouse.glob(".run-*")) == []
    runs = read_runs(settings)[n_runs:]
    assert [run["status"] for run in runs] == ["failed"] * 3
    assert all("the disk is full" in run["detail"] for run in runs)
    monkeypatch.undo()
    # what a killed run left takes the room that the next one needs
    left = settings.warehouse / ".run-20260101T000000-abcdef"
    left.mkdir()
    with room_left(home, 30):
        fill(left / "localsdg.duckdb", 28_000_000)
        done = cli(home, "build", "--no-bundled")
    assert done.exit_code == 0, done.stderr
    assert not left.exists() and state(home)[0] != before[0]


def test_a_pull_without_room_names_the_disk_and_is_completed_later(home, cli) -> None:
    before = state(home)
    with pytest.raises(AssertionError) as refused, room_left(home, 0.001):
        add_rows(home, cli, "2025-09-10", 8)
    assert "the disk is full" in str(refused.value) and "localsdg prune --dry-run" in str(refused.value)
    assert [name for name in state(home)[3] if name.endswith("manifest.json")] == [
        name for name in before[3] if name.endswith("manifest.json")
    ]
    add_rows(home, cli, "2025-09-10", 8)
    assert "data/raw/unsd/2025-09-10/manifest.json" in state(home)[3]


@pytest.mark.long
def test_a_disk_without_any_room_is_named_by_every_command_that_writes(home, cli, tmp_path) -> None:
    settings = Settings(home=home)
    packed, mapping = home.parents[1] / "2025-11-10.csv.gz", tmp_path / "map.toml"
    rows = [record(area=724, year=year, value=str(year % 5)) for year in range(1000, 2020)]
    packed.write_bytes(gzip.compress(bulk_csv(rows)))
    mapping.write_text(
        '[dataset]\nid = "toy"\nlanguage = "en"\nlicence = "CC0"\n[government]\nname = "S"\ncountry = "USA"\n'
        'level = "city"\n[columns]\nindicator = "code"\nyear = "year"\nvalue = "value"\n'
    )
    table = tmp_path / "table.csv"
    table.write_text("code,year,value\n" + "1.2.1,2020,3\n" * 5_000)
    before = state(home)
    with room_left(home, 0):
        for call in (
            ("pull", "indicators", packed),
            ("pull", "table", table, "--map", mapping),
            ("build", "--no-bundled"),
            ("query", "select range from range(100000)", "--output", home / "out.csv"),
            ("cite", "--output", home / "out.bib"),
        ):
            done = cli(home, *call)
            assert done.exit_code == 1 and "Traceback" not in done.output, (call, done.output)
            assert f"(disk {home.parent})" in done.stderr, (call, done.stderr)
        assert list(settings.scratch.glob("*")) == [] and not (home / "out.csv").exists()
        assert cli(home, "query", "select 1").exit_code == 0, "reading goes on"
    assert state(home)[:3] == before[:3]
    assert [name for name in state(home)[3] if "manifest" in name] == [name for name in before[3] if "manifest" in name]
    for call in (("pull", "indicators", packed), ("pull", "table", table, "--map", mapping), ("build", "--no-bundled")):
        done = cli(home, *call)
        assert done.exit_code == 0, (call, done.stderr)


@pytest.mark.long
def test_wherever_the_disk_fills_up_a_run_ends_in_one_line(home, cli, monkeypatch) -> None:
    settings = Settings(home=home)
    monkeypatch.setattr(room, "needed_bytes", lambda run: 0)
    ends = []
    for step in range(7):  # from the first file to the log of the run
        before = state(home)
        with room_left(home, 0.05 + step * 3):
            done = cli(home, "build", "--no-bundled", "--force")
        ends.append(done.exit_code)
        assert list(settings.warehouse.glob(".run-*")) == [], step
        if done.exit_code:
            assert_named(home, done.stderr)
            assert state(home) == before, step
    assert ends[0] == 1 and ends == sorted(ends, reverse=True), "more room is never worse"
    assert cli(home, "build", "--no-bundled", "--force").exit_code == 0
