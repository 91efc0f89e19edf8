"""Open SDG sites, as a source of a build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from localsdg.sources.site_snapshots import older_good
from localsdg.sources.snapshot import Snapshot
from localsdg.staging.local.sites import stage_sites
from localsdg.staging.local.stage import CONTRACT
from localsdg.staging.opensdg.stage import stage_newest_of_each
from localsdg.staging.source import Staging


@dataclass(frozen=True)
class OpenSdg:
    """Sites of local and regional governments, each with its newest snapshot that can be read."""

    source_id: str = "opensdg"
    tables: tuple[str, ...] = CONTRACT

    def prepare(self, staging: Staging) -> None:
        """Nothing beside what all local sources share."""

    def stage(self, staging: Staging, snapshots: Sequence[Snapshot]) -> Sequence[Snapshot | None]:
        """Of each site the newest snapshot, or an older one where it cannot be read; verified where it is read."""
        context = staging.context
        newest_first = [
            chain([snapshot], older_good(context.settings, snapshot, staging.bundled)) for snapshot in snapshots
        ]
        used = stage_newest_of_each(context, newest_first, staging.parts)
        stage_sites(context.con, filter(None, used))
        return used

    def finish(self, staging: Staging) -> None:
        """What needs all sites is done for all local sources together."""
