"""Which language a text is in: that of a text by its letters, that of a title by its small words.

py3langid (a port of langid.py) knows 97 languages; short texts are kept apart
best when it is asked about those that local governments of our sources write,
and the commonest others, so that a text in another language is recognised as such.

A title has five to ten words, many of them names; in a ninth of the titles of
local sites the model disagrees with the small words (`de`, `per`, `of`), which
need no model in memory either. So a title goes by those (`language_words.csv`),
and by what its file states where they do not decide.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from localsdg.common.clean_text import comparable

LANGUAGE_WORDS_CSV = Path(__file__).with_name("language_words.csv")

#: Languages that citations are read in; links are learned in fewer.
CITED_LANGUAGES = ("en", "es", "fr", "de", "ca", "pt")
#: Others that a text may be in, so that it is not taken for one of the above.
_OTHERS = (
    "it",
    "nl",
    "pl",
    "sv",
    "da",
    "fi",
    "tr",
    "id",
    "ro",
    "hu",
    "cs",
    "eu",
    "gl",
    "ru",
    "uk",
    "el",
    "ar",
    "he",
    "fa",
    "ur",
    "hi",
    "bn",
    "ta",
    "zh",
    "ja",
    "ko",
    "th",
    "vi",
    "sw",
)
#: Below this the question is put again among the languages that we read.
_SURE = 0.8
#: Different small words that show the language of a title.
FEWEST_WORDS = 2
#: A word must be longer to show a language by its ending.
SHORTEST_WITH_ENDING = 5
_WORD = re.compile(r"[^\W\d_]{2,}")
#: Characters of a text that are enough to detect its language.
_READ = 2_000


def detect(text: str) -> str | None:
    """Two-letter code of a text's language; None where it has no words.

    A short text of which the detector is unsure is taken for the likeliest of
    the languages that we read, if it is written in Latin letters.
    """
    words = _WORD.findall(text[:_READ])
    if not words:
        return None
    joined = " ".join(words).lower()
    wide, narrow = _detectors()
    language, sure = wide.classify(joined)
    if sure < _SURE and _is_latin(joined):
        return narrow.classify(joined)[0]
    return language


def _is_latin(text: str) -> bool:
    letters = [one for one in text[:200] if one.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return latin * 2 > len(letters)


@lru_cache(maxsize=20_000)
def language_of_title(title: str, stated: str = "und") -> str:
    """The language of a title by its small words and endings; the stated one where they do not decide.

    One word decides nothing: `na` is Polish as well as Portuguese. Two different ones of one
    language do, where no other has as many; three where a language is stated of which no
    small words are listed, for they may be its own.
    """
    known = _small_words()
    # `per capita` is written in every language
    words = set(re.findall(r"\w+", comparable(title).replace("per capita", " ")))
    long_words = [word for word in words if len(word) > SHORTEST_WITH_ENDING]
    scores = {language: len(words & small) + _n_endings(long_words, language) for language, small in known.items()}
    best = max(scores.values(), default=0)
    leaders = [language for language, score in scores.items() if score == best]
    needed = FEWEST_WORDS if stated == "und" or stated in known else FEWEST_WORDS + 1
    return leaders[0] if len(leaders) == 1 and best >= needed else stated


def _n_endings(words: list[str], language: str) -> int:
    endings = _endings()[language]
    return sum([word.endswith(endings) for word in words]) if endings else 0


@cache
def _endings() -> dict[str, tuple[str, ...]]:
    """Language -> endings of its words (`*cion`)."""
    return {
        language: tuple(word[1:] for word in sorted(known) if word.startswith("*"))
        for language, known in _small_words().items()
    }


@cache
def _small_words() -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {}
    with LANGUAGE_WORDS_CSV.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            words.setdefault(row["language"], set()).add(row["word"])
    return {language: frozenset(known) for language, known in words.items()}


@cache
def _detectors():
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    detectors = []
    for languages in (CITED_LANGUAGES + _OTHERS, CITED_LANGUAGES):
        detector = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        detector.set_languages(list(languages))
        detectors.append(detector)
    return tuple(detectors)
