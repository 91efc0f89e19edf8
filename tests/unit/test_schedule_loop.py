"""The loop of a schedule with a server that is silent, plans nothing, is paused or dies: never a silent end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest
from prefect.exceptions import ObjectNotFound

from flows import schedule as loop
from flows import scheduled_run
from flows.deployment import DueRun
from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline.run_log import read_runs
from localsdg.pipeline.schedule_state import ScheduleState, read_state
from localsdg.pipeline.under_way import noted_writer

NEXT = datetime(2099, 1, 5, 5, tzinfo=UTC)


class Planned:
    """What the server would answer, in place of the deployment."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.times, self.paused, self.runs = [NEXT], False, []
        self.calls: list[tuple] = []

    def due(self) -> list[DueRun]:
        if self.error:
            raise self.error
        return self.runs

    def next_times(self, most: int = 3) -> list[datetime]:
        return self.times[:most]

    def is_paused(self) -> bool:
        return self.paused

    def outcome(self, run_id) -> tuple[str, str]:
        return "Completed", ""

    def fail(self, run_id, message: str) -> None:
        self.due()
        self.calls.append(("fail", run_id))

    def __getattr__(self, name: str):
        return lambda *args: self.calls.append((name, *args))


@pytest.fixture
def schedule(tmp_path, monkeypatch) -> loop.Schedule:
    """A schedule whose lines are in `said`, and whose runs are processes that do nothing for a minute."""
    monkeypatch.setattr(loop, "PLAN", 0.0)

    def idle(call: list[str], **options: object) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], **options)

    stand_in = SimpleNamespace(Popen=idle, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired)
    monkeypatch.setattr(scheduled_run, "subprocess", stand_in)
    settings = Settings(home=tmp_path)
    state = ScheduleState("0 6 * * 1", "UTC", "http://127.0.0.1:1/api", os.getpid(), None, "2026-11-02T05:00:00", None)
    options = loop.ScheduleOptions("0 6 * * 1", "UTC", {"live": True})
    said: list[str] = []
    one = loop.Schedule(settings, options, Planned(), None, state.server, said.append, state)
    one.said = said
    yield one
    one.end()


def due() -> DueRun:
    return DueRun(uuid4(), "late-one", datetime.now(UTC) - timedelta(hours=3), True, {"live": True})


def test_a_server_that_is_away_is_reported_once_and_when_it_is_back(schedule) -> None:
    schedule.pipeline.error = httpx.ConnectError("refused")
    for _ in range(3):
        schedule.step()
    assert len(schedule.said) == 1 and "does not answer: refused; nothing runs until it does" in schedule.said[0]
    assert "does not answer" in read_state(schedule.settings).problem
    schedule.pipeline.error = None
    schedule.step()
    assert "answers again" in schedule.said[1]
    state = read_state(schedule.settings)
    assert (state.problem, state.next_run) == (None, "2099-01-05T05:00:00")


def test_a_server_that_plans_nothing_ends_the_schedule_with_an_error(schedule, monkeypatch) -> None:
    """As with a library that its planner does not work with: the server answers, and no run ever comes."""
    schedule.pipeline.times = []
    schedule.step()
    assert schedule.said == []
    monkeypatch.setattr(loop, "UNPLANNED", -1.0)
    with pytest.raises(LocalsdgError, match="has planned no run .* next: localsdg doctor"):
        schedule.step()
    assert "has planned no run" in read_state(schedule.settings).problem
    (row,) = read_runs(schedule.settings)  # where `status --check` and alerts find it
    assert (row["command"], row["status"]) == ("schedule", "failed") and "has planned no run" in row["detail"]


def test_a_pause_in_the_server_is_no_fault_and_is_stated(schedule, monkeypatch) -> None:
    monkeypatch.setattr(loop, "UNPLANNED", -1.0)
    schedule.pipeline.times, schedule.pipeline.paused = [], True
    schedule.step()
    schedule.step()
    schedule.pipeline.times, schedule.pipeline.paused = [NEXT], False
    schedule.step()
    assert ["paused in" in line or "active again in" in line for line in schedule.said] == [True, True]


def test_a_deployment_that_was_deleted_is_made_again(schedule) -> None:
    schedule.pipeline.error = ObjectNotFound(Exception("404"))
    schedule.step()
    assert schedule.pipeline.calls == [("register",)] and "created again" in schedule.said[0]


def test_a_run_waits_for_one_that_writes_and_starts_once(schedule) -> None:
    schedule.pipeline.runs = [due()]
    with noted_writer(schedule.settings, None):
        schedule.step()
        schedule.step()
        assert schedule.current is None
        assert len(schedule.said) == 1 and f"waits for a command, process {os.getpid()}" in schedule.said[0]
    schedule.step()
    began = schedule.current
    schedule.pipeline.runs = [began.due, due()]
    schedule.step()  # its own is planned still, the other waits: one at a time
    assert schedule.current is began and "run late-one started, 3 h late" in schedule.said[1]
    # what was due before it began has nothing left to do
    assert [call[0] for call in schedule.pipeline.calls] == ["skip"]
    assert [run.run_id for run in schedule.pipeline.calls[0][1]] == [schedule.pipeline.runs[1].run_id]


def test_a_run_that_hangs_is_ended_and_logged_with_the_reason(schedule) -> None:
    schedule.pipeline.runs = [due()]
    schedule.step()
    hanging = schedule.current
    hanging.until = time.monotonic() - 1
    schedule.pipeline.runs, schedule.pipeline.error = [], httpx.ConnectError("refused")
    schedule.step()
    assert schedule.current is None and hanging.process.returncode is not None
    (row,) = read_runs(schedule.settings)
    assert row["status"] == "failed" and row["detail"].startswith("ended by the schedule after 6 h")
    assert row["scheduled_for"] and not schedule.pipeline.calls
    schedule.pipeline.error = None  # the server is told when it is back
    schedule.step()
    assert schedule.pipeline.calls == [("fail", hanging.due.run_id)]


def test_an_own_server_that_keeps_dying_ends_the_schedule(schedule) -> None:
    starts: list[int] = []
    schedule.server = SimpleNamespace(has_ended=True, start=lambda: starts.append(1), stop=lambda: None)
    for _ in range(loop.RESTARTS):
        schedule.step()
    with pytest.raises(LocalsdgError, match="died 4 times within an hour"):
        schedule.step()
    assert len(starts) == loop.RESTARTS
