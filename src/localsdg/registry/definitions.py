"""What a series measures in a release where that changes: the poverty line of `series_definitions.csv`.

The line is part of what the series means: $1.90 a day at the purchasing power
parities (PPP) of 2011 and $2.15 at those of 2017 are two series under one
code. A text of the source that names the line goes before the list, which
goes by the day of the release.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from localsdg.common.csv_files import read_rows
from localsdg.registry.releases import release_days
from localsdg.registry.series import DEFINITIONS_CSV

#: An amount of dollars a day: `$2.15`, `USD 2.15`, `2.15 a day`; never `$200`.
_AMOUNT = re.compile(
    r"(?:\$|\bUSD)\s*(\d{1,2}(?:[.,]\d{1,2})?)(?![.,]?\d)|(?<![\d.,])(\d{1,2}[.,]\d{1,2})\s*(?:a|per|/)\s*day\b",
    re.IGNORECASE,
)
#: The year of purchasing power parities: `2017 PPP`, `PPP 2017`, `PPPs of 2017`.
_PPP = re.compile(r"\b(20\d\d)\s*PPPs?\b|\bPPPs?[\s,:(]{0,3}(?:of\s|in\s)?(20\d\d)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Definition:
    """One row of the list."""

    series_code: str
    from_day: date
    until_day: date
    definition: str


@cache
def listed_definitions() -> tuple[Definition, ...]:
    """The rows of the list; a blank day is the first or the last there can be."""
    return tuple(
        Definition(
            row["series_code"],
            date.fromisoformat(row["from_day"]) if row["from_day"] else date.min,
            date.fromisoformat(row["until_day"]) if row["until_day"] else date.max,
            row["definition"],
        )
        for row in read_rows(DEFINITIONS_CSV)
    )


def defined_series() -> frozenset[str]:
    """Codes of the series that the list names."""
    return frozenset(one.series_code for one in listed_definitions())


def listed_definition(series_code: str, release: str) -> str | None:
    """What a series of the list measures in a release; None where the release's name does not decide it.

    So it is where the name has no date, and where a month or a year without a day has a change in it.
    """
    days = release_days(release)
    if days is None:
        return None
    first, last = days
    fitting = [
        one.definition
        for one in listed_definitions()
        if one.series_code == series_code and one.from_day <= first and last <= one.until_day
    ]
    return fitting[0] if len(fitting) == 1 else None


def stated_definition(series_code: str, texts: Iterable[str | None]) -> str | None:
    """The poverty line that texts of the source name for a series of the list, or None.

    Half of it (`$2.15`, `2017 PPP`) is completed from the list. Texts that name several lines decide nothing.
    """
    whole = " ".join(text for text in texts if text)
    amounts, years = _named(_AMOUNT, whole), _named(_PPP, whole)
    if len(amounts) > 1 or len(years) > 1 or not (amounts or years):
        return None
    known = dict.fromkeys(one.definition for one in listed_definitions() if one.series_code == series_code)
    fitting = [one for one in known if amounts <= _named(_AMOUNT, one) and years <= _named(_PPP, one)]
    if len(fitting) == 1:
        return fitting[0]
    line = f"${min(amounts)} a day" if amounts else ""
    ppp = f"{min(years)} PPP" if years else ""
    return f"{line} ({ppp})" if line and ppp else line or f"a line at {ppp}"


def _named(pattern: re.Pattern[str], text: str) -> set[str]:
    """What a text names, each in one spelling: `1,9` and `$1.90` are 1.90."""
    found = ("".join(groups) for groups in pattern.findall(text))
    return {one if len(one) == 4 and one.isdigit() else f"{float(one.replace(',', '.')):.2f}" for one in found}
