"""Population by country and year: one CSV with iso3, year, population -> `staging.population`.

What counts of people are held against, and the weight of the countries behind a
figure that is computed here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from localsdg.common.context import RunContext
from localsdg.common.database import scalar, text
from localsdg.common.unpacking import UNREADABLE_GZIP, gunzip
from localsdg.registry.rules import rule_reason
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.ledger import Load, SetAside, reason_in_short, record, set_aside
from localsdg.staging.source import Staging

ROLE = "population"
#: What reading a file raises that is not what it should be.
_UNREADABLE: tuple[type[Exception], ...] = (ValueError, OSError, *UNREADABLE_GZIP, csv.Error, duckdb.Error)
COLUMNS = ["iso3", "year", "population"]
BAD_ROW, UNKNOWN_COUNTRY, CANNOT_READ = "POP-R01", "POP-R02", "POP-F01"
#: Rules under which a row or a file is left out, by id.
REJECT_RULES = {rule: rule_reason(rule) for rule in (BAD_ROW, UNKNOWN_COUNTRY, CANNOT_READ)}


@dataclass(frozen=True)
class Population:
    """Population by country and year; staged after M49, which says which codes are countries."""

    source_id: str = "population"
    tables: tuple[str, ...] = ("staging.population",)

    def prepare(self, staging: Staging) -> None:
        """Nothing beside the table."""

    def stage(self, staging: Staging, snapshots: Sequence[Snapshot]) -> Sequence[Snapshot]:
        """Every file of the snapshots; one that cannot be read is set aside."""
        context = staging.context
        for usable in map(staging.usable, snapshots):
            for file in usable.with_role(ROLE):
                try:
                    rows_in = _count_rows(usable.file_path(file).read_bytes())
                    _stage_file(context, usable, file, rows_in)
                except _UNREADABLE as error:
                    set_aside(context.con, context.run_id, [_unreadable(usable, file, error)])
        return snapshots

    def finish(self, staging: Staging) -> None:
        """Nothing is left to do."""


def _count_rows(body: bytes) -> int:
    """Rows below the header, counted without DuckDB; raises `ValueError` for another file."""
    if body[:2] == b"\x1f\x8b":
        body = gunzip(body, ROLE)
    rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    header = next(rows, [])
    if header != COLUMNS:
        raise ValueError(f"expected the columns {', '.join(COLUMNS)}, got {', '.join(header)[:60]!r}")
    return sum(1 for row in rows if row)


def _stage_file(context: RunContext, snapshot: Snapshot, file: FileRecord, rows_in: int) -> Load:
    con = context.con
    select = context.select("staging/population")
    for name, value in (
        ("$file", snapshot.file_path(file).as_posix()),
        ("$dataset", snapshot.source),
        ("$release", snapshot.release),
        ("$producer", snapshot.attribution),
        ("$sha256", file.sha256),
    ):
        select = select.replace(name, text(value))
    con.execute(f"create or replace temp table population_rows as {select}")
    con.execute(
        "insert into staging.population by name select * exclude (rule_id, row_key) from population_rows "
        "where rule_id is null"
    )
    con.execute(
        "insert into audit.reject by name select ? as run_id, ? as source, ? as release, ? as file_name, "
        "rule_id, row_key, case rule_id "
        + " ".join(f"when {text(rule)} then {text(reason)}" for rule, reason in REJECT_RULES.items())
        + " end as detail from population_rows where rule_id is not null",
        [context.run_id, snapshot.source, snapshot.release, file.name],
    )
    rejected = scalar(con, "select count(*) from population_rows where rule_id is not null")
    out = scalar(con, "select count(*) from staging.population where snapshot_sha256 = ?", [file.sha256])
    con.execute("drop table population_rows")
    load = Load(snapshot.source, snapshot.release, file.name, file.sha256, rows_in, out, rejected)
    return record(con, context.run_id, load)


def _unreadable(snapshot: Snapshot, file: FileRecord, error: Exception) -> SetAside:
    return SetAside(
        snapshot.source,
        "file",
        file.name,
        CANNOT_READ,
        "the population file cannot be read",
        snapshot.release,
        detail=reason_in_short(error),
        used_instead="the other files; counts of people are compared with no population where none is left",
    )
