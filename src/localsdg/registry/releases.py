"""Release names of the UN database, and their order.

`2022.Q2.G.02` is a release of the service: year, quarter, G for global,
revision. Files that people keep carry a date: `2020-10-19`, `2022-07`. They
are put in one order by the month they stand for; a quarter counts as its
last month.
"""

from __future__ import annotations

import re

_QUARTER = re.compile(r"(20\d\d)\.Q([1-4])\.G\.(\d\d)")
_DATE = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?!\d)")


def release_order(release: str) -> tuple[int, int, int, str]:
    """Sort key: year, month, day or revision, and the name itself.

    A name in no known form sorts before all others.
    """
    if match := _QUARTER.fullmatch(release):
        year, quarter, revision = (int(part) for part in match.groups())
        return year, quarter * 3, revision, release
    if match := _DATE.fullmatch(release):
        year, month, day = match.groups()
        return int(year), int(month), int(day or 0), release
    return 0, 0, 0, release


def is_release(name: str) -> bool:
    """True for a name in one of the two known forms."""
    return bool(_QUARTER.fullmatch(name) or _DATE.fullmatch(name))


def release_in_name(file_name: str) -> str | None:
    """The release that a file name states, or None: `goal13_2022-07_all.xlsx` -> `2022-07`."""
    match = _QUARTER.search(file_name) or _DATE.search(file_name)
    return match.group(0) if match else None
