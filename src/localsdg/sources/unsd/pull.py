"""`pull_indicators`: the UN service -> one immutable snapshot of one release."""

from __future__ import annotations

from collections.abc import Iterable

from localsdg.common.errors import LocalsdgError
from localsdg.common.progress import ShowStep
from localsdg.common.settings import Settings
from localsdg.sources.http.client import HttpClient
from localsdg.sources.snapshot import Snapshot
from localsdg.sources.unsd.crawl import Crawl
from localsdg.sources.unsd.plan import PullRequest, make_plan
from localsdg.sources.unsd.service import UnsdClient

#: How often a crawl is started again because the release changed under it.
RESTARTS = 2


def pull_indicators(
    settings: Settings,
    request: PullRequest,
    *,
    progress: ShowStep | None = None,
    http: HttpClient | None = None,
) -> Snapshot:
    """Pull series of the UN service into `<raw>/unsd/<release>/`.

    `progress(done, total, text)` counts series and is called in the caller's
    thread. An older release than the service's own is asked for by
    `releaseCode`, which only JSON has; its `series_list` is the list of all
    releases, and the other lists are those of the day.

    Six lists and the data files go into the snapshot as served. A request
    whose file is there is not made again. A series that fails does not cost
    the others: the snapshot is committed without it, names it in
    `extra.failed_series` (see `failures`), and the next pull asks for it
    again. Raises `UsageError` for an unknown series, release or route,
    and `LocalsdgError` when every series failed (what arrived is kept) or the
    release changed once too often.
    """
    pooled = http or HttpClient.of(settings)
    try:
        client = UnsdClient(settings.unsd_base_url, pooled, settings.concurrency)
        seen: list[str] = []
        for _ in range(RESTARTS + 1):
            plan = make_plan(client, request)
            seen.append(plan.service_release)
            if (snapshot := Crawl(client, settings.raw, plan, progress).run()) is not None:
                return snapshot
    finally:
        if http is None:
            pooled.close()
    raise LocalsdgError(
        "the release changed during every crawl",
        where=client.origin,
        expected=f"one release over a crawl, in {RESTARTS + 1} tries",
        got=" then ".join(seen),
        next_step="wait until the service has settled, then run the same command again",
    )


def failures(snapshot: Snapshot, series: Iterable[str] = ()) -> list[dict]:
    """What a snapshot lacks because its pull failed: `series` (or `list`) and `reason`.

    With `series`, only those of them; the lists always.
    """
    asked = set(series)
    failed = [failure for failure in snapshot.extra.get("failed_series", ()) if not asked or failure["series"] in asked]
    return failed + list(snapshot.extra.get("failed_lists", ()))
