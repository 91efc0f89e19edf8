"""Files that hold no figure of the site: invented, copied from the starter, or not reported.

A new site starts as a copy of a starter with invented numbers. Each sign is a
rule of its own, and the first that holds is the file's. The signs of content
(P01 to P03, and P05 when all sites are in) make a placeholder. A status other
than complete (X01), `data_non_statistical` (X02) and an example that a hand
edited (X03) leave the file out as well, and are counted apart: real series
stand under "not started".
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

from localsdg.staging.opensdg.files import DataFile
from localsdg.staging.opensdg.meta import Fields, flag, stated_text

STARTER_TXT = Path(__file__).parents[2] / "registry" / "starter_hashes.txt"
MANY = 20
NOT_COMPLETE = "OSDG-X01"
FILE_RULES = {
    "OSDG-P01": "placeholder: the content is known from the platform's starter",
    "OSDG-P02": "placeholder: the same content stands in 20 files of the site, or in most of them",
    "OSDG-P03": "placeholder: toy values (1, 2, 3 or zeros) in years that had not come",
    NOT_COMPLETE: "the site does not call the indicator complete",
    "OSDG-X02": "the site calls the indicator non-statistical",
    "OSDG-X03": "the starter's example, edited by hand (groups A and B, planets and fruit, comment lines)",
}
_COMPLETE = ("complete", "completed", "completo", "vollstandig")


@cache
def starter_hashes() -> frozenset[str]:
    """sha256 of the starter's invented files, LF and CRLF."""
    return frozenset(STARTER_TXT.read_text(encoding="utf-8").split())


def repeated(files: list[DataFile], same_indicator) -> frozenset[str]:
    """Hashes of contents that stand in too many files of one site.

    `same_indicator(ids)` is true where all ids are one UN indicator under
    several codes (1.5.1, 11.5.1, 13.1.1): equal files are right there.
    """
    tables = [one for one in files if one.rule_id is None]
    count = Counter(one.sha256 for one in tables)
    found = set()
    for sha256, n in count.items():
        ids = [one.indicator_id for one in tables if one.sha256 == sha256]
        if n >= MANY or (n >= 3 and n * 2 > len(tables) and not same_indicator(ids)):
            found.add(sha256)
    return frozenset(found)


def file_rule(file: DataFile, fields: Fields, *, in_many: frozenset[str], year_pulled: int) -> str | None:
    """The first rule that leaves the whole file out, or None."""
    if file.sha256 in starter_hashes():
        return "OSDG-P01"
    if file.rule_id:
        return file.rule_id
    if file.sha256 in in_many:
        return "OSDG-P02"
    if is_toy(file, year_pulled):
        return "OSDG-P03"
    if has_starter_shape(file):
        return "OSDG-X03"
    # the first word: broken front matter runs on into the text (Cape Town's 1-2-1.md)
    status = stated_text(fields.get("reporting_status")).casefold().split()
    if status and status[0] not in _COMPLETE:
        return NOT_COMPLETE
    return "OSDG-X02" if flag(fields.get("data_non_statistical")) else None


def is_toy(file: DataFile, year_pulled: int) -> bool:
    """Few small whole numbers, some of them for years after the pull."""
    years, values = file.columns[file.column("year")], file.columns[file.column("value")]
    seen = {value.strip() for value in values}
    if not seen or not seen <= {"0", "1", "2", "3", "0.0", "1.0", "2.0", "3.0"} or len(seen) > 3:
        return False
    return any(re.fullmatch(r"[0-9]{1,9}", year.strip()) and int(year) > year_pulled for year in years)


def has_starter_shape(file: DataFile) -> bool:
    """The starter's example, edited by hand: its columns or groups are still there."""
    names = {cell.casefold() for cell in file.columns}
    if (
        {"planet", "fruit"} <= names
        or file.has_comments
        or any(cell.lstrip().startswith("#") for cell in file.columns[file.column("year")])
    ):
        return True
    group = file.column("group")
    if group is None or len(file.columns) != 3:
        return False
    return {cell.strip() for cell in file.columns[group]} == {"", "A", "B"}
