"""Open SDG sites, as a source of a build."""

from __future__ import annotations

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
        prepare(staging.con)

    def stage(self, staging: Staging, snapshot: Snapshot) -> Snapshot | None:
        """The site's newest snapshot, or an older one where it cannot be read; it is verified where it is staged."""
        older = older_good(staging.settings, snapshot, staging.bundled)
        used = stage_newest(staging.con, chain([snapshot], older), staging.run_id)
        stage_sites(staging.con, [used] if used else [])
        return used

    def finish(self, staging: Staging) -> None:
        """What needs all sites is done for all local sources together."""
