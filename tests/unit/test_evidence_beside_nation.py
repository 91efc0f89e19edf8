"""A local number beside its nation's: the UN's value, and the nation's row in the same file.

The areas are those of `evidence_helpers`: the World has four countries with an ISO code
(004, 050, 356, 076); region 062 three of them (004, 050, 356); the LDC group 199 two (004, 050).
"""

from __future__ import annotations

import pytest
from evidence_helpers import observe, run_model, warehouse_with_areas
from local_evidence_helpers import LINES, POOR, government, here, indicator, there


def compared(
    local: dict | None = None, row: dict | None = None, nation: dict | None = None, iso3: str | None = None
) -> tuple:
    """A city's 1.2.1 of 2015, 12.5 %, beside the nation's 10 % of the same year; each altered."""
    con = warehouse_with_areas()
    government(con, "town", iso3=iso3)
    facts = {"indicator_code": "1.2.1", **(local or {})}
    code = facts.pop("indicator_code")
    indicator(con, "town", code, {"year": 2015, "value": 12.5, **POOR, **(row or {})}, **facts)
    series = {"1.1.1": "SI_POV_DAY1", "1.2.1": "SI_POV_NAHC", "1.4.1": "SP_ACS_BSRVH2O"}[code]
    observe(con, series, {"year": 2015, "raw": 10, **(nation or {})})
    [found] = run_model(con, "local_vs_national", LINES)
    return found


SAME, PROXY, NOT = "same definition", "proxy", "not comparable"
OFFICIAL = "the same line and population, same unit, national total, "
NONE_NEAR = "the UN has no national value within two years"
LINE = "the national series uses the national line, the local number "
NO_LINE = {"poverty_threshold": "not stated"}


# =============================================================== local beside national
def test_same_definition_gives_the_gap():
    # 12.5 - 10 = 2.5 points
    assert compared() == (SAME, OFFICIAL + "same year", 2.5, 10.0, 2015)


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (2014, "1 year apart"),
        (2016, "1 year apart"),
        (2013, "2 years apart"),
        (2017, "2 years apart"),
    ],
)
def test_a_national_value_of_up_to_two_years_away(year, words):
    assert compared(nation={"year": year}) == (SAME, OFFICIAL + words, 2.5, 10.0, year)


@pytest.mark.parametrize("year", [2012, 2018])
def test_three_years_away_is_no_comparison(year):
    assert compared(nation={"year": year}) == (NOT, NONE_NEAR, None, None, None)


@pytest.mark.parametrize(
    "nation",
    [
        {"area_code": "050"},
        {"is_total": False, "sex": "FEMALE"},
        {"raw": "<2.5"},
        {"raw": "NA"},
    ],
)
def test_another_nation_a_part_of_it_or_no_number(nation):
    assert compared(nation=nation) == (NOT, NONE_NEAR, None, None, None)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"unit": "EUR"}, "units differ: EUR and PERCENT"),
        ({"unit": "NOT STATED"}, "units differ: NOT STATED and PERCENT"),
        ({"value_status": "censored", "censoring": "<"}, "the local value is censored"),
    ],
)
def test_another_unit_or_a_censored_value(row, reason):
    assert compared(row=row) == (NOT, reason, None, 10.0, 2015)


def test_a_nation_without_unit_is_another_unit():
    found = compared(nation={"unit": None})
    assert found[:3] == (NOT, "units differ: PERCENT and NOT STATED", None)


@pytest.mark.parametrize(
    ("local", "row", "reason"),
    [
        ({"match": "proxy", "match_reason": "reviewed: another subject"}, {}, "reviewed: another subject"),
        ({"match": "proxy", "match_reason": "the title is another"}, NO_LINE, "the title is another"),
        ({"match": "proxy"}, NO_LINE, "the code is extended or doubtful"),
        ({}, {"poverty_threshold": "60 % of the median"}, LINE + "the line: 60 % of the median"),
        ({}, {"poverty_threshold": "regional"}, LINE + "the line: regional"),
        (
            {"match": "proxy", "match_reason": "the id extends 1.2.1"},
            {"poverty_threshold": "national, with imputed rent"},
            LINE + "the line: national, with imputed rent",
        ),
        ({}, NO_LINE, LINE + "states none"),
        ({}, {"population_unit": "households"}, "the local number counts households, the national one persons"),
        (
            {},
            {"population_unit": "not stated"},
            "the local number does not say what it counts, the national one counts persons",
        ),
        (
            {"indicator_code": "1.1.1"},
            {"poverty_threshold": "international"},
            "the national series uses the international line; that the local number does rests on its title",
        ),
        (
            {"indicator_code": "1.1.1"},
            {"poverty_threshold": "national"},
            "the national series uses the international line, the local number the line: national",
        ),
        (
            {"indicator_code": "1.4.1"},
            {"poverty_threshold": None, "population_unit": None},
            "the national series is one of several of the indicator: basic drinking water; sanitation is the other",
        ),
    ],
)
def test_proxies_have_a_reason_and_no_gap(local, row, reason):
    assert compared(local, row) == (PROXY, reason, None, 10.0, 2015)


@pytest.mark.parametrize(
    "local",
    [
        {"match": "proxy", "match_reason": "the id 1-2-1-a extends 1.2.1"},
        {"match": "official, title not compared", "match_reason": "no official title in ca to compare with"},
    ],
)
def test_a_row_that_states_the_line_needs_no_title(local):
    assert compared(local) == (SAME, OFFICIAL + "same year", 2.5, 10.0, 2015)


def test_the_reviewed_list_says_which_line_is_the_nations():
    """In countries of Eurostat the national line is 60 % of the median, dated by the year of the incomes."""
    at_risk = {"poverty_threshold": "60 % of the median"}
    later = " (the UN dates it by the year of the incomes, local files a year later)"
    assert compared(row=at_risk, nation={"year": 2014}, iso3="ESP") == (
        SAME,
        OFFICIAL + "same year" + later,
        2.5,
        10.0,
        2014,
    )
    assert compared(nation={"year": 2015}, iso3="ESP")[1] == OFFICIAL + "1 year apart" + later
    assert compared(row=at_risk)[0] == PROXY, "no line is guessed for a country that is not in the list"


def test_each_series_of_an_indicator_has_its_own_headline():
    con = warehouse_with_areas()
    government(con, "town", iso3="ZAF")
    rows = [
        {"year": 2015, "value": value, "series": line, "poverty_threshold": line, "population_unit": "persons"}
        for line, value in [("food", 10), ("lower", 20), ("national", 30)]
    ]
    indicator(con, "town", "1.2.1", *rows)
    observe(con, "SI_POV_NAHC", {"year": 2015, "raw": 25})
    assert run_model(con, "local_vs_national", "series, comparability, gap") == [
        ("food", PROXY, None),
        ("lower", PROXY, None),
        ("national", SAME, 5.0),
    ]
    assert len(run_model(con, "c03_local_poverty", "breakdown")) == 3


def test_the_line_of_the_national_value_is_given_beside_it():
    con = warehouse_with_areas()
    government(con, "town")
    indicator(con, "town", "1.1.1", {"year": 2015, "value": 12.5, "poverty_threshold": "international"})
    observe(con, "SI_POV_DAY1", {"year": 2015, "raw": 10, "definition": "$2.15 a day (2017 PPP)"})
    [(definition, reason, comparability)] = run_model(con, "local_vs_national", "definition, reason, comparability")
    assert (definition, comparability) == ("$2.15 a day (2017 PPP)", "proxy")
    assert reason.startswith("the national series uses the international line of $2.15 a day (2017 PPP); that the")


def test_a_period_of_two_years_is_a_year_and_a_longer_one_a_proxy():
    assert compared(row={"end_year": 2016})[0] == SAME
    assert compared(row={"end_year": 2017, "year_text": "2015-2017"})[:2] == (
        PROXY,
        "the local value is of the years 2015-2017",
    )


def test_the_nearest_national_value_is_taken_and_of_two_the_earlier():
    con = warehouse_with_areas()
    government(con, "town")
    indicator(
        con,
        "town",
        "1.2.1",
        {"year": 2015, "value": 12, **POOR},
        {"year": 2020, "value": 9, **POOR},
    )
    observe(
        con,
        "SI_POV_NAHC",
        *({"year": year, "raw": raw} for year, raw in [(2013, 50), (2014, 10), (2016, 40), (2019, 8), (2020, 11)]),
        {"year": 2020, "raw": 77, "reporting_type": "N", "breakdown": "a"},
    )
    # 12 - 10 = 2; 9 - 11 = -2, of the global figure and not of the national variant
    assert run_model(con, "local_vs_national", "year, national_year, national_value, gap") == [
        (2015, 2014, 10.0, 2.0),
        (2020, 2020, 11.0, -2.0),
    ]


def test_a_country_without_a_code_says_so():
    con = warehouse_with_areas()
    government(con, "town", area_code=None)
    indicator(con, "town", "1.2.1", {"year": 2015, "value": 12})
    assert run_model(con, "local_vs_national", "comparability, reason") == [
        (NOT, "the country of the government has no UN area code")
    ]


def test_comparators_parts_and_other_codes_are_no_local_headline():
    """Spain's rate in a regional file is Spain's."""
    con = warehouse_with_areas()
    government(con, "town")
    own = {"year": 2015, "value": 12}
    indicator(
        con,
        "town",
        "1.2.1",
        {**own, "reference_area_kind": "national"},
        {**own, "is_headline": False},
        {**own, "value": None, "value_status": "not available"},
    )
    indicator(con, "town", None, own, match="target")
    indicator(con, "town", "3.1.1", own)  # no headline series
    observe(con, "SI_POV_NAHC", {"year": 2015, "raw": 10})
    assert run_model(con, "local_vs_national", "year") == []
    assert run_model(con, "c03_local_poverty", "year") == []


# =============================================================== the nation in the own file
IN_FILE = "series, year, local_value, national_value, gap, agrees_with_un"


def in_file(*rows: dict, code: str = "1.2.1", un: dict | None = None) -> list[tuple]:
    con = warehouse_with_areas()
    government(con, "town", iso3="ESP")
    own = [{**row, "is_headline": row.get("reference_area_kind") is None} for row in rows]
    indicator(con, "town", code, *own)
    if un:
        observe(con, "SI_POV_NAHC", un)
    return run_model(con, "local_beside_nation_in_file", IN_FILE)


def test_the_nations_row_of_the_same_file_is_set_beside_the_local_one():
    assert in_file(here(16.7), there(22.13)) == [(None, 2015, 16.7, 22.13, -5.43, None)]
    # the UN dates Spain's survey of 2015 by the incomes of 2014
    assert in_file(here(16.7), there(22.13), un={"year": 2014, "raw": 22.1})[0][5] is True
    assert in_file(here(16.7), there(22.13), un={"year": 2014, "raw": 21.9})[0][5] is False
    assert in_file(here(16.7), there(22.13), un={"year": 2015, "raw": 22.1})[0][5] is None
    other_line = {"poverty_threshold": "regional"}
    assert in_file(here(16.7, **other_line), there(22.1, **other_line), un={"year": 2014, "raw": 22.1})[0][5] is None


@pytest.mark.parametrize(
    "nation",
    [
        {"year": 2014},
        {"unit": "EUR"},
        {"series": "another"},
        {"poverty_threshold": "regional"},
        {"dimensions": {"Region": "España", "Sex": "Women"}},
        {"reference_area_kind": "regional"},
        {"value": None, "value_status": "not available"},
    ],
)
def test_another_row_is_no_comparator(nation):
    assert in_file(here(16.7), {**there(22.13), **nation}) == []


def test_two_values_of_the_nation_are_none_and_equal_ones_are_one():
    assert in_file(here(16.7), there(22.13), there(30)) == []
    assert len(in_file(here(16.7), there(22.13), there(22.13))) == 1


def test_a_count_has_no_gap_and_a_series_has_its_own_nation():
    assert in_file(here(5, unit="persons"), there(50, unit="persons"), code="3.1.1")[0][4] is None
    rows = [
        one(value, series=name)
        for name, pair in {"a": (1, 2), "b": (3, 5)}.items()
        for one, value in zip((here, there), pair, strict=True)
    ]
    assert [(row[0], row[4]) for row in in_file(*rows)] == [("a", -1.0), ("b", -2.0)]


def test_a_pair_of_poverty_is_two_rows_where_line_and_population_are_stated():
    con = warehouse_with_areas()
    government(con, "town", iso3="ESP")
    pair = [{**here(16.7), "is_headline": True}, there(22.13)]
    indicator(con, "town", "1.2.1", *pair)
    indicator(con, "town", "1.2.2", *({**row, "poverty_threshold": "not stated"} for row in pair))
    indicator(con, "town", "1.3.1", *pair)
    columns = "dimensions['place'], dimensions['threshold'], dimensions['counts'], value, local_government_id"
    assert run_model(con, "c03_local_beside_nation", columns) == [
        ("nation", "national", "persons", 22.13, "town"),
        ("own", "national", "persons", 16.7, "town"),
    ]
