"""UN observation files -> `staging.unsd_observation` and `staging.unsd_breakdown`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.duck import model, text
from localsdg.errors import LocalsdgError
from localsdg.registry import dimensions as dims
from localsdg.registry.series import RENAMED_CSV
from localsdg.registry.tables import create_table_sql, tables
from localsdg.sources.bulk_file import snapshot_csv
from localsdg.sources.bulk_layout import read_layout
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.sources.workbook import read_sheet
from localsdg.staging.ledger import Load, record
from localsdg.staging.rejected_rows import reject_rows
from localsdg.staging.source_rows import bulk_select, csv_reader, pages_select

if TYPE_CHECKING:
    import duckdb

SOURCE = "unsd"
OBSERVATION_ROLES = ("bulk_csv", "portal_xlsx", "series_data")

#: Text to number: plain and scientific notation, and thousands commas. Not
#: NaN or inf, which a cast would let through; not 24,64, which is no number.
_AS_NUMBER = """
create or replace temp macro as_number(t) as case
    when isfinite(try_cast(t as double)) and t not like '%\\_%' escape '\\' then try_cast(t as double)
    when regexp_full_match(t, '[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?')
        then try_cast(replace(t, ',', '') as double)
end
"""


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty staging tables, the registry's lookup tables and the number parser."""
    con.execute("create schema if not exists staging")
    observation = tables()["staging.unsd_observation"]
    con.execute(create_table_sql(observation))
    con.execute("alter table staging.unsd_observation add column rule_id varchar")
    con.execute("alter table staging.unsd_observation add column row_key varchar")
    for name, path in {
        "registry_codes": dims.CODES_CSV,
        "registry_universe": dims.UNIVERSE_CSV,
        "registry_renames": RENAMED_CSV,
    }.items():
        con.execute(
            f"create temp table {name} as select * from "
            f"read_csv({text(path)}, all_varchar = true, nullstr = '\\N')"
        )
    con.execute(_AS_NUMBER)


def stage_observations(
    con: duckdb.DuckDBPyConnection, snapshot: Snapshot, sql: Path, run_id: str
) -> list[Load]:
    """Stage every observation file of a snapshot; returns a `Load` a file.

    Raises `LocalsdgError` for a file that cannot be read, has an unknown
    layout, or of which no row can be used.
    """
    snapshot.verify()
    loads = []
    for file in snapshot.with_role("bulk_csv", "portal_xlsx"):
        stage = _stage_csv if file.role == "bulk_csv" else _stage_workbook
        loads.append(stage(con, snapshot, file, sql))
    if pages := snapshot.with_role("series_data"):
        loads += _stage_pages(con, snapshot, pages, sql)
    _move_rejects(con, run_id, snapshot, loads)
    return [record(con, run_id, load) for load in loads]


def finish(con: duckdb.DuckDBPyConnection, sql: Path) -> None:
    """When all observations are in: decode the breakdowns, and choose one row a key."""
    con.execute("alter table staging.unsd_observation drop column rule_id")
    con.execute("alter table staging.unsd_observation drop column row_key")
    for name in ("unsd_breakdown", "unsd_key"):
        con.execute(create_table_sql(tables()[f"staging.{name}"]))
        con.execute(
            f"insert into staging.{name} by name {model(sql / 'staging' / f'{name}.sql')}"
        )


def _stage_csv(con, snapshot: Snapshot, file: FileRecord, sql: Path) -> Load:
    """Read a bulk CSV; one that was looked at when it was taken in is read as it stands.

    Its records were counted then, by other code than DuckDB's, and its hash
    says that it is the same file. All others are cleaned and counted first.
    """
    where = f"{snapshot.release}/{file.name}"
    path = snapshot.file_path(file)
    with tempfile.TemporaryDirectory(prefix="localsdg-") as folder:
        plain = snapshot_csv(
            path, Path(folder) / "plain.csv", rows=file.rows, extra=file.extra, where=where
        )
        layout = read_layout(plain.header, where=where, accept=_accepted(file))
        reader = csv_reader(plain.path, plain.header)
        _insert(con, bulk_select(reader, layout, file.sha256), snapshot.release, sql)
        bad_lines = _reject_lines(con, snapshot, file)
    bad_lines += reject_rows(con, SOURCE, snapshot.release, file.name, plain.rejected)
    return _load(con, snapshot, file, rows_in=plain.n_records, already_rejected=bad_lines)


def _stage_workbook(con, snapshot: Snapshot, file: FileRecord, sql: Path) -> Load:
    where = f"{snapshot.release}/{file.name}"
    sheet = read_sheet(snapshot.file_path(file), where=where)
    layout = read_layout(list(sheet.frame.columns), where=where, accept=_accepted(file))
    con.register("workbook_rows", sheet.frame)
    try:
        _insert(con, bulk_select("workbook_rows", layout, file.sha256), snapshot.release, sql)
    finally:
        con.unregister("workbook_rows")
    rejected = reject_rows(con, SOURCE, snapshot.release, file.name, sheet.rejected)
    return _load(con, snapshot, file, rows_in=sheet.n_records, already_rejected=rejected)


def _stage_pages(con, snapshot: Snapshot, files: list[FileRecord], sql: Path) -> list[Load]:
    pages = {snapshot.file_path(file): file.sha256 for file in files}
    select = pages_select(con, pages)
    _insert(con, select, snapshot.release, sql)
    found = dict(con.execute("select sha256, count(*) from page_rows group by 1").fetchall())
    con.execute("drop table page_rows")
    return [
        _load(con, snapshot, file,
              rows_in=found.get(file.sha256, 0) if file.rows is None else file.rows)
        for file in files
    ]


def _insert(con, source_rows: str, release: str, sql: Path) -> None:
    typed = model(sql / "staging" / "unsd_observation.sql").replace("$release", text(release))
    con.execute(
        f"insert into staging.unsd_observation with source_rows as ({source_rows}) "
        f"select * from ({typed})"
    )


def _load(con, snapshot, file, *, rows_in: int, already_rejected: int = 0) -> Load:
    out, rejected, first = con.execute(
        "select count(*) filter (rule_id is null), count(rule_id), "
        "min(rule_id || ' ' || row_key) from staging.unsd_observation "
        "where release = ? and snapshot_sha256 = ?",
        [snapshot.release, file.sha256],
    ).fetchone()
    if rows_in and not out and file.role != "series_data":
        raise LocalsdgError(
            "no row of the file can be used",
            where=f"{snapshot.release}/{file.name}",
            expected="observations with series, area, year and value",
            got=f"{rows_in} rows, the first: {first or 'not read'}",
            next_step=f"localsdg pull forget {snapshot.release} --file {file.name}",
        )
    return Load(
        SOURCE, snapshot.release, file.name, file.sha256,
        rows_in=rows_in, rows_out=out, rows_rejected=rejected + already_rejected,
    )


def _reject_lines(con, snapshot: Snapshot, file: FileRecord) -> int:
    """Move what the CSV reader could not split into columns to the rejects."""
    con.execute(
        "insert into audit.reject by name select '' as run_id, ? as source, ? as release, "
        "? as file_name, 'UNSD-R05' as rule_id, 'line ' || line as row_key, "
        "left(any_value(error_message), 200) as detail from csv_errors group by line",
        [SOURCE, snapshot.release, file.name],
    )
    count = con.execute("select count(distinct line) from csv_errors").fetchone()[0]
    con.execute("delete from csv_errors")
    con.execute("delete from csv_scans")
    return count


def _move_rejects(con, run_id: str, snapshot: Snapshot, loads: list[Load]) -> None:
    if any(load.rows_rejected for load in loads):
        names = {load.snapshot_sha256: load.file_name for load in loads}
        con.execute("create or replace temp table file_names (sha varchar, file_name varchar)")
        con.executemany("insert into file_names values (?, ?)", [list(x) for x in names.items()])
        con.execute(
            "insert into audit.reject by name select ? as run_id, ? as source, o.release, "
            "f.file_name, o.rule_id, o.row_key, o.value_raw as detail "
            "from staging.unsd_observation as o join file_names as f on f.sha = o.snapshot_sha256 "
            "where o.rule_id is not null",
            [run_id, SOURCE],
        )
        # made anew and not deleted from: row ids must not have holes that a checkpoint closes
        con.execute(
            "create or replace table staging.unsd_observation as "
            "select * from staging.unsd_observation where rule_id is null"
        )
        con.execute("update audit.reject set run_id = ? where run_id = ''", [run_id])


def _accepted(file: FileRecord) -> frozenset[str]:
    return frozenset(file.extra.get("accept_dimensions", ()))
