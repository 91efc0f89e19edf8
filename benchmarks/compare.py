"""Whole databases of the UN: what a bare floor, a pandas script and `dlt` take, and what ours takes with all checks.

    python -m benchmarks.compare                    # all sides, both databases, three rounds
    python -m benchmarks.compare --sizes 2020 --rounds 1 --only floor ours
    python -m benchmarks.compare --file MY.csv.gz   # any bulk file

The sides run one after the other in each round, each in a process of its own. All must have read the same
number of rows and written the same keys and values, else nothing is printed. `--record` keeps the figures.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from benchmarks.contents import Contents, contents
from benchmarks.homes import BUNDLE, change_site, copy_raw, home_with
from benchmarks.measure import CHECKOUT, Figure, Run, add_record_flag, data_root, finish, localsdg, run

SIZES = {"2020": "un/bulk/2020-10-19.csv.gz", "2023": "un/newer/2023-12-17/2023-12-17.csv.gz"}
#: Sides of one file, in the order in which a round has them; `unchanged` follows `ours` in its home.
SIDES = ("floor", "pandas", "dlt", "ours", "unchanged")
SITE = "site"
SIDE_SCRIPTS = CHECKOUT / "benchmarks" / "sides"
#: Targets: the whole run against the floor and against pandas, and seconds with nothing or one site changed.
TO_FLOOR, TO_PANDAS, UNCHANGED_S, SITE_S = 1.5, 0.6, 1.5, 4.0
DLT = "dlt[duckdb,parquet]>=1.31,<2"  # parquet: its reader of Arrow batches
NAMES = {"floor": "bare floor", "pandas": "pandas script", "dlt": "dlt", "ours": "ours", "unchanged": "ours, unchanged"}


@dataclass
class Measured:
    """The runs of every side on one file, and what the file of each held."""

    name: str
    runs: dict[str, list[Run]] = field(default_factory=dict)
    contents: dict[str, Contents] = field(default_factory=dict)
    output_mb: dict[str, list[float]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def add(self, side: str, done: Run, output: Path | None = None, rows: int | None = None) -> None:
        """Keep a run; its output is read, and must be like that of the sides before."""
        self.runs.setdefault(side, []).append(done)
        if output is None:
            return
        self.output_mb.setdefault(side, []).append(output.stat().st_size / 1e6)
        held = self.contents[side] = contents(output, rows)
        for other, theirs in self.contents.items():
            if differences := held.differs_from(theirs):
                raise SystemExit(f"error: {side} and {other} differ on {self.name}: {'; '.join(differences)}")


def measure_file(name: str, file: Path, sides: Iterable[str], rounds: int, dlt_python: Path | None = None) -> Measured:
    """All asked sides on one bulk file, `rounds` times in turn; raises SystemExit where two sides differ."""
    measured, asked = Measured(name), set(sides)
    with tempfile.TemporaryDirectory(prefix="localsdg-bench-") as temporary:
        folder = Path(temporary)
        if asked & {"ours", "unchanged"}:
            measured.add("pull", home_with(folder / "home", file))
        for number in range(1, rounds + 1):
            print(f"{name}: round {number} of {rounds}", file=sys.stderr)
            here = folder / str(number)
            here.mkdir()
            for side, python, suffix in (
                ("floor", sys.executable, "duckdb"),
                ("pandas", sys.executable, "parquet"),
                ("dlt", dlt_python, "duckdb"),
            ):
                if side in asked and python is not None:
                    output = here / f"{side}.{suffix}"
                    script = SIDE_SCRIPTS / f"{side}_script.py"
                    done = run([python, script, file, output])
                    measured.add(side, done, output, json.loads(done.output.splitlines()[-1])["rows"])
            if asked & {"ours", "unchanged"}:
                _measure_ours(measured, copy_raw(folder / "home", here / "home"))
            shutil.rmtree(here)
    return measured


def _measure_ours(measured: Measured, home: Path) -> None:
    done = localsdg("build", "--force", "--no-bundled", *fresh_flag(), home=home)
    measured.add("ours", done, home / "data" / "warehouse" / "localsdg.duckdb")
    again = localsdg("build", "--no-bundled", home=home)
    if "nothing changed" not in again.output:
        raise SystemExit("error: a second build of the same home found something changed")
    measured.add("unchanged", again)


def fresh_flag() -> tuple[str, ...]:
    """The flag with which kept parts are not used, where this version has it."""
    return ("--fresh",) if "--fresh" in localsdg("build", "--help", home=CHECKOUT).output else ()


def file_figures(measured: Measured, command: str) -> list[Figure]:
    """Seconds, memory and size of every side, and the ratios that have targets."""
    figures = []

    def add(label: str, unit: str, values: Iterable[float], target: float | None, only: str, note: str = "") -> None:
        call = f"{command} --only {only} --record"
        figures.append(Figure(f"{measured.name}: {label}", unit, list(values), target, command=call, note=note))

    for side, name in NAMES.items():
        if note := measured.notes.get(side):
            add(name, "s", [], None, side, note)
        if not (runs := measured.runs.get(side)):
            continue
        target = UNCHANGED_S if side == "unchanged" else None
        add(name, "s", (one.seconds for one in runs), target, side)
        add(f"{name}, processor", "s", (one.cpu for one in runs), None, side)
        add(f"{name}, peak memory", "GB", (one.peak_gb for one in runs), None, side)
        if sizes := measured.output_mb.get(side):
            add(f"{name}, file", "MB", sizes, None, side)
    for side, target in (("floor", TO_FLOOR), ("pandas", TO_PANDAS), ("dlt", None)):
        if pairs := list(zip(measured.runs.get("ours", ()), measured.runs.get(side, ()), strict=False)):
            both = f"{side} ours"
            add(f"ours / {NAMES[side]}", "", (ours.seconds / one.seconds for ours, one in pairs), target, both)
            add(f"ours / {NAMES[side]}, processor", "", (ours.cpu / one.cpu for ours, one in pairs), None, both)
    if pulls := measured.runs.get("pull"):
        add("taking the file in, once", "s", [one.seconds for one in pulls], None, "ours", "not part of the ratios")
    return figures


def measure_site(home: Path, rounds: int) -> list[Run]:
    """Builds of the bundle in `home`, each after one value of one site has changed; the first build is not counted."""
    localsdg("build", home=home)
    runs = []
    for number in range(1, rounds + 1):
        print(f"one site changed: round {number} of {rounds}", file=sys.stderr)
        change_site(home, number)
        done = localsdg("build", home=home)
        if "nothing changed" in done.output:
            raise SystemExit("error: the build did not see the changed site")
        runs.append(done)
    return runs


def site_figures(runs: list[Run], command: str) -> list[Figure]:
    """Seconds and memory of a build of the bundle after one site has changed."""
    n_sites = len(list((BUNDLE / "opensdg").glob("*@*")))
    name, call = f"bundle: one site of {n_sites} changed", f"{command} --only {SITE} --record"
    return [
        Figure(name, "s", [one.seconds for one in runs], SITE_S, command=call),
        Figure(f"{name}, processor", "s", [one.cpu for one in runs], command=call),
        Figure(f"{name}, peak memory", "GB", [one.peak_gb for one in runs], command=call),
    ]


def dlt_environment(folder: Path) -> Path:
    """The Python of a new environment that has `dlt`; raises SystemExit with what pip said."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    # the same DuckDB as ours: a newer one writes files that ours does not read
    if refused := install(python, DLT, f"duckdb=={version('duckdb')}"):
        raise SystemExit(f"error: {refused}")
    return python


def install(python: Path, *packages: str) -> str | None:
    """Install packages; None where it worked, else the last words of pip, without the address it asked."""
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages],
        capture_output=True,
        text=True,
    )
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
    return None if done.returncode == 0 else f"does not install: {(errors or ['no reason given'])[-1]}"


def _with_dlt(asked: set[str], given: Path | None, measure: Callable[[Path | None], list[Figure]]) -> list[Figure]:
    """Call `measure` with a Python that has `dlt`, where that is asked for; and name what does not install."""
    if "dlt" not in asked:
        return measure(None)
    with tempfile.TemporaryDirectory(prefix="localsdg-dlt-") as folder:
        python = given or dlt_environment(Path(folder))
        refused = install(python, "--dry-run", "sdg-build")
        figures = measure(python)
    if refused:
        figures.append(Figure("sdg-build", "s", [], note=refused))
    return figures


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; the exit code is 1 where a target is not reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES), help="which databases")
    parser.add_argument("--file", type=Path, help="a bulk CSV of your own in their place")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=[*SIDES, SITE], default=[*SIDES, SITE], help="which sides")
    parser.add_argument("--home", type=Path, help="a home with the bundle built, which is copied; else it is built")
    parser.add_argument("--dlt-python", type=Path, help="a Python that has dlt; else an environment is made")
    add_record_flag(parser)
    given = parser.parse_args(arguments)
    asked = set(given.only)
    named = {one: data_root() / SIZES[one] for one in given.sizes}
    files = {given.file.name.split(".")[0]: given.file} if given.file else named
    base = "python -m benchmarks.compare"

    def measure_files(dlt_python: Path | None) -> list[Figure]:
        figures = []
        for name, file in files.items():
            measured = measure_file(name, file, asked, given.rounds, dlt_python)
            figures += file_figures(measured, f"{base} {'--file' if given.file else '--sizes'} {name}")
        return figures

    figures = _with_dlt(asked, given.dlt_python, measure_files) if asked & set(SIDES) else []
    if SITE in asked:
        with tempfile.TemporaryDirectory(prefix="localsdg-bench-") as folder:
            home = Path(folder) / "home"
            if given.home:
                shutil.copytree(given.home, home)
            home.mkdir(exist_ok=True)
            figures += site_figures(measure_site(home, given.rounds), base)
    return finish("compare", figures, is_recorded=given.record)


if __name__ == "__main__":
    raise SystemExit(main())
