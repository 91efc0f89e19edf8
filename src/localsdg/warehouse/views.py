"""Views of the published file, one a metric and one an example query, with every column described."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import model, text
from localsdg.common.errors import LocalsdgError
from localsdg.registry.evidence import metrics
from localsdg.registry.tables import Column, columns, main_views, tables

if TYPE_CHECKING:
    import duckdb

_COLUMN = re.compile(r"^-- column (\w+): (.+)$")


@dataclass(frozen=True)
class View:
    """What a view is; `columns` holds those that mean something narrower than the registry's of the name."""

    name: str
    description: str
    select: str
    columns: dict[str, Column] = field(default_factory=dict)

    def column(self, name: str) -> Column:
        """The declaration of one of its columns; raises `LocalsdgError` where there is none."""
        if found := self.columns.get(name) or columns().get(name):
            return found
        raise LocalsdgError(
            "a column of a view is not described",
            where=f"{self.name}.{name}",
            expected="a column of this name in src/localsdg/registry/columns*.toml, or a line "
            f"'-- column {name}: …' at the top of the query",
            next_step="add it, then localsdg build",
        )


def short_views() -> list[View]:
    """The tables that most questions need under short names in `main`, with the words of their tables."""
    return [
        View(
            f"main.{short}",
            f"{table.comment} The same as {table.name}.",
            f"select * from {table.name}",
            {column.name: column for column in table.columns},
        )
        for short, table in main_views().items()
    ]


def metric_views() -> list[View]:
    """One view a metric: its rows of `evidence.metric_value`, its unit said with its values."""
    table = tables()["evidence.metric_value"]
    own = {one.name: one for one in table.columns if one.name != "metric_id"}
    shown = ", ".join(f"v.{name}" for name in own)
    found = []
    for metric in metrics().values():
        value = replace(own["value"], description=f"{metric.title}.", unit=metric.unit)
        found.append(
            View(
                f"evidence.{metric.metric_id}",
                f"{metric.title}, {metric.unit}. {metric.definition}",
                f"select {shown} from evidence.metric_value as v where v.metric_id = '{metric.metric_id}'",
                own | {"value": value},
            )
        )
    return found


def example_views(sql: Path) -> list[View]:
    """One view an example query; lines `-- column NAME: text` at its top describe columns of its own."""
    return [_described_view(path) for path in sorted((sql / "examples").glob("*.sql"))]


def _described_view(path: Path) -> View:
    select = model(path)
    lines = select.splitlines()
    described = {match[1]: _described(match[1], match[2]) for match in map(_COLUMN.match, lines) if match}
    return View(f"evidence.{path.stem}", lines[0].removeprefix("--").strip(), select, described)


def edition_views(sql: Path) -> list[View]:
    """The two editions in one view, and side by side (`sql/editions/`)."""
    both = tables()["evidence.metric_value"]
    return [
        View(
            "evidence.metric_value_as_of",
            "Values of the metrics in both editions: the newest, and as known on the day of the event. "
            "as_of tells them apart.",
            "select * from evidence.metric_value union all by name select * from evidence.metric_value_at_event",
            {one.name: one for one in both.columns},
        ),
        *(_described_view(path) for path in sorted((sql / "editions").glob("*.sql"))),
    ]


def create_views(con: duckdb.DuckDBPyConnection, views: list[View]) -> None:
    """Make the views, in order."""
    # the line end closes a comment in which a query may end
    statements = "; ".join(f"create view {view.name} as {view.select}\n" for view in views)
    con.execute(f"begin; {statements}; commit")


def comments(con: duckdb.DuckDBPyConnection, views: list[View]) -> list[str]:
    """`COMMENT` statements for the views and each of their columns; raises as `View.column`."""
    names: dict[str, list[str]] = {}
    for view, name in con.execute(
        "select schema_name || '.' || table_name, column_name from duckdb_columns() "
        "where database_name = current_database() order by all"
    ).fetchall():
        names.setdefault(view, []).append(name)
    statements = []
    for view in views:
        statements.append(f"comment on view {view.name} is {text(view.description)}")
        statements += [
            f'comment on column {view.name}."{name}" is {text(view.column(name).comment)}' for name in names[view.name]
        ]
    return statements


def _described(name: str, text: str) -> Column:
    known = columns().get(name)
    return replace(known, description=text) if known else Column(name, "", text)
