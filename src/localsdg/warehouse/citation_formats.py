"""Citations as text, as BibTeX and as CSL JSON, the form that Zotero and pandoc read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from localsdg.warehouse.citation import QUERY, SOFTWARE, WAREHOUSE, as_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from localsdg.warehouse.citation import Citation

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
#: What would end the field of an address, or begin a comment: as URLs write it.
_IN_ADDRESS = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20", '"': "%22"}
_HEADINGS = {QUERY: "Query", WAREHOUSE: "Warehouse", SOFTWARE: "Software"}


def as_text(citations: list[Citation]) -> str:
    """A list of references, with a heading for the warehouse, the sources and the software."""
    lines: list[str] = []
    heading = None
    for citation in citations:
        if (now := _HEADINGS.get(citation.source, "Sources")) != heading:
            lines += [*([""] if lines else []), now]
            heading = now
        lines.append(f"  {as_line(citation)}")
    return "\n".join(lines) + "\n"


def as_bibtex(citations: list[Citation]) -> str:
    """BibTeX in UTF-8: `@misc`, which every style knows; `version`, `urldate` are biblatex's."""
    return "\n".join(_entry(citation) for citation in citations)


def as_csl_json(citations: list[Citation]) -> str:
    """CSL JSON: an array of items of the types `dataset` and `software`."""
    return json.dumps([_item(citation) for citation in citations], ensure_ascii=False, indent=1) + "\n"


#: The value of `--format` -> what writes it.
FORMATS: dict[str, Callable[[list[Citation]], str]] = {
    "text": as_text,
    "bibtex": as_bibtex,
    "csl-json": as_csl_json,
}


def latex(text: str) -> str:
    """A text as LaTeX prints it: its special characters escaped, letters with accents kept, on one line."""
    return "".join(_LATEX.get(char, char) for char in " ".join(text.split()))


def _entry(citation: Citation) -> str:
    issued = (citation.issued or "").split("-")
    fields = {
        # the inner braces keep a name of several words from being taken for first and last names
        "author": f"{{{latex(citation.author)}}}",
        "title": f"{{{latex(citation.title)}}}",
        "year": issued[0],
        "month": str(int(issued[1])) if len(issued) > 1 else "",
        "version": latex(citation.version),
        "howpublished": "Computer software" if citation.kind == "software" else "Data set",
        "url": "".join(_IN_ADDRESS.get(char, char) for char in citation.url or ""),
        "urldate": citation.retrieved_on or "",
        "note": latex(citation.note),
    }
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{citation.key},\n{body}\n}}\n"


def _item(citation: Citation) -> dict:
    item = {
        "id": citation.key,
        "type": citation.kind,
        "title": citation.title,
        "author": [{"literal": citation.author}],
        "publisher": citation.author,
        "issued": _date(citation.issued),
        "accessed": _date(citation.retrieved_on),
        "version": citation.version,
        "URL": citation.url,
        "license": citation.licence,
        "note": citation.note,
        "custom": citation.custom,
    }
    return {name: value for name, value in item.items() if value}


def _date(day: str | None) -> dict | None:
    """A day, month or year as CSL writes it: `{"date-parts": [[2020, 10, 19]]}`."""
    parts = re.findall(r"\d+", day or "")
    return {"date-parts": [[int(part) for part in parts]]} if parts else None
