"""Small results as plain Python values: importing Arrow takes 0.3 s, which most answers do not need.

rows_of(settings, "from meta.release")                      # a list of dicts
first_rows(settings, "from core.observation", 50)           # FirstRows, or None: ask `run_query`
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localsdg.warehouse.query import open_published, opened_statement

if TYPE_CHECKING:
    from localsdg.common.settings import Settings

#: Types whose Python values print as those of Arrow do.
_PLAIN = frozenset(
    "BOOLEAN TINYINT SMALLINT INTEGER BIGINT UTINYINT USMALLINT UINTEGER UBIGINT FLOAT DOUBLE VARCHAR DATE".split()
)
#: Of them those that are shown at the right of a column.
_NUMBERS = frozenset({"DOUBLE", "FLOAT", "BIGINT", "INTEGER", "UBIGINT", "UINTEGER"})
#: Rows that are read as Python values at most; more take longer than importing Arrow.
_MOST = 5_000


@dataclass(frozen=True)
class FirstRows:
    """The first rows of a result: names of columns, which of them are numbers, values, and the number of all rows."""

    names: list[str]
    numbers: list[bool]
    rows: list[tuple]
    n_rows: int


def rows_of(settings: Settings, sql: str) -> list[dict[str, Any]]:
    """All rows of one SQL statement on the published file, by column name; raises as `run_query`."""
    return rows_of_each(settings, sql)[0]


def rows_of_each(settings: Settings, *statements: str) -> list[list[dict[str, Any]]]:
    """The same of several, on one connection: opening the file takes 70 ms."""
    results = []
    with closing(open_published(settings)) as con:
        for sql in statements:
            with opened_statement(con, sql) as relation:
                results.append([dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()])
    return results


def first_rows(settings: Settings, sql: str, limit: int, *, seconds: float | None = None) -> FirstRows | None:
    """At most `limit` rows of one SQL statement, and how many there are; 0 is all.

    None where the result has many rows, or a column of a type that Arrow gives in another way. Raises as `run_query`.
    """
    with closing(open_published(settings)) as con, opened_statement(con, sql, seconds) as relation:
        types = [str(one) for one in relation.types]
        if not _PLAIN.issuperset(types):
            return None
        rows = relation.limit(_MOST + 1).fetchall()
        if len(rows) > _MOST:
            return None
        return FirstRows(relation.columns, [one in _NUMBERS for one in types], rows[: limit or None], len(rows))
