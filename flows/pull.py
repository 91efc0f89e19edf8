"""Local sites as Prefect tasks: side by side, and each can fail alone."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import wait
from prefect.states import Failed, State

from localsdg.common.settings import Settings
from localsdg.pipeline.patience import pull_again
from localsdg.pipeline.pull import pull_sites
from localsdg.pipeline.run import Run
from localsdg.registry.local_sites import Site
from localsdg.sources.opensdg import sites as opensdg
from localsdg.sources.opensdg.sites import SitePull
from localsdg.sources.opensdg.snapshots import PullOutcome
from localsdg.staging.ledger import reason_in_short

from .runner import DASK


@task(name="pull site", task_run_name="pull site {site.site_id}", cache_policy=NO_CACHE, persist_result=False)
def pull_site(settings: Settings, site: Site) -> SitePull | State:
    """One local site; the task fails when it is dead or broken, and no other site notices."""
    pulled = opensdg.pull_site(settings, site)
    return Failed(message=pulled.message, data=pulled) if pulled.outcome == PullOutcome.FAILED else pulled


def pull_sites_as_tasks(run: Run) -> list[SitePull]:
    """All known sites, a task each; a failed one is set aside in the run."""
    return pull_sites(run, partial(_submit_all, run))


def pull_again_as_tasks(run: Run) -> None:
    """What did not answer, in rounds; a task a site and round."""
    pull_again(run, partial(_submit_all, run))


def _submit_all(run: Run, sites: list[Site]) -> list[SitePull]:
    # one connection a site: the runner says how many sites at once
    settings = replace(run.settings, concurrency=1, notify=None)  # no passwords
    try:
        futures = [pull_site.submit(settings, site) for site in sites]
    except Exception as error:
        if run.settings.task_runner != DASK:
            raise
        run.notes.append(f"no worker pulled anything, this process did: {reason_in_short(error)}")
        return opensdg.pull_sites(run.settings, sites)
    wait(futures)
    # every future is read: a failed one would leave the flow completed
    ends = [future.result(raise_on_failure=False) for future in futures]
    return [_pulled(run, site, end) for site, end in zip(sites, ends, strict=True)]


def _pulled(run: Run, site: Site, end: object) -> SitePull:
    """What a task came to; a site whose worker was lost is pulled by this process."""
    if isinstance(end, SitePull):
        return end
    if run.settings.task_runner == DASK:
        run.notes.append(f"not pulled by a worker, but by this process: {site.site_id}: {reason_in_short(end)}")
        return opensdg.pull_site(run.settings, site)
    return SitePull(site.site_id, PullOutcome.FAILED, None, str(end), reason=str(end))
