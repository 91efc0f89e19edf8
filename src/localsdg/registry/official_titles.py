"""The official names of the indicators by language, and the words by which titles are compared.

`official_titles.csv` (code, language, title, source) is made by
`localsdg.maintenance.bundle.official_titles`; its licence is beside it.
`title_words.csv` (concept, word) gathers the words of several languages that
name one thing (`desempleo`, `unemployment`), and under `-` those that say
nothing of the subject; `*` stands for any letters.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

TITLES_CSV = Path(__file__).with_name("official_titles.csv")
WORDS_CSV = Path(__file__).with_name("title_words.csv")
SHORT_CSV = Path(__file__).with_name("short_titles.csv")


@cache
def official_titles() -> dict[str, dict[str, str]]:
    """Language -> code of an indicator -> its official title."""
    titles: dict[str, dict[str, str]] = {}
    with TITLES_CSV.open(encoding="utf-8", newline="") as file:
        for code, language, title, _ in list(csv.reader(file))[1:]:
            titles.setdefault(language, {})[code] = title
    return titles


@cache
def title_words() -> tuple[tuple[str, str], ...]:
    """(concept, word) pairs; the concept of a word that says nothing of the subject is `-`."""
    with WORDS_CSV.open(encoding="utf-8", newline="") as file:
        return tuple((concept, word) for concept, word in list(csv.reader(file))[1:])


@cache
def short_titles() -> tuple[tuple[str, str], ...]:
    """(code, short English name): what publishers call an indicator, or a part of it that they report alone."""
    with SHORT_CSV.open(encoding="utf-8", newline="") as file:
        return tuple((code, title) for code, title in list(csv.reader(file))[1:])
