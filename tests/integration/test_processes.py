"""Signals, pipes and what Prefect keeps, tried on real processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from replay_bodies import bulk_csv
from replay_server import Fault, ReplayServer, record

from localsdg.common import processes
from localsdg.common.settings import Settings

pytestmark = [
    pytest.mark.usefixtures("kept_parts"),
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads the processes from /proc"),
]
_LEFT_OUT = ("PREFECT_", "LOCALSDG_")
SERVER = "prefect.server.api.server"


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_LEFT_OUT)}
    return {**kept, "LOCALSDG_HOME": str(home), **more}


def start(home: Path, *command: str, **env: str) -> subprocess.Popen:
    home.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "localsdg", *command],
        env=environment(home, **env),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait_for(condition, seconds: float = 120.0):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)
    return found


def servers(pid: int) -> list[int]:
    """Prefect servers below a process."""
    found = []
    for child in processes.children(pid):
        try:
            if SERVER.encode() in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
        except OSError:
            continue
    return found


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if processes.identity(pid)]


@pytest.fixture
def hanging():
    """A service that leaves every question about data unanswered for a minute."""
    with ReplayServer([record(value="5")]) as server:
        server.faults.append(Fault("series/data", "slow", times=99, seconds=8.0))
        yield server


LIVE = ("run", "--live", "--series", "SI_POV_DAY1", "--area", "724")


def runs(home: Path) -> list[dict]:
    log = home / "data" / "warehouse" / "runs.jsonl"
    return [json.loads(line) for line in log.read_text().splitlines()]


def ends_quickly(process: subprocess.Popen, number: int, home: Path) -> None:
    """A signal ends a process and all below it within 5 s, with one line."""
    below = processes.children(process.pid)
    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert time.monotonic() - began < 5
    assert (process.returncode, out) == (130, ""), err
    assert len(err.splitlines()) == 1 and err.startswith("error: interrupted | next: "), err
    assert alive(below) == []
    (run,) = runs(home)
    assert (run["status"], run["detail"]) == ("failed", "interrupted")
    assert not list((home / "data" / "warehouse").glob(".run-*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_a_signal_ends_a_pull_that_waits(number, hanging, tmp_path) -> None:
    process = start(tmp_path / "home", *LIVE, "--plain", LOCALSDG_UNSD_BASE_URL=hanging.url)
    wait_for(lambda: hanging.seen("series/data"))
    ends_quickly(process, number, tmp_path / "home")


def test_ctrl_c_ends_a_run_with_its_server(hanging, tmp_path) -> None:
    process = start(tmp_path / "home", *LIVE, LOCALSDG_UNSD_BASE_URL=hanging.url)
    wait_for(lambda: hanging.seen("series/data"))
    assert servers(process.pid)
    ends_quickly(process, signal.SIGINT, tmp_path / "home")


def test_a_killed_run_leaves_no_server_behind_at_the_next(hanging, tmp_path) -> None:
    home = tmp_path / "home"
    process = start(home, *LIVE, LOCALSDG_UNSD_BASE_URL=hanging.url)
    left = wait_for(lambda: servers(process.pid))
    process.kill()
    process.wait(timeout=10)  # its server has its pipes: reading them to the end would not end
    process.stdout.close()
    process.stderr.close()
    assert alive(left)
    code = "from flows.server import own_server; own_server()"
    other = tmp_path / "other"
    other.mkdir()
    for place, expected in ((other, left), (home, [])):  # a run of another home leaves it alone
        subprocess.run([sys.executable, "-c", code], env=environment(place), check=True, timeout=120)
        assert alive(left) == expected
    assert not alive(left)


def test_a_server_whose_owner_runs_is_left_alone(tmp_path) -> None:
    """And so is one that nobody here started: it has no owner in its environment."""
    own = processes.identity(os.getpid())
    call = [sys.executable, "-c", f"import time; time.sleep(60)  # {SERVER}"]
    home = {"PREFECT_HOME": str(tmp_path)}
    owners = {"own": {processes.OWNER: own}, "ended": {processes.OWNER: "1:1"}, "none": {}}
    there = {name: subprocess.Popen(call, env={**os.environ, **home, **env}) for name, env in owners.items()}
    try:
        wait_for(lambda: processes.abandoned(environment=home, command=SERVER), 20)
        found = processes.abandoned(environment=home, command=SERVER)
        assert found == [there["ended"].pid]
        assert processes.abandoned(environment={"PREFECT_HOME": "elsewhere"}, command=SERVER) == []
        processes.stop(found)
        assert there["ended"].wait(timeout=5) < 0
        assert there["own"].poll() is None and there["none"].poll() is None
    finally:
        for process in there.values():
            process.kill()
            process.wait()


# ------------------------------------------------------------------ | head


@pytest.fixture(scope="module")
def small(tmp_path_factory, add_lists, cli) -> Path:
    """A small published home."""
    home = add_lists(tmp_path_factory.mktemp("small") / "home")
    file = home / "rows.csv"
    file.write_bytes(bulk_csv([record(area=724, year=year) for year in range(1990, 2020)]))
    assert cli(home, "pull", "indicators", file, "--release", "2022.Q2.G.02").exit_code == 0
    done = cli(home, "build", "--no-bundled")
    assert done.exit_code == 0, done.stderr
    return home


PIPED = {
    "help": "--help",
    "help of run": "run --help",
    "status": "status",
    "status json": "status --json",
    "query table": 'query "select * from range(100000)" --limit 0',
    "query csv": 'query "select * from range(300000)" --format csv',
    "query json": 'query "select * from range(300000)" --json',
    "cite": "cite",
    "diff": "diff",
    "examples": "query --example list",
    "run json": "run --plain --no-bundled --json",
    "usage": "query --nonsense 2>&1",
}


@pytest.mark.parametrize("name", PIPED)
@pytest.mark.parametrize("reader", ["true", "head -c 1 >/dev/null"], ids=["closed", "head"])
def test_a_closed_pipe_ends_quietly(name, reader, small) -> None:
    if name == "run json" and reader != "true":
        pytest.skip("once is enough for the slowest")
    call = f"{sys.executable} -m localsdg {PIPED[name]}"
    done = subprocess.run(
        ["bash", "-c", f"{call} | {reader}; echo ${{PIPESTATUS[0]}}"],
        env=environment(small),
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.stderr == ""
    assert done.stdout.strip() in (("0", "2") if name == "usage" else ("0",))


# ------------------------------------------------------------------ what Prefect keeps of a run


@pytest.mark.long
def test_parameters_stay_small_however_many_releases_are_loaded(small, tmp_path) -> None:
    home = tmp_path / "home"
    shutil.copytree(small / "data" / "raw", home / "data" / "raw")
    for year in range(2010, 2020):
        folder = home / "data" / "raw" / "unsd" / f"{year}.Q1.G.01"
        shutil.copytree(small / "data" / "raw" / "unsd" / "2022.Q2.G.02", folder)
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["release"] = folder.name
        (folder / "manifest.json").write_text(json.dumps(manifest))
    done = start(home, "run", "--no-bundled", LOCALSDG_TASK_RUNNER="process")
    out, err = done.communicate(timeout=280)
    assert done.returncode == 0, err
    assert Settings(home=home).published.exists() and "2010.Q1.G.01" in out
    con = sqlite3.connect(home / ".prefect" / "prefect.db")
    try:
        flows = con.execute("select name, parameters, context from flow_run").fetchall()
        tasks = con.execute("select name, task_inputs from task_run").fetchall()
        states = con.execute(
            "select message, data from flow_run_state union all select message, data from task_run_state"
        ).fetchall()
        artifacts = con.execute("select data from artifact").fetchall()
    finally:
        con.close()
    assert len(flows) == 1 and len(tasks) >= 6
    sizes = [sum(len(str(part)) for part in row) for row in (*flows, *tasks, *states, *artifacts)]
    assert max(sizes) < 10_000
    assert {"run_id"} == {key for name, text, _ in flows for key in json.loads(text)} - {
        "live",
        "series",
        "areas",
        "only_bundled",
        "with_bundled",
        "strict",
        "force",
        "patience",
    }
