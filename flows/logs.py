"""Our log lines on Prefect's page of the run, from every thread, without secrets.

Prefect's own handler knows the run by a context that the threads of our
pulls do not have; here the handler is given the run.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from prefect.context import TaskRunContext
from prefect.logging.handlers import APILogHandler

from localsdg.common.clean_text import clean_text
from localsdg.common.public_text import public_text

#: Prefect's loggers of runs: they log the tracebacks of tasks, in which requests name whole addresses.
_OF_PREFECT = ("prefect.flow_runs", "prefect.task_runs")


class RunPageHandler(APILogHandler):
    """Sends records to the page of one flow run, and of the task in whose thread they arise."""

    def __init__(self, flow_run_id: UUID) -> None:
        super().__init__(logging.INFO)
        self._flow_run_id = flow_run_id

    def prepare(self, record: logging.LogRecord) -> dict[str, Any]:
        """The record as Prefect's interface takes it."""
        record = copy.copy(record)  # the other handlers get it as it was
        record.flow_run_id = str(self._flow_run_id)
        if context := TaskRunContext.get():
            record.task_run_id = str(context.task_run.id)
        return super().prepare(record)

    def format(self, record: logging.LogRecord) -> str:
        """The message fit for others."""
        return _public(super().format(record))


class WithoutSecrets(logging.Filter):
    """Takes passwords and tokens in addresses out of messages and tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; it always goes on."""
        record.msg, record.args = _public(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _public(logging.Formatter().formatException(record.exc_info))
        return True


_WITHOUT_SECRETS = WithoutSecrets()


@contextmanager
def on_the_page(flow_run_id: UUID) -> Iterator[None]:
    """Within the block, what `localsdg.*` logs from INFO on is on the page of the flow run."""
    ours = logging.getLogger("localsdg")
    handler, level = RunPageHandler(flow_run_id), ours.level
    ours.addHandler(handler)
    ours.setLevel(min(level, logging.INFO) or logging.INFO)
    for name in _OF_PREFECT:
        logging.getLogger(name).addFilter(_WITHOUT_SECRETS)  # once, and for good: tracebacks may come late
    try:
        yield
    finally:
        ours.removeHandler(handler)
        ours.setLevel(level)


def _public(text: str) -> str:
    return public_text(clean_text(text))
