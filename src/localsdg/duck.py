"""Opening DuckDB files the same way everywhere.

Options are set by statement, not at connection time, so that another
connection of this process (Great Expectations has its own) may open the same
file beside ours.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from localsdg.settings import Settings

#: Format that every DuckDB from 1.2 on can open; 2.0 writes a newer one by default.
STORAGE_VERSION = "v1.2.0"


def open_work(path: Path | str, settings: Settings) -> duckdb.DuckDBPyConnection:
    """A read-write connection within the memory and threads of the settings."""
    import duckdb

    con = duckdb.connect(str(path))
    apply_limits(con, settings)
    return con


def apply_limits(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Memory, threads, time zone, spill folder; nothing is fetched from the net."""
    con.execute(f"set memory_limit = '{settings.memory_limit}'")
    con.execute(f"set threads = {settings.threads}")
    con.execute("set timezone = 'UTC'")
    con.execute("set preserve_insertion_order = false")
    con.execute("set autoinstall_known_extensions = false")
    con.execute("set enable_progress_bar = false")


def text(path: Path | str) -> str:
    """A path as a SQL string literal."""
    return "'" + str(path).replace("'", "''") + "'"


def model(path: Path) -> str:
    """The SELECT of a model file, without a closing semicolon."""
    return path.read_text(encoding="utf-8").strip().rstrip(";")
