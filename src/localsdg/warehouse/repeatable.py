"""Whether the same query on the same file gives the same result each time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localsdg.common.sql_text import one_line

if TYPE_CHECKING:
    import duckdb

_QUOTED = re.compile(r"'(?:[^']|'')*'")
_CALLED = re.compile(r'\b(\w+)"?\s*\(')
#: Times that are called without brackets.
_TIMES = frozenset({"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"})
_SAMPLED = re.compile(r"\b(?:using\s+sample|tablesample)\b", re.IGNORECASE)
#: Functions that describe the program and the session: paths, settings, memory.
_OF_PROGRAM = re.compile(r"^(?:duckdb|pragma)_|^(?:current_setting|version)$")


def not_repeatable(con: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """What in a query may give another result each time: `random()`, `current_date`, `a sample`; [] for nothing.

    Functions are those that DuckDB itself declares as not consistent, and those that describe the program.
    """
    text = _QUOTED.sub("''", one_line(sql)).lower()
    changing = {
        name
        for (name,) in con.execute(
            "select distinct function_name from duckdb_functions() where stability <> 'CONSISTENT'"
        ).fetchall()
    }
    called = set(_CALLED.findall(text))
    found = [f"{name}()" for name in sorted(called) if name in changing or _OF_PROGRAM.search(name)]
    found += sorted(_TIMES & set(re.findall(r"\w+", text)) - called)
    return [*found, *(["a sample"] if _SAMPLED.search(text) else [])]
