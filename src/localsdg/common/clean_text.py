"""Texts without the characters that no XML, chart or terminal holds.

Titles are copied from PDF files and web pages and carry control characters that
nobody sees; the chart renderer aborts the process at the first of them. They
are removed where texts come in, and again before each renderer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any

#: C0 but tab, line feed and carriage return, DEL, C1, U+FFFE, U+FFFF, lone surrogates.
UNSAFE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
_UNSAFE = re.compile(UNSAFE)
#: Latin letters that are no letter with an accent, and punctuation that NFKD leaves as it is.
_LATIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n", "。": "."}
    | dict.fromkeys("‘’ʼ′", "'")
    | dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("「【〔〈《『", "(")
    | dict.fromkeys("」】〕〉》』", ")")
)
#: Containers in one another: more than any record needs, less than the interpreter's own limit.
DEEPEST = 50
#: The comparable form of a text of so many characters is remembered: labels and titles repeat, definitions do not.
_REMEMBERED = 200


def clean_text(text: str) -> str:
    """The text without control characters; the same object where there are none."""
    return text if _UNSAFE.search(text) is None else _UNSAFE.sub("", text)


def comparable(text: str) -> str:
    """The form in which words of local files are compared: case folded, without accents of Latin letters.

    `_` and `/` count as spaces, several spaces as one; full stops and colons at the ends are left
    out, and so are signs that are neither ASCII nor part of a word. Letters of other scripts are kept.
    """
    return _comparable(text) if len(text) <= _REMEMBERED else _comparable.__wrapped__(text)


@lru_cache(maxsize=100_000)
def _comparable(text: str) -> str:
    folded = text.casefold()
    if not folded.isascii():
        folded = _without_accents(folded)
    return " ".join(folded.replace("_", " ").replace("/", " ").split()).strip(" .:")


def _without_accents(folded: str) -> str:
    """Latin letters as ASCII, letters of other scripts with their marks, no other signs."""
    kept: list[str] = []
    is_latin = True
    for sign in unicodedata.normalize("NFKD", folded.translate(_LATIN)):
        if sign.isascii():
            kept.append(sign)
            is_latin = True
        elif unicodedata.category(sign).startswith("M"):
            if not is_latin:
                kept.append(sign)
        elif sign.isalnum():
            kept.append(sign)
            is_latin = False
    return unicodedata.normalize("NFC", "".join(kept))


class Cleaner:
    """Cleans values and counts the characters that it takes out, in `n_removed`."""

    def __init__(self) -> None:
        self.n_removed = 0

    def value(self, value: Any) -> Any:
        """As `clean_value`."""
        return clean_value(value, self._text)

    def _text(self, text: str) -> str:
        if _UNSAFE.search(text) is None:
            return text
        clean = clean_text(text)
        self.n_removed += len(text) - len(clean)
        return clean


def clean_value(value: Any, clean: Callable[[str], str] = clean_text, depth: int = 0) -> Any:
    """A value with every text in it clean: in lists, tuples, dicts (keys too) and dataclasses.

    Raises `ValueError` for containers more than `DEEPEST` levels deep.
    """
    if isinstance(value, str):
        return clean(value)
    if depth > DEEPEST:
        raise ValueError(f"nested more than {DEEPEST} levels deep")
    if isinstance(value, dict):
        # most fields are texts: no further call for them
        return {
            clean(key) if isinstance(key, str) else clean_value(key, clean, depth + 1): clean(one)
            if isinstance(one, str)
            else clean_value(one, clean, depth + 1)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple):
        return type(value)([clean_value(one, clean, depth + 1) for one in value])
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                field.name: clean_value(getattr(value, field.name), clean, depth + 1)
                for field in fields(value)
                if field.init
            },
        )
    return value
