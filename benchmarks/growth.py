"""How build, queries, figures and page grow with the data: 1, 3, 10 and 30 times the rows of October 2020.

    python -m benchmarks.growth --sizes 1 3
    python -m benchmarks.growth --sizes 30 --memory 2500MB --record

Each size is built in a fresh home with all checks, with one setting raised: `LOCALSDG_MEMORY_LIMIT`. The copies
have the same rows under other names, so that keys stay distinct and nothing is rejected:

    --by releases   the same file as the release of another day (2020-10-19, 2020-10-20, ...): what a warehouse
                    that keeps releases comes to. The copies state the same values, so that no change is listed.
    --by series     the same rows under other codes of series (SI_POV_DAY1, SI_POV_DAY1_C02, ...), in one release
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from benchmarks.compare import SIZES, fresh_flag
from benchmarks.homes import home_with
from benchmarks.measure import Figure, Run, add_record_flag, data_root, finish, localsdg, run
from benchmarks.queries import query_figures, query_times

RELEASE = "2020-10-19"
PEAK_GB = 3.0
#: Rows may grow so many times and the time no more, beside what machines vary.
TO_ROWS = 1.0

_SERIES_COPY = """
import duckdb, sys
source, target, number = sys.argv[1:]
duckdb.sql(
    "copy (select * replace (\\"SeriesCode\\" || '_C' || $number as \\"SeriesCode\\") from read_csv($source, "
    "all_varchar = true, header = true, delim = ',', quote = '\\"', escape = '\\"', nullstr = '')) "
    f"to '{target}' (header, compression gzip)".replace("$number", f"'{number}'").replace("$source", f"'{source}'")
)
"""


def grown_home(folder: Path, source: Path, times: int, by: str) -> Path:
    """A home with so many times the rows of the file, by `releases` or by `series`."""
    files = [source]
    if by == "series":
        for number in range(2, times + 1):
            files.append(folder / f"copy{number:02d} {RELEASE}.csv.gz")
            run([sys.executable, "-c", _SERIES_COPY, source, files[-1], f"{number:02d}"])
    home = folder / "home"
    home_with(home, *files)
    if by == "releases":
        for number in range(1, times):
            _copy_release(home / "data" / "raw" / "unsd", date.fromisoformat(RELEASE) + timedelta(days=number))
    return home


def _copy_release(folder: Path, day: date) -> None:
    """The snapshot of the release under the name of another day; the file itself is on the disk once."""
    original, copy = folder / RELEASE, folder / day.isoformat()
    copy.mkdir()
    manifest = json.loads((original / "manifest.json").read_text(encoding="utf-8"))
    for file in manifest["files"]:
        os.link(original / file["name"], copy / file["name"])
    (copy / "manifest.json").write_text(json.dumps({**manifest, "release": day.isoformat()}), encoding="utf-8")


def rows_and_rejects(home: Path) -> tuple[int, int]:
    """Rows of UN observations that were read, and rejects of all sources."""
    sql = (
        "select sum(rows_in) filter (source = 'unsd' and not ends_with(file_name, '.json')) as n_rows, "
        "sum(rows_rejected) as n_rejected from audit.source_load"
    )
    (row,) = json.loads(localsdg("query", sql, "--format", "json", home=home).output)
    return int(row["n_rows"]), int(row["n_rejected"])


def build_figures(label: str, done: Run, rows: int, file_mb: float, command: str) -> list[Figure]:
    """Seconds, rows a second, memory and file of one build."""
    return [
        Figure(f"{label}: build", "s", [done.seconds], command=command),
        Figure(f"{label}: build, processor", "s", [done.cpu], command=command),
        Figure(f"{label}: rows a second", "", [rows / done.seconds], command=command),
        Figure(f"{label}: peak memory", "GB", [done.peak_gb], PEAK_GB, command=command),
        Figure(f"{label}: file", "MB", [file_mb], command=command),
    ]


def measure_size(times: int, by: str, memory: str, with_figures: bool) -> tuple[list[Figure], Run, int]:
    """Build and use one size; returns its figures, its build, its rows. Raises SystemExit for a rejected row."""
    command = f"python -m benchmarks.growth --sizes {times} --by {by} --memory {memory} --record"
    with tempfile.TemporaryDirectory(prefix="localsdg-bench-") as folder:
        home = grown_home(Path(folder), data_root() / SIZES["2020"], times, by)
        setting = {"LOCALSDG_MEMORY_LIMIT": memory}
        done = localsdg("build", "--force", "--no-bundled", *fresh_flag(), home=home, env=setting)
        print("\n".join(line for line in done.output.splitlines() if line.startswith("Time")), file=sys.stderr)
        rows, rejected = rows_and_rejects(home)
        if rejected:
            raise SystemExit(f"error: {rejected:,} of {rows:,} rows were rejected: the copies are not alike")
        label = f"{rows / 1e6:.1f} million rows by {by}"
        size = (home / "data" / "warehouse" / "localsdg.duckdb").stat().st_size / 1e6
        figures = build_figures(label, done, rows, size, command)
        figures += query_figures(query_times(home), f"{label}: ", command)
        if with_figures:
            for name, options in (("figures, deck and page", ()), ("page alone", ("--format", "html"))):
                drawn = localsdg("figures", *options, "--output", Path(folder) / name[:4], home=home, env=setting)
                figures.append(Figure(f"{label}: {name}", "s", [drawn.seconds], command=command))
    return figures, done, rows


def growth_figures(small: tuple[Run, int], large: tuple[Run, int], by: str, options: str) -> list[Figure]:
    """How many times the time grew, for each time that the rows grew: 1 where both grow alike."""
    (small_run, small_rows), (large_run, large_rows) = small, large
    rows = large_rows / small_rows
    label = f"{large_rows / 1e6:.1f} million rows by {by}"
    command = f"python -m benchmarks.growth {options} --record"
    note = f"from {small_rows:,} to {large_rows:,} rows"
    clock, processor = large_run.seconds / small_run.seconds / rows, large_run.cpu / small_run.cpu / rows
    return [
        Figure(f"{label}: growth of time / of rows", "", [clock], TO_ROWS, command=command, note=note),
        Figure(f"{label}: growth of processor time / of rows", "", [processor], command=command, note=note),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of each size; the exit code is 1 where a target is not reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[1, 3, 10, 30], help="how many times the rows")
    parser.add_argument("--by", choices=("releases", "series"), default="releases", help="what the copies differ in")
    parser.add_argument("--memory", default="2GB", help="LOCALSDG_MEMORY_LIMIT of the builds")
    parser.add_argument("--without-figures", action="store_true", help="leave out figures and page")
    add_record_flag(parser)
    given = parser.parse_args(arguments)
    figures, first = [], None
    for times in sorted(given.sizes):
        print(f"{times} times, by {given.by}", file=sys.stderr)
        of_size, done, rows = measure_size(times, given.by, given.memory, not given.without_figures)
        figures += of_size
        first = first or (done, rows)
        if rows > first[1]:
            options = f"--sizes {min(given.sizes)} {times} --by {given.by} --memory {given.memory}"
            figures += growth_figures(first, (done, rows), given.by, options)
    return finish("growth", figures, is_recorded=given.record)


if __name__ == "__main__":
    raise SystemExit(main())
