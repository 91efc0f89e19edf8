"""A run of a schedule: a process of its own, which is ended where it hangs, and why is in the run log."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from localsdg.common import processes
from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline.alerts.notify import alert_failure
from localsdg.pipeline.run_log import RunStatus, append, code_version, read_runs, utc
from localsdg.pipeline.under_way import log_killed

from .deployment import DueRun
from .server import open_log

RUN_LOG = "scheduled-runs.log"


class ScheduledRun:
    """The process of a run that was due."""

    def __init__(self, settings: Settings, due: DueRun, url: str, limit: timedelta) -> None:
        """Start it, with its output added to the log; `url` is the server's, `limit` how long it may take."""
        self.settings, self.due, self.began = settings, due, datetime.now(UTC)
        self.until = time.monotonic() + limit.total_seconds()
        # a terminal shows no log lines of Prefect, but this is a log
        levels = dict.fromkeys(("PREFECT_LOGGING_LEVEL", "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"), "INFO")
        with open_log(settings, RUN_LOG) as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "prefect", "flow-run", "execute", str(due.run_id)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=os.environ | levels | {"PREFECT_API_URL": url},
            )

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    @property
    def is_hanging(self) -> bool:
        """Whether it works still and has had its time."""
        return not self.has_ended and time.monotonic() > self.until

    def end(self, patience: float) -> None:
        """End the process and all below it."""
        processes.stop([self.process.pid, *processes.children(self.process.pid)], patience=patience)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=1)

    def log_why(self, reason: str) -> None:
        """State in the run log why it was ended: of two lines of one run the later one counts."""
        log_killed(self.settings)
        began = utc(self.began)
        rows = [row for row in read_runs(self.settings) if row["command"] == "run" and row["started_at"] >= began]
        if any(row["status"] in (RunStatus.PUBLISHED, RunStatus.UNCHANGED) for row in rows):
            return  # it hung after its work was done
        row: dict[str, str | None] = {
            "run_id": f"{self.began:%Y%m%dT%H%M%S}-{self.due.run_id.hex[:6]}",  # of one that hung before it began
            "command": "run",
            "started_at": began,
            "scheduled_for": utc(self.due.due_at) if self.due.by_schedule else None,
            "code_version": code_version(self.settings),
        }
        row |= rows[-1] if rows else {}
        if not rows:  # one that began reports its own end, or is reported as killed
            error = LocalsdgError(reason, next_step="localsdg doctor")
            alert_failure(self.settings, "a scheduled run did not begin", error)
        end = {"finished_at": utc(datetime.now(UTC)), "status": RunStatus.FAILED, "detail": reason}
        append(self.settings, row | end)


def in_words(span: timedelta) -> str:
    """`4 days`, `3.5 h`, `12 min` or `8 s`."""
    seconds = span.total_seconds()
    for size, unit in ((2 * 86400, 86400), (2 * 3600, 3600), (120, 60)):
        if seconds >= size:
            names = {86400: "days", 3600: "h", 60: "min"}
            return f"{seconds / unit:.3g} {names[unit]}"
    return f"{seconds:.0f} s"
