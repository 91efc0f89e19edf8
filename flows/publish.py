"""Subflow: the audited file -> the published one, by one rename."""

from collections import Counter

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from localsdg.common.progress import current
from localsdg.pipeline import stages as pipeline

#: Lines of the note on a run's page; the whole list is in the published file.
_LONGEST_NOTE = 50


@task(name="publish", cache_policy=NO_CACHE, persist_result=False)
def rename(run_id: str) -> None:
    """Give the built file its name."""
    with current().stage("publish"):
        pipeline.publish(pipeline.find_run(run_id))


@flow(name="publish", validate_parameters=False)
async def publish(run_id: str) -> None:
    """Publish, and leave a note on the run's page."""
    rename(run_id)
    await create_markdown_artifact(key="published", markdown=_note(pipeline.find_run(run_id)))


def _note(run) -> str:
    rows_in, rejected = Counter(), Counter()
    for load in run.loads:
        rows_in[f"{load['source']} {load['release']}"] += load["rows_in"]
        rejected[f"{load['source']} {load['release']}"] += load["rows_rejected"]
    lines = [f"| {name} | {rows} | {rejected[name]} |" for name, rows in rows_in.items()]
    aside = [f"- {one.line}" for one in run.set_aside]
    parts = [f"# Version {run.version}", "", "| release | rows in | rejected |", "|---|---|---|"]
    return "\n".join([*parts, *_cut(lines), "", *_cut(aside)]) + "\n"


def _cut(lines: list[str]) -> list[str]:
    left = len(lines) - _LONGEST_NOTE
    return lines if left <= 0 else [*lines[:_LONGEST_NOTE], "", f"and {left} more"]
