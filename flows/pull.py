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
    settings = replace(run.settings, concurrency=1)
    futures = {site.site_id: pull_site.submit(settings, site) for site in sites}
    wait(list(futures.values()))
    # every future is read: a failed one would leave the flow completed
    ends = {site_id: future.result(raise_on_failure=False) for site_id, future in futures.items()}
    return [end if isinstance(end, SitePull) else _failed(site_id, str(end)) for site_id, end in ends.items()]


def _failed(site_id: str, reason: str) -> SitePull:
    return SitePull(site_id, PullOutcome.FAILED, None, reason, reason=reason)
