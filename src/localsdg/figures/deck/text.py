"""How much room text takes in the deck, whatever font the reader's office has.

A deck asks for Arial; an office that has neither it nor a twin takes another
font, and DejaVu Sans (Verdana is alike) is the widest of those that are common.
Lines of the deck's own texts are up to 1.21 times as wide in it as in Helvetica,
by whose widths `layout` measures. Pictures bring their letters along and need
no such allowance.
"""

from __future__ import annotations

from localsdg.figures.chart import layout
from localsdg.figures.chart.layout import Block

#: Width of a line in the widest plausible font over its width in Helvetica.
WIDEST = 1.21


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Points that a line takes at most."""
    return layout.text_width(text, size, bold=bold) * WIDEST


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Lines no wider than `width` in any font; a word that is wider is cut."""
    return layout.wrap(text, width / WIDEST, size, bold=bold)


def fit(text: str, width: float, sizes: tuple[float, ...], most: int, *, bold: bool = False) -> Block:
    """The text in at most `most` lines in any font, in the largest size that holds it; cut with …."""
    return layout.fit(text, width / WIDEST, sizes, most, bold=bold)
