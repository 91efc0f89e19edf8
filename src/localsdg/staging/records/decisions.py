"""Sheets of decisions -> `staging.link_decision` and `local_indicator_decision`; the empty suggestions beside them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.registry.sdg_codes import parse_declared
from localsdg.registry.tables import create_table_sql, tables
from localsdg.sources.records.contract import DECISIONS, SHEETS, ValidationError
from localsdg.sources.records.decisions import DECISION_WORDS, check_decisions, decided_at, read_decisions
from localsdg.sources.records.intake import good_rows
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.cleaned import note_cleaned
from localsdg.staging.ledger import Load
from localsdg.staging.records.files import insert_model, reject_rows, stage_files

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

TABLES = (
    "link_decision",
    "local_indicator_decision",
    "action_suggestion",
    "local_indicator_suggestion",
    "review_suggestion",
)


#: The table of each kind of sheet.
_TABLE = {
    contract.name: "link_decision" if contract is DECISIONS else "local_indicator_decision" for contract in SHEETS
}


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty staging tables; linking fills those of suggestions."""
    con.execute("create schema if not exists staging")
    for name in TABLES:
        con.execute(create_table_sql(tables()[f"staging.{name}"]))


def stage_decisions(context: RunContext, snapshot: Snapshot) -> list[Load]:
    """Stage every sheet of decisions of a snapshot; returns a `Load` a sheet.

    Rows without a decision are no rows of the ledger. What the records
    loaded at the time contradicted in a row is in the manifest, and holds: a record
    that is withdrawn later does not stop a build. A sheet that was
    changed or cannot be read is set aside.
    """

    def stage_one(file: FileRecord) -> Load:
        return _stage(context, snapshot, file)

    return stage_files(context, snapshot, tuple(_TABLE), stage_one)


def _stage(context: RunContext, snapshot: Snapshot, file: FileRecord) -> Load:
    read_at = datetime.fromisoformat(file.extra["read_at"])
    contract = next(one for one in SHEETS if one.name == file.role)
    where = f"{snapshot.release}/{file.name}"
    records, _ = read_decisions(snapshot.file_path(file), by=file.extra["by"], where=where, contract=contract)
    faults = sorted(
        records.unreadable
        + records.traps
        + check_decisions(records.frame, read_at=read_at, contract=contract)
        + [ValidationError(*fault) for fault in file.extra["left_out"]],
        key=lambda fault: fault.row,
    )
    good, n_rejected = good_rows(records, faults), len({fault.row for fault in faults})
    insert_model(context, _typed(good, read_at), snapshot, file, _TABLE[contract.name])
    reject_rows(context, snapshot, file, faults)
    note_cleaned(context.con, snapshot.source, snapshot.release, file.name, records.n_cleaned)
    return Load(
        snapshot.source,
        snapshot.release,
        file.name,
        file.sha256,
        len(good) + n_rejected if file.rows is None else file.rows,
        len(good),
        n_rejected,
    )


def _typed(frame: pd.DataFrame, read_at: datetime) -> pd.DataFrame:
    """The rows with what is read from their words: element, decision and time."""
    elements = [parse_declared(cell)[0][0] for cell in frame["code"]]
    return frame.assign(
        row_number=frame.index,
        goal_code=[element.goal_code for element in elements],
        target_code=[element.target_code or "" for element in elements],
        indicator_code=[element.indicator_code or "" for element in elements],
        decision=[DECISION_WORDS[cell.strip().lower()] for cell in frame["decision"]],
        # a row whose cell is no time was rejected before
        decided_at=[(decided_at(cell, read_at) or read_at).isoformat() for cell in frame["decided_at"]],
    )
