"""UN observation files -> `staging.observation`; one that cannot be read is set aside."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from localsdg.common.context import RunContext
from localsdg.common.database import in_order, insert_rows, joins_as_written, scalar, text
from localsdg.common.errors import LocalsdgError
from localsdg.common.scratch import scratch_folder
from localsdg.common.unpacking import UNREADABLE_GZIP
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.sources.unsd.bulk_file import snapshot_csv
from localsdg.sources.unsd.bulk_layout import read_layout
from localsdg.sources.unsd.parquet_file import read_parquet
from localsdg.sources.unsd.workbook import read_sheet
from localsdg.staging.ledger import Load, SetAside, record, set_aside
from localsdg.staging.official import observations as official
from localsdg.staging.unsd import columns as unsd_columns
from localsdg.staging.unsd import pages
from localsdg.staging.unsd.rejected_rows import reject_rows
from localsdg.staging.unsd.set_aside import refuse_misread, unknown_multipliers, unreadable, unusable
from localsdg.staging.unsd.source_rows import bulk_select, create_clean_macros, csv_reader, needs_cleaning

SOURCE = "unsd"
OBSERVATION_ROLES = ("bulk_csv", "bulk_parquet", "portal_xlsx", "series_data")
#: What a reader raises for a file that is not what it should be. Not memory or disk that ran out.
_UNREADABLE: tuple[type[Exception], ...] = (
    LocalsdgError,
    duckdb.InvalidInputException,
    duckdb.ConversionException,
    UnicodeDecodeError,
    *UNREADABLE_GZIP,
    csv.Error,
)

#: Text to number: plain and scientific notation, and thousands commas. Not
#: NaN or inf, which a cast would let through; not 24,64, which is no number.
#: `scaled` multiplies by a power of ten in the text, so that 0.29 hundreds are 29 and not
#: 28.999999999999996.
_NUMBER_MACROS = """
create or replace temp macro as_number(t) as case
    when isfinite(try_cast(t as double)) and t not like '%\\_%' escape '\\' then try_cast(t as double)
    when regexp_full_match(t, '[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?')
        then try_cast(replace(t, ',', '') as double)
end;
create or replace temp macro scaled(t, power) as case
    when coalesce(power, 0) = 0 then as_number(t)
    when as_number(t) is null then null
    when isfinite(try_cast(replace(t, ',', '') || 'e' || power as double))
        then try_cast(replace(t, ',', '') || 'e' || power as double)
    when isfinite(as_number(t) * pow(10, power)) then as_number(t) * pow(10, power)
end;
"""
#: Columns of the staging table that `finish` reads and then drops.
_PASSING = {
    "rule_id": "varchar",
    "row_key": "varchar",
    "multiplier_text": "varchar",
    "n_cleaned": "integer",
}


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty staging tables, the registry's lookup tables and the number parser."""
    official.prepare(con)
    for name, kind in _PASSING.items():
        con.execute(f"alter table staging.observation add column {name} {kind}")
    con.execute("create temp table listed_column (release varchar, column_name varchar, column_kind varchar)")
    con.execute(_NUMBER_MACROS)
    create_clean_macros(con)


def stage_observations(context: RunContext, snapshot: Snapshot) -> list[Load]:
    """Stage every observation file of a snapshot; returns a `Load` for each that could be read.

    A file that cannot be read, or of which no row can be used, is set aside
    and named. Raises `LocalsdgError` when rows are unaccounted for.
    """
    con, run_id = context.con, context.run_id
    rows_in: dict[str, int] = {}
    bad_lines: dict[str, int] = {}
    aside: list[SetAside] = []
    files = snapshot.with_role(*OBSERVATION_ROLES)
    insert_rows(
        con,
        "staging.source_file",
        [
            {
                "dataset_id": SOURCE,
                "release": snapshot.release,
                "snapshot_sha256": file.sha256,
                "file_name": file.name,
                "is_limited": bool(file.extra.get("areas") or file.extra.get("years")),
                "fetched_at": file.fetched_at or snapshot.fetched_at,
            }
            for file in files
        ],
    )
    readers = {"bulk_csv": _stage_csv, "bulk_parquet": _stage_parquet, "portal_xlsx": _stage_workbook}
    for file in snapshot.with_role(*readers):
        try:
            rows_in[file.sha256], bad_lines[file.sha256] = readers[file.role](context, snapshot, file)
        except _UNREADABLE as error:
            con.execute("drop table if exists csv_errors; drop table if exists csv_scans")
            aside.append(unreadable(snapshot, file, error))
    rows_in |= _stage_pages(context, snapshot, aside)
    aside += refuse_misread(con, snapshot)
    loads = [
        _load(snapshot, file, counts, rows_in[file.sha256], bad_lines.get(file.sha256, 0))
        for counts in [_counts(con, snapshot)]
        for file in files
        if file.sha256 in rows_in
    ]
    misread = {item.set_aside_name for item in aside}
    aside += [
        unusable(snapshot, one) for one in loads if one.rows_in and not one.rows_out and one.file_name not in misread
    ]
    con.execute("update audit.reject set run_id = ? where run_id = ''", [run_id])
    set_aside(con, run_id, aside)
    return [record(con, run_id, load) for load in loads]


def finish(context: RunContext) -> None:
    """When all UN files are in: rejects, and columns that the registry does not know."""
    con, run_id = context.con, context.run_id
    aside = unknown_multipliers(con)
    _count_cleaned(con)
    _move_rejects(con, run_id)
    unsd_columns.decide(con)
    set_aside(con, run_id, aside)


def _stage_csv(context: RunContext, snapshot: Snapshot, file: FileRecord) -> tuple[int, int]:
    """Read a bulk CSV; returns its records, and the lines that have other columns.

    One that was looked at when it was taken in is read as it is, unpacked: its
    records were counted then, by other code than DuckDB's, and its hash shows
    that it is the same file. All others are cleaned and counted first.
    """
    con, where = context.con, f"{snapshot.release}/{file.name}"
    path = snapshot.file_path(file)
    with scratch_folder() as folder:
        plain = snapshot_csv(path, folder / "plain.csv", rows=file.rows, extra=file.extra, where=where)
        layout = _layout(con, snapshot, file, plain.header)
        rows = bulk_select(csv_reader(plain.path, plain.header), layout, file.sha256, clean=needs_cleaning(plain.path))
        with in_order(con):  # a plain file is read by several threads
            _insert(context, rows, snapshot)
        bad_lines = _reject_lines(con, snapshot, file)
    bad_lines += reject_rows(con, SOURCE, snapshot.release, file.name, plain.rejected)
    return plain.n_records, bad_lines


def _stage_parquet(context: RunContext, snapshot: Snapshot, file: FileRecord) -> tuple[int, int]:
    """Read a bulk file in Parquet; returns its records, and that no line is bad.

    Its records were counted when it was taken in; where its footer says another number, it is refused.
    """
    where = f"{snapshot.release}/{file.name}"
    parquet = read_parquet(snapshot.file_path(file), where=where)
    if parquet.n_records != file.rows:
        raise LocalsdgError(
            "the file has another number of records than the manifest lists",
            where=where,
            expected=f"{file.rows} records",
            got=parquet.n_records,
            next_step=f"localsdg pull forget {snapshot.release} --file {file.name}",
        )
    layout = _layout(context.con, snapshot, file, parquet.header)
    _insert(context, bulk_select(parquet.relation, layout, file.sha256), snapshot)
    return parquet.n_records, 0


def _stage_workbook(context: RunContext, snapshot: Snapshot, file: FileRecord) -> tuple[int, int]:
    """Read a workbook; returns its records, and those that were rejected while it was read."""
    con = context.con
    sheet = read_sheet(snapshot.file_path(file), where=f"{snapshot.release}/{file.name}")
    layout = _layout(con, snapshot, file, list(sheet.frame.columns))
    con.register("workbook_rows", sheet.frame)
    try:
        _insert(context, bulk_select("workbook_rows", layout, file.sha256), snapshot)
    finally:
        con.unregister("workbook_rows")
    rejected = reject_rows(con, SOURCE, snapshot.release, file.name, sheet.rejected)
    return sheet.n_records, rejected


def _layout(con, snapshot: Snapshot, file: FileRecord, header: list[str]):
    """The file's columns; a dimension that the user accepted is one in the whole release."""
    accepted = frozenset(file.extra.get("accept_dimensions", ()))
    layout = read_layout(header, where=f"{snapshot.release}/{file.name}", accept=accepted)
    for name in sorted(accepted):
        con.execute("insert into listed_column values (?, ?, 'dimension')", [snapshot.release, name])
    return layout


def _stage_pages(context: RunContext, snapshot: Snapshot, aside: list[SetAside]) -> dict[str, int]:
    """Read the JSON answers in batches; a batch that fails is read page by page."""
    con = context.con
    files = {file.sha256: file for file in snapshot.with_role("series_data")}
    rows: dict[str, int] = {}
    listed: dict[str, str] = {}
    todo = [pages.Page(snapshot.file_path(file), sha, file.bytes) for sha, file in files.items()]
    with pages.reading(con, todo), scratch_folder() as folder:
        queue = list(pages.batches(todo))
        while queue:
            batch = queue.pop(0)
            try:
                counts = _stage_batch(context, snapshot, batch, files)
            except _UNREADABLE as error:
                if len(batch) > 1:
                    queue = [[page] for page in batch] + queue
                elif (again := _rewritten(batch[0], folder)) is not None:
                    queue.insert(0, [again])
                else:
                    aside.append(unreadable(snapshot, files[batch[0].sha256], error))
                continue
            rows |= counts
            listed |= {k: v for k, v in pages.service_lists(con).items() if listed.get(k) != "dimension"}
    con.execute("drop table if exists page_body")
    insert_rows(
        con,
        "listed_column",
        [
            {"release": snapshot.release, "column_name": name, "column_kind": kind}
            for name, kind in sorted(listed.items())
        ],
    )
    return rows


def _stage_batch(context: RunContext, snapshot, batch, files) -> dict[str, int]:
    con = context.con
    pages.load_pages(con, batch)
    counts = pages.count_records(con)
    for sha, count in counts.items():
        if files[sha].rows not in (None, count):
            raise LocalsdgError(
                "the answer has another number of records than the manifest lists",
                where=f"{snapshot.release}/{files[sha].name}",
                expected=f"{files[sha].rows} records",
                got=count,
                next_step=f"localsdg pull forget {snapshot.release} --file {files[sha].name}",
            )
    _insert(context, pages.pages_select(con), snapshot)
    return counts


def _rewritten(page: pages.Page, folder: Path) -> pages.Page | None:
    """The page as strict JSON; None where that was tried, or where it is no JSON."""
    target = folder / f"{page.sha256}.json"
    if page.path == target or not pages.rewrite(page.path, target):
        return None
    return pages.Page(target, page.sha256, target.stat().st_size)


def _insert(context: RunContext, source_rows: str, snapshot: Snapshot) -> None:
    typed = context.select("staging/observation")
    typed = typed.replace("$release", text(snapshot.release)).replace("$dataset", text(SOURCE))
    with joins_as_written(context.con):
        context.con.execute(
            f"insert into staging.observation by name with source_rows as ({source_rows}) select * from ({typed})"
        )


def _counts(con, snapshot: Snapshot) -> dict[str, tuple[int, int, str | None]]:
    """Rows out, rejects and the first reject of each file of the release, by its sha256."""
    rows = con.execute(
        "select snapshot_sha256, count(*) filter (rule_id is null), count(rule_id), "
        "min(rule_id || ' ' || row_key) from staging.observation where dataset_id = ? and release = ? group by 1",
        [SOURCE, snapshot.release],
    ).fetchall()
    return {sha: tuple(counts) for sha, *counts in rows}


def _load(snapshot, file, counts, rows_in: int, bad_lines: int) -> Load:
    out, rejected, _ = counts.get(file.sha256, (0, 0, None))
    return Load(
        SOURCE,
        snapshot.release,
        file.name,
        file.sha256,
        rows_in=rows_in,
        rows_out=out,
        rows_rejected=rejected + bad_lines,
    )


def _reject_lines(con, snapshot: Snapshot, file: FileRecord) -> int:
    """Move what the CSV reader could not split into columns to the rejects."""
    con.execute(
        "insert into audit.reject by name select '' as run_id, ? as source, ? as release, "
        "? as file_name, 'UNSD-R05' as rule_id, 'line ' || line as row_key, "
        "left(any_value(error_message), 200) as detail from csv_errors group by line",
        [SOURCE, snapshot.release, file.name],
    )
    count = scalar(con, "select count(distinct line) from csv_errors")
    con.execute("delete from csv_errors")
    con.execute("delete from csv_scans")
    return count


def _count_cleaned(con) -> None:
    """How many cells of each file held control characters, which are gone."""
    con.execute(
        "insert into staging.cleaned_text by name "
        "select o.release, f.file_name, sum(o.n_cleaned) as n_cells from staging.observation as o "
        "join staging.source_file as f using (dataset_id, release, snapshot_sha256) where o.n_cleaned > 0 group by all"
    )


def _move_rejects(con, run_id: str) -> None:
    con.execute(
        "insert into audit.reject by name select ? as run_id, o.dataset_id as source, o.release, "
        "f.file_name, o.rule_id, o.row_key, o.value_raw as detail "
        "from staging.observation as o join staging.source_file as f using (dataset_id, release, snapshot_sha256) "
        "where o.rule_id is not null",
        [run_id],
    )
    if scalar(con, "select count(rule_id) from staging.observation"):
        # made anew and not deleted from: row ids must not have holes that a checkpoint closes
        con.execute(
            "create or replace table staging.observation as select * from staging.observation where rule_id is null"
        )
    for name in _PASSING:
        con.execute(f"alter table staging.observation drop column {name}")
