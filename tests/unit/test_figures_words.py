"""The catalogues of words are one catalogue in several languages."""

from __future__ import annotations

import csv
import re
import string
import warnings

import pytest
from babel import Locale

from localsdg.common.errors import UsageError
from localsdg.common.settings import Settings
from localsdg.figures.data.catalogue import entries
from localsdg.figures.messages.messages import FOLDER, LANGUAGE_CHOICE, LANGUAGES, OF_FIGURES, Words, words
from localsdg.registry.evidence import claims, metrics
from localsdg.registry.places import AREA_NAMES_CSV


def flat(body: dict) -> dict[str, str]:
    """Messages by their key; names of areas are each language's own."""
    return {f"{table}.{key}": text for table, keys in body.items() if table != "area" for key, text in keys.items()}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Keys that one has alone, and messages whose placeholders differ."""
    return sorted(set(one) ^ set(other)) + sorted(
        key for key in set(one) & set(other) if placeholders(one[key]) != placeholders(other[key])
    )


@pytest.mark.parametrize("lang", LANGUAGES[1:])
def test_the_catalogues_agree(lang) -> None:
    """Words of a new figure may be English for a time; the rest is translated, and nothing has another placeholder."""
    english, other = flat(words("en").body), flat(words(lang).body)
    waiting = [key for key in english if key not in other and key.partition(".")[0] in OF_FIGURES]
    if waiting:
        warnings.warn(f"{lang}.toml does not translate {', '.join(waiting)}", stacklevel=1)
    assert differences({key: text for key, text in english.items() if key not in waiting}, other) == []


def test_words_of_a_figure_that_are_not_translated_are_english() -> None:
    other = Words("es", {"subject": {}, "word": {}})
    assert other.say("subject.c01-extreme-poverty") == words("en").say("subject.c01-extreme-poverty")
    assert not other.has("word.and") and not other.has("subject.none")


def test_a_missing_key_or_placeholder_is_found() -> None:
    whole = {"a.b": "{x} of {y}", "a.c": "word"}
    assert differences(whole, {"a.b": "{x} de {y}"}) == ["a.c"]
    assert differences(whole, {"a.b": "{x}", "a.c": "palabra"}) == ["a.b"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_message_is_empty(lang) -> None:
    assert [key for key, text in flat(words(lang).body).items() if not text.strip()] == []


def test_translations_are_translations() -> None:
    english = flat(words("en").body)
    for lang in LANGUAGES[1:]:
        long = {key: text for key, text in flat(words(lang).body).items() if len(re.sub(r"\{\w+\}", "", text)) > 30}
        assert [key for key, text in long.items() if text == english[key]] == []


def test_english_caveats_are_those_of_the_registry() -> None:
    said = words("en").body["caveat"]
    stale = [one for one, metric in metrics().items() if said.get(one, metric.caveat) != metric.caveat]
    assert stale == [], "change it in the other languages too"


def test_english_claims_are_those_of_the_registry() -> None:
    w = words("en")
    assert all(w.say(f"claim.{one.claim_id}") == one.title for one in claims().values())
    assert all(w.say(f"statement.{one.claim_id}") == one.statement for one in claims().values())


def test_every_figure_has_a_subject_in_lower_case() -> None:
    for lang in LANGUAGES:
        told = {one: words(lang).say(f"subject.{one}") for one in entries()}
        assert [one for one, text in told.items() if text[0].isupper()] == []


def test_every_country_has_its_names() -> None:
    with (Settings().bundled / "m49" / "2024-04" / "m49.csv").open(encoding="utf-8-sig") as handle:
        codes = {row["M49 Code"] for row in csv.DictReader(handle, delimiter=";")}
    with AREA_NAMES_CSV.open(encoding="utf-8") as handle:
        named = {row["area_code"] for row in csv.DictReader(handle) if row["es"] and row["fr"]}
    assert len(codes) == 248 and codes - named == set()


def test_an_area_without_a_translation_keeps_its_own_name() -> None:
    assert words("fr").area("724", "Spain") == "Espagne"
    assert words("fr").area("412", "Kosovo") == "Kosovo"


def test_a_language_without_names_of_the_un_takes_those_of_the_cldr() -> None:
    italian = Words("it", {"language": {"locale": "it_IT"}, "area": {"199": "Paesi meno sviluppati"}})
    assert italian.area("724", "Spain") == "Spagna" and italian.area("001", "World") == "Mondo"
    assert italian.area("199", "LDCs") == "Paesi meno sviluppati"
    # the CLDR has another region of this code, and several successors of this one
    assert italian.area("419", "Latin America and the Caribbean") == "Latin America and the Caribbean"
    assert italian.area("062", "Central and Southern Asia") == "Central and Southern Asia"


def test_languages_are_the_files_of_the_folder() -> None:
    assert {"en", "es", "fr"} <= set(LANGUAGES) == {path.stem for path in FOLDER.glob("*.toml")}
    assert LANGUAGES[0] == "en" and all(lang in LANGUAGE_CHOICE for lang in LANGUAGES)
    assert all(Locale.parse(words(lang).locale).language == lang for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("lang", "value", "said"),
    [
        ("en", 1234.5, "1,234"),
        ("es", 12345.0, "12.345"),
        ("fr", 12345.0, "12\xa0345"),
        ("en", 0.126, "0.13"),
        ("es", 36.28, "36,3"),
        ("fr", 10.0, "10"),
        ("en", 16621742586.0, "16.6 billion"),
        ("es", 1046000.0, "1 millón"),
        ("es", 2460000.0, "2,5 millones"),
        ("en", None, ""),
    ],
)
def test_numbers_are_written_by_the_language(lang, value, said) -> None:
    assert words(lang).number(value) == said


def test_dates_and_languages_are_written_by_the_language() -> None:
    assert words("es").date("2024-10-09") == "9 de octubre de 2024"
    assert words("fr").language("es") == "espagnol" and words("en").language("xx-none") == "xx-none"


def test_a_message_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="en.toml has no message word.nothing"):
        words("en").say("word.nothing")
    with pytest.raises(UsageError):
        words("de")


def test_french_has_its_no_break_spaces() -> None:
    broken = re.compile(r"[^\s\xa0] [:;?!»%]")
    assert [key for key, text in flat(words("fr").body).items() if broken.search(text)] == []


def test_a_number_is_printed_as_if_it_were_rounded_alone() -> None:
    """Numbers that print the same are formatted once; none of them gets another text by that."""
    w = words("en")
    told = {0.004: "0", -0.004: "0", 0.996: "1", 99.96: "100", 12.25: "12.2", 1234.5: "1,234", 999999.7: "1,000,000"}
    assert {value: str(w.number(value)) for value in told} == told
