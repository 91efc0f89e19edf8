"""Reviews, actions and decisions that people hand in as files, as sources of a build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from localsdg.registry.sdg_codes import parse_declared
from localsdg.sources.records.contract import Vocabulary
from localsdg.sources.records.intake import vocabulary
from localsdg.sources.snapshot import Snapshot
from localsdg.staging.records import decisions, stage
from localsdg.staging.source import Staging

_RECORDS = tuple(f"staging.{name}" for name in stage.TABLES) + ("staging.local_cleaned",)


def _vocabulary(staging: Staging) -> Vocabulary:
    """What cells are read with; the codes are those of the lists that are loaded."""
    return vocabulary(staging.settings, lambda text: parse_declared(text, staging.sdg_codes))


@dataclass(frozen=True)
class _Records:
    source_id: str
    tables: tuple[str, ...] = _RECORDS

    def prepare(self, staging: Staging) -> None:
        """Nothing beside the tables."""

    def stage(self, staging: Staging, snapshots: Sequence[Snapshot]) -> Sequence[Snapshot]:
        """Every file of records in the snapshots."""
        words = _vocabulary(staging)
        for usable in map(staging.usable, snapshots):
            stage.stage_records(staging.con, usable, staging.settings.sql, staging.run_id, vocabulary=words)
        return snapshots

    def finish(self, staging: Staging) -> None:
        """Nothing is left to do."""


@dataclass(frozen=True)
class Reviews(_Records):
    """The register of reviews."""

    source_id: str = "reviews"


@dataclass(frozen=True)
class Actions(_Records):
    """Records of local actions."""

    source_id: str = "actions"


@dataclass(frozen=True)
class Decisions:
    """Sheets on which people decided about suggested links."""

    source_id: str = "decisions"
    tables: tuple[str, ...] = tuple(f"staging.{name}" for name in decisions.TABLES)

    def prepare(self, staging: Staging) -> None:
        """Nothing beside the tables."""

    def stage(self, staging: Staging, snapshots: Sequence[Snapshot]) -> Sequence[Snapshot]:
        """Every sheet in the snapshots."""
        words = _vocabulary(staging)
        for usable in map(staging.usable, snapshots):
            decisions.stage_decisions(staging.con, usable, staging.settings.sql, staging.run_id, vocabulary=words)
        return snapshots

    def finish(self, staging: Staging) -> None:
        """Nothing is left to do."""
