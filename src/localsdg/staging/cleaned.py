"""`staging.local_cleaned`: local files with control characters in their texts, which were taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.database import insert_rows
from localsdg.registry.tables import ensure_tables

if TYPE_CHECKING:
    import duckdb

TABLE = "staging.local_cleaned"


def prepare_cleaned(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table where it is missing; sites and records share it."""
    ensure_tables(con, [TABLE])


def note_cleaned(con: duckdb.DuckDBPyConnection, source: str, release: str, file_name: str, n_characters: int) -> None:
    """Count what was taken out of the texts of a file; a check reports it. Nothing for 0."""
    if n_characters:
        insert_rows(
            con,
            TABLE,
            [
                {
                    "source": source,
                    "release": release,
                    "file_name": file_name,
                    "n_characters": n_characters,
                }
            ],
        )
