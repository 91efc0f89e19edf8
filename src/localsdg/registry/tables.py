"""Columns and tables, declared once in `columns*.toml` and `tables*.toml`.

From here come the DDL, the comments, the generated expectations, `meta.*`,
the data dictionary and the Parquet metadata.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

from localsdg.common.database import text

HERE = Path(__file__).parent
#: What a table that is declared `like` another one has in common with it where it declares nothing else.
_SAME = ("columns", "grain", "primary_key", "required", "foreign_keys", "overrides", "status_values", "is_derived")


@dataclass(frozen=True)
class Column:
    """One column, the same wherever it is."""

    name: str
    type: str
    description: str
    unit: str | None = None
    allowed: tuple[str, ...] = ()

    @property
    def comment(self) -> str:
        """Description, unit and closed list in one text."""
        text = self.description
        if self.unit:
            text += f" Unit: {self.unit}."
        if self.allowed:
            text += f" One of: {', '.join(self.allowed)}."
        return text


@dataclass(frozen=True)
class Table:
    """One table or view with its schema."""

    name: str
    description: str
    grain: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    required: frozenset[str]
    foreign_keys: dict[str, str] = field(default_factory=dict)
    usage_warning: str | None = None
    kind: str = "table"
    is_derived: bool = False

    @property
    def schema(self) -> str:
        """Schema part of the name."""
        return self.name.split(".")[0]

    @property
    def column_names(self) -> list[str]:
        """Names in order."""
        return [column.name for column in self.columns]

    @property
    def comment(self) -> str:
        """Description, grain and warning in one text."""
        text = f"{self.description} One row: {self.grain}."
        return f"{text} Mind: {self.usage_warning}" if self.usage_warning else text


@cache
def columns() -> dict[str, Column]:
    """All declared columns by name."""
    body = _declared("columns*.toml")
    return {name: Column(name, **{**facts, "allowed": tuple(facts.get("allowed", ()))}) for name, facts in body.items()}


@cache
def tables() -> dict[str, Table]:
    """All declared tables by name, in the order of the file."""
    body = _declared("tables*.toml")
    return {name: _table(name, facts, body) for name, facts in body.items()}


def _declared(pattern: str) -> dict[str, dict]:
    """What the files of a pattern declare together; a name may be declared once."""
    body: dict[str, dict] = {}
    for path in sorted(HERE.glob(pattern)):
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        if doubled := sorted(set(body) & set(found)):
            raise ValueError(f"declared twice, again in {path.name}: {', '.join(doubled)}")
        body |= found
    return body


@cache
def main_views() -> dict[str, Table]:
    """The table behind each short name of `main_views.toml`."""
    names = tomllib.loads((HERE / "main_views.toml").read_text(encoding="utf-8"))
    return {short: tables()[name] for short, name in names.items()}


def schema_tables(*schemas: str) -> list[Table]:
    """The tables of the given schemas, in the order of the file."""
    return [table for table in tables().values() if table.schema in schemas]


def create_table_sql(table: Table, name: str | None = None) -> str:
    """`CREATE TABLE` with the declared types; no constraints, which the checks hold."""
    body = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
    return f"create table {name or table.name} ({body})"


def ensure_tables(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Make the empty tables of these names, and their schemas, where they are missing: several sources share them."""
    wanted = [tables()[name] for name in names]
    statements = [f"create schema if not exists {schema}" for schema in dict.fromkeys(one.schema for one in wanted)]
    statements += [create_table_sql(one).replace("create table", "create table if not exists", 1) for one in wanted]
    con.execute("; ".join(statements))


def comment_sql(table: Table) -> list[str]:
    """`COMMENT` statements for the table and its columns."""
    statements = [f"comment on {table.kind} {table.name} is {text(table.comment)}"]
    statements += [
        f'comment on column {table.name}."{column.name}" is {text(column.comment)}' for column in table.columns
    ]
    return statements


def _table(name: str, facts: dict, everything: dict) -> Table:
    if "like" in facts:
        # all that makes its rows, but for what describes the table itself
        facts = {key: everything[facts["like"]][key] for key in _SAME if key in everything[facts["like"]]} | facts
    overrides = facts.get("overrides", {})
    if values := facts.get("status_values"):
        overrides = {**overrides, "status": {"allowed": values}}
    return Table(
        name=name,
        description=facts["description"],
        grain=facts["grain"],
        columns=tuple(_overridden(columns()[one], overrides.get(one)) for one in facts["columns"]),
        primary_key=tuple(facts["primary_key"]),
        required=frozenset(facts["required"]),
        foreign_keys=facts.get("foreign_keys", {}),
        usage_warning=facts.get("usage_warning"),
        kind=facts.get("kind", "table"),
        is_derived=facts.get("is_derived", False),
    )


def _overridden(column: Column, facts: dict | None) -> Column:
    """What a shared column means in one table: its own words, list of values or type."""
    if not facts:
        return column
    return replace(column, **{**facts, "allowed": tuple(facts.get("allowed", column.allowed))})
