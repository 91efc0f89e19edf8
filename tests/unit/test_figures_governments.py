"""Local governments as areas: found by the names people write, and answered for by figures of their own."""

from __future__ import annotations

import duckdb
import pytest
from figure_helpers import settings

from localsdg.cli.arguments import split_places
from localsdg.common.errors import UsageError
from localsdg.figures.data.load import load_figures
from localsdg.figures.messages.messages import words
from localsdg.figures.trace.explain import find_figure
from localsdg.research.areas import find_area

GOVERNMENTS = [
    {"local_government_id": "barcelona", "name": "Barcelona", "area_code": "724", "aliases": ["バルセロナ"]},
    {"local_government_id": "cordoba-spain", "name": "Córdoba", "area_code": "724"},
    {"local_government_id": "cordoba-kenya", "name": "City of Córdoba", "area_code": "404", "aliases": ["Córdoba"]},
    {"local_government_id": "city-of-dallas-tx-ken", "name": "City of Dallas, TX", "area_code": "404"},
    {"local_government_id": "kenya-state", "name": "State of Kenya", "area_code": "724", "aliases": ["Kenia"]},
    {"local_government_id": "azores", "name": "Azores", "area_code": "250"},
]


def review(year: int | None, place: str = "barcelona", **more) -> dict:
    return {
        "review_id": f"{place}-{year}",
        "local_government_id": place,
        "review_year": year,
        "kind": "VLR",
        "languages": ["ca"],
        "url": f"https://example.org/{place}-{year}.pdf",
        "release": "2026-11",
        **more,
    }


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    found = settings(tmp_path_factory.mktemp("home"), [], core_local_government=GOVERNMENTS)
    with duckdb.connect(str(found.published), read_only=True) as opened:
        yield opened


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("Barcelona", "barcelona"),
        ("barcelona", "barcelona"),
        ("Ajuntament de Barcelona", "barcelona"),
        ("バルセロナ", "barcelona"),
        ("Barcelona, Spain", "barcelona"),
        ("Barcelona (ESP)", "barcelona"),
        ("Dallas", "city-of-dallas-tx-ken"),
        ("Córdoba, Kenya", "cordoba-kenya"),
        ("cordoba-spain", "cordoba-spain"),
        ("Azores", "azores"),
        ("724", "724"),
        ("Spain", "724"),
    ],
)
def test_a_place_is_found_by_what_people_write(con, asked, code) -> None:
    found = find_area(con, asked)
    assert found.code == code
    assert found.is_local == (not code.isdigit())


def test_a_country_comes_first_and_says_how_to_get_the_government(con) -> None:
    found = find_area(con, "Kenia")
    assert (found.code, found.kind) == ("404", "country")
    assert "--area kenya-state" in found.note


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Córdoba", "Córdoba, Spain (cordoba-spain)"),
        ("Barcelna", "Barcelona, Spain (barcelona)"),
        ("Barcelona, Kenya", "Barcelona, Spain (barcelona)"),
    ],
)
def test_a_name_of_several_or_none_lists_what_may_be_meant(con, asked, expected) -> None:
    with pytest.raises(UsageError, match="local government") as raised:
        find_area(con, asked)
    assert expected in str(raised.value)


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ("Córdoba, Spain", ("Córdoba, Spain",)),
        ("KEN,Barcelona", ("KEN", "Barcelona")),
        ("Kenya, Spain", ("Kenya", "Spain")),
        ("Barcelona, Spain, Kenya", ("Barcelona, Spain", "Kenya")),
        ("Bonaire, Sint Eustatius and Saba", ("Bonaire, Sint Eustatius and Saba",)),
        ("404 724", ("404", "724")),
    ],
)
def test_a_name_keeps_the_country_behind_it(given, places) -> None:
    assert split_places([given]) == places


def titles(tmp_path, area: str, lang: str = "en", **more) -> dict[str, str]:
    found = load_figures(settings(tmp_path, [], core_local_government=GOVERNMENTS, **more), None, area, lang)
    return {one.figure_id: one.title for one in found.figures}


@pytest.mark.parametrize(
    ("years", "title"),
    [
        ((2019, 2020, 2021), "3 reviews of its own progress since 2019, one every year"),
        ((2019, 2021), "2 reviews of its own progress so far, the latest in 2021"),
        ((2021,), "One review of its own progress so far, in 2021"),
    ],
)
def test_reviews_are_told_by_their_years(tmp_path, years, title) -> None:
    found = titles(tmp_path, "Barcelona", core_review=[review(year) for year in years])
    assert found["c04-reviews-barcelona"] == title


def test_a_review_keeps_its_address_and_its_languages(tmp_path) -> None:
    made = settings(tmp_path, [], core_local_government=GOVERNMENTS, core_review=[review(2020)])
    (one,) = load_figures(made, None, "barcelona", "es", ["c04-reviews"]).figures
    (row,) = one.rows
    assert (row["url"], row["shown"]) == ("https://example.org/barcelona-2020.pdf", "catalán")


@pytest.mark.parametrize(
    ("reviews", "area", "title"),
    [
        (
            [review(2020)],
            "barcelona",
            "The only local government of its country that is known to have published a review",
        ),
        (
            [review(2020), review(2021), review(2021, "cordoba-spain")],
            "barcelona",
            "2 of the 3 reviews known from its country are its own",
        ),
        ([review(2020)], "cordoba-spain", "None of the 1 review known from its country is its own"),
        ([review(2020)], "724", "1 local government has published 1 review; no local numbers of theirs are loaded"),
    ],
)
def test_a_country_and_each_of_its_governments_tell_the_same_reviews(tmp_path, reviews, area, title) -> None:
    found = titles(tmp_path, area, core_review=reviews)
    assert found[f"c04-governments-{area}"] == title


def test_indicators_are_of_all_official_ones(tmp_path) -> None:
    official = [("3.1.1", "3"), ("3.2.1", "3"), ("4.1.1", "4"), ("5.5.1", "5")]
    own = {"local_government_id": "barcelona", "site_id": "b", "last_year": 2020, "n_years": 3}
    found = titles(
        tmp_path,
        "barcelona",
        core_goal=[{"goal_code": goal, "title": goal} for goal in ("3", "4", "5")],
        core_indicator=[{"indicator_code": code, "goal_code": goal} for code, goal in official],
        core_own_indicator=[{**own, "goal_code": goal, "indicator_code": code} for code, goal in official[:3]],
    )
    assert found["c05-by-goal-barcelona"] == "Own numbers for 3 of 4 official indicators, most under goal 3"


def test_shares_beside_the_nation_are_counted_where_they_differ_as_printed(tmp_path) -> None:
    pairs = [("3.1.1", 20.0, 10.0), ("4.1.1", 5.0, 30.0), ("5.5.1", 40.01, 40.02)]
    found = titles(
        tmp_path,
        "barcelona",
        core_local_indicator=[
            {"site_id": "b", "local_indicator_id": code, "local_government_id": "barcelona", "title": f"Title {code}"}
            for code, _, _ in pairs
        ],
        evidence_local_beside_nation_in_file=[
            {
                **{"local_government_id": "barcelona", "site_id": "b", "local_indicator_id": code, "year": 2020},
                **{"indicator_code": code, "local_value": own, "national_value": nation, "unit": "PERCENT"},
            }
            for code, own, nation in pairs
        ],
    )
    assert found["c05-beside-nation-barcelona"] == "Above the nation in 1 of 3 shares, below it in 1"


@pytest.mark.parametrize("lang", ["en", "es", "fr", "pt"])
def test_what_is_not_there_has_a_reason_that_names_the_place(tmp_path, lang) -> None:
    found = load_figures(settings(tmp_path, [], core_local_government=GOVERNMENTS), None, "Barcelona", lang)
    assert found.figures == ()
    assert all(words(lang).government("Barcelona") in one.reason or "metric" in one.reason for one in found.missing)
    assert {one.figure_id for one in found.missing} >= {"c04-reviews-barcelona", "c05-beside-peers-barcelona"}


def test_a_figure_of_countries_says_that_it_does_not_answer_for_a_government(tmp_path) -> None:
    made = settings(tmp_path, [], core_local_government=GOVERNMENTS)
    (one,) = load_figures(made, None, "barcelona", only=["c01-extreme-poverty"]).missing
    assert one.reason == "This figure covers countries and regions, not a single local government."
    (one,) = load_figures(made, None, "ESP", only=["c05-own-values"]).missing
    assert one.reason == "This figure covers single local governments only."


def test_a_figure_of_a_government_is_found_by_its_id(tmp_path) -> None:
    made = settings(tmp_path, [], core_local_government=GOVERNMENTS, core_review=[review(2020)])
    assert find_figure(made, "c04-reviews-barcelona").area == "Barcelona"
    assert find_figure(made, "c04-reviews-barcelona", "Barcelona, Spain").area == "Barcelona"
    with pytest.raises(UsageError, match="no such figure"):
        find_figure(made, "c04-reviews-atlantis")
