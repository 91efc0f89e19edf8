"""10,000 action records staged, linked, checked and built with the bundle: `python -m benchmarks.action_records`.

Reads three registers of the test data (LOCALSDG_TEST_DATA, default
../shared/data): 2,538 partnerships and 1,789 ocean commitments, most with
declared goals and hundreds of words, and 5,700 memberships that share one
text. With --hide-goals the declared goals are left out, so that links of all
are learned. Runs in a temporary home; prints the seconds of each stage, the
processor's seconds and the peak memory of the build.
"""

from __future__ import annotations

import argparse
import csv
import re
import tempfile
from itertools import islice
from pathlib import Path

from benchmarks.measure import Figure, add_record_flag, data_root, finish, localsdg

TARGET_S, TARGET_GB = 40.0, 1.0
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


def main() -> int:
    """Print the figures; the exit code is 1 where a target is not reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hide-goals", action="store_true", help="leave the declared goals out")
    add_record_flag(parser)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths, total = copy_records(data_root(), Path(folder), given.hide_goals)
        home = Path(folder) / "home"
        localsdg("pull", "actions", *paths, "--accept-partial", home=home)
        done = localsdg("build", home=home)
    stages = re.search(r"^Time +(.*)$", done.output, re.MULTILINE)
    print(stages[1] if stages else done.output)
    label = f"{total:,} records and the bundle{', goals hidden' if given.hide_goals else ''}"
    figures = [
        Figure(f"{label}: build", "s", [done.seconds], TARGET_S),
        Figure(f"{label}: build, processor", "s", [done.cpu]),
        Figure(f"{label}: peak memory", "GB", [done.peak_gb], TARGET_GB),
    ]
    return finish("action_records", figures, is_recorded=given.record)


if __name__ == "__main__":
    raise SystemExit(main())
