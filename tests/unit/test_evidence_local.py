"""Local evidence: a city beside its nation, reviews, and what local sites report. Rows in, rows out.

The areas are those of `evidence_helpers`: the World has four countries with an ISO code
(004, 050, 356, 076); region 062 three of them (004, 050, 356); the LDC group 199 two (004, 050).
"""

from __future__ import annotations

import csv
import re

import pytest
from evidence_helpers import insert, observe, run_model, warehouse_with_areas

from localsdg.registry.evidence import PUBLISHED_CSV, metrics

SHA = "0" * 64
GOVERNMENT = {"name": "A place", "level": "city", "area_code": "004", "is_provisional": False}
INDICATOR = {
    "match": "official",
    "is_placeholder": False,
    "unit": "PERCENT",
    "release": "town@2026-11-01",
    "snapshot_sha256": SHA,
}
LOCAL_ROW = {
    "row_number": 1,
    "value_status": "number",
    "unit": "PERCENT",
    "is_headline": True,
    "reference_area_kind": "own",
    "dimensions": {},
    "release": "town@2026-11-01",
    "snapshot_sha256": SHA,
    "value_raw": "as published",
}
SITE = {"site_id": "town", "local_government_id": "town", "release": "town@2026-11-01", "snapshot_sha256": SHA}
#: What the row of a poverty number states.
POOR = {"poverty_threshold": "national", "population_unit": "persons"}
LINES = "comparability, reason, gap, national_value, national_year"
ROWS = "area_code, year, breakdown, value, n_areas, coverage_pct"
PARTS = "area_code, year, breakdown, value, n_areas, n_total, denominator, coverage_pct"


def government(con, name: str, **facts) -> None:
    insert(con, "core.local_government", [{**GOVERNMENT, "local_government_id": name, **facts}])


def indicator(con, site: str, code: str | None, *rows: dict, **facts) -> None:
    """An indicator of a site and its rows; the site is of the government of the same name."""
    local_id = facts.pop("local_indicator_id", (code or "own").replace(".", "-"))
    where = {"site_id": site, "local_government_id": site, "local_indicator_id": local_id}
    insert(con, "core.local_indicator", [{**INDICATOR, **where, "indicator_code": code, **facts}])
    insert(
        con,
        "core.local_observation",
        [
            {**LOCAL_ROW, **where, "row_number": number, "end_year": row["year"], "year_text": str(row["year"]), **row}
            for number, row in enumerate(rows, start=1)
        ],
    )


def review(con, name: str, year: int | None, who: str, kind: str = "VLR", **facts) -> None:
    insert(
        con,
        "core.review",
        [
            {
                "review_id": name,
                "local_government_id": who,
                "review_year": year,
                "kind": kind,
                "release": "2026-11",
                "snapshot_sha256": SHA,
                **facts,
            }
        ],
    )


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


# =============================================================== beside the nation in the own file
NATION = {"reference_area_kind": "national", "reference_area_basis": "row", "reference_area_name": "España"}
IN_FILE = "series, year, local_value, national_value, gap, agrees_with_un"


def in_file(*rows: dict, code: str = "1.2.1", un: dict | None = None) -> list[tuple]:
    con = warehouse_with_areas()
    government(con, "town", iso3="ESP")
    own = [{**row, "is_headline": row.get("reference_area_kind") is None} for row in rows]
    indicator(con, "town", code, *own)
    if un:
        observe(con, "SI_POV_NAHC", un)
    return run_model(con, "local_beside_nation_in_file", IN_FILE)


def here(value: float, **facts) -> dict:
    return {"year": 2015, "value": value, "dimensions": {"Region": "Asturias"}, **POOR, **facts}


def there(value: float, **facts) -> dict:
    return {"year": 2015, "value": value, "dimensions": {"Region": "España"}, **NATION, **POOR, **facts}


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


# =============================================================== C03
def test_local_poverty_states_line_count_and_match():
    con = warehouse_with_areas()
    government(con, "town")
    government(con, "nowhere", area_code=None)  # a metric's rows are places
    indicator(con, "town", "1.2.1", {"year": 2015, "value": 12.5, **POOR})
    indicator(
        con, "town", "1.1.1", {"year": 2015, "value": 5, "value_status": "censored", "censoring": "<"}, match="proxy"
    )
    indicator(con, "town", "1.5.1", {"year": 2015, "value": 3})
    indicator(con, "town", "1.3.1", {"year": 2015, "value": 3}, exclusion_rule="OSDG-X01")
    indicator(con, "nowhere", "1.2.1", {"year": 2015, "value": 1})
    assert run_model(
        con,
        "c03_local_poverty",
        "area_code, local_government_id, year, breakdown, value, censoring, n_areas, basis, release",
    ) == [
        (
            "004",
            "town",
            2015,
            "indicator=1.1.1; match=proxy; site=town/1-1-1; threshold=not stated; counts=not stated; unit=PERCENT",
            5.0,
            "<",
            1,
            "published",
            "town@2026-11-01",
        ),
        (
            "004",
            "town",
            2015,
            "indicator=1.2.1; match=official; site=town/1-2-1; threshold=national; counts=persons; unit=PERCENT",
            12.5,
            None,
            1,
            "published",
            "town@2026-11-01",
        ),
    ]


# =============================================================== C04
def reviews():
    """Seven dated reviews and one without a year.

    2018: a (004) VLR; 2019: b (004) VLR, c (356) VLR, nowhere VLR, union (004, association) VSR;
    2021: a again, union again; c without a year.
    """
    con = warehouse_with_areas()
    government(con, "a")
    government(con, "b", level=None)
    government(con, "c", area_code="356", is_provisional=True)
    government(con, "nowhere", area_code=None)
    government(con, "union", level="national association")
    review(con, "a18", 2018, "a")
    review(con, "b19", 2019, "b")
    review(con, "c19", 2019, "c")
    review(con, "n19", 2019, "nowhere")
    review(con, "u19", 2019, "union", "VSR")
    review(con, "a21", 2021, "a", release="2026-12")
    review(con, "u21", 2021, "union", "VSR")
    review(con, "c", None, "c")
    return con


def test_reviews_by_year_count_once_a_place():
    rows = run_model(reviews(), "c04_reviews_by_year", "area_code, year, breakdown, value, n_areas")
    of_2019 = [(area, words, *rest) for area, year, words, *rest in rows if year == 2019]
    # region 062 holds 004 by two schemes: b, c and union once each
    assert [row for row in of_2019 if row[1] == ""] == [
        ("001", "", 4.0, 2),
        ("004", "", 2.0, 1),
        ("062", "", 3.0, 2),
        ("199", "", 2.0, 1),
        ("356", "", 1.0, 1),
    ]
    assert [row[1:] for row in of_2019 if row[0] == "001"] == [
        ("", 4.0, 2),
        ("kind=VLR", 3.0, 1 + 1),
        ("kind=VSR", 1.0, 1),
        ("level=city", 2.0, 1),
        ("level=national association", 1.0, 1),
    ]
    # no place but the World counts the review without a country, none the one without a year,
    # and a group of another scheme (901) has no row
    assert sum(value for area, _, words, value, _ in rows if (area, words) == ("001", "")) == 7
    assert {area for area, *_ in rows} == {"001", "004", "062", "199", "356"}


def test_reviews_name_their_listings():
    rows = run_model(reviews(), "c04_reviews_by_year", "area_code, breakdown, year, release")
    assert [row[3] for row in rows if row[:3] == ("001", "", 2021)] == ["2026-11; 2026-12"]


def test_reviews_cumulative_has_every_year():
    rows = run_model(reviews(), "c04_reviews_cumulative", "area_code, year, value, n_areas")
    # 1; 1 + 4; no review of 2020; 5 + 2
    assert [row[1:] for row in rows if row[0] == "001"] == [
        (2018, 1.0, 1),
        (2019, 5.0, 2),
        (2020, 5.0, 2),
        (2021, 7.0, 2),
    ]
    assert [row[1:3] for row in rows if row[0] == "356"] == [(2019, 1.0), (2020, 1.0), (2021, 1.0)]


def test_countries_with_review_are_a_share_of_the_list():
    con = reviews()
    government(con, "isle", area_code="412")  # no ISO code: in no denominator, so in no numerator
    review(con, "i18", 2018, "isle")
    rows = run_model(con, "c04_countries_with_review", ROWS)
    picked = {row[:2]: row[3:] for row in rows}
    totals = dict(run_model(con, "c04_countries_with_review", "distinct area_code, n_total"))
    assert totals == {"001": 4, "062": 3, "199": 2}
    # World: 004 of 4, then 004 and 356; region 062: 1 of 3, then 2 of 3; LDC: 1 of 2
    assert picked["001", 2018] == (1.0, 1, 25.0)
    assert picked["001", 2021] == (2.0, 2, 50.0)
    assert picked["062", 2018] == (1.0, 1, pytest.approx(100 / 3))
    assert picked["062", 2020] == (2.0, 2, pytest.approx(200 / 3))
    assert picked["199", 2019] == (1.0, 1, 50.0)
    assert {area for area, _ in picked} == {"001", "062", "199"}


def test_governments_that_repeat_need_two_years():
    con = reviews()
    review(con, "b19s", 2019, "b", "VSR")  # two documents of one year
    # 2019: a, b, c, nowhere; 2021: a of 2018 and 2021, so 1 of 4; the association is left out
    kind = ("local governments", None)
    assert run_model(con, "c04_governments_that_repeat", PARTS) == [
        ("001", 2018, "", 0.0, 0, 1, *kind),
        ("001", 2019, "", 0.0, 0, 4, *kind),
        ("001", 2020, "", 0.0, 0, 4, *kind),
        ("001", 2021, "", 1.0, 1, 4, *kind),
    ]


def test_a_repeating_government_without_a_country_counts_and_has_none():
    con = reviews()
    review(con, "n21", 2021, "nowhere")
    # a and nowhere of four governments; one known country
    assert run_model(con, "c04_governments_that_repeat", PARTS)[-1] == (
        "001",
        2021,
        "",
        2.0,
        1,
        4,
        "local governments",
        None,
    )


def test_published_counts_keep_publisher_and_denominator():
    rows = run_model(
        warehouse_with_areas(),
        "c04_published_counts",
        "dimensions, year, value, n_total, denominator, coverage_pct, release",
    )
    found = {row[0]["figure"]: row for row in rows}
    assert found["targets_need_local"] == (
        {
            "figure": "targets_need_local",
            "qualifier": "at least",
            "unit": "targets of 169",
            "measure": "targets that will not be reached without engagement of subnational governments",
        },
        2020,
        105.0,
        169,
        "targets",
        None,
        "OECD, A Territorial Approach to the Sustainable Development Goals (2020)",
    )
    assert found["vnr_consulted_2016"][2:6] == (10.0, 22, "countries that reported", None)
    # '125 reviews in 36 countries' is no share, and has no "at least" or "about"
    assert found["vlr_cumulative_2021b"][2:6] == (125.0, None, None, None)
    assert "qualifier" not in found["vlr_cumulative_2021b"][0]
    assert len(found) == len(rows) >= 15


def test_the_whole_of_a_published_count_is_the_one_that_its_unit_states():
    with PUBLISHED_CSV.open(encoding="utf-8", newline="") as lines:
        listed = list(csv.DictReader(lines))
    stated = {one["figure_id"]: (re.findall(r" of (\d+)", one["unit"]) or [""])[0] for one in listed}
    assert {one["figure_id"]: one["n_total"] for one in listed} == stated
    assert [one for one in listed if bool(one["n_total"]) is not bool(one["denominator"])] == []


# =============================================================== C05
def sites():
    """Three sites. town: 1.1.1, 1.2.1 own. city: 1.2.1 own. hill: a placeholder and a proxy."""
    con = warehouse_with_areas()
    insert(
        con,
        "core.indicator",
        [
            {"indicator_code": code, "target_code": code[:3], "goal_code": code[0], "title": "T"}
            for code in ("1.1.1", "1.2.1", "1.3.1", "1.4.1", "2.1.1")
        ],
    )
    for name, area in (("town", "004"), ("city", "050"), ("hill", "356")):
        government(con, name, area_code=area)
    row = {"year": 2015, "value": 1, "is_headline": False}
    done = {"reporting_status": "complete"}
    indicator(con, "town", "1.1.1", row, **done)
    indicator(con, "town", "1.2.1", {**row, "reference_area_kind": "part"}, row, **done)
    indicator(con, "town", "1.3.1", {**row, "reference_area_kind": "national"}, **done)
    indicator(con, "town", "1.4.1", {**row, "value": None, "value_status": "not available"})
    city = {"release": "city@2026-12-24"}
    indicator(con, "city", "1.2.1", row, local_indicator_id="a", **city)
    indicator(con, "city", "1.2.1", row, local_indicator_id="b", **city)
    indicator(con, "hill", "2.1.1", row, is_placeholder=True, exclusion_rule="OSDG-P01", **done)
    indicator(con, "hill", "1.1.1", row, match="proxy")
    return con


def test_indicators_reported_of_the_official_list():
    # 1.1.1 and 1.2.1 of 5; of 4 in Goal 1; none in Goal 2
    kind = ("official indicators", None)
    assert run_model(sites(), "c05_indicators_reported", PARTS) == [
        ("001", 2026, "", 2.0, 2, 5, *kind),
        ("001", 2026, "goal=1", 2.0, 2, 4, *kind),
        ("001", 2026, "goal=2", 0.0, 0, 1, *kind),
    ]
    # the newest pull is that of city, although town comes last by name
    assert run_model(sites(), "c05_indicators_reported", "distinct release") == [
        ("3 local governments, newest pull 2026-12-24",)
    ]


def test_governments_per_indicator_of_all_with_a_site():
    # town alone; town and city (two files, one government), of three governments
    assert run_model(sites(), "c05_governments_per_indicator", PARTS) == [
        ("001", 2026, "indicator=1.1.1", 1.0, 1, 3, "local governments", None),
        ("001", 2026, "indicator=1.2.1", 2.0, 2, 3, "local governments", None),
    ]


def test_years_of_data_are_those_of_the_longest_series():
    con = sites()
    more = [{"year": year, "value": 1, "is_headline": False} for year in (2011, 2013)]
    indicator(con, "hill", "1.2.1", *more, more[0])
    # 1.1.1: town's one year; 1.2.1: hill's two years, the same year twice counted once
    # a number of years is no part of a whole
    assert run_model(con, "c05_years_of_data", PARTS) == [
        ("001", 2026, "indicator=1.1.1", 1.0, 1, None, None, None),
        ("001", 2026, "indicator=1.2.1", 2.0, 3, None, None, None),
    ]


def test_published_by_the_un_alone_by_local_governments_alone_and_by_both():
    con = sites()
    # no observation of any of them: what is not loaded is not absent from the UN's lists
    for series, code in (("A", "1.1.1"), ("B", "2.1.1"), ("C", "1.3.1")):
        insert(con, "core.series_indicator", [{"series_code": series, "indicator_code": code, "list_release": "r"}])
    rows = run_model(con, "c05_published_apart", "breakdown, value, n_total")
    assert run_model(con, "c05_published_apart", "distinct denominator, coverage_pct") == [
        ("official indicators", None)
    ]
    # of the five: 2.1.1 and 1.3.1 are the UN's alone, 1.2.1 the local governments' alone, 1.1.1 both
    assert [row for row in rows if "goal" not in row[0]] == [
        ("side=UN alone", 2.0, 5),
        ("side=both", 1.0, 5),
        ("side=local alone", 1.0, 5),
    ]
    assert dict(row[:2] for row in rows if "goal" in row[0]) == {
        "side=UN alone; goal=1": 1.0,
        "side=UN alone; goal=2": 1.0,
        "side=local alone; goal=1": 1.0,
        "side=local alone; goal=2": 0.0,
    }


def test_a_review_in_two_languages_counts_under_each():
    con = reviews()
    review(con, "two", 2020, "b", languages=["en", "es"])
    rows = run_model(con, "c04_reviews_by_year", "year, area_code, breakdown, value")
    assert [row[2:] for row in rows if row[:2] == (2020, "001")] == [
        ("", 1.0),
        ("kind=VLR", 1.0),
        ("language=en", 1.0),
        ("language=es", 1.0),
    ]


def test_completeness_keeps_its_counts_apart():
    rows = run_model(sites(), "c05_completeness", "local_government_id, breakdown, value, year")
    words = {
        "called complete by the site": 0,
        "official indicators with own numbers": 1,
        "placeholders thrown out": 2,
        "of these, title not compared": 3,
    }
    found = {}
    for name, breakdown, value, year in rows:
        measure, site = breakdown.split("; ")
        assert (site, year) == (f"site={name}", 2026)
        found.setdefault(name, [None] * 4)[words[measure.removeprefix("measure=")]] = value
    # town: three complete, one of them the nation's; hill: its complete one is a placeholder
    assert found == {"town": [3, 2, 0, 0], "city": [0, 1, 0, 0], "hill": [1, 0, 1, 0]}


def test_a_title_that_could_not_be_compared_counts_and_is_counted_apart():
    con = sites()
    con.execute("update core.local_indicator set match = 'official, title not compared' where site_id = 'town'")
    rows = dict(run_model(con, "c05_completeness", "breakdown, value"))
    assert rows["measure=official indicators with own numbers; site=town"] == 2
    assert rows["measure=of these, title not compared; site=town"] == 2
    governments = run_model(con, "c05_governments_per_indicator", PARTS)
    assert governments == run_model(sites(), "c05_governments_per_indicator", PARTS)


LOCAL_METRICS = [name for name, one in metrics().items() if one.claim_id in ("C03", "C04", "C05")]


@pytest.mark.parametrize("name", [*LOCAL_METRICS, "local_vs_national"])
def test_no_local_data_gives_no_rows(name):
    found = run_model(warehouse_with_areas(), name, "year")
    assert bool(found) is (name == "c04_published_counts")


@pytest.mark.parametrize("name", LOCAL_METRICS)
def test_rows_are_unique_places_with_their_caveat(name):
    con = reviews() if name.startswith("c04") else sites()
    if name == "c03_local_beside_nation":
        indicator(con, "hill", "1.2.1", here(16.7), there(22.13))
    if name == "c05_local_targets":
        target = {"target_kind": "target value", "sequence": 1, "year": 2030, "value": 5.0, "unit": "PERCENT"}
        insert(con, "core.local_target", [{"local_indicator_id": "1-2-1", **SITE, **target}])
    con.execute("update core.local_observation set is_headline = true")
    key = "area_code, local_government_id, year, breakdown"
    rows = run_model(con, name, f"{key}, release, caveat")
    assert rows and len({row[:4] for row in rows}) == len(rows)
    assert {row[5] for row in rows} == {metrics()[name].caveat}
    assert all(row[0] and row[2] and row[3] is not None and row[4] for row in rows)
