"""How near two titles are, by the concepts that languages share."""

from __future__ import annotations

import pytest

from localsdg.registry.official_titles import official_titles, short_titles, title_words
from localsdg.staging.local.measure_kind import unit_fault
from localsdg.staging.local.title_match import TitleIndex
from localsdg.staging.local.title_words import parts_of, tokens

INDEX = TitleIndex(
    {
        "en": {
            "1.2.1": ["Proportion of population living below the national poverty line, by sex and age"],
            "8.1.1": ["Annual growth rate of real GDP per capita"],
            "8.5.2": ["Unemployment rate, by sex, age and persons with disabilities"],
            "8.6.1": ["Proportion of youth (aged 15–24 years) not in education, employment or training"],
            "9.2.1": ["Manufacturing value added as a proportion of GDP and per capita", "Manufacturing value added"],
            "9.2.2": ["Manufacturing employment as a proportion of total employment"],
        },
        "zh": {"8.5.2": ["失业率,按性别、年龄和残疾人分列"], "1.2.1": ["国家贫穷线以下人口的比例"]},
    }
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tasa de desempleo", "Unemployment rate"),
        ("Taxa d'atur", "Arbeitslosenquote"),
        ("Taux de chômage", "Langabezia-tasa"),
        ("Gross value added", "Valor añadido bruto"),
        ("Treibhausgasemissionen", "treibhausgas"),
    ],
)
def test_words_of_several_languages_are_one_concept(one, other) -> None:
    assert tokens(one) & tokens(other)


@pytest.mark.parametrize(
    ("compound", "concepts"),
    [
        ("Armutsgefährdungsquote", {"=poverty", "=threshold"}),
        ("Kinderarmut", {"=child", "=poverty"}),
        ("Neugeborenensterblichkeit", {"=neonatal", "=mortality"}),
        ("Säuglingssterblichkeit", {"!underfive", "=mortality"}),
        ("Müttersterblichkeit", {"=maternal", "=mortality"}),
        ("Jugendarbeitslosenquote", {"=youth", "=unemployment"}),
        ("Langzeitarbeitslose", {"!longterm", "=unemployment"}),
        ("Suizidrate", {"=suicide"}),
        ("Werkloosheidsgraad", {"=unemployment"}),
        ("Kindersterfte", {"!underfive", "=mortality"}),
        ("Energiearmoede", {"=energy", "=poverty"}),
        # a part of a longer part is no part of the compound
        ("Abwasserbehandlung", {"!wastewater"}),
        ("Jugendliche", {"=adolescent"}),
    ],
)
def test_a_compound_is_all_its_parts(compound, concepts) -> None:
    known = {word for word in tokens(compound) if word[0] in "=!"}
    assert concepts <= known and known - concepts <= {"=child"}


def test_words_without_a_subject_are_no_words() -> None:
    assert tokens("Total number of people, by sex and age (%), 2015-2020") == frozenset()


@pytest.mark.parametrize(
    ("title", "language", "code", "is_near"),
    [
        ("Percentage of people below the poverty line", "en", "1.2.1", True),
        ("Tasa de desempleo", "en", "8.5.2", True),
        ("失业率", "zh", "8.5.2", True),
        ("失业率", "zh", "1.2.1", False),
        # more or less of a concept that decides what is measured
        ("Long-term unemployment rate", "en", "8.5.2", False),
        ("Brecha de género en la tasa de desempleo", "en", "8.5.2", False),
        ("GDP per capita", "en", "8.1.1", False),
        ("Annual growth rate of real GDP", "en", "8.1.1", False),
        # a long title of a part keeps the concept that only this indicator has
        ("Joves de 16 a 24 anys que no treballen ni estudien a la ciutat (ninis)", "en", "8.6.1", True),
        # one of several names of a code is enough
        ("Manufacturing value added", "en", "9.2.1", True),
        ("Tourism", "en", "9.2.2", False),
        ("", "en", "9.2.2", False),
    ],
)
def test_nearness(title, language, code, is_near) -> None:
    assert INDEX.nearness(title, language, code).is_near is is_near


@pytest.mark.parametrize(
    ("title", "n_parts"),
    [
        ("(a) Proportion of people with land; and (b) share of women among owners of land", 2),
        ("Proporción de países que a) han realizado un censo; y b) han registrado los nacimientos", 2),
        ("Proportion of pupils (a) in grades 2/3; and (b) at the end of primary who read", 0),
        ("Unemployment rate, by sex and age", 0),
    ],
)
def test_sub_indicators_of_an_official_title(title, n_parts) -> None:
    assert parts_of(title)[0] == title and len(parts_of(title)) == 1 + n_parts


def test_a_nearer_title_of_another_code_is_named() -> None:
    title = "Employment in manufacturing and other value added"
    own = INDEX.nearness(title, "en", "9.2.1")
    assert INDEX.nearer_code("Manufacturing employment", "en", "9.2.1", own) == "9.2.2"
    assert INDEX.nearer_code(title, "en", "9.2.2", INDEX.nearness("Manufacturing employment", "en", "9.2.2")) is None


@pytest.mark.parametrize(
    ("official", "units", "titles", "fault"),
    [
        ("Proportion of population below the line", ["PERCENT"], [], False),
        ("Proportion of population below the line", ["NOT STATED"], [], False),
        ("Proportion of population below the line", ["Persones"], [], True),
        ("Proportion of population below the line", ["Euros"], [], True),
        ("Proportion of population below the line", ["a unit of its own"], [], False),
        ("Proportion of population below the line", ["NOT STATED"], ["Number of poor people"], True),
        ("Suicide mortality rate", ["Count"], [], True),
        ("Suicide mortality rate", ["Count", "Rate per 100,000"], [], False),
        ("Suicide mortality rate", ["Tanto por 100.000"], [], False),
        ("Total greenhouse gas emissions per year", ["Tonnes"], [], False),
        ("Total greenhouse gas emissions per year", ["PERCENT"], [], True),
        ("Total greenhouse gas emissions per year", ["Tonnes per capita"], [], True),
        ("Proportion and number of children in child labour", ["Number"], [], False),
        ("Annual growth rate of real GDP per capita", ["£ GBP"], [], True),
    ],
)
def test_units_that_cannot_be_those_of_the_indicator(official, units, titles, fault) -> None:
    assert bool(unit_fault(official, units, titles)) is fault


def test_the_lists_are_whole_and_without_doubles() -> None:
    titles, words = official_titles(), title_words()
    assert {"en", "es", "fr", "de", "eu"} <= titles.keys()
    assert all(len(by_code) > 200 for by_code in titles.values())
    assert len({word for _, word in words}) == len(words)
    assert {code for code, _ in short_titles()} <= titles["en"].keys()
    assert len(set(short_titles())) == len(short_titles())
