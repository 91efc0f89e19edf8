"""Subflow: the world -> data/raw. Without `live` there is nothing to do: the bundle is at hand."""

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from localsdg import pipeline
from localsdg.progress import current
from localsdg.settings import load_settings


@task(name="pull indicators", cache_policy=NO_CACHE, persist_result=False)
def pull_indicators(series: tuple[str, ...], areas: tuple[str, ...]) -> str:
    """UN series from the service; returns the snapshot's folder."""
    with current().stage("pull"):
        snapshot = pipeline.pull_live(
            load_settings(), series=series, areas=areas, progress=current().step
        )
    return str(snapshot.path)


@flow(name="pull", validate_parameters=False)
async def pull(
    live: bool = False, series: tuple[str, ...] = (), areas: tuple[str, ...] = ()
) -> list[str]:
    """Pull what was asked for; returns the folders of the snapshots."""
    return [pull_indicators(series, areas)] if live else []
