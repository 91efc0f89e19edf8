"""The differences of two published files as Markdown, as one offline page, and as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

from localsdg.common.clean_text import clean_text
from localsdg.common.json_text import json_text
from localsdg.warehouse.publication_diff import PublicationDiff
from localsdg.warehouse.publication_sections import Cell, Section, sections

_TEMPLATE = Path(__file__).with_name("publication_diff.html.j2")
#: What Markdown or the HTML within it would take for its own.
_MARKS = re.compile(r"([\\`*\[\]|])")
_DIGITS = 6
#: Without a number: the ranked parts were cut before.
_MORE = "There are more rows: localsdg diff with both versions and --limit 0 shows all."


def heading(diff: PublicationDiff) -> str:
    """`version 2026.11.20.1 to 2026.11.27.1`."""
    return f"version {diff.old.version or 'unknown'} to {diff.new.version or 'unknown'}"


def markdown(diff: PublicationDiff, limit: int = 20) -> str:
    """Sentences, then a table a section with at most `limit` rows (0 for all); texts of the data are escaped."""
    parts = [f"# What changed, {_escaped(heading(diff))}", "\n".join(f"- {_escaped(line)}" for line in diff.lines)]
    for section in sections(diff, limit):
        parts += [f"## {_escaped(section.title)}", _markdown_table(section)]
        if section.left_out:
            parts.append(_MORE)
    if diff.not_compared:
        parts += ["## Not compared", "\n".join(f"- {_escaped(line)}" for line in diff.not_compared)]
    return "\n\n".join(part for part in parts if part) + "\n"


def html(diff: PublicationDiff, limit: int = 25) -> str:
    """One page without a request to anywhere; whatever comes from data is escaped."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["cell"] = cell_text
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        diff=diff,
        heading=heading(diff),
        lines=[clean_text(line) for line in diff.lines],
        not_compared=[clean_text(line) for line in diff.not_compared],
        sections=sections(diff, limit),
        more=_MORE,
    )


def as_json(diff: PublicationDiff) -> str:
    """Everything as one object: both publications, lines, headlines, and the rows of each part as objects."""
    from localsdg.warehouse.result_files import result_bytes

    body = {
        "old": asdict(diff.old),
        "new": asdict(diff.new),
        "same_data": diff.same_data,
        "lines": diff.lines,
        "headlines": diff.headlines,
        "not_compared": diff.not_compared,
        "parts": {
            name: json.loads(result_bytes(table, "json")[0]) if table.num_columns else []
            for name, table in diff.tables.items()
        },
    }
    return json_text(body, indent=1, default=str) + "\n"


def cell_text(cell: Cell) -> str:
    """A cell as text: numbers with separators, nothing for what is missing."""
    if cell is None:
        return ""
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.{_DIGITS}g}" if abs(cell) < 10**_DIGITS else f"{cell:,.0f}"
    return " ".join(clean_text(cell).split())


def _markdown_table(section: Section) -> str:
    rules = ["---:" if name in section.numbers else "---" for name in section.headings]
    rows = [[_escaped(cell_text(cell)) for cell in row] for row in section.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (list(section.headings), rules, *rows))


def _escaped(text: str) -> str:
    marked = _MARKS.sub(r"\\\1", " ".join(clean_text(text).split()))
    return marked.replace("&", "&amp;").replace("<", "&lt;")
