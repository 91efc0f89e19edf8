"""Release names of the UN database, their spellings, and their order in time.

A release of the service is `2025.Q3.G.02`: year, quarter, G for global,
revision. The UN's archive names the same release `2025.Q3.2` and its file
`2025_Q3.2_AllData_Before_20251212.csv`; `canonical_release` gives all of them
the service's name. Files that people keep carry a date instead:
`2020-10-19`, `2022-07`.

One order holds for all (`release_order`). A date is its day, and a month
without a day comes before its days. A quarter counts as published after the
last day of that quarter, its revisions one after the other: the UN publishes
a quarter's release at its end or in the two months after. A date that is
stated in the name ("Before_20251212": the data in force until that day) places
the release exactly, and so do the dates in `release_dates.csv`, which hold for
every spelling. Canonical names always stay in the order of their quarters and
revisions, whatever dates are known.

`publication` gives the day from which a release counts as published, by the
same dates, and how exact that is. A month or a quarter counts as its last day.
Snapshots of local sites carry their day behind an @: `bristol@2021-12-07`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from localsdg.common.csv_files import read_rows

#: Days until which a release was in force: release, in_force_until, reason.
RELEASE_DATES_CSV = Path(__file__).parent / "release_dates.csv"

_QUARTER = re.compile(r"(?<!\d)(20\d\d)[._ -]?Q([1-4])[._ -](?:G[._ -])?0*([1-9]\d?)(?!\d)", re.IGNORECASE)
_BEFORE = re.compile(r"Before[._ -]?(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)", re.IGNORECASE)
_DATE = re.compile(r"(?<!\d)(20\d\d)-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?![\d-])")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
#: Behind every day of a month: where a release counts that has only a quarter.
_AFTER_THE_LAST_DAY = 32

#: A day as year, month, day.
Day = tuple[int, int, int]
#: A release of the service as year, quarter, revision.
Quarter = tuple[int, int, int]


@dataclass(frozen=True)
class Publication:
    """The day from which a release counts as published, and what the day rests on.

    `basis` is `day` (the name is a day), `in force until` (the day until which the release was
    in force, so that it was published before), `month` or `quarter` (its last day), or `none`.
    """

    day: date | None
    basis: str


def publication(release: str, retrieved_on: date | None = None) -> Publication:
    """When a release in any spelling counts as published.

    The last day of a month or quarter gives way to an earlier day of retrieval: what was
    fetched was published. A name without a day, month or quarter has no day.
    """
    name = release.rpartition("@")[2]
    days = release_days(name)
    if quarter := _quarter(name):
        is_stated = quarter in _known_days() or _stated_day(name) is not None
        basis = "in force until" if is_stated else "quarter"
    elif match := _DATE.fullmatch(name):
        basis = "day" if match[3] else "month"
    else:
        return Publication(None, "none")
    last = days[1] if days else None
    if last and retrieved_on and basis in ("month", "quarter"):
        last = min(last, retrieved_on)
    return Publication(last, basis)


def release_day(release: str) -> date | None:
    """The day from which a release counts as published (`publication`), None where its name has none."""
    return publication(release).day


def release_order(release: str) -> tuple:
    """Sort key of a release in any spelling; see the order at the head of this module.

    A name in no known form is placed at the start of the year that it states,
    or before all others, and there by its parts, numbers as numbers.
    """
    if quarter := _quarter(release):
        return (_published(quarter, _stated_day(release)), 0, quarter, ())
    if match := _DATE.fullmatch(release):
        year, month, day = (int(part or 0) for part in match.groups())
        return ((year, month, day), 1, (0, 0, 0), ())
    stated = _YEAR.search(release)
    parts = tuple(
        (1, int(part), "") if part.isdigit() else (0, 0, part) for part in re.findall(r"[0-9]+|[A-Za-z]+", release)
    )
    return ((int(stated[1]) if stated else 0, 0, 0), 0, (0, 0, 0), parts)


def release_days(release: str) -> tuple[date, date] | None:
    """The first and the last day on which a release can have been published; None where its name has no date.

    A quarter's release counts on one day, as in `release_order`; a month without a day is the whole
    month, a name in no known form that states a year the whole year.
    """
    year, month, day = release_order(release)[0]
    if not year:
        return None
    first = date(year, month or 1, min(day or 1, monthrange(year, month or 1)[1]))
    if day:
        return first, first
    return first, date(year, month or 12, monthrange(year, month or 12)[1])


def canonical_release(name: str) -> str | None:
    """The one name of a release that is written in a known form, else None.

    `2025.Q3.2` and `2025_Q3.2_AllData_Before_20251212` give `2025.Q3.G.02`;
    dates stay as they are.
    """
    bare = name.strip()
    if match := _QUARTER.match(bare):
        rest = bare[match.end() :]
        if not rest or re.fullmatch(r"[._ -][\w .-]*", rest):
            return _name(match)
    return bare if _DATE.fullmatch(bare) else None


def is_release(name: str) -> bool:
    """True for a name in one of the known forms."""
    return canonical_release(name) is not None


def release_in_name(file_name: str) -> str | None:
    """The release that a file name states, or None: `goal13_2022-07_all.xlsx` -> `2022-07`."""
    if match := _QUARTER.search(file_name):
        return _name(match)
    match = _DATE.search(file_name)
    return match.group(0) if match else None


def _name(match: re.Match) -> str:
    year, quarter, revision = (int(part) for part in match.groups())
    return f"{year}.Q{quarter}.G.{revision:02d}"


def _quarter(release: str) -> Quarter | None:
    match = _QUARTER.match(release)
    return _three(match.groups()) if match else None


def _stated_day(release: str) -> Day | None:
    match = _BEFORE.search(release)
    return _three(match.groups()) if match else None


def _published(quarter: Quarter, stated: Day | None) -> Day:
    """The day that a quarter's release counts as: known, stated, or the quarter's end.

    Kept between the known days of the releases before and after it, so that
    no date ever puts a revision before an earlier one.
    """
    known = _known_days()
    day = known.get(quarter) or stated or (quarter[0], quarter[1] * 3, _AFTER_THE_LAST_DAY)
    earlier = [other for place, other in known.items() if place < quarter]
    later = [other for place, other in known.items() if place > quarter]
    return max([min([day, *later]), *earlier])


@cache
def _known_days() -> dict[Quarter, Day]:
    return {
        quarter: _three(row["in_force_until"].split("-"))
        for row in read_rows(RELEASE_DATES_CSV)
        if (quarter := _quarter(row["release"]))
    }


def _three(parts: Iterable[str]) -> tuple[int, int, int]:
    first, second, third = (int(part) for part in parts)
    return first, second, third
