"""What an assistant reads before it answers: dictionary, words, limits of the conclusions; search and citations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from localsdg.common.clean_text import clean_text
from localsdg.common.errors import UsageError
from localsdg.connector.answer import Answer
from localsdg.connector.tables import about
from localsdg.research.rows import rows
from localsdg.research.search import find
from localsdg.warehouse.citation import as_line, read_citations
from localsdg.warehouse.citation_formats import FORMATS

if TYPE_CHECKING:
    from localsdg.research.connect import Warehouse

_RULES = (
    "A value that is not there is a gap with a reason, never zero.",
    "Releases, definitions (poverty lines) and units are never mixed: no trend, rank, sum or average crosses one.",
    "Percentages are never added up or averaged over areas; a regional figure is the one that the UN publishes.",
    "A share of countries is read with its coverage: n_areas of n_total, and those that report may differ by year.",
    "A local number is set beside the nation's only where comparability says that it may be.",
    "A difference between two years is not what happened in between caused.",
    "An action in a register is what its lead states; that none is listed does not mean that none was done.",
    "A link that a model suggested (method `learned`) is a suggestion with a confidence, not a declaration.",
    "Modelled and estimated values (nature E, M) say nothing of a single year's events.",
)


def answer_search(
    warehouse: Warehouse, text: str, kinds: Iterable[str] | None, limit: int, language: str | None
) -> Answer:
    """The hits of a search, with how each goes on; raises `UsageError` for a wrong kind or language."""
    result = find(warehouse.settings, text, list(kinds) if kinds else None, limit, language)
    names = ("kind", "id", "title", "coverage", "source", "release", "why", "snippet", "command")
    hits = [{name: clean_text(str(getattr(hit, name))) for name in names} for hit in result.hits]
    n_found = sum(result.n_found.values())
    return Answer(
        title=f"Search for {result.query}: {n_found:,} found",
        rows=hits,
        n_rows=len(hits),
        is_cut=n_found > len(hits),
        releases=sorted({hit.release for hit in result.hits if hit.release}),
        sources=sorted({hit.source for hit in result.hits}),
        caveats=[f"nothing has “{word}”; searched for “{other}”" for word, other in result.corrected.items()],
        gaps=[f"nothing has “{word}”" for word in result.unknown],
        next_step="series with the id of a series, metric with that of a metric, local_profile with a local government",
        cite=[as_line(one) for one in read_citations(warehouse.con, ["warehouse"])],
        **about(warehouse),
    )


def answer_citations(warehouse: Warehouse, sources: Iterable[str], format: str) -> Answer:
    """How to cite the warehouse and its sources; raises `UsageError` for a source or format that is not known."""
    if format not in FORMATS:
        raise UsageError("no such form of citations", expected=", ".join(FORMATS), got=format)
    citations = read_citations(warehouse.con, tuple(sources))
    lines = [as_line(one) for one in citations] if format == "text" else [FORMATS[format](citations)]
    return Answer(
        title="How to cite",
        rows=[
            {"source": one.source, "title": one.title, "version": one.version, "licence": one.licence}
            for one in citations
        ],
        n_rows=len(citations),
        sources=sorted({one.title for one in citations}),
        cite=lines,
        **about(warehouse),
    )


def data_dictionary(warehouse: Warehouse) -> str:
    """Every table with its grain, warning and columns, as Markdown."""
    columns: dict[str, list[str]] = {}
    for row in rows(warehouse.con, "select * from meta.column_info order by table_name, position"):
        unit = f" [{row['unit']}]" if row["unit"] else ""
        columns.setdefault(row["table_name"], []).append(
            f"- `{row['column_name']}` ({row['data_type']}){unit}: {row['description']}"
        )
    parts = ["# Data dictionary", f"Warehouse {warehouse.version}, content hash {warehouse.about.content_hash}."]
    sql = "select * from meta.table_info where not starts_with(table_name, 'evidence.c') order by table_name"
    for table in rows(warehouse.con, sql):
        warning = [f"Warning: {table['usage_warning']}"] if table["usage_warning"] else []
        head = f"{table['description']} Grain: {table['grain']}."
        parts += ["\n".join([f"## {table['table_name']}", head, *warning, *columns.get(table["table_name"], [])])]
    return "\n\n".join(parts)


def glossary(warehouse: Warehouse) -> str:
    """The words of the project; the codes of the columns where the installation has no documents."""
    path = warehouse.settings.resources / "docs" / "glossary.md"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    sql = (
        "select distinct column_name, description, allowed from meta.column_info "
        "where table_name in ('core.observation', 'evidence.metric_value', 'core.local_indicator', 'core.action_link') "
        "order by all"
    )
    lines = [f"- **{row['column_name']}**: {row['description']}" for row in rows(warehouse.con, sql)]
    return "\n".join(["# Glossary", "", *lines])


def not_to_conclude(warehouse: Warehouse) -> str:
    """The rules of this project, the warnings of the tables, and the caveats of the metrics, as Markdown."""
    warnings = rows(
        warehouse.con,
        "select table_name, usage_warning from meta.table_info where usage_warning is not null order by table_name",
    )
    caveats = rows(
        warehouse.con,
        "select metric_id, mode(caveat) as caveat from evidence.metric_value where caveat is not null "
        "group by metric_id order by metric_id",
    )
    return "\n".join(
        [
            "# What not to conclude",
            "",
            *(f"- {rule}" for rule in _RULES),
            "",
            "## Of a table",
            "",
            *(f"- `{row['table_name']}`: {row['usage_warning']}" for row in warnings),
            "",
            "## Of a metric",
            "",
            *(f"- `{row['metric_id']}`: {row['caveat']}" for row in caveats),
        ]
    )


#: Address -> name, description, what it holds.
RESOURCES: dict[str, tuple[str, str, Callable[[Warehouse], str]]] = {
    "localsdg://dictionary": ("Data dictionary", "Tables and columns: meaning, unit, warnings.", data_dictionary),
    "localsdg://glossary": ("Glossary", "The words of the field and of the project.", glossary),
    "localsdg://what-not-to-conclude": (
        "What not to conclude",
        "The limits of what the numbers can carry.",
        not_to_conclude,
    ),
}
