"""The main flow: every stage of a run as a Prefect task, and a note of what was published.

`python -m flows.pipeline` runs it; `localsdg run` does the same and prints a
summary.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, Unpack

from prefect import flow, task
from prefect.artifacts import acreate_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext
from prefect.task_runners import ThreadPoolTaskRunner

from localsdg.checks.runner import warm_up
from localsdg.common.progress import Progress
from localsdg.common.settings import load_settings
from localsdg.pipeline import stages
from localsdg.pipeline.run import Run, RunOptions
from localsdg.pipeline.run_log import utc
from localsdg.pipeline.stages import Stage

from .pull import pull_again_as_tasks, pull_sites_as_tasks
from .server import own_server

#: Lines of the note on a run's page; the whole list is in the published file.
_LONGEST_NOTE = 50


def _as_task(stage: Stage) -> Callable[[str], None]:
    """The stage as a task; it finds its run by the id."""

    @task(name=stage.name, cache_policy=NO_CACHE, persist_result=False)
    def step(run_id: str) -> None:
        stage(stages.find_run(run_id))

    return step


_TASKS = {stage.name: _as_task(stage) for stage in (*stages.PULLS, *stages.STAGES)}


def _perform(stage: Stage, run: Run) -> None:
    if stage.action is stages.pull_sites:
        pull_sites_as_tasks(run)
    elif stage.action is stages.pull_again:
        pull_again_as_tasks(run)
    else:
        _TASKS[stage.name](run.run_id)


#: As many sites at once as the settings allow.
_RUNNER: ThreadPoolTaskRunner[Any] = ThreadPoolTaskRunner(max_workers=load_settings().concurrency)


# Prefect's decorator is typed to take runners of an invariant type that its own thread pool is not one of
@flow(name="localsdg", validate_parameters=False, task_runner=_RUNNER)  # type: ignore[arg-type]
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
) -> str:
    """One run; returns its id, raises what the stages raise, and leaves the published file as it was then.

    `patience` is for how many minutes sources that do not answer are asked again (as the settings
    say where it is not given). `run_id` names a run that this process began; the other parameters are then not read.
    """
    run = (
        stages.find_run(run_id)
        if run_id
        else stages.begin_run(
            settings := load_settings(),
            live=live,
            series=tuple(series),
            areas=tuple(areas),
            only_bundled=only_bundled,
            with_bundled=with_bundled,
            strict=strict,
            patience=settings.patience_minutes if patience is None else patience,
            force=force,
        )
    )
    stages.execute(run, _perform)
    await acreate_markdown_artifact(key="published", markdown=_note(run))
    return run.run_id


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
        warm_up()  # while Prefect's server starts
        asyncio.run(pipeline(run_id=run.run_id))
    return run


def _note(run: Run) -> str:
    """What was published, as a page of Prefect's: rows and rejects by release, and what was set aside."""
    rows_in: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    for load in run.loads:
        rows_in[f"{load['source']} {load['release']}"] += load["rows_in"]
        rejected[f"{load['source']} {load['release']}"] += load["rows_rejected"]
    lines = [f"| {name} | {rows} | {rejected[name]} |" for name, rows in rows_in.items()]
    aside = [f"- {item.line}" for item in run.set_aside]
    parts = [f"# Version {run.version}", "", "| release | rows in | rejected |", "|---|---|---|"]
    return "\n".join([*parts, *_cut(lines), "", *_cut(aside)]) + "\n"


def _cut(lines: list[str]) -> list[str]:
    left = len(lines) - _LONGEST_NOTE
    return lines if left <= 0 else [*lines[:_LONGEST_NOTE], "", f"and {left} more"]


if __name__ == "__main__":
    run_flow()
