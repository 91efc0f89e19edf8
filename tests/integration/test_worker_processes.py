"""Many sites staged by processes of this machine: the rows of one that stages alone, whatever happens to them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from localsdg.common.settings import Settings
from localsdg.pipeline import batches, stages, worker_processes
from localsdg.pipeline.batches import Batch, StagedBatch
from localsdg.staging.raw_folder import read_raw

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.thousand_sites import BUNDLE, make_copies  # noqa: E402

pytestmark = pytest.mark.slow
SMALL = ("thunder-bay", "san-diego")
N_SITES = 6


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bundled, _ = read_raw(BUNDLE)
    folder = tmp_path_factory.mktemp("home")
    make_copies(folder / "data" / "raw", [one for one in bundled if one.extra.get("site_id") in SMALL], N_SITES, None)
    return folder


@pytest.fixture
def settings(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(worker_processes, "MANY", N_SITES)
    return Settings(home=raw, parts=str(tmp_path / "parts"), threads=2, dask_workers=2)


def staged(settings: Settings) -> tuple[dict[str, list[str]], dict[str, int], list[str]]:
    """All rows, snapshots by process, and notes of a run that stages."""
    run = stages.start_run(settings, with_bundled=False)
    try:
        stages.stage(run)
        con = run.connection()
        listed = "select schema_name || '.' || table_name from duckdb_tables() where not temporary order by 1"
        rows = {
            name: sorted(map(repr, con.execute(f"select columns(lambda c: c <> 'run_id') from {name}").fetchall()))
            for (name,) in con.execute(listed).fetchall()
        }
        return rows, dict(run.staged_by), list(run.notes)
    finally:
        run.drop()


@pytest.fixture(scope="module")
def alone(raw: Path) -> dict[str, list[str]]:
    rows, by, _ = staged(Settings(home=raw, fresh=True))
    assert by == {} and rows["staging.local_observation"]
    return rows


def test_processes_stage_what_the_run_would(settings: Settings, alone: dict[str, list[str]]) -> None:
    rows, by, notes = staged(settings)
    assert rows == alone and notes == []
    assert sum(by.values()) == N_SITES and str(os.getpid()) not in {name.rpartition(":")[2] for name in by}
    again, by, _ = staged(settings)
    assert again == alone and by == {}  # all of it was kept


@pytest.mark.parametrize("why", ["few", "one thread", "unknown memory", "fresh"])
def test_the_run_stages_by_itself(settings: Settings, alone, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if why == "few":
        monkeypatch.setattr(worker_processes, "MANY", N_SITES + 1)
    elif why == "unknown memory":
        monkeypatch.setattr(os, "sysconf", lambda name: (_ for _ in ()).throw(ValueError(name)))
    changes = {"one thread": {"threads": 1}, "fresh": {"fresh": True}}
    rows, by, _ = staged(replace(settings, **changes.get(why, {})))
    assert rows == alone and by == {}


def test_as_many_processes_as_the_memory_feeds(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"SC_PHYS_PAGES": 8 << 30, "SC_PAGE_SIZE": 1}
    monkeypatch.setattr(os, "sysconf", pages.__getitem__)
    found = [worker_processes.processes_for(replace(settings, threads=threads)) for threads in (1, 2, 16)]
    assert found == [1, 2, 3]  # of 8 GB half, 1.1 GB each
    pages["SC_PHYS_PAGES"] = 1 << 30
    assert worker_processes.processes_for(replace(settings, threads=16)) == 1


@pytest.mark.parametrize(("given", "is_less"), [("400MB", True), ("500mb", True), ("0.5G", True), ("4GB", False)])
def test_a_process_has_no_more_memory_than_the_run(settings: Settings, given: str, is_less: bool) -> None:
    batch = Batch(replace(settings, memory_limit=given), "run", "opensdg", (), frozenset())
    assert worker_processes._within_limit(batch).settings.memory_limit == (given if is_less else "800MB")


def dies(batch: Batch) -> StagedBatch:
    """As `stage_batch`, but the process is killed, as where memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)
    return batches.stage_batch(batch)


def test_what_a_killed_process_had_is_staged_by_the_run(settings: Settings, alone, monkeypatch) -> None:
    monkeypatch.setattr(worker_processes, "stage_batch", dies)
    rows, by, notes = staged(settings)
    assert rows == alone and by == {}
    assert notes and all(one.startswith("not staged by a worker, but by this process: opensdg") for one in notes)


def test_ctrl_c_leaves_no_process_behind(settings: Settings) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from localsdg.common.settings import Settings\n"
        "from localsdg.pipeline import stages, worker_processes\n"
        "if __name__ == '__main__':\n"
        f"    worker_processes.MANY = {N_SITES}\n"
        "    run = stages.start_run(Settings(home=Path(sys.argv[1]), parts=sys.argv[2], threads=2, dask_workers=2), "
        "with_bundled=False)\n"
        "    print('begun', flush=True); stages.stage(run)\n"
    )
    script = Path(settings.parts or "").with_name("stages_once.py")
    script.write_text(code)
    given = [sys.executable, str(script), str(settings.home), str(settings.parts)]
    run = subprocess.Popen(given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert run.stdout and run.stdout.readline() == "begun\n"
    deadline = time.monotonic() + 60
    while len(members(run.pid)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(members(run.pid)) >= 3, "the run and its processes"
    while (
        run.poll() is None and time.monotonic() < deadline
    ):  # again, as people do: one may meet a library that drops it
        os.killpg(run.pid, signal.SIGINT)
        time.sleep(1)
    deadline = time.monotonic() + 20
    while members(run.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert run.returncode != 0 and members(run.pid) == []


def members(group: int) -> list[int]:
    """The processes of a group that have not ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, of_group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(of_group) == group and state != "Z":
            found.append(int(folder.name))
    return found
