"""What files of records share on their way into staging: one that fails costs itself alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.common.database import insert_rows, text
from localsdg.common.errors import LocalsdgError
from localsdg.registry.rules import reasons
from localsdg.sources.records.contract import ACTIONS, REVIEWS, SHEETS, Contract, ValidationError
from localsdg.sources.records.files import Records
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.contain import reason_of
from localsdg.staging.ledger import Load, SetAside, record, set_aside

if TYPE_CHECKING:
    import pandas as pd

#: Rules under which a row is rejected, by id.
UNREADABLE = "F01"
REJECT_RULES = {
    f"{contract.prefix}-{rule}": words
    for contract in (REVIEWS, ACTIONS, *SHEETS)
    for rule, words in reasons(contract.prefix).items()
}
PREFIXES = {contract.name: contract.prefix for contract in (REVIEWS, ACTIONS, *SHEETS)}
#: Staging tables whose rows are of one file.
_OF_FILE = (
    "review",
    "action",
    "action_declared",
    "action_partner",
    "action_country",
    "action_dataset",
    "link_decision",
    "local_indicator_decision",
)
LIST = "\x1f"  # between the parts of a list in one text column


def stage_files(
    context: RunContext,
    snapshot: Snapshot,
    roles: tuple[str, ...],
    stage_one: Callable[[FileRecord], Load],
) -> list[Load]:
    """Stage the files of the given roles one by one; one that fails is set aside, the others go on.

    Its rows (as many as were counted when it was taken in) become rejects.
    """
    loads = []
    for file in snapshot.with_role(*roles):
        try:
            replace(snapshot, files=(file,)).verify()
            load = stage_one(file)
        except Exception as error:  # whatever one file holds, the others are staged
            load = _file_aside(context.con, context.run_id, snapshot, file, reason_of(error))
        loads.append(record(context.con, context.run_id, load))
    return loads


def _file_aside(con, run_id: str, snapshot: Snapshot, file: FileRecord, reason: str) -> Load:
    """Take back what was staged of a file, and account for its rows."""
    for name in _OF_FILE:
        if _is_there(con, name):
            con.execute(
                f"delete from staging.{name} where release = ? and snapshot_sha256 = ?", [snapshot.release, file.sha256]
            )
    for table in ("audit.reject", "audit.cell_blanked"):
        con.execute(
            f"delete from {table} where source = ? and release = ? and file_name = ?",
            [snapshot.source, snapshot.release, file.name],
        )
    rule, rows = f"{PREFIXES[file.role]}-{UNREADABLE}", file.rows or 1
    con.execute(
        "insert into audit.reject by name select ? as run_id, ? as source, ? as release, ? as file_name, "
        "? as rule_id, 'record ' || unnest(range(1, ? + 1)) as row_key, ? as detail",
        [run_id, snapshot.source, snapshot.release, file.name, rule, rows, reason],
    )
    set_aside(
        con, run_id, [SetAside(snapshot.source, "file", file.name, rule, REJECT_RULES[rule], snapshot.release, reason)]
    )
    return Load(snapshot.source, snapshot.release, file.name, file.sha256, rows, 0, rows)


def _is_there(con, name: str) -> bool:
    return bool(
        con.execute(
            "select count(*) from duckdb_tables() where database_name = current_database() "
            "and schema_name = 'staging' and table_name = ?",
            [name],
        ).fetchone()[0]
    )


def no_usable_row(where: object, contract: Contract, faults: list[ValidationError]) -> LocalsdgError:
    """The error for a file of which no row can be staged."""
    return LocalsdgError(
        "no row of the file can be used",
        where=where,
        expected=f"the columns {', '.join(contract.required)}, and rows without fault",
        got=faults[0],
        next_step=(
            "correct the file, then localsdg pull reviews FILE"
            if contract is REVIEWS
            else "correct the file, then localsdg pull actions FILE"
        ),
    )


def rows_in(file: FileRecord, records: Records) -> int:
    """Rows as they were counted when the file was taken in, else as they are now."""
    return records.n_rows if file.rows is None else file.rows


def insert_model(context: RunContext, rows: pd.DataFrame, snapshot: Snapshot, file: FileRecord, name: str) -> None:
    """Insert the checked rows of a file into `staging.<name>` by `sql/staging/<name>.sql`."""
    con, select = context.con, context.select(f"staging/{name}")
    for mark, value in (("$release", snapshot.release), ("$sha256", file.sha256)):
        select = select.replace(mark, text(value))
    con.register("record_rows", rows)
    try:
        con.execute(f"insert into staging.{name} by name {select}")
    finally:
        con.unregister("record_rows")


def reject_rows(context: RunContext, snapshot: Snapshot, file: FileRecord, faults: list[ValidationError]) -> None:
    """One reject a row, under the rule of its first fault, with all its faults."""
    by_row: dict[int, list[ValidationError]] = {}
    for fault in faults:
        by_row.setdefault(fault.row, []).append(fault)
    insert_rows(
        context.con,
        "audit.reject",
        [
            {
                "run_id": context.run_id,
                "source": snapshot.source,
                "release": snapshot.release,
                "file_name": file.name,
                "rule_id": of_row[0].rule_id,
                "row_key": f"row {row}",
                "detail": "; ".join(str(fault).split(", ", 1)[1] for fault in of_row)[:400],
            }
            for row, of_row in sorted(by_row.items())
        ],
    )
