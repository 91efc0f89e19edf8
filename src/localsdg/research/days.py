"""A day that a question names."""

from __future__ import annotations

from datetime import UTC, date, datetime

from localsdg.common.errors import UsageError


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
