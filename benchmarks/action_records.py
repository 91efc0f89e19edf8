"""10,000 action records staged, linked, checked and built with the bundle: `python benchmarks/action_records.py`.

Reads three registers of the test data (LOCALSDG_TEST_DATA, default
../shared/data): 2,538 partnerships and 1,789 ocean commitments, most with
declared goals and hundreds of words, and 5,700 memberships that share one
text. With --hide-goals the declared goals are left out, so that links of all
are learned. Runs in a temporary home; prints the seconds of each stage, the
processor's seconds and the peak memory of the build.
"""

from __future__ import annotations

import csv
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
#: Register of the test data -> records taken; None for all.
REGISTERS = {"un_partnerships_2018": None, "un_ocean_commitments_2026": None, "climactor_city_initiatives": 5_700}


def copy_records(root: Path, folder: Path, hide_goals: bool) -> tuple[list[Path], int]:
    """The registers as files of their own names, and the number of their records."""
    csv.field_size_limit(2**31 - 1)
    paths, total = [], 0
    for name, most in REGISTERS.items():
        path = folder / f"{name}.csv"
        source = root / "local" / "actions" / name / "records.csv"
        with (
            source.open(encoding="utf-8-sig", newline="") as given,
            path.open("w", encoding="utf-8", newline="") as copy,
        ):
            rows = csv.DictReader(given)
            writer = csv.DictWriter(copy, list(rows.fieldnames or ()))
            writer.writeheader()
            for row in islice(rows, most):
                writer.writerow({**row, "sdgs": ""} if hide_goals else row)
                total += 1
        paths.append(path)
    return paths, total


def main() -> float:
    """Print the figures; returns the seconds of the build on the clock."""
    root = Path(os.environ.get("LOCALSDG_TEST_DATA") or CHECKOUT.parent / "shared" / "data")
    command = [str(Path(sys.executable).with_name("localsdg"))]
    with tempfile.TemporaryDirectory() as folder:
        paths, total = copy_records(root, Path(folder), "--hide-goals" in sys.argv[1:])
        environment = {**os.environ, "LOCALSDG_HOME": str(Path(folder) / "home")}
        subprocess.run(
            [*command, "pull", "actions", *map(str, paths), "--accept-partial"],
            env=environment,
            check=True,
            capture_output=True,
        )
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        done = subprocess.run([*command, "build"], env=environment, check=True, capture_output=True, text=True)
        seconds = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    stages = re.search(r"^Time +(.*)$", done.stdout, re.MULTILINE)
    print(stages[1] if stages else done.stdout)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"{total:,} records and the bundle in {seconds:.1f} s, {processor:.1f} s of the processor, "
        f"peak memory {after.ru_maxrss / 1e6:.2f} GB"
    )
    return seconds


if __name__ == "__main__":
    main()
