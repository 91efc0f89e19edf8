"""Numbers in sentences, and the words that agree with them."""

from __future__ import annotations

import copy
import pickle
import re
import string

import pytest

from localsdg.figures.messages.messages import LANGUAGES, words

SAID = {
    "en": "{n} {n:country reports|countries report}",
    "es": "{n} {n:persona|de personas|personas}",
    "fr": "{n} {n:personne|de personnes|personnes}",
    "ru": "{n} {n:страна|страны|стран}",
}


@pytest.mark.parametrize(
    ("lang", "value", "said"),
    [
        ("en", 0, "0 countries report"),
        ("en", 1, "1 country reports"),
        ("en", 1.004, "1 country reports"),  # as it is printed
        ("en", 1234, "1,234 countries report"),
        ("es", 1, "1 persona"),
        ("es", 1.5, "1,5 personas"),
        ("es", 2.5e6, "2,5 millones de personas"),
        ("fr", 0, "0 personne"),
        ("fr", 1.5, "1,5 personne"),
        ("fr", 2, "2 personnes"),
        ("fr", 2.5e6, "2,5 millions de personnes"),
    ],
)
def test_words_agree_with_the_number_beside_them(lang, value, said) -> None:
    assert SAID[lang].format(n=words(lang).number(value)) == said


def test_a_language_may_have_more_forms() -> None:
    from localsdg.figures.messages.plural import Number

    assert [SAID["ru"].format(n=Number(str(n), n, "ru")) for n in (1, 2, 5, 21)] == [
        "1 страна",
        "2 страны",
        "5 стран",
        "21 страна",
    ]


def test_an_amount_has_the_forms_of_its_number() -> None:
    w = words("en")
    assert (w.amount(1.0, "points"), w.amount(1.04, "ratio"), w.amount(3, "points")) == (
        "1 point",
        "1 time",
        "3 points",
    )
    assert "{last} {last:person|people}".format(last=w.amount(1.2, "NUMBER")) == "1 person"


def test_a_number_is_a_text_that_can_be_copied() -> None:
    number = words("en").number(1)
    for twin in (copy.deepcopy(number), pickle.loads(pickle.dumps(number))):
        assert twin == "1" and f"{twin:a|b}" == "a" and f"{twin:>3}" == "  1"


class Ones(dict):
    """Every placeholder is a one."""

    def __init__(self, lang: str) -> None:
        self.one = words(lang).number(1)

    def __missing__(self, key: str) -> str:
        return self.one


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("table", ["amount", "word"])
def test_no_message_says_one_countries(lang, table) -> None:
    """The nouns that are counted in most messages; the page fills in its own numbers."""
    plural = re.compile(
        r"(?<![\w.,])1\s(?:countries|records|points|releases|governments|places|países|registros|puntos|lugares"
        r"|collectivités|fiches|lieux|pontos|governos|gobiernos)\b"
    )
    filled = {key: string.Formatter().vformat(text, (), Ones(lang)) for key, text in words(lang).body[table].items()}
    assert {key: text for key, text in filled.items() if plural.search(text)} == {}
