"""Classes of values for a map: at most five, between round numbers that share the places out about evenly.

Values are put in classes as they are printed (`rounded`), so that a place that reads 50% is in the class from 50%.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from localsdg.figures.messages.messages import COUNTS, rounded

if TYPE_CHECKING:
    from localsdg.figures.messages.messages import Words

#: How many classes a map has; more are not told apart by their shade.
MOST = 5
#: How many ends between classes round numbers leave at least; else the numbers are less round.
_LEAST = 2
#: First digits of round numbers, the roundest first.
_ROUND = ((1.0, 2.0, 5.0), tuple(map(float, range(1, 10))), tuple(tenth / 10 for tenth in range(10, 100)))


def thresholds(values: Sequence[float]) -> tuple[float, ...]:
    """The lower ends of all classes but the first, rising; () where all values are one.

    Up to five different values are a class each. Of more, the ends are near the fifths of the places; where many
    places share a value, or round numbers tell too few apart, near the fifths of the different values.
    """
    different = sorted(set(values))
    if len(different) <= MOST:
        return tuple(different[1:])
    for ranked in (sorted(values), different):
        wanted = [ranked[len(ranked) * part // MOST] for part in range(1, MOST)]
        for digits in _ROUND:
            found = {_nearest(one, digits, different[-1]) for one in wanted}
            ends = tuple(sorted(one for one in found if different[0] < one <= different[-1]))
            if len(ends) >= _LEAST:
                return ends
    return tuple(wanted)


def _nearest(value: float, digits: tuple[float, ...], most: float) -> float:
    """The round number nearest to a value; of two as near, the one that is nearer to zero."""
    if value <= 0:
        return -_nearest(-value, digits, most) if value else 0.0
    power = math.floor(math.log10(value))
    candidates = [float(f"{digit}e{place}") for place in (power, power + 1) for digit in digits]
    if most <= 100:  # shares: every tenth is round
        candidates += [float(tenth) for tenth in range(10, 100, 10)]
    return min(candidates, key=lambda one: (abs(one - value), one))


def class_of(value: float, lower_ends: Sequence[float]) -> int:
    """The class of a value, from 0."""
    return sum(value >= end for end in lower_ends)


def class_names(values: Sequence[float], unit: str, w: Words) -> list[str]:
    """A name for each class of these values, the lowest first: `< 20%`, `20%–50%`, `≥ 50%`.

    Where all values of a class are one, it is the name. Counts are whole, so that their classes share no number: `2–4`
    and `5–9`.
    """
    different, ends = sorted(set(values)), thresholds(values)
    if len(different) <= MOST:
        return [w.amount(one, unit) for one in different]
    is_count = unit in COUNTS
    lowest = (
        w.amount(different[0], unit) if is_count and ends[0] == different[0] + 1 else f"< {w.amount(ends[0], unit)}"
    )
    middle = [_span(low, high - 1 if is_count else high, unit, w) for low, high in pairwise(ends)]
    highest = w.amount(ends[-1], unit)
    return [lowest, *middle, highest if ends[-1] == different[-1] else f"≥ {highest}"]


def _span(low: float, high: float, unit: str, w: Words) -> str:
    return w.amount(low, unit) if low == high else f"{w.amount(low, unit)}–{w.amount(high, unit)}"


def put_in_classes(rows: list[dict[str, Any]], unit: str, w: Words) -> None:
    """Name the class of each row (`series`) by `class_names`; `rows` are those that are on the map, none too."""
    values = [rounded(row["value"]) for row in rows]
    ends, names = thresholds(values), class_names(values, unit, w)
    for row, value in zip(rows, values, strict=True):
        row["series"] = names[class_of(value, ends)]
