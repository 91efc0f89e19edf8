"""The scheduled pipeline as Prefect's server has it: its deployment, and the runs that are due or come next."""

from __future__ import annotations

import hashlib
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.schedules import Cron
from prefect.states import Cancelled, Crashed, Failed
from prefect.types.entrypoint import EntrypointType

from .pipeline import pipeline

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun, State
    from prefect.deployments.runner import RunnerDeployment

    from localsdg.common.settings import Settings

#: States of a run that a process is, or was, working at.
_AT_WORK = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]


@dataclass(frozen=True)
class DueRun:
    """A run whose time has come."""

    run_id: UUID
    name: str
    due_at: datetime  # with its zone, UTC
    by_schedule: bool  # False: asked for by hand
    parameters: dict[str, Any]


def choose(due: list[DueRun], covered_until: datetime | None) -> tuple[DueRun | None, list[DueRun]]:
    """The run to start now, and the scheduled ones that need no run any more.

    A run takes whatever is new, so one stands for all that were missed before
    it: of scheduled runs the newest is chosen, and none that was due before a
    run began (`covered_until`). What people ask for is run each, and first.
    """
    by_hand = sorted((run for run in due if not run.by_schedule), key=lambda run: run.due_at)
    scheduled = sorted((run for run in due if run.by_schedule), key=lambda run: run.due_at)
    covered = [run for run in scheduled if covered_until and run.due_at <= covered_until]
    waiting = scheduled[len(covered) :]
    chosen = by_hand[0] if by_hand else waiting[-1] if waiting else None
    return chosen, [*covered, *waiting[:-1]]


def deployment_name(settings: Settings, shared: bool) -> str:
    """`scheduled`; on a server that others use too, with a mark of this machine and home."""
    if not shared:
        return "scheduled"
    here = f"{socket.gethostname()} {settings.home}"
    return f"scheduled-{hashlib.sha256(here.encode()).hexdigest()[:8]}"


class ScheduledPipeline:
    """The deployment on the server of Prefect's settings; every call may raise errors of the network (`httpx`)."""

    def __init__(self, name: str, cron: str, timezone: str, parameters: dict[str, Any]) -> None:
        self.name, self.cron, self.timezone, self.parameters = name, cron, timezone, parameters
        self.deployment_id: UUID | None = None

    @property
    def client(self) -> SyncPrefectClient:
        """A new client: one that lived through the end of its server keeps broken connections."""
        return get_client(sync_client=True)

    def register(self) -> None:
        """Create or update the deployment with its schedule."""
        # outside of an event loop these two are plain calls
        deployment = cast(
            "RunnerDeployment",
            pipeline.to_deployment(
                self.name,
                schedules=[Cron(self.cron, timezone=self.timezone)],
                parameters=self.parameters,
                description=f"Started by `localsdg schedule` on {socket.gethostname()}.",
                # a file alone could not import its neighbours
                entrypoint_type=EntrypointType.MODULE_PATH,
            ),
        )
        deployment.work_pool_name = None  # this process runs it, whatever was there before
        self.deployment_id = cast("UUID", deployment.apply())

    def request(self, tag: str) -> None:
        """Ask for one run at once."""
        with self.client as client:
            client.create_flow_run_from_deployment(self._id, tags=[tag])

    def due(self) -> list[DueRun]:
        """Runs whose time has come, in any order."""
        now = datetime.now(UTC)
        with self.client as client:
            # of a long absence the oldest come first: all are asked for
            runs = client.get_scheduled_flow_runs_for_deployments([self._id], scheduled_before=now)
        return [
            DueRun(run.id, run.name, when, bool(run.auto_scheduled), dict(run.parameters))
            for run in runs
            if (when := run.next_scheduled_start_time or run.expected_start_time) and when <= now
        ]

    def next_times(self, most: int = 3) -> list[datetime]:
        """When the next runs come that the server has planned, UTC."""
        now = datetime.now(UTC)
        with self.client as client:
            runs = self._runs(client, [StateType.SCHEDULED], FlowRunSort.EXPECTED_START_TIME_ASC)
        times = [run.next_scheduled_start_time or run.expected_start_time for run in runs if run.auto_scheduled]
        return sorted(datetime.fromtimestamp(when.timestamp(), UTC) for when in times if when and when > now)[:most]

    def is_paused(self) -> bool:
        """Whether someone has paused it, as a whole or its schedule, in the server."""
        with self.client as client:
            deployment = client.read_deployment(self._id)
        return deployment.paused or not any(schedule.active for schedule in deployment.schedules)

    def skip(self, runs: list[DueRun]) -> None:
        """Runs for which another one stands."""
        state: State[Any] = Cancelled(name="Skipped", message="A later run does the same: it takes whatever is new.")
        with self.client as client:
            for run in runs:
                client.set_flow_run_state(run.run_id, state, force=True)

    def left_at_work(self) -> int:
        """Mark runs as crashed that a killed schedule left before they had a process of their own; returns how many."""
        with self.client as client:
            runs = self._runs(client, _AT_WORK)
            for run in runs:
                state: State[Any] = Crashed(message="The schedule that started it has ended.")
                client.set_flow_run_state(run.id, state, force=True)
        return len(runs)

    def outcome(self, run_id: UUID) -> tuple[str, str]:
        """Name and message of a run's state after its process has ended; one that is not final becomes a crash."""
        with self.client as client:
            try:
                state = client.read_flow_run(run_id).state
            except ObjectNotFound:
                return "deleted", "someone deleted it in the server"
            if state is None or not state.is_final():
                state = Crashed(message="Its process ended without an outcome.")
                client.set_flow_run_state(run_id, state, force=True)
        return state.name or state.type.value.lower(), state.message or ""

    def fail(self, run_id: UUID, message: str) -> None:
        """A run that was ended from outside."""
        with self.client as client, suppress(ObjectNotFound):
            client.set_flow_run_state(run_id, Failed(message=message), force=True)

    @property
    def _id(self) -> UUID:
        if self.deployment_id is None:
            raise RuntimeError("the deployment is not registered")
        return self.deployment_id

    def _runs(
        self, client: SyncPrefectClient, types: list[StateType], sort: FlowRunSort | None = None
    ) -> list[FlowRun]:
        return client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[self._id])),
            flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=types))),
            sort=sort,
        )
