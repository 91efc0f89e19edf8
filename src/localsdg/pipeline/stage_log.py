"""What a run logs while it works: each stage with its seconds, each thing set aside, the end.

The terminal shows none of it (`localsdg run` prints a summary); Prefect's page of the run does.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from localsdg.pipeline.report import run_report
from localsdg.pipeline.report_text import write_last_run
from localsdg.pipeline.run import is_of_this_process

if TYPE_CHECKING:
    from localsdg.pipeline.run import Run
    from localsdg.staging.ledger import SetAside

log = logging.getLogger("localsdg.run")
log.addHandler(logging.NullHandler())  # without any handler Python prints warnings on standard error

#: Lines about what one stage set aside; `audit.quarantine` has all of them.
_LONGEST_LIST = 50


@contextmanager
def logged_stage(run: Run, name: str) -> Iterator[None]:
    """Log the start and the end of a stage, with its seconds, and what it newly set aside."""
    log.info("%s: begins", name)
    before = {_key(item) for item in run.set_aside}
    started = time.perf_counter()
    try:
        yield
    except BaseException as error:
        log.error("%s: failed after %.1f s: %s", name, time.perf_counter() - started, error)
        raise
    finally:
        _log_set_aside([item for item in run.set_aside if _key(item) not in before])
    log.info("%s: done in %.1f s", name, time.perf_counter() - started)


def report_end(run: Run, pull: str, is_interrupted: bool) -> list[str]:
    """Log how a run ended and write `reports/last_run.md`; returns a line for what could not be written.

    Nothing is done for a pull on its own (`pull` is its command), nor for an
    earlier run that was killed.
    """
    if pull or not is_of_this_process(run):
        return []
    try:
        _log_end(run)
        write_last_run(run)
    except Exception as error:  # what only tells people fails no run
        return [f"the report of the run could not be written: {type(error).__name__}: {error}"]
    return []


def _log_end(run: Run) -> None:
    report = run_report(run)
    log.log(logging.ERROR if run.error else logging.INFO, "%s", report.title)
    for section in report.sections:
        if section.heading in ("Sources", "What changed"):
            for line in section.lines:
                log.info("%s: %s", section.heading.lower(), line)
    if report.next_step:
        log.info("next: %s", report.next_step)


def _log_set_aside(items: list[SetAside]) -> None:
    for item in items[:_LONGEST_LIST]:
        log.warning("set aside: %s", item.line)
    if len(items) > _LONGEST_LIST:
        log.warning("set aside: %d more, all of them in audit.quarantine", len(items) - _LONGEST_LIST)


def _key(item: SetAside) -> tuple[str, ...]:
    """What is the same when a later stage adds what is used instead."""
    return (item.source, item.set_aside_kind, item.set_aside_name, item.rule_id)
