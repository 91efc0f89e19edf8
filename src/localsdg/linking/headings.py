"""Words that most records of one file share: the headings of its form, which say nothing of a record.

A form glues its headings to what people write ("Description of initiativeAs of
now", "Partner(s)Tarumitra"). So words are cut where a small letter meets a
capital. There, at the end of a line or sentence and at a colon or dash lies a
boundary, which counts as a word. Three neighbours, or a first word after a
boundary, that are in most records of a file are taken out of all of them. No
list of headings: it holds for any form and language.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

#: A file of fewer texts shows no form; of a long one so many are looked at, evenly spread.
FEWEST_TEXTS, LOOKED_AT = 20, 500
#: Share of the texts above which three neighbours are the file's and not the record's.
SHARED = 0.5
#: A text of which fewer words remain is all form: it is left as it is.
_FEWEST_WORDS = 2
_BOUNDARY = "|"
#: Latin, Greek, Cyrillic and Armenian letters by case.
_LETTERS = [chr(code) for code in range(0x2000)]
_SMALL = "".join(letter for letter in _LETTERS if letter.islower())
_CAPITAL = "".join(letter for letter in _LETTERS if letter.isupper())
_GLUED = re.compile(rf"(?<=[{_SMALL}).])(?=[{_CAPITAL}])")
_TAG = re.compile(r"<[^>]{0,200}>")
_TOKEN = re.compile(r"[\w']+|[.!?:;•\n\r]|\s[-–—]\s|\s\s+")

#: Neighbouring words in lower case, `|` for a boundary: three, or a boundary and a word.
Neighbours = tuple[str, ...]


def find_headings(texts: Sequence[str]) -> frozenset[Neighbours]:
    """Neighbouring words that are in most of the texts of one file.

    Texts of the same words count once. Empty for fewer than 20 texts.
    """
    different = list(dict.fromkeys(texts))
    if len(different) < FEWEST_TEXTS:
        return frozenset()
    step = -(-len(different) // LOOKED_AT)
    looked_at = different[::step]
    found: Counter[Neighbours] = Counter()
    for text in looked_at:
        low = [token.lower() for token in _tokens(text)]
        found.update(set(zip(low, low[1:], low[2:], strict=False)))
        found.update({(_BOUNDARY, after) for before, after in pairwise(low) if before == _BOUNDARY})
    return frozenset(neighbours for neighbours, n in found.items() if n > SHARED * len(looked_at))


def without_headings(text: str, headings: frozenset[Neighbours]) -> str:
    """The words of a text without the headings of its file, one space apart, sentences ended by a point.

    The text itself where there are no headings, or where nothing but headings is in it.
    """
    if not headings:
        return text
    tokens = _tokens(text)
    low = [token.lower() for token in tokens]
    kept = [True] * len(tokens)
    for place, triple in enumerate(zip(low, low[1:], low[2:], strict=False)):
        if triple in headings:
            kept[place : place + 3] = [False] * 3
        elif triple[:2] in headings:
            kept[place + 1] = False
    own = [token if token != _BOUNDARY else "." for token, stays in zip(tokens, kept, strict=True) if stays]
    return text if sum(token != "." for token in own) < _FEWEST_WORDS else " ".join(own)


def _tokens(text: str) -> list[str]:
    """Words and boundaries of a text, in order; a boundary at both ends and never two in a row."""
    plain = _GLUED.sub("\n", _TAG.sub("\n", unicodedata.normalize("NFC", text)))
    tokens = [_BOUNDARY]
    for token in _TOKEN.findall(plain):
        if token[0].isalnum() or token[0] == "_":
            tokens.append(token)
        elif token[0] != "'" and tokens[-1] != _BOUNDARY:
            tokens.append(_BOUNDARY)
    if tokens[-1] != _BOUNDARY:
        tokens.append(_BOUNDARY)
    return tokens
