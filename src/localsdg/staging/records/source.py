"""Reviews, actions and decisions that people hand in as files, as sources of a build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from localsdg.sources.snapshot import Snapshot
from localsdg.staging.each import stage_each
from localsdg.staging.records import decisions, stage
from localsdg.staging.source import Staging

_RECORDS = tuple(f"staging.{name}" for name in stage.TABLES) + ("staging.local_cleaned",)


@dataclass(frozen=True)
class _Records:
    source_id: str
    tables: tuple[str, ...] = _RECORDS

    def prepare(self, staging: Staging) -> None:
        """Nothing beside the tables."""

    def stage(self, staging: Staging, snapshots: Sequence[Snapshot]) -> Sequence[Snapshot]:
        """Every file of records in the snapshots."""
        stage_each(staging, snapshots, self.prepare, stage.stage_records)
        return snapshots

    def finish(self, staging: Staging) -> None:
        """Nothing is left to do."""


@dataclass(frozen=True)
class Reviews(_Records):
    """The register of reviews."""

    source_id: str = "reviews"

    def stage(self, staging: Staging, snapshots: Sequence[Snapshot]) -> Sequence[Snapshot]:
        """Every file of reviews; which rows are of one review is known when all of them are in."""
        used = super().stage(staging, snapshots)
        if snapshots:
            stage.join_reviews(staging.context.con)
        return used


@dataclass(frozen=True)
class Actions(_Records):
    """Records of local actions."""

    source_id: str = "actions"


@dataclass(frozen=True)
class Decisions:
    """Sheets with manual reviews of suggested links."""

    source_id: str = "decisions"
    tables: tuple[str, ...] = (*(f"staging.{name}" for name in decisions.TABLES), "staging.local_cleaned")

    def prepare(self, staging: Staging) -> None:
        """Nothing beside the tables."""

    def stage(self, staging: Staging, snapshots: Sequence[Snapshot]) -> Sequence[Snapshot]:
        """Every sheet in the snapshots."""
        stage_each(staging, snapshots, self.prepare, decisions.stage_decisions)
        return snapshots

    def finish(self, staging: Staging) -> None:
        """Nothing is left to do."""
