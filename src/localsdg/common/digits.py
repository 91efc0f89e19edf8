"""Digits of every script as those of ASCII: Arabic-Indic, Devanagari, full width and the rest of Unicode.

Python's `int` and `\\d` take them all, DuckDB's casts and patterns take ASCII alone: a year that
one has checked is null to the other. They are made ASCII where a number is read, and before
either reads it; what is kept as published keeps its own.
"""

from __future__ import annotations

import unicodedata

#: Beyond it Unicode 15 has no digit; looking at all 1.1 million characters takes a third of a second.
_LAST = 0x1FBFF
_DECIMAL = {char: str(unicodedata.decimal(char)) for char in map(chr, range(0x80, _LAST + 1)) if char.isdecimal()}
_TABLE = str.maketrans(_DECIMAL)
#: Every digit of another script, and the ASCII digit at its place: for `translate` in SQL.
OTHER_DIGITS, THEIR_VALUES = "".join(_DECIMAL), "".join(_DECIMAL.values())
#: A macro for SQL; a text of ASCII alone, which nearly all are, is not translated.
DIGITS_MACRO = (
    "create or replace temp macro ascii_digits(t) as "
    f"if(strlen(t) = length(t), t, translate(t, '{OTHER_DIGITS}', '{THEIR_VALUES}'))"
)


def ascii_digits(text: str) -> str:
    """The text with ASCII digits; the same object where it has no others."""
    return text if text.isascii() else text.translate(_TABLE)
