"""Which tables, columns and rows of a published file an export holds, and in which order.

Every format writes the same `ExportTable`s: the same names, the same rows in
the order of the primary key, the same keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from localsdg.common.close_matches import close_matches
from localsdg.common.database import identifier, scalar, text
from localsdg.common.errors import UsageError
from localsdg.registry.tables import Table, main_views, tables

if TYPE_CHECKING:
    import duckdb

#: A view has the foreign keys of the table whose rows it shows.
_ROWS_OF = {"core.latest_observation": "core.observation"}
_SCHEMAS = ("core", "evidence", "audit", "meta")
#: The name that means every table of the file.
ALL = "all"
#: What a filter of series compares, by the first of these columns that a table has: a metric names its series.
_SERIES = {
    "series_code": "series_code in ({codes})",
    "series_codes": "list_has_any(series_codes, [{codes}])",
    "metric_id": "metric_id in (select m.metric_id from evidence.metric as m "
    "where list_has_any(m.series_codes, [{codes}]))",
}
_AREA = {"area_code": "area_code in ({codes})"}
#: What local governments publish is of the area in which they are. An action is not: it may take place elsewhere.
_OF_GOVERNMENTS = frozenset({"core.local_indicator", "core.local_observation", "core.review"})
_AREA_OF_GOVERNMENT = {
    "local_government_id": "local_government_id in "
    "(select g.local_government_id from core.local_government as g where g.area_code in ({codes}))",
}
#: What a goal filter compares, by the first of these columns that a table has.
_GOAL = {
    "goal_code": "goal_code in ({codes})",
    "target_code": "split_part(target_code, '.', 1) in ({codes})",
    "indicator_code": "split_part(indicator_code, '.', 1) in ({codes})",
    "series_code": "series_code in (select i.series_code from core.series_indicator as i "
    "where split_part(i.indicator_code, '.', 1) in ({codes}))",
}


@dataclass(frozen=True)
class Filters:
    """Codes that limit the rows of tables which have such a column; empty for all rows."""

    series: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.series or self.areas or self.goals)

    def as_text(self) -> str:
        """In words, for a README: `series SI_POV_DAY1; area 724`."""
        named = {"series": self.series, "area": self.areas, "goal": self.goals}
        return "; ".join(f"{name} {', '.join(codes)}" for name, codes in named.items() if codes)


@dataclass(frozen=True)
class ExportColumn:
    """One column: its DuckDB type, and what the dictionary of the file states of it."""

    name: str
    type: str
    description: str = ""
    unit: str | None = None
    allowed: tuple[str, ...] = ()
    is_required: bool = False

    @property
    def is_nested(self) -> bool:
        """A map, a list or a struct."""
        return self.type.startswith(("MAP", "STRUCT")) or self.type.endswith("]")


@dataclass(frozen=True)
class ForeignKey:
    """A column whose values are in a column of another table of the same export, which was checked."""

    column: str
    parent: str  # name of the file of the parent
    parent_column: str


@dataclass(frozen=True)
class ExportTable:
    """One table of an export. `name` is that in the warehouse, `file` that of its file, sheet or table.

    `primary_key` is empty where the rows have none, or it has nulls; `row_order`
    are the columns that put the rows in one order; `limits` are the filters that
    were applied, in words, `whole_despite` those that it has no column for.
    """

    name: str
    file: str
    rows_of: str
    description: str
    usage_warning: str | None
    columns: tuple[ExportColumn, ...]
    primary_key: tuple[str, ...] = ()
    row_order: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    where: str = "true"
    limits: tuple[str, ...] = ()
    whole_despite: tuple[str, ...] = ()
    n_rows: int = 0
    broken_keys: tuple[str, ...] = field(default=(), compare=False)

    def select(self, expressions: Iterable[str] | None = None, *, where: str = "true", ordered: bool = True) -> str:
        """The SELECT of its rows, in one order whatever the threads; `expressions` replace `*`."""
        shown = ", ".join(expressions or (identifier(column.name) for column in self.columns))
        order = f" order by {', '.join(f'{identifier(key)} nulls first' for key in self.row_order)}" if ordered else ""
        return f"select {shown} from {self.name} where ({self.where}) and ({where}){order}"


def choose_tables(
    con: duckdb.DuckDBPyConnection, names: Sequence[str] = (), filters: Filters | None = None
) -> list[ExportTable]:
    """The tables of an export: those of `names`, else all data of `main`, in its order.

    A name is a short one (`observation`, the newest release of each series) or
    one with its schema (`core.observation`, every release); `all` is the tables of
    `main` and every other table of the file. Raises `UsageError` for a name, a series,
    an area or a goal that the file does not have.
    """
    filters = filters or Filters()
    _check_codes(con, filters)
    known = _known_tables(con)
    # a version that was kept from before may lack a newer short name
    of_main = list(filter(known.__contains__, _data_views()))
    if ALL in names:
        names = [*of_main, *_stored_tables(con), *(name for name in names if name != ALL)]
    asked = list(dict.fromkeys(_resolved(name, known) for name in names or of_main))
    chosen = [_described(con, name, filters) for name in asked]
    return _with_keys(con, chosen)


def _stored_tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Every table of the file, with its schema; a view is no table."""
    rows = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where database_name = current_database() order by all"
    ).fetchall()
    return [name for (name,) in rows]


def _data_views() -> dict[str, Table]:
    """The short names of `main` but for the warehouse's own dictionary."""
    return {name: table for name, table in main_views().items() if table.schema != "meta"}


def _known_tables(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Each name that a table can be asked by, in small letters, and its name in the file."""
    found = con.execute(
        "select schema_name || '.' || table_name from "
        "(select schema_name, table_name from duckdb_tables() where database_name = current_database() "
        "union select schema_name, view_name from duckdb_views() where not internal "
        "and database_name = current_database()) order by all"
    ).fetchall()
    full = [name for (name,) in found]
    short = {name.removeprefix("main."): name for name in full if name.startswith("main.")}
    # a table of data goes by its short name, if it has one: `core.area` and `area` are one file
    same = {table.name: f"main.{name}" for name, table in _data_views().items() if name in short}
    # the dictionary of the warehouse goes by its full name: an export has a dictionary of its own
    short |= {name: table.name for name, table in main_views().items() if table.schema == "meta"}
    return {name.lower(): same.get(name, name) for name in full} | short


def _resolved(name: str, known: dict[str, str]) -> str:
    if found := known.get(name.lower()):
        return found
    close = close_matches(name.lower(), sorted(known))
    raise UsageError(
        "no such table in the warehouse",
        where="--table",
        expected=", ".join(close or sorted(main_views())),
        got=name,
        next_step='localsdg query "select table_name, description from meta.table_info", which names all of them',
    )


def _check_codes(con: duckdb.DuckDBPyConnection, filters: Filters) -> None:
    for option, table, column, codes in (
        ("--series", "core.series", "series_code", filters.series),
        ("--area", "core.area", "area_code", filters.areas),
        ("--goal", "core.goal", "goal_code", filters.goals),
    ):
        if not codes:
            continue
        listed = [code for (code,) in con.execute(f"select {column} from {table} order by all").fetchall()]
        if unknown := [code for code in codes if code not in listed]:
            close = [near for code in unknown[:3] for near in close_matches(code, listed)]
            raise UsageError(
                "no such code in the warehouse",
                where=option,
                expected=", ".join(close) or f"a code of {table}, such as {listed[0] if listed else 'none'}",
                got=", ".join(unknown),
                next_step=f'localsdg query "select * from {table}"',
            )


def _described(con: duckdb.DuckDBPyConnection, name: str, filters: Filters) -> ExportTable:
    """A table with its columns as the file has them, and its rows counted."""
    schema, _, short = name.partition(".")
    rows_of = main_views()[short].name if schema == "main" and short in main_views() else name
    declared = tables().get(rows_of)
    required = declared.required if declared else frozenset()
    if rows_of in _ROWS_OF:
        required = tables()[_ROWS_OF[rows_of]].required
    words = {
        column: (unit, description, tuple(json.loads(allowed)) if allowed else ())
        for column, unit, description, allowed in con.execute(
            "select column_name, unit, description, allowed from meta.column_info where table_name in (?, ?) "
            "order by table_name = ?",
            [name, rows_of, name],
        ).fetchall()
    }
    described = con.execute(
        "select description, usage_warning from meta.table_info where table_name = ?", [rows_of]
    ).fetchone()
    columns = []
    for column, data_type, *_ in con.execute(f"describe {name}").fetchall():
        unit, description, allowed = words.get(column, (None, "", ()))
        columns.append(ExportColumn(column, data_type, description or "", unit, allowed, column in required))
    table = ExportTable(
        name=name,
        file=short if schema == "main" else f"{schema}_{short}",
        rows_of=rows_of,
        description=described[0] if described else "",
        usage_warning=described[1] if described else None,
        columns=tuple(columns),
    )
    table = _filtered(table, filters)
    table = replace(table, n_rows=scalar(con, f"select count(*) from {name} where {table.where}"))
    return _ordered(con, table, declared.primary_key if declared else ())


def _filtered(table: ExportTable, filters: Filters) -> ExportTable:
    """The table with its WHERE, the limits that it took, and those that it has no column for."""
    names = {column.name for column in table.columns}
    conditions, limits, whole = [], [], []
    areas = _AREA_OF_GOVERNMENT if table.rows_of in _OF_GOVERNMENTS else _AREA
    asked = (("series", filters.series, _SERIES), ("area", filters.areas, areas), ("goal", filters.goals, _GOAL))
    for option, codes, ways in asked:
        column = next((one for one in ways if one in names), "")
        if codes and column:
            conditions.append(ways[column].format(codes=", ".join(map(text, codes))))
            limits.append(f"{option} {', '.join(codes)}")
        elif codes:
            whole.append(option)
    where = " and ".join(conditions) or "true"
    return replace(table, where=where, limits=tuple(limits), whole_despite=tuple(whole))


def _ordered(con: duckdb.DuckDBPyConnection, table: ExportTable, declared: Sequence[str]) -> ExportTable:
    """The table with the declared key as its primary key where the rows hold it, and with the order of its rows."""
    every = tuple(column.name for column in table.columns)
    if not declared or not set(declared) <= set(every):
        return replace(table, row_order=every)
    key = ", ".join(map(identifier, declared))
    nulls = " or ".join(f"{identifier(one)} is null" for one in declared)
    n_keys = scalar(con, f"select count(*) from (select distinct {key} from {table.name} where {table.where})")
    if n_keys != table.n_rows:
        return replace(table, row_order=(*declared, *(one for one in every if one not in declared)))
    n_nulls = scalar(con, f"select count(*) from {table.name} where ({table.where}) and ({nulls})")
    return replace(table, row_order=tuple(declared), primary_key=() if n_nulls else tuple(declared))


def _with_keys(con: duckdb.DuckDBPyConnection, chosen: list[ExportTable]) -> list[ExportTable]:
    """The tables with those declared foreign keys whose parent is exported too, each checked on the rows."""
    by_rows = {table.rows_of: table for table in reversed(chosen)}
    return [_keyed(con, table, by_rows) for table in chosen]


def _keyed(con: duckdb.DuckDBPyConnection, table: ExportTable, by_rows: dict[str, ExportTable]) -> ExportTable:
    declared = tables().get(_ROWS_OF.get(table.rows_of, table.rows_of))
    held, broken = [], []
    names = {column.name for column in table.columns}
    for column, parent_name in (declared.foreign_keys if declared else {}).items():
        parent = by_rows.get(parent_name)
        if parent is None or len(parent.primary_key) != 1 or column not in names:
            continue
        other = parent.primary_key[0]
        own, theirs = identifier(column), identifier(other)
        n_lost = scalar(
            con,
            f"select count(*) from {table.name} where ({table.where}) and {own} is not null and {own} not in "
            f"(select {theirs} from {parent.name} where ({parent.where}) and {theirs} is not null)",
        )
        if n_lost:
            broken.append(f"{table.file}.{column} has {n_lost:,} rows without a row in {parent.file}")
        else:
            held.append(ForeignKey(column, parent.file, other))
    return replace(table, foreign_keys=tuple(held), broken_keys=tuple(broken))
