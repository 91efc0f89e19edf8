"""Sixteen local sites from disk to staged tables, timed: `python benchmarks/sixteen_sites.py`.

Reads the test data (LOCALSDG_TEST_DATA, default ../shared/data), makes the
snapshots once in a temporary folder, and times staging and matching alone.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT / "tests" / "integration"))

import duckdb  # noqa: E402
from opensdg_sites import site_rows, snapshot_of  # noqa: E402

from localsdg.common.context import RunContext  # noqa: E402
from localsdg.common.settings import Settings  # noqa: E402
from localsdg.staging import ledger  # noqa: E402
from localsdg.staging.opensdg import stage as opensdg  # noqa: E402


def main() -> float:
    """Print seconds by site and in all; returns the seconds in all."""
    root = Path(os.environ.get("LOCALSDG_TEST_DATA") or CHECKOUT.parent / "shared" / "data")
    with tempfile.TemporaryDirectory() as folder:
        snapshots = [snapshot_of(root, Path(folder), row) for row in site_rows(root)]
        con = duckdb.connect()
        con.execute("set threads = 2")
        ledger.create_ledger(con)
        start = time.perf_counter()
        opensdg.prepare(con)
        for snapshot in snapshots:
            before = time.perf_counter()
            loads = opensdg.stage_site(RunContext(con, Settings(), "benchmark"), snapshot)
            rows = sum(load.rows_in for load in loads)
            print(f"{snapshot.release:36} {rows:>8,} rows {time.perf_counter() - before:6.2f} s")
        opensdg.finish(con)
        seconds = time.perf_counter() - start
    print(f"{len(snapshots)} sites in {seconds:.2f} s")
    return seconds


if __name__ == "__main__":
    main()
