"""What a run came to, in the words that the terminal, Prefect, an alert and the status share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localsdg.pipeline.run import Run


@dataclass(frozen=True)
class RunReport:
    """One run in words: a title of one line, what happened (a line each), and the next command."""

    title: str
    lines: tuple[str, ...]
    next_step: str | None = None


def run_report(run: Run) -> RunReport:
    """The report of a run that has ended, however it ended."""
    lines = [item.line for item in run.set_aside]
    if run.error is None:
        return RunReport(f"version {run.version} is {run.status}", tuple(lines))
    return RunReport(
        f"the run {run.status}", (str(run.error), *lines), getattr(run.error, "next_step", None) or "localsdg doctor"
    )
