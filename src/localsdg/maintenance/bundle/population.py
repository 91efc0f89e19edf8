"""Make the bundled population: `python -m localsdg.maintenance.bundle.population ../shared/data/un`.

Takes the World Bank's series SP.POP.TOTL as `datasets/population` on GitHub
serves it (`population/population.csv`: Country Name, Country Code, Year, Value) and
keeps three columns of the countries of the M49 list and of the World, from 1990 on.
The Bank's own groups stay behind: a country is in several of them.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import shutil
from datetime import date
from pathlib import Path

from localsdg.common.csv_files import read_rows
from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import RESOURCES
from localsdg.maintenance.bundle.un_data import write_readme
from localsdg.registry.sources import sources
from localsdg.sources.snapshot import Snapshot, SnapshotWriter

#: The day of the commit from which the file was taken.
RELEASE = "2026-03-06"
ORIGIN = "World Bank SP.POP.TOTL, by way of github.com/datasets/population (commit 425fc44)"
COLUMNS = ["iso3", "year", "population"]
FIRST_YEAR = 1990
WORLD = "WLD"


def make_bundle(raw: Path, target: Path, *, release: str, made_on: str) -> Snapshot:
    """Write the population below `target`, replacing what is there of it; returns the snapshot.

    `raw` is a folder with `population/population.csv` and `m49/UNSD_m49.csv`.
    Raises `LocalsdgError` when one is absent or has other columns.
    """
    rows = population_rows(raw / "population" / "population.csv", countries(raw / "m49" / "UNSD_m49.csv"))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    source = sources()["population"]
    shutil.rmtree(target / "population", ignore_errors=True)
    with SnapshotWriter(
        target, "population", release, origin=ORIGIN, licence=source.licence, attribution=source.attribution
    ) as snapshot:
        packed = gzip.compress(out.getvalue().encode("utf-8"), compresslevel=9, mtime=0)
        snapshot.add("population.csv.gz", "population", packed, rows=len(rows), fetched_at=made_on)
    write_readme(target)
    return snapshot.commit()


def countries(path: Path) -> frozenset[str]:
    """ISO 3166-1 alpha-3 codes of the M49 export (semicolons, UTF-8)."""
    _require(path)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return frozenset(row["ISO-alpha3 Code"] for row in csv.DictReader(handle, delimiter=";")) - {""}


def population_rows(path: Path, known: frozenset[str]) -> list[tuple[str, int, int]]:
    """(iso3, year, persons) of the known countries and the World from `FIRST_YEAR` on, sorted."""
    _require(path)
    try:
        rows = [(row["Country Code"], int(row["Year"]), round(float(row["Value"]))) for row in read_rows(path)]
    except (KeyError, ValueError) as error:
        raise LocalsdgError(
            "the population file cannot be read",
            where=path,
            expected="the columns Country Code, Year and Value, with numbers in the last two",
            got=str(error),
            next_step="take the file as datasets/population serves it",
        ) from error
    return sorted(row for row in rows if row[1] >= FIRST_YEAR and (row[0] in known or row[0] == WORLD))


def _require(path: Path) -> None:
    if not path.is_file():
        raise LocalsdgError("a raw file is absent", where=path.parent, expected=path.name)


def main(argv: list[str] | None = None) -> None:
    """Command line of the module."""
    parser = argparse.ArgumentParser(prog="python -m localsdg.maintenance.bundle.population", description=__doc__)
    parser.add_argument("raw", type=Path, help="folder with population/ and m49/")
    parser.add_argument("--output", type=Path, default=RESOURCES / "data" / "raw" / "bundled")
    parser.add_argument("--release", default=RELEASE)
    parser.add_argument("--date", default=date.today().isoformat(), help="date of retrieval")
    args = parser.parse_args(argv)
    try:
        snapshot = make_bundle(args.raw, args.output, release=args.release, made_on=args.date)
    except LocalsdgError as error:
        raise SystemExit(f"error: {error}") from error
    file = snapshot.files[0]
    print(f"{file.rows:,} rows, {file.bytes / 1e3:.0f} kB in {snapshot.path}")


if __name__ == "__main__":
    main()
