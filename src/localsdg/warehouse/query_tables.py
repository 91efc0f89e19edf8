"""Which tables a query reads, and which of their rows can reach its result.

Views are read through to their tables. For each place where a table is read, the
rows that can reach the result are those that remain of it after the joins and the
WHERE of that SELECT. Conditions further out are moved inwards first (by sqlglot),
where that leaves the result as it was. More rows than needed may be named, never fewer:
what cannot be decided takes the whole table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localsdg.common.database import identifier
from localsdg.common.sql_text import one_line

if TYPE_CHECKING:
    import duckdb
    from sqlglot import exp

#: Views in views, at most: a view cannot read itself, so that no file comes near.
_DEEPEST = 20
#: Functions that read tables whose names are in a text, which may be put together from parts.
_READS_TEXT = re.compile(r'\b(query|query_table|json_execute_serialized_sql)\b"?\s*\(', re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """A table that a query reads in one place: its name, and the FROM with all that limits its rows, or None.

    `alias` is the name of the table in that FROM; `ctes` is the WITH that it needs, or ''.
    """

    table: str
    alias: str = ""
    source: str | None = None
    ctes: str = ""

    def select(self, columns: Iterable[str]) -> str | None:
        """A SELECT of the distinct values of columns in these rows; None where the rows are not known."""
        if self.source is None:
            return None
        names = ", ".join(f"{identifier(self.alias)}.{identifier(name)}" for name in columns)
        return f"{self.ctes} select distinct {names} {self.source}"

    def select_all(self, columns: Iterable[str]) -> str:
        """The same of all rows of the table."""
        return f"select distinct {', '.join(map(identifier, columns))} from {self.table}"


def readings(con: duckdb.DuckDBPyConnection, sql: str, is_same: Callable[[str], bool]) -> list[Reading]:
    """Each place in which a query reads a table of the file; `is_same` says whether a SQL gives the same result.

    Raises `duckdb.Error` for SQL that DuckDB cannot read.
    """
    from sqlglot.errors import SqlglotError

    columns, views = _columns(con), _views(con)
    if _READS_TEXT.search(one_line(sql)):
        return [*map(Reading, sorted(columns.keys() - views.keys()))]
    hidden: set[str] = set()
    try:
        tree = _through_views(sql, views, columns.keys() - views.keys())
        found = _of_tree(_narrowed(tree, columns, is_same) or tree)
        hidden = _hidden(tree)
    except (SqlglotError, RecursionError):  # SQL that DuckDB alone can read
        found = []
    named = _named_by_duckdb(con, sql, views, hidden)
    if named is None:  # statements that are no plain SELECT, such as PIVOT
        named = set() if found else _named_in_text(sql, views, columns)
    missed = sorted(named & columns.keys() - {reading.table for reading in found})
    return [*found, *map(Reading, missed)]


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Tables and views of the file, `schema.name` -> column -> type."""
    found: dict[str, dict[str, str]] = {}
    for schema, table, column, kind in con.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where not internal and database_name = current_database() order by schema_name, table_name, column_index"
    ).fetchall():
        found.setdefault(f"{schema}.{table}".lower(), {})[column] = kind
    return found


def _views(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The statement that made each view of the file."""
    rows = con.execute(
        "select lower(schema_name || '.' || view_name), sql from duckdb_views() "
        "where not internal and database_name = current_database() order by all"
    ).fetchall()
    return dict(rows)


def _select_of(view: str) -> exp.Expr:
    """The SELECT of a `CREATE VIEW`."""
    from sqlglot import parse_one

    return parse_one(view, dialect="duckdb").expression


def _named_by_duckdb(
    con: duckdb.DuckDBPyConnection, sql: str, views: dict[str, str], hidden: set[str]
) -> set[str] | None:
    """The names of tables in the text of a query and of its views, as DuckDB parses it; None where it cannot say."""
    waiting, names = [sql], set(hidden)
    while waiting:
        (body,) = con.execute("select json_serialize_sql(?)", [waiting.pop()]).fetchone() or ("{}",)
        parsed = json.loads(body)
        if parsed.get("error", True):
            return None
        for name in _base_tables(parsed):
            if name not in names and name in views:
                waiting.append(_select_of(views[name]).sql("duckdb"))
            names.add(name)
    return names - views.keys() - hidden


def _hidden(tree: exp.Expr) -> set[str]:
    """Tables of `main` whose name a WITH gives to something else, which does not read that table itself."""
    from sqlglot import exp

    return {
        f"main.{cte.alias}".lower()
        for cte in tree.find_all(exp.CTE)
        if all(table.name.lower() != cte.alias.lower() for table in cte.this.find_all(exp.Table))
    }


def _named_in_text(sql: str, views: dict[str, str], names: Iterable[str]) -> set[str]:
    """Tables whose name is a word of a query, or of a view that it names: more than it reads, and none less."""
    known = set(names)
    waiting = [sql]
    found: set[str] = set()
    while waiting:
        words = set(re.findall(r"\w+", waiting.pop().lower()))
        for name in {one for one in known - found if one.partition(".")[2] in words}:
            found.add(name)
            waiting += [views[name]] if name in views else []
    return found - views.keys()


def _base_tables(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            yield f"{node.get('schema_name') or 'main'}.{node.get('table_name')}".lower()
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _base_tables(part)


def _through_views(sql: str, views: dict[str, str], tables: Iterable[str]) -> exp.Expr:
    """The query with each view as a subquery and each table under its full name."""
    from sqlglot import exp, parse_one
    from sqlglot.optimizer.scope import traverse_scope

    tree = parse_one(sql, dialect="duckdb")
    known = set(tables)
    for _ in range(_DEEPEST):
        found = [
            (table, name)
            for scope in traverse_scope(tree)
            for table in scope.tables
            if isinstance(scope.sources.get(table.alias_or_name), exp.Table)
            and (name := f"{table.db or 'main'}.{table.name}".lower()) in views
        ]
        if not found:
            break
        for table, name in found:
            subquery = exp.Subquery(
                this=_select_of(views[name]), alias=exp.TableAlias(this=exp.to_identifier(table.alias_or_name))
            )
            for part in ("joins", "pivots", "sample"):
                subquery.set(part, table.args.get(part))
            table.replace(subquery)
    for scope in traverse_scope(tree):
        for table in scope.tables:
            is_table = isinstance(scope.sources.get(table.alias_or_name), exp.Table)
            if is_table and not table.db and f"main.{table.name}".lower() in known:
                table.set("db", exp.to_identifier("main"))
    return tree


def _narrowed(tree: exp.Expr, columns: dict[str, dict[str, str]], is_same: Callable[[str], bool]) -> exp.Expr | None:
    """The query with conditions moved to the tables that they limit; None where that is not the same query."""
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.merge_subqueries import merge_subqueries
    from sqlglot.optimizer.pushdown_predicates import pushdown_predicates
    from sqlglot.optimizer.qualify import qualify

    schema: dict[str, Any] = {}
    for name, kinds in columns.items():
        database, _, table = name.partition(".")
        schema.setdefault(database, {})[table] = kinds
    try:
        moved = qualify(tree.copy(), schema=schema, dialect="duckdb", quote_identifiers=True)
        moved = merge_subqueries(pushdown_predicates(moved, dialect="duckdb"))
        return moved if is_same(moved.sql("duckdb")) else None
    except (SqlglotError, AttributeError, KeyError, TypeError, ValueError, RecursionError):
        # sqlglot does not know all of DuckDB's SQL: the query is then taken as it is written
        return None


def _of_tree(tree: exp.Expr) -> list[Reading]:
    from sqlglot import exp
    from sqlglot.optimizer.scope import traverse_scope

    found = []
    for scope in traverse_scope(tree):
        for alias, source in scope.sources.items():
            if isinstance(source, exp.Table) and source.db:
                found.append(_reading(scope.expression, alias, source))
    return list(dict.fromkeys(found))


def _reading(select: exp.Expr, alias: str, table: exp.Table) -> Reading:
    """A table of a SELECT with what limits its rows there."""
    from sqlglot import exp

    name = f"{table.db}.{table.name}".lower()
    whole = Reading(name)
    if not isinstance(select, exp.Select) or not select.args.get("from_"):
        return whole
    joins = list(select.args.get("joins") or ())
    order = [select.args["from_"].this.alias_or_name, *(join.alias_or_name for join in joins)]
    optional = _optional(order, joins)
    if alias not in order:
        return whole
    place = order.index(alias)
    limited = exp.Select(from_=select.args["from_"].copy())
    if alias not in optional:
        limited.set("joins", [join.copy() for join in joins])
        limited.set("laterals", [one.copy() for one in select.args.get("laterals") or ()])
        # a condition that needs the row of a query further out is left out
        conditions = [one for one in _conditions(select) if _tables_of(one) <= {*order, ""}]
    elif any(join.side in ("RIGHT", "FULL") for join in joins):
        return whole
    else:
        # rows that are joined where they exist: a condition on them turns away what they decide
        limited.set("joins", [join.copy() for join in joins[:place]])
        certain = {one for one in order[: place + 1] if one not in optional}
        conditions = [one for one in _conditions(select) if _tables_of(one) <= certain]
    if conditions:
        limited.set("where", exp.Where(this=exp.and_(*conditions)))
    body = limited.sql("duckdb").partition("FROM")[2]
    return Reading(name, alias, f"from {body}", _ctes(select))


def _conditions(select: exp.Select) -> list[exp.Expr]:
    """The conditions that a WHERE joins by AND."""
    from sqlglot import exp

    where = select.args.get("where")
    if not where:
        return []
    return list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]


def _tables_of(condition: exp.Expr) -> set[str]:
    """The names before the columns of a condition, '' for one without; those in its subqueries not."""
    from sqlglot import exp

    inner = {id(column) for query in condition.find_all(exp.Query) for column in query.find_all(exp.Column)}
    return {column.table for column in condition.find_all(exp.Column) if id(column) not in inner}


def _optional(order: list[str], joins: list[exp.Join]) -> set[str]:
    """The names in a FROM whose rows may be missing in the result of an outer join."""
    optional: set[str] = set()
    for place, join in enumerate(joins, start=1):
        if join.side in ("LEFT", "FULL"):
            optional.add(order[place])
        if join.side in ("RIGHT", "FULL"):
            optional.update(order[:place])
    return optional


def _ctes(select: exp.Expr) -> str:
    """The WITH of a SELECT and of those around it, as one."""
    found: list[exp.Expr] = []
    is_recursive = False
    node: exp.Expr | None = select
    while node is not None:
        if clause := node.args.get("with_"):
            is_recursive = is_recursive or bool(clause.args.get("recursive"))
            known = {one.alias for one in found}
            found = [*(one for one in clause.expressions if one.alias not in known), *found]
        node = node.parent
    if not found:
        return ""
    return f"with {'recursive ' if is_recursive else ''}{', '.join(one.sql('duckdb') for one in found)}"
