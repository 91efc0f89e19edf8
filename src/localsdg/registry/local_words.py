"""Words of local data files and their metadata, by what they are used for: data, not code.

`local_words.csv` lists words in every language that the sources write,
`poverty_words.csv` patterns that state what a poverty number means,
`place_levels.csv` the levels of government, and `same_indicators.csv` the UN
indicators that the framework lists under several codes.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

from localsdg.common.clean_text import comparable

HERE = Path(__file__).parent
LOCAL_WORDS_CSV = HERE / "local_words.csv"


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def listed_words(use: str) -> tuple[str, ...]:
    """The words of one use as `local_words.csv` writes them, in its order.

    Raises `KeyError` for a use that the list does not have.
    """
    words = tuple(row["word"] for row in _rows("local_words.csv") if row["use"] == use)
    if not words:
        raise KeyError(f"local_words.csv has no words for {use!r}")
    return words


@cache
def word_set(use: str) -> frozenset[str]:
    """The words of one use in the form in which texts are compared."""
    return frozenset(map(comparable, listed_words(use)))


@cache
def word_pattern(use: str) -> re.Pattern[str]:
    """Finds a whole word of one use in a comparable text."""
    longest_first = sorted(word_set(use), key=lambda word: (-len(word), word))
    return re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})\b")


@cache
def poverty_patterns(fact: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(value, pattern) of a fact (`threshold`, `population`), the more specific first."""
    return tuple(
        (row["value"], re.compile(row["pattern"])) for row in _rows("poverty_words.csv") if row["fact"] == fact
    )


@cache
def place_levels(extent: str | None = None) -> tuple[str, ...]:
    """Levels of government; with `extent` those of a `town`, or of a `region` (a first-level part of a nation)."""
    return tuple(row["level"] for row in _rows("place_levels.csv") if extent in (None, row["extent"]))


@cache
def decimal_comma_countries() -> frozenset[str]:
    """ISO codes of countries that write a decimal comma (Unicode CLDR, the decimal sign of the main language)."""
    return frozenset(row["country_iso3"] for row in _rows("decimal_commas.csv"))


@cache
def same_indicators() -> dict[str, str]:
    """Code of an indicator that the framework lists under several codes -> the first of its codes."""
    return {row["indicator_code"]: row["first_code"] for row in _rows("same_indicators.csv")}
