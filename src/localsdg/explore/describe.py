"""What the page says of the data, read from the published file: tables, columns, sources, terms, how to cite."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_text
from localsdg.explore.copy import DATABASE
from localsdg.registry.explore import UNDECLARED, ExploreTable, explore_registry
from localsdg.registry.tables import main_views
from localsdg.warehouse.citation import as_line, read_citations
from localsdg.warehouse.export.sqlite_file import open_sqlite
from localsdg.warehouse.query import open_published

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

QUERIES = Path(__file__).parent / "queries"
TITLE = "localsdg"
#: Rows of a page, and those of one answer: of a chart, of SQL, of a page of JSON.
PAGE_SIZE, MOST_ROWS = 50, 5000
#: Tables of the copy that describe it; their words are beside each table.
_DICTIONARY = ("table_info", "column_info", "export_info")


@dataclass(frozen=True)
class Facts:
    """What the templates show beside the tables: the version, groups of tables, example questions, citations."""

    version: str
    built_at: str
    content_hash: str
    code_version: str
    cite: str
    groups: list[dict[str, Any]]
    questions: list[dict[str, str]]
    sources: dict[str, list[str]]
    never_mixed: list[str]
    most_rows: int = MOST_ROWS

    def csv_head(self, table: str, address: str) -> list[str]:
        """The lines at the top of a CSV: version, where it is from, sources with their terms."""
        of_table = self.sources.get(table) or sorted({line for lines in self.sources.values() for line in lines})
        lines = [
            f"localsdg warehouse, version {self.version}, content hash {self.content_hash}, built {self.built_at}",
            f"Page: {address}",
            *(f"Source: {line}" for line in of_table),
            f"Cite as: {self.cite}",
        ]
        return [" ".join(clean_text(line).split()) for line in lines]


def describe(settings: Settings, copy: Path) -> tuple[Facts, dict[str, Any]]:
    """The facts for the templates, and the metadata by which Datasette shows tables and columns."""
    with closing(open_published(settings)) as con:
        licences = _licences(con)
        row = con.execute(
            "select version, strftime(built_at, '%Y-%m-%d'), content_hash, code_version from meta.release"
        ).fetchone() or ("", "", "", "")
        cite = as_line(read_citations(con, ["warehouse"])[0])
    shown = _tables(copy, licences)
    questions = read_questions()
    facts = Facts(
        version=str(row[0]),
        built_at=str(row[1]),
        content_hash=str(row[2]),
        code_version=str(row[3]),
        cite=cite,
        groups=_groups(shown),
        questions=questions,
        sources={name: [_source_line(one) for one in table["source_lines"]] for name, table in shown.items()},
        never_mixed=list(explore_registry().never_mixed),
    )
    queries = {one["name"]: {"sql": one["sql"], "title": one["title"], "description": one["why"]} for one in questions}
    hidden = {name: {"hidden": True} for name in _DICTIONARY}
    database = {"title": TITLE, "tables": shown | hidden, "queries": queries}
    return facts, {"title": TITLE, "databases": {DATABASE: database}}


def read_questions() -> list[dict[str, str]]:
    """The example questions in `queries/`: name, title, why, values of their parameters as a query string, SQL."""
    questions = []
    for path in sorted(QUERIES.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        head = [line.removeprefix("-- ") for line in lines if line.startswith("--")]
        named = dict(line.split(": ", 1) for line in head[1:])
        sql = "\n".join(line for line in lines if not line.startswith("--"))
        questions.append(
            {"name": path.stem, "title": head[0], "why": named["why"], "values": named.get("values", ""), "sql": sql}
        )
    return questions


def _licences(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    cursor = con.execute("select source, name, publisher, licence, homepage from meta.licence")
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["source"]: row for row in rows}


def _source_line(one: dict[str, str]) -> str:
    return f"{one['publisher']}: {one['name']}. Terms: {one['licence']}"


def _tables(copy: Path, licences: dict[str, dict[str, str]]) -> dict[str, dict[str, Any]]:
    """Each table of the copy as Datasette's metadata has it, in the words of the copy's own dictionary."""
    with closing(open_sqlite(copy)) as file:
        tables = file.execute("select table_name, description, usage_warning from table_info").fetchall()
        columns: dict[str, dict[str, str]] = {}
        for table, column, text, unit in file.execute(
            "select table_name, column_name, description, unit from column_info order by table_name, position"
        ):
            columns.setdefault(table, {})[column] = f"{text} Unit: {unit}." if unit else text or ""
    declared = explore_registry().tables
    return {
        name: _table(declared.get(name) or ExploreTable(name), _description(text, warning), columns[name], licences)
        for name, text, warning in tables
        if name not in _DICTIONARY
    }


def _description(text: str | None, warning: str | None) -> str:
    return " ".join(filter(None, [text, f"Mind: {warning}" if warning and "Mind:" not in (text or "") else None]))


def _table(
    declared: ExploreTable, description: str, columns: dict[str, str], licences: dict[str, dict[str, str]]
) -> dict[str, Any]:
    known = [licences[name] for name in declared.sources if name in licences]
    described: dict[str, Any] = {
        "description": description,
        "columns": columns,
        "facets": [name for name in declared.facets if name in columns],
        "size": PAGE_SIZE,
        "source_lines": known,
    }
    if known:
        described["source"] = "; ".join(f"{one['publisher']}: {one['name']}" for one in known)
        described["license"] = "; ".join(dict.fromkeys(one["licence"] for one in known))
    if declared.label in columns:
        described["label_column"] = declared.label
    return described


def _groups(shown: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The groups of the start page that have a table, each table with the first sentence of its description."""
    registry = explore_registry()
    placed: dict[str, list[str]] = {group: [] for group in registry.groups}
    for name in [
        *(one for one in registry.tables if one in shown),
        *(one for one in shown if one not in registry.tables),
    ]:
        declared = registry.tables.get(name)
        placed[declared.group if declared else _group_of(name)].append(name)
    return [
        {
            "id": group,
            "title": title,
            "tables": [
                {"name": name, "sentence": _first_sentence(shown[name]["description"])} for name in placed[group]
            ],
        }
        for group, title in registry.groups.items()
        if placed[group]
    ]


def _group_of(name: str) -> str:
    """The group of a table that is not declared: an answer has the name of an example query."""
    return "answers" if name not in main_views() else UNDECLARED


def _first_sentence(text: str) -> str:
    head, stop, _ = text.partition(". ")
    return head + (stop.strip() or "")
