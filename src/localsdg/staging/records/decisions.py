"""Sheets of decisions -> `staging.link_decision`; the empty `staging.action_suggestion` beside it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.registry.sdg_codes import parse_declared
from localsdg.registry.tables import create_table_sql, tables
from localsdg.sources.records.contract import DECISIONS, ValidationError
from localsdg.sources.records.decisions import DECISION_WORDS, check_decisions, decided_at, read_decisions
from localsdg.sources.records.intake import good_rows
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.cleaned import note_cleaned
from localsdg.staging.ledger import Load
from localsdg.staging.records.stage import insert_model, reject_rows, stage_files

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

TABLES = ("link_decision", "action_suggestion")


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty staging tables; linking fills `staging.action_suggestion`."""
    con.execute("create schema if not exists staging")
    for name in TABLES:
        con.execute(create_table_sql(tables()[f"staging.{name}"]))


def stage_decisions(context: RunContext, snapshot: Snapshot) -> list[Load]:
    """Stage every sheet of decisions of a snapshot; returns a `Load` a sheet.

    Rows without a decision are no rows of the ledger. What the actions
    loaded at the time contradicted in a row is in the manifest, and holds: an action
    that is withdrawn later does not stop a build. A sheet that was
    changed or cannot be read is set aside.
    """

    def stage_one(file: FileRecord) -> Load:
        return _stage(context, snapshot, file)

    return stage_files(context, snapshot, (DECISIONS.name,), stage_one)


def _stage(context: RunContext, snapshot: Snapshot, file: FileRecord) -> Load:
    read_at = datetime.fromisoformat(file.extra["read_at"])
    records, _ = read_decisions(snapshot.file_path(file), by=file.extra["by"], where=f"{snapshot.release}/{file.name}")
    faults = sorted(
        records.unreadable
        + check_decisions(records.frame, read_at=read_at)
        + [ValidationError(*fault) for fault in file.extra["left_out"]],
        key=lambda fault: fault.row,
    )
    good, n_rejected = good_rows(records, faults), len({fault.row for fault in faults})
    insert_model(context, _typed(good, read_at), snapshot, file, "link_decision")
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
