"""Figures, deck and page of the World, one figure, and a profile: seconds on the clock and on the processors.

The commands of the organisers' sheet, run as they run them, into a folder that is
thrown away. Processor seconds hold all processes of the run, so they can be
compared on a machine that does other work; half of them is what two idle
cores need at best.

    python benchmarks/figures.py --home . --runs 3
    python benchmarks/figures.py --home . one compare
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from localsdg.common.settings import Settings

#: What is measured -> the call, and its limit in seconds on two idle cores.
CALLS = {
    "world": (("figures",), 20.0),
    "one": (("figures", "c01-extreme-poverty"), 2.0),
    "compare": (("figures", "c08-slums", "--area", "KEN,TZA,UGA"), 2.0),
    "profile": (("profile", "Spain"), 6.0),
}


def run_once(home: Path, call: tuple[str, ...]) -> tuple[float, float, float, int]:
    """One run: seconds on the clock, of the processors for the program and for the system, and files."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "localsdg", *call, "--output", folder],
            check=True,
            env={**os.environ, "LOCALSDG_HOME": str(home.resolve())},
            stdout=subprocess.DEVNULL,
        )
        files = sum(path.is_file() for path in Path(folder).rglob("*"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (time.perf_counter() - started, after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime, files)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="*", choices=[*CALLS, []], help=f"of {', '.join(CALLS)}; all by default")
    parser.add_argument("--home", type=Path, default=Settings().home)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    is_over = False
    for name in given.what or CALLS:
        call, limit = CALLS[name]
        least = float("inf")
        for _ in range(given.runs):
            clock, user, system, files = run_once(given.home, call)
            least = min(least, clock)
            print(
                f"{' '.join(call)}: {files} files in {clock:.1f} s (limit {limit:.0f}); "
                f"processors {user + system:.1f} s: program {user:.1f}, system {system:.1f}; "
                f"load of the machine {os.getloadavg()[0]:.1f}",
                flush=True,
            )
        is_over |= least > limit
    return int(is_over)


if __name__ == "__main__":
    raise SystemExit(main())
