"""Doing something to many things at once, without one bad thing stopping the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from localsdg.staging.contain import reason_of

Item = TypeVar("Item")


def fails_alone(
    items: Sequence[Item], attempt: Callable[[Sequence[Item]], object]
) -> tuple[list[Item], list[tuple[Item, str]]]:
    """The items with which an attempt succeeds, and those that fail alone, each with the reason.

    The attempt is made with all items; where it fails, with each half, down to the items at
    fault. Raises what is no fault of an item (an interrupt, a database that is gone). Where
    some items fail, the last attempt that succeeded need not have had all the good ones.
    """
    if not items:
        return [], []
    try:
        attempt(items)
        return list(items), []
    except Exception as error:
        reason = reason_of(error)
    if len(items) == 1:
        return [], [(items[0], reason)]
    middle = len(items) // 2
    good, failed = fails_alone(items[:middle], attempt)
    more_good, more_failed = fails_alone(items[middle:], attempt)
    return good + more_good, failed + more_failed
