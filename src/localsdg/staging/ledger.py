"""The ledger of a load: every row that comes in goes out or is rejected with a rule."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from localsdg.common.clean_text import clean_value
from localsdg.common.database import insert_rows
from localsdg.common.errors import LocalsdgError
from localsdg.registry.tables import create_table_sql, tables

if TYPE_CHECKING:
    import duckdb

#: The folders of a path in a message.
_FOLDER = re.compile(r"(?<![\w.])/(?:[^/\s\"']+/)+")

#: A correction drops the row.
DROPPED = "CORR-R01"


@dataclass(frozen=True)
class Load:
    """Rows of one raw file: `rows_in = rows_out + rows_rejected`, checked when made."""

    source: str
    release: str
    file_name: str
    snapshot_sha256: str
    rows_in: int
    rows_out: int
    rows_rejected: int

    def __post_init__(self) -> None:
        if self.rows_in != self.rows_out + self.rows_rejected:
            raise LocalsdgError(
                "rows are unaccounted for",
                where=f"{self.source} {self.release} {self.file_name}",
                expected=f"{self.rows_in} rows in",
                got=f"{self.rows_out} staged + {self.rows_rejected} rejected",
                next_step="report this with the file: a row was dropped without a rule",
            )


@dataclass(frozen=True)
class SetAside:
    """One thing that was left out so that the rest could go on; a row of `audit.quarantine`.

    `set_aside_kind` is value, key, column, file, series, site, snapshot or correction, and
    `set_aside_name` says which. `used_instead` names what is used in its place, `held_since`
    the day (UTC) from which on, `next_step` the command that changes it.
    """

    source: str
    set_aside_kind: str
    set_aside_name: str
    rule_id: str
    reason: str
    release: str | None = None
    detail: str | None = None
    used_instead: str | None = None
    held_since: str | None = None
    next_step: str | None = None

    @property
    def line(self) -> str:
        """One line for people: what, why, and what is used instead."""
        parts = [f"{self.set_aside_kind} {self.set_aside_name}"]
        parts[0] += f" ({self.source} {self.release})" if self.release else f" ({self.source})"
        text = f"{parts[0]}: {self.reason}"
        if self.detail:
            text += f": {self.detail}"
        if self.used_instead:
            text += f"; used instead: {self.used_instead}"
        if self.held_since:
            text += f" (since {self.held_since})"
        return f"{text} | next: {self.next_step}" if self.next_step else text


def reason_in_short(error: object, names: dict[str, str] | None = None) -> str:
    """The message of an error in one line without folders, so that each build writes the same.

    `names` gives the names to print for file names that are temporary.
    """
    text = _FOLDER.sub("", " ".join(str(error).split()))
    for temporary, name in (names or {}).items():
        text = text.replace(temporary, name)
    return text[:300]


def create_ledger(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty tables of the work database in which what was lost on the way in is accounted for."""
    con.execute("create schema if not exists audit")
    for name in ("audit.reject", "audit.source_load", "audit.quarantine", "audit.cell_blanked"):
        con.execute(create_table_sql(tables()[name]))


def record(con: duckdb.DuckDBPyConnection, run_id: str, load: Load) -> Load:
    """Write one load into `audit.source_load`."""
    con.execute(
        "insert into audit.source_load by name select ? as run_id, ? as source, ? as release, "
        "? as file_name, ? as rows_in, ? as rows_out, ? as rows_rejected, ? as snapshot_sha256",
        [
            run_id,
            load.source,
            load.release,
            load.file_name,
            load.rows_in,
            load.rows_out,
            load.rows_rejected,
            load.snapshot_sha256,
        ],
    )
    return load


def read_loads(con: duckdb.DuckDBPyConnection) -> list[Load]:
    """All loads, in the order in which they were made; each balances again."""
    rows = con.execute(
        "select source, release, file_name, snapshot_sha256, rows_in, rows_out, rows_rejected "
        "from audit.source_load order by rowid"
    ).fetchall()
    return [Load(*row) for row in rows]


def set_aside(con: duckdb.DuckDBPyConnection, run_id: str, items: Iterable[SetAside]) -> None:
    """Write what was set aside into `audit.quarantine`, without control characters."""
    insert_rows(con, "audit.quarantine", [{"run_id": run_id, **clean_value(asdict(item))} for item in items])


def read_set_aside(con: duckdb.DuckDBPyConnection) -> list[SetAside]:
    """All that was set aside so far, in a fixed order."""
    rows = con.execute(
        "select source, set_aside_kind, set_aside_name, rule_id, reason, release, detail, used_instead, "
        "cast(held_since as varchar), next_step from audit.quarantine order by all"
    ).fetchall()
    return [SetAside(*row) for row in rows]
