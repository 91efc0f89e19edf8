"""Titles of lines and columns: change the numbers and the sentence changes."""

from __future__ import annotations

import pytest

from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.queries import Area
from localsdg.figures.findings.message import Finding
from localsdg.figures.findings.title import find
from localsdg.figures.messages.messages import words

WORLD, KENYA = Area("001", "World", "world"), Area("404", "Kenya", "country")


def row(year: int, value: float, unit: str = "PERCENT", series: str = "", limit: str = "", **more) -> dict:
    shown = words("en").amount(value, unit, limit)
    facts = {"label": str(year), "year": year, "value": value, "unit": unit, "series": series, "censoring": limit}
    return facts | {"shown": shown, "n_total": None, "n_whole": None, "n_areas": None, "dimensions": {}} | more


def line(years: dict[int, float], **more) -> list[dict]:
    return [row(year, value, **more) for year, value in years.items()]


def title(figure_id: str, rows: list[dict], area: Area = WORLD, lang: str = "en") -> str:
    return told(figure_id, rows, area, lang)[0]


def told(figure_id: str, rows: list[dict], area: Area = WORLD, lang: str = "en") -> tuple[str, Finding]:
    return find(entries()[figure_id], rows, words(lang), area)


SLUMS = {2000: 31.2, 2004: 30.1, 2008: 28.2, 2012: 24.9, 2014: 23.0, 2016: 23.4, 2018: 24.0, 2020: 24.8}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Slum living fell until 2014, then rose to 24.8% of city dwellers in 2020"),
        ({2016: 22, 2018: 21, 2020: 20}, "Slum living fell from 31.2% of city dwellers in 2000 to 20% in 2020"),
        ({2014: 24.9, 2016: 24.6, 2018: 24.5, 2020: 24.4}, "Slum living fell until 2012, then stayed near 24% of"),
        ({2020: 35.0}, "Slum living fell until 2014, then rose to a record 35% (2020)"),
    ],
)
def test_the_shape_is_told_and_not_the_ends(changed, said) -> None:
    assert title("c08-slums", line(SLUMS | changed)).startswith(said)


@pytest.mark.parametrize(
    ("figure_id", "years", "said"),
    [
        (
            "c01-extreme-poverty",
            {1992: 26.4, 1994: 25.9, 1997: 25.4, 2005: 36.7, 2015: 29.4},
            "Extreme poverty rose until 2005, then fell to 29.4% of people in 2015",
        ),
        (
            "c14-early-learning",
            {2015: 46.1, 2018: 45.8, 2021: 46.3},
            "Early learning hardly changed between 2015 and 2021, at 46% of children",
        ),
        (
            "c01-extreme-poverty",
            {2000: 0.5, 2007: 0.0, 2020: 0.9},
            "Extreme poverty hardly changed between 2000 and 2020, at 0.9% of people",
        ),
        (
            "c07-women-in-parliament",
            {2000: 28, 2010: 36, 2021: 44, 2022: 43, 2023: 42.4},
            "Women’s share of parliament rose to 44% in 2021, fell to 42.4% in 2023",
        ),
    ],
)
def test_sentences_of_other_shapes(figure_id, years, said) -> None:
    assert title(figure_id, line(years), KENYA) == said


@pytest.mark.parametrize(
    ("men", "women", "said"),
    [
        (9.31, 2.24, "Men are killed 4 times as often as women: 9.3 per 100,000"),
        (5.8, 2.3, "Men are killed 2.5 times as often as women: 5.8 per 100,000"),
        (3.4, 2.5, "Men are killed more often than women: 3.4 and 2.5 per 100,000"),
        (2.0, 2.0, "Men and women are killed about as often: 2 and 2 per 100,000"),
        (2.0, 4.0, "Women are killed 2 times as often as men: 4 per 100,000"),
        (0.83, 0.4, "Men are killed more often than women: 0.83 and 0.4 per 100,000"),
    ],
)
def test_two_lines_are_compared_and_times_follow_from_what_is_printed(men, women, said) -> None:
    rate = {"unit": "PER_100000_POP"}
    rows = line({2010: men + 1, 2021: men}, series="men", **rate) + line({2021: women}, series="women", **rate)
    assert title("c13-homicide", rows) == said


def test_a_gap_that_halves_or_doubles_is_told() -> None:
    rows = line({2001: 31.4, 2021: 20.8}, series="women") + line({2001: 18.1, 2021: 14.3}, series="men")
    assert title("c14-neet", rows) == "Gap between young women and men without school or work shrank to 6.5 points"
    rows[1] |= {"value": 24.9}
    assert title("c14-neet", rows).startswith("Young women lack school and work 1.7 times as often as young men: 24.9%")


def test_a_stale_common_year_is_not_compared() -> None:
    rows = line({2010: 12.0, 2022: 9.0}, series="men", unit="PER_100000_POP")
    rows += line({2010: 3.0}, series="women", unit="PER_100000_POP")
    assert title("c13-homicide", rows) == "The homicide rate, men fell from 12 per 100,000 people in 2010 to 9 in 2022"


def test_the_total_is_told_where_there_is_one() -> None:
    total = line({1992: 57.2, 2005: 46.8, 2015: 36.1}, series="total")
    rural = line({2005: 49.7}, series="rural", dimensions={"location": "RURAL"})
    said = "National poverty fell from 57.2% of people in 1992 to 36.1% in 2015"
    assert title("c01-national-poverty", total + rural, KENYA) == said


@pytest.mark.parametrize(
    ("lang", "n", "last", "said"),
    [
        ("en", 1, 1, "1 country reports 1 person affected by disasters in 2022"),
        ("en", 70, 46.4e6, "70 countries report 46.4 million people affected by disasters in 2022"),
        ("es", 70, 46.4e6, "70 países informan de 46,4 millones de personas afectadas por desastres en 2022"),
        ("fr", 1, 1, "1 pays déclare 1 personne touchée par des catastrophes en 2022"),
        ("pt", 1, 2, "1 país informa 2 pessoas afetadas por desastres em 2022"),
    ],
)
def test_a_count_and_its_words_agree(lang, n, last, said) -> None:
    rows = line({2021: 5.0, 2022: last}, unit="NUMBER", n_areas=n)
    assert title("c11-disaster-affected", rows, lang=lang) == said


def test_a_country_tells_the_worst_year_of_what_jumps() -> None:
    rows = line({2019: 1043257, 2022: 4151, 2023: 1700}, unit="NUMBER", n_areas=1)
    found, finding = told("c11-disaster-affected", rows, KENYA)
    assert found == "Disasters affected 1 million people in 2019, more than in any other year"
    assert (finding.number, finding.year) == ("1 million", 2019)


def test_a_peak_that_several_years_share_or_that_is_small_is_weak() -> None:
    rows = line({2016: 3, 2017: 40, 2018: 40}, unit="actions")
    found, finding = told("c06-growth", rows)
    assert found == "New partnerships: at most 40 in a year" and finding.strength == "weak"
    assert told("c06-growth", rows[:2])[1].strength == "fair"
    assert told("c06-growth", line({2016: 3, 2017: 4}, unit="actions"))[1].why == words("en").say(
        "strength.small_count"
    )


def test_a_leader_is_named_alone_only_where_it_leads_alone() -> None:
    rows = [row(2025, 40, series="nation"), row(2025, 40, series="business"), row(2024, 50, series="nation")]
    assert title("c06-leads", rows) == "Nation and business led as many records begun in 2025: 40% each"
    rows[0] |= {"value": 41}
    assert title("c06-leads", rows) == "Nation led the largest share of records begun in 2025: 41%"


def test_limits_are_said_in_words() -> None:
    rows = [row(2001, 2.5, limit="<"), row(2010, 2.5, limit="<"), row(2020, 2.5, limit="<")]
    assert title("c11-hunger", rows) == "Hunger: less than 2.5% of people in every year from 2001 to 2020"
    assert title("c11-hunger", [row(2001, 9.0), *rows[1:]]).startswith("Hunger fell from 9% of people in 2001 to less")
    assert title("c11-hunger", [*rows[:2], row(2020, 2.6)]) == "Hunger: less than 2.5% of people in 2001, 2.6% in 2020"


def test_a_title_that_is_too_long_leaves_the_whole_of_a_share_to_the_subtitle() -> None:
    years = {2000: 60, 2005: 50, 2010: 30.1, 2018: 35, 2020: 70.7}
    assert title("c08-slums", line(years)) == "Slum living fell until 2010, then rose to a record 70.7% (2020)"
    rate = line(years, unit="PER_100000_POP")
    assert title("c11-refugees", rate).endswith("a record 70.7 per 100,000 people (2020)"), "what a rate is of stays"
