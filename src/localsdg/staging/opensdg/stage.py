"""Open SDG sites -> the staging tables of local data: read each snapshot, then the steps of all platforms.

prepare(con); stage_newest_of_each(context, snapshots_by_site); finish(con)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from localsdg.common.context import RunContext
from localsdg.sources.snapshot import Snapshot
from localsdg.staging.kept import NOT_KEPT, StagedParts
from localsdg.staging.local import newest
from localsdg.staging.local import stage as local
from localsdg.staging.local.rules import ROW_RULES, with_prefix
from localsdg.staging.local.snapshot_content import SnapshotContent
from localsdg.staging.opensdg.site import read_site
from localsdg.staging.opensdg.stated import RULE_PREFIX, content_of

SOURCE = "opensdg"
#: Rules under which a row is rejected, by id.
REJECT_RULES = with_prefix(RULE_PREFIX, ROW_RULES)

prepare, finish = local.prepare, local.finish


def stage_newest_of_each(
    context: RunContext, snapshots: Sequence[Iterable[Snapshot]], parts: StagedParts = NOT_KEPT
) -> list[Snapshot | None]:
    """Stage of every site the first snapshot that can be; returns it for each site, or None.

    `snapshots` holds those of one site each, the newest first. Never raises for what
    they hold: each that cannot be staged is written into `audit.quarantine`, and the
    next one of its site is tried.
    """
    return newest.stage_newest_of_each(context, snapshots, read_snapshot_content, RULE_PREFIX, parts)


def read_snapshot_content(snapshot: Snapshot) -> SnapshotContent:
    """The files and metadata of one snapshot.

    Raises `LocalsdgError` for an archive or a list of metadata that cannot be read or
    was changed; a bad file inside one carries a rule.
    """
    snapshot.verify()
    return content_of(read_site(snapshot))
