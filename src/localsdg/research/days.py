"""A day that a question names, and the evidence as known on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from localsdg.common.errors import UsageError

if TYPE_CHECKING:
    from localsdg.research.connect import Warehouse

#: Whether the warehouse holds the edition of a day beside the newest.
_IS_HELD = "select 1 from evidence.metric_value_at_event where as_of = ? limit 1"


def read_day(asked: str | date | None) -> date | None:
    """A day such as `"2024-01-30"` or a date, today at the latest; raises `UsageError` for anything else."""
    if asked is None:
        return None
    try:
        day = asked.date() if isinstance(asked, datetime) else date.fromisoformat(str(asked).strip())
    except ValueError:
        raise UsageError("as_of is no day", expected="year-month-day, such as 2024-01-30", got=asked) from None
    if day > datetime.now(UTC).date():
        raise UsageError("as_of is a day to come", expected="a day up to today", got=day)
    return day


@contextmanager
def in_edition(warehouse: Warehouse, day: date | None) -> Iterator[tuple[Warehouse, str | None]]:
    """A warehouse with the evidence as known on a day, and the `as_of` of its rows; None for the newest.

    The edition of the event is in every warehouse. That of another day is computed in a copy of it, which takes
    up to a minute. Raises `UsageError` for a day before all releases.
    """
    if day is None or warehouse.con.execute(_IS_HELD, [day]).fetchone():
        yield warehouse, str(day) if day else None
        return
    from localsdg.research.connect import Warehouse
    from localsdg.warehouse.edition_file import opened_edition

    with opened_edition(warehouse.settings, day) as (settings, _), Warehouse(settings) as edition:
        yield edition, None
