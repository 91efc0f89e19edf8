"""Subflow: the world -> data/raw. Without `live` it only counts what is at hand."""

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from localsdg import pipeline
from localsdg.settings import load_settings


@task(name="pull indicators", cache_policy=NO_CACHE)
def pull_indicators(series: tuple[str, ...], areas: tuple[int, ...]) -> str:
    """UN series from the service; returns the snapshot's folder."""
    return str(pipeline.pull_live(load_settings(), series=series, areas=areas).path)


@flow(name="pull")
async def pull(
    live: bool = False, series: tuple[str, ...] = (), areas: tuple[int, ...] = ()
) -> list[str]:
    """Pull what was asked for; returns the folders of the new snapshots."""
    return [pull_indicators(series, areas)] if live else []
