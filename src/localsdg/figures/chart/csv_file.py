"""The numbers of a figure as CSV that keeps its source: in lines before the header, or in a file beside it.

Lines begin with `#`: pandas skips them with `comment="#"`, DuckDB with `comment = '#', quote = '"'` (without the
quote it may cut a quoted cell at a #). The file beside it
is CSV on the Web metadata (W3C, https://www.w3.org/TR/tabular-data-primer/), `<name>.csv-metadata.json`.
A spreadsheet shows the lines above the table. The page writes the same lines: `metadata` has them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from localsdg.common.formula_guard import guard_formula

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure, PrintedPoint

#: Where title, source and caveat of the numbers are: before the header, in a file beside the CSV, or nowhere.
WITH_METADATA = ("comment", "sidecar", "none")
#: What follows the name of a CSV in that of the file beside it, by the standard.
SIDECAR = "-metadata.json"
#: Characters for which a cell is quoted: a reader takes what is behind a bare # for a comment.
_QUOTED = re.compile(r'[",\n\r#]')
#: What a spreadsheet would run, or take for the beginning of a quoted cell, behind a separator of a comment.
_CELL_START = re.compile(r'([,;])(?=[=+\-@"])')
#: The word `Source:` before a source, in any language.
_SOURCE_WORD = re.compile(r"^\w+\s?: ")
_SPACE = re.compile(r"\s+")
_NUMBERS = {
    "year": "integer",
    "n_areas": "integer",
    **dict.fromkeys(("value", "lower_bound", "upper_bound", "n_total", "coverage_pct"), "number"),
    "as_of": "date",
}


def csv_text(figure: Figure, meta: str = "none") -> str:
    """The rows shown, with a header of plain column names; text cells that a spreadsheet would run
    are quoted by an apostrophe.

    With `meta` comment, lines of `metadata` precede the header. Figures that reports print follow
    the rows. Two more columns are there with them alone: the report, empty for a value of a
    release, and what the report's figure measures where that is another thing.
    """
    columns = _columns(figure)
    rows = [*figure.rows, *map(_printed_row, figure.printed)]
    said = metadata(figure) if meta == "comment" else ()
    lines = [
        *(_CELL_START.sub(r"\1 ", f"# {key}: {text}") for key, text in said),
        _line(columns),
        *(_line(row.get(column) for column in columns) for row in rows),
    ]
    return "\n".join(lines) + "\n"


def metadata(figure: Figure) -> list[tuple[str, str]]:
    """What a figure says beside its numbers, in the order in which a file has it; nothing is empty.

    Keys are English, texts in the language of the figure and on one line; `note` may be there twice.
    """
    releases = dict.fromkeys(str(row["release"]) for row in figure.rows if row.get("release"))
    pairs = [
        ("figure", figure.figure_id),
        ("warehouse", figure.version),
        ("title", figure.title),
        ("area", figure.area),
        ("subtitle", figure.subtitle),
        ("unit", figure.unit),
        ("source", _SOURCE_WORD.sub("", figure.source)),
        ("series", ", ".join(figure.series)),
        ("release", "; ".join(releases)),
        ("as of", figure.as_of),
        ("coverage", figure.coverage),
        ("uncertainty", figure.uncertainty),
        *(("note", note) for note in figure.notes),
        ("caveat", figure.caveat),
    ]
    return [(key, _SPACE.sub(" ", text).strip()) for key, text in pairs if text.strip()]


def sidecar_text(figure: Figure, name: str) -> str:
    """CSV on the Web metadata of the CSV of this name, which has no lines before its header."""
    known = {key: text for key, text in metadata(figure) if key != "note"}
    heads = dict(zip(figure.columns, figure.headers, strict=True))
    body = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": figure.lang}],
        "url": name,
        "dc:identifier": figure.figure_id,
        "dc:title": figure.title,
        "dc:description": figure.subtitle,
        "dc:source": known["source"],
        "dc:spatial": figure.area,
        "dc:language": figure.lang,
        "schema:version": figure.version,
        "notes": [known | {"notes": list(figure.notes)}],
        "dialect": {"header": True, "delimiter": ",", "encoding": "utf-8"},
        "tableSchema": {
            "columns": [
                {
                    "name": column,
                    "titles": [column, heads[column]] if heads.get(column, column) != column else column,
                    "datatype": _NUMBERS.get(column, "string"),
                }
                for column in _columns(figure)
            ]
        },
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def safe_cell(value: Any) -> Any:
    """A text that begins like a formula gets an apostrophe before it; numbers stay numbers."""
    return guard_formula(value) if isinstance(value, str) else value


def _columns(figure: Figure) -> tuple[str, ...]:
    return (*figure.columns, *(("printed_in", "printed_definition") if figure.printed else ()))


def _line(cells: Iterable[Any]) -> str:
    return ",".join(_quoted("" if cell is None else str(safe_cell(cell))) for cell in cells)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _printed_row(point: PrintedPoint) -> dict[str, Any]:
    cells = {"label": point.label, "series": point.series, "year": point.year, "value": point.value}
    return cells | {"shown": point.shown, "printed_in": point.title, "printed_definition": point.definition}
