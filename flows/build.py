"""Subflow: data/raw -> a checked and audited warehouse file, not yet published."""

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from localsdg.common.progress import current
from localsdg.pipeline import stages as pipeline


def _as_task(name: str):
    """The plain function of that name as a task, timed; it finds its run by the id."""

    @task(name=name, cache_policy=NO_CACHE, persist_result=False)
    def step(run_id: str) -> None:
        with current().stage(name):
            getattr(pipeline, name)(pipeline.find_run(run_id))

    return step


stage, link, check, make, audit = (_as_task(name) for name in ("stage", "link", "check", "build", "audit"))


@flow(name="build", validate_parameters=False)
async def build(run_id: str) -> None:
    """Stage, link, check, build and audit; raises when a check blocks."""
    for step in (stage, link, check, make, audit):
        step(run_id)
