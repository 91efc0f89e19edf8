"""Make the bundled register: `python -m localsdg.maintenance.bundle.reviews FACTS.csv`.

Takes a register of reviews and writes it in the project's own contract to
`data/raw/bundled/reviews/<release>/reviews.csv`: names, years, codes, kinds,
languages, addresses, and on what country and year rest. Remarks stay behind,
but for what they say of a contradiction.
"""

from __future__ import annotations

import argparse
import csv
import io
import shutil
from datetime import date
from pathlib import Path

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import RESOURCES
from localsdg.maintenance.bundle.un_data import write_readme
from localsdg.sources.records.action_cells import split_urls
from localsdg.sources.records.checks import check_reviews
from localsdg.sources.records.contract import REVIEWS, BrokenRecords
from localsdg.sources.records.files import read_records
from localsdg.sources.records.intake import ATTRIBUTION, LICENCE, review_rows
from localsdg.sources.records.review_merge import Merged, merge_reviews
from localsdg.sources.snapshot import Snapshot, SnapshotWriter, read_snapshot

#: The month in which the register was taken over: it states no date of its own.
RELEASE = "2026-11"
ORIGIN = "public listings of reviews (UN DESA, UN-Habitat, IGES VLR Lab, Local2030 and others)"
#: Where a later register comes from, by its release.
ORIGINS = {"2026-11-27": "pages of the governments and of observatories, named in each row"}
COLUMNS = [name for name in REVIEWS.column_names if name not in ("title", "n_urls", "note")]
#: What the remarks say of contradictions, as facts: (government, year) -> what another source says.
CONFLICTS = {
    ("Kelowna", "2021"): "review_year 2018 (bccic.ca)",
    ("Kitakyushu", "2018"): "sdgs_covered 5;7;8;9;12;17 (UCLG learning module 3)",
}


def make_bundle(facts: Path, target: Path, *, release: str, made_on: str) -> tuple[Snapshot, Merged]:
    """Write the register below `target`, replacing it; returns it and how its rows join.

    Raises `LocalsdgError` when the file breaks the contract, or a remark reports
    a contradiction that `CONFLICTS` does not have.
    """
    records = read_records(facts, REVIEWS)
    faults = records.header + records.unreadable + check_reviews(records.frame)
    if faults:
        raise BrokenRecords("the register breaks the contract", faults, where=facts.name, got=faults[0])
    rows = [_row(cells) for cells in records.frame.to_dict("records")]
    rows.sort(key=lambda row: [row[n] for n in ("iso3", "local_government", "review_year", "kind", "url")])
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    if read_snapshot(target / "reviews" / release):
        shutil.rmtree(target / "reviews" / release)
    with SnapshotWriter(
        target, "reviews", release, origin=ORIGINS.get(release, ORIGIN), licence=LICENCE, attribution=ATTRIBUTION
    ) as snapshot:
        snapshot.add("reviews.csv", "reviews", out.getvalue().encode("utf-8"), rows=len(rows), fetched_at=made_on)
    write_readme(target)
    written = snapshot.commit()
    frame = read_records(written.file_path(written.files[0]), REVIEWS).frame
    return written, merge_reviews(review_rows(frame, ()))


def _row(cells: dict[str, str]) -> dict[str, str]:
    row = {name: " ".join(cells[name].split()) for name in COLUMNS}
    row["url"] = " ".join(split_urls(cells["url"]))
    row["alt_urls"] = " ".join(split_urls(cells["alt_urls"]))
    row["conflict"] = CONFLICTS.get((row["local_government"], row["review_year"]), row["conflict"])
    if "CONFLICT" in cells["note"] and not row["conflict"]:
        raise LocalsdgError(
            "a remark reports a contradiction",
            where=f"{row['local_government']} {row['review_year']}",
            expected="an entry in CONFLICTS",
            got=cells["note"],
        )
    return row


def main(argv: list[str] | None = None) -> None:
    """Command line of the module."""
    parser = argparse.ArgumentParser(prog="python -m localsdg.maintenance.bundle.reviews", description=__doc__)
    parser.add_argument("facts", type=Path, help="a register in the contract, CSV, xlsx or JSON lines")
    parser.add_argument("--output", type=Path, default=RESOURCES / "data" / "raw" / "bundled")
    parser.add_argument("--release", default=RELEASE)
    parser.add_argument("--date", default=date.today().isoformat(), help="date on which it was taken over")
    args = parser.parse_args(argv)
    try:
        snapshot, merged = make_bundle(args.facts, args.output, release=args.release, made_on=args.date)
    except LocalsdgError as error:
        for fault in getattr(error, "faults", []):
            print(fault)
        raise SystemExit(f"error: {error}") from error
    file = snapshot.files[0]
    print(f"{file.rows} rows, {merged.n_reviews} reviews, {file.bytes / 1e3:.0f} kB in {snapshot.path}")
    for conflict in merged.conflicts:
        print(f"conflict: {conflict}")


if __name__ == "__main__":
    main()
