"""A translation is of the English text of today, uses the terms of the UN, and has its language's typography."""

from __future__ import annotations

import csv
import re
import unicodedata

import pytest

from localsdg.common.errors import UsageError
from localsdg.figures.data.line_breaks import definition_words
from localsdg.figures.messages.messages import FOLDER, LANGUAGES, words
from localsdg.maintenance import translations
from localsdg.registry.local_governments import LOCAL_GOVERNMENT_TRANSLATIONS_CSV, LOCAL_GOVERNMENTS_CSV
from localsdg.registry.official_titles import TITLES_CSV
from localsdg.registry.places import AREA_NAMES_CSV

TERMS_CSV = FOLDER / "terms.csv"
ACCEPTED = translations.read()
REVIEWED = sorted({lang for lang, _ in ACCEPTED})


def terms() -> list[dict[str, str]]:
    with TERMS_CSV.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def avoided(lang: str) -> re.Pattern[str] | None:
    """The phrases that no message of a language has, as whole words in any case."""
    phrases = [re.escape(one) for row in terms() for one in row.get(f"avoid_{lang}", "").split("|") if one]
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE) if phrases else None


@pytest.mark.parametrize("lang", REVIEWED)
def test_no_translation_is_older_than_the_english(lang) -> None:
    assert translations.stale(lang, ACCEPTED) == [], (
        f"read them again in {lang}.toml, then: python -m localsdg.maintenance.translations {lang} KEY …"
    )


def test_a_change_of_the_english_makes_its_translations_stale() -> None:
    key = "title.fell"
    assert ("es", key) in ACCEPTED and key not in translations.stale("es", ACCEPTED)
    assert translations.stale("es", ACCEPTED | {("es", key): translations.digest("another sentence")}) == [key]
    assert key in translations.waiting("es", {})


def test_translations_are_accepted_one_by_one_or_all_at_once(tmp_path) -> None:
    path = tmp_path / "translated.csv"
    path.write_text("language,key,english\nes,title.gone,00000000\nfr,title.fell,00000000\n", encoding="utf-8")
    translations.accept("es", ["title.fell"], path)
    english = translations.digest(words("en").say("title.fell"))
    assert translations.read(path) == {("es", "title.fell"): english, ("fr", "title.fell"): "00000000"}
    translations.accept("fr", None, path)
    assert (
        translations.stale("fr", translations.read(path)) == [] == translations.waiting("fr", translations.read(path))
    )
    with pytest.raises(UsageError, match="no such message"):
        translations.accept("es", ["title.gone"], path)
    with pytest.raises(UsageError, match="no such translation"):
        translations.accept("en", None, path)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_messages_avoid_what_the_list_of_terms_avoids(lang) -> None:
    never = avoided(lang)
    found = {key: one[0] for key, text in translations.messages(lang).items() if never and (one := never.search(text))}
    assert found == {}


def test_terms_are_those_of_the_official_indicators() -> None:
    titles: dict[tuple[str, str], str] = {}
    with TITLES_CSV.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):  # some indicators have several titles
            key = (row["code"], row["language"])
            titles[key] = titles.get(key, "") + "; " + plain(row["title"])
    official = [row for row in terms() if (row["source"], "en") in titles]
    assert len(official) > 5
    wrong = [
        f"{row['concept']}: {row[lang]} is not in {row['source']}"
        for row in official
        for lang in ("en", "es", "fr")
        if plain(row[lang]) not in titles[row["source"], lang]
    ]
    assert wrong == []


def test_goals_have_the_names_of_the_un() -> None:
    with (AREA_NAMES_CSV.parent / "goal_names.csv").open(encoding="utf-8", newline="") as handle:
        named = {(row["language"], row["goal_code"], plain(row["name"])) for row in csv.DictReader(handle)}
    own = [(lang, code, plain(text)) for lang in ("en", "es", "fr") for code, text in words(lang).body["goal"].items()]
    assert [one for one in own if one not in named] == []


def plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().replace("’", "'").replace("\xa0", " ")


#: What a language never has. Codes (1.2.1), keys of files and commands stay as they are.
TYPOGRAPHY = {
    "fr": {
        "a no-break space before : ; ? ! % and »": re.compile(
            r"[^\xa0]»|[^\xa0\s][;?!%](?=\s|$)|[\w)}]:(?=\s|$)|\S [:;?!»%](?=\s|$|\.)"
        ),
        "a no-break space after «": re.compile(r"«[^\xa0]"),
        "the apostrophe ’": re.compile(r"\w'\w"),
        "guillemets": re.compile(r"[“”]"),
        "a decimal comma": re.compile(r"(?<![\d.])\d+\.\d+(?![\d.])"),
        "no-break thousands": re.compile(r"\d (?=\d{3}\b)"),
    },
    "es": {
        "guillemets": re.compile(r"[“”]"),
        "a no-break space before %": re.compile(r"\d %|\} %"),
        "a decimal comma": re.compile(r"(?<![\d.])\d+\.(?!\d{3}\b)\d+(?![\d.])"),
        "no straight apostrophe": re.compile(r"\w'\w"),
    },
    "pt": {
        "quotation marks of Brazil": re.compile(r"[«»]"),
        "no space before %": re.compile(r"[\d}][ \xa0]%"),
        "a decimal comma": re.compile(r"(?<![\d.])\d+\.(?!\d{3}\b)\d+(?![\d.])"),
        "no straight apostrophe": re.compile(r"\w'\w"),
    },
}
RANGE = re.compile(r"\d{4}\s?-\s?\d{4}|\{first\}-\{last\}")


@pytest.mark.parametrize("lang", TYPOGRAPHY)
def test_messages_have_the_typography_of_their_language(lang) -> None:
    rules = TYPOGRAPHY[lang] | {"an en dash in ranges": RANGE}
    found = [
        f"{key} ({rule}): {text}"
        for key, text in translations.messages(lang).items()
        for rule, never in rules.items()
        if never.search(re.sub(r"\{[^}]*\}", "{}", text))
    ]
    assert found == []


def test_local_governments_have_the_name_of_the_language() -> None:
    with LOCAL_GOVERNMENTS_CSV.open(encoding="utf-8", newline="") as handle:
        listed = {row["name"] for row in csv.DictReader(handle)}
    with LOCAL_GOVERNMENT_TRANSLATIONS_CSV.open(encoding="utf-8", newline="") as handle:
        translated = list(csv.DictReader(handle))
    assert [row["en"] for row in translated if row["en"] not in listed or not all(row.values())] == []
    assert (
        words("es").government("Canary Islands") == words("es").area("canary-islands", "Canary Islands") == "Canarias"
    )
    assert words("fr").government("Thunder Bay") == "Thunder Bay" and words("en").government("Cologne") == "Cologne"


def test_parts_of_a_definition_are_joined_as_the_language_joins() -> None:
    joined = definition_words("national; persons", words("fr"))
    assert joined == "seuil national de pauvreté\xa0; personnes" and ";" in definition_words("a; b", words("en"))
