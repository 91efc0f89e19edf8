"""The first findings of a failed rule, with what a person needs to find the row.

Great Expectations lists the unexpected values alone (`[None, None]`), which
names no row; so the findings are asked for again, five of them.
"""

from __future__ import annotations

import math
from typing import Any

import duckdb

from localsdg.checks.suites import QUERY, SQL_RULE, Rule
from localsdg.registry.tables import Table, quoted

LIMIT = 5
_LONGEST = 200


def find_examples(
    con: duckdb.DuckDBPyConnection, table_name: str, table: Table, rule: Rule, result: dict
) -> list[dict[str, Any]]:
    """At most five findings of a failed rule, as plain dicts.

    `result` is what Great Expectations reports of the rule. A rule that asks
    for no rows (the columns, the number of rows) gives what was observed.
    """
    query = _query(table_name, table, rule)
    if query is None:
        details = (result.get("details") or {}).get("mismatched")
        return [_clean(one) for one in (details or [{"observed": result.get("observed_value")}])][:LIMIT]
    with con.cursor() as cursor:
        rows = cursor.execute(query).fetchmany(LIMIT)
        names = [column[0] for column in cursor.description]
    return [_clean(dict(zip(names, row, strict=True))) for row in rows]


def _query(table_name: str, table: Table, rule: Rule) -> str | None:
    if rule.type == SQL_RULE:
        return rule.kwargs[QUERY].format(batch=f"(select * from {table_name}) as subselect")
    column = rule.kwargs.get("column")
    if rule.type == "expect_column_values_to_not_be_null":
        return _rows(table_name, table, column, f'"{column}" is null')
    if rule.type == "expect_column_values_to_be_in_set":
        values = ", ".join(quoted(str(value)) for value in rule.kwargs["value_set"])
        return _rows(table_name, table, column, f'"{column}" not in ({values})')
    if rule.type == "expect_column_values_to_be_unique":
        return _groups(table_name, [column])
    if rule.type == "expect_compound_columns_to_be_unique":
        return _groups(table_name, rule.kwargs["column_list"])
    return None


def _rows(table_name: str, table: Table, column: str, condition: str) -> str:
    """Rows by their key and the column at fault; by all required columns where there is no key."""
    key = table.primary_key or [name for name in table.column_names if name in table.required]
    names = ", ".join(f'"{name}"' for name in dict.fromkeys([*key, column]))
    return f"select {names} from {table_name} where {condition} order by all limit {LIMIT}"


def _groups(table_name: str, key: list[str]) -> str:
    names = ", ".join(f'"{name}"' for name in key)
    return (
        f"select {names}, count(*) as n_rows from {table_name} "
        f"group by {names} having count(*) > 1 order by all limit {LIMIT}"
    )


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
