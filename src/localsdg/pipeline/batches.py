"""Staging in batches by other processes: each fills the store of kept parts, and the run then reads it.

    fill_parts(run, lambda batches: [stage_batch(batch) for batch in batches])

A worker shares nothing with the run but two folders, the snapshots and the kept parts
(`staging/kept.py`), which are below the same paths on every machine. What it stages has the same key
as in the run's own process, so that the published file is the same whoever staged it; what a worker
did not do, the run does.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from localsdg.common.collection import without_collection
from localsdg.common.context import RunContext
from localsdg.common.database import open_work
from localsdg.common.kept import KeptParts
from localsdg.sources.snapshot import Snapshot
from localsdg.staging.kept import StagedParts
from localsdg.staging.ledger import reason_in_short
from localsdg.staging.source import Staging, stage_alone

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.pipeline.run import Run

#: Sites of a batch, at most: few enough for the memory of a worker, and for what is lost with one that ends.
MOST_SITES = 25
#: Batches for each worker, at least: one that takes long leaves few idle at the end.
_PER_WORKER = 2
#: Sources of which no part is kept: they are read in less time than a part.
_NOT_KEPT = ("m49", "population")
#: Fewer snapshots than these are staged by the run: worker processes take as long to start.
FEWEST = 4


@dataclass(frozen=True)
class Batch:
    """Snapshots of one source that a worker stages together."""

    settings: Settings
    run_id: str
    source: str
    snapshots: tuple[Snapshot, ...]
    #: Folders of the bundle's snapshots that the run reads.
    bundled: frozenset[Path] = frozenset()

    @property
    def name(self) -> str:
        """`opensdg asturias@2024-10-17 and 24 more`."""
        more = f" and {len(self.snapshots) - 1} more" if len(self.snapshots) > 1 else ""
        return f"{self.source} {self.snapshots[0].release}{more}"

    @property
    def bytes(self) -> int:
        """Size of its files."""
        return sum(file.bytes for snapshot in self.snapshots for file in snapshot.files)


@dataclass(frozen=True)
class StagedBatch:
    """What a worker did: which process it was, and how many parts it kept."""

    name: str
    worker: str  # host:process id
    snapshots: int
    parts: int
    seconds: float
    notes: tuple[str, ...] = ()


#: Has batches staged somewhere; returns for each what was done, or the error.
Perform: TypeAlias = "Callable[[list[Batch]], Sequence[StagedBatch | BaseException]]"


def fill_parts(run: Run, perform: Perform, fewest: int = FEWEST) -> list[StagedBatch]:
    """Have every snapshot of the run staged that has no kept part; returns what was done.

    Whatever a worker does not do is a note of the run, and is left to `stages.stage`. Never
    raises for what workers do. Nothing is asked of them where fewer than `fewest` snapshots wait, or
    where parts are not kept.
    """
    # the largest first: what takes long does not begin last
    batches = sorted(waiting_batches(run), key=lambda batch: -batch.bytes)
    if sum(len(batch.snapshots) for batch in batches) < fewest:
        return []
    try:
        ends = perform(batches)
    except Exception as error:  # a cluster that is gone: staging goes on without it
        run.notes.append(f"no worker staged anything, this process did: {reason_in_short(error)}")
        return []
    done = [end for end in ends if isinstance(end, StagedBatch)]
    for batch, end in zip(batches, ends, strict=True):
        if not isinstance(end, StagedBatch):
            reason = reason_in_short(end) if isinstance(end, Exception) else str(end)
            run.notes.append(f"not staged by a worker, but by this process: {batch.name}: {reason}")
    run.notes += sorted({note for one in done for note in one.notes})
    for one in done:
        run.staged_by[one.worker] = run.staged_by.get(one.worker, 0) + one.snapshots
    return done


def waiting_batches(run: Run) -> Iterator[Batch]:
    """The snapshots of a run that have no kept part, in batches; none where parts are not kept."""
    from localsdg.staging.registered import registered

    store = KeptParts(run.settings.parts_folder)
    if store.folder is None:
        return
    parts, keeping = StagedParts(store, run.settings), registered().keys() - set(_NOT_KEPT)
    waiting = [one for one in run.snapshots if one.source in keeping and not parts.has(one)]
    settings = replace(run.settings, notify=None, threads=1)  # the workers are the threads; no passwords
    n_sites = sum("site_id" in snapshot.extra for snapshot in waiting)
    size = min(MOST_SITES, max(1, ceil(n_sites / (_PER_WORKER * run.settings.dask_workers))))
    for (source, _), group in groupby(sorted(waiting, key=_together), key=_together):
        snapshots = list(group)
        step = size if "site_id" in snapshots[0].extra else len(snapshots)
        for start in range(0, len(snapshots), step):
            yield Batch(settings, run.run_id, source, tuple(snapshots[start : start + step]), run.bundled)


def _together(snapshot: Snapshot) -> tuple[str, str]:
    """Sites of a platform, and else what has one release, of which a file that is in two snapshots counts once."""
    return snapshot.source, "" if "site_id" in snapshot.extra else snapshot.release


def stage_batch(batch: Batch) -> StagedBatch:
    """Stage the snapshots of a batch in a database of its own, and keep a part of each.

    Called in a worker. Raises what is no fault of the snapshots, such as memory that runs out;
    a snapshot that cannot be read has no part, and the run finds out why.
    """
    from localsdg.staging.registered import registered

    started = time.perf_counter()
    parts = StagedParts(KeptParts(batch.settings.parts_folder), batch.settings, fills_only=True)
    with without_collection(), closing(open_work(":memory:", batch.settings)) as con:
        staging = Staging(RunContext(con, batch.settings, batch.run_id), batch.bundled, parts)
        stage_alone(staging, registered()[batch.source], batch.snapshots)
    return StagedBatch(
        batch.name,
        f"{socket.gethostname()}:{os.getpid()}",
        len(batch.snapshots),
        parts.store.made,
        round(time.perf_counter() - started, 2),
        tuple(parts.notes),
    )
