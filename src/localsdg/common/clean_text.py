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
from typing import Any

#: C0 but tab, line feed and carriage return, DEL, C1, U+FFFE, U+FFFF, lone surrogates.
UNSAFE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
_UNSAFE = re.compile(UNSAFE)
#: Containers in one another: more than any record needs, less than the interpreter's own limit.
DEEPEST = 50


def clean_text(text: str) -> str:
    """The text without control characters; the same object where there are none."""
    return text if _UNSAFE.search(text) is None else _UNSAFE.sub("", text)


def comparable(text: str) -> str:
    """The form in which words of local files are compared: lower case, ASCII without accents, spaces single.

    `_` and `/` count as spaces; full stops and colons at the ends are left out. Letters that
    have no ASCII form are left out, so it serves words of languages in Latin letters.
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[_/]+", " ", ascii_text).split()).strip(" .:")


class Cleaner:
    """Cleans values and counts the characters that it takes out, in `n_removed`."""

    def __init__(self) -> None:
        self.n_removed = 0

    def value(self, value: Any) -> Any:
        """As `clean_value`."""
        return clean_value(value, self._text)

    def _text(self, text: str) -> str:
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
        return {clean_value(key, clean, depth + 1): clean_value(one, clean, depth + 1) for key, one in value.items()}
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
