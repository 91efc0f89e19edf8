"""How much room text takes in the deck, whatever font the reader's office has.

A deck asks for Arial; an office that has neither it nor a twin of it (Liberation
Sans, Helvetica) takes another: Calibri, Carlito and Arial Narrow are narrower,
DejaVu Sans and Verdana wider. A line is measured in Helvetica and in DejaVu
Sans, and has room for the wider of the two. Pictures bring their letters along
and need no such allowance.
"""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from localsdg.figures.chart import layout
from localsdg.figures.chart.layout import Block

#: Height of a line over its type, in the font with the highest lines.
LINE = 1.2
#: Room for fonts that are a little wider, and for letters that an office rounds up.
_SPARE = 1.02
#: A letter that no table has, as of another script.
_OTHER = 1000


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Points that a line takes at most, in any of the common fonts."""
    widths = _widths("bold" if bold else "regular")
    total = sum(widths.get(unicodedata.normalize("NFD", letter)[0], _OTHER) for letter in text)
    return max(total * size / 1000, layout.text_width(text, size, bold=bold)) * _SPARE


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Lines no wider than `width` points in any font; a word that is wider is cut."""
    return layout.wrap(text, width, size, bold=bold, measure=text_width)


def fit(text: str, width: float, sizes: tuple[float, ...], most: int, *, bold: bool = False) -> Block:
    """The text in at most `most` lines in any font, in the largest size that holds it; cut with …."""
    return layout.fit(text, width, sizes, most, bold=bold, measure=text_width)


@cache
def _widths(weight: str) -> dict[str, int]:
    """Thousandths of the size by letter."""
    groups = tomllib.loads((Path(__file__).parent / "widths.toml").read_text(encoding="utf-8"))[weight]
    return {letter: int(width) for width, letters in groups.items() for letter in letters}
