"""Findings of places, parts, pairs and counts: other numbers make another sentence."""

from __future__ import annotations

from typing import Any

import pytest

from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.names import city_name, indicator_name
from localsdg.figures.data.queries import Area
from localsdg.figures.findings.message import Finding
from localsdg.figures.findings.title import find
from localsdg.figures.messages.messages import words

WORLD, COUNTRY = Area("001", "World", "world"), Area("404", "Kenya", "country")


def row(label: str, value: float, code: str = "", unit: str = "PERCENT", **more: Any) -> dict[str, Any]:
    """A row as `compose` makes it, of 2020."""
    w = words("en")
    facts = {"n_found": 0, "n_others": None, "n_highest": None, "n_lowest": None, "n_whole": None, "series": ""}
    one = facts | {"label": label, "name": label, "code": code or label, "year": 2020, "value": value, "unit": unit}
    one |= {"censoring": None, "dimensions": {}} | more
    return {"shown": w.amount(value, unit, one["censoring"])} | one


def said(figure_id: str, rows: list[dict], area: Area = WORLD, lang: str = "en") -> tuple[str, Finding]:
    return find(entries()[figure_id], rows, words(lang), area)


def regions(world: float | None = None, **values: float) -> list[dict]:
    own = [] if world is None else [row("World", world, "001")]
    return own + [row(name, value) for name, value in values.items()]


# ------------------------------------------------------------------ the end of a range
POVERTY = "c01-extreme-poverty-areas"


@pytest.mark.parametrize(
    ("values", "title", "strength"),
    [
        ({"A": 35.4, "B": 8.5, "C": 1.0}, "Extreme poverty is by far highest in A: 35.4% of people", "strong"),
        ({"A": 35.4, "B": 17.7, "C": 1.0}, "Extreme poverty is by far highest in A: 35.4% of people", "strong"),
        ({"A": 35.4, "B": 17.8, "C": 1.0}, "Extreme poverty is highest in A (35.4%)", "strong"),
        ({"A": 35.4, "B": 35.4, "C": 1.0}, "Extreme poverty is by far lowest in C (1%)", "strong"),
        (
            {"A": 9.0, "B": 9.0, "C": 2.0, "D": 2.0},
            "Extreme poverty is highest in several places: 2 of 4 (9% each)",
            "weak",
        ),
        ({"A": 9.4, "B": 9.1, "C": 8.6}, "Extreme poverty is about the same everywhere: 8.6% to 9.4%", "strong"),
    ],
)
def test_the_sentence_follows_the_pattern_of_the_numbers(values, title, strength) -> None:
    text, finding = said(POVERTY, regions(8.5, **values))
    assert (text, finding.strength) == (title, strength)
    assert finding.number == "8.5%", "the number beside a title of the World is the World's"


def test_an_end_that_is_shared_by_places_not_shown_is_not_named() -> None:
    rows = [row("A", 9.0, n_highest=3, n_others=20), row("B", 5.0, n_lowest=4, n_others=20)]
    text, finding = said(POVERTY, rows)
    assert "3 of 20" in text and finding.strength == "weak" and finding.key == "highest_tied"


def test_where_more_is_better_the_lowest_is_the_finding() -> None:
    assert said("c09-health", regions(68, A=43, B=84, C=70))[0] == "Health service coverage is lowest in A (43%)"
    assert "by far lowest in A" in said("c09-health", regions(68, A=20, B=84, C=70))[0]
    low = [row("A", 43, unit="INDEX"), row("B", 84, unit="INDEX")]
    assert said("c09-health", low)[0].endswith("in A (43 of 100)"), "a level has its unit"


@pytest.mark.parametrize(
    ("own", "title"),
    [
        (53.1, "More than half the world has no social protection (53.1%)"),
        (50.0, "The lack of social protection is highest in A (86.3%)"),
        (49.9, "The lack of social protection is highest in A (86.3%)"),
    ],
)
def test_more_than_half_is_more_than_half(own, title) -> None:
    assert said("c02-unprotected", regions(own, A=86.3, B=75.9, C=15.1))[0] == title


def test_more_than_half_of_a_region_is_not_of_the_world() -> None:
    africa = Area("202", "Africa", "region")
    rows = [row("Africa", 86.3, "202"), row("A", 98.6), row("B", 60.0)]
    assert "world" not in said("c02-unprotected", rows, africa)[0]


def test_all_or_none_counts_both_ends() -> None:
    rows = [row(f"T{n}", 100) for n in range(8)] + [row(f"B{n}", 0) for n in range(7)]
    text, finding = said("c12-local-strategies", rows)
    assert text == "All local governments have disaster strategies in 8 of 15 countries, none in 7"
    assert (finding.number, finding.strength) == ("8 of 15", "strong")


def test_what_holds_for_the_countries_surveyed_says_of_how_many() -> None:
    rows = [one | {"n_countries": 68} for one in regions(56, A=82, B=37)]
    text, finding = said("c08-informed-decisions", rows)
    assert text == "In the 68 countries surveyed, 56% of women decide for themselves"
    assert finding.strength == "fair" and "not of the World" in finding.why


# ------------------------------------------------------------------ a country beside the World
@pytest.mark.parametrize(
    ("own", "title"),
    [
        (10.0, "Extreme poverty is above the world level: 10% against 8.5%"),
        (7.0, "Extreme poverty is below the world level: 7% against 8.5%"),
        (9.0, "Extreme poverty is near the world level: 9% against 8.5%"),
        (17.2, "Extreme poverty is about twice the world’s: 17.2% against 8.5%"),
        (36.0, "Extreme poverty is about 4 times the world’s: 36% against 8.5%"),
        (4.2, "Extreme poverty is far below the world level: 4.2% against 8.5%"),
    ],
)
def test_a_country_stands_beside_the_world(own, title) -> None:
    rows = [row("Kenya", own, "404"), row("World", 8.5, "001"), row("Eastern Africa", 20.0, "014")]
    text, finding = said(POVERTY, rows, COUNTRY)
    assert text == title and finding.number == words("en").amount(own, "PERCENT")


@pytest.mark.parametrize(
    ("own", "limit", "world", "key"),
    [
        (2.5, "<", 9.2, "beside_world_half"),
        (95.0, ">", 71.0, "beside_world_above"),
        (95.0, "<", 71.0, "beside_world_plain"),
        (2.5, ">", 9.2, "beside_world_plain"),
    ],
)
def test_a_limit_is_compared_only_where_it_settles_which_is_higher(own, limit, world, key) -> None:
    rows = [row("Kenya", own, "404", censoring=limit), row("World", world, "001")]
    assert said(POVERTY, rows, COUNTRY)[1].key == key


def test_without_the_world_a_country_stands_beside_its_region() -> None:
    rows = [row("Kenya", 30.0, "404"), row("Africa", 10.0, "202")]
    assert said(POVERTY, rows, COUNTRY)[0] == "Extreme poverty is above its region: 30% against 10% (Africa)"


@pytest.mark.parametrize(("n", "start"), [(1, "One of the 378 known"), (26, "26 of the 378 known")])
def test_reviews_of_a_country_are_a_part_of_all(n, start) -> None:
    rows = [row("Kenya", n, "404", "reviews"), row("World", 378, "001", "reviews")]
    assert said("c04-reviews-areas", rows, COUNTRY)[0].startswith(start)


# ------------------------------------------------------------------ changes, up and down
def changes(world: float, **values: float) -> list[dict]:
    unit = "change in %"
    return [row("World", world, "001", unit), *(row(name, value, unit=unit) for name, value in values.items())]


@pytest.mark.parametrize(
    ("values", "end"),
    [
        ({"A": -39.2, "B": -2.6, "Oceania": -4.4}, "in all 3 regions"),
        ({"A": -39.2, "B": -2.6, "Oceania": 4.4}, "except in Oceania"),
        ({"A": -39.2, "B": 2.6, "C": 4.4, "D": -8}, "in 2 of 4 places"),
        ({"A": -39.2, "B": -2.6, "Oceania": -0.4}, "in 2 of 3 places"),
    ],
)
def test_a_fall_is_told_with_its_exceptions(values, end) -> None:
    text, finding = said("c11-financial-crisis", changes(-16.5, **values))
    assert "Hunger" in text and text.endswith(end) and finding.number == "-16.5%"


def test_a_change_below_one_is_no_change() -> None:
    text, finding = said("c11-financial-crisis", changes(-0.2, A=-0.4, B=0.3))
    assert text == "Hunger hardly changed through the financial crisis" and finding.strength == "weak"
    rows = [row(name, value, unit="points") for name, value in (("water", 0.1), ("energy", -0.12))]
    assert said("c09-gap", rows)[0] == "Town and countryside are level in all 2 services"


def test_the_widest_lead_needs_no_name() -> None:
    leads = {"water": 18.9, "sanitation": 18.9, "energy": 13.2}
    rows = [row(name, value, unit="points") for name, value in leads.items()]
    assert said("c09-gap", rows)[0] == "Towns lead the countryside in all 3 services, by up to 18.9 points"
    behind = [*rows, row("schools", -14.7, unit="points"), row("care", -2, unit="points")]
    assert said("c09-gap", behind)[0] == "Towns lead the countryside in 3 of 5 services, by up to 18.9 points"


def test_a_ratio_says_of_what() -> None:
    rows = [row(name, value, unit="ratio") for name, value in (("A", 1.27), ("B", 1.31), ("C", 7.48))]
    assert said("c10-ratio", rows)[0] == "Women do 1.3 to 7.5 times men’s unpaid work"


def test_a_jump_from_next_to_nothing_is_no_growth() -> None:
    grown = {"hunger": 17.7, "refugees": 5.8}
    rows = [row(name, value, unit="change in %") for name, value in {**grown, "deaths": 1.1e6}.items()]
    assert said("c11-covid", rows)[0] == "Hunger grew by 17.7% over the first year of COVID-19"
    assert said("c11-covid", rows[:2])[1].number == "17.7%"


# ------------------------------------------------------------------ pairs
def pair(rural: float, urban: float, name: str = "World", code: str = "001", **more: Any) -> list[dict]:
    return [
        row(name, value, code, series=series, dimensions={"location": location}, **more)
        for series, location, value in (("rural", "RURAL", rural), ("urban", "URBAN", urban))
    ]


@pytest.mark.parametrize(
    ("rural", "urban", "title", "strength"),
    [
        (70.1, 88.9, "The countryside trails towns by 18.8 points in basic sanitation (70.1% against 88.9%)", "strong"),
        (88.9, 70.1, "Towns trail the countryside by 18.8 points in basic sanitation (70.1% against 88.9%)", "strong"),
        (100.0, 99.9, "Town and countryside are level in basic sanitation: 99.9% and 100%", "weak"),
        (
            21.76,
            33.54,
            "The countryside trails towns by 11.7 points in basic sanitation (21.8% against 33.5%)",
            "strong",
        ),
    ],
)
def test_a_gap_names_who_is_behind_by_the_printed_values(rural, urban, title, strength) -> None:
    text, finding = said("c09-sanitation", pair(rural, urban))
    assert (text, finding.strength) == (title, strength)


def test_of_many_places_it_is_counted_in_how_many_one_is_ahead() -> None:
    facts = {"n_found": 30, "n_first_above": 26, "n_second_above": 4}
    rows = pair(30, 20, "A", "A", **facts) + pair(10, 12, "B", "B", **facts)
    text, finding = said("c09-care", rows)
    assert text.endswith("than urban women in 26 of 30 countries") and finding.number == "26 of 30"
    everywhere = [one | {"n_first_above": 30, "n_second_above": 0} for one in rows]
    assert said("c09-care", everywhere)[0].endswith("in all 30 countries")


# ------------------------------------------------------------------ parts and counts
def test_the_lowest_and_the_highest_part_are_named_unless_shared() -> None:
    rows = [row("pension", 77.5), row("maternity", 40.0), row("unemployment", 18.6)]
    assert said("c02-social-protection", rows)[0] == "Lowest coverage: unemployment (18.6%); highest: pension (77.5%)"
    tied = [*rows, row("poor", 77.5)]
    assert said("c02-social-protection", tied)[0] == "Lowest coverage: unemployment (18.6%)"


def test_what_holds_all_parts_is_no_extreme() -> None:
    parts = {"any": 80, "pension": 60, "maternity": 40, "unemployment": 20}
    rows = [row(name, value, dimensions={"benefit": name}, n_found=4) for name, value in parts.items()]
    title = "Lowest coverage: unemployment (20%); highest: pension (60%)"
    assert said("c02-social-protection", rows)[0] == title


def test_a_part_without_a_row_is_none_and_no_error() -> None:
    rows = [row("proxy", 12, unit="values", dimensions={"comparability": "proxy"}, n_whole=12)]
    assert said("c03-comparability", rows)[0] == "0 of 12 local poverty values share the nation’s definition"


@pytest.mark.parametrize(
    ("n", "title"), [(870, "Most records declare one goal: "), (400, "Records most often declare one goal")]
)
def test_most_is_more_than_half(n, title) -> None:
    rows = [row("one goal", n, unit="actions", n_whole=1225), row("two goals", 300, unit="actions", n_whole=1225)]
    assert said("c06-goals-per-action", rows)[0].startswith(title)


def test_a_finding_of_few_records_is_for_a_table() -> None:
    rows = [row("one goal", 6, unit="actions", n_whole=9), row("two goals", 3, unit="actions", n_whole=9)]
    assert said("c06-goals-per-action", rows)[1].strength == "weak"


def test_counts_of_several_lists_grow_to_the_own_one() -> None:
    def count(year: int, value: float, code: str, sign: str = "") -> dict:
        return row(code, value, code, "reviews", censoring=sign or None) | {"year": year}

    rows = [count(2020, 40, "a", "≈"), count(2023, 240, "b", ">"), count(2026, 378, "own")]
    assert said("c04-published-counts", rows)[0] == "Known reviews grew from ≈ 40 in 2020 to 378 in our list"
    more = [*rows, count(2024, 900, "c")]
    assert said("c04-published-counts", more)[0] == "4 lists count between ≈ 40 and 900 local reviews"


# ------------------------------------------------------------------ names
def test_indicators_and_cities_have_names() -> None:
    assert indicator_name("8.5.2", words("fr")) == "8.5.2 chômage"
    assert indicator_name("15.1.1", words("es")).startswith("15.1.1 ") and "…" in indicator_name("17.18.1", words("es"))
    assert [city_name(code) for code in ("IN_MUMBAI", "BR_RIO_DE_JANEIRO", "total")] == [
        "Mumbai",
        "Rio de Janeiro",
        "total",
    ]
