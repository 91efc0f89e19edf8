"""Of each publisher of local data the newest snapshot that can be staged; what earlier runs made of one is read.

Sites go in batches: all sites of a batch of which nothing is kept are staged together, apart from the
tables of the run, and kept each by itself. Then the rows of the batch go into the tables, site by site.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from localsdg.common.context import RunContext
from localsdg.sources.snapshot import Snapshot
from localsdg.staging.apart import Apart, apart
from localsdg.staging.contain import reason_of
from localsdg.staging.kept import NOT_KEPT, Faults, StagedParts
from localsdg.staging.ledger import set_aside
from localsdg.staging.local import stage as local
from localsdg.staging.local.kept_sites import keep_sites, load_sites
from localsdg.staging.local.left_out import snapshots_aside
from localsdg.staging.local.snapshot_content import SnapshotContent

#: Reads one snapshot; raises for one that cannot be read or was changed.
Read = Callable[[Snapshot], SnapshotContent]
#: Sites that are in memory together.
BATCH = 100


@dataclass
class _Site:
    """One site of a batch: snapshots that were not tried yet, those that failed, the one that is used, and its part."""

    snapshots: Iterator[Snapshot]
    failed: list[tuple[Snapshot, str]] = field(default_factory=list)
    used: Snapshot | None = None
    part: Path | None = None

    def try_again(self) -> None:
        """Begin with the snapshot that was used."""
        self.snapshots = chain([self.used] if self.used else [], self.snapshots)
        self.used = self.part = None


def stage_newest_of_each(
    context: RunContext,
    snapshots: Sequence[Iterable[Snapshot]],
    read: Read,
    rule_prefix: str,
    parts: StagedParts = NOT_KEPT,
) -> list[Snapshot | None]:
    """Stage of every site the first snapshot that can be; returns it for each site, or None.

    `snapshots` holds those of one site each, the newest first. Never raises for what
    they hold: each that cannot be staged is written into `audit.quarantine` under
    `<rule_prefix>-S01`, and the next one of its site is tried.
    """
    sites = [_Site(iter(of_site)) for of_site in snapshots]
    if not _have_own_releases(sites):
        parts = NOT_KEPT  # rows are known by their release: these sites are in one another's way
    rest = iter(sites)
    while batch := list(islice(rest, BATCH)):
        _stage_batch(context, batch, read, parts)
    for site in sites:
        set_aside(context.con, context.run_id, snapshots_aside(rule_prefix, site.failed, site.used))
    return [site.used for site in sites]


def _have_own_releases(sites: list[_Site]) -> bool:
    """Whether the newest snapshots of all sites have different releases."""
    releases: Counter[str] = Counter()
    for site in sites:
        newest = list(islice(site.snapshots, 1))
        site.snapshots = chain(newest, site.snapshots)
        releases.update(one.release for one in newest)
    return all(n == 1 for n in releases.values())


def _stage_batch(context: RunContext, sites: list[_Site], read: Read, parts: StagedParts) -> None:
    with ExitStack() as stack:
        own: Apart | None = None
        faults, waiting = Faults(), sites
        while waiting:
            contents = [(site, content) for site in waiting if (content := _next(site, read, parts)) is not None]
            if contents and own is None:
                own = stack.enter_context(apart(context, lambda one: local.prepare(one.con)))
            waiting = _stage_together(own, contents) if own else []
            if not waiting and not _load(context, own, sites, parts, faults):
                # what was kept is gone or cannot be read: those sites are staged after all
                parts, waiting = NOT_KEPT, [site for site in sites if site.part]
                for site in waiting:
                    site.try_again()


def _next(site: _Site, read: Read, parts: StagedParts) -> SnapshotContent | None:
    """The content of the next snapshot that can be read; None where it is kept, or where there is none.

    Snapshots before it are added to those that failed.
    """
    for snapshot in site.snapshots:
        try:
            if part := parts.find(snapshot):
                snapshot.verify()
                site.used, site.part = snapshot, part
                return None
            return read(snapshot)
        except Exception as error:  # whatever one site holds, the others are staged
            site.failed.append((snapshot, reason_of(error)))
    return None


def _stage_together(own: Apart, contents: list[tuple[_Site, SnapshotContent]]) -> list[_Site]:
    """Stage what was read; returns the sites that failed."""
    reasons = local.stage_snapshots(own.context, [content for _, content in contents])
    for position, (site, content) in enumerate(contents):
        if position in reasons:
            site.failed.append((content.snapshot, reasons[position]))
        else:
            site.used = content.snapshot
    return [contents[position][0] for position in sorted(reasons)]


def _load(context: RunContext, own: Apart | None, sites: list[_Site], parts: StagedParts, faults: Faults) -> bool:
    """Keep what was staged now, and insert the rows of all sites in their order where the tables are read.

    False where a part cannot be read.
    """
    used = [site.used for site in sites if site.used]
    kept = {site.used.release: site.part for site in sites if site.used and site.part}
    staged = [one for one in used if one.release not in kept]
    if own and not faults.any:
        keep_sites(own, staged, parts)
        if parts.fills_only:
            return True
        # read from their parts too: rows of parts are in order, and are not sorted
        made = {one.release: part for one in staged if (part := parts.find(one, is_new=True))}
        if len(made) == len(staged) and _is_loaded(context, None, used, kept | made):
            return True
    if not kept:
        load_sites(context, own, used, kept)
        return True
    if _is_loaded(context, own, used, kept):
        return True
    for site in sites:
        if site.used and site.part:
            parts.refuse(site.used)
    return False


def _is_loaded(context: RunContext, own: Apart | None, snapshots: list[Snapshot], kept: dict[str, Path]) -> bool:
    """Insert the rows as `load_sites`; False where it failed: another process may have removed a part."""
    import duckdb

    try:
        load_sites(context, own, snapshots, kept)
    except duckdb.InterruptException:
        raise
    except duckdb.Error:
        return False
    return True
