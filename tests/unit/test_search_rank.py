"""The words of a search, and the ranking of a few documents."""

from __future__ import annotations

import sqlite3

import pytest

from localsdg.registry.search_words import search_words
from localsdg.research.search_command import next_command, query_command
from localsdg.research.search_document import Document
from localsdg.research.search_index import fill
from localsdg.research.search_rank import rank
from localsdg.research.search_text import concepts_of, index_text, query_terms, stem

DOCUMENTS = [
    Document("series", "A_SEX", "Poverty rate", breakdowns=("sex",), n_areas=150),
    Document("series", "A_TOTAL", "Poverty rate of all", n_areas=150),
    Document("series", "A_NONE", "Poverty rate", has_data=False),
    Document("indicator", "1.1.1", "Proportion below the poverty line", names={"es": ("Proporción bajo el umbral",)}),
    Document("target", "11.b", "Cities with strategies", related=("11.b.1",)),
    Document("goal", "5", "Gender equality", names={"fr": ("Égalité entre les sexes",)}),
    Document("area", "404", "Kenya", names={"es": ("Kenia",)}, related=("KEN",), area_kind="country"),
    Document("area", "020", "Andorra", related=("AND",), area_kind="country"),
    Document("local_government", "barcelona", "Barcelona", other_names=("巴塞罗那", "برشلونة")),
    Document("action", "x", "Slum upgrading and poverty"),
    # in a list of ten a word of half the titles would count nothing
    *(Document("action", f"other-{n}", f"Protecting reef {n}") for n in range(40)),
]


@pytest.fixture(scope="module")
def index():
    con = sqlite3.connect(":memory:")
    fill(con, DOCUMENTS)
    yield con
    con.close()


def ids(index, text: str) -> list[str]:
    scores = rank(index, text).scores
    return [DOCUMENTS[n - 1].id for n in sorted(scores, key=lambda one: (-scores[one], one)) if scores[n] > 0]


@pytest.mark.parametrize(
    "words",
    [
        ("slum", "slums"),
        ("city", "cities"),
        ("niño", "niños", "niña", "niñas"),
        ("mujer", "mujeres"),
        ("ville", "villes"),
        ("woman", "women"),
        ("national", "nationaux"),
        ("população", "populações"),
        ("eau", "eaux"),
        ("house", "houses"),
    ],
)
def test_singular_and_plural_are_one_word(words) -> None:
    from localsdg.staging.local.title_words import fold

    assert len({stem(fold(word)) for word in words}) == 1


@pytest.mark.parametrize("words", [("class", "clas"), ("gas", "gap"), ("water", "waste"), ("bus", "but")])
def test_other_words_stay_apart(words) -> None:
    assert len({stem(word) for word in words}) == 2


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("pobreza", "c0poverty"),
        ("pauvreté", "c0poverty"),
        ("barrios marginales", "c0slum"),
        ("bidonvilles", "c0slum"),
        ("favelas", "c0slum"),
        ("par sexe", "c0sex"),
        ("por edad", "c0age"),
        ("not in education, employment or training", "c0neet"),
    ],
)
def test_words_of_several_languages_are_one_concept(text: str, concept: str) -> None:
    assert concept in concepts_of(text) and concept in index_text(text).split()


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others() -> None:
    assert [term.word for term in query_terms("the poverty of Kenya")] == ["poverty", "kenya"]
    assert [term.word for term in query_terms("of the")] == ["of", "the"]
    assert query_terms("...") == []


def test_each_word_of_the_list_is_there_once() -> None:
    words = [word for _, word in search_words()]
    assert len(words) == len(set(words)) and all(word == word.strip().casefold() for word in words)


def test_a_breakdown_that_is_asked_for_comes_first_and_values_before_none(index) -> None:
    assert ids(index, "poverty by sex")[:3] == ["A_SEX", "A_TOTAL", "A_NONE"]
    assert ids(index, "pobreza por sexo")[0] == "A_SEX"
    assert ids(index, "pauvreté par sexe")[0] == "A_SEX"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("1.1.1", "1.1.1"),
        ("a_sex", "A_SEX"),
        ("11.B", "11.b"),
        ("target 11.b", "11.b"),
        ("ODS 5", "5"),
        ("sdg5", "5"),
        ("objectif 5", "5"),
        ("Kenia", "404"),
        ("KEN", "404"),
        ("404", "404"),
        ("巴塞罗那", "barcelona"),
        ("برشلونة", "barcelona"),
        ("BARCELONA", "barcelona"),
        ("egalite entre les sexes", "5"),
        ("slums", "x"),
    ],
)
def test_codes_and_names_find_what_they_name(index, text: str, first: str) -> None:
    assert ids(index, text)[0] == first


def test_a_place_in_the_query_is_no_word_that_a_series_lacks(index) -> None:
    found = rank(index, "poverty in Kenya by sex")
    assert found.area_code == "404"
    assert set(ids(index, "poverty in Kenya by sex")[:2]) == {"404", "A_SEX"}
    assert {"404", "A_SEX"} <= set(ids(index, "pobreza Kenia"))


def test_a_word_between_others_is_no_country(index) -> None:
    assert "020" not in ids(index, "slum AND poverty") and "020" not in ids(index, "slum and poverty")


def test_a_misspelled_word_is_taken_for_the_nearest_and_named(index) -> None:
    found = rank(index, "povrety")
    assert found.corrected == {"povrety": "poverty"} and found.scores
    nothing = rank(index, "xyzzyq")
    assert nothing.unknown == ["xyzzyq"] and not nothing.scores


@pytest.mark.parametrize(
    "text", ['"', "'", "a OR", 'poverty" OR "x', "NEAR(", "title:poverty", "*", "-poverty", "poverty*", "\x00", "%_"]
)
def test_signs_of_the_search_language_are_no_syntax(index, text: str) -> None:
    rank(index, text)


def test_a_command_holds_its_id_whatever_it_is() -> None:
    import shlex

    hostile = Document("local_indicator", 'a/1\'; drop table x; $(touch y) `z` "q"', "T")
    command = next_command(hostile)
    parts = shlex.split(command)
    assert parts[:2] == ["localsdg", "query"] and len(parts) == 3
    assert "'1''; drop table x; $(touch y) `z` \"q\"'" in parts[2]
    assert query_command("select 1") == 'localsdg query "select 1"'
