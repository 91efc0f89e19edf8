"""`localsdg schedule` as people start it: a real Prefect server, a replayed service, signals and kills.

One home for a schedule that fires, is stopped, finds missed runs, is killed,
and cleans up; the tests build on each other in this order.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from replay_server import Fault, ReplayServer, record

from localsdg.common import processes
from localsdg.common.settings import Settings

pytestmark = [
    pytest.mark.long,
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads the processes from /proc"),
]
SMALL = ("--series", "SI_POV_DAY1", "--area", "724", "--no-bundled")
_LEFT_OUT = ("PREFECT_", "LOCALSDG_")


class Started:
    """A `localsdg schedule` under way, with what it has printed so far."""

    def __init__(self, home: Path, *args: str, **environment: str) -> None:
        self.home, self.log = home, home.parent / f"schedule-{time.monotonic_ns()}.txt"
        kept = {key: value for key, value in os.environ.items() if not key.startswith(_LEFT_OUT)}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "localsdg", "schedule", *args],
                env={**kept, "LOCALSDG_HOME": str(home), **environment},
                stdout=log,
                stderr=log,
            )

    @property
    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, pattern: str, seconds: float = 240.0) -> re.Match[str]:
        """Wait until it has printed this; fails where it ends before."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.printed)):
            assert time.monotonic() < end and self.process.poll() is None, f"no {pattern!r} in:\n{self.printed}"
            time.sleep(0.1)
        return found

    def children(self, words: str) -> list[int]:
        """Processes below it with these words in their call."""
        found = []
        for pid in processes.children(self.process.pid):
            try:
                call = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
            except OSError:
                continue
            found += [pid] if words.encode() in call else []
        return found

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it as people do: within seconds, with one line, exit code 0 and nothing left below it."""
        below = processes.children(self.process.pid)
        began = time.monotonic()
        self.process.send_signal(number)
        assert self.process.wait(timeout=30) == 0, self.printed
        assert time.monotonic() - began < 8
        assert self.printed.splitlines()[-1].startswith("stopped: ")
        assert [pid for pid in below if processes.identity(pid)] == []
        assert not (self.home / "data" / "warehouse" / "schedule.json").exists()


@pytest.fixture(scope="module")
def service():
    with ReplayServer([record(area=724, year=year, value="5") for year in range(2000, 2020)]) as server:
        yield server


@pytest.fixture(scope="module")
def home(tmp_path_factory, add_lists) -> Path:
    return add_lists(tmp_path_factory.mktemp("schedule") / "home")


@pytest.fixture
def start(service, home):
    """Starts a schedule of the module's home; one that a failed test leaves is ended with all below it."""
    started: list[Started] = []

    def begin(*args: str, **environment: str) -> Started:
        given = {"LOCALSDG_UNSD_BASE_URL": service.url, "LOCALSDG_PATIENCE_MINUTES": "1", **environment}
        started.append(Started(home, *SMALL, *args, **given))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            below = processes.children(one.process.pid)
            processes.stop([one.process.pid, *below])
            one.process.wait(timeout=10)


def runs(home: Path) -> list[dict]:
    log = home / "data" / "warehouse" / "runs.jsonl"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def states(home: Path) -> list[str]:
    """Names of the states of all flow runs in Prefect's database, oldest due first."""
    con = sqlite3.connect(home / ".prefect" / "prefect.db")
    try:
        return [name for (name,) in con.execute("select state_name from flow_run order by expected_start_time")]
    finally:
        con.close()


def wait_for_states(home: Path, names: set[str], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not names <= set(states(home)):
        assert time.monotonic() < end, states(home)
        time.sleep(0.2)


def test_a_schedule_fires_and_publishes_and_is_stopped(start, home) -> None:
    schedule = start("--cron", "* * * * *", "--timezone", "America/Bogota")
    schedule.wait_for("next runs: .* America/Bogota = .* UTC")
    stated = json.loads((home / "data" / "warehouse" / "schedule.json").read_text())
    assert (stated["cron"], stated["timezone"], stated["pid"]) == ("* * * * *", "America/Bogota", schedule.process.pid)
    assert timedelta() < datetime.fromisoformat(stated["next_run"] + "Z") - datetime.now(UTC) <= timedelta(minutes=1)
    second = Started(home, "--now")
    assert second.process.wait(timeout=60) == 1
    assert f"a schedule is running already in {home}" in second.printed
    assert f"process {schedule.process.pid}" in second.printed
    schedule.wait_for("run .* completed after")
    assert runs(home)[0]["status"] == "published" and Settings(home=home).published.exists()
    assert "Completed" in states(home) and "Skipped" not in states(home)
    schedule.stop()


def test_of_the_runs_missed_since_one_is_made_and_a_killed_schedule_is_cleaned_up(start, home, service) -> None:
    con = sqlite3.connect(home / ".prefect" / "prefect.db")
    with con:
        planned = [row for (row,) in con.execute("select id from flow_run where state_type = 'SCHEDULED'")]
        for weeks, run_id in enumerate(planned[:4], 1):
            when = f"{datetime.now(UTC) - timedelta(weeks=weeks):%Y-%m-%d %H:%M:%S.000000}"
            con.execute(
                "update flow_run set next_scheduled_start_time = ?, expected_start_time = ? where id = ?",
                (when, when, run_id),
            )
    con.close()
    service.faults.append(Fault("", "slow", times=999, seconds=600.0))  # of any question
    schedule = start("--timezone", "UTC")
    schedule.wait_for("3 runs missed or overtaken: skipped")
    schedule.wait_for("run .* started, 7 days late")
    assert states(home).count("Skipped") == 3
    left = schedule.children("prefect.") + schedule.children("prefect server")
    wait_for_states(home, {"Running"})
    schedule.process.kill()
    schedule.process.wait(timeout=10)
    assert any(processes.identity(pid) for pid in left)

    again = start("--now", "--time-limit", "0.005")
    again.wait_for("processes left by a killed schedule or run: ended")
    again.wait_for("1 run left by a schedule that was killed: marked as crashed")
    assert [pid for pid in left if processes.identity(pid)] == []
    again.wait_for("ended by the schedule after 18 s, the time limit of a run")
    assert runs(home)[-1]["status"] == "failed" and "the time limit of a run" in runs(home)[-1]["detail"]
    (server,) = again.children("prefect server start")
    os.kill(server, signal.SIGKILL)
    again.wait_for("server died and is started again")
    again.wait_for("server answers again")
    wait_for_states(home, {"Crashed", "Failed"})  # what the server missed is reported when it is back
    again.stop(signal.SIGINT)


def test_without_a_server_that_answers_it_fails_at_once(start, home) -> None:
    for args, environment in (((), {"PREFECT_API_URL": "http://127.0.0.1:9/api"}), (("--no-server",), {})):
        schedule = start(*args, **environment)
        assert schedule.process.wait(timeout=60) == 1
        (line,) = schedule.printed.splitlines()
        assert line.startswith("error: no Prefect server answers in ") and "prefect server start" in line
        assert not (home / "data" / "warehouse" / "schedule.json").exists()
