"""Runs and processes: the lock, what killed runs left, servers without an owner, the clock, the schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common import processes
from localsdg.pipeline.doctor.finding import CheckContext, Finding, in_short, ok, problem, warning
from localsdg.pipeline.run_log import read_runs
from localsdg.pipeline.schedule_state import read_state
from localsdg.pipeline.under_way import log_killed, runs_under_way, writer, writer_in_words

if TYPE_CHECKING:
    from localsdg.common.settings import Settings

#: A run takes minutes, a live pull of everything some hours.
_LONG_RUN = timedelta(hours=12)
#: What the clocks of two machines may differ by.
_TOLERANCE = timedelta(minutes=5)
_LONG_AGO = timedelta(days=400)
_FIX_CLOCK = "timedatectl set-ntp true"
FIX = "localsdg doctor --fix"


def check_lock(context: CheckContext) -> Iterator[Finding]:
    """Who writes the warehouse now; and what killed runs left where nobody does."""
    settings = context.settings
    holder, since, words = _writer(settings)
    if words:
        late = since is not None and context.now - since > _LONG_RUN
        if late:
            yield warning("lock", words, remedy=f"kill {holder}" if holder else "localsdg status")
        else:
            yield ok("lock", words)
    else:
        yield ok("lock", "free")
    if left := leftovers(settings):
        yield warning("leftovers", f"of killed runs: {in_short(left)}", remedy=FIX)
    else:
        yield ok("leftovers", "none")


def leftovers(settings: Settings) -> list[str]:
    """Marks of runs whose process is gone, and folders of runs while nobody writes."""
    left = [f".running-{one['run_id']}.json" for one in runs_under_way(settings) if not one["is_running"]]
    if not _writer(settings)[2]:
        left += sorted(path.name for path in settings.warehouse.glob(".run-*"))
    return left


def _writer(settings: Settings) -> tuple[int | None, datetime | None, str | None]:
    """The process that writes the warehouse, since when, and both in words.

    The lock is not tried: that would stop a run that begins at the same moment.
    """
    if words := writer_in_words(settings):
        noted = writer(settings) or {}
        return noted.get("pid"), _moment(str(noted.get("since"))), words
    if pid := _holder(settings.warehouse / ".lock"):
        return pid, None, f"process {pid} holds it"
    return None, None, None


def orphans(context: CheckContext) -> list[int]:
    """Prefect's servers and runs of this home whose owner, a run or a schedule, was killed."""
    home = context.environ.get("PREFECT_HOME") or str(context.settings.prefect_home)
    return processes.abandoned_by_runs(home)


def check_orphans(context: CheckContext) -> Iterator[Finding]:
    """Servers and runs that a killed run or schedule left behind: 250 MB of memory each."""
    pids = orphans(context)
    if pids:
        yield warning(
            "orphan processes", f"processes of killed runs or schedules: {in_short(map(str, pids))}", remedy=FIX
        )
    else:
        yield ok("orphan processes", "none")


def check_clock(context: CheckContext) -> Iterator[Finding]:
    """The clock against the last run and the newest snapshot: both lie in the past, and not years ago."""
    from localsdg.sources.snapshot import iter_snapshots

    moments = [str(run.get("finished_at") or run["started_at"]) for run in read_runs(context.settings)[-20:]]
    for root in (context.settings.raw, context.settings.bundled):
        moments += [snapshot.fetched_at for snapshot in iter_snapshots(root)]
    past = [moment for text in moments if (moment := _moment(text))]
    now = f"{context.now:%Y-%m-%d %H:%M} UTC"
    if not past:
        yield ok("clock", f"{now}; nothing to compare it with")
    elif max(past) > context.now + _TOLERANCE:
        found = f"it is {now}, and a run or snapshot is of {max(past):%Y-%m-%d %H:%M}: the clock is behind"
        yield problem("clock", found, remedy=_FIX_CLOCK)
    elif context.now - max(past) > _LONG_AGO:
        found = f"it is {now}, and the newest run or snapshot is of {max(past):%Y-%m-%d}"
        yield warning("clock", found, remedy=f"{_FIX_CLOCK}; if the clock is right: localsdg run --live")
    else:
        yield ok("clock", now)


def check_schedule(context: CheckContext) -> Iterator[Finding]:
    """The schedule that was started: its process, its next run, and what it states is wrong."""
    if not (context.settings.warehouse / "schedule.json").exists():
        yield ok("schedule", "none was started (localsdg schedule, or a line in cron)")
        return
    state = read_state(context.settings)
    if state is None:
        yield problem("schedule", "schedule.json cannot be read", remedy="localsdg schedule")
        return
    next_run = _moment(state.next_run or "")
    if not state.is_running:
        why = f": {state.problem}" if state.problem else ""
        yield problem("schedule", f"its process {state.pid} has ended{why}", remedy="localsdg schedule")
    elif state.problem:
        yield problem("schedule", state.problem, remedy="localsdg schedule")
    elif next_run and next_run < context.now - timedelta(hours=6):
        yield problem("schedule", f"the run of {next_run:%Y-%m-%d %H:%M} UTC did not begin", remedy="localsdg status")
    else:
        yield ok("schedule", f"process {state.pid}, next run {state.next_run or 'not known yet'}")


def fix(context: CheckContext) -> list[str]:
    """End servers and runs without an owner and remove what killed runs left; returns a line for each."""
    from localsdg.pipeline.alerts.notify import alert_run
    from localsdg.pipeline.run import at_end, sweep

    at_end(alert_run)  # that a run was killed is reported by whoever finds it
    pids = orphans(context)
    processes.stop(pids)
    done = [f"ended process {pid}, which a killed run or schedule left" for pid in pids]
    left = leftovers(context.settings)
    log_killed(context.settings)
    if any(name.startswith(".run-") for name in left):
        sweep(context.settings)
    return done + [f"removed {name}" for name in left]


def _holder(lock: Path) -> int | None:
    """The process that holds a lock, as Linux lists it; None where it does not say."""
    try:
        inode = lock.stat().st_ino
        for line in Path("/proc/locks").read_text().splitlines():
            words = line.split()
            if "FLOCK" in words and words[5].rpartition(":")[2] == str(inode) and int(words[4]) > 0:
                return int(words[4])
    except (OSError, IndexError, ValueError):
        return None
    return None


def _moment(text: str) -> datetime | None:
    """A time of a log or manifest, in UTC without a zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment - (moment.utcoffset() or timedelta())).replace(tzinfo=None)
