"""Subflow: the world -> data/raw, where the run is live; and the inbox."""

from dataclasses import replace

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import wait
from prefect.task_runners import ThreadPoolTaskRunner

from localsdg.common.progress import current
from localsdg.common.settings import load_settings
from localsdg.pipeline import stages as pipeline
from localsdg.sources.opensdg import sites as opensdg
from localsdg.sources.opensdg.sites import SitePull


@task(name="pull indicators", cache_policy=NO_CACHE, persist_result=False)
def pull_indicators(run_id: str) -> None:
    """UN series from the service; raises where all that was named failed."""
    with current().stage("pull"):
        pipeline.pull_service(pipeline.find_run(run_id), current().step)


@task(name="pull site", task_run_name="pull site {site_id}", cache_policy=NO_CACHE, persist_result=False)
def pull_site(site_id: str) -> None:
    """One local site; raises when it is dead or broken, and no other site notices."""
    # one connection a site: the runner says how many sites at once
    settings = replace(load_settings(), concurrency=1)
    pulled = opensdg.pull_site(settings, opensdg.known_sites(settings).sites[site_id])
    _PULLS[site_id] = pulled
    if pulled.outcome == "failed":
        raise RuntimeError(pulled.message)


#: What happened to each site: a failed task has no result, and a result is data in Prefect's database.
_PULLS: dict[str, SitePull] = {}


@flow(
    name="pull sites",
    validate_parameters=False,
    task_runner=ThreadPoolTaskRunner(max_workers=load_settings().concurrency),
)
def pull_sites(run_id: str) -> None:
    """All known sites, side by side; a failed one is set aside in the run."""
    with current().stage("pull"):
        pipeline.pull_sites(pipeline.find_run(run_id), pull_some=_as_tasks)


def _as_tasks(sites: list) -> list[SitePull]:
    futures = {one.site_id: pull_site.submit(one.site_id) for one in sites}
    wait(list(futures.values()))
    # every future is read: a failed one would leave the flow completed
    ends = {site_id: future.result(raise_on_failure=False) for site_id, future in futures.items()}
    return [
        _PULLS.pop(site_id, None) or SitePull(site_id, "failed", None, str(end), reason=str(end))
        for site_id, end in ends.items()
    ]


@task(name="pull records", cache_policy=NO_CACHE, persist_result=False)
def pull_records(run_id: str) -> None:
    """Review and action files that are in data/raw/inbox; a refused one is set aside."""
    pipeline.pull_inbox(pipeline.find_run(run_id))


@flow(name="pull", validate_parameters=False)
async def pull(run_id: str) -> None:
    """Pull what was asked for: the UN series, every known site, and the inbox."""
    run = pipeline.find_run(run_id)
    if run.live:
        pull_indicators(run_id)
        if not run.series and not run.areas:
            await _in_thread(pull_sites, run_id)
    pull_records(run_id)


async def _in_thread(flow_function, run_id: str) -> object:
    """A synchronous flow from an asynchronous one."""
    import asyncio

    return await asyncio.to_thread(flow_function, run_id)
