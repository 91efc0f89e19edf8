"""Rows that were rejected while a file was made readable, before it is staged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from localsdg.common.database import insert_rows
from localsdg.sources.unsd.bulk_convert import RejectedRow

if TYPE_CHECKING:
    import duckdb


def reject_rows(
    con: duckdb.DuckDBPyConnection, source: str, release: str, file_name: str, rows: Sequence[RejectedRow]
) -> int:
    """Write the rows into `audit.reject`, as yet without a run id; returns their number."""
    insert_rows(
        con,
        "audit.reject",
        [
            {
                "run_id": "",
                "source": source,
                "release": release,
                "file_name": file_name,
                "rule_id": row.rule_id,
                "row_key": f"row {row.row}",
                "detail": row.detail,
            }
            for row in rows
        ],
    )
    return len(rows)
