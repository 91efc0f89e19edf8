"""Rules under which a row, a file or a snapshot of local data is left out; each platform puts its prefix before them.

`OSDG-R06` is the rule R06 for a row of an Open SDG site. R and X are of rows and
files, P of placeholders, C of copies, M and S of metadata and whole snapshots.
"""

from __future__ import annotations

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
ROW_RULES = {
    NO_TABLE: "the file is no table: empty, a web page, a pointer to another store",
    NO_YEAR: "the file has no year or value column, or has it twice with other cells",
    STRAY: "the file is in a folder where the site's build does not look",
    NO_VALUE: "the row holds no value",
    WRONG_CELLS: "the row does not have the cells of the header",
    NO_NUMBER: "the value is not understood, or its comma can be read in two ways",
    NO_PERIOD: "the period is missing, not understood, or outside 1900 to 2100",
    FAR_AHEAD: "the period ends more than five years after the pull: a target, or a year of another calendar",
    NO_MULTIPLIER: "the unit multiplier is in an unknown spelling, or two columns state different ones",
    CONTRADICTION: "the same key is in the file with different values: a column was lost",
    REPEAT: "the row repeats another one",
    UNREADABLE: "the file cannot be read",
    DOUBLE: "another file has the same indicator id",
    NO_STATUS: "the metadata of the indicator cannot be read, so nobody knows whether its numbers are real",
    KNOWN_PLACEHOLDER: "placeholder: the content is known from the platform's starter",
    REPEATED_CONTENT: "placeholder: the same content is in 20 files of the site, or in most of them",
    TOY_VALUES: "placeholder: toy values (1, 2, 3 or zeros) in years that had not come",
    NOT_COMPLETE: "the site does not call the indicator complete",
    NOT_STATISTICAL: "the site calls the indicator non-statistical",
    EXAMPLE: "the starter's example, edited by hand (groups A and B, planets and fruit, comment lines)",
    COPY: "a copy: another government publishes the same years and values as its own",
    SAME_AT_OTHERS: "placeholder: the same file is at three unrelated governments or more",
    TEST_TITLE: "placeholder: every title of the indicator is one of a test",
    DUMMY_NUMBERS: "placeholder: numbers that were typed and not measured, without a title of the site's own",
}
#: Rules that set aside parts of the metadata, and whole snapshots.
ASIDE_RULES = {
    NO_METADATA: "the metadata of an indicator cannot be read",
    NO_SNAPSHOT: "the site cannot be read",
}
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
