"""Which runs and pulls are under way, and which of them writes the warehouse.

A run keeps `data/warehouse/.running-<run_id>.json` while it works, with its
process and its stage. A process that is killed cannot remove it: the next run
finds it, and writes into the run log what was killed, and in which stage.
`.writer.json` says who holds the lock of the one writer; the lock itself is
never tried by those who only look, because that would stop a run that begins
at the same moment.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common import processes
from localsdg.common.parsed_text import json_of
from localsdg.pipeline.run_log import RunStatus, append, code_version, read_runs, utc
from localsdg.warehouse.releases import published_by

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.pipeline.run_facts import RunFacts

_PREFIX = ".running-"
_AT_KILLED: list[Callable[[Settings, dict], None]] = []
#: A stage of another machine, whose processes cannot be seen from here, counts as under way for as long.
LONGEST_STAGE = timedelta(days=3)


@contextmanager
def marked(run: RunFacts) -> Iterator[None]:
    """Show that the run is under way, and in which stage, until the block ends."""
    log_killed(run.settings)
    mark(run, None)
    run.progress.on_stage = lambda stage: mark(run, stage)
    try:
        yield
    finally:
        run.progress.on_stage = None
        unmark(run)


def mark(run: RunFacts, stage: str | None) -> None:
    """Note the stage that begins; where it cannot be written the run goes on without."""
    _write(
        _path(run.settings, run.run_id),
        {
            "run_id": run.run_id,
            "command": run.command,
            "live": run.live if run.command == "run" else None,
            "started_at": run.started_at,
            "scheduled_for": run.scheduled_for,
            "stage": stage,
            "stage_since": utc(datetime.now(UTC)),
            "seconds": {name: round(spent, 2) for name, spent in run.progress.seconds.items()},
            "code_version": code_version(run.settings),
            **_own_process(),
        },
    )


def unmark(run: RunFacts) -> None:
    """The run is not under way any more."""
    with contextlib.suppress(OSError):
        _path(run.settings, run.run_id).unlink(missing_ok=True)


def runs_under_way(settings: Settings) -> list[dict]:
    """The marks that runs keep, oldest first; `is_running` is False where the process is gone.

    A mark of another machine counts as running for `LONGEST_STAGE`.
    """
    marks = [_read(path) for path in sorted(settings.warehouse.glob(f"{_PREFIX}*.json"))]
    return [{**one, "is_running": _is_running(one)} for one in marks if one.get("run_id") and one.get("started_at")]


def log_killed(settings: Settings) -> None:
    """Write into the run log the runs whose process is gone."""
    for one in runs_under_way(settings):
        if not one["is_running"]:
            log_as_killed(settings, one["run_id"])


def log_as_killed(settings: Settings, run_id: str) -> None:
    """Write a killed run into the run log, once, with what its mark says, and remove the mark."""
    path = _path(settings, run_id)
    left = _read(path)
    with contextlib.suppress(OSError):
        path.unlink()
    if any(row["run_id"] == run_id for row in read_runs(settings)):  # it ended, and was killed before it was unmarked
        return
    row = killed_row(settings, {"run_id": run_id, "started_at": _start_in(run_id), **left})
    append(settings, row)
    for callback in _AT_KILLED:
        callback(settings, row)


def at_killed(callback: Callable[[Settings, dict], None]) -> None:
    """Call this with the line of each killed run that is found, once it is in the run log; it never raises."""
    if callback not in _AT_KILLED:
        _AT_KILLED.append(callback)


def killed_row(settings: Settings, left: dict) -> dict:
    """The line of a run of which only its mark is left: published where it came so far, or else failed.

    That of a run that published is the one that its version keeps.
    """
    if row := published_by(settings, str(left.get("run_id"))).get("run"):
        return {**row, "notes": [*row["notes"], "killed after it had published, before it ended"]}
    stage = left.get("stage")
    return {
        **{name: left.get(name) for name in ("run_id", "command", "live", "started_at")},
        "finished_at": None,
        "scheduled_for": left.get("scheduled_for"),
        "status": RunStatus.FAILED,
        "version": None,
        "code_version": left.get("code_version") or code_version(settings),
        "seconds": left.get("seconds") or {},
        "rows_in": None,
        "rows_out": None,
        "rows_rejected": None,
        "sources": [],
        "set_aside": None,
        "set_aside_kinds": {},
        "set_aside_lines": [],
        "notes": [],
        "detail": "killed before it ended" + (f", in the stage {stage}" if stage else ""),
    }


@contextmanager
def noted_writer(settings: Settings, run: RunFacts | None) -> Iterator[None]:
    """Note who holds the lock, for as long as the block holds it."""
    path = settings.warehouse / ".writer.json"
    facts = {"run_id": run.run_id if run else None, "command": run.command if run else None}
    _write(path, {**facts, "since": utc(datetime.now(UTC)), **_own_process()})
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def writer(settings: Settings) -> dict | None:
    """Who holds the lock: run_id, command, since, pid, host; None where nobody does."""
    holder = _read(settings.warehouse / ".writer.json")
    return holder if holder and _is_running(holder) else None


def writer_in_words(settings: Settings) -> str | None:
    """Who holds the lock, for an error; None where it is not known."""
    holder = writer(settings)
    if not holder:
        return None
    who = f"localsdg {holder['command']}, run {holder['run_id']}" if holder.get("run_id") else "a command"
    stages = [one.get("stage") for one in runs_under_way(settings) if one["run_id"] == holder.get("run_id")]
    stage = f", in the stage {stages[0]}" if stages and stages[0] else ""
    return f"{who}, process {holder.get('pid')}, since {holder.get('since')} UTC{stage}"


def _path(settings: Settings, run_id: str) -> Path:
    return settings.warehouse / f"{_PREFIX}{run_id}.json"


def _own_process() -> dict:
    pid = os.getpid()
    return {"pid": pid, "process": processes.identity(pid), "host": socket.gethostname()}


def _is_running(facts: dict) -> bool:
    if facts.get("host") != socket.gethostname():
        since = str(facts.get("stage_since") or facts.get("since") or "")
        return since > utc(datetime.now(UTC) - LONGEST_STAGE)
    pid = facts.get("pid")
    return isinstance(pid, int) and processes.is_running(pid, facts.get("process"))


def _write(path: Path, facts: dict) -> None:
    """Write it whole or not at all; who looks at the same moment sees the old text."""
    part = path.with_name(f"{path.name}.part")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(facts), encoding="utf-8")
        part.replace(path)


def _read(path: Path) -> dict:
    """A mark; empty where there is none or it cannot be read."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        body = json_of(path.read_text(encoding="utf-8"))
        return body if isinstance(body, dict) else {}
    return {}


def _start_in(run_id: str) -> str | None:
    """The start of a run as its id states it, ISO 8601."""
    with contextlib.suppress(ValueError):
        return datetime.strptime(run_id.split("-")[0], "%Y%m%dT%H%M%S").isoformat()
    return None
