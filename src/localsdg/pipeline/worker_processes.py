"""Many snapshots staged by processes of this machine, each core a batch, before the run reads what they kept.

A first run of many sites, and new code for all of them, is what takes long. A weekly run, in which few changed,
stages those itself: processes take a second to start. With Dask (`flows/batches.py`) nothing is left to do here.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from localsdg.common.database import in_bytes, open_work, scalar
from localsdg.pipeline.batches import Batch, StagedBatch, fill_parts, stage_batch

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.pipeline.run import Run

#: Fewer snapshots than these are staged by the run.
MANY = 50
#: Share of the machine's memory for the processes; of each the limit of its database, and bytes beside it.
_SHARE, _LIMIT, _BESIDE = 0.5, "800MB", 300_000_000


def fill_parts_by_processes(run: Run) -> None:
    """Have the snapshots without a kept part staged by as many processes as the machine feeds, where they are many.

    What a process does not do is a note of the run, and is left to `stages.stage`.
    """
    if (n_processes := processes_for(run.settings)) > 1:
        fill_parts(run, lambda batches: _staged(batches, n_processes), fewest=MANY)


def processes_for(settings: Settings) -> int:
    """As many as threads are allowed, within half of the machine's memory; 1 where that is not known."""
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not on every system
        return 1
    return max(1, min(settings.threads, int(_SHARE * memory) // (in_bytes(_LIMIT) + _BESIDE)))


def _staged(batches: list[Batch], n_processes: int) -> Sequence[StagedBatch | BaseException]:
    """What the processes did; those that end early give an error for what they had not done."""
    others = set(multiprocessing.active_children())
    # not forked: the run has threads
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(n_processes, len(batches)), context, initializer=_leave_interrupts) as pool:
        futures = [pool.submit(stage_batch, _within_limit(batch)) for batch in batches]
        try:
            wait(futures)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in set(multiprocessing.active_children()) - others:
                child.terminate()
            raise
        return [future.exception() or future.result() for future in futures]


def _within_limit(batch: Batch) -> Batch:
    """The limit of the run is for one process: a batch needs no more than it has by default, and gets no more."""
    with closing(open_work(":memory:", batch.settings)) as con:  # DuckDB reads 500mb and 0.5G, too
        given = in_bytes(scalar(con, "select current_setting('memory_limit')"))
    return batch if given < in_bytes(_LIMIT) else replace(batch, settings=replace(batch.settings, memory_limit=_LIMIT))


def _leave_interrupts() -> None:
    """Let the run alone answer Ctrl-C, which reaches all processes of a terminal: it ends this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
