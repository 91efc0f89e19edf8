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
    """Print rows by site and the seconds in all; returns the seconds."""
    root = Path(os.environ.get("LOCALSDG_TEST_DATA") or CHECKOUT.parent / "shared" / "data")
    with tempfile.TemporaryDirectory() as folder:
        snapshots = [snapshot_of(root, Path(folder), row) for row in site_rows(root)]
        con = duckdb.connect()
        con.execute("set threads = 2")
        ledger.create_ledger(con)
        start = time.perf_counter()
        opensdg.prepare(con)
        opensdg.stage_newest_of_each(RunContext(con, Settings(), "benchmark"), [[one] for one in snapshots])
        opensdg.finish(con)
        seconds = time.perf_counter() - start
        for load in ledger.read_loads(con):
            print(f"{load.release:36} {load.rows_in:>8,} rows")
    print(f"{len(snapshots)} sites in {seconds:.2f} s")
    return seconds


if __name__ == "__main__":
    main()
