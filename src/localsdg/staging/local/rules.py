"""Rules under which a row, a file or a snapshot of local data is left out; each platform puts its prefix before them.

`OSDG-R06` is the rule R06 for a row of an Open SDG site. R and X are of rows and
files, P of placeholders, C of copies, M and S of metadata and whole snapshots.
"""

from __future__ import annotations

from localsdg.registry.rules import reasons

NO_TABLE, NO_YEAR, STRAY = "R01", "R02", "R03"
NO_VALUE, WRONG_CELLS, NO_NUMBER, NO_PERIOD, CONTRADICTION, REPEAT = "R04", "R05", "R06", "R07", "R08", "R09"
UNREADABLE, DOUBLE, NO_STATUS = "R10", "R11", "R12"
FAR_AHEAD, NO_MULTIPLIER = "R13", "R14"
KNOWN_PLACEHOLDER, REPEATED_CONTENT, TOY_VALUES, SAME_AT_OTHERS = "P01", "P02", "P03", "P05"
TEST_TITLE, DUMMY_NUMBERS = "P06", "P07"
NOT_COMPLETE, NOT_STATISTICAL, EXAMPLE = "X01", "X02", "X03"
COPY = "C01"
NO_METADATA, NO_SNAPSHOT = "M01", "S01"

#: So many files of one publisher with the same content make it a placeholder.
MANY_FILES = 20
#: Equal series count as one and the same only with so many different values: zeros and round counts are chance.
LEAST_VALUES = 5

#: Rules that reject rows.
ROW_RULES = reasons("OSDG", "R", "P", "X", "C")
#: Rules that set aside parts of the metadata, and whole snapshots.
ASIDE_RULES = reasons("OSDG", "M", "S")
#: Rules under which a whole file is set aside as well: it could not be used, and its publisher may want to know.
FILE_ASIDE = (NO_TABLE, NO_YEAR, UNREADABLE, DOUBLE, NO_STATUS)
#: Rules that are known once all snapshots are in: a copy or a starter of other places.
MARKED_LATER = (COPY, SAME_AT_OTHERS, DUMMY_NUMBERS)


def with_prefix(prefix: str, rules: dict[str, str]) -> dict[str, str]:
    """Rules of one platform, by full id."""
    return {f"{prefix}-{rule}": words for rule, words in rules.items()}


def is_placeholder(rule: str | None) -> bool:
    """Whether a rule says that the content was invented."""
    return bool(rule and rule.startswith("P"))
