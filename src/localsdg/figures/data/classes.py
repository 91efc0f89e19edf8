"""Classes of values for a map: at most five, between round numbers that share the places out about evenly."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localsdg.figures.messages.messages import Words

#: How many classes a map has; more are not told apart by their shade.
MOST = 5
#: First digits of a round number.
_ROUND = (1.0, 2.0, 5.0)


def thresholds(values: Sequence[float]) -> tuple[float, ...]:
    """The lower ends of all classes but the first, rising; () where all values are one."""
    different = sorted(set(values))
    if len(different) <= MOST:
        return tuple(different[1:])
    ranked = sorted(values)
    wanted = [ranked[len(ranked) * part // MOST] for part in range(1, MOST)]
    found = sorted({_nearest(one, different[-1]) for one in wanted})
    return tuple(one for one in found if different[0] < one <= different[-1])


def _nearest(value: float, most: float) -> float:
    """The round number nearest to a value."""
    powers = (10.0**power for power in range(-3, 13))
    candidates = [digit * power for power in powers for digit in _ROUND]
    if most <= 100:  # shares: every tenth is round
        candidates += [float(tenth) for tenth in range(10, 100, 10)]
    return min(candidates, key=lambda one: (abs(one - value), one))


def class_of(value: float, lower_ends: Sequence[float]) -> int:
    """The class of a value, from 0."""
    return sum(value >= end for end in lower_ends)


def put_in_classes(rows: list[dict[str, Any]], unit: str, w: Words) -> None:
    """Name the class of each row (`series`) by its ends, such as `20%–50%`; a value above the last end is `≥ 50%`."""
    ends = thresholds([row["value"] for row in rows])
    names = [
        f"< {w.amount(ends[0], unit)}" if ends else w.amount(rows[0]["value"], unit),
        *(f"{w.amount(low, unit)}–{w.amount(high, unit)}" for low, high in pairwise(ends)),
        *([f"≥ {w.amount(ends[-1], unit)}"] if ends else []),
    ]
    for row in rows:
        row["series"] = names[class_of(row["value"], ends)]
