"""Local sites as Prefect tasks: side by side, and each can fail alone."""

from __future__ import annotations

from dataclasses import replace

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import wait

from localsdg.common.settings import load_settings
from localsdg.pipeline.patience import pull_again
from localsdg.pipeline.pull import pull_sites
from localsdg.pipeline.run import Run
from localsdg.registry.local_sites import Site
from localsdg.sources.opensdg import sites as opensdg
from localsdg.sources.opensdg.sites import SitePull
from localsdg.sources.opensdg.snapshots import PullOutcome

#: What happened to each site: a failed task has no result, and a result is data in Prefect's database.
_PULLS: dict[str, SitePull] = {}


@task(name="pull site", task_run_name="pull site {site_id}", cache_policy=NO_CACHE, persist_result=False)
def pull_site(site_id: str) -> None:
    """One local site; raises when it is dead or broken, and no other site notices."""
    # one connection a site: the runner says how many sites at once
    settings = replace(load_settings(), concurrency=1)
    pulled = opensdg.pull_site(settings, opensdg.known_sites(settings).sites[site_id])
    _PULLS[site_id] = pulled
    if pulled.outcome == PullOutcome.FAILED:
        raise RuntimeError(pulled.message)


def pull_sites_as_tasks(run: Run) -> list[SitePull]:
    """All known sites, a task each; a failed one is set aside in the run."""
    return pull_sites(run, _submit_all)


def pull_again_as_tasks(run: Run) -> None:
    """What did not answer, in rounds; a task a site and round."""
    pull_again(run, _submit_all)


def _submit_all(sites: list[Site]) -> list[SitePull]:
    futures = {site.site_id: pull_site.submit(site.site_id) for site in sites}
    wait(list(futures.values()))
    # every future is read: a failed one would leave the flow completed
    ends = {site_id: future.result(raise_on_failure=False) for site_id, future in futures.items()}
    return [_PULLS.pop(site_id) if site_id in _PULLS else _failed(site_id, str(end)) for site_id, end in ends.items()]


def _failed(site_id: str, reason: str) -> SitePull:
    return SitePull(site_id, PullOutcome.FAILED, None, reason, reason=reason)
