"""Thousands of local sites staged by the worker processes of a Dask cluster: seconds, memory, bytes.

    python -m benchmarks.many_sites --sites 1000
    python -m benchmarks.many_sites --sites 10000 --folder /var/tmp/sites --minutes 30   # again: goes on

The sites are the bundled ones under other names, each copy with values of its own; making them is not
timed. With `--read` the run then reads all parts, and does the steps that need all sites.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import CHECKOUT, Figure, add_record_flag, finish
from localsdg.common.settings import Settings
from localsdg.pipeline import stages
from localsdg.pipeline.batches import Batch, StagedBatch, fill_parts, stage_batch
from localsdg.staging.raw_folder import read_raw

if TYPE_CHECKING:
    from distributed import Client

    from localsdg.pipeline.run import Run


def main() -> int:
    """Make the sites, have them staged, print what it took; returns 1 where a batch was not staged."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--largest", type=int, help="copy only sites with at most so many rows")
    parser.add_argument("--workers", type=int, default=2, help="worker processes on this machine")
    parser.add_argument("--address", help="the scheduler of a cluster that runs already")
    parser.add_argument("--folder", type=Path, help="keep sites and parts here, and use those that are there")
    parser.add_argument("--minutes", type=float, default=60, help="stop then, and report what was staged")
    parser.add_argument("--memory", default="800MB", help="LOCALSDG_MEMORY_LIMIT of the run and of each worker")
    parser.add_argument("--read", action="store_true", help="read all parts in this process too")
    add_record_flag(parser)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = given.folder or Path(temporary)
        settings = Settings(home=home, dask_workers=given.workers, memory_limit=given.memory)
        make_sites(settings, given.sites, given.largest)
        run = stages.start_run(settings, with_bundled=False)
        run.snapshots = tuple(one for one in run.snapshots if one.source == "opensdg")[: given.sites]
        try:
            figures = measure(run, given)
        finally:
            run.drop()
    return finish("many_sites", figures, is_recorded=given.record)


def make_sites(settings: Settings, n_sites: int, largest: int | None) -> None:
    """Copies of the bundled sites below the home."""
    from benchmarks.thousand_sites import make_copies

    bundled, _ = read_raw(CHECKOUT / "data" / "raw" / "bundled")
    make_copies(settings.raw, [one for one in bundled if one.source == "opensdg"], n_sites, largest)


def measure(run: Run, given: argparse.Namespace) -> list[Figure]:
    """Have the sites staged by workers, and then read where asked; the figures of both."""
    from distributed import Client, LocalCluster

    from flows.runner import local_cluster

    command = f"python -m benchmarks.many_sites --sites {given.sites} --workers {given.workers} --record"
    cluster = given.address or LocalCluster(**local_cluster(run.settings))
    with Client(cluster) as client:
        started = time.perf_counter()
        done = fill_parts(run, lambda batches: staged_by(client, batches, given.minutes * 60), fewest=1)
        seconds = time.perf_counter() - started
        workers = client.run(used)
        if not given.address:
            client.shutdown()
    print("\n".join(run.notes[:3]))
    n_sites = sum(one.snapshots for one in done)
    largest = max(peak for peak, _ in workers.values())
    cpu = sum(spent for _, spent in workers.values())
    name = f"{given.sites:,} sites on {len(workers)} workers"
    figures = [
        Figure(f"{name}: staged", "sites", [n_sites], command=command),
        Figure(f"{name}: time", "s", [seconds], command=command),
        Figure(f"{name}: processor time a site", "ms", [1000 * cpu / max(n_sites, 1)], command=command),
        Figure(f"{name}: largest worker", "MB", [largest], command=command),
        Figure(f"{name}: snapshots", "MB", [size_mb(run.settings.raw)], command=command),
        Figure(f"{name}: kept parts", "MB", [size_mb(run.settings.warehouse / "parts")], command=command),
    ]
    if given.read:
        figures += read_figures(run, name, f"{command} --read")
    return figures


def staged_by(client: Client, batches: list[Batch], limit: float) -> Sequence[StagedBatch | BaseException]:
    """What the workers did within so many seconds; all else is an error."""
    from distributed import TimeoutError, wait

    futures = client.map(stage_batch, batches, pure=False)
    try:
        wait(futures, timeout=limit)
    except TimeoutError:
        client.cancel([future for future in futures if not future.done()])
    return [
        (future.exception() or future.result()) if future.done() and not future.cancelled() else TimeoutError("no time")
        for future in futures
    ]


def used() -> tuple[float, float]:
    """Of this worker: the most memory in MB, and the processor seconds."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_maxrss / 1000, usage.ru_utime + usage.ru_stime


def read_figures(run: Run, name: str, command: str) -> list[Figure]:
    """Time of reading all parts, with the steps that need all sites, and the memory of this process."""
    wall, processor = time.perf_counter(), time.process_time()
    stages.stage(run)
    with closing(run.connection().cursor()) as con:
        rows: Any = con.execute("select sum(rows_in) from audit.source_load").fetchone()
    return [
        Figure(f"{name}: rows", "rows", [int(rows[0])], command=command),
        Figure(f"{name}: parts read by the run", "s", [time.perf_counter() - wall], command=command),
        Figure(f"{name}: processor time of that", "s", [time.process_time() - processor], command=command),
        Figure(f"{name}: memory of the run", "MB", [used()[0]], command=command),
    ]


def size_mb(folder: Path) -> float:
    """Bytes of all files below a folder, in millions."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    raise SystemExit(main())
