"""Open SDG sites, as a source of a build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from localsdg.sources.opensdg.snapshots import older_good
from localsdg.sources.snapshot import Snapshot
from localsdg.staging.opensdg.sites import stage_sites
from localsdg.staging.opensdg.stage import prepare, stage_newest
from localsdg.staging.source import Staging


@dataclass(frozen=True)
class OpenSdg:
    """Sites of local and regional governments, each with its newest snapshot that can be read."""

    source_id: str = "opensdg"
    tables: tuple[str, ...] = (
        "staging.local_site",
        "staging.local_indicator",
        "staging.local_observation",
        "staging.local_target",
        "staging.local_cleaned",
    )

    def prepare(self, staging: Staging) -> None:
        """The macros that read numbers and years."""
        prepare(staging.context.con)

    def stage(self, staging: Staging, snapshots: Sequence[Snapshot]) -> Sequence[Snapshot | None]:
        """Of each site the newest snapshot, or an older one where it cannot be read; verified where it is staged."""
        context = staging.context
        used = [
            stage_newest(context, chain([newest], older_good(context.settings, newest, staging.bundled)))
            for newest in snapshots
        ]
        stage_sites(context.con, filter(None, used))
        return used

    def finish(self, staging: Staging) -> None:
        """What needs all sites is done for all local sources together."""
