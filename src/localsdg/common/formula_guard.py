"""Texts that a spreadsheet would run as a formula: found, and written so that it does not."""

from __future__ import annotations

import re

# quotes before it are part of the mark, so that none is lost when it is taken off
_RUNS = re.compile(r"^(?='*\s*[=+\-@\t\r])")
_GUARDED = re.compile(r"^'(?='*\s*[=+\-@\t\r])")
# a spreadsheet runs what starts like this; a minus before a word or a number is none
_FORMULA = re.compile(r"^\s*(?:[=@]|[+-][\w. ]*[(!|])")


def guard_formula(text: str) -> str:
    """A text that no spreadsheet runs: a quote before what starts with = + - @, a tab or a return."""
    return _RUNS.sub("'", text)


def unguard_formula(text: str) -> str:
    """A cell as it was before `guard_formula`."""
    return _GUARDED.sub("", text)


def is_formula(text: str) -> bool:
    """Whether a text is a formula, where people should have written words or a number."""
    return _FORMULA.search(text) is not None
