"""A local indicator and the UN framework: official, proxy, target, goal or none."""

from __future__ import annotations

from functools import cache

import pytest

from localsdg.registry.official_titles import official_titles
from localsdg.staging.local.framework_match import Claim, Framework, match_indicator, official_code
from localsdg.staging.local.title_words import title_key

TITLE = "Proportion of population living below the national poverty line, by sex and age"
FRAMEWORK = Framework.from_rows(
    [
        ("1.2.1", "1.2", "1", TITLE, "en"),
        ("1.2.1", "1.2", "1", "Proporción de la población que vive por debajo del umbral nacional de pobreza", "es"),
        ("9.2.2", "9.2", "9", "Manufacturing employment as a proportion of total employment", "en"),
        ("11.2.1", "11.2", "11", "Proportion of population that has convenient access to public transport", "en"),
        ("13.3.1", "13.3", "13", "Extent to which education is mainstreamed", "en"),
        ("17.19.2", "17.19", "17", "Proportion of countries that have conducted a census", "en"),
        ("5.5.1", "5.5", "5", "Proportion of seats held by women", "en"),
        ("2.a.1", "2.a", "2", "The agriculture orientation index", "en"),
    ]
)


@pytest.mark.parametrize(
    ("indicator_id", "expected"),
    [
        ("1-2-1", ("1.2.1", False)),
        ("1-2-1-a", ("1.2.1", True)),
        ("1-2-1-SERIE-A", ("1.2.1", True)),
        ("17-19-2b-a", ("17.19.2", True)),
        ("17-19-2b", ("17.19.2", True)),
        ("2-a-1", ("2.a.1", False)),
        ("11-2-2", (None, False)),
        ("13-3", (None, False)),
        ("5-5-4", (None, False)),
        ("demo_indicator", (None, False)),
    ],
)
def test_official_code(indicator_id, expected) -> None:
    assert official_code(indicator_id, FRAMEWORK) == expected


@pytest.mark.parametrize(
    ("indicator_id", "title", "unit", "stated", "match", "codes"),
    [
        (
            "1-2-1",
            "Percentage of population of Bristol beneath national poverty line",
            "PERCENT",
            {},
            "official",
            ("1.2.1", "1.2", "1"),
        ),
        # the site's own subject under a UN code
        ("1-2-1", "Rate of severe material and social deprivation", "PERCENT", {}, "proxy", ("1.2.1", "1.2", "1")),
        # a near title whose unit nobody states is contradicted by nothing
        ("1-2-1", TITLE, "NOT STATED", {}, "official", ("1.2.1", "1.2", "1")),
        ("1-2-1", TITLE, "NOT STATED", {"has_rows": False}, "proxy", ("1.2.1", "1.2", "1")),
        ("1-2-1", TITLE, "Number of Persons", {}, "proxy", ("1.2.1", "1.2", "1")),
        # Catalan has no official title here: its words for the same concepts do
        ("1-2-1", "Població en risc de pobresa relativa", "PERCENT", {}, "official", ("1.2.1", "1.2", "1")),
        ("1-2-1-a", "Población bajo el umbral nacional de pobreza", "PERCENT", {}, "official", ("1.2.1", "1.2", "1")),
        # a gap in the subject, and the subject of another code
        ("1-2-1", "Gender gap in the population below the poverty line", "PERCENT", {}, "proxy", ("1.2.1", "1.2", "1")),
        ("9-2-2", "Proportion of seats held by women", "PERCENT", {}, "proxy", ("9.2.2", "9.2", "9")),
        # fruit trees under a code of the agriculture of nations
        ("2-a-1", "Number of fruit trees planted in parks", "NUMBER", {}, "proxy", ("2.a.1", "2.a", "2")),
        ("9-2-2-a", "x", "PERCENT", {"target": "9.2"}, "proxy", ("9.2.2", "9.2", "9")),
        ("11-2-2", "x", "PERCENT", {"target": "11.2"}, "target", (None, "11.2", "11")),
        ("13-3", "x", "PERCENT", {"goals": {"sdg_goal": "13"}}, "goal", (None, None, "13")),
        ("5-5-4", "x", "PERCENT", {"is_target_in_words": True}, "target", (None, "5.5", "5")),
        ("demo_indicator", "x", "PERCENT", {}, "none", (None, None, None)),
    ],
)
def test_match(indicator_id, title, unit, stated, match, codes) -> None:
    found = match_indicator(Claim("s", indicator_id, titles={"en": title}, unit=unit, **stated), FRAMEWORK)
    assert (found.match, (found.indicator_code, found.target_code, found.goal_code)) == (match, codes), found
    assert found.reason


def test_a_reviewed_row_is_final() -> None:
    found = match_indicator(Claim("cape-town", "1-2-1", has_template_title=True, unit="PERCENT"), FRAMEWORK)
    assert found.match == "proxy" and found.reason.startswith("reviewed: households")


GEORGIAN = "სიღარიბის ზღვარს ქვემოთ მყოფი მოსახლეობის წილი"


@pytest.mark.parametrize(
    ("claim", "match", "reason"),
    [
        # a language that neither the official titles nor the words know
        ({"titles": {"ka": GEORGIAN}}, "official, title not compared", "no official title in ka"),
        ({"titles": {"pl": "Wskaźnik zagrożenia ubóstwem"}}, "official, title not compared", "no official title in pl"),
        ({"titles": {"tr": "Yoksulluk oranı"}}, "official, title not compared", "no official title in tr"),
        # no language is stated: of those with official titles none has these letters
        ({"titles": {"und": "Yoksulluk oranı"}}, "official, title not compared", "no official title in the language"),
        # then the unit is all that shows the measure: none, one not understood, one of another kind
        ({"titles": {"tr": "Yoksulluk oranı"}, "unit": "NOT STATED"}, "proxy", "no unit that shows"),
        ({"titles": {"pl": "Liczba koszy na śmieci"}, "unit": "szt."}, "proxy", "the unit szt. is no share"),
        ({"titles": {"und": "Liczba koszy na śmieci"}, "unit": "szt."}, "proxy", "the unit szt. is no share"),
        ({"titles": {"pl": "Liczba koszy na śmieci"}, "unit": "NUMBER"}, "proxy", "no share"),
        # the same with an extended id: the suffix is the site's own
        ({"titles": {"ka": GEORGIAN}, "indicator_id": "1-2-1-a"}, "proxy", "extends 1.2.1"),
        # the template's title by its key, over rows without a text of their own
        ({"has_template_title": True}, "official, title not compared", "no title of its own"),
        ({"has_template_title": True, "titles": {"en": TITLE}}, "official, title not compared", "no title of its own"),
        # the template's title over rows that name another subject
        (
            {"has_template_title": True, "titles": {"en": TITLE}, "row_texts": ("Fruit trees planted in parks",)},
            "proxy",
            "the rows are of",
        ),
        (
            {"has_template_title": True, "row_groups": {"Travel": ("By bus", "By train", "Walking", "By bicycle")}},
            "proxy",
            "the rows are by 'Travel'",
        ),
        # the units of the rows come before that of the metadata
        ({"titles": {"en": TITLE}, "row_units": ("Number of persons",)}, "proxy", "no share"),
        ({"titles": {"en": TITLE}, "row_units": ("Number of persons", "Percent")}, "official", "unit fits"),
    ],
)
def test_what_cannot_be_compared_is_no_contradiction(claim, match, reason) -> None:
    found = match_indicator(Claim(**{"site_id": "s", "indicator_id": "1-2-1", "unit": "PERCENT", **claim}), FRAMEWORK)
    assert found.match == match and reason in found.reason, found
    assert found.indicator_code == "1.2.1"


@cache
def _whole_registry() -> Framework:
    codes = official_titles()["en"].items()
    return Framework.from_rows([(code, "", "", title, "en") for code, title in codes], with_registry=True)


def test_an_official_title_is_official_in_every_language() -> None:
    framework = _whole_registry()
    claims = [
        (code, language, Claim("s", code.replace(".", "-"), titles={stated: title}))
        for language, by_code in official_titles().items()
        for code, title in by_code.items()
        for stated in (language, "und")
    ]
    others = [
        (code, language) for code, language, claim in claims if match_indicator(claim, framework).match != "official"
    ]
    assert len(claims) > 3_900 and others == []


def test_an_official_title_is_of_no_other_code() -> None:
    framework = _whole_registry()
    codes = sorted(framework.codes)
    wrong = []
    for language in ("en", "es", "fr", "de", "eu"):
        for code, title in official_titles()[language].items():
            # the neighbours are nearest in subject
            place = codes.index(code)
            for other in {*codes[max(0, place - 2) : place + 3], "13.b.1", "16.5.2"} - {code}:
                if other in framework.codes_of_title[title_key(title)]:
                    continue
                found = match_indicator(Claim("s", other.replace(".", "-"), titles={language: title}), framework)
                if found.match != "proxy":
                    wrong.append((other, language, found.reason))
    assert wrong == []


@pytest.mark.parametrize(
    ("indicator_id", "title", "unit", "match"),
    [
        # an official title without its breakdowns, with others, and in capitals
        ("16-1-1", "Number of victims of intentional homicide per 100,000 population", "NOT STATED", "official"),
        ("8-5-2", "TAUX DE CHÔMAGE, PAR SEXE ET COMMUNE", "PERCENT", "official"),
        # the stated unit still counts
        ("16-1-1", "Number of victims of intentional homicide per 100,000 population", "NUMBER", "proxy"),
        # a title that only begins as the official one does
        ("16-1-1", "Number of victims of homicide", "NOT STATED", "proxy"),
    ],
)
def test_the_official_title_itself(indicator_id, title, unit, match) -> None:
    found = match_indicator(Claim("s", indicator_id, titles={"und": title}, unit=unit), _whole_registry())
    assert found.match == match, found


def test_a_language_is_compared_though_the_code_has_no_title_in_it() -> None:
    claim = Claim("s", "9-2-2", titles={"es": "Árboles frutales plantados en los parques"}, unit="PERCENT")
    assert match_indicator(claim, FRAMEWORK).match == "proxy"


def test_the_registry_gives_official_titles_in_further_languages() -> None:
    framework = Framework.from_rows([("8.5.2", "8.5", "8", "Unemployment rate", "en")], with_registry=True)
    assert {("8.5.2", language) for language in ("en", "es", "fr", "de", "eu")} <= framework.titles.keys()
    found = match_indicator(Claim("s", "8-5-2", titles={"eu": "Langabezia-tasa"}, unit="PERCENT"), framework)
    assert found.match == "official", found
