"""The shape of a series over time: direction, turning point, standstill, record, and not its two ends alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from localsdg.figures.messages.messages import rounded

KINDS = ("rising", "falling", "turned_up", "turned_down", "stalled", "unchanged")


@dataclass(frozen=True)
class Point:
    """One value of a series; `value` as it is drawn."""

    year: int
    value: float


@dataclass(frozen=True)
class Shape:
    """What a series does: one of KINDS, between which points, and whether its end is its record."""

    kind: str
    first: Point
    turn: Point  # the highest or lowest point between, where it turned or came to a standstill; else the first
    last: Point
    record: str = ""  # "high" or "low": the last value is the highest or the lowest of all


def classify(points: Sequence[Point], least: float = 1.0) -> Shape:
    """The shape of a series of at least two points, sorted by year.

    `least` is the smallest change that is told, in the unit of the values (1 point for a share).
    """
    first, last = points[0], points[-1]
    change = rounded(last.value) - rounded(first.value)
    if abs(change) < least:
        return Shape("unchanged", first, first, last)
    return Shape("rising" if change > 0 else "falling", first, first, last)
