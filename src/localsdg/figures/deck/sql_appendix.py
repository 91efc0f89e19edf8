"""The file beside a deck that holds the definition and the query of each of its figures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.figures.deck.file_mark import marked_text, write_marked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localsdg.figures.data.figure import Figure
    from localsdg.figures.messages.messages import Words


def appendix_path(deck: Path) -> Path:
    """`localsdg-C04.pptx` -> `localsdg-C04-sql.md`."""
    return deck.with_name(f"{deck.stem}-sql.md")


def write_appendix(deck: Path, figures: Iterable[Figure], w: Words, version: str) -> Path:
    """Write the definitions, coverage, caveats and queries of a deck's figures beside it; returns where.

    A file of that name that a person has changed stays, see `file_mark`.
    """
    parts = [f"# {w.say('deck.sql_title')}", w.say("deck.sql_lead", version=version)]
    parts += [_entry(figure, w) for figure in figures]
    return write_marked(appendix_path(deck), marked_text("\n\n".join(parts)).encode())


def trace(figure: Figure) -> str:
    """The command that traces a figure to its files."""
    return f"localsdg explain {figure.figure_id}" + (f" --as-of {figure.known_on}" if figure.known_on else "")


def _entry(figure: Figure, w: Words) -> str:
    lines = [
        f"## {figure.figure_id}",
        _text(figure.title),
        _text(w.say("deck.definition", text=figure.definition)),
        _text(" ".join(part for part in (figure.coverage, figure.uncertainty, *figure.notes, figure.caveat) if part)),
        _text(figure.source),
        f"{w.say('deck.trace', command=f'`{trace(figure)}`')}",
    ]
    fence = "````" if "```" in figure.sql else "```"
    return "\n\n".join([line for line in lines if line] + [f"{fence}sql\n{figure.sql.rstrip()}\n{fence}"])


def _text(text: str) -> str:
    """A paragraph of Markdown that shows the text as it is: no tag, link or emphasis in it."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|" else sign for sign in re.sub(r"[ \t\r\n]+", " ", text))
