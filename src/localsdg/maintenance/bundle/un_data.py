"""Make the UN's part of the bundle: `python -m localsdg.maintenance.bundle.un_data ../shared/data/un`.

Takes from a folder of raw UN files what the evidence needs, and writes it to
`data/raw/bundled/` as snapshots in the bulk layout, in Parquet, which is less
than half the size of gzipped CSV. Facts and figures only: footnotes, long
descriptions and addresses stay behind.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from localsdg.common.database import identifier, scalar, text
from localsdg.common.errors import LocalsdgError
from localsdg.common.scratch import scratch_folder
from localsdg.common.settings import RESOURCES
from localsdg.registry.dimensions import column_key
from localsdg.registry.evidence import evidence_series
from localsdg.registry.sources import sources
from localsdg.sources.snapshot import Snapshot, SnapshotWriter, iter_snapshots
from localsdg.sources.unsd.bulk_file import plain_csv
from localsdg.sources.unsd.workbook import read_workbook

#: Columns that hold prose or nothing that the warehouse keeps.
_LEFT_OUT = frozenset({"footnote", "geoinfourl", "seriesdescription", "timecoverage"})
#: What of a whole database goes into the bundle.
_KEPT = """"SeriesCode" in ({evidence}) or "Goal" = '1'"""
_KEPT_IN_WORDS = "the series of the evidence and of Goal 1, all areas and years"
_OPEN_NUMBERS = "UNSD's API, by way of open-numbers/ddf--unstats--sdg_indicators (commit {})"
_CC_BY = "CC BY 4.0, as the repository states; for the data themselves: {}"


@dataclass(frozen=True)
class Part:
    """One observation file of the bundle; `licence` is what the place states that it was taken from."""

    raw: str
    release: str
    name: str
    origin: str
    what: str = _KEPT_IN_WORDS
    condition: str = _KEPT
    licence: str = "{}"


PARTS = (
    Part(
        "newer/2023-12-17/2023-12-17.csv.gz",
        "2023-12-17",
        "evidence_series.parquet",
        _OPEN_NUMBERS.format("e0117e9"),
        licence=_CC_BY,
    ),
    Part(
        "newer/2022-07-10/2022-07-10.csv.gz",
        "2022-07-10",
        "evidence_series.parquet",
        _OPEN_NUMBERS.format("44c4bcb"),
        licence=_CC_BY,
    ),
    Part(
        "newer/2022-04-03/se_tot_cplr_2022-04-03.csv.gz",
        "2022-04-03",
        "school_completion.parquet",
        _OPEN_NUMBERS.format("5f2824f"),
        "school completion (SE_TOT_CPLR), which the two later databases lack",
        licence=_CC_BY,
    ),
    Part(
        "bulk/2020-10-19.csv.gz",
        "2020-10-19",
        "evidence_series.parquet",
        "UNSD, by way of Gapminder's open-numbers (commit 1bfae15)",
    ),
    Part(
        "bulk/2019.Q3.G.01.csv.gz",
        "2019.Q3.G.01",
        "goal_1.parquet",
        "UNSD's repository FIS4SDGs_New (commit b3a75ed)",
        "the series of Goal 1",
        "\"Goal\" = '1'",
    ),
    Part(
        "bulk/2019.Q2.G.01.csv.gz",
        "2019.Q2.G.01",
        "goal_1.parquet",
        "UNSD's repository FIS4SDGs_New (commit b3a75ed)",
        "the series of Goal 1",
        "\"Goal\" = '1'",
    ),
    Part(
        "newer/2025-07/goal13_2025-07.xlsx",
        "2025-07",
        "disasters.parquet",
        "download of the UNSD data portal, July 2025, by way of enocknyabuto126/sdg-flood-prediction (commit aa987f6)",
        "disasters and national strategies against them, to 2024",
        "true",
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
    _write_lists(raw, target, made_on)
    with _writer(target, "m49", _M49_RELEASE, "UNSD's M49 export, April 2024") as writer:
        content = (raw / "m49" / "UNSD_m49.csv").read_bytes()
        writer.add("m49.csv", "m49", content, fetched_at=made_on)
    return [one for one in write_readme(target) if one.source in OWN]


def write_readme(target: Path) -> list[Snapshot]:
    """Write the README over all parts that stand below `target`; returns their snapshots."""
    snapshots = list(iter_snapshots(target))
    (target / "README.md").write_text(_readme(snapshots), encoding="utf-8")
    return snapshots


def _writer(target: Path, source_id: str, release: str, origin: str, licence: str = "{}") -> SnapshotWriter:
    source = sources()[source_id]
    return SnapshotWriter(
        target,
        source_id,
        release,
        origin=origin,
        licence=licence.format(source.licence),
        attribution=source.attribution,
    )


def _write_part(raw: Path, target: Path, part: Part, made_on: str) -> None:
    condition = part.condition.format(evidence=", ".join(map(text, sorted(evidence_series()))))
    with scratch_folder() as folder:
        packed = folder / part.name
        rows = _filtered(raw / part.raw, condition, packed)
        with _writer(target, "unsd", part.release, part.origin, part.licence) as writer:
            extra = {"what": part.what}
            writer.add(part.name, "bulk_parquet", packed.read_bytes(), rows=rows, fetched_at=made_on, extra=extra)
            for name, (role, entries) in (_main_lists(raw) if part is PARTS[0] else {}).items():
                _add_list(writer, name, role, entries, made_on)


def _filtered(path: Path, condition: str, target: Path) -> int:
    """Write the rows that meet the condition, without columns that are empty or prose; returns their number.

    All columns are texts, as served, and the rows are in one order, so that the
    same raw file gives the same bytes.
    """
    import duckdb

    con = duckdb.connect()
    if path.suffix == ".xlsx":
        con.register("raw_rows", read_workbook(path))
        con.execute(f"create table kept as select * from raw_rows where {condition}")
    else:
        plain = plain_csv(path, target.with_suffix(".csv"))
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
    # what repeats most stands first, the year last: neighbours that are alike take little space
    first = [c for c in ("SeriesCode", "Indicator", "GeoAreaCode") if c in used]
    inner = [c for c in used if c not in (*first, "TimePeriod", "Value", "UpperBound", "LowerBound")]
    order = [*first, *inner, "TimePeriod", "Value"]
    blanks_as_null = [f"nullif({identifier(c)}, '') as {identifier(c)}" for c in used]
    con.execute(
        f"copy (select {', '.join(blanks_as_null)} "
        f"from kept order by {', '.join(map(identifier, order))}) "
        f"to {text(target)} (format parquet, compression zstd, compression_level 19, row_group_size 61440)"
    )
    rows = scalar(con, "select count(*) from kept")
    con.close()
    return rows


def _write_lists(raw: Path, target: Path, made_on: str) -> None:
    origin = "recorded answers of the UNSD API, by way of open-word/Q (MIT)"
    payloads = raw / "payloads" / _LISTS_RELEASE
    with _writer(target, "unsd", _LISTS_RELEASE, origin) as writer:
        for name, (role, fields) in _LISTS.items():
            body = json.loads((payloads / f"{name}.json").read_text(encoding="utf-8"))
            kept = body if fields is None else [{f: one[f] for f in fields} for one in body]
            _add_list(writer, f"{name}.json", role, kept, made_on, counted=fields is not None)


def _main_lists(raw: Path) -> dict[str, tuple[str, list[dict]]]:
    """The lists of the main release in the shape of the service's: file name -> role and entries.

    The list that was kept names one indicator a series; all that it serves are those under which
    the database files it.
    """
    import duckdb

    main = PARTS[0].release
    folder = raw / "newer" / main
    served = duckdb.execute(
        'select "SeriesCode", list_sort(list(distinct "Goal")), list_sort(list(distinct "Target")), '
        'list_sort(list(distinct "Indicator")) from read_csv(?, all_varchar = true) group by 1',
        [str(raw / PARTS[0].raw)],
    ).fetchall()
    filed = {code: lists for code, *lists in served}
    series = []
    for row in _rows(folder / f"series_list_{main}.csv"):
        lists = filed.get(row["name"], [[row["goal"]], [row["target"]], [row["indicator"]]])
        given = dict(zip(("goal", "target", "indicator"), lists, strict=True))
        series.append({**given, "release": main, "code": row["name"], "description": row["description"]})
    areas = [
        {"geoAreaCode": row["geo_area"], "geoAreaName": row["name"]}
        for row in _rows(folder / f"geo_area_list_{main}.csv")
    ]
    return {"Series_List.json": ("series_list", series), "GeoArea_List.json": ("area_list", areas)}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _add_list(
    writer: SnapshotWriter, name: str, role: str, entries: list, made_on: str, *, counted: bool = True
) -> None:
    content = json.dumps(entries, ensure_ascii=False, separators=(",", ":")) + "\n"
    writer.add(name, role, content.encode("utf-8"), rows=len(entries) if counted else None, fetched_at=made_on)


def _readme(snapshots: list[Snapshot]) -> str:
    lines = [
        "# The bundle",
        "",
        "What `localsdg run` builds from when nothing else was pulled. Facts and figures only:",
        "footnotes, long descriptions and wording of targets were left out. Do not edit by hand: each",
        "command replaces its own part and this page.",
        "",
        "- `unsd`, `m49`: `python -m localsdg.maintenance.bundle.un_data FOLDER_OF_RAW_UN_FILES`",
        "- `population`: `python -m localsdg.maintenance.bundle.population FOLDER_OF_RAW_UN_FILES`",
        "- `reviews`: `python -m localsdg.maintenance.bundle.reviews FACTS.csv --release RELEASE`",
        "- `actions`: `python -m localsdg.maintenance.bundle.actions FOLDER_OF_RAW_FILES`; the manifest of a",
        "  register counts what was left out: rows that are no action, prose, telephone numbers",
        "- `opensdg`: `python -m localsdg.maintenance.bundle.local_sites FOLDER_OF_SITES …`; `left_out.json`",
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
