"""A database of its own for the rows of one snapshot, in the memory of the one that all rows go to.

Nothing of other snapshots is in it, so that what is staged there depends on its snapshot alone, whatever
else a run reads; its rows then go into the tables of the run, in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.common.database import identifier, in_order, scalar, text
from localsdg.registry.tables import ensure_tables, schema_tables
from localsdg.staging.ledger import create_ledger

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_NAME = "apart"
#: Temporary tables that staging of a snapshot leaves for the steps on all of them.
PASSED_ON = ("listed_column", "local_note")


class Apart:
    """The database apart: stage in `context`, and then `pass_on` its rows."""

    def __init__(self, main: RunContext, con: duckdb.DuckDBPyConnection) -> None:
        self.main = main
        self.context = replace(main, con=con)
        self._catalog = identifier(scalar(main.con, "select current_database()"))

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The connection to it."""
        return self.context.con

    def filled(self) -> list[str]:
        """Names of the tables that have rows, in the order of the alphabet."""
        return filled_tables(self.con)

    def table(self, name: str) -> str:
        """The table of the run with this name, as it is called from here."""
        return f"{self._catalog}.{name}"

    def insert(self, name: str, select: str) -> None:
        """Insert the rows of a SELECT that is run here into a table of the run."""
        if name in PASSED_ON:  # temporary tables are of one connection
            insert_arrow(self.main.con, name, self.con.execute(select).to_arrow_table())
        else:
            self.con.execute(f"insert into {self.table(name)} by name {select}")

    def pass_on(self) -> None:
        """Insert all rows into the tables of the run, in their order."""
        with in_order(self.con):
            for name in self.filled():
                self.insert(name, f"select * from {name}")

    def clear(self) -> None:
        """Empty the tables, for the next snapshot; made anew, so that their memory is free."""
        for name in self.filled():
            temporary = "temp " if name in PASSED_ON else ""
            self.con.execute(f"create or replace {temporary}table {name} as from {name} limit 0")


def filled_tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the tables of staging and of the ledger that have rows, in the order of the alphabet."""
    names = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('staging', 'audit') "
        "and database_name = current_database() "
        "union all select table_name from duckdb_tables() where temporary and list_contains(?, table_name) "
        "order by all",
        [list(PASSED_ON)],
    ).fetchall()
    asked = [f"select {text(name)} where exists (from {name})" for (name,) in names]
    return sorted(name for (name,) in con.execute(" union all ".join(asked)).fetchall()) if asked else []


def insert_arrow(con: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    """Insert the rows of an Arrow table by the names of its columns."""
    con.register("passed_on", rows)
    con.execute(f"insert into {name} by name select * from passed_on")
    con.unregister("passed_on")


@contextmanager
def apart(context: RunContext, prepare: Callable[[RunContext], None]) -> Iterator[Apart]:
    """A database apart with all tables of staging, empty, and what `prepare` makes; gone when the block ends."""
    context.con.execute(f"attach ':memory:' as {_NAME}")
    con = context.con.cursor()
    try:
        con.execute(f"use {_NAME}")
        con.execute("set timezone = 'UTC'")
        own = Apart(context, con)
        create_ledger(con)
        ensure_tables(con, (table.name for table in schema_tables("staging")))
        prepare(own.context)
        yield own
    finally:
        con.close()
        context.con.execute(f"detach {_NAME}")
