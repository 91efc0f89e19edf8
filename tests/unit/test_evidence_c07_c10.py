"""Metrics of participation, demography, services and care: rows in, rows out."""

from __future__ import annotations

import pytest
from evidence_helpers import ALL, observe, run_model, warehouse_with_areas

PART = {"is_total": False}
#: Time of women of 15 and over, in one survey.
WOMEN = {"year": 2015, "sex": "FEMALE", "age": "15+", "location": "total", **PART}
MEN = {**WOMEN, "sex": "MALE"}


# ------------------------------------------------------------------ C07
@pytest.mark.parametrize(
    ("metric_id", "rural", "resources"),
    [
        ("c07_water_participation", "ER_H2O_PARTIC", "ER_WAT_PARTIC"),
        ("c07_water_procedures", "ER_H2O_PROCED", "ER_WAT_PROCED"),
    ],
)
def test_the_two_fields_of_water_stay_apart_and_rest_on_countries_not_in_the_data(metric_id, rural, resources):
    con = warehouse_with_areas()
    world = {"year": 2019, "area_code": "001"}
    observe(con, rural, {**world, "raw": 33, "location": "RURAL"})  # rural by definition: a total
    observe(con, resources, {**world, "raw": 31}, {"year": 2019, "raw": 20, "area_code": "062"})
    assert run_model(con, metric_id, ALL) == [
        ("001", 2019, "field=rural drinking water", 33.0, None, None, None, "published"),
        ("001", 2019, "field=water resources", 31.0, None, None, None, "published"),
        ("062", 2019, "field=water resources", 20.0, None, None, None, "published"),
    ]


def seats():
    con = warehouse_with_areas()
    women = {"sex": "FEMALE"}  # of women by definition: a total
    observe(
        con,
        "SG_GEN_LOCGELS",
        {"year": 2018, "raw": 36.3, **women},
        {"year": 2019, "raw": 40, **women, "area_code": "050"},
        {"year": 2018, "raw": "<1", **women, "area_code": "356"},
    )
    observe(
        con,
        "SG_GEN_PARL",
        {"year": 2018, "raw": 24.1, **women},
        {"year": 2017, "raw": 24, **women},
        {"year": 2018, "raw": 20, **women, "area_code": "050"},
        {"year": 2018, "raw": 14, **women, "area_code": "356"},
    )
    return con


def test_women_in_local_government_beside_parliament():
    rows = run_model(seats(), "c07_women_in_government", "area_code, year, breakdown, value, censoring")
    assert rows == [
        ("004", 2017, "body=parliament", 24.0, None),
        ("004", 2018, "body=local government", 36.3, None),
        ("004", 2018, "body=parliament", 24.1, None),
        ("050", 2018, "body=parliament", 20.0, None),
        ("050", 2019, "body=local government", 40.0, None),
        ("356", 2018, "body=local government", 1.0, "<"),
        ("356", 2018, "body=parliament", 14.0, None),
    ]


def test_women_are_compared_in_the_same_year_and_without_censored_values():
    rows = run_model(seats(), "c07_women_local_beside_parliament", ALL)
    # 36.3 - 24.1 as floats is 12.199999999999996
    assert rows == [("004", 2018, "", 12.2, None, 1, 100.0, "computed")]


def test_women_are_compared_in_the_same_release():
    con = seats()
    con.execute("update core.latest_observation set release = 'r2' where series_code = 'SG_GEN_PARL'")
    assert run_model(con, "c07_women_local_beside_parliament", "value") == []


# ------------------------------------------------------------------ C09
@pytest.mark.parametrize(
    ("metric_id", "codes", "labels"),
    [
        ("c09_water", ("SP_ACS_BSRVH2O", "SH_H2O_SAFE"), ("level=basic", "level=safely managed")),
        ("c09_sanitation", ("SP_ACS_BSRVSAN", "SH_SAN_SAFE"), ("level=basic", "level=safely managed")),
        ("c09_energy", ("EG_ACS_ELEC", "EG_EGY_CLEAN"), ("energy=electricity", "energy=clean fuels")),
    ],
)
def test_a_service_of_two_series_has_a_breakdown_for_each(metric_id, codes, labels):
    con = warehouse_with_areas()
    for number, code in enumerate(codes):
        observe(
            con,
            code,
            {"year": 2015, "raw": 50 + number, "location": "total"},
            {"year": 2015, "raw": 60 + number, "location": "URBAN", **PART},
        )
    assert run_model(con, metric_id, "breakdown, value") == sorted(
        (label + where, start + number)
        for number, label in enumerate(labels)
        for where, start in (("", 50.0), ("; location=URBAN", 60.0))
    )


def completion(level: str, **facts) -> dict:
    dimensions = {"education_level": level, "quantile": facts.pop("quantile", "total")}
    whole = {"year": 2015, "sex": "total", "location": "total", "dimensions": dimensions, **PART}
    return {**whole, **facts}


def test_education_has_levels_with_sex_or_location():
    con = warehouse_with_areas()
    observe(
        con,
        "SE_PRE_PARTN",
        {"year": 2015, "raw": 70, "sex": "total"},
        {"year": 2015, "raw": 71, "sex": "FEMALE", **PART},
    )
    observe(
        con,
        "SE_TOT_CPLR",
        completion("PRIMAR", raw=60),
        completion("LOWSEC", raw=50),
        completion("UPPSEC", raw=40, sex="MALE"),
        completion("PRIMAR", raw=55, location="RURAL"),
        completion("PRIMAR", raw=54, location="RURAL", reporting_type="N", breakdown="n"),
        completion("PRIMAR", raw=1, location="RURAL", sex="MALE", year=2016),
        completion("PRIMAR", raw=2, quantile="Q1", year=2016),
        completion("PRIMAR", raw="NA", year=2016),
        completion("TERTIARY", raw=3),
    )
    assert run_model(con, "c09_education", "breakdown, value") == [
        ("level=early learning", 70.0),
        ("level=early learning; sex=FEMALE", 71.0),
        ("level=lower secondary", 50.0),
        ("level=primary", 60.0),
        ("level=primary; location=RURAL", 55.0),
        ("level=upper secondary; sex=MALE", 40.0),
    ]


GAPS = {
    "SP_ACS_BSRVH2O": "service=water; level=basic",
    "SH_H2O_SAFE": "service=water; level=safely managed",
    "SP_ACS_BSRVSAN": "service=sanitation; level=basic",
    "SH_SAN_SAFE": "service=sanitation; level=safely managed",
    "EG_ACS_ELEC": "service=energy; energy=electricity",
    "EG_EGY_CLEAN": "service=energy; energy=clean fuels",
    "IT_USE_ii99": "service=internet",
    "SP_TRN_PUBL": "service=public transport",
    "SI_COV_BENFTS": "service=social services",
    "SE_PRE_PARTN": "service=education; level=early learning",
}


def located(code: str, urban: object, rural: object, **facts) -> list[tuple]:
    con = warehouse_with_areas()
    observe(
        con,
        code,
        {"year": 2015, "raw": 99, "location": "total"},
        {"year": 2015, "raw": urban, "location": "URBAN", **PART},
        {"year": 2015, "raw": rural, "location": "RURAL", **PART, **facts},
    )
    return run_model(con, "c09_urban_rural_gap", ALL)


@pytest.mark.parametrize(("code", "breakdown"), GAPS.items())
def test_the_gap_is_urban_minus_rural(code, breakdown):
    assert located(code, 64.1, 50) == [("004", 2015, breakdown, 14.1, None, 1, 100.0, "computed")]


@pytest.mark.parametrize(
    ("rural", "facts"),
    [
        (50, {"year": 2016}),
        (50, {"area_code": "050"}),
        (50, {"release": "r2"}),
        ("<5", {}),
        ("NA", {}),
    ],
)
def test_no_gap_over_years_areas_releases_or_censored_values(rural, facts):
    assert located("SP_ACS_BSRVH2O", 64.1, rural, **facts) == []


def test_the_gap_of_completion_and_of_care_keeps_its_breakdown():
    con = warehouse_with_areas()
    observe(
        con,
        "SE_TOT_CPLR",
        completion("PRIMAR", raw=60, location="URBAN"),
        completion("PRIMAR", raw=45, location="RURAL"),
        completion("LOWSEC", raw=30, location="RURAL"),
    )
    observe(
        con,
        "SL_DOM_TSPD",
        {**WOMEN, "raw": 18, "location": "URBAN"},
        {**WOMEN, "raw": 21, "location": "RURAL"},
        {**MEN, "raw": 5, "location": "RURAL"},
    )
    assert run_model(con, "c09_urban_rural_gap", "breakdown, value") == [
        ("service=care; sex=FEMALE; age=15+", -3.0),
        ("service=education; level=primary", 15.0),
    ]


# ------------------------------------------------------------------ C10
def unpaid():
    con = warehouse_with_areas()
    observe(
        con,
        "SL_DOM_TSPD",
        {**WOMEN, "raw": 18},
        {**MEN, "raw": 6},
        {**WOMEN, "raw": 20, "location": "RURAL"},
        {**MEN, "raw": 5, "location": "RURAL"},
        {**WOMEN, "raw": 12, "age": "65+"},  # men of this age are not in the data
        {**WOMEN, "raw": 9, "year": 2016},
        {**MEN, "raw": 0, "year": 2016},
        {**WOMEN, "raw": 9, "year": 2017},
        {**MEN, "raw": "<1", "year": 2017},
        {**MEN, "raw": "NA", "year": 2018},
    )
    observe(con, "SL_DOM_TSPDCW", {**WOMEN, "raw": 4}, {**MEN, "raw": 2})
    observe(con, "SL_DOM_TSPDDC", {**WOMEN, "raw": 14}, {**MEN, "raw": 4, "release": "r2"})
    return con


def test_unpaid_work_states_sex_age_and_location():
    rows = run_model(unpaid(), "c10_unpaid_work", "year, breakdown, value")
    assert [row[1:] for row in rows if row[0] == 2015] == [
        ("work=all; sex=FEMALE; age=15+", 18.0),
        ("work=all; sex=FEMALE; age=15+; location=RURAL", 20.0),
        ("work=all; sex=FEMALE; age=65+", 12.0),
        ("work=all; sex=MALE; age=15+", 6.0),
        ("work=all; sex=MALE; age=15+; location=RURAL", 5.0),
        ("work=care; sex=FEMALE; age=15+", 4.0),
        ("work=care; sex=MALE; age=15+", 2.0),
        ("work=chores; sex=FEMALE; age=15+", 14.0),
        ("work=chores; sex=MALE; age=15+", 4.0),
    ]
    assert {row[0] for row in rows} == {2015, 2016, 2017}


def test_the_ratio_is_of_the_same_age_location_and_release():
    assert run_model(unpaid(), "c10_women_men_ratio", ALL) == [
        ("004", 2015, "work=all; age=15+", 3.0, None, 1, 100.0, "computed"),
        ("004", 2015, "work=all; age=15+; location=RURAL", 4.0, None, 1, 100.0, "computed"),
        ("004", 2015, "work=care; age=15+", 2.0, None, 1, 100.0, "computed"),
    ]


def test_care_as_a_service_is_all_unpaid_work():
    rows = run_model(unpaid(), "c09_care", "breakdown, value, basis, year")
    assert [row for row in rows if row[3] == 2015][:2] == [
        ("sex=FEMALE; age=15+", 18.0, "published", 2015),
        ("sex=FEMALE; age=15+; location=RURAL", 20.0, "published", 2015),
    ]
    assert all("work=" not in row[0] for row in rows) and len(rows) == 9
