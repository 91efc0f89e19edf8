"""Sixteen local sites from disk to staged tables, timed: `python -m benchmarks.sixteen_sites`.

Reads the test data (LOCALSDG_TEST_DATA, default ../shared/data), makes the
snapshots once in a temporary folder, and times staging and matching alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import CHECKOUT, Figure, add_record_flag, data_root, finish

sys.path.insert(0, str(CHECKOUT / "tests" / "integration"))

import duckdb  # noqa: E402
from opensdg_sites import site_rows, snapshot_of  # noqa: E402

from localsdg.common.context import RunContext  # noqa: E402
from localsdg.common.settings import Settings  # noqa: E402
from localsdg.staging import ledger  # noqa: E402
from localsdg.staging.opensdg import stage as opensdg  # noqa: E402

TARGET_S = 10.0


def main() -> int:
    """Print rows by site and the seconds in all; the exit code is 1 where the target is not reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_record_flag(parser)
    given = parser.parse_args()
    root = data_root()
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
        loads = ledger.read_loads(con)
    for load in loads:
        print(f"{load.release:36} {load.rows_in:>8,} rows")
    n_rows = sum(load.rows_in for load in loads)
    name = f"{len(snapshots)} sites staged, {n_rows:,} rows"
    return finish("sixteen_sites", [Figure(name, "s", [seconds], TARGET_S)], is_recorded=given.record)


if __name__ == "__main__":
    raise SystemExit(main())
