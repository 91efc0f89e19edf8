"""Figures, deck and page of the World, one figure, a comparison and a profile: seconds of clock and processors.

The commands of the organisers' sheet, run as they run them, into a folder that is
thrown away. Processor seconds hold all processes of the run, so they can be
compared on a machine that does other work; half of them is what two idle
cores need at best.

    python -m benchmarks.figures --home . --runs 3
    python -m benchmarks.figures --home . one compare
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.measure import CHECKOUT, Figure, Run, add_record_flag, finish, localsdg

#: What is measured -> the call, and its limit in seconds on two idle cores.
CALLS = {
    "world": (("figures",), 20.0),
    "one": (("figures", "c01-extreme-poverty"), 2.0),
    "compare": (("figures", "c08-slums", "--area", "KEN,TZA,UGA"), 2.0),
    "profile": (("profile", "Spain"), 6.0),
}


def run_once(home: Path, call: tuple[str, ...]) -> Run:
    """One run of a command that writes files; raises SystemExit where it writes none."""
    with tempfile.TemporaryDirectory() as folder:
        done = localsdg(*call, "--output", folder, home=home)
        if not any(path.is_file() for path in Path(folder).rglob("*")):
            raise SystemExit(f"error: localsdg {' '.join(call)} wrote no file")
    return done


def main() -> int:
    """Print the figures; the exit code is 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="*", choices=[*CALLS, []], help=f"of {', '.join(CALLS)}; all by default")
    parser.add_argument("--home", type=Path, default=CHECKOUT, help="a home with a published warehouse")
    parser.add_argument("--runs", type=int, default=3)
    add_record_flag(parser)
    given = parser.parse_args()
    figures = []
    for name in given.what or CALLS:
        call, limit = CALLS[name]
        runs = [run_once(given.home, call) for _ in range(given.runs)]
        command = f"python -m benchmarks.figures {name} --record"
        words = f"localsdg {' '.join(call)}"
        figures += [
            Figure(words, "s", [one.seconds for one in runs], limit, command=command),
            Figure(f"{words}, processor", "s", [one.cpu for one in runs], command=command),
        ]
    return finish("figures", figures, is_recorded=given.record)


if __name__ == "__main__":
    raise SystemExit(main())
