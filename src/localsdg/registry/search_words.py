"""The words that name one thing in several languages, where a search needs more than `title_words.csv` has.

`search_words.csv` (concept, word): a word may be a phrase, `*` stands for any letters, and the
concept of a word that nobody searches for (`of`, `por`, `which`) is `-`. A concept that is named
like a dimension (`sex`, `age`, `location`) has the words by which a breakdown is asked for.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

WORDS_CSV = Path(__file__).with_name("search_words.csv")
#: The concept of words that say nothing of what is sought, here and in `title_words.csv`.
EMPTY = "-"


@cache
def search_words() -> tuple[tuple[str, str], ...]:
    """(concept, word) pairs in the order of the file."""
    with WORDS_CSV.open(encoding="utf-8", newline="") as file:
        return tuple((concept, word) for concept, word in list(csv.reader(file))[1:])
