"""Twenty typical queries of a published warehouse, in milliseconds: examples of `sql/examples` and of the cookbook.

    python -m benchmarks.queries [HOME] [--record]

Each is asked four times in one process, rows fetched; the first is left out, so that a figure is what a session
of questions feels. All of them read the UN's tables, so that they answer in a warehouse without local data too.
Lists of all that a release changed are left out: they are exports.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import CHECKOUT, Figure, add_record_flag, finish, run

EXAMPLES = (
    "extreme_poverty_by_region",
    "furthest_from_ending_poverty",
    "most_reported_indicators",
    "series_without_total",
)
#: Numbers of recipes.
RECIPES = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "11", "12", "13", "14", "15", "35", "38")
ASKED = 4
#: Milliseconds of a typical query, whatever the size of the file.
TARGET_MS = 50.0


def query_times(home: Path) -> dict[str, dict[str, float]]:
    """Name of a query -> its milliseconds (median after the first) and rows, asked in a process of its own."""
    return json.loads(run([sys.executable, "-m", "benchmarks.queries", home, "--json"]).output)


def query_figures(times: dict[str, dict[str, float]], label: str = "", command: str = "") -> list[Figure]:
    """Median and most of the queries; the slowest is named."""
    each = {name: one["ms"] for name, one in times.items()}
    slowest = max(each, key=lambda name: each[name])
    of = f"{label}{len(each)} queries"
    return [
        Figure(f"{of}, the median one", "ms", [statistics.median(each.values())], TARGET_MS, command=command),
        Figure(f"{of}, the slowest", "ms", [each[slowest]], command=command, note=slowest),
    ]


def _texts() -> dict[str, str]:
    from localsdg.maintenance.cookbook import recipes

    texts = {name: (CHECKOUT / "sql" / "examples" / f"{name}.sql").read_text(encoding="utf-8") for name in EXAMPLES}
    return texts | {recipe.name: recipe.sql for recipe in recipes() if recipe.name[:2] in RECIPES}


def _ask(home: Path) -> dict[str, dict[str, float]]:
    from localsdg.common.settings import Settings
    from localsdg.warehouse.query import open_published

    times = {}
    with open_published(Settings(home=home)) as con:
        for name, sql in _texts().items():
            spent = []
            for _ in range(ASKED):
                started = time.perf_counter()
                rows = con.execute(sql).fetchall()
                spent.append(1000 * (time.perf_counter() - started))
            times[name] = {"ms": statistics.median(spent[1:]), "first_ms": spent[0], "rows": len(rows)}
    return times


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the milliseconds of each query, and their median and most."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", nargs="?", type=Path, default=CHECKOUT, help="a home with a published warehouse")
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    add_record_flag(parser)
    given = parser.parse_args(arguments)
    if given.json:
        print(json.dumps(_ask(given.home.resolve())))
        return 0
    times = query_times(given.home.resolve())
    for name, one in sorted(times.items(), key=lambda item: -item[1]["ms"]):
        print(f"{name:40} {one['ms']:8.1f} ms, at first {one['first_ms']:8.1f} ms, {one['rows']:>6,.0f} rows")
    return finish("queries", query_figures(times), is_recorded=given.record)


if __name__ == "__main__":
    raise SystemExit(main())
