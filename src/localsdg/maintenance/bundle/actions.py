"""Make the bundled registers of actions: `python -m localsdg.maintenance.bundle.actions FOLDER_OF_RAW_FILES`.

Takes the registers that `registers.toml` lists, as they were downloaded, and
writes each in the contract of actions to `data/raw/bundled/actions/<as of>/`:
ids, titles, who leads and takes part, years, countries, declared goals and
targets, addresses and languages. Facts only: descriptions and other prose stay
behind, and so do e-mail addresses and telephone numbers. What was left out is
counted in the manifest.

Years, goals, countries and kinds of a lead stay in the register's own words:
the contract reads them where the file is staged, and counts what it cannot read.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import shutil
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from localsdg.common.csv_files import read_rows
from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import RESOURCES
from localsdg.maintenance.bundle.register_facts import Row, cdp_targets, los_angeles, ocean_commitments, un_partnerships
from localsdg.maintenance.bundle.register_text import facts_only
from localsdg.maintenance.bundle.un_data import write_readme
from localsdg.sources.snapshot import Snapshot, SnapshotWriter, iter_snapshots

REGISTERS_TOML = Path(__file__).with_name("registers.toml")
SOURCE = "actions"
COLUMNS = (
    "action_id",
    "title",
    "lead",
    "lead_kind",
    "local_government",
    "country",
    "kind",
    "year",
    "end_year",
    "partners",
    "sdgs",
    "url",
    "language",
)
#: Columns in which people write freely.
_FREE = ("title", "lead", "local_government", "partners")
_READERS: dict[str, Callable[[list[Row], Counter[str]], list[Row]]] = {
    "un-partnerships": un_partnerships,
    "ocean-commitments": ocean_commitments,
    "los-angeles-review-2021": los_angeles,
    "cdp-city-targets-2021": cdp_targets,
}


@dataclass(frozen=True)
class Register:
    """One register: who keeps it and on which terms; `raw` is its file below the folder of raw files."""

    dataset: str
    raw: str
    as_of: str
    title: str
    publisher: str
    licence: str
    attribution: str
    homepage: str
    origin: str
    is_self_selected: bool
    n_in_register: int

    def facts(self) -> dict[str, object]:
        """What the manifest states of the file."""
        return {name: value for name, value in asdict(self).items() if name != "raw"}


def registers() -> list[Register]:
    """The registers of `registers.toml`, in its order."""
    listed = tomllib.loads(REGISTERS_TOML.read_text(encoding="utf-8"))
    return [Register(dataset, **facts) for dataset, facts in listed.items()]


def make_bundle(raw: Path, target: Path) -> list[Snapshot]:
    """Write every register below `target`, replacing those that are there; returns their snapshots.

    `raw` is a folder with a folder a register. Raises `LocalsdgError` when a
    file is absent or lacks a column.
    """
    for register in registers():
        if not (raw / register.raw).is_file():
            raise LocalsdgError("a raw file is absent", where=raw, expected=register.raw)
    made = [(register, *register_rows(register, raw)) for register in registers()]
    shutil.rmtree(target / SOURCE, ignore_errors=True)
    for register, rows, left_out in made:
        _write(register, rows, left_out, target)
    write_readme(target)
    return list(iter_snapshots(target, SOURCE))


def register_rows(register: Register, raw: Path) -> tuple[list[Row], Counter[str]]:
    """The facts of a register, in the order of its file, and what was left out, by kind."""
    left_out: Counter[str] = Counter()
    try:
        rows = _READERS[register.dataset](_raw_rows(raw / register.raw), left_out)
    except KeyError as error:
        raise LocalsdgError(
            "a raw file lacks a column",
            where=register.raw,
            expected=str(error.args[0]),
            next_step="take the file as its origin serves it",
        ) from error
    for row in rows:
        row.update({name: facts_only(row.get(name, ""), left_out, is_list=name == "partners") for name in _FREE})
    return rows, left_out


def _raw_rows(path: Path) -> list[Row]:
    if path.suffix != ".gz":
        return read_rows(path)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _write(register: Register, rows: list[Row], left_out: Counter[str], target: Path) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with SnapshotWriter(
        target,
        SOURCE,
        register.as_of,
        origin=register.origin,
        licence=register.licence,
        attribution=register.attribution,
    ) as snapshot:
        snapshot.add(
            f"{register.dataset}.csv.gz",
            SOURCE,
            gzip.compress(out.getvalue().encode("utf-8"), compresslevel=9, mtime=0),
            rows=len(rows),
            fetched_at=register.as_of,
            extra={**register.facts(), "left_out": dict(sorted(left_out.items()))},
        )
        snapshot.commit()


def main(argv: list[str] | None = None) -> None:
    """Command line of the module."""
    parser = argparse.ArgumentParser(prog="python -m localsdg.maintenance.bundle.actions", description=__doc__)
    parser.add_argument("raw", type=Path, help="folder with " + ", ".join(one.raw for one in registers()))
    parser.add_argument("--output", type=Path, default=RESOURCES / "data" / "raw" / "bundled")
    args = parser.parse_args(argv)
    try:
        snapshots = make_bundle(args.raw, args.output)
    except LocalsdgError as error:
        raise SystemExit(f"error: {error}") from error
    for file in (file for snapshot in snapshots for file in snapshot.files):
        print(f"{file.name}: {file.rows:,} records, {file.bytes / 1e3:.0f} kB; left out: {file.extra['left_out']}")


if __name__ == "__main__":
    main()
