"""Answers that are tables, and what the tables and columns of the warehouse mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.common.close_matches import close_matches
from localsdg.common.database import text
from localsdg.common.errors import UsageError
from localsdg.connector.answer import Answer, citation_lines, rows_of, with_unique_names
from localsdg.research.frames import citation_records
from localsdg.research.rows import rows
from localsdg.warehouse.query import query_table

if TYPE_CHECKING:
    import pyarrow as pa

    from localsdg.research.connect import Warehouse

#: Rows of one answer at most.
MOST_ROWS = 1_000
#: The tables that most questions need come first; the views of single metrics are as many again, and all alike.
_TABLES = """
select table_name, description, grain, n_rows
from meta.table_info
where not regexp_matches(table_name, '^evidence\\.c[0-9]{2}_')
order by list_position(['main', 'core', 'evidence', 'audit', 'meta'], split_part(table_name, '.', 1)), table_name
"""


def table_answer(warehouse: Warehouse, table: pa.Table, title: str, most: int) -> Answer:
    """The answer that a table is, with the releases and units in its rows and the citations of what it rests on."""
    table = with_unique_names(table)
    kept, is_cut = rows_of(table, most)
    shown = table.slice(0, len(kept))
    records = citation_records(warehouse.con, shown)
    return Answer(
        title=title,
        rows=kept,
        n_rows=len(kept),
        is_cut=is_cut,
        releases=_distinct(shown, "release"),
        units=_distinct(shown, "unit"),
        sources=[record["title"] for record in records if record["source"] not in ("warehouse", "software")],
        cite=citation_lines(records),
        **about(warehouse),
    )


def about(warehouse: Warehouse) -> dict[str, Any]:
    """Version, content hash and time of the build, which every answer has."""
    return {
        "version": warehouse.about.version,
        "content_hash": warehouse.about.content_hash,
        "built_at": warehouse.about.built_at,
    }


def describe_tables(warehouse: Warehouse, table: str = "") -> Answer:
    """The tables and views, or the columns of one of them: what each means, its unit and what it may hold.

    Raises `UsageError` for a table that is not there, with the nearest names.
    """
    if not table.strip():
        answer = table_answer(warehouse, query_table(warehouse.con, _TABLES), "Tables and views", MOST_ROWS)
        answer.caveats = ["evidence has a view of evidence.metric_value for each metric too, named by its id."]
        answer.next_step = "describe_tables with a table, for its columns and warnings; then sql"
        return answer
    known = {row["table_name"]: row for row in rows(warehouse.con, "select * from meta.table_info")}
    name = _table_name(table, list(known))
    sql = (
        "select column_name, data_type, unit, description, allowed from meta.column_info "
        f"where table_name = {text(name)} order by position"
    )
    answer = table_answer(
        warehouse, query_table(warehouse.con, sql), f"{name}: {known[name]['description']}", MOST_ROWS
    )
    answer.caveats = list(filter(None, [known[name]["usage_warning"]]))
    answer.next_step = f"sql, such as: select * from {name} limit 5"
    answer.units = []
    return answer


def _table_name(asked: str, known: list[str]) -> str:
    """The name with its schema: `main`, where the short names are, may be left out."""
    name = asked.strip().casefold()
    for one in (name, f"main.{name}", f"core.{name}", f"evidence.{name}", f"meta.{name}", f"audit.{name}"):
        if one in known:
            return one
    near = close_matches(name, known) or close_matches(f"core.{name}", known)
    raise UsageError(
        "no such table",
        expected=" or ".join(near) or "a name such as core.observation",
        got=asked,
        next_step="describe_tables without a name lists them",
    )


def _distinct(table: pa.Table, name: str) -> list[str]:
    if name not in table.column_names:
        return []
    return sorted({str(value) for value in table.column(name).to_pylist() if value is not None})
