"""What the page says of the data, read from the published file: tables, columns, sources, terms, how to cite."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_text
from localsdg.explore.copy import DATABASE, CopiedTable, copied_tables, example_names
from localsdg.registry.explore import explore_registry
from localsdg.warehouse.citation import as_line, read_citations
from localsdg.warehouse.query import open_published

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

QUERIES = Path(__file__).parent / "queries"
TITLE = "localsdg"
#: Rows of a page, and those of one answer: of a chart, of SQL, of a page of JSON.
PAGE_SIZE, MOST_ROWS = 50, 5000


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


def describe(settings: Settings) -> tuple[Facts, dict[str, Any]]:
    """The facts for the templates, and the metadata by which Datasette shows tables and columns."""
    with closing(open_published(settings)) as con:
        tables = copied_tables(con, example_names(settings))
        licences = _licences(con)
        shown = {table.name: _table(con, table, licences) for table in tables}
        row = con.execute(
            "select version, strftime(built_at, '%Y-%m-%d'), content_hash, code_version from meta.release"
        ).fetchone() or ("", "", "", "")
        cite = as_line(read_citations(con, ["warehouse"])[0])
    questions = read_questions()
    facts = Facts(
        version=str(row[0]),
        built_at=str(row[1]),
        content_hash=str(row[2]),
        code_version=str(row[3]),
        cite=cite,
        groups=_groups(tables, shown),
        questions=questions,
        sources={table.name: _source_lines(table, licences) for table in tables},
        never_mixed=list(explore_registry().never_mixed),
    )
    queries = {one["name"]: {"sql": one["sql"], "title": one["title"], "description": one["why"]} for one in questions}
    return facts, {"title": TITLE, "databases": {DATABASE: {"title": TITLE, "tables": shown, "queries": queries}}}


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


def _source_lines(table: CopiedTable, licences: dict[str, dict[str, str]]) -> list[str]:
    """`publisher: name. Terms: licence.` of each source whose data the table holds."""
    known = [licences[name] for name in table.declared.sources if name in licences]
    return [f"{one['publisher']}: {one['name']}. Terms: {one['licence']}" for one in known]


def _table(con: duckdb.DuckDBPyConnection, table: CopiedTable, licences: dict[str, dict[str, str]]) -> dict[str, Any]:
    """A table as Datasette's metadata has it."""
    known = [licences[name] for name in table.declared.sources if name in licences]
    described: dict[str, Any] = {
        "description": _description(con, table.relation),
        "columns": _columns(con, table.relation),
        "facets": table.those(table.declared.facets),
        "size": PAGE_SIZE,
        "source_lines": [
            {"publisher": one["publisher"], "name": one["name"], "terms": one["licence"], "homepage": one["homepage"]}
            for one in known
        ],
        "relation": table.relation,
    }
    if known:
        described["source"] = "; ".join(f"{one['publisher']}: {one['name']}" for one in known)
        described["license"] = "; ".join(dict.fromkeys(one["licence"] for one in known))
    if table.declared.label in table.columns:
        described["label_column"] = table.declared.label
    return described


def _description(con: duckdb.DuckDBPyConnection, relation: str) -> str:
    """What the table is, its grain and its warning, in the dictionary's words."""
    row = con.execute(
        "select description, grain, usage_warning from meta.table_info where table_name = ?", [relation]
    ).fetchone()
    if row is None:
        return ""
    description, grain, warning = row
    text = str(description).rstrip()
    if grain and grain != "see the view" and "One row:" not in text:
        text += f" One row: {grain}."
    return f"{text} Mind: {warning}" if warning and "Mind:" not in text else text


def _columns(con: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Description and unit of each column."""
    rows = con.execute(
        "select column_name, description, unit from meta.column_info where table_name = ? order by position",
        [relation],
    ).fetchall()
    return {name: f"{text} Unit: {unit}." if unit else text for name, text, unit in rows}


def _groups(tables: list[CopiedTable], shown: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The groups of the start page that have a table, each table with the first sentence of its description."""
    groups = []
    for group, title in explore_registry().groups.items():
        of_group = [table for table in tables if table.declared.group == group]
        entries = [
            {"name": table.name, "sentence": _first_sentence(shown[table.name]["description"])} for table in of_group
        ]
        if entries:
            groups.append({"id": group, "title": title, "tables": entries})
    return groups


def _first_sentence(text: str) -> str:
    head, stop, _ = text.partition(". ")
    return head + (stop.strip() or "")
