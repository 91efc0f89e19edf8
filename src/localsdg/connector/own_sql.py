"""SQL that an assistant wrote: read-only, in a process of its own that is ended when it takes too much.

Within a process a statement can be interrupted between two blocks of rows, but not inside one function:
`repeat('x', 1000000000)` took 45 seconds and 2 GB after the interrupt. A process can be ended at any moment.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.connector.answer import Answer
from localsdg.connector.tables import MOST_ROWS, table_answer
from localsdg.registry.tables import main_views
from localsdg.research.connect import Warehouse
from localsdg.research.rows import rows
from localsdg.warehouse.citation import as_line
from localsdg.warehouse.query import query_table
from localsdg.warehouse.query_sources import cite_sources

if TYPE_CHECKING:
    from localsdg.common.settings import Settings

#: A statement is interrupted after so many seconds, and its process ended after so many more.
SECONDS, GRACE = 20.0, 10.0
#: Address space of the process in bytes: DuckDB and its threads take 2 GB of it before any row is read.
_MOST_MEMORY = 4_000_000_000
_TOO_LONG = "ask for fewer series, areas or years, or for a sum of fewer rows"


def answer_sql(settings: Settings, sql: str, limit: int = 200, seconds: float = SECONDS) -> Answer:
    """The rows of one SELECT, with the warnings of the tables that it reads.

    Raises `UsageError` for SQL that DuckDB refuses (writing, files, network, settings), and for a statement that
    takes longer than `seconds` or more memory than the process may have.
    """
    asked = {
        "home": str(settings.home),
        "edition": str(settings.edition or ""),
        "sql": sql,
        "limit": min(max(limit, 1), MOST_ROWS),
        "seconds": seconds,
    }
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "localsdg.connector.own_sql"],
            input=json.dumps(asked),
            capture_output=True,
            encoding="utf-8",
            timeout=seconds + GRACE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError(
            "the query took too long and was stopped",
            expected=f"an answer within {seconds:g} seconds",
            next_step=_TOO_LONG,
        ) from error
    try:
        given = json.loads(ended.stdout)
    except ValueError:
        raise UsageError(
            "the query needed more memory than it may use", expected="a smaller result", next_step=_TOO_LONG
        ) from None
    if "error" in given:
        raise UsageError(given["error"])
    return Answer(**given)


def _answer(settings: Settings, asked: dict) -> Answer:
    with contextlib.closing(Warehouse(settings)) as warehouse:
        most = asked["limit"]
        table = query_table(warehouse.con, asked["sql"], seconds=asked["seconds"], most_rows=most + 1)
        answer = table_answer(warehouse, table, "Result of the SQL", most)
        # the result need not have a column that names its release
        warehouse_line, *datasets = cite_sources(
            warehouse.con, asked["sql"], table, seconds=asked["seconds"], most_rows=most + 1
        )
        answer.releases = list(dict.fromkeys(one.version for one in datasets))
        answer.sources = list(dict.fromkeys(one.title for one in datasets))
        answer.cite = [as_line(one) for one in (warehouse_line, *datasets)]
        answer.caveats = [
            *_warnings(warehouse, asked["sql"]),
            "Computed by the SQL of the question: check the release, the unit and the definition of what is compared.",
        ]
        return answer


def _warnings(warehouse: Warehouse, sql: str) -> list[str]:
    """The usage warnings of the tables that a statement reads; none where it is beyond the parser."""
    import sqlglot

    try:
        named = sqlglot.parse_one(sql, dialect="duckdb").find_all(sqlglot.exp.Table)
        tables = {f"{one.db or 'main'}.{one.name}".casefold() for one in named}
        # a short name has the warning of the table behind it
        tables |= {table.name for short, table in main_views().items() if f"main.{short}" in tables}
    except (sqlglot.errors.SqlglotError, RecursionError):
        return []
    known = rows(warehouse.con, "select table_name, usage_warning from meta.table_info where usage_warning is not null")
    return [f"{row['table_name']}: {row['usage_warning']}" for row in known if row["table_name"].casefold() in tables]


def main() -> None:
    """Answer the question on standard input as JSON, within the memory of the process."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # no such limit on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    from localsdg.common.settings import load_settings

    asked = json.loads(sys.stdin.read())
    settings = replace(
        load_settings(), home=Path(asked["home"]), edition=Path(asked["edition"]) if asked["edition"] else None
    )
    try:
        given = _answer(settings, asked).model_dump_json()
    except LocalsdgError as error:
        given = json.dumps({"error": str(error)})
    # DuckDB's own lists and messages name the file; where it lies is of this machine
    sys.stdout.write(given.replace(json.dumps(f"{settings.published.parent}/")[1:-1], ""))


if __name__ == "__main__":
    main()
