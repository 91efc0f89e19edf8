"""The history of runs in the warehouse: `audit.run`, `audit.run_stage` and `audit.run_source`, from the run log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from localsdg.common.database import insert_rows

if TYPE_CHECKING:
    import duckdb

RUN_TABLES = ("audit.run", "audit.run_stage", "audit.run_source")
#: Runs and pulls that a file has, the newest; the run log goes back further.
KEPT_RUNS = 1000
_COLUMNS = (
    "run_id",
    "command",
    "started_at",
    "finished_at",
    "scheduled_for",
    "status",
    "version",
    "code_version",
    "rows_in",
    "rows_out",
    "rows_rejected",
    "set_aside_lines",
    "notes",
    "detail",
)


def insert_runs(con: duckdb.DuckDBPyConnection, rows: Iterable[dict], database: str = "") -> None:
    """Add runs, as the run log has them; `database` is the prefix of the tables, such as `wh.`."""
    kept = list(rows)[-KEPT_RUNS:]
    insert_rows(con, f"{database}audit.run", [_run(row) for row in kept])
    insert_rows(
        con,
        f"{database}audit.run_stage",
        [
            {"run_id": row["run_id"], "stage": stage, "seconds": spent}
            for row in kept
            for stage, spent in row["seconds"].items()
        ],
    )
    insert_rows(
        con, f"{database}audit.run_source", [{"run_id": row["run_id"], **one} for row in kept for one in row["sources"]]
    )


def complete_run(con: duckdb.DuckDBPyConnection, row: dict) -> None:
    """Put the run that made this file in the place of its earlier row: its later stages and what it set aside."""
    for name in RUN_TABLES:
        con.execute(f"delete from {name} where run_id = ?", [row["run_id"]])
    insert_runs(con, [row])


def _run(row: dict) -> dict:
    return {
        **{name: row[name] for name in _COLUMNS},
        "is_live": row["live"],
        "seconds": round(sum(row["seconds"].values()), 2) if row["seconds"] else None,
        "n_set_aside": row["set_aside"],
    }
