"""Flow runs whose process is gone, but which Prefect still shows as running.

A signal ends a run here at once. What is killed outright cannot say so: the
next run, or the start of the schedule, finds it by its labels.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.logging.handlers import APILogWorker
from prefect.states import Cancelled, Crashed

from localsdg.common import interrupts, processes

from .run_page import BOOT, HOME, MACHINE, PROCESS, log, optional, own_labels

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.client.schemas.objects import FlowRun

    from localsdg.common.settings import Settings

FLOW_NAME = "localsdg"
_UNDER_WAY = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
#: The flow run of this process, while it runs.
_OWN: list[UUID] = []
#: Seconds that a signal leaves to Prefect; the process has `interrupts.GRACE` for all that it does.
_PATIENCE = 1.5


def close_abandoned_runs(settings: Settings) -> list[str]:
    """Set runs of this home whose process is gone to Crashed; returns their names.

    Runs of another home or machine, and those whose process runs, are left
    alone. Raises what Prefect's client raises where its server does not answer.
    """
    own, closed = own_labels(settings), []
    with get_client(sync_client=True) as client:
        for flow_run in _under_way(client):
            if _is_gone(flow_run, own):
                _end(client, flow_run.id, Crashed(message="its process was killed, or the machine stopped"))
                closed.append(flow_run.name)
    return closed


@contextmanager
def ended_by_signals(flow_run_id: UUID) -> Iterator[None]:
    """Within the block a signal that ends the process ends the flow run with it."""
    _OWN.append(flow_run_id)
    interrupts.at_interrupt(_end_own)
    try:
        yield
    finally:
        _OWN.remove(flow_run_id)


def _end_own() -> None:
    """Ctrl-C and a cancellation on Prefect's page cancel, SIGTERM is a crash.

    In a thread that is not waited for long: the run log has to be written too.
    """
    ending = threading.Thread(target=_end_runs, daemon=True)
    ending.start()
    ending.join(_PATIENCE)


def _end_runs() -> None:
    received = interrupts.received() or signal.SIGTERM
    for flow_run_id in list(_OWN):
        with optional("the end of the run"), get_client(sync_client=True) as client:
            found = client.read_flow_run(flow_run_id).state
            cancelling = found is not None and found.type == StateType.CANCELLING
            state = Cancelled if cancelling or received == signal.SIGINT else Crashed
            _end(client, flow_run_id, state(message=f"ended by {received.name}"))
    APILogWorker.drain_all(timeout=1)


def _end(client: SyncPrefectClient, flow_run_id: UUID, state: State) -> None:
    """Set a flow run to its last state, and those of its tasks that had begun."""
    client.set_flow_run_state(flow_run_id, state, force=True)
    with optional("the end of the tasks"):
        for task_run in client.read_task_runs(
            flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[flow_run_id])),
            task_run_filter=TaskRunFilter(state=TaskRunFilterState(type=TaskRunFilterStateType(any_=_UNDER_WAY))),
        ):
            client.set_task_run_state(task_run.id, Crashed(message=state.message), force=True)


def _under_way(client: SyncPrefectClient) -> list[FlowRun]:
    return client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=[FLOW_NAME])),
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNDER_WAY))),
    )


def _is_gone(flow_run: FlowRun, own: dict[str, str]) -> bool:
    """Whether it is of this home and machine, and its process has ended."""
    labels = flow_run.labels
    if any(labels.get(name) != own[name] for name in (HOME, MACHINE)) or PROCESS not in labels:
        return False
    process = str(labels[PROCESS])
    return labels.get(BOOT) != own[BOOT] or processes.identity(int(process.partition(":")[0])) != process


def close_quietly(settings: Settings) -> None:
    """The same for the start of a run, which goes on whatever Prefect answers."""
    with optional("runs whose process is gone"):
        for name in close_abandoned_runs(settings):
            log.warning("an earlier run, %s, was killed: its page is set to Crashed", name)
