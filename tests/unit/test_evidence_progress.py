"""Progress towards 2030: worked examples.

They use b = 2015 and t = 2020 where they can. With q = v_t / v_b, (1 + g)^5 = q and
(1 + g)^10 = q^2, so e = v_t * q^2 = v_b * q^3.
"""

from __future__ import annotations

import csv

import evidence_helpers
import pytest
from evidence_helpers import empty_warehouse, insert, model_sql, observe, run_model

from localsdg.registry.evidence import evidence_series
from localsdg.registry.series import TARGETS_CSV

ON_TRACK = "on track or target met"
MODERATE = "moderate progress, acceleration needed"
MARGINAL = "marginal progress, significant acceleration needed"
STAGNATION, REGRESSION = "stagnation", "regression"
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
    observe(con, series_code, *({"year": year, "raw": raw, **facts} for year, raw in values.items()))
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
        ("SN_ITK_DEFC", 40, 20, 0.875, MODERATE),
        ("SN_ITK_DEFC", 40, 35, 1 - 0.875**3, MARGINAL),  # 0.330
        ("SN_ITK_DEFC", 40, 39, 1 - 0.975**3, STAGNATION),  # 0.073
        ("SN_ITK_DEFC", 40, 40, 0, STAGNATION),
        ("SN_ITK_DEFC", 40, 40.1, 1 - 1.0025**3, REGRESSION),
        ("SN_ITK_DEFC", 40, 50, 1 - 1.25**3, REGRESSION),  # -0.953, the wrong way; e = 78.1
        ("SN_ITK_DEFC", 40, 60, (100 - 40) / (0 - 40), REGRESSION),  # e = 135, kept at 100
        ("SN_ITK_DEFC", 40, 0, 1, ON_TRACK),  # at the target
        ("SN_ITK_DEFC", 2, 1, 0.875, ON_TRACK),  # within one point; by r it were moderate
        ("SN_ITK_DEFC", 2, 1.1, 1 - 0.55**3, MODERATE),  # more than one point off
        # target 100: r = (e - v_b) / (100 - v_b), e = v_b q^3 and not above 100
        ("EG_ACS_ELEC", 50, 75, 1, ON_TRACK),  # e = 168.75, kept at 100
        ("EG_ACS_ELEC", 50, 60, 0.728, MODERATE),  # e = 86.4
        ("EG_ACS_ELEC", 50, 55, 0.331, MARGINAL),  # e = 66.55
        ("EG_ACS_ELEC", 50, 50.5, 1.01**3 - 1, STAGNATION),  # 0.030
        ("EG_ACS_ELEC", 50, 40, 0.8**3 - 1, REGRESSION),  # -0.488
        ("EG_ACS_ELEC", 80, 100, 1, ON_TRACK),
        ("EG_ACS_ELEC", 99.2, 99, 99.2 * ((99 / 99.2) ** 3 - 1) / 0.8, ON_TRACK),  # within one
        # a baseline at the target: on track while it is met, else regression
        ("EG_ACS_ELEC", 100, 100, None, ON_TRACK),
        ("EG_ACS_ELEC", 100, 95, None, REGRESSION),  # r would be x / 0
        ("EG_ACS_ELEC", 104, 95, None, REGRESSION),  # was beyond it: r would be above 1
        ("SN_ITK_DEFC", 0, 5, None, REGRESSION),
        ("SN_ITK_DEFC", 0, 0, None, ON_TRACK),  # at the target needs no growth
        # zero or negative values
        ("EG_ACS_ELEC", 0, 10, None, NOT_ASSESSED),
        ("EG_ACS_ELEC", -2, 10, None, NOT_ASSESSED),
        ("EG_ACS_ELEC", 2, -1, None, NOT_ASSESSED),
    ],
)
def test_progress_towards_a_target(series_code, first, last, way_covered, status):
    [row] = progress(series_code, {2015: first, 2020: last}, "status, way_covered")
    assert row[0] == status
    assert row[1] == (None if way_covered is None else pytest.approx(way_covered))


#: r on either side of each cut. With t = 2030, e = v_t and r = (v_t - 40) / (0 - 40) is exact.
CUTS = [
    (2, 0.95, ON_TRACK),
    (2.04, 0.949, MODERATE),
    (20, 0.50, MODERATE),
    (20.04, 0.499, MARGINAL),
    (36, 0.10, MARGINAL),
    (36.04, 0.099, STAGNATION),
    (40, 0.0, STAGNATION),
    (40.04, -0.001, REGRESSION),
]


@pytest.mark.parametrize(("last", "way_covered", "status"), CUTS)
def test_progress_at_the_cuts_of_the_way_covered(last, way_covered, status):
    [row] = progress("SN_ITK_DEFC", {2015: 40, 2030: last}, "status, way_covered")
    assert row == (status, pytest.approx(way_covered))


@pytest.mark.parametrize(
    ("series_code", "last", "growth", "status"),
    [
        # from 50 in five years: 50 * (1 + g)^5
        ("SI_COV_PENSN", 55.20404016, 0.02, ON_TRACK),
        ("SI_COV_PENSN", 55.204040159995, 0.02, ON_TRACK),  # the last bits do not decide
        ("SI_COV_PENSN", 55.2, 0.01998507, MODERATE),
        ("SI_COV_PENSN", 53.204108, 0.0125, MODERATE),
        ("SI_COV_PENSN", 53.2, 0.01248436, MARGINAL),
        ("SI_COV_PENSN", 51.262562656406215, 0.005, MARGINAL),
        ("SI_COV_PENSN", 51.25, 0.00495074, STAGNATION),
        ("SI_COV_PENSN", 50, 0, STAGNATION),
        ("SI_COV_PENSN", 49.99, -0.00004, REGRESSION),
        ("SI_COV_PENSN", 45, -0.02085164, REGRESSION),
        ("SI_POV_NAHC", 45.19603984, -0.02, ON_TRACK),
        ("SI_POV_NAHC", 45.2, -0.01998283, MODERATE),
        ("SI_POV_NAHC", 46.96, -0.01246712, MARGINAL),
        ("SI_POV_NAHC", 48.76243765609375, -0.005, MARGINAL),
        ("SI_POV_NAHC", 48.8, -0.00484675, STAGNATION),
        ("SI_POV_NAHC", 50, 0, STAGNATION),
        ("SI_POV_NAHC", 55, 0.01924488, REGRESSION),
        ("SI_POV_NAHC", 0, -1, ON_TRACK),
    ],
)
def test_progress_without_a_target_at_each_cut(series_code, last, growth, status):
    [row] = progress(series_code, {2015: 50, 2020: last}, "status, annual_change, way_covered, required_change")
    assert row == (status, pytest.approx(growth, abs=1e-6), None, None)


def test_growth_of_exactly_one_and_a_quarter_per_cent_is_moderate():
    values = {2015: 50, 2020: 50 * 1.0125**5}
    assert progress("SI_COV_PENSN", values, "status") == [(MODERATE,)]
    values = {2015: 50, 2020: 50 * 0.9875**5}
    assert progress("SI_POV_NAHC", values, "status") == [(MODERATE,)]


def three_categories(monkeypatch) -> None:
    """The method of the Technical Note of 2023: one word of the model."""
    whole = evidence_helpers.model_sql
    monkeypatch.setattr(
        evidence_helpers,
        "model_sql",
        lambda name, folder="evidence": whole(name, folder).replace("'2024' as method", "'2023' as method"),
    )


@pytest.mark.parametrize(
    ("last", "status"),
    [
        (2, "met or on track"),
        (2.04, "fair progress"),
        (20.04, "fair progress"),
        (36, "fair progress"),
        (36.04, "stagnation or regression"),
        (50, "stagnation or regression"),
        (0.5, "met or on track"),
    ],
)
def test_the_three_categories_of_2023_are_a_parameter(last, status, monkeypatch):
    three_categories(monkeypatch)
    assert progress("SN_ITK_DEFC", {2015: 40, 2030: last}, "status") == [(status,)]


@pytest.mark.parametrize(
    ("last", "status"),
    [
        (55.20404016, "met or on track"),
        (55.2, "fair progress"),
        (51.262562656406215, "fair progress"),
        (51.25, "stagnation or regression"),
        (45, "stagnation or regression"),
    ],
)
def test_the_three_categories_without_a_target(last, status, monkeypatch):
    three_categories(monkeypatch)
    assert progress("SI_COV_PENSN", {2015: 50, 2020: last}, "status") == [(status,)]


@pytest.mark.parametrize(
    ("series_code", "unit", "first", "last", "projected", "is_clipped"),
    [
        ("EG_ACS_ELEC", "PERCENT", 50, 75, 100, True),  # 168.75 by the formula
        ("EG_ACS_ELEC", "PERCENT", 50, 55, 66.55, False),
        ("SN_ITK_DEFC", "PERCENT", 60, 75, 100, True),
        ("SI_COV_PENSN", "PERCENT", 50, 75, 100, True),
        ("SI_COV_PENSN", "INDEX", 50, 75, 168.75, False),  # in another unit it has no bound
        ("SI_POV_NAHC", "NUMBER", 50, 75, 168.75, False),  # a count has no upper bound
        ("SI_POV_NAHC", "NUMBER", 50, 0, 0, False),
        ("EG_ACS_ELEC", "PERCENT", 0, 10, None, False),
    ],
)
def test_the_projection_stays_within_what_the_series_can_be(series_code, unit, first, last, projected, is_clipped):
    columns = "projected_2030, is_projection_clipped"
    [row] = progress(series_code, {2015: first, 2020: last}, columns, unit=unit)
    assert row == (projected if projected is None else pytest.approx(projected), is_clipped)


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
        MARGINAL,
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
        ({2017: 40, 2020: 30}, 2017, 2020, MODERATE, None),
        ({2015: "<50", 2020: 20}, 2015, 2020, INSUFFICIENT, "the baseline value is censored"),
        ({2015: 20, 2020: "<2.5"}, 2015, 2020, INSUFFICIENT, "the latest value is censored"),
        (
            {2015: "<2.5", 2020: "<2.5"},
            2015,
            2020,
            INSUFFICIENT,
            "baseline and latest value are censored",
        ),
        ({2015: 40, 2017: "<2.5", 2020: 20}, 2015, 2020, MODERATE, None),  # between the ends
        (
            {2015: 0, 2020: 5},
            2015,
            2020,
            REGRESSION,
            "the baseline was at the target, the latest value has left it",
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
        ({2014: 99, 2015: 40, 2016: 99, 2020: 20}, 2015, 2020, MODERATE, None),
        ({2014: 99, 2016: 40, 2017: 99, 2020: 20}, 2016, 2020, MODERATE, None),
        ({2010: 99, 2012: 40, 2016: 30}, 2012, 2016, MODERATE, None),  # 2016 leaves no second value
        ({2010: 40, 2015: 30}, 2010, 2015, MODERATE, None),  # nor does 2015
        ({2000: 99, 2005: 40, 2010: 30}, 2005, 2010, MODERATE, None),
        ({2012: 40, 2015: "NA", 2016: 39, 2020: 20}, 2016, 2020, MODERATE, None),
        # less than three years before the latest: the latest year before it that is far enough
        ({2009: 99, 2010: 40, 2015: 30, 2017: 25}, 2010, 2017, MODERATE, None),
        ({2012: 99, 2013: 40, 2014: 35, 2015: 30, 2016: 25}, 2013, 2016, MODERATE, None),
        ({2014: 40, 2016: 30, 2018: 25}, 2014, 2018, MODERATE, None),
        ({2008: 40, 2011: 30, 2012: 25}, 2008, 2012, MODERATE, None),
        ({2010: 99, 2015: 40, 2018: 30}, 2015, 2018, MODERATE, None),  # three years are enough
        (
            {2018: 40, 2019: 30, 2020: 20},
            2018,
            2020,
            INSUFFICIENT,
            "baseline and latest year are less than 3 years apart",
        ),
        (
            {2014: 40, 2015: 30, 2016: 20},
            2015,
            2016,
            INSUFFICIENT,
            "baseline and latest year are less than 3 years apart",
        ),
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
        (40, 20, MODERATE, MODERATE),  # e = 5: r = 0.875; to 3: 35 / 37 = 0.946, short of 0.95
        (6, 4, MODERATE, ON_TRACK),  # e = 1.78: r = 0.70; to 3: 4.22 / 3 = 1.41
        (12, 11, MARGINAL, MARGINAL),  # e = 9.24: r = 0.23; to 3: 2.76 / 9 = 0.31
        (40, 38.7, STAGNATION, MARGINAL),  # e = 36.23: r = 0.094; to 3: 3.77 / 37 = 0.102
        (40, 39, STAGNATION, STAGNATION),
        (3.1, 2.9, MARGINAL, ON_TRACK),  # below 3
        (2, 2.9, REGRESSION, ON_TRACK),  # rising, and still below 3
        (2, 5, REGRESSION, REGRESSION),  # has left it
        (3, 3, STAGNATION, STAGNATION),  # 3 is not below 3
        (3, 3.1, REGRESSION, REGRESSION),
        (2.9, 3, REGRESSION, REGRESSION),
        (0, 5, REGRESSION, REGRESSION),
        (0, 0, ON_TRACK, ON_TRACK),
        (0, 2.9, REGRESSION, ON_TRACK),
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
    assert progress("EG_ACS_ELEC", values, columns, unit="INDEX") == [(MARGINAL,)]


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


CHANGES = [{"unit": "INDEX"}, {"base_period": "2017"}, {"definition": "$2.15 a day (2017 PPP)"}]


@pytest.mark.parametrize("changed", CHANGES)
def test_a_value_of_another_definition_unit_or_base_period_is_no_baseline(changed):
    con = progress_warehouse()
    observe(con, "SI_COV_PENSN", {"year": 2015, "raw": 50}, {"year": 2020, "raw": 70, **changed})
    reason = "only one value of the definition, unit and base period of the latest value"
    assert run_model(con, "progress", "status, reason, definition") == [
        (INSUFFICIENT, reason, changed.get("definition"))
    ]


@pytest.mark.parametrize("changed", CHANGES)
def test_the_baseline_is_of_the_definition_unit_and_base_period_of_the_latest_value(changed):
    """2015 is of the older line: the baseline is the first later year of the line of 2022."""
    con = progress_warehouse()
    observe(
        con,
        "SI_POV_DAY1",
        {"year": 2015, "raw": 40},
        {"year": 2016, "raw": 20, **changed},
        {"year": 2018, "raw": 38},
        {"year": 2022, "raw": 10, **changed},
    )
    columns = "baseline_year, baseline_value, latest_year, latest_value, round(annual_change, 4), definition"
    assert run_model(con, "progress", columns) == [(2016, 20.0, 2022, 10.0, -0.1091, changed.get("definition"))]


def assessed_series() -> list[tuple]:
    """Code, direction and target of every series of the evidence that has a direction and no cut of its own."""
    with TARGETS_CSV.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["series_code"] in evidence_series() - {"SI_POV_DAY1"}]
    return [(one["series_code"], one["direction"], one["target_2030"]) for one in rows]


@pytest.mark.parametrize(("series_code", "direction", "target"), assessed_series())
def test_series_of_the_other_claims_are_assessed_by_the_registry(series_code, direction, target):
    """From 40 to 60 in five years is progress upward, and the reverse downward."""
    con = empty_warehouse()
    insert(
        con,
        "core.series",
        [
            {
                "series_code": series_code,
                "description": series_code,
                "direction": direction,
                "target_2030": float(target) if target else None,
            }
        ],
    )
    for area, first, last in (("004", 40, 60), ("050", 60, 40)):
        observe(
            con,
            series_code,
            {"year": 2015, "raw": first, "area_code": area},
            {"year": 2020, "raw": last, "area_code": area},
        )
    # to 0 from 60: e = 17.8, r = 0.70; to 100 from 40: e = 135, kept at 100, r = 1
    best = MODERATE if target == "0" else ON_TRACK
    found = dict(run_model(con, "progress", "area_code, status"))
    assert (
        found
        == {
            "up": {"004": best, "050": REGRESSION},
            "down": {"004": REGRESSION, "050": best},
        }[direction]
    )


def test_the_assessed_series_are_those_of_the_claims():
    codes = {code for code, *_ in assessed_series()}
    assert {
        "SG_GEN_PARL",
        "EN_LND_SLUM",
        "SH_ACS_UNHC",
        "SN_ITK_DEFC",
        "SG_DSR_SILS",
        "VC_IHR_PSRC",
        "SG_NHR_IMPL",
        "SL_TLF_NEET",
    } <= codes and len(codes) >= 40


@pytest.mark.parametrize("cut", ["0.95", "0.50", "0.10", "0.02", "0.0125", "0.005"])
def test_each_cut_of_a_method_is_written_once(cut):
    body = "\n".join(line for line in model_sql("progress").splitlines() if line[:2] != "--")
    words = [(line.strip(), line.replace(")", ",").replace(",", " ").split()) for line in body.splitlines()]
    lines = [line for line, cells in words if cut in cells]
    methods = [line[:7] for line in lines]
    assert methods and all(one in ("('2024'", "('2023'") for one in methods)
    assert len(methods) == len(set(methods))
