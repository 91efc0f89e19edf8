"""Subflow: the world -> data/raw. Without `live` there is nothing to do: the bundle is at hand."""

from dataclasses import replace

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import wait
from prefect.task_runners import ThreadPoolTaskRunner

from localsdg import pipeline
from localsdg.progress import current
from localsdg.settings import load_settings
from localsdg.sources import opensdg


@task(name="pull indicators", cache_policy=NO_CACHE, persist_result=False)
def pull_indicators(series: tuple[str, ...], areas: tuple[str, ...]) -> str:
    """UN series from the service; returns the snapshot's folder."""
    with current().stage("pull"):
        snapshot = pipeline.pull_live(
            load_settings(), series=series, areas=areas, progress=current().step
        )
    return str(snapshot.path)


@task(name="pull site", task_run_name="pull site {site_id}", cache_policy=NO_CACHE, persist_result=False)
def pull_site(site_id: str) -> str:
    """One local site; raises when it is dead or broken, and no other site notices."""
    # one connection a site: the runner says how many sites at once
    settings = replace(load_settings(), concurrency=1)
    pulled = opensdg.pull_site(settings, opensdg.list_sites(settings.sites)[site_id])
    if pulled.outcome == "failed":
        raise RuntimeError(f"{site_id}: {pulled.message}")
    return f"{site_id}: {pulled.outcome}"


@flow(
    name="pull sites", validate_parameters=False,
    task_runner=ThreadPoolTaskRunner(max_workers=load_settings().concurrency),
)
def pull_sites() -> dict[str, str]:
    """All sites of the list, side by side; returns what happened to each."""
    settings = load_settings()
    listed = opensdg.list_sites(settings.sites).values()
    futures = {one.site_id: pull_site.submit(one.site_id) for one in listed if one.base_url or one.repository}
    wait(list(futures.values()))
    # every future is read: a failed one would leave the flow completed
    return {
        site_id: str(future.result(raise_on_failure=False)) for site_id, future in futures.items()
    }


@task(name="pull records", cache_policy=NO_CACHE, persist_result=False)
def pull_records() -> list[str]:
    """Review and action files that lie in data/raw/inbox; a refused one is told, not raised."""
    return pipeline.pull_inbox(load_settings())


@flow(name="pull", validate_parameters=False)
async def pull(
    live: bool = False, series: tuple[str, ...] = (), areas: tuple[str, ...] = ()
) -> dict[str, object]:
    """Pull what was asked for: the UN series, every local site, and the inbox."""
    told: dict[str, object] = {"inbox": pull_records(), "sites": {}}
    if live:
        told["indicators"] = pull_indicators(series, areas)
        if not series and not areas:
            told["sites"] = await _in_thread(pull_sites)
    failed = [what for what in told["sites"].values() if not what.endswith((": new", ": unchanged"))]
    told["failed"] = failed + [line for line in told["inbox"] if not line.endswith(": taken")]
    return told


async def _in_thread(flow_function) -> object:
    """A synchronous flow from an asynchronous one."""
    import asyncio

    return await asyncio.to_thread(flow_function)
