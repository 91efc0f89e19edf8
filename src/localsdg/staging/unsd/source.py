"""The UN SDG Global Database and the M49 standard, as sources of a build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from localsdg.common.context import RunContext
from localsdg.sources.snapshot import Snapshot
from localsdg.staging.each import stage_each
from localsdg.staging.official.observations import CONTRACT
from localsdg.staging.source import Staging
from localsdg.staging.unsd.lists import stage_lists
from localsdg.staging.unsd.observations import finish, prepare, stage_observations


@dataclass(frozen=True)
class Unsd:
    """Observations and lists of the UN service, its bulk files and its portal's workbooks."""

    source_id: str = "unsd"
    tables: tuple[str, ...] = CONTRACT

    def prepare(self, staging: Staging) -> None:
        """The parser of numbers, and columns that staging drops again."""
        prepare(staging.context.con)

    def stage(self, staging: Staging, snapshots: Sequence[Snapshot]) -> Sequence[Snapshot]:
        """Of each release the lists first, observations after."""
        stage_each(staging, snapshots, self.prepare, _stage_release, is_by_release=True)
        return snapshots

    def finish(self, staging: Staging) -> None:
        """Rejects, and columns that the registry does not know."""
        finish(staging.context)


def _stage_release(context: RunContext, snapshot: Snapshot) -> None:
    stage_lists(context, snapshot)
    stage_observations(context, snapshot)


@dataclass(frozen=True)
class M49:
    """Countries and areas with their ISO codes and groups."""

    source_id: str = "m49"
    tables: tuple[str, ...] = ("staging.m49_area", "staging.cleaned_text")

    def prepare(self, staging: Staging) -> None:
        """Nothing beside the tables."""

    def stage(self, staging: Staging, snapshots: Sequence[Snapshot]) -> Sequence[Snapshot]:
        """The list of areas."""
        for usable in map(staging.usable, snapshots):
            stage_lists(staging.context, usable)
        return snapshots

    def finish(self, staging: Staging) -> None:
        """Nothing is left to do."""
