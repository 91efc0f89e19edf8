"""Subflow: the audited file -> the published one, by one rename."""

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from localsdg import pipeline
from localsdg.progress import current
from localsdg.runs import Run


@task(name="publish", cache_policy=NO_CACHE, persist_result=False)
def rename(run: Run) -> None:
    """Give the built file its name."""
    with current().stage("publish"):
        pipeline.publish(run)


@flow(name="publish", validate_parameters=False)
async def publish(run: Run) -> None:
    """Publish, and leave a note on the run's page."""
    rename(run)
    loads = "\n".join(
        f"| {load['source']} {load['release']} | {load['rows_in']} | {load['rows_rejected']} |"
        for load in run.loads
    )
    await create_markdown_artifact(
        key="published",
        markdown=f"# Version {run.version}\n\n| release | rows in | rejected |\n|---|---|---|\n{loads}\n",
    )
