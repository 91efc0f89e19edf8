"""Calendars that count their years from another beginning, by the country whose government uses them.

`calendars.csv` states for each calendar its marks (`B.S.`, `พ.ศ.`, `令和`), the years that are
certainly its own, and how far they are from the common era: a year + `offset` is the common
year in which it begins, and `years` is 2 where it ends in the next one.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CALENDARS_CSV = Path(__file__).parent / "calendars.csv"
#: Calendars whose years have the numbers of common years: only a mark tells them apart.
_LIKE_COMMON = {"Ethiopian"}
#: Calendars of which a plain number is no year: the era is always written.
_ALWAYS_MARKED = {"Reiwa", "Heisei", "Showa"}


@dataclass(frozen=True)
class Calendar:
    """One calendar of a country; `lowest` to `highest` are the years that it may have in data of our time."""

    name: str
    country_iso3: str
    marks: tuple[str, ...]
    lowest: int
    highest: int
    offset: int
    spans_two: bool

    @property
    def needs_mark(self) -> bool:
        """Whether a year without its mark may be a common year, or no year."""
        return self.name in _LIKE_COMMON | _ALWAYS_MARKED

    def common_years(self, year: int) -> tuple[int, int] | None:
        """First and last common year of a year of this calendar; None where it has no such year."""
        if not self.lowest <= year <= self.highest:
            return None
        return year + self.offset, year + self.offset + self.spans_two


@cache
def calendars() -> tuple[Calendar, ...]:
    """All calendars of the list, in its order."""
    with CALENDARS_CSV.open(encoding="utf-8", newline="") as file:
        return tuple(
            Calendar(
                row["calendar"],
                row["country_iso3"],
                tuple(row["marks"].split("|")),
                int(row["lowest"]),
                int(row["highest"]),
                int(row["offset"]),
                row["years"] == "2",
            )
            for row in csv.DictReader(file)
        )
