"""core.total_conflict: totals that contradict their own breakdown by one dimension."""

from __future__ import annotations

import pytest
from evidence_helpers import insert, run_model
from staged_flags import flags, staged

SHARE = "SI_COV_PENSN"
#: Belgium's women of 15 and over, and the age bands, in per cent of the day.
BANDS = {"65+": 28.13125, "55-64": 15.4075, "45-54": 11.11542, "25-44": 11.38292, "15-24": 5.95}


def conflicts(*rows: tuple, columns: str = "dimension, quality_flag, parts", before=None) -> list[tuple]:
    con = staged(*rows)
    if before:
        before(con)
    return run_model(con, "total_conflict", columns, "core")


def by_sex(series: str, unit: str, total: float, women: float | None, men: float | None, **more) -> list[tuple]:
    codes = {"total": total, "FEMALE": women, "MALE": men}
    return [(series, unit, value, {**more, "parts": {"sex": sex}}) for sex, value in codes.items() if value is not None]


def by_age(total: tuple[str, float], bands: dict[str, float], series: str = "SL_DOM_TSPD") -> list[tuple]:
    parts = {"sex": "FEMALE", "location": "total"}
    return [(series, "PERCENT", value, {"parts": {**parts, "age": age}}) for age, value in (total, *bands.items())]


@pytest.mark.parametrize(
    ("total", "women", "men", "found"),
    [
        (60.2, 39.3, 40.7, True),
        (40.0, 39.3, 40.7, False),
        # the bounds of the range, and what whole numbers on both sides may differ by
        (39.3, 39.3, 40.7, False),
        (41.7, 39.3, 40.7, False),
        (41.8, 39.3, 40.7, True),
        (38.3, 39.3, 40.7, False),
        (38.2, 39.3, 40.7, True),
        # one part alone makes no whole; parts that are all 0 are a breakdown without data
        (60.2, 39.3, None, False),
        (60.2, 0, 0, False),
        (60.2, 0, 1, True),
    ],
)
def test_a_share_outside_those_of_women_and_men(total, women, men, found):
    rows = by_sex(SHARE, "PERCENT", total, women, men)
    expected = [("sex", "outside its parts", f"FEMALE {women}, MALE {men}")]
    assert conflicts(*rows) == (expected if found else [])


def test_a_censored_total_or_part_contradicts_nothing():
    rows = by_sex(SHARE, "PERCENT", 60.2, 39.3, 40.7)
    for number in range(3):
        changed = [(*row[:3], {**row[3], "censoring": "<"}) if i == number else row for i, row in enumerate(rows)]
        assert conflicts(*changed) == []


@pytest.mark.parametrize("change", [{"year": 2020}, {"release": "2022"}, {"area_code": "056"}, {"reporting_type": "N"}])
def test_a_total_is_compared_with_its_own_parts_alone(change):
    total, women, men = by_sex(SHARE, "PERCENT", 60.2, 39.3, 40.7)
    assert conflicts(total, women, (*men[:3], {**men[3], **change})) == []


def test_a_region_may_rest_on_more_countries_than_its_breakdown():
    def region(con):
        insert(con, "core.area", [{"area_code": "048", "kind": "region"}])

    assert conflicts(*by_sex(SHARE, "PERCENT", 60.2, 39.3, 40.7), before=region) == []
    # a count is a count everywhere
    assert conflicts(*by_sex("VC_DTH_TOCVN", "NUMBER", 100, 60, 90), before=region) != []


def test_a_ratio_and_a_series_that_nobody_reviewed_are_not_compared():
    assert conflicts(*by_sex("SE_GPI_PART", "RATIO", 2.0, 1.0, 1.1)) == []
    assert conflicts(*by_sex("XX_NEW_SERIES", "PERCENT", 60.2, 39.3, 40.7)) == []


def test_town_and_countryside():
    rows = [
        ("SH_H2O_SAFE", "PERCENT", value, {"parts": {"location": code}})
        for code, value in (("total", 71.6), ("URBAN", 92.3), ("RURAL", 81.1))
    ]
    assert conflicts(*rows) == [("location", "outside its parts", "RURAL 81.1, URBAN 92.3")]


# ------------------------------------------------------------------ ages
def test_an_age_span_outside_its_bands():
    [(dimension, flag, parts)] = conflicts(*by_age(("15+", 2.43417), BANDS))
    assert (dimension, flag) == ("age", "outside its parts")
    assert parts == "15-24 5.95, 25-44 11.38292, 45-54 11.11542, 55-64 15.4075, 65+ 28.13125"
    assert conflicts(*by_age(("15+", 5.95), BANDS)) == []


@pytest.mark.parametrize("missing", ["65+", "15-24", "45-54"])
def test_bands_that_do_not_cover_the_span_are_no_whole(missing):
    assert conflicts(*by_age(("15+", 2.43417), {age: v for age, v in BANDS.items() if age != missing})) == []


def test_bands_that_overlap_are_no_whole():
    assert conflicts(*by_age(("15+", 2.4), {"15-30": 9, "25+": 12})) == []


def test_a_band_that_holds_others_is_left_out():
    found = conflicts(*by_age(("15+", 2.43417), {**BANDS, "25-64": 12}))
    assert ["25-64" in parts for _, _, parts in found] == [False]


def test_the_whole_by_the_reviewed_list_is_a_span_too():
    rows = [
        ("SL_TLF_UEM", "PERCENT", value, {"parts": {"age": age, "sex": "total"}})
        for age, value in (("total", 30), ("15-24", 20), ("25+", 10))
    ]
    assert conflicts(*rows) == [("age", "outside its parts", "15-24 20, 25+ 10")]


# ------------------------------------------------------------------ counts
@pytest.mark.parametrize(
    ("total", "women", "men", "found"),
    [
        (100, 40, 60, False),
        (100, 40, 50, False),  # of some the sex is not known
        (1467, 254, 1832, True),
        (45_010, 10_426, 46_946, True),
        (100, 41, 61, False),  # 1 % and one person
        (100, 42, 61, True),
        (100, None, 150, True),  # one part alone is enough
        (0, 0, 0, False),
        (0, 0, 5, True),
    ],
)
def test_a_count_below_its_women_and_men(total, women, men, found):
    flagged = [one for _, one, _ in conflicts(*by_sex("VC_DTH_TOCVN", "NUMBER", total, women, men))]
    assert flagged == (["below its parts"] if found else [])


def test_overlapping_ages_are_not_added():
    def deaths(**ages):
        return [
            ("VC_DTH_TOCVN", "NUMBER", value, {"parts": {"sex": "total", "age": age}}) for age, value in ages.items()
        ]

    assert conflicts(*deaths(**{"total": 100, "<18Y": 60, "15+": 80})) == []
    assert conflicts(*deaths(**{"total": 100, "<18Y": 60, "18+": 80})) != []
    assert conflicts(*deaths(**{"total": 100, "<18Y": 60, "15+": 180})) != []


def test_the_flag_names_the_parts():
    columns = "breakdown, value, quality_flag, rule_id, detail"
    assert flags(*by_sex(SHARE, "PERCENT", 60.2, 39.3, 40.7), columns=columns) == [
        ("sex=total", 60.2, "outside its parts", "WH-013", "by sex it is FEMALE 39.3, MALE 40.7")
    ]
    assert flags(*by_sex("VC_DTH_TOCVN", "NUMBER", 100, 60, 90), columns="rule_id, detail") == [
        ("WH-014", "by sex it is FEMALE 60, MALE 90")
    ]


def test_a_national_variant_keeps_its_label():
    rows = by_sex(SHARE, "PERCENT", 60.2, 39.3, 40.7, reporting_type="N")
    assert flags(*rows, columns="breakdown") == [("sex=total; reporting_type=N",)]
