"""Metrics of crises, local resilience, peace and youth that are more than a published series."""

from __future__ import annotations

import pytest
from evidence_helpers import ALL, insert, observe, run_model, warehouse_with_areas

from localsdg.registry.evidence import metrics


# ------------------------------------------------------------------ C11, the effect of a crisis
def change(*values: tuple[int, object], code: str = "SN_ITK_DEFC", crisis: str = "covid_2020", **last):
    """What the table says of one series: (year, value) in order; facts of the last row."""
    con = warehouse_with_areas()
    for number, (year, raw) in enumerate(values, 1):
        observe(con, code, {"year": year, "raw": raw, **(last if number == len(values) else {})})
    columns = "before_year, before_value, after_year, after_value, change_pct, crisis_id"
    return [row[:-1] for row in run_model(con, "crisis_change", columns) if row[-1] == crisis]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([(2019, 8), (2021, 10)], (2019, 8.0, 2021, 10.0, 25.0)),
        # the last before and the first after, not the crisis year
        ([(2017, 1), (2018, 8), (2020, 50), (2022, 6), (2023, 1)], (2018, 8.0, 2022, 6.0, -25.0)),
        ([(2017, 8), (2023, 8)], (2017, 8.0, 2023, 8.0, 0.0)),
        ([(2019, 0), (2021, 10)], (2019, 0.0, 2021, 10.0, None)),
        # a censored value is passed over for the next one
        ([(2018, 5), (2019, "<2.5"), (2021, 10)], (2018, 5.0, 2021, 10.0, 100.0)),
    ],
)
def test_crisis_change_takes_the_last_before_and_the_first_after(values, expected):
    assert change(*values) == [expected]


@pytest.mark.parametrize(
    "values",
    [
        [(2016, 8), (2021, 10)],
        [(2019, 8), (2024, 10)],  # too far from the crisis
        [(2019, 8), (2020, 10)],
        [(2020, 8), (2021, 10)],  # one side alone
        [(2019, "<2.5"), (2021, 10)],
        [(2019, 8), (2021, "NA")],
    ],
)
def test_no_change_where_the_years_do_not_exist(values):
    assert change(*values) == []


@pytest.mark.parametrize(
    "last",
    [
        {"release": "r2"},
        {"unit": "INDEX"},
        {"base_period": "2017"},
        {"definition": "at constant prices of 2017"},
        {"area_code": "050"},
        {"is_total": False, "sex": "FEMALE"},
    ],
)
def test_no_change_over_releases_units_base_periods_and_areas(last):
    assert change((2019, 8), (2021, 10), **last) == []


@pytest.mark.parametrize("changed", [{"base_period": "2017"}, {"definition": "at constant prices of 2017"}])
def test_a_change_is_over_the_nearest_years_of_one_definition(changed):
    con = warehouse_with_areas()
    rows = [(2018, 8, {}), (2019, 80, changed), (2021, 10, {}), (2022, 60, changed)]
    observe(con, "SN_ITK_DEFC", *({"year": year, "raw": raw, **facts} for year, raw, facts in rows))
    columns = "before_year, before_value, after_year, after_value, change_pct, definition"
    assert run_model(con, "crisis_change", columns) == [(2018, 8.0, 2021, 10.0, 25.0, None)]


def test_the_financial_crisis_lasts_two_years():
    values = [(2007, 10), (2008, 99), (2009, 99), (2010, 9)]
    assert change(*values, crisis="financial_2008") == [(2007, 10.0, 2010, 9.0, -10.0)]
    assert change(*values) == []


def test_a_series_that_no_claim_names_has_no_crisis():
    assert change((2019, 8), (2021, 10), code="SI_POV_DAY1") == []


def test_effects_of_both_crises():
    con = warehouse_with_areas()
    for code in ("SN_ITK_DEFC", "VC_DSR_MTMP"):
        for area in ("001", "004", "050"):
            for year, raw in ((2007, 10), (2010, 11), (2019, 20), (2021, 15)):
                observe(con, code, {"year": year, "raw": raw, "area_code": area})
    observe(
        con, "SN_ITK_DEFC", {"year": 2018, "raw": 10, "area_code": "356"}, {"year": 2021, "raw": 12, "area_code": "356"}
    )
    observe(
        con, "SN_ITK_DEFC", {"year": 2019, "raw": 0, "area_code": "076"}, {"year": 2021, "raw": 12, "area_code": "076"}
    )  # from zero: no relative change
    rows = run_model(con, "c11_covid_effect", ALL)
    # of the World, two countries have a change over the same years
    assert rows[:2] == [
        ("001", 2021, "series=SN_ITK_DEFC; from=2019", -25.0, None, 2, 50.0, "computed"),
        ("001", 2021, "series=VC_DSR_MTMP; from=2019", -25.0, None, 2, 50.0, "computed"),
    ]
    assert ("356", 2021, "series=SN_ITK_DEFC; from=2018", 20.0, None, 1, 100.0, "computed") in rows
    assert {row[0] for row in rows} == {"001", "004", "050", "356"}
    # a financial crisis is no hazard: disasters are left out
    assert {row[1:4] for row in run_model(con, "c11_financial_crisis_effect", ALL)} == {
        (2010, "series=SN_ITK_DEFC; from=2007", 10.0)
    }


# ------------------------------------------------------------------ C11, sums of disasters
@pytest.mark.parametrize(
    ("metric_id", "code"),
    [
        ("c11_disaster_affected", "VC_DSR_AFFCT"),
        ("c11_disaster_losses", "VC_DSR_GDPLS"),
    ],
)
def test_disasters_are_summed_over_the_countries_that_reported(metric_id, code):
    con = warehouse_with_areas()
    observe(
        con,
        code,
        {"year": 2015, "raw": 100},
        {"year": 2015, "raw": 20, "area_code": "050"},
        {"year": 2015, "raw": 5, "area_code": "076"},
        {"year": 2015, "raw": 1, "area_code": "412"},
        {"year": 2015, "raw": "NA", "area_code": "356"},
    )
    assert run_model(con, metric_id, ALL) == [
        ("001", 2015, "", 125.0, None, 3, 75.0, "computed"),  # 412 has no ISO code
        ("004", 2015, "", 100.0, None, 1, 100.0, "published"),
        ("050", 2015, "", 20.0, None, 1, 100.0, "published"),
        # Afghanistan is in 062 by two schemes and counts once; 901 is of another scheme
        ("062", 2015, "", 120.0, None, 2, pytest.approx(200 / 3), "computed"),
        ("076", 2015, "", 5.0, None, 1, 100.0, "published"),
        ("199", 2015, "", 120.0, None, 2, 100.0, "computed"),
        ("412", 2015, "", 1.0, None, 1, 100.0, "published"),
    ]


SUMS = pytest.mark.parametrize(
    ("metric_id", "code"),
    [
        ("c11_disaster_affected", "VC_DSR_AFFCT"),
        ("c11_disaster_losses", "VC_DSR_GDPLS"),
    ],
)


@SUMS
def test_a_sum_that_the_un_publishes_is_not_made_again_for_that_year(metric_id, code):
    con = warehouse_with_areas()
    observe(
        con, code, {"year": 2015, "raw": 100}, {"year": 2015, "raw": 130, "area_code": "001"}, {"year": 2016, "raw": 7}
    )
    rows = run_model(con, metric_id, "area_code, year, value, basis")
    assert [row for row in rows if row[0] == "001"] == [
        ("001", 2015, 130.0, "published"),
        ("001", 2016, 7.0, "computed"),
    ]


@SUMS
@pytest.mark.parametrize("raw", ["<500", ">500", "<=500"])
def test_a_censored_value_is_in_no_sum_of_disasters(metric_id, code, raw):
    con = warehouse_with_areas()
    observe(
        con,
        code,
        {"year": 2015, "raw": 100},
        {"year": 2015, "raw": raw, "area_code": "050"},
        {"year": 2016, "raw": raw, "area_code": "050"},
    )
    rows = run_model(con, metric_id, "area_code, year, value, n_areas, basis")
    assert [row for row in rows if row[0] in ("001", "062")] == [
        ("001", 2015, 100.0, 1, "computed"),
        ("062", 2015, 100.0, 1, "computed"),
    ]
    assert ("050", 2015, 500.0, 1, "published") in rows  # it is shown as what it is, alone


def test_two_releases_are_not_summed_together():
    con = warehouse_with_areas()
    observe(
        con, "VC_DSR_AFFCT", {"year": 2015, "raw": 100}, {"year": 2015, "raw": 20, "area_code": "050", "release": "r2"}
    )
    rows = run_model(con, "c11_disaster_affected", "area_code, value, release")
    assert [row[1:] for row in rows if row[0] == "001"] == [(20.0, "r2"), (100.0, "2020-10-19")]


# ------------------------------------------------------------------ C12
def strategies():
    """Afghanistan 2 of 10, Brazil 1 of 90; Bangladesh and India report one number each."""
    con = warehouse_with_areas()
    observe(
        con,
        "SG_DSR_SILN",
        {"year": 2019, "raw": 2},
        {"year": 2019, "raw": 1, "area_code": "076"},
        {"year": 2019, "raw": 50, "area_code": "050"},
        {"year": 2018, "raw": 3},
    )
    observe(
        con,
        "SG_GOV_LOGV",
        {"year": 2019, "raw": 10},
        {"year": 2019, "raw": 90, "area_code": "076"},
        {"year": 2019, "raw": 70, "area_code": "356"},
    )
    return con


def test_sums_are_of_countries_that_reported_both_numbers_in_the_year():
    rows = run_model(strategies(), "c12_strategies_summed", ALL)
    assert rows == [
        ("001", 2019, "count=all", 100.0, None, 2, 50.0, "computed"),
        ("001", 2019, "count=with a strategy", 3.0, None, 2, 50.0, "computed"),
        ("062", 2019, "count=all", 10.0, None, 1, pytest.approx(100 / 3), "computed"),
        ("062", 2019, "count=with a strategy", 2.0, None, 1, pytest.approx(100 / 3), "computed"),
        ("199", 2019, "count=all", 10.0, None, 1, 50.0, "computed"),
        ("199", 2019, "count=with a strategy", 2.0, None, 1, 50.0, "computed"),
    ]


def test_the_share_weighs_each_local_government_the_same():
    rows = run_model(strategies(), "c12_share_of_local_governments", ALL)
    # 3 of 100; the mean of the countries' shares would be 10.6
    assert rows[0] == ("001", 2019, "", 3.0, None, 2, 50.0, "computed")
    assert [row[:4] for row in rows[1:]] == [("062", 2019, "", 20.0), ("199", 2019, "", 20.0)]


def test_both_say_what_share_of_the_people_they_rest_on():
    con = strategies()
    for area, people in (("004", 40), ("050", 160), ("356", 1400), ("076", 400)):
        insert(con, "core.population", [{"area_code": area, "year": 2019, "population": people}])
    expected = {("001", 22.0), ("062", 2.5), ("199", 20.0)}  # Afghanistan and Brazil of four countries
    for metric_id in ("c12_strategies_summed", "c12_share_of_local_governments"):
        assert set(run_model(con, metric_id, "area_code, population_pct")) == expected


@pytest.mark.parametrize("code", ["SG_DSR_SILN", "SG_GOV_LOGV"])
@pytest.mark.parametrize("raw", ["<500", ">500"])
def test_a_censored_number_is_in_no_sum_of_local_governments(code, raw):
    """Neither it nor its partner counts: the two sums are of the same countries."""
    con = strategies()
    other = {"SG_DSR_SILN": "SG_GOV_LOGV", "SG_GOV_LOGV": "SG_DSR_SILN"}[code]
    before = run_model(con, "c12_strategies_summed", ALL)
    observe(con, code, {"year": 2019, "raw": raw, "area_code": "356" if code == "SG_DSR_SILN" else "050"})
    assert run_model(con, "c12_strategies_summed", ALL) == before
    observe(con, code, {"year": 2020, "raw": raw})
    observe(con, other, {"year": 2020, "raw": 5})
    for metric_id in ("c12_strategies_summed", "c12_share_of_local_governments"):
        assert [row for row in run_model(con, metric_id, "year, value") if row[0] == 2020] == []


@pytest.mark.parametrize(
    ("metric_id", "code"),
    [
        ("c11_disaster_affected", "VC_DSR_AFFCT"),
        ("c11_disaster_losses", "VC_DSR_GDPLS"),
        ("c12_strategies_summed", "SG_DSR_SILN"),
        ("c12_strategies_summed", "SG_GOV_LOGV"),
    ],
)
def test_a_value_that_cannot_be_true_is_in_no_sum(metric_id, code):
    con = strategies()
    observe(con, "VC_DSR_AFFCT", {"year": 2019, "raw": 100})
    observe(con, "VC_DSR_GDPLS", {"year": 2019, "raw": 9})
    before = run_model(con, metric_id, ALL)
    area = "356" if code == "SG_DSR_SILN" else "050"
    observe(con, code, {"year": 2019, "raw": 1e15, "area_code": area, "quality_flag": "out of bounds"})
    assert run_model(con, metric_id, ALL) == before


def test_a_value_that_cannot_be_true_is_passed_over_in_a_crisis():
    con = warehouse_with_areas()
    observe(
        con,
        "SN_ITK_DEFC",
        {"year": 2018, "raw": 5},
        {"year": 2021, "raw": 10},
        {"year": 2019, "raw": 152, "quality_flag": "out of bounds"},
    )
    rows = run_model(con, "crisis_change", "crisis_id, before_year, change_pct")
    assert ("covid_2020", 2018, 100.0) in rows


def test_a_censored_score_is_no_strategy():
    con = warehouse_with_areas()
    observe(con, "SG_DSR_LGRGSR", {"year": 2017, "raw": 0.5}, {"year": 2017, "raw": ">0.5", "area_code": "050"})
    rows = run_model(con, "c12_countries_with_strategy", "area_code, year, value, n_areas")
    assert ("001", 2017, 1.0, 1) in rows


def test_no_share_of_no_local_governments():
    con = warehouse_with_areas()
    for code in ("SG_DSR_SILN", "SG_GOV_LOGV"):
        observe(con, code, {"year": 2019, "raw": 0})
    assert run_model(con, "c12_share_of_local_governments", "value") == []
    assert {row for row in run_model(con, "c12_strategies_summed", "value")} == {(0.0,)}


def test_numbers_of_two_releases_are_no_pair():
    con = strategies()
    con.execute("update core.latest_observation set release = 'r2' where series_code = 'SG_GOV_LOGV'")
    assert run_model(con, "c12_strategies_summed", "value") == []


def test_countries_with_a_strategy_published_and_counted():
    con = warehouse_with_areas()
    observe(con, "SG_DSR_SFDRR", {"year": 2017, "raw": 2, "area_code": "001"})
    observe(
        con,
        "SG_DSR_LGRGSR",
        {"year": 2015, "raw": 0},
        {"year": 2017, "raw": 0.5},  # has one from 2017 on
        {"year": 2016, "raw": 0.9, "area_code": "076"},  # counts on when it no longer reports
        {"year": 2017, "raw": 0, "area_code": "050"},
        {"year": 2017, "raw": 1, "area_code": "412"},  # no ISO code
    )
    rows = run_model(con, "c12_countries_with_strategy", ALL)
    assert [row for row in rows if row[0] == "001"] == [
        ("001", 2015, "source=SG_DSR_LGRGSR", 0.0, None, 1, 25.0, "computed"),
        ("001", 2016, "source=SG_DSR_LGRGSR", 1.0, None, 2, 50.0, "computed"),
        ("001", 2017, "source=SG_DSR_LGRGSR", 2.0, None, 3, 75.0, "computed"),
        ("001", 2017, "source=SG_DSR_SFDRR", 2.0, None, None, None, "published"),
    ]


# ------------------------------------------------------------------ C14
def test_child_poverty_is_of_ages_under_18():
    con = warehouse_with_areas()
    ages = ["<18Y", "<6Y", "5-17", "15-24", "18+", "18-64", "<25Y", "total", "10-18", "<19Y"]
    for number, age in enumerate(ages):
        observe(con, "SD_MDP_MUHC", {"year": 2015, "raw": 30 + number, "age": age, "is_total": age == "total"})
    observe(con, "SD_MDP_MUHC", {"year": 2015, "raw": 9, "sex": "FEMALE", "is_total": False})
    assert run_model(con, "c14_child_poverty", "breakdown, value, basis") == [
        ("age=5-17", 32.0, "published"),
        ("age=<18Y", 30.0, "published"),
        ("age=<6Y", 31.0, "published"),
    ]
    assert {row[0] for row in run_model(con, "c14_child_poverty", "caveat")} == {metrics()["c14_child_poverty"].caveat}
