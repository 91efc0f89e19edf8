"""The first findings of a failed rule, with what a person needs to find the row.

Great Expectations is asked for the number of findings only; the findings
themselves are asked for where a rule fails, five of them.
"""

from __future__ import annotations

import math
from typing import Any

import duckdb

from localsdg.checks.suites import Rule

LIMIT = 5
_LONGEST = 200


def find_examples(con: duckdb.DuckDBPyConnection, schema: str, rule: Rule) -> list[dict[str, Any]]:
    """At most five findings of a failed rule, as plain dicts; `schema` is where its table is."""
    with con.cursor() as cursor:
        rows = cursor.execute(rule.select_from(schema)).fetchmany(LIMIT)
        names = [column[0] for column in cursor.description]
    return [_clean(dict(zip(names, row, strict=True))) for row in rows]


def _clean(row: dict[str, Any]) -> dict[str, Any]:
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    """A value that JSON takes and a page can show; long text is cut."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    # the unit separator parts the dimensions of a breakdown as published
    text = str(value).replace("\x1f", "; ")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
