"""A disk that fills up: what is published stays, the message names the disk, and the next run heals itself."""

from __future__ import annotations

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
