"""Where text goes: how wide it is, how it wraps, how far it has to shrink.

Widths are those of Helvetica (Adobe's metrics, in thousandths of the size),
which Arial and Liberation Sans share: text wraps alike on every machine.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure

#: The whole picture; a PNG is drawn at twice this: 1920 x 1080.
WIDTH, HEIGHT, SCALE = 960, 540, 2
MARGIN = 36

_GROUPS = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft\u00a0·’",
    333: "()-`r‑",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jckvsxyz",
    584: "+<=>~≈≥≤",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "…—",
    1015: "@",
}
_WIDTHS = {letter: width for width, letters in _GROUPS.items() for letter in letters}
#: Lower-case letters, digits and what is left of Latin.
_USUAL, _OTHER, _BOLD = 556, 1000, 1.09
_SIGN = re.compile(r"([<>≤≥≈]) (?=\d)")


@dataclass(frozen=True)
class Block:
    """Lines of text of one size."""

    lines: tuple[str, ...]
    size: float
    leading: float = 1.25

    @property
    def height(self) -> float:
        """Pixels from the top of the first line to the foot of the last."""
        return len(self.lines) * self.size * self.leading


@dataclass(frozen=True)
class Pad:
    """Pixels around the plot, within the picture's width and the room."""

    left: float
    right: float
    top: float
    bottom: float


def bar_gap(n_labels: int, n_series: int) -> float:
    """Share of a row that is left free between its bars and those of the next row."""
    return (0.2 if n_series > 1 else 0.25) + (0.25 if n_labels <= 5 else 0)


def ticks(low: float, high: float, *, are_whole: bool = False) -> list[float]:
    """Up to seven round numbers from zero on that cover an axis; `are_whole`: of counts, without halves."""
    span = high - min(low, 0)
    step = 10 ** math.floor(math.log10(span / 4))
    multiples = (1, 2, 5, 10) if are_whole and step < 10 else (1, 2, 2.5, 5, 10)
    step *= next(n for n in multiples if span / (step * n) <= 6)
    step = max(step, 1) if are_whole else step
    first, last = math.floor(min(low, 0) / step), math.ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]


def axis_ticks(figure: Figure) -> list[float]:
    """The round numbers of a figure's axis of values; of counts, whole ones."""
    values = (float(row["value"]) for row in figure.rows if row["value"] is not None)
    are_whole = figure.unit_code != "PERCENT" and all(value.is_integer() for value in values)
    return ticks(*figure.encoding.domain, are_whole=are_whole)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that a line takes; accents add nothing, letters that are not Latin count as wide."""
    total = 0
    for letter in text:
        base = unicodedata.normalize("NFD", letter)[0]
        total += _WIDTHS.get(base, _USUAL if ord(base) < 0x250 or base in "–‘“”•" else _OTHER)
    return total / 1000 * size * (_BOLD if bold else 1)


def signs_held(text: str) -> str:
    """The text with the sign of a limit held to its number: no line ends in `<`."""
    return _SIGN.sub("\\1\u00a0", text)


def parts_held(text: str, width: float, size: float) -> str:
    """A line of parts such as `World · 2020 · UN data as of July 2023`, of which each short one stays whole."""
    parts = text.split(" · ")
    held = [part.replace(" ", "\u00a0") if text_width(part, size) < width / 3 else part for part in parts]
    return " · ".join(held)


def wrap(
    text: str, width: float, size: float, *, bold: bool = False, measure: Callable[..., float] = text_width
) -> list[str]:
    """Lines no wider than `width`; a word that is wider is cut. `measure` tells how wide a line is."""
    lines: list[str] = []
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and measure(joined, size, bold=bold) <= width:
            lines[-1] = joined
            continue
        while measure(word, size, bold=bold) > width:
            keep = next(
                n for n in range(len(word) - 1, -1, -1) if n <= 1 or measure(word[:n], size, bold=bold) <= width
            )
            lines.append(word[: max(keep, 1)])
            word = word[max(keep, 1) :]
            if len(word) <= 1:
                break
        lines.append(word)
    return lines


def shortened(lines: list[str], most: int, width: float, size: float) -> list[str]:
    """The first `most` lines; the last ends in … where more are left out."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while text_width(last + "…", size) > width:
        last = last[:-1]
    return [*lines[: most - 1], last + "…"]


def fit(
    text: str,
    width: float,
    sizes: tuple[float, ...],
    most: int,
    *,
    bold: bool = False,
    measure: Callable[..., float] = text_width,
) -> Block:
    """The text in at most `most` lines, in the largest size that holds it; cut with … in the last."""
    for size in sizes:
        lines = wrap(text, width, size, bold=bold, measure=measure)
        if len(lines) <= most:
            return Block(tuple(_even(lines, text, width, size, measure) if bold else lines), size)
    kept, last = lines[: most - 1], lines[most - 1]
    while measure(last + "…", sizes[-1], bold=bold) > width:
        last = last[:-1]
    return Block((*kept, last.rstrip() + "…"), sizes[-1])


def _even(lines: list[str], text: str, width: float, size: float, measure: Callable[..., float]) -> list[str]:
    """A title in the same number of lines, as even as they get: no word alone in the last."""
    for share in range(96, 50, -4):
        narrower = wrap(text, width * share / 100, size, bold=True, measure=measure)
        if len(narrower) != len(lines):
            break
        lines = narrower
    return lines


def spread(places: list[float], room: float, low: float, high: float) -> list[float]:
    """Places moved apart to at least `room`, in their order, within `low` and `high`."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    for before, index in zip([None, *order], order, strict=False):
        floor = low if before is None else moved[before] + room
        moved[index] = max(places[index], floor)
    ceiling = high
    for index in reversed(order):
        moved[index] = min(moved[index], ceiling)
        ceiling = moved[index] - room
    return moved
