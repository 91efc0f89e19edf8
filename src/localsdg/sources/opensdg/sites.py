"""Open SDG sites: three requests a language from the data site's base URL.

`{lang}/stats/reporting.json`, `{lang}/meta/all.json` and
`{lang}/zip/all_indicators.zip`, with the ETag and Last-Modified of the last
snapshot, so that a site that did not change costs no download. Where a server
gives neither, the small `{lang}/zip/all_indicators.json` is asked first. A
site without a build is read from its repository's archive. Sites are pulled
side by side and fail alone.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from localsdg.common.progress import ShowStep
from localsdg.common.settings import Settings
from localsdg.registry.local_sites import Site
from localsdg.sources.http.client import Answer, HttpClient, HttpLimits
from localsdg.sources.opensdg.job import SiteJob, SiteRequest
from localsdg.sources.opensdg.known_sites import KnownSites, known_sites, with_id_of_its_own
from localsdg.sources.opensdg.repository import take_repository
from localsdg.sources.opensdg.site import declare_site, is_url, list_sites
from localsdg.sources.opensdg.snapshots import PullOutcome, SitePull, last_good

__all__ = [
    "KnownSites",
    "SitePull",
    "declare_site",
    "is_url",
    "known_sites",
    "last_good",
    "list_sites",
    "pull_site",
    "pull_sites",
    "take_repository",
    "with_id_of_its_own",
]
log = logging.getLogger(__name__)


def pull_site(
    settings: Settings,
    site: Site,
    *,
    languages: str | Iterable[str] | None = None,
    http: HttpClient | None = None,
) -> SitePull:
    """Pull one site; never raises for what the site does.

    `languages` are language folders, or `all`; by default the site's
    preferred one, else `untranslated`, else the first. Raises `UsageError`
    for a name that no language folder has.
    """
    return pull_sites(settings, [site], languages=languages, http=http)[0]


def pull_sites(
    settings: Settings,
    sites: Iterable[Site] | Mapping[str, Site],
    *,
    languages: str | Iterable[str] | None = None,
    http: HttpClient | None = None,
    progress: ShowStep | None = None,
) -> list[SitePull]:
    """Pull sites side by side, at most `settings.concurrency` requests at once.

    Returns one `SitePull` a site, in the order given. A broken site costs the
    others nothing but its own requests. Raises `UsageError` for a language
    that is none.
    """
    every = list(sites.values() if isinstance(sites, Mapping) else sites)
    asked = list(languages) if languages is not None and not isinstance(languages, str) else languages
    jobs = [SiteJob(settings, site, asked) for site in every]
    client = http or HttpClient.of(settings, HttpLimits(max_attempts=3, wait_max=10.0, retry_after_cap=30.0))
    try:
        _drive(jobs, client, settings.concurrency, progress)
    finally:
        if http is None:
            client.close()
    return [job.result() for job in jobs]


def _drive(jobs: list[SiteJob], http: HttpClient, concurrency: int, progress: ShowStep | None) -> None:
    """A site that was begun goes before the next: few bodies are in memory at once.

    Twice the requests that can run are handed to the pool, so that no thread
    waits while files are written here.
    """
    begun: deque[tuple[SiteJob, SiteRequest]] = deque()
    fresh, done = deque(jobs), 0
    running: dict[Future[Answer | None], tuple[SiteJob, SiteRequest]] = {}
    with ThreadPoolExecutor(concurrency) as pool:
        try:
            while fresh or begun or running:
                while len(running) < 2 * concurrency and (begun or fresh):
                    if not begun:
                        job = fresh.popleft()
                        begun.extend((job, ask) for ask in job.start())
                        done += _report(job, done, len(jobs), progress)
                        continue
                    job, ask = begun.popleft()
                    running[pool.submit(job.fetch, http, ask)] = (job, ask)
                if not running:
                    continue
                ready, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ready:
                    job, ask = running.pop(future)
                    begun.extend((job, more) for more in _take(job, ask, future))
                    done += _report(job, done, len(jobs), progress)
        except BaseException:
            http.cancel()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _take(job: SiteJob, ask: SiteRequest, future: Future[Answer | None]) -> list[SiteRequest]:
    try:
        return job.take(ask, future.result())
    except Exception as error:  # whatever one site does, the others go on
        return job.refuse(ask, error)


def _report(job: SiteJob, done: int, total: int, progress: ShowStep | None) -> int:
    """1 where the site is done just now, after saying so."""
    pull = job.settle()
    if pull is None:
        return 0
    text = f"{pull.site_id}: {pull.message}"
    log.log(logging.WARNING if pull.outcome == PullOutcome.FAILED else logging.INFO, text)
    if progress is not None:
        progress(done + 1, total, text)
    return 1
