"""What a person waits for when nothing has changed: `--help`, `query`, `build`, and `run` beside Prefect's own start.

    python -m benchmarks.commands --home HOME

HOME has a published warehouse; a copy of it is used. Prefect's start is measured in the same round: a flow without
tasks, with the settings of ours. `run` pulls nothing, so that what is left is the flow, its stages and their checks.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import CHECKOUT, Figure, Run, add_record_flag, finish, localsdg, run

HELP_S, QUERY_S, BUILD_S, BEYOND_PREFECT_S = 0.3, 0.25, 1.5, 1.5
QUERY = "select series_code, count(*) as n from core.observation group by all order by n desc limit 5"
_EMPTY_FLOW = """
import flows  # Prefect's settings, as our runs have them
from prefect import flow

@flow
def nothing() -> int:
    return 1

nothing()
"""


def measure_round(home: Path, options: Sequence[str] = ()) -> dict[str, Run]:
    """One run of each command in a home in which nothing changes; raises SystemExit where something did."""
    runs = {
        "help": localsdg("--help", home=home),
        "query": localsdg("query", QUERY, home=home),
        "build": localsdg("build", *options, home=home),
        "prefect": run([sys.executable, "-c", _EMPTY_FLOW], {"LOCALSDG_HOME": str(home)}),
        "run": localsdg("run", *options, home=home),
    }
    for name in ("build", "run"):
        if "nothing changed" not in runs[name].output:
            raise SystemExit(f"error: localsdg {name} found something changed; it printed\n{runs[name].output[:2000]}")
    return runs


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 1 where a target is not reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=CHECKOUT, help="a home with a published warehouse")
    parser.add_argument("--no-bundled", action="store_true", help="the home was built without the bundle")
    parser.add_argument("--rounds", type=int, default=3)
    add_record_flag(parser)
    given = parser.parse_args(arguments)
    options = ["--no-bundled"] if given.no_bundled else []
    with tempfile.TemporaryDirectory(prefix="localsdg-bench-") as folder:
        home = Path(folder) / "home"
        shutil.copytree(given.home / "data", home / "data")
        localsdg("build", *options, home=home)  # brings what was built by other code up to date
        localsdg("run", *options, home=home)  # Prefect makes its database
        rounds = [measure_round(home, options) for _ in range(given.rounds)]
    figures = [
        Figure(f"{words}{what}", "s", [getattr(one[name], field) for one in rounds], target if not what else None)
        for name, words, target in (
            ("help", "localsdg --help", HELP_S),
            ("query", "localsdg query", QUERY_S),
            ("build", "localsdg build, nothing changed", BUILD_S),
            ("run", "localsdg run, nothing changed", None),
            ("prefect", "a flow of Prefect without tasks", None),
        )
        for what, field in (("", "seconds"), (", processor", "cpu"))
    ]
    beyond = [one["run"].seconds - one["prefect"].seconds for one in rounds]
    figures.append(Figure("localsdg run beyond Prefect's start", "s", beyond, BEYOND_PREFECT_S))
    return finish("commands", figures, is_recorded=given.record)


if __name__ == "__main__":
    raise SystemExit(main())
