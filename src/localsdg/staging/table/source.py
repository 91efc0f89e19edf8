"""Plain tables of local governments, as a source of a build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from localsdg.sources.site_snapshots import older_good
from localsdg.sources.snapshot import Snapshot
from localsdg.sources.table.mapping import SOURCE
from localsdg.staging.local.newest import stage_newest_of_each
from localsdg.staging.local.sites import stage_sites
from localsdg.staging.local.stage import CONTRACT
from localsdg.staging.source import Staging
from localsdg.staging.table.read import NO_INDICATOR, RULE_PREFIX, read_snapshot_content


@dataclass(frozen=True)
class Table:
    """Tables with a mapping, each data set with its newest snapshot that can be read."""

    source_id: str = SOURCE
    tables: tuple[str, ...] = CONTRACT

    def prepare(self, staging: Staging) -> None:
        """Nothing beside what all local sources share."""

    def stage(self, staging: Staging, snapshots: Sequence[Snapshot]) -> Sequence[Snapshot | None]:
        """Of each data set the newest snapshot, or an older one where it cannot be read."""
        context = staging.context
        newest_first = [
            chain([snapshot], older_good(context.settings, snapshot, staging.bundled)) for snapshot in snapshots
        ]
        used = stage_newest_of_each(context, newest_first, read_snapshot_content, RULE_PREFIX, staging.parts)
        stage_sites(context.con, filter(None, used))
        # files that cannot be read and rows that name no indicator are rejects, and no indicators
        for name in ("staging.local_indicator", "local_note"):
            context.con.execute(f"delete from {name} where starts_with(local_indicator_id, ?)", [NO_INDICATOR])
        return used

    def finish(self, staging: Staging) -> None:
        """What needs all sites is done for all local sources together."""
