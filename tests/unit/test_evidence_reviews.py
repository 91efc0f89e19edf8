"""Reviews of local and regional governments: counts by year, area, kind and language. Rows in, rows out.

The areas are those of `evidence_helpers`: the World has four countries with an ISO code
(004, 050, 356, 076); region 062 three of them (004, 050, 356); the LDC group 199 two (004, 050).
"""

from __future__ import annotations

import csv
import re

import pytest
from evidence_helpers import run_model, warehouse_with_areas
from local_evidence_helpers import PARTS, ROWS, government, review, reviews

from localsdg.registry.evidence import PUBLISHED_CSV


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
