"""Plants the faults of `faults.toml`, one at a time, in a copy of the tree, and runs the test of each.

    python tests/mutations/plant.py [--only NAME] [--list]

Exit code 1 where a test passes without its promise, fails without a fault, or the text of a
fault is not in its file any more.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

CHECKOUT = Path(__file__).resolve().parents[2]
FAULTS = Path(__file__).with_name("faults.toml")
#: Seconds that one test may take.
PATIENCE = 120
#: Faults that are tried at once, each in a tree of its own.
WORKERS = 2
#: What the tests read; the rest of the tree is as large again.
PARTS = ("src", "tests", "sql", "expectations", "flows", "pyproject.toml", "constraints.txt", "Makefile", "README.md")


@dataclass(frozen=True)
class Fault:
    """A text that takes the place of another, and the test that must notice."""

    name: str
    promise: str
    file: str
    find: str
    put: str
    test: str

    def planted(self, text: str) -> str:
        """The file with the fault; raises `ValueError` where its text is not there once."""
        if text.count(self.find) != 1:
            raise ValueError(f"the text is {text.count(self.find)} times in {self.file}")
        return text.replace(self.find, self.put)


def read_faults() -> list[Fault]:
    """The declared faults, in their order."""
    return [Fault(name, **facts) for name, facts in tomllib.loads(FAULTS.read_text(encoding="utf-8")).items()]


def run_test(tree: Path, *tests: str) -> tuple[bool, str]:
    """Whether the tests pass in the tree, and the last lines of what they print."""
    environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    call = [sys.executable, "-m", "pytest", "-x", "-q", "-m", "not long", "-p", "no:cacheprovider", *tests]
    try:
        ended = subprocess.run(
            call, cwd=tree, env=environment, capture_output=True, text=True, timeout=PATIENCE * len(tests), check=False
        )
    except subprocess.TimeoutExpired:
        return False, "the time was up"
    if ended.returncode not in (0, 1):
        raise RuntimeError(f"pytest ended with {ended.returncode}: {ended.stdout[-800:]}{ended.stderr[-400:]}")
    return ended.returncode == 0, ended.stdout[-800:]


def result_of(tree: Path, fault: Fault) -> str:
    """Plant one fault, run its test, and take the fault out."""
    path = tree / fault.file
    before = path.read_text(encoding="utf-8")
    try:
        path.write_text(fault.planted(before), encoding="utf-8")
        passes, _ = run_test(tree, fault.test)
    except (ValueError, RuntimeError) as error:
        return f"NOT TRIED: {error}"
    finally:
        path.write_text(before, encoding="utf-8")
    return "NOT caught" if passes else "caught"


def main() -> int:
    """Try the faults; the number of those that no test noticed is the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="a fault by its name; again for more"
    )
    parser.add_argument("--list", action="store_true", help="print the faults and try none")
    asked = parser.parse_args()
    faults = [one for one in read_faults() if not asked.only or one.name in asked.only]
    if asked.list:
        print("\n".join(f"{one.name:<20} {one.promise}" for one in faults))
        return 0
    with tempfile.TemporaryDirectory(prefix="localsdg-mutations-") as folder:
        trees = [copy_tree(Path(folder) / str(number)) for number in range(WORKERS)]
        tests = list(dict.fromkeys(one.test for one in faults))
        began = time.monotonic()
        passes, words = run_test(trees[0], *tests)
        if not passes:
            print(f"without a fault the tests fail:\n{words}")
            return 1
        print(f"{len(tests)} tests pass without a fault, {time.monotonic() - began:.0f} s", flush=True)
        missed = try_all(faults, trees)
    print(f"{len(faults) - missed} of {len(faults)} caught, {time.monotonic() - began:.0f} s")
    return 1 if missed else 0


def copy_tree(tree: Path) -> Path:
    """A copy of what the tests read."""
    tree.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for part in PARTS:
        source = CHECKOUT / part
        shutil.copytree(source, tree / part, ignore=ignored) if source.is_dir() else shutil.copy(source, tree)
    return tree


def try_all(faults: list[Fault], trees: list[Path]) -> int:
    """Try the faults, one at a time in each tree, and print how each ended; returns how many no test noticed."""
    free: Queue[Path] = Queue()
    for tree in trees:
        free.put(tree)

    def tried(fault: Fault) -> str:
        tree = free.get()
        try:
            return result_of(tree, fault)
        finally:
            free.put(tree)

    missed = 0
    with ThreadPoolExecutor(len(trees)) as pool:
        for fault, result in zip(faults, pool.map(tried, faults), strict=True):
            missed += result != "caught"
            print(f"{result:<11} {fault.name:<20} {fault.promise}", flush=True)
    return missed


if __name__ == "__main__":
    raise SystemExit(main())
