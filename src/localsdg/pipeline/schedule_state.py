"""The running schedule as `data/warehouse/schedule.json` states it: written by `localsdg schedule`, read by others.

It is removed when the schedule is stopped; where it is there and its process
is not, the schedule ended by a fault or a kill.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from localsdg.common import processes
from localsdg.common.errors import LocalsdgError
from localsdg.common.parsed_text import json_of
from localsdg.common.public_text import public_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localsdg.common.settings import Settings


@dataclass(frozen=True)
class ScheduleState:
    """A schedule and when it comes next; times are UTC, ISO 8601."""

    cron: str
    timezone: str
    server: str  # address of Prefect's interface
    pid: int
    process: str | None  # `pid:start` of the process; None where the system does not say
    started_at: str
    next_run: str | None  # None: paused, or not known yet
    problem: str | None = None  # what is wrong now, or what ended it

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""
        return processes.is_running(self.pid, self.process)


def read_state(settings: Settings) -> ScheduleState | None:
    """The schedule that was started last and not stopped since; None where there is none, or the file is broken."""
    try:
        stated = json_of(_path(settings).read_text(encoding="utf-8"))
        return ScheduleState(**{field.name: stated.get(field.name) for field in fields(ScheduleState)})
    except (OSError, ValueError, AttributeError):
        return None


def write_state(settings: Settings, state: ScheduleState) -> None:
    """Replace the file, so that a reader sees the old or the new one whole."""
    path = _path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".json.new")
    new.write_text(public_text(json.dumps(asdict(state), ensure_ascii=False, indent=1)) + "\n", encoding="utf-8")
    os.replace(new, path)


def remove_state(settings: Settings) -> None:
    """The schedule was stopped."""
    _path(settings).unlink(missing_ok=True)


@contextmanager
def only_schedule(settings: Settings) -> Iterator[None]:
    """Hold the lock of the one schedule of a home; raises `LocalsdgError` where another process has it."""
    from filelock import FileLock, Timeout

    settings.warehouse.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.warehouse / ".schedule.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        other = read_state(settings)
        raise LocalsdgError(
            "a schedule is running already",
            where=settings.warehouse,
            got=f"process {other.pid}, next run {other.next_run or 'not known yet'}" if other else "a process",
            next_step=f"kill {other.pid}" if other else "wait a minute, then run the same command",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _path(settings: Settings) -> Path:
    return settings.warehouse / "schedule.json"
