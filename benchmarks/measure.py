"""What every benchmark shares: a command measured in a process of its own, figures with targets, and their record.

    done = run(["localsdg", "build"], {"LOCALSDG_HOME": home})
    show([Figure("build", "s", [done.seconds], target=5.0)])
    record("compare", figures)  # results.json and RESULTS.md beside this file

Processor seconds hold all processes of a command, so that they may be compared on a machine that does other work.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_name("results.json")
#: Versions that a figure may depend on.
LIBRARIES = ("duckdb", "pandas", "pyarrow", "prefect", "great-expectations")


@dataclass(frozen=True)
class Run:
    """One command: seconds on the clock and of the processors, the largest memory of a process, and what it printed."""

    seconds: float
    cpu: float
    peak_gb: float
    output: str


@dataclass(frozen=True)
class Figure:
    """What was measured, once or more, and what it should be; `command` measures this figure again.

    No values: it could not be measured, and `note` says why.
    """

    name: str
    unit: str
    values: Sequence[float]
    target: float | None = None
    is_at_most: bool = True
    command: str = ""
    note: str = ""

    @property
    def median(self) -> float | None:
        """The middle of the values."""
        return statistics.median(self.values) if self.values else None

    @property
    def reached(self) -> bool | None:
        """Whether the median is on the right side of the target; None where there is none."""
        if self.target is None or self.median is None:
            return None
        return self.median <= self.target if self.is_at_most else self.median >= self.target


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None, codes: tuple[int, ...] = (0,)) -> Run:
    """Run a command to its end; raises SystemExit with its messages where it ends with another code.

    A child starts as a copy of this process: its peak memory is never less than ours, so that
    benchmarks load no data themselves.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as messages:
        started = time.perf_counter()
        child = subprocess.Popen(
            list(map(str, command)), stdout=out, stderr=messages, cwd=CHECKOUT, env={**os.environ, **(env or {})}
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        messages.seek(0)
        if child.returncode not in codes:
            raise SystemExit(f"error: {' '.join(map(str, command))} ended with {child.returncode}\n{messages.read()}")
        return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e6, out.read())


def localsdg(*arguments: str | Path, home: Path, env: Mapping[str, str] | None = None) -> Run:
    """Run the command line of this environment in a home."""
    command = [
        sys.executable,
        "-m",
        "localsdg",
        *arguments,
    ]  # by the module, so that the flows of the checkout are found
    return run(command, {"LOCALSDG_HOME": str(home.resolve()), **(env or {})})


def data_root() -> Path:
    """The larger real data outside the checkout (`LOCALSDG_TEST_DATA`)."""
    path = Path(os.environ.get("LOCALSDG_TEST_DATA") or CHECKOUT.parent / "shared" / "data")
    if path.is_dir():
        return path.resolve()
    raise SystemExit("error: no data to measure with | next: set LOCALSDG_TEST_DATA to the folder with un/ and local/")


def add_record_flag(parser: argparse.ArgumentParser) -> None:
    """`--record`: without it a benchmark prints and changes no file."""
    parser.add_argument("--record", action="store_true", help="write the figures into results.json and RESULTS.md")


def amount(value: float, unit: str = "") -> str:
    """A number as people read it: 12,345, 264, 12.3, 1.23, 0.375."""
    if isinstance(value, int) or abs(value) >= 1000:
        digits = 0
    else:
        digits = 1 if abs(value) >= 10 else 2 if abs(value) >= 1 or not value else 3
    return f"{value:,.{digits}f}{' ' + unit if unit else ''}"


def show(figures: Iterable[Figure]) -> None:
    """Print one table of figures: median, least and most, target."""
    print(f"{'figure':58} {'median':>12} {'least':>10} {'most':>10}  {'n':>2}  target")
    for one in figures:
        if one.median is None:
            print(f"{one.name:58} not measured: {one.note}")
            continue
        target, note = "", f" ({one.note})" if one.note else ""
        if one.target is not None:
            side = "at most" if one.is_at_most else "at least"
            target = f"{side} {amount(one.target)}: {'reached' if one.reached else 'NOT reached'}"
        print(
            f"{one.name:58} {amount(one.median, one.unit):>12} {amount(min(one.values)):>10} "
            f"{amount(max(one.values)):>10}  {len(one.values):>2}  {target}{note}".rstrip()
        )


def record(benchmark: str, figures: Iterable[Figure], path: Path = RESULTS) -> None:
    """Put the figures in the place of their last ones in the JSON file, and write RESULTS.md beside it."""
    from benchmarks.report import write_report

    results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    circumstances = {"measured_on": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine(), "versions": versions()}
    entries = results.setdefault(benchmark, {})
    for one in figures:
        entries[one.name] = {
            "unit": one.unit,
            "median": _rounded(one.median),
            "least": _rounded(min(one.values, default=None)),
            "most": _rounded(max(one.values, default=None)),
            "n": len(one.values),
            "target": one.target,
            "is_at_most": one.is_at_most,
            "reached": one.reached,
            "command": one.command or f"python -m benchmarks.{benchmark} --record",
            "note": one.note,
            **circumstances,
        }
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    write_report(results, path.with_name("RESULTS.md"))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def finish(benchmark: str, figures: Sequence[Figure], *, is_recorded: bool) -> int:
    """Print the table and record it where asked; the exit code is 1 where a target is not reached."""
    show(figures)
    if is_recorded:
        record(benchmark, figures)
    return int(any(one.reached is False for one in figures))


def machine() -> dict[str, Any]:
    """Cores, memory and kind of this machine, and how busy it is."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "cores": os.cpu_count(),
        "kind": platform.machine(),
        "system": platform.system(),
        "memory_gb": round(memory),
        "load": round(os.getloadavg()[0], 1),
    }


def versions() -> dict[str, str]:
    """Versions of Python, of the libraries that matter, and of the code."""
    known = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            known[name] = version(name)
        except PackageNotFoundError:
            continue
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude=*"], cwd=CHECKOUT, capture_output=True, text=True
    )
    return {**known, "code": done.stdout.strip() or "unknown"}
