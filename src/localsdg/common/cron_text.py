"""Times of a schedule in five fields, as cron(5) has them, checked before anything is started.

Minute, hour, day of the month, month, day of the week; each a `*`, a number, a
name (`mon`, `jan`), a range `1-5`, a step `*/15` or a list `1,15` of these.
Where both days are restricted, cron takes either; so does Prefect.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from zoneinfo import ZoneInfo, available_timezones

from localsdg.common.close_matches import close_matches
from localsdg.common.errors import UsageError

EXAMPLE = '"0 6 * * 1" (Mondays at 06:00)'
_ALIASES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_WEEKDAYS = {name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
#: Name, smallest and largest number, and the names of numbers, by position.
_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of the month", 1, 31, {}),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _WEEKDAYS),
)


@dataclass(frozen=True)
class CronTimes:
    """The times of a schedule; a field is None where every value of it counts."""

    text: str
    minutes: tuple[int, ...] | None
    hours: tuple[int, ...] | None
    days: tuple[int, ...] | None
    months: tuple[int, ...] | None
    weekdays: tuple[int, ...] | None  # 0 is Sunday

    def calendar_events(self, zone: str) -> list[str]:
        """The same times for `OnCalendar=` of systemd (systemd.time(7)), one or two lines."""
        clock = f"{_numbers(self.hours)}:{_numbers(self.minutes)}:00 {zone}"
        date = f"*-{_numbers(self.months)}-{_numbers(self.days)} {clock}"
        if self.weekdays is None:
            return [date]
        named = ",".join(calendar.day_abbr[(day - 1) % 7] for day in self.weekdays)
        on_weekdays = f"{named} *-{_numbers(self.months)}-* {clock}"
        return [on_weekdays] if self.days is None else [on_weekdays, date]


def parse_cron(text: str) -> CronTimes:
    """The times that five fields state; raises `UsageError` for a field that is wrong, and where no time ever comes."""
    plain = _ALIASES.get(text.strip().lower(), " ".join(text.split()))
    fields = plain.split(" ") if plain else []
    if len(fields) != len(_FIELDS):
        raise UsageError(
            "the times of the schedule have not five fields",
            where="--cron",
            expected=f"minute, hour, day of the month, month, day of the week, such as {EXAMPLE}",
            got=f"{len(fields)} in {text!r}",
        )
    minutes, hours, days, months, weekdays = map(_values, fields, _FIELDS)
    if weekdays is not None:
        weekdays = tuple(sorted({day % 7 for day in weekdays}))
    times = CronTimes(plain, minutes, hours, days, months, weekdays)
    _must_come(times)
    return times


def check_zone(name: str) -> str:
    """The time zone, as the IANA database spells it; raises `UsageError` with the nearest names."""
    known = available_timezones()
    if name in known:
        ZoneInfo(name)
        return name
    by_city: dict[str, str] = {zone.rpartition("/")[2]: zone for zone in sorted(known) if "/" in zone}
    same = [zone for zone in sorted(known) if name.casefold() in (zone.casefold(), zone.rpartition("/")[2].casefold())]
    near = same or close_matches(name, known) or [by_city[city] for city in close_matches(name, by_city)]
    raise UsageError(
        "unknown time zone",
        where="--timezone",
        expected=" or ".join(near) if near else "a name of the IANA database, such as Europe/Madrid or UTC",
        got=repr(name),
    )


def _values(field: str, limits: tuple[str, int, int, dict[str, int]]) -> tuple[int, ...] | None:
    """Numbers of one field in order, None for all of them."""
    name, low, high, words = limits
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        start = low if span == "*" else _number(first, words)
        end = high if span == "*" or (step and not dash) else _number(last, words) if dash else start
        every = _number(step, {}) if step else 1
        if start is None or end is None or not every or not low <= start <= end <= high or ("/" in part and not step):
            named = f" or {', '.join(words)}" if words else ""
            raise UsageError(
                f"the {name} of the schedule is wrong",
                where="--cron",
                expected=f"numbers from {low} to {high}{named}, as 1 or 1-5 or */2 or 1,3; the whole such as {EXAMPLE}",
                got=repr(part),
            )
        found.update(range(start, end + 1, every))
    return None if field == "*" else tuple(sorted(found))


def _number(text: str, words: dict[str, int]) -> int | None:
    if text.isascii() and text.isdecimal() and len(text) < 4:
        return int(text)
    return words.get(text.lower())


def _must_come(times: CronTimes) -> None:
    """Raise where no such day exists, as the 30th of February."""
    if times.weekdays is not None or times.days is None:
        return
    months = times.months or tuple(range(1, 13))
    if min(times.days) > max(calendar.monthrange(2024, month)[1] for month in months):
        raise UsageError(
            "the schedule never comes",
            where="--cron",
            expected=f"a day that the month has, such as {EXAMPLE}",
            got=repr(times.text),
        )


def _numbers(values: tuple[int, ...] | None) -> str:
    return "*" if values is None else ",".join(f"{value:02d}" for value in values)
