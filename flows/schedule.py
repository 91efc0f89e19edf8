"""The schedule: starts the pipeline when its time comes, one run at a time, and says when it cannot.

`localsdg schedule` calls `serve`. The times are those of Prefect's server,
which creates the runs; each runs in a process of its own (`prefect flow-run
execute`), so that a run that hangs or dies leaves the schedule alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
from prefect.exceptions import ObjectNotFound, PrefectException
from prefect.settings import (
    PREFECT_API_REQUEST_TIMEOUT,
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    temporary_settings,
)

from localsdg.common import interrupts, processes
from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline.run import logged
from localsdg.pipeline.run_log import utc
from localsdg.pipeline.schedule_state import ScheduleState, only_schedule, remove_state, write_state
from localsdg.pipeline.under_way import log_killed, writer_in_words

from .abandoned import close_abandoned_runs
from .deployment import DueRun, ScheduledPipeline, choose, deployment_name
from .scheduled_run import RUN_LOG, ScheduledRun, in_words
from .server import OwnServer, answers, end_abandoned, log_path, ui_address

#: Seconds between two looks at the server and the run under way.
POLL = 5.0
#: How long the server may plan no run before the schedule ends with an error; its planner comes every minute.
UNPLANNED = 300.0
#: How long the own server may be silent before it is ended and started again.
HANGING = timedelta(minutes=5)
#: Seconds between two looks at what the server has planned.
PLAN = 30.0
#: How often the own server is started again within an hour.
RESTARTS = 3
_TROUBLE = (httpx.HTTPError, PrefectException, OSError)


@dataclass(frozen=True)
class ScheduleOptions:
    """What `localsdg schedule` was asked for."""

    cron: str
    timezone: str
    parameters: dict[str, Any]  # of the pipeline
    now: bool = False  # one run at once
    may_start_server: bool = True
    port: int | None = None
    limit: timedelta = timedelta(hours=6)  # of one run


@dataclass
class Schedule:
    """The loop and what it knows; `say` prints a line for people."""

    settings: Settings
    options: ScheduleOptions
    pipeline: ScheduledPipeline
    server: OwnServer | None
    url: str
    say: Callable[[str], None]
    state: ScheduleState
    current: ScheduledRun | None = None
    covered_until: datetime | None = None
    unplanned_since: float | None = None
    silent_since: datetime | None = None
    paused: bool = False
    waiting: bool = False  # for a run that someone else started
    ending: bool = False
    plan_checked: float = 0.0
    restarts: list[float] = field(default_factory=list)
    unreported: dict[UUID, str] = field(default_factory=dict)  # of runs ended here, what the server is to be told

    def begin(self) -> None:
        """Clean up after a killed schedule, register, and state what comes; raises `LocalsdgError`."""
        self.pipeline.register()
        if left := len(close_abandoned_runs(self.settings)) + self.pipeline.left_at_work():
            self.say(f"{left} run{'s' * (left > 1)} left by a schedule that was killed: marked as crashed")
        if self.options.now:
            self.pipeline.request("now")
        times = self._wait_for_times()
        self._note(next_run=utc(times[0]) if times else None)
        zone = ZoneInfo(self.options.timezone)
        self.say(f"server:    {ui_address(self.url)} ({'started here' if self.server else 'was running'})")
        for number, when in enumerate(times):
            local = f"{when.astimezone(zone):%a %Y-%m-%d %H:%M} {self.options.timezone}"
            in_utc = "" if self.options.timezone == "UTC" else f" = {when:%a %H:%M} UTC"
            self.say(f"{'next runs: ' if not number else ' ' * 11}{local}{in_utc}")
        logs = [RUN_LOG, *([OwnServer.LOG] if self.server else [])]
        self.say(f"logs:      {', '.join(str(log_path(self.settings, log)) for log in logs)}")
        self.say(f"stop:      Ctrl-C, or kill {os.getpid()}; `localsdg status` shows the last runs")

    def step(self) -> None:
        """One look: the server, the run under way, the runs that are due."""
        self._keep_server()
        if self.current and self.current.is_hanging:
            self._end_hanging(self.current)
        try:
            if self.current and self.current.has_ended:
                self._finish(self.current)
            for run_id in list(self.unreported):
                self.pipeline.fail(run_id, self.unreported[run_id])
                del self.unreported[run_id]
            # the run under way is planned still until its process has reported
            own = self.current.due.run_id if self.current else None
            due = [run for run in self.pipeline.due() if run.run_id != own]
            chosen, needless = choose(due, self.covered_until)
            if needless:
                self.pipeline.skip(needless)
                count = f"{len(needless)} run{'s' * (len(needless) > 1)}"
                self.say(f"{_now()} {count} missed or overtaken: skipped, one run takes whatever is new")
            if chosen and not self.current and not self.ending and self._may_write():
                self._start(chosen)
                self.plan_checked = 0.0
            self._check_plan()
        except ObjectNotFound:
            self.pipeline.register()
            self.say(f"{_now()} the deployment was deleted in {ui_address(self.url)}: created again")
        except _TROUBLE as error:
            self._is_silent(error)
        else:
            self._answers_again()

    def end(self) -> None:
        """End the run under way, then the server; the order keeps the run's last words."""
        self.ending = True
        if self.current:
            self.current.end(patience=2.0)
            log_killed(self.settings)
        if self.server:
            self.server.stop()
        processes.stop(processes.children(os.getpid()), patience=0.5)
        remove_state(self.settings)

    # ------------------------------------------------------------------ the run under way

    def _start(self, due: DueRun) -> None:
        run = ScheduledRun(self.settings, due, self.url, self.options.limit)
        self.current = run
        if due.by_schedule or due.parameters == self.options.parameters:
            self.covered_until = run.began
        late = run.began - due.due_at
        words = f", {in_words(late)} late" if due.by_schedule and late > timedelta(minutes=1) else ""
        self.say(f"{_now()} run {due.name} started{words}")

    def _may_write(self) -> bool:
        """Whether no run of someone else is writing the warehouse, which would make this one fail."""
        holder = writer_in_words(self.settings)
        if holder and not self.waiting:
            self.say(f"{_now()} a run is due and waits for {holder}")
        self.waiting = bool(holder)
        return not holder

    def _finish(self, current: ScheduledRun) -> None:
        log_killed(self.settings)  # where the machine ended it, for want of memory say
        name, message = self.pipeline.outcome(current.due.run_id)
        self.current = None
        took = in_words(datetime.now(UTC) - current.began)
        words = "" if name == "Completed" else f": {' '.join(message.split())}; {log_path(self.settings, RUN_LOG)}"
        self.say(f"{_now()} run {current.due.name} {name.lower()} after {took}{words}")

    def _end_hanging(self, current: ScheduledRun) -> None:
        limit = in_words(self.options.limit)
        message = f"ended by the schedule after {limit}, the time limit of a run (--time-limit)"
        current.end(patience=10.0)
        current.log_why(message)
        self.current = None
        self.unreported[current.due.run_id] = message
        self.say(f"{_now()} run {current.due.name} {message}")

    # ------------------------------------------------------------------ the server

    def _keep_server(self) -> None:
        """Start the own server again where it has died; raises `LocalsdgError` where that does not last."""
        if self.ending or not self.server or not self.server.has_ended:
            return
        now = time.monotonic()
        self.restarts = [then for then in self.restarts if now - then < 3600] + [now]
        log = log_path(self.settings, OwnServer.LOG)
        if len(self.restarts) > RESTARTS:
            self._give_up(f"Prefect's server died {len(self.restarts)} times within an hour", log)
        self.say(f"{_now()} Prefect's server died and is started again; its log: {log}")
        self.server.start()
        self.say(f"{_now()} Prefect's server answers again")

    def _is_silent(self, error: Exception) -> None:
        if self.silent_since is None:
            self.silent_since = datetime.now(UTC)
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            problem = f"Prefect's server does not answer: {reason}"
            self._note(problem=problem)
            self.say(f"{_now()} {problem}; nothing runs until it does: tried again every {POLL:.0f} s")
        elif self.server and datetime.now(UTC) - self.silent_since > HANGING:
            self.say(f"{_now()} Prefect's server has not answered for {in_words(HANGING)} and is ended")
            self.server.stop()

    def _answers_again(self) -> None:
        if self.silent_since is not None:
            self.say(f"{_now()} Prefect's server answers again after {in_words(datetime.now(UTC) - self.silent_since)}")
            self.silent_since = None
            self._note(problem=None)

    def _check_plan(self) -> None:
        """Raise `LocalsdgError` where the server plans no runs, which nothing else would show."""
        if time.monotonic() - self.plan_checked < PLAN:
            return
        self.plan_checked = time.monotonic()
        times = self.pipeline.next_times(1)
        paused = not times and self.pipeline.is_paused()
        if paused != self.paused:
            self.paused = paused
            self.say(f"{_now()} the schedule is {'paused' if paused else 'active again'} in {ui_address(self.url)}")
        self._note(next_run=utc(times[0]) if times else None)
        if times or paused:
            self.unplanned_since = None
            return
        self.unplanned_since = self.unplanned_since or time.monotonic()
        if time.monotonic() - self.unplanned_since > UNPLANNED:
            self._plans_nothing()

    def _wait_for_times(self) -> list[datetime]:
        """The next three runs, once the server has planned them."""
        end = time.monotonic() + UNPLANNED
        while not (times := self.pipeline.next_times()):
            self._keep_server()
            if self.pipeline.is_paused():
                self.paused = True
                self.say(f"the schedule is paused in {ui_address(self.url)}: nothing runs until it is resumed there")
                break
            if time.monotonic() > end:
                self._plans_nothing()
            time.sleep(0.5)
        return times

    def _plans_nothing(self) -> NoReturn:
        where = log_path(self.settings, OwnServer.LOG) if self.server else self.url
        self._give_up(f"Prefect's server has planned no run for {UNPLANNED / 60:.0f} minutes", where)

    def _give_up(self, what: str, where: object) -> NoReturn:
        self._note(problem=what, next_run=None)
        with logged(self.settings, "schedule"):  # a line in the run log, and an alert
            raise LocalsdgError(
                what,
                where=where,
                expected="a server that plans and keeps answering",
                next_step="localsdg doctor, which names faults of the libraries; then localsdg schedule",
            )

    def _note(self, **changes: Any) -> None:
        new = replace(self.state, **changes)
        if new != self.state:
            self.state = new
            write_state(self.settings, new)


def serve(settings: Settings, options: ScheduleOptions, say: Callable[[str], None]) -> None:
    """Run the schedule until a signal ends it; raises `LocalsdgError` where it cannot begin or go on."""
    with only_schedule(settings):
        if ended := end_abandoned():
            say(f"{ended} process{'es' * (ended > 1)} left by a killed schedule or run: ended")
        log_killed(settings)
        server, url = _find_server(settings, options, say)
        # the schedule asks every few seconds: a client that tries again for minutes would hide that the server died
        asks_once = {PREFECT_API_URL: url, PREFECT_CLIENT_MAX_RETRIES: 0, PREFECT_API_REQUEST_TIMEOUT: 30}
        with temporary_settings(asks_once):
            name = deployment_name(settings, shared=server is None)
            pipeline = ScheduledPipeline(name, options.cron, options.timezone, options.parameters)
            own = processes.identity(os.getpid())
            state = ScheduleState(options.cron, options.timezone, url, os.getpid(), own, utc(datetime.now(UTC)), None)
            schedule = Schedule(settings, options, pipeline, server, url, say, state)
            interrupts.at_interrupt(schedule.end)
            interrupts.expect("stopped: no run starts until `localsdg schedule` is started again", grace=8.0)
            write_state(settings, state)
            _run(schedule)


def _run(schedule: Schedule) -> NoReturn:
    try:
        try:
            schedule.begin()
        except _TROUBLE as error:
            schedule._give_up(f"Prefect's server refused: {' '.join(str(error).split())[:300]}", schedule.url)
        while True:
            schedule.step()
            time.sleep(POLL)
    except BaseException:
        # the file stays: it states that the schedule has not been stopped by anyone
        state = schedule.state
        schedule.end()
        write_state(schedule.settings, replace(state, next_run=None))
        raise


def _find_server(
    settings: Settings, options: ScheduleOptions, say: Callable[[str], None]
) -> tuple[OwnServer | None, str]:
    """The server that Prefect's settings name, where it answers; else one of our own."""
    named = PREFECT_API_URL.value()
    if named and answers(named):
        if options.port:
            say(f"--port is not used: the server of PREFECT_API_URL answers ({ui_address(named)})")
        return None, named
    if named or not options.may_start_server:
        raise LocalsdgError(
            "no Prefect server answers",
            where=named or "PREFECT_API_URL, which is not set",
            expected="a running server",
            next_step="unset PREFECT_API_URL, then localsdg schedule, which starts a server; "
            "or prefect server start, and PREFECT_API_URL=http://127.0.0.1:4200/api",
        )
    server = OwnServer(settings, options.port)
    interrupts.at_interrupt(server.stop)
    say(f"starting a Prefect server at {ui_address(server.url)}")
    server.start(may_move=True)
    return server, server.url


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z"
