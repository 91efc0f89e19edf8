"""Control characters: which go, and that no container hides them."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

from localsdg.common.clean_text import Cleaner, clean_text, clean_value, comparable


def test_exactly_these_go() -> None:
    gone = {code for code in range(sys.maxunicode + 1) if not clean_text(chr(code))}
    keep = {0x09, 0x0A, 0x0D}
    assert gone == ({*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF} - keep)


def test_a_clean_text_is_itself() -> None:
    text = "Año\t1 – 水\n"
    assert clean_text(text) is text


@dataclass(frozen=True)
class Pair:
    name: str
    more: tuple


def test_in_every_container_and_counted() -> None:
    cleaner = Cleaner()
    given = {"a\x02": ["b\x03", ("c\ud800", 1, None)], "p": Pair("x\x7f", ({"k": "y\x85"},))}
    assert cleaner.value(given) == {"a": ["b", ("c", 1, None)], "p": Pair("x", ({"k": "y"},))}
    assert cleaner.n_removed == 5


def test_what_is_nested_too_deep_is_refused() -> None:
    deep: list = []
    for _ in range(60):
        deep = [deep]
    with pytest.raises(ValueError, match="50 levels"):
        clean_value(deep)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("  ÖPNV/Straße_2. ", "opnv strasse 2"),
        ("İki ŁÓDŹ", "iki lodz"),
        ("l’énergie – total", "l'energie - total"),
        ("ВСЕГО: й", "всего: й"),
        ("ガ「合計」（人）", "ガ(合計)(人)"),
        ("Σύνολο", "σύνολο"),
    ],
)
def test_texts_are_compared_without_accents_of_latin_letters_alone(text, form) -> None:
    assert comparable(text) == form
