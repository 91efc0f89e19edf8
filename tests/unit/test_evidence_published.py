"""Metrics of C08 to C14 that show one published series as it is, by area, year and breakdown."""

from __future__ import annotations

import pytest
from evidence_helpers import ALL, observe, run_model, warehouse_with_areas

PART = {"is_total": False}


@pytest.mark.parametrize(
    ("metric_id", "series_code", "part", "label"),
    [
        ("c08_slum_dwellers", "EN_LND_SLUM", {}, None),
        ("c08_family_planning", "SH_FPL_MTMM", {"age": "15-19"}, "age=15-19"),
        ("c08_adolescent_births", "SP_DYN_ADKL", {"age": "10-14", "sex": "FEMALE"}, "age=10-14"),
        ("c08_informed_decisions", "SH_FPL_INFM", {"location": "RURAL"}, "location=RURAL"),
        ("c08_reproductive_health_law", "SH_LGR_ACSRHE", {}, None),
        ("c08_births_registered", "SG_REG_BRTH", {"age": "<1Y"}, "age=<1Y"),
        ("c09_health", "SH_ACS_UNHC", {}, None),
        ("c09_social_services", "SI_COV_BENFTS", {"sex": "MALE"}, "sex=MALE"),
        ("c09_waste", "EN_REF_WASCOL", {"dimensions": {"cities": "LOME"}}, "cities=LOME"),
        ("c09_internet_use", "IT_USE_ii99", {"sex": "MALE"}, "sex=MALE"),
        ("c09_mobile_4g", "IT_MOB_4GNTWK", {"location": "URBAN"}, "location=URBAN"),
        ("c09_public_transport", "SP_TRN_PUBL", {"dimensions": {"cities": "LOME"}}, "cities=LOME"),
        ("c14_youth_neet", "SL_TLF_NEET", {"sex": "FEMALE", "age": "15-24"}, "sex=FEMALE"),
        ("c14_child_protection", "SI_COV_CHLD", {"sex": "FEMALE"}, "sex=FEMALE"),
        ("c14_early_learning", "SE_PRE_PARTN", {"sex": "FEMALE"}, "sex=FEMALE"),
        ("c11_disaster_deaths", "VC_DSR_MTMP", {}, None),
        ("c11_hunger", "SN_ITK_DEFC", {}, None),
        ("c11_refugees", "SM_POP_REFG_OR", {}, None),
        ("c11_air", "EN_ATM_PM25", {"location": "URBAN"}, "location=URBAN"),
        ("c12_strategy_share", "SG_DSR_SILS", {}, None),
        ("c12_strategies", "SG_DSR_SILN", {}, None),
        ("c12_local_governments", "SG_GOV_LOGV", {}, None),
        ("c13_homicide", "VC_IHR_PSRC", {"sex": "FEMALE"}, "sex=FEMALE"),
        (
            "c13_conflict_deaths",
            "VC_DTH_TOCVN",
            {"sex": "total", "dimensions": {"cause_of_death": "OTHER"}},
            "cause_of_death=OTHER",
        ),
        ("c13_human_rights_institutions", "SG_NHR_IMPL", {}, None),
    ],
)
def test_a_published_series_is_shown_as_it_is(metric_id, series_code, part, label):
    con = warehouse_with_areas()
    observe(
        con,
        series_code,
        {"year": 2015, "raw": 40},
        {"year": 2015, "raw": 30, "area_code": "001"},
        {"year": 2016, "raw": "NA"},
        {"year": 2017, "raw": "<2.5"},
    )
    observe(con, "SI_POV_DAY1", {"year": 2015, "raw": 99, "area_code": "050"})
    if part:
        observe(con, series_code, {"year": 2015, "raw": 7, **PART, **part})
    parts = [("004", 2015, label, 7.0, None, 1, 100.0, "published")] if label else []
    assert run_model(con, metric_id, ALL) == [
        ("001", 2015, "", 30.0, None, 1, 25.0, "published"),
        ("004", 2015, "", 40.0, None, 1, 100.0, "published"),
        *parts,
        ("004", 2017, "", 2.5, "<", 1, 100.0, "published"),
    ]
