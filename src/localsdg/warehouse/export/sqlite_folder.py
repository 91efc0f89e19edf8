"""The tables as one SQLite file, `localsdg.sqlite`, in the folder of an export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from localsdg.warehouse.export.job import Job
from localsdg.warehouse.export.selection import ExportTable
from localsdg.warehouse.export.sqlite_file import count_sqlite, write_sqlite

NAME = "localsdg.sqlite"
HOW = """localsdg.sqlite holds the tables with their types, keys and indexes, and three more: table_info and column_info
(the dictionary) and export_info (version, licences, citations).

  shell    sqlite3 localsdg.sqlite "select year, value from observation where series_code = 'SI_POV_DAY1' limit 5"
  Python   sqlite3.connect("localsdg.sqlite"); pd.read_sql("select * from series", connection)
  R        DBI::dbConnect(RSQLite::SQLite(), "localsdg.sqlite")

A boolean is 0 or 1, a date is a text of ISO 8601, and a map or a list is JSON: dimensions ->> '$.quantile'."""


def write(job: Job) -> None:
    """Write the file."""
    write_sqlite(job.con, job.folder / NAME, job.tables, facts=job.info.facts, step=job.step)


def count(folder: Path, tables: Sequence[ExportTable]) -> dict[str, int]:
    """The rows as SQLite counts them, after its own checks."""
    return count_sqlite(folder / NAME, tables)
