"""Make the UN's part of the bundle: `python -m localsdg.maintenance.bundle.un_data ../shared/data/un`.

Takes from a folder of raw UN files what the evidence needs, and writes it to
`data/raw/bundled/` as snapshots in the bulk layout, so that one staging path
reads everything. Facts and figures only: footnotes, long descriptions and
addresses stay behind.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from localsdg.common.database import scalar, text
from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import RESOURCES
from localsdg.registry.dimensions import column_key
from localsdg.registry.evidence import evidence_series
from localsdg.registry.sources import sources
from localsdg.sources.snapshot import Snapshot, SnapshotWriter, iter_snapshots
from localsdg.sources.unsd.bulk_file import plain_csv
from localsdg.sources.unsd.workbook import read_workbook

_LOCAL_DRR = ("SG_DSR_LGRGSR", "SG_DSR_SFDRR", "SG_DSR_SILN", "SG_DSR_SILS", "SG_GOV_LOGV")
#: Columns that hold prose or nothing that the warehouse keeps.
_LEFT_OUT = frozenset({"footnote", "geoinfourl", "seriesdescription", "timecoverage"})


@dataclass(frozen=True)
class Part:
    """One observation file of the bundle."""

    raw: str
    release: str
    name: str
    condition: str
    origin: str
    what: str


PARTS = (
    Part(
        "bulk/2020-10-19.csv.gz",
        "2020-10-19",
        "evidence_series.csv.gz",
        '"SeriesCode" in ({evidence})',
        "UNSD, by way of Gapminder's open-numbers (commit 1bfae15)",
        "every series that the evidence names, all areas and years",
    ),
    Part(
        "bulk/2019.Q2.G.01.csv.gz",
        "2019.Q2.G.01",
        "goal_1.csv.gz",
        "\"Goal\" = '1'",
        "UNSD's repository FIS4SDGs_New (commit b3a75ed)",
        "the series of Goal 1",
    ),
    Part(
        "bulk/2019.Q3.G.01.csv.gz",
        "2019.Q3.G.01",
        "goal_1.csv.gz",
        "\"Goal\" = '1'",
        "UNSD's repository FIS4SDGs_New (commit b3a75ed)",
        "the series of Goal 1",
    ),
    Part(
        "portal/goal13_2022-07_all_groupings.xlsx",
        "2022-07",
        "local_risk_reduction.csv.gz",
        '"SeriesCode" in ({local_drr})',
        "download of the UNSD data portal, July 2022",
        "local and national disaster risk reduction strategies",
    ),
)

#: The sources that this command writes; others of the bundle stay as they are.
OWN = ("unsd", "m49")
#: File of the service -> role and the fields that are facts.
_LISTS = {
    "Goal_List": ("goal_list", ("code", "title")),
    "Target_List": ("target_list", ("goal", "code", "title")),
    "Indicator_List": ("indicator_list", ("goal", "target", "code", "description", "tier")),
    "Series_List": ("series_list", ("goal", "target", "indicator", "release", "code", "description")),
    "GeoArea_List": ("area_list", ("geoAreaCode", "geoAreaName")),
    "GeoArea_Tree": ("area_tree", None),
}
_LISTS_RELEASE = "2022.Q2.G.02"
_M49_RELEASE = "2024-04"


def make_bundle(raw: Path, target: Path, made_on: str) -> list[Snapshot]:
    """Write the UN's part of the bundle below `target`, replacing what is there of it.

    `made_on` is an ISO date, kept as the date of retrieval. Raises
    `LocalsdgError` when a raw file is absent.
    """
    for one in [part.raw for part in PARTS] + ["m49/UNSD_m49.csv"]:
        if not (raw / one).exists():
            raise LocalsdgError("a raw file is absent", where=raw, expected=one)
    for source in OWN:
        shutil.rmtree(target / source, ignore_errors=True)
    for part in PARTS:
        _write_part(raw, target, part, made_on)
    _write_lists(raw / "payloads" / _LISTS_RELEASE, target, made_on)
    with _writer(target, "m49", _M49_RELEASE, "UNSD's M49 export, April 2024") as writer:
        content = (raw / "m49" / "UNSD_m49.csv").read_bytes()
        writer.add("m49.csv", "m49", content, fetched_at=made_on)
    return [one for one in write_readme(target) if one.source in OWN]


def write_readme(target: Path) -> list[Snapshot]:
    """Write the README over all parts that stand below `target`; returns their snapshots."""
    snapshots = list(iter_snapshots(target))
    (target / "README.md").write_text(_readme(snapshots), encoding="utf-8")
    return snapshots


def _writer(target: Path, source_id: str, release: str, origin: str) -> SnapshotWriter:
    source = sources()[source_id]
    return SnapshotWriter(
        target,
        source_id,
        release,
        origin=origin,
        licence=source.licence,
        attribution=source.attribution,
    )


def _write_part(raw: Path, target: Path, part: Part, made_on: str) -> None:
    condition = part.condition.format(
        evidence=", ".join(map(text, sorted(evidence_series()))), local_drr=", ".join(map(text, _LOCAL_DRR))
    )
    body, rows = _filtered(raw / part.raw, condition)
    with _writer(target, "unsd", part.release, part.origin) as writer:
        packed = gzip.compress(body, compresslevel=9, mtime=0)
        writer.add(part.name, "bulk_csv", packed, rows=rows, fetched_at=made_on, extra={"what": part.what})


def _filtered(path: Path, condition: str) -> tuple[bytes, int]:
    """The rows that meet the condition, as CSV, without columns that are empty or prose."""
    import tempfile

    import duckdb

    with tempfile.TemporaryDirectory(prefix="localsdg-") as folder:
        con = duckdb.connect()
        if path.suffix == ".xlsx":
            con.register("raw_rows", read_workbook(path))
            con.execute(f"create table kept as select * from raw_rows where {condition}")
        else:
            plain = plain_csv(path, Path(folder) / "plain.csv")
            con.execute(
                f"create table kept as select * from read_csv({text(plain.path)}, "
                f"all_varchar = true, nullstr = '', quote = '\"', escape = '\"') where {condition}"
            )
        columns = [c[0] for c in con.execute("select * from kept limit 0").description]
        used = [
            c
            for c in columns
            if column_key(c) not in _LEFT_OUT
            and scalar(con, f"select count(*) from kept where nullif(\"{c}\", '') is not null")
        ]
        rows = con.execute("select " + ", ".join(f"coalesce(\"{c}\", '')" for c in used) + " from kept").fetchall()
        con.close()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(used)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8"), len(rows)


def _write_lists(payloads: Path, target: Path, made_on: str) -> None:
    origin = "recorded answers of the UNSD API, by way of open-word/Q (MIT)"
    with _writer(target, "unsd", _LISTS_RELEASE, origin) as writer:
        for name, (role, fields) in _LISTS.items():
            body = json.loads((payloads / f"{name}.json").read_text(encoding="utf-8"))
            kept = body if fields is None else [{f: one[f] for f in fields} for one in body]
            content = json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n"
            rows = None if fields is None else len(kept)
            writer.add(f"{name}.json", role, content.encode("utf-8"), rows=rows, fetched_at=made_on)


def _readme(snapshots: list[Snapshot]) -> str:
    lines = [
        "# The bundle",
        "",
        "What `localsdg run` builds from when nothing else was pulled. Facts and figures only:",
        "footnotes, long descriptions and wording of targets were left out. Do not edit by hand: each",
        "command replaces its own part and this page.",
        "",
        "- `unsd`, `m49`: `python -m localsdg.maintenance.bundle.un_data FOLDER_OF_RAW_UN_FILES`",
        "- `reviews`: `python -m localsdg.maintenance.bundle.reviews FACTS.csv`",
        "- `opensdg`: `python -m localsdg.maintenance.bundle.local_sites FOLDER_OF_SITES`; `left_out.json`",
        "  lists the data files that a rule left out, whose rows are not here",
        "",
        "Every folder has a `manifest.json` with the sha256 of each file, its origin and its terms.",
        "",
        "| source | release | file | rows | bytes | origin |",
        "| --- | --- | --- | ---: | ---: | --- |",
    ]
    for snapshot in snapshots:
        for file in snapshot.files:
            rows = "" if file.rows is None else f"{file.rows:,}"
            lines.append(
                f"| {snapshot.source} | {snapshot.release} | {file.name} | {rows} "
                f"| {file.bytes:,} | {snapshot.origin} |"
            )
    lines += ["", "Terms and citation:", ""]
    for source_id in dict.fromkeys(snapshot.source for snapshot in snapshots):
        source = sources()[source_id]
        lines.append(f"- **{source.name}**: {source.licence}. Cite: {source.attribution}.")
        lines += [
            f"  - {one.release}: {one.licence}. Cite: {one.attribution}."
            for one in snapshots
            if one.source == source_id and one.licence != source.licence
        ]
    return "\n".join(lines) + "\n"


def main(argv: list[str] | None = None) -> None:
    """Command line of the module."""
    parser = argparse.ArgumentParser(prog="python -m localsdg.maintenance.bundle.un_data", description=__doc__)
    parser.add_argument("raw", type=Path, help="folder with bulk/, portal/, payloads/ and m49/")
    parser.add_argument("--output", type=Path, default=RESOURCES / "data" / "raw" / "bundled")
    parser.add_argument("--date", default=date.today().isoformat(), help="date of retrieval")
    args = parser.parse_args(argv)
    try:
        snapshots = make_bundle(args.raw, args.output, args.date)
    except LocalsdgError as error:
        raise SystemExit(f"error: {error}") from error
    size = sum(file.bytes for snapshot in snapshots for file in snapshot.files)
    print(f"{len(snapshots)} snapshots, {size / 1e6:.1f} MB in {args.output}")


if __name__ == "__main__":
    main()
