"""Texts that a spreadsheet would run as a formula: found, and written so that it does not."""

from __future__ import annotations

import re

# quotes before it are part of the mark, so that none is lost when it is taken off
_RUNS = re.compile(r"^(?='*\s*[=+\-@\t\r])")
# the same for Arrow and DuckDB, whose blanks are those of ASCII
RUNS = r"^'*[\s\x0B\x1C-\x1F\x{85}\p{Z}]*[=+\-@\t\r]"
_RUNS_SQL = "'" + RUNS.replace("'", "''") + "'"
_GUARDED = re.compile(r"^'(?='*\s*[=+\-@\t\r])")
# a spreadsheet runs what starts like this: `=1`, `@SUM(A1)`, `+1+cmd|' /C calc'!A0`, `-SUM(A1)`, `-2+3`; a minus
# before a word is the bullet of a list, also where brackets follow: `- City of Bonn (Government)`
_FORMULA = re.compile(
    r"^\s*(?:=(?![=>])|@\w[\w.]*\(|[+-]\s?[^|\n]{0,100}\|[^!\n]*!|[+-][A-Za-z][\w.]*\((?!\s*[^\W\d]{2,}[^()\d]*\)))"
)


def guard_formula(text: str) -> str:
    """A text that no spreadsheet runs: a quote before what starts with = + - @, a tab or a return."""
    return _RUNS.sub("'", text)


def is_number(text: str) -> bool:
    """Whether a text is a plain number, which no spreadsheet runs: -1.5."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def unguard_formula(text: str) -> str:
    """A cell as it was before `guard_formula`."""
    return _GUARDED.sub("", text)


def is_formula(text: str) -> bool:
    """Whether a text is a formula, where people should have written words or a number."""
    return _FORMULA.search(text) is not None


def guard_sql(text: str) -> str:
    """SQL that guards a text expression as `guard_formula` does, but for plain numbers, which no spreadsheet runs."""
    runs = f"regexp_matches({text}, {_RUNS_SQL}) and try_cast({text} as double) is null"
    return f"case when {runs} then '''' || {text} else {text} end"
