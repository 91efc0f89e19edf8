"""Which language a text is in: given, or detected.

py3langid (a port of langid.py) knows 97 languages; short texts are kept apart
best when it is asked about those that local governments of our sources write,
and the commonest others, so that a text in another language is told to be so.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

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
#: Below this the answer is asked again among the languages that we read.
_SURE = 0.8
_WORD = re.compile(r"[^\W\d_]{2,}")
#: So much of a text tells its language.
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
    latin = sum(unicodedata.name(one, "").startswith("LATIN") for one in letters)
    return latin * 2 > len(letters)


@cache
def _detectors():
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = []
    for languages in (CITED_LANGUAGES + _OTHERS, CITED_LANGUAGES):
        one = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        one.set_languages(list(languages))
        found.append(one)
    return tuple(found)
