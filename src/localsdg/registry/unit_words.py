"""The vocabulary of units: what publishers write for a unit, in their languages, and the UN's code for it.

`unit_words.csv` has a row a spelling. `use` is `unit` for a whole text (`unit` is then its code), or
the part of a text: `count before` (number of), `per`, `per a number` (a word that has other meanings
elsewhere), `rate`, `person`, `live birth`, `employee`, `day`.
"""

from __future__ import annotations

import csv
import html
import re
import unicodedata
from functools import cache
from pathlib import Path

UNIT_WORDS_CSV = Path(__file__).parent / "unit_words.csv"
_ACCENTS = re.compile("[\u0300-\u036f]")


def unit_key(text: str) -> str:
    """The form in which units are compared: small letters without accents, `m²` as m2, `100.000` as 100000.

    Unlike `comparable` it keeps the signs of currencies and of micro.
    """
    plain = unicodedata.normalize("NFKC", html.unescape(text)).casefold()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain)).replace("_", " ")
    # Einwohner:innen, Einwohner*in, Einwohner/-in are Einwohner
    plain = re.sub(r"(?<=[a-z])(?:[:*]|/-?)in(?:nen)?\b", "", plain)
    plain = re.sub(r"(?<=\d)[.,' ](?=\d{3}(?!\d))", "", plain)
    return " ".join(plain.split()).strip(" .:;")


@cache
def unit_codes() -> dict[str, str]:
    """Key of a whole text -> code of its unit."""
    return {unit_key(row["word"]): row["unit"] for row in _rows() if row["use"] == "unit"}


@cache
def unit_parts(use: str) -> tuple[str, ...]:
    """Words of one part of a text, as keys, the longer first."""
    words = {unit_key(row["word"]) for row in _rows() if row["use"] == use}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with UNIT_WORDS_CSV.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
