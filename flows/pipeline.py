"""The main flow: every stage of a run as a Prefect task, and a page that says what the run did.

`python -m flows.pipeline` runs it; `localsdg run` does the same and prints a
summary.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Unpack

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext
from prefect.runtime import deployment
from prefect.states import Completed, Failed, State

from localsdg.common import interrupts
from localsdg.common.errors import LocalsdgError
from localsdg.common.progress import Progress
from localsdg.common.settings import load_settings
from localsdg.pipeline import stages
from localsdg.pipeline.report import run_report
from localsdg.pipeline.run import Run, RunOptions
from localsdg.pipeline.run_log import RunStatus, utc
from localsdg.pipeline.stages import Stage

from . import configured
from .abandoned import FLOW_NAME, close_quietly, ended_by_signals
from .artifacts import write_artifacts, write_failure
from .batches import fill_parts_as_tasks
from .logs import on_the_page
from .pull import pull_again_as_tasks, pull_sites_as_tasks
from .run_page import describe, identify, own_flow_run, rename
from .runner import DASK, reachable_server, task_runner
from .server import own_server


def _as_task(stage: Stage) -> Callable[[str], None]:
    """The stage as a task; it finds its run by the id."""

    name = stage.summary or stage.name

    @task(name=name, task_run_name=name, cache_policy=NO_CACHE, persist_result=False)
    def step(run_id: str) -> None:
        stage(stages.find_run(run_id))

    return step


_TASKS = {stage.name: _as_task(stage) for stage in (*stages.PULLS, *stages.STAGES)}


def _perform(stage: Stage, run: Run) -> None:
    if stage is stages.STAGES[0]:
        rename(run)
    if stage.action is stages.pull_sites:
        stage(run, pull_sites_as_tasks)
    elif stage.action is stages.pull_again:
        stage(run, pull_again_as_tasks)
    else:
        if stage.action is stages.stage and run.settings.task_runner == DASK:
            with run.progress.stage("stage"):  # a part of its time
                fill_parts_as_tasks(run)
        _TASKS[stage.name](run.run_id)


@flow(name=FLOW_NAME, validate_parameters=False, task_runner=task_runner(configured()))
async def pipeline(
    live: bool = False,
    series: tuple[str, ...] = (),
    areas: tuple[str, ...] = (),
    only_bundled: bool = False,
    with_bundled: bool = True,
    strict: bool = False,
    patience: int | None = None,
    force: bool = False,
    run_id: str | None = None,
) -> State:
    """One run; returns its id, raises what the stages raise, and leaves the published file as it was then.

    `patience` is for how many minutes sources that do not answer are asked again (as the settings
    say where it is not given). `run_id` names a run that this process began; the other parameters are then not read.
    """
    if deployment.id:  # a process of the runner's own: nobody else takes its signals
        interrupts.watch()
    flow_run = own_flow_run()
    with on_the_page(flow_run.id), ended_by_signals(flow_run.id):
        try:
            settings = load_settings()
            identify(settings)
            close_quietly(settings)
            run = (
                stages.find_run(run_id)
                if run_id
                else stages.begin_run(
                    settings,
                    live=live,
                    series=tuple(series),
                    areas=tuple(areas),
                    only_bundled=only_bundled,
                    with_bundled=with_bundled,
                    strict=strict,
                    patience=settings.patience_minutes if patience is None else patience,
                    scheduled_for=_scheduled_for(),
                    force=force,
                )
            )
        except Exception as error:
            await write_failure(error)
            return Failed(message=str(error), data=error)
        return await _execute(run)


async def _execute(run: Run) -> State:
    """The run with its page; the state says in one line how it ended."""
    describe(run)
    error: Exception | None = None
    try:
        stages.execute(run, _perform)
    except Exception as ended_by:  # the page says why, then the flow raises it
        error = ended_by
    if run.status != RunStatus.PUBLISHED:
        rename(run)
    await write_artifacts(run)
    title = run_report(run).title
    if error is None:
        return Completed(message=title, data=run.run_id)
    return Failed(message=str(error) if isinstance(error, LocalsdgError) else title, data=error)


def _scheduled_for() -> str | None:
    """When a schedule meant this flow run to begin, UTC; None where a person began it.

    Prefect states an expected start for every flow run, and marks those that its scheduler made.
    """
    context = FlowRunContext.get()
    flow_run = context.flow_run if context else None
    if flow_run is None or not flow_run.auto_scheduled or flow_run.expected_start_time is None:
        return None
    return utc(flow_run.expected_start_time)


def run_flow(progress: Progress | None = None, **options: Unpack[RunOptions]) -> Run:
    """Run the flow from plain Python; see `Run` for the options."""
    run = stages.begin_run(load_settings(), progress, **options)
    with stages.running(run):  # also where the flow does not even begin
        own_server()
        with reachable_server(run.settings):
            asyncio.run(pipeline(run_id=run.run_id))
    return run


if __name__ == "__main__":
    interrupts.watch()
    run_flow()
