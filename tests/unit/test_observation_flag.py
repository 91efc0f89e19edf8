"""core.observation_flag: which values cannot be true, by declared bounds and relations."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter

import duckdb
import pytest
from evidence_helpers import empty_warehouse, insert, observe, run_model
from staged_flags import flags

from localsdg.registry.evidence import evidence_series, metrics
from localsdg.registry.series import BOUNDS_CSV, FLAGS_CSV, KINDS_CSV, PERIODS_CSV, RELATIONS_CSV
from localsdg.registry.tables import HERE


def is_flagged(series: str, unit: str, value: float) -> bool:
    return bool(flags((series, unit, value)))


@pytest.mark.parametrize(
    ("series", "unit", "value", "flagged"),
    [
        ("SG_DSR_SILS", "PERCENT", 152.63158, True),
        ("SG_DSR_SILS", "PERCENT", 100, False),
        ("SG_DSR_SILS", "PERCENT", 0, False),
        # beyond a bound by the source's rounding, and by more
        ("ER_MRN_MARIN", "PERCENT", 100.03, False),
        ("ER_MRN_MARIN", "PERCENT", 100.06, True),
        ("SE_ADT_ACTS", "PERCENT", -2.7e-06, False),
        ("SE_ADT_ACTS", "PERCENT", -0.06, True),
        # in per cent, and no part of a whole
        ("NY_GDP_PCAP", "PERCENT", -61.6, False),
        ("DT_DOD_DECT_GN_ZS", "PERCENT", 1233, False),
        ("ER_H2O_STRESS", "PERCENT", 3850, False),
        ("GF_XPD_GBPC", "PERCENT", 255, False),
        ("ER_H2O_STRESS", "PERCENT", -1, True),
        ("SH_LGR_ACSRHEC3", "PERCENT", -50, False),
        # a series that nobody reviewed, and a declared one in another unit
        ("XX_NEW_SERIES", "PERCENT", 152, False),
        ("SG_DSR_SILS", "RATIO", 152, False),
        # what holds for a unit, unless the series has bounds of its own
        ("XX_NEW_SERIES", "NUMBER", -1, True),
        ("XX_NEW_SERIES", "NUMBER", 1e12, False),
        ("VC_DSR_DAFF", "PER_100000_POP", 355_725, True),
        ("VC_DSR_MTMP", "PER_100000_POP", 355_725, False),
        ("VC_DSR_GDPLS", "CU_USD", 1.5e16, True),
        ("VC_DSR_GDPLS", "CU_USD", 9e13, False),
        ("XX_NEW_SERIES", "BOOL", 2, True),
        ("EN_LND_CNSPOP", "RATIO", -227, False),
    ],
)
def test_a_value_outside_what_its_series_can_be(series, unit, value, flagged):
    assert is_flagged(series, unit, value) == flagged


def test_the_flag_says_what_was_expected():
    columns = "year, breakdown, value_raw, quality_flag, rule_id, detail, release"
    assert flags(("SG_DSR_SILS", "PERCENT", 152.63158), columns=columns) == [
        (2021, "", "152.63158", "out of bounds", "WH-009", "expected 0 to 100: a part of a whole", "2023")
    ]


def test_a_large_bound_is_written_out():
    [(detail,)] = flags(("VC_DSR_GDPLS", "CU_USD", 1.5e16), columns="detail")
    assert detail.startswith("expected 0 to 100,000,000,000,000: ")


STRATEGIES, ALL = ("SG_DSR_SILN", "NUMBER", 29), ("SG_GOV_LOGV", "NUMBER", 19)


def test_a_part_above_its_whole():
    assert flags(STRATEGIES, ALL) == [("SG_DSR_SILN", "048", "above its whole")]
    assert flags(STRATEGIES, ALL, columns="rule_id, detail")[0][1].startswith("SG_GOV_LOGV is 19: ")
    assert flags(("SG_DSR_SILN", "NUMBER", 19), ALL) == []
    assert flags(("SG_DSR_SILN", "NUMBER", 20), ALL) == [("SG_DSR_SILN", "048", "above its whole")]
    # decimals of a count, of which sources print some rounded
    assert flags(("SG_DSR_SILN", "NUMBER", 19.4), ALL) == []


def test_a_whole_below_its_part():
    chores = ("SL_DOM_TSPDDC", "PERCENT", 5.15)
    assert flags(("SL_DOM_TSPD", "PERCENT", 0.36), chores) == [("SL_DOM_TSPD", "048", "below its parts")]
    assert flags(("SL_DOM_TSPD", "PERCENT", 4.2), chores) == []


@pytest.mark.parametrize(
    "change",
    [
        {"release": "2022"},
        {"year": 2020},
        {"area_code": "056"},
        {"published_breakdown": "x"},
        {"reporting_type": "N"},
        {"censoring": ">"},
    ],
)
def test_a_part_is_compared_with_its_own_whole_alone(change):
    assert flags(STRATEGIES, (*ALL, change)) == []


def test_more_people_than_live_there():
    found = flags(("VC_DSR_DAFF", "PER_100000_POP", 355_725), ("VC_DSR_AFFCT", "NUMBER", 702_706))
    assert found == [("VC_DSR_AFFCT", "048", "more than live there"), ("VC_DSR_DAFF", "048", "out of bounds")]
    assert flags(("VC_DSR_DAFF", "PER_100000_POP", 99_000), ("VC_DSR_AFFCT", "NUMBER", 702_706)) == []


def test_a_row_that_repeats_under_another_indicator_is_flagged_once():
    share = ("SG_DSR_SILS", "PERCENT", 152.6)
    assert len(flags(share, (*share, {"is_repeat": True}), (*share, {"is_repeat": True}))) == 1


def test_a_national_variant_has_its_own_label():
    found = flags(("SG_DSR_SILS", "PERCENT", 152.6, {"reporting_type": "N"}), columns="breakdown")
    assert found == [("reporting_type=N",)]


def test_what_is_flagged_is_not_the_latest_breakdown_nor_a_basis_of_progress():
    con = empty_warehouse()
    insert(con, "core.series", [{"series_code": "SG_DSR_SILS", "direction": "up"}])
    observe(
        con,
        "SG_DSR_SILS",
        {"year": 2015, "raw": 50},
        {"year": 2019, "raw": 60},
        {"year": 2021, "raw": 152.6, "quality_flag": "out of bounds"},
    )
    assert run_model(con, "latest_breakdown", "year, value", "core") == [(2015, 50.0), (2019, 60.0)]
    assert run_model(con, "progress", "latest_year, latest_value") == [(2019, 60.0)]


# ------------------------------------------------------------------ people and the population
def lives(area="048", year=2021, people=1000.0):
    def fill(con):
        insert(con, "core.population", [{"area_code": area, "year": year, "population": people}])

    return fill


@pytest.mark.parametrize(
    ("unit", "value", "changes", "flagged"),
    [
        ("NUMBER", 1001, {}, True),
        ("NUMBER", 1000, {}, False),
        ("NUM_TH", 1.1, {}, True),
        ("NUM_TH", 0.9, {}, False),
        ("NUM_M", 0.0011, {}, True),
        # a unit whose persons are not known, a bound, and a year or an area without a population
        ("PER_100000_POP", 5000, {}, False),
        ("NUMBER", 1001, {"censoring": "<"}, False),
        ("NUMBER", 1001, {"year": 2020}, False),
        ("NUMBER", 1001, {"area_code": "056"}, False),
    ],
)
def test_people_above_the_population_of_the_year(unit, value, changes, flagged):
    assert bool(flags(("VC_DSR_AFFCT", unit, value, changes), before=lives())) == flagged


def test_things_may_outnumber_people():
    assert flags(("VC_DSR_CDAN", "NUMBER", 1001), before=lives()) == []


def test_the_flag_states_the_population():
    found = flags(
        ("VC_DSR_AFFCT", "NUMBER", 149_168_194),
        columns="quality_flag, rule_id, detail",
        before=lives(people=98_248_614),
    )
    assert found == [("more than live there", "WH-012", "98,248,614 people lived there in 2021")]


# ------------------------------------------------------------------ several years as one
@pytest.mark.parametrize(
    ("time_detail", "flagged"),
    [
        ("2015-2017", True),
        ("2015 – 2017", True),
        ("2015 to 2017", True),
        ("2015/2017", True),
        ("2015-17", True),
        ("2016-2017", True),
        # a fiscal year, a day, a single year, nothing
        ("2016/17", False),
        ("2016/2017", False),
        ("2016-17", False),
        ("2017-06-30", False),
        ("2017", False),
        (None, False),
    ],
)
def test_a_sum_of_several_years(time_detail, flagged):
    row = {"year": 2017, "time_detail": time_detail}
    assert bool(flags(("VC_DTH_TOCVN", "NUMBER", 106_806, row))) == flagged
    # a mean of several years is a value of its middle
    assert flags(("SN_ITK_DEFCN", "NUM_M", 12, row)) == []
    assert flags(("SI_POV_DAY1", "PERCENT", 12, row)) == []


def test_a_sum_whose_years_the_release_leaves_out():
    row = {"year": 2017, "area_code": "001", "release": "2020-10-19"}
    columns = "quality_flag, detail"
    assert flags(("VC_DTH_TOCVN", "NUMBER", 106_806, row), columns=columns) == [
        ("several years as one", "the sum of 2015 to 2017, not of 2017 alone")
    ]
    for later in ({"release": "2022-07-10"}, {"year": 2016}, {"area_code": "760"}):
        assert flags(("VC_DTH_TOCVN", "NUMBER", 24_584, {**row, **later})) == []


# ------------------------------------------------------------------ the declarations
def declared(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_bounds_are_declared_once_and_in_order():
    rows = declared(BOUNDS_CSV)
    counted = Counter((row["series_code"], row["unit"]) for row in rows)
    assert [key for key, n in counted.items() if n > 1] == []
    for row in rows:
        assert row["reason"] and {"lowest", "highest"} <= set(row)
        low, high = row["lowest"], row["highest"]
        assert not (low and high) or float(low) < float(high), row
    assert rows == sorted(
        rows, key=lambda row: (row["series_code"] != "*", row["series_code"] if row["series_code"] != "*" else "")
    )


def test_every_series_of_the_evidence_in_per_cent_has_bounds():
    """None of them is a growth or a ratio: each is a part of a whole."""
    shares = {row["series_code"] for row in declared(BOUNDS_CSV) if (row["lowest"], row["highest"]) == ("0", "100")}
    in_per_cent = {code for one in metrics().values() if one.unit == "PERCENT" for code in one.series_codes}
    computed = {"SG_DSR_SILN", "SG_GOV_LOGV"}  # numbers, of which a metric computes a share
    assert in_per_cent & evidence_series() - shares - computed == set()


def test_flags_and_relations_name_what_exists():
    names = {row["quality_flag"] for row in declared(FLAGS_CSV)}
    with (HERE / "columns.toml").open("rb") as body:
        assert names == set(tomllib.load(body)["quality_flag"]["allowed"])
    assert {row["quality_flag"] for row in declared(RELATIONS_CSV)} <= names
    assert {row["relation"] for row in declared(RELATIONS_CSV)} == {"at most", "at least", "doubted with"}


def test_kinds_are_declared_once_with_what_they_need():
    rows = declared(KINDS_CSV)
    assert [row["series_code"] for row in rows] == sorted({row["series_code"] for row in rows})
    for row in rows:
        assert row["value_kind"] in ("mean", "count") and row["reason"], row
        assert row["several_years"] in ("sum", "average") and row["counts"] in ("", "people"), row
        assert set(filter(None, row["dimensions"].split(";"))) <= {"sex", "location", "age"}, row
        # a mean without parts declares nothing, and parts need a tolerance
        assert bool(row["dimensions"]) == bool(row["tolerance"]) and (row["dimensions"] or row["value_kind"] == "count")
        assert not (row["value_kind"] == "mean" and row["counts"]), row
    kinds = {row["series_code"]: row for row in rows}
    for row in declared(PERIODS_CSV):
        assert kinds[row["series_code"]]["several_years"] == "sum"
        assert row["first_year"] < row["last_year"] and row["reason"]


def test_no_ratio_of_two_groups_has_parts():
    """A ratio of girls to boys is in no range of the ratios of its parts."""
    parity = ("SE_GPI", "SE_ALP", "SE_AGP", "SE_AWP", "SE_NAP", "SE_IMP", "SE_LGP", "SE_TOT_GPI")
    assert [row["series_code"] for row in declared(KINDS_CSV) if row["series_code"].startswith(parity)] == []


#: Series with values beyond their bounds by more than rounding in the UN's own databases.
KNOWN_FAULTS = {
    "2022-07-10": {"FI_FSI_FSANL", "VC_DSR_CILN", "VC_DSR_DAFF", "VC_DSR_GDPLS"},
    "2023-12-17": {"SE_ADT_ACTS", "SG_DSR_SILS", "SI_COV_PENSN", "VC_DSR_DAFF", "VC_PRS_UNSNT"},
}


@pytest.mark.slow
@pytest.mark.parametrize("release", sorted(KNOWN_FAULTS))
def test_the_bounds_flag_the_known_faults_of_whole_databases_alone(data_root, release):
    """And every series in per cent of theirs is declared, if only as having no bounds."""
    con = duckdb.connect()
    path = data_root / "un" / "newer" / release / f"{release}.csv.gz"
    con.execute(
        'create table source_text as select "SeriesCode" as series, "[Units]" as unit, "Value" as value '
        "from read_csv(?, all_varchar = true)",
        [str(path)],
    )
    # in two steps: DuckDB 2.0 moves a cast into the reader, where a text such as <2.5 is an error
    con.execute("create table source as select series, unit, try_cast(value as double) as value from source_text")
    con.execute("create table bounds as select * from read_csv(?, all_varchar = true, nullstr = '')", [str(BOUNDS_CSV)])
    faults = con.execute(
        "select distinct series from source "
        "join bounds on series_code = series and bounds.unit = source.unit "
        "where value < cast(lowest as double) - 0.05 or value > cast(highest as double) + 0.05"
    ).fetchall()
    assert {series for (series,) in faults} == KNOWN_FAULTS[release]
    undeclared = con.execute(
        "select distinct series from source anti join bounds on series_code = series where source.unit = 'PERCENT'"
    ).fetchall()
    assert undeclared == []
