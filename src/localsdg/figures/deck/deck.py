"""The PowerPoint deck: a short one that is shown as it is, or a full one of all figures.

The words and numbers are the figures' own, the order is the briefing's. The
same result gives the same bytes: dates are those of the warehouse, in the deck
and in each workbook. What a person has changed is never replaced (`file_mark`).
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg import __version__
from localsdg.common.clean_text import clean_value
from localsdg.common.errors import LocalsdgError
from localsdg.figures.deck import slide as deck_slide
from localsdg.figures.deck.canvas import open_canvas
from localsdg.figures.deck.file_mark import marked, remove_unchanged, write_marked
from localsdg.figures.deck.outline import OUTLINES
from localsdg.figures.deck.ppt_sections import add_sections
from localsdg.figures.deck.sql_appendix import appendix_path, write_appendix
from localsdg.figures.deck.stamp import Stamp, deck_name, read_stamp
from localsdg.figures.messages.messages import words

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Result
    from localsdg.figures.messages.messages import Words

__all__ = ["KINDS", "Stamp", "deck_name", "read_stamp", "remove_deck", "write_deck"]
#: What `--deck` takes.
KINDS = tuple(OUTLINES)


def write_deck(
    result: Result,
    path: Path,
    lang: str,
    stamp: Stamp,
    kind: str = "short",
    template: Path | None = None,
    size: str = "16:9",
) -> Path:
    """Write a deck and the file of its queries beside it; returns where the deck is.

    `kind` is one of `KINDS`. With a `template` its master, fonts, colours and size are used. A deck
    at `path` that is open, that a person has changed or that localsdg did not write stays as it is,
    and the new one has the next free name. Raises `LocalsdgError` when there is neither a figure nor
    a reason to show, and for a template that cannot be used.
    """
    if not result.figures and not result.missing:
        raise LocalsdgError(
            "there is nothing to show",
            expected="figures or reasons",
            got="neither",
            next_step="localsdg figures, without --claim",
        )
    w = replace(words(lang), known_on=stamp.known_on)
    result, stamp = clean_value(result), clean_value(stamp)
    canvas = open_canvas(template, size)
    parts = OUTLINES[kind](canvas, result, w, stamp)
    canvas.finish()
    for slide in canvas.deck.slides:
        deck_slide.set_language(slide, lang)
    add_sections(canvas.deck, parts)
    _set_properties(canvas.deck, w, lang, stamp)
    archive = io.BytesIO()
    canvas.deck.save(archive)
    target = write_marked(path, marked(archive.getvalue()))
    write_appendix(target, result.figures, w, stamp.version)
    return target


def remove_deck(path: Path) -> bool:
    """Delete a deck and its file of queries, unless a person has changed or opened them; whether the deck is gone."""
    remove_unchanged(appendix_path(path))
    return remove_unchanged(path)


def _set_properties(deck: Any, w: Words, lang: str, stamp: Stamp) -> None:
    properties = deck.core_properties
    properties.title = f"{w.say('deck.title')}: {stamp.area}"
    properties.author = properties.last_modified_by = "localsdg"
    properties.subject, properties.language, properties.version = stamp.version, lang, __version__
    properties.keywords = "SDG"
    properties.revision = 1
    properties.created = properties.modified = datetime.fromisoformat(stamp.built_at).replace(microsecond=0)
