"""What a source of data is to the pipeline, and what staging of one run shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from localsdg.common.context import RunContext
from localsdg.common.database import in_bytes, scalar
from localsdg.sources.snapshot import Snapshot
from localsdg.sources.verified import check_unchanged
from localsdg.staging.kept import NOT_KEPT, StagedParts
from localsdg.staging.ledger import create_ledger, set_aside
from localsdg.staging.raw_folder import intact

#: Part of the memory limit that rows may take before DuckDB compresses them, and its own default in bytes.
_BETWEEN_CHECKPOINTS, _LEAST_CHECKPOINT = 8, 16 << 20


@dataclass(frozen=True)
class Staging:
    """Staging of one run: what its stages share, and which files are staged."""

    context: RunContext
    #: Folders of the bundle's snapshots that the run reads.
    bundled: frozenset[Path] = frozenset()
    #: What earlier runs made of the same snapshots.
    parts: StagedParts = NOT_KEPT
    _staged: set[tuple[str, str, str]] = field(default_factory=set)

    def within(self, context: RunContext) -> Staging:
        """The same run in another database."""
        return replace(self, context=context)

    def usable(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot without files that are staged under its release, gone or changed.

        The last two are written into `audit.quarantine`.
        """
        files = []
        for file in snapshot.files:
            if (key := (snapshot.source, snapshot.release, file.sha256)) not in self._staged:
                self._staged.add(key)
                files.append(file)
        whole, changed = intact(replace(snapshot, files=tuple(files)))
        set_aside(self.context.con, self.context.run_id, changed)
        return whole


class Source(Protocol):
    """One source of data: the folder of its snapshots, the tables that it fills, and how.

    `source_id` is the folder below `data/raw/`, the section in
    `registry/sources.toml` (name, licence, command that pulls it) and, as
    `dataset_id`, the mark of its rows. `tables` are the staging tables that
    it fills: those of official series (`staging.observation` and its lists),
    those of local data (`staging.local_observation`, `local_indicator`,
    `local_site`), or tables of its own.
    """

    @property
    def source_id(self) -> str:
        """Id of the source in the registry."""

    @property
    def tables(self) -> tuple[str, ...]:
        """Staging tables that the source fills; they are made, empty, before `prepare`."""

    def prepare(self, staging: Staging) -> None:
        """Make what staging needs beside the tables: macros, look-up tables."""

    def stage(self, staging: Staging, snapshots: Sequence[Snapshot]) -> Sequence[Snapshot | None]:
        """Fill the tables from the snapshots of this source; returns for each the one that was used, or None.

        Never raises for what a snapshot holds: a file that cannot be read is
        set aside, a row that cannot be used is in `audit.reject` with a rule,
        and `audit.source_load` has the rows in, out and rejected of each file.
        """

    def finish(self, staging: Staging) -> None:
        """What can only be done when all snapshots of all sources are in."""


def stage_snapshots(staging: Staging, sources: dict[str, Source], snapshots: Sequence[Snapshot]) -> list[Snapshot]:
    """Stage every snapshot with its source; returns those that were used, in the given order.

    `sources` are by id; a snapshot of a source that is not among them is left
    out: `raw_folder.read_raw` has set it aside. Raises `LocalsdgError` where a file was changed after its hash
    was compared with the manifest.
    """
    from localsdg.staging.corrections.apply import apply_corrections
    from localsdg.staging.local import stage as local
    from localsdg.staging.official import observations as official

    con = staging.context.con
    _prepare(staging, sources.values())
    used: dict[Path, Snapshot | None] = {}
    for source in sources.values():
        own = [snapshot for snapshot in snapshots if snapshot.source == source.source_id]
        used |= zip((snapshot.path for snapshot in own), source.stage(staging, own), strict=True)
    for source in sources.values():
        source.finish(staging)
    official.finish(staging.context)
    local.finish(con, parts=staging.parts)
    for one in filter(None, used.values()):
        check_unchanged(one.paths)
    apply_corrections(staging.context, lambda: official.decode(staging.context))
    return [snapshot for given in snapshots if (snapshot := used.get(given.path)) is not None]


def stage_alone(staging: Staging, source: Source, snapshots: Sequence[Snapshot]) -> None:
    """Stage snapshots of one source into an empty database and keep their parts, without the steps on all sources."""
    create_ledger(staging.context.con)
    _prepare(staging, [source])
    source.stage(staging, snapshots)


def _prepare(staging: Staging, sources: Iterable[Source]) -> None:
    """Make the empty tables of the sources, and what they share."""
    from localsdg.registry.tables import ensure_tables
    from localsdg.staging.local import stage as local
    from localsdg.staging.official import observations as official

    con = staging.context.con
    # rows are compressed in memory at a checkpoint, which costs more than to stage them: not before they are many
    limit = in_bytes(scalar(con, "select current_setting('memory_limit')"))
    con.execute(f"set checkpoint_threshold = '{max(limit // _BETWEEN_CHECKPOINTS, _LEAST_CHECKPOINT)}B'")
    official.prepare(con)
    local.prepare(con)
    for source in sources:
        ensure_tables(con, source.tables)
        source.prepare(staging)
