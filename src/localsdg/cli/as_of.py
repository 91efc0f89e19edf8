"""The option `--as-of`: the evidence as known on a day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import click

from localsdg.common.errors import UsageError

#: Day, month, year in the order of most of the world, with dots, hyphens or slashes between them.
_OTHER_ORDER = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")


def parse_day(value: str, today: date) -> date:
    """The day that `--as-of` names, such as 2024-01-30, today at the latest.

    Raises `UsageError` for another form, a day that no calendar has, and a day to come.
    """
    from localsdg.registry.evidence import event_day

    try:
        day = date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else None
    except ValueError:
        day = None
    if day is None:
        raise UsageError(
            "--as-of is no day",
            expected="year-month-day, such as 2024-01-30",
            got=value,
            next_step=f"localsdg figures --as-of {_meant(value, today) or event_day()}",
        )
    if day > today:
        raise UsageError(
            "--as-of is a day to come",
            expected=f"a day up to today, {today}",
            got=value,
            next_step="localsdg figures, which shows the newest edition",
        )
    return day


def _meant(value: str, today: date) -> date | None:
    match = _OTHER_ORDER.fullmatch(value.strip())
    try:
        day = date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None
    return day if day and day <= today else None


def _read(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    return None if value is None else parse_day(value.strip(), datetime.now(UTC).date())


#: Option of commands that show figures.
AS_OF: Any = click.option(
    "--as-of",
    metavar="DAY",
    callback=_read,
    help="The evidence as known on this day, such as 2024-01-30: of each series the newest whole release of then.",
)


def report_undated(undated: tuple[str, ...]) -> None:
    """State on stderr which releases an edition leaves out because nothing dates them."""
    if undated:
        click.echo(f"left out, as no date is in the name of the release: {', '.join(undated)}", err=True)
