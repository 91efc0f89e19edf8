"""core.latest_breakdown: the total, and one dimension at a time."""

from __future__ import annotations

import pytest
from evidence_helpers import empty_warehouse, observe, output_columns, run_model

from localsdg.registry.tables import tables

PART = {"year": 2015, "is_total": False}


def breakdowns(series_code: str, *rows: dict, columns: str = "breakdown, value") -> list[tuple]:
    con = empty_warehouse()
    observe(con, series_code, *rows)
    return run_model(con, "latest_breakdown", columns, "core")


def test_it_gives_the_declared_columns():
    declared = [(one.name, one.type) for one in tables()["core.latest_breakdown"].columns]
    assert output_columns(empty_warehouse(), "from core.latest_breakdown") == declared


@pytest.mark.parametrize(
    ("row", "label"),
    [
        ({"year": 2015}, ""),
        ({"year": 2015, "sex": "total", "age": "total", "location": "total"}, ""),
        ({**PART, "sex": "FEMALE"}, "sex=FEMALE"),
        ({**PART, "sex": "total", "age": "15-24", "location": "total"}, "age=15-24"),
        ({**PART, "location": "URBAN", "dimensions": {"quantile": "total"}}, "location=URBAN"),
        ({**PART, "sex": "total", "dimensions": {"cities": "LOME"}}, "cities=LOME"),
    ],
)
def test_one_dimension_has_a_label(row, label):
    assert breakdowns("S1", {**row, "raw": 7}) == [(label, 7.0)]


@pytest.mark.parametrize(
    "row",
    [
        {**PART, "sex": "FEMALE", "age": "15-24"},
        {**PART, "sex": "FEMALE", "dimensions": {"quantile": "Q1"}},
        {**PART, "dimensions": {"quantile": "Q1", "education_level": "PRIMAR"}},
        {**PART, "sex": "total", "reporting_type": "N"},  # a national variant of the total
    ],
)
def test_two_dimensions_and_variants_of_the_total_are_left_out(row):
    assert breakdowns("S1", {**row, "raw": 7}) == []


def test_what_the_series_measures_is_no_breakdown():
    """SP_DYN_ADKL is of women aged 15 to 19: by definition, so neither is a part."""
    women = {"sex": "FEMALE", "age": "15-19"}
    rows = [
        {"year": 2015, "raw": 40, **women},
        {**PART, "raw": 2, **women, "age": "10-14"},
        {**PART, "raw": 50, **women, "location": "RURAL"},
    ]
    found = [("", 40.0), ("age=10-14", 2.0), ("location=RURAL", 50.0)]
    assert breakdowns("SP_DYN_ADKL", *rows) == found
    # of another series the same codes are parts
    assert breakdowns("S1", *rows) == [("", 40.0)]


def test_the_global_figure_stands_before_a_national_variant():
    rural = {**PART, "location": "RURAL"}
    assert breakdowns(
        "S1",
        {**rural, "raw": 1, "reporting_type": "N", "breakdown": "a"},
        {**rural, "raw": 2, "reporting_type": "G", "breakdown": "b"},
        {**rural, "raw": 3, "reporting_type": "N", "breakdown": "c", "year": 2016},
        columns="year, value, reporting_type, observation_breakdown",
    ) == [(2015, 2.0, "G", "b"), (2016, 3.0, "N", "c")]


def test_rows_without_a_value_are_left_out_and_censored_ones_stay():
    assert breakdowns(
        "S1",
        {"year": 2015, "raw": "NA"},
        {"year": 2016, "raw": "<2.5"},
        columns="year, value, censoring",
    ) == [(2016, 2.5, "<")]
