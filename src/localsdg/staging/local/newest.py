"""Of each publisher of local data the newest snapshot that can be staged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from localsdg.common.context import RunContext
from localsdg.sources.snapshot import Snapshot
from localsdg.staging.contain import reason_of
from localsdg.staging.ledger import set_aside
from localsdg.staging.local import stage as local
from localsdg.staging.local.left_out import snapshots_aside
from localsdg.staging.local.snapshot_content import SnapshotContent

#: Reads one snapshot; raises for one that cannot be read or was changed.
Read = Callable[[Snapshot], SnapshotContent]


def stage_newest_of_each(
    context: RunContext, snapshots: Sequence[Iterable[Snapshot]], read: Read, rule_prefix: str
) -> list[Snapshot | None]:
    """Stage of every site the first snapshot that can be; returns it for each site, or None.

    `snapshots` holds those of one site each, the newest first. Never raises for what
    they hold: each that cannot be staged is written into `audit.quarantine` under
    `<rule_prefix>-S01`, and the next one of its site is tried.
    """
    candidates = [iter(of_site) for of_site in snapshots]
    failed: list[list[tuple[Snapshot, str]]] = [[] for _ in candidates]
    used: list[Snapshot | None] = [None] * len(candidates)
    waiting = list(range(len(candidates)))
    while waiting:
        contents = {
            at: content for at in waiting if (content := _first_readable(candidates[at], read, failed[at])) is not None
        }
        reasons = local.stage_snapshots(context, list(contents.values()))
        waiting = []
        for position, (at, content) in enumerate(contents.items()):
            if position in reasons:
                failed[at].append((content.snapshot, reasons[position]))
                waiting.append(at)
            else:
                used[at] = content.snapshot
    for at, reasons_of_site in enumerate(failed):
        set_aside(context.con, context.run_id, snapshots_aside(rule_prefix, reasons_of_site, used[at]))
    return used


def _first_readable(
    snapshots: Iterator[Snapshot], read: Read, failed: list[tuple[Snapshot, str]]
) -> SnapshotContent | None:
    """The content of the next snapshot that can be read; those before it are added to `failed`."""
    for snapshot in snapshots:
        try:
            return read(snapshot)
        except Exception as error:  # whatever one site holds, the others are staged
            failed.append((snapshot, reason_of(error)))
    return None
