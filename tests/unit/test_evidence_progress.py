"""Progress towards 2030: worked examples.

They use b = 2015 and t = 2020 where they can. With q = v_t / v_b, (1 + g)^5 = q and
(1 + g)^10 = q^2, so e = v_t * q^2 = v_b * q^3.
"""

from __future__ import annotations

import csv

import pytest
import sqlglot
from evidence_helpers import empty_warehouse, insert, model_sql, observe, run_model

from localsdg.registry.evidence import EVIDENCE_SERIES_CSV
from localsdg.registry.series import TARGETS_CSV

ON_TRACK, FAIR, STAGNATION = "met or on track", "fair progress", "stagnation or regression"
NOT_ASSESSED, INSUFFICIENT = "not assessed", "insufficient data"

#: Series of the tests: direction, target.
SERIES = {
    "SI_POV_DAY1": ("down", 0),
    "SN_ITK_DEFC": ("down", 0),
    "EG_ACS_ELEC": ("up", 100),
    "SI_COV_PENSN": ("up", None),
    "SI_POV_NAHC": ("down", None),
    "SG_GOV_LOGV": (None, None),
}


def progress(series_code: str, values: dict, columns: str, **facts) -> list[tuple]:
    """What the model says of one series in one area: year -> value."""
    con = progress_warehouse()
    observe(
        con, series_code, *({"year": year, "raw": raw, **facts} for year, raw in values.items())
    )
    return run_model(con, "progress", columns)


def progress_warehouse():
    con = empty_warehouse()
    insert(
        con,
        "core.series",
        [
            {
                "series_code": code,
                "description": code,
                "direction": direction,
                "target_2030": target,
            }
            for code, (direction, target) in SERIES.items()
        ],
    )
    return con


@pytest.mark.parametrize(
    ("series_code", "first", "last", "way_covered", "status"),
    [
        # target 0: e = v_b * q^3, r = 1 - e / v_b = 1 - q^3
        ("SN_ITK_DEFC", 40, 10, 1 - 0.25**3, ON_TRACK),  # 0.984
        ("SN_ITK_DEFC", 40, 20, 0.875, FAIR),
        ("SN_ITK_DEFC", 40, 39, 1 - 0.975**3, STAGNATION),  # 0.073
        ("SN_ITK_DEFC", 40, 50, 1 - 1.25**3, STAGNATION),  # -0.953, the wrong way
        ("SN_ITK_DEFC", 40, 40, 0, STAGNATION),
        ("SN_ITK_DEFC", 40, 0, 1, ON_TRACK),  # at the target
        ("SN_ITK_DEFC", 2, 1, 0.875, ON_TRACK),  # within one point; by r it were fair
        ("SN_ITK_DEFC", 2, 1.1, 1 - 0.55**3, FAIR),  # more than one point off
        # target 100: r = v_b (q^3 - 1) / (100 - v_b)
        ("EG_ACS_ELEC", 50, 75, 2.375, ON_TRACK),  # e = 168.75
        ("EG_ACS_ELEC", 50, 55, 0.331, FAIR),  # e = 66.55
        ("EG_ACS_ELEC", 50, 50.5, 1.01**3 - 1, STAGNATION),  # 0.030
        ("EG_ACS_ELEC", 50, 40, 0.8**3 - 1, STAGNATION),  # -0.488
        ("EG_ACS_ELEC", 80, 100, 80 * (1.25**3 - 1) / 20, ON_TRACK),
        ("EG_ACS_ELEC", 99.2, 99, 99.2 * ((99 / 99.2) ** 3 - 1) / 0.8, ON_TRACK),  # within one
        ("EG_ACS_ELEC", 100, 95, None, STAGNATION),  # has left the target: r would be x / 0
        ("EG_ACS_ELEC", 104, 95, None, STAGNATION),  # was beyond it: r would be above 1
        # zero baseline
        ("SN_ITK_DEFC", 0, 5, None, NOT_ASSESSED),
        ("SN_ITK_DEFC", 0, 0, None, ON_TRACK),  # at the target needs no growth
        ("EG_ACS_ELEC", 0, 10, None, NOT_ASSESSED),
        ("EG_ACS_ELEC", -2, 10, None, NOT_ASSESSED),
        ("EG_ACS_ELEC", 2, -1, None, NOT_ASSESSED),
    ],
)
def test_progress_towards_a_target(series_code, first, last, way_covered, status):
    [row] = progress(series_code, {2015: first, 2020: last}, "status, way_covered")
    assert row[0] == status
    assert row[1] == (None if way_covered is None else pytest.approx(way_covered))


@pytest.mark.parametrize(
    ("last", "way_covered", "status"),
    [
        # t = 2030, so e = v_t and r = (v_t - 40) / (0 - 40), exact at the cuts
        (2, 0.95, ON_TRACK),
        (2.04, 0.949, FAIR),
        (36, 0.10, FAIR),
        (36.04, 0.099, STAGNATION),
    ],
)
def test_progress_at_the_cuts_of_the_way_covered(last, way_covered, status):
    [row] = progress("SN_ITK_DEFC", {2015: 40, 2030: last}, "status, way_covered")
    assert row == (status, pytest.approx(way_covered))


@pytest.mark.parametrize(
    ("series_code", "last", "growth", "status"),
    [
        # from 100 in five years: 100 * (1 + g)^5
        ("SI_COV_PENSN", 110.40808032, 0.02, ON_TRACK),
        # the last bits of a product of floats do not decide
        ("SI_COV_PENSN", 110.40808031999, 0.02, ON_TRACK),
        ("SI_COV_PENSN", 102.52512531281243, 0.005, FAIR),
        ("SI_COV_PENSN", 110.4, 0.01998507, FAIR),
        ("SI_COV_PENSN", 102.5251253128125, 0.005, FAIR),
        ("SI_COV_PENSN", 102.5, 0.00495074, STAGNATION),
        ("SI_COV_PENSN", 100, 0, STAGNATION),
        ("SI_COV_PENSN", 90, -0.02085164, STAGNATION),
        ("SI_POV_NAHC", 90.39207968, -0.02, ON_TRACK),
        ("SI_POV_NAHC", 90.4, -0.01998283, FAIR),
        ("SI_POV_NAHC", 97.5248753121875, -0.005, FAIR),
        ("SI_POV_NAHC", 97.6, -0.00484675, STAGNATION),
        ("SI_POV_NAHC", 110, 0.01924488, STAGNATION),
        ("SI_POV_NAHC", 0, -1, ON_TRACK),
    ],
)
def test_progress_without_a_target_at_each_cut(series_code, last, growth, status):
    [row] = progress(
        series_code, {2015: 100, 2020: last}, "status, annual_change, way_covered, required_change"
    )
    assert row == (status, pytest.approx(growth, abs=1e-8), None, None)


def test_progress_stores_growth_projection_and_what_is_required():
    columns = (
        "baseline_year, baseline_value, latest_year, latest_value, annual_change, "
        "required_change, required_change_points, projected_2030, way_covered, status, reason, "
        "release, series_code, area_code"
    )
    [row] = progress("EG_ACS_ELEC", {2015: 50, 2020: 55}, columns)
    assert row == (
        2015,
        50.0,
        2020,
        55.0,
        pytest.approx(0.01924487649),  # 1.1^(1/5) - 1
        pytest.approx(0.06160689622),  # (100/55)^(1/10) - 1
        pytest.approx(4.5),  # (100 - 55) / 10
        pytest.approx(66.55),  # 55 * 1.1^2
        pytest.approx(0.331),  # (66.55 - 50) / (100 - 50)
        FAIR,
        None,
        "2020-10-19",
        "EG_ACS_ELEC",
        "004",
    )


@pytest.mark.parametrize(
    ("series_code", "values", "required", "points"),
    [
        # to zero there is no compound rate, only points a year: (0 - 20) / 10
        ("SN_ITK_DEFC", {2015: 40, 2020: 20}, None, -2.0),
        ("SN_ITK_DEFC", {2015: 40, 2020: 0}, None, 0.0),
        ("EG_ACS_ELEC", {2015: 90, 2020: 100}, 0.0, 0.0),
        ("EG_ACS_ELEC", {2015: 0, 2020: 0}, None, 10.0),
        # needs no baseline
        ("EG_ACS_ELEC", {2020: 55}, pytest.approx(0.06160689622), 4.5),
        ("EG_ACS_ELEC", {2015: 50, 2020: ">55"}, None, None),
        ("EG_ACS_ELEC", {2015: 50, 2030: 90}, None, None),  # no year is left
    ],
)
def test_required_change(series_code, values, required, points):
    [row] = progress(series_code, values, "required_change, required_change_points")
    assert row == (required, points)


@pytest.mark.parametrize(
    ("values", "baseline", "latest", "status", "reason"),
    [
        ({2020: 5}, None, 2020, INSUFFICIENT, "only one value"),
        ({2020: 0}, None, 2020, INSUFFICIENT, "only one value"),  # at the target, but one value
        ({2015: "NA", 2020: "NA"}, None, None, INSUFFICIENT, "no value"),
        ({2015: "NA", 2020: 5}, None, 2020, INSUFFICIENT, "only one value"),
        (
            {2018: 40, 2020: 20},
            2018,
            2020,
            INSUFFICIENT,
            "baseline and latest year are less than 3 years apart",
        ),
        ({2017: 40, 2020: 30}, 2017, 2020, FAIR, None),
        ({2015: "<50", 2020: 20}, 2015, 2020, INSUFFICIENT, "the baseline value is censored"),
        ({2015: 20, 2020: "<2.5"}, 2015, 2020, INSUFFICIENT, "the latest value is censored"),
        (
            {2015: "<2.5", 2020: "<2.5"},
            2015,
            2020,
            INSUFFICIENT,
            "baseline and latest value are censored",
        ),
        ({2015: 40, 2017: "<2.5", 2020: 20}, 2015, 2020, FAIR, None),  # between the ends
        (
            {2015: 0, 2020: 5},
            2015,
            2020,
            NOT_ASSESSED,
            "the baseline value is zero or negative: no compound growth",
        ),
        (
            {2015: 40, 2020: 0},
            2015,
            2020,
            ON_TRACK,
            "the latest value is at the target",
        ),
        (
            {2015: 2, 2020: 0.5},
            2015,
            2020,
            ON_TRACK,
            "the latest value is within one point of the target",
        ),
        # which year is the baseline
        ({2014: 99, 2015: 40, 2016: 99, 2020: 20}, 2015, 2020, FAIR, None),
        ({2014: 99, 2016: 40, 2017: 99, 2020: 20}, 2016, 2020, FAIR, None),
        ({2010: 99, 2012: 40, 2016: 30}, 2012, 2016, FAIR, None),  # 2016 leaves no second value
        ({2010: 40, 2015: 30}, 2010, 2015, FAIR, None),  # nor does 2015
        ({2000: 99, 2005: 40, 2010: 30}, 2005, 2010, FAIR, None),
        ({2012: 40, 2015: "NA", 2016: 39, 2020: 20}, 2016, 2020, FAIR, None),
    ],
)
def test_progress_baseline_and_reasons(values, baseline, latest, status, reason):
    rows = progress("SN_ITK_DEFC", values, "baseline_year, latest_year, status, reason")
    assert rows == [(baseline, latest, status, reason)]


def test_insufficient_data_tells_no_trend():
    [row] = progress(
        "SN_ITK_DEFC",
        {2018: 40, 2020: 20},
        "baseline_value, latest_value, annual_change, projected_2030, way_covered",
    )
    assert row == (40.0, 20.0, None, None, None)


@pytest.mark.parametrize(
    ("first", "last", "status", "reading"),
    [
        (40, 20, FAIR, FAIR),  # e = 5: r = 0.875; to 3: 35 / 37 = 0.946, short of 0.95
        (6, 4, FAIR, ON_TRACK),  # e = 1.78: r = 0.70; to 3: 4.22 / 3 = 1.41
        (12, 11, FAIR, FAIR),  # e = 9.24: r = 0.23; to 3: 2.76 / 9 = 0.31
        (40, 38.7, STAGNATION, FAIR),  # e = 36.23: r = 0.094; to 3: 3.77 / 37 = 0.102
        (40, 39, STAGNATION, STAGNATION),
        (3.1, 2.9, FAIR, ON_TRACK),  # below 3
        (2, 2.9, STAGNATION, ON_TRACK),  # rising, and still below 3
        (2, 5, STAGNATION, STAGNATION),  # has left it
        (3, 3, STAGNATION, STAGNATION),  # 3 is not below 3
        (0, 5, NOT_ASSESSED, NOT_ASSESSED),
        (0, 0, ON_TRACK, ON_TRACK),
        (0, 2.9, NOT_ASSESSED, ON_TRACK),
        (40, "<2.5", INSUFFICIENT, INSUFFICIENT),
    ],
)
def test_both_readings_of_extreme_poverty(first, last, status, reading):
    rows = progress("SI_POV_DAY1", {2015: first, 2020: last}, "status, status_reading_3_pct")
    assert rows == [(status, reading)]


def test_other_series_have_one_reading():
    rows = progress("SN_ITK_DEFC", {2015: 40, 2020: 2}, "status, status_reading_3_pct")
    assert rows == [(ON_TRACK, None)]


def test_one_point_counts_in_percent_only():
    values, columns = {2015: 98.9, 2020: 99}, "status"
    assert progress("EG_ACS_ELEC", values, columns) == [(ON_TRACK,)]
    assert progress("EG_ACS_ELEC", values, columns, unit="INDEX") == [(FAIR,)]


def test_series_without_direction_and_parts_of_a_population_are_left_out():
    con = progress_warehouse()
    observe(con, "SG_GOV_LOGV", {"year": 2015, "raw": 5}, {"year": 2020, "raw": 6})
    for year, raw in ((2015, 40), (2020, 20)):
        observe(
            con,
            "SN_ITK_DEFC",
            {"year": year, "raw": raw},
            {"year": year, "raw": 99, "sex": "FEMALE", "is_total": False},
            {"year": year, "raw": raw * 2, "area_code": "001"},
        )
    observe(con, "SN_ITK_DEFC", {"year": 2021, "raw": 1, "is_total": False})
    assert run_model(con, "progress", "series_code, area_code, latest_year, latest_value") == [
        ("SN_ITK_DEFC", "001", 2020, 40.0),
        ("SN_ITK_DEFC", "004", 2020, 20.0),
    ]


def test_yes_no_series_and_growth_rates_are_not_assessed():
    rows = progress("SI_COV_PENSN", {2015: 1, 2020: 1}, "status, reason", unit="BOOL")
    assert rows == [(NOT_ASSESSED, "the series says yes or no")]
    con = progress_warehouse()
    con.execute("update core.series set description = 'Annual growth rate of real GDP'")
    observe(con, "SI_COV_PENSN", {"year": 2015, "raw": 1}, {"year": 2020, "raw": 2})
    assert run_model(con, "progress", "status, reason, annual_change") == [
        (NOT_ASSESSED, "the series is itself a growth rate", None)
    ]


@pytest.mark.parametrize("changed", [{"unit": "INDEX"}, {"base_period": "2017"}])
def test_values_of_two_units_or_base_periods_are_not_compared(changed):
    con = progress_warehouse()
    observe(con, "SI_COV_PENSN", {"year": 2015, "raw": 50}, {"year": 2020, "raw": 70, **changed})
    assert run_model(con, "progress", "status, reason") == [
        (NOT_ASSESSED, "baseline and latest value differ in unit or base period")
    ]


def assessed_series() -> list[tuple]:
    """Code, direction and target of every series of C07 to C14 that has a direction."""
    with EVIDENCE_SERIES_CSV.open(encoding="utf-8", newline="") as lines:
        named = {row["series_code"] for row in csv.DictReader(lines) if row["claim_id"] >= "C07"}
    with TARGETS_CSV.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["series_code"] in named]
    return [(one["series_code"], one["direction"], one["target_2030"]) for one in rows]


@pytest.mark.parametrize(("series_code", "direction", "target"), assessed_series())
def test_series_of_the_other_claims_are_assessed_by_the_registry(series_code, direction, target):
    """From 40 to 60 in five years is progress upward, and the reverse downward."""
    con = empty_warehouse()
    insert(con, "core.series", [{
        "series_code": series_code, "description": series_code, "direction": direction,
        "target_2030": float(target) if target else None,
    }])
    for area, first, last in (("004", 40, 60), ("050", 60, 40)):
        observe(con, series_code, {"year": 2015, "raw": first, "area_code": area},
                {"year": 2020, "raw": last, "area_code": area})
    # to 0 from 60: e = 17.8, r = 0.70; to 100 from 40: e = 135, r = 1.58
    best = FAIR if target == "0" else ON_TRACK
    found = dict(run_model(con, "progress", "area_code, status"))
    assert found == {
        "up": {"004": best, "050": STAGNATION}, "down": {"004": STAGNATION, "050": best},
    }[direction]


def test_the_assessed_series_are_those_of_the_claims():
    codes = {code for code, *_ in assessed_series()}
    assert {"SG_GEN_PARL", "EN_LND_SLUM", "SH_ACS_UNHC", "SN_ITK_DEFC", "SG_DSR_SILS", "VC_IHR_PSRC",
            "SG_NHR_IMPL", "SL_TLF_NEET"} <= codes and len(codes) >= 40


@pytest.mark.parametrize("cut", ["0.95", "0.10", "0.02", "0.005"])
def test_each_cut_stands_once(cut):
    body = "\n".join(line for line in model_sql("progress").splitlines() if line[:2] != "--")
    tokens = [token.text for token in sqlglot.tokenize(body, read="duckdb")]
    assert tokens.count(cut) == 1


