"""The evidence models and their registry: rows in, rows out.

Worked examples of progress use b = 2015 and t = 2020 where they can. With
q = v_t / v_b, (1 + g)^5 = q and (1 + g)^10 = q^2, so e = v_t * q^2 = v_b * q^3.
"""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest
import sqlglot
from evidence_helpers import (
    AREA,
    LOOKUPS,
    OWN_COVERAGE,
    SQL,
    empty_warehouse,
    insert,
    metric_sql,
    model_sql,
    observe,
    output_columns,
    run_model,
    warehouse_with_areas,
)

from localsdg.registry import evidence
from localsdg.registry.evidence import claims, metrics
from localsdg.registry.tables import tables
from localsdg.warehouse.models import referenced_tables

CONTRACT = [
    ("area_code", "VARCHAR"),
    ("year", "INTEGER"),
    ("breakdown", "VARCHAR"),
    ("value", "DOUBLE"),
    ("censoring", "VARCHAR"),
    ("lower_bound", "DOUBLE"),
    ("upper_bound", "DOUBLE"),
    ("n_areas", "BIGINT"),
    ("coverage_pct", "DOUBLE"),
    ("basis", "VARCHAR"),
    ("release", "VARCHAR"),
    ("caveat", "VARCHAR"),
    ("local_government_id", "VARCHAR"),
]
#: The series that the fourteen claims name, from the evidence plan.
NAMED_SERIES = set(
    """
    SI_POV_DAY1 SI_POV_EMP1 SI_POV_NAHC SD_MDP_MUHC
    SI_COV_BENFTS SI_COV_POOR SI_COV_CHLD SI_COV_VULN SI_COV_PENSN SI_COV_UEMP SI_COV_DISAB
    SI_COV_MATNL SI_COV_SOCAST SD_XPD_ESED
    SG_PLN_MSTKSDG
    ER_H2O_PARTIC ER_WAT_PARTIC ER_H2O_PROCED ER_WAT_PROCED SG_GEN_LOCGELS SG_GEN_PARL
    EN_LND_SLUM SH_FPL_MTMM SP_DYN_ADKL SH_FPL_INFM SH_LGR_ACSRHE SG_REG_BRTH
    SH_ACS_UNHC SL_DOM_TSPD SE_PRE_PARTN SE_TOT_CPLR SH_H2O_SAFE SP_ACS_BSRVH2O SH_SAN_SAFE
    SP_ACS_BSRVSAN EN_REF_WASCOL IT_USE_ii99 IT_MOB_4GNTWK SP_TRN_PUBL EG_ELC_ACCS EG_ACS_ELEC
    EG_EGY_CLEAN
    SL_DOM_TSPDCW SL_DOM_TSPDDC
    VC_DSR_MTMP VC_DSR_AFFCT VC_DSR_GDPLS SN_ITK_DEFC SM_POP_REFG_OR EN_ATM_PM25
    SG_DSR_SILS SG_DSR_SILN SG_GOV_LOGV SG_DSR_SFDRR SG_DSR_LGRGSR
    VC_IHR_PSRC VC_DTH_TOCVN SG_NHR_IMPL SL_TLF_NEET
    """.split()
)
#: Neither more nor less of these is progress in itself.
WITHOUT_DIRECTION = {"SL_DOM_TSPD", "SL_DOM_TSPDCW", "SL_DOM_TSPDDC", "SG_GOV_LOGV"}
#: Old name; its series stands under the new one.
RENAMED = {"EG_ELC_ACCS"}

METRIC_IDS = sorted(metrics())
#: Metrics of what local governments report: they read no UN series.
LOCAL_CLAIMS = {"C03", "C04", "C05"}
EXAMPLES = sorted(path.stem for path in (SQL / "examples").glob("*.sql"))
OUR_EXAMPLES = (
    "extreme_poverty_by_region",
    "furthest_from_ending_poverty",
    "changed_between_releases",
)


# =============================================================== registry
def test_claims_are_the_fourteen_and_say_something():
    assert list(claims()) == [f"C{number:02d}" for number in range(1, 15)]
    assert all(claim.title.strip() and claim.statement.strip() for claim in claims().values())
    assert len({claim.statement for claim in claims().values()}) == 14


def test_claim_is_measured_only_where_a_metric_measures_it():
    status = {claim_id: claim.status for claim_id, claim in claims().items()}
    assert {claim_id for claim_id, one in status.items() if one == "measured"} == {
        metric.claim_id for metric in metrics().values()
    }
    assert set(status.values()) <= {"measured", "not measured yet"}


def test_claim_without_metric_is_not_measured_yet(monkeypatch):
    monkeypatch.setattr(evidence, "_claim_facts", lambda: {"C01": {"title": "T", "statement": "S"}})
    monkeypatch.setattr(evidence, "metrics", lambda: {})
    assert evidence.claims.__wrapped__()["C01"].status == "not measured yet"


def test_the_claims_file_holds_claims_alone():
    assert set(tomllib.loads(evidence.EVIDENCE_TOML.read_text(encoding="utf-8"))) == {"claim"}


def test_a_metric_in_two_files_is_an_error(tmp_path):
    for name in ("c01.toml", "c02.toml"):
        (tmp_path / name).write_text("[c01_x]\n", encoding="utf-8")
    with pytest.raises(ValueError, match="c01_x"):
        evidence._metric_files(tmp_path)


def test_metrics_are_complete():
    wrong = [
        metric.metric_id
        for metric in metrics().values()
        if metric.claim_id not in claims()
        or not metric.metric_id.startswith(metric.claim_id.lower() + "_")
        or not all([metric.title, metric.unit, metric.definition, metric.caveat])
        or "\n" in metric.caveat
        or bool(metric.series_codes) is (metric.claim_id in LOCAL_CLAIMS)
        or not set(metric.series_codes) <= NAMED_SERIES
    ]
    assert wrong == []


def test_each_metric_has_its_model_and_the_reverse():
    models = {path.stem for path in (SQL / "evidence").glob("c[0-9][0-9]_*.sql")}
    assert models == set(metrics())


@pytest.mark.parametrize("metric_id", METRIC_IDS)
def test_model_agrees_with_its_entry(metric_id):
    """Series stand in the SQL and in the TOML, a caveat in both only where the model varies it."""
    select = model_sql(metric_id)
    read = [name.removeprefix("evidence.") for name in referenced_tables(select)]
    text = ";".join([select, *(model_sql(name) for name in read if name in metrics())])
    literals = {
        node.this
        for tree in sqlglot.parse(text, dialect="duckdb")
        for node in tree.find_all(sqlglot.exp.Literal)
        if node.is_string
    }
    codes = literals & NAMED_SERIES
    assert codes == set(metrics()[metric_id].series_codes)
    given = sqlglot.parse_one(select, dialect="duckdb").named_selects
    assert (metrics()[metric_id].caveat in literals) is ("caveat" in given)


@pytest.mark.parametrize("metric_id", METRIC_IDS)
def test_metric_gives_the_contract(metric_id):
    con = empty_warehouse()
    assert output_columns(con, metric_sql(con, metric_id)) == CONTRACT


def test_metrics_that_count_their_own_are_those_of_local_governments():
    own = {name for name in METRIC_IDS if OWN_COVERAGE in model_sql(name)}
    assert own == {name for name in METRIC_IDS if metrics()[name].claim_id in LOCAL_CLAIMS}


def test_contract_is_the_declared_table():
    declared = [(one.name, one.type) for one in tables()["evidence.metric_value"].columns]
    assert declared == [("metric_id", "VARCHAR"), *CONTRACT]


def test_progress_gives_the_declared_columns():
    declared = [(one.name, one.type) for one in tables()["evidence.progress"].columns]
    assert output_columns(empty_warehouse(), model_sql("progress")) == declared


@pytest.mark.parametrize("name", [*METRIC_IDS, "progress"])
def test_model_reads_core_and_metrics_alone(name):
    read = {table for table in referenced_tables(model_sql(name)) if not table.startswith("core.")}
    assert read <= {f"evidence.{metric_id}" for metric_id in METRIC_IDS}


@pytest.mark.parametrize("name", [*METRIC_IDS, "progress"])
def test_header_names_model_grain_depends_and_why(name):
    lines = model_sql(name).splitlines()
    assert lines[0] == f"-- name: {name}"
    assert [line.split(":")[0] for line in lines[1:4]] == ["-- grain", "-- depends", "-- why"]


@pytest.mark.parametrize("name", [*METRIC_IDS, "progress"])
def test_header_depends_on_what_the_sql_reads(name):
    tree = sqlglot.parse_one(model_sql(name), dialect="duckdb")
    found = list(tree.find_all(sqlglot.exp.Table))
    read = {f"{one.db}.{one.name}" for one in found if one.db}
    read |= {one.name for one in found if one.name in LOOKUPS}
    stated = model_sql(name).splitlines()[2].removeprefix("-- depends: ")
    assert stated == ", ".join(sorted(read))


def series_targets() -> list[dict]:
    path = Path(evidence.__file__).parent / "series_targets.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_series_targets_are_well_formed():
    rows = series_targets()
    assert list(rows[0]) == ["series_code", "direction", "target_2030", "target_basis"]
    codes = [row["series_code"] for row in rows]
    assert len(codes) == len(set(codes))
    wrong = [
        row["series_code"]
        for row in rows
        if None in row
        or row["direction"] not in ("up", "down")
        or not row["target_basis"]
        # where the Agenda gives a number it is all or none of something
        or (row["direction"], row["target_2030"])
        not in {("up", "100"), ("down", "0"), ("up", ""), ("down", "")}
        # a basis says that there is no number exactly where the table has none
        or ("no number" in row["target_basis"] or "no fixed number" in row["target_basis"])
        is not (row["target_2030"] == "")
    ]
    assert wrong == []


def test_every_named_series_has_a_direction_or_is_known_to_have_none():
    codes = {row["series_code"] for row in series_targets()}
    assert codes == NAMED_SERIES - WITHOUT_DIRECTION - RENAMED


def test_targets_that_the_brief_of_goal_1_fixes():
    rows = {row["series_code"]: row for row in series_targets()}
    assert rows["SI_POV_DAY1"]["target_2030"] == "0"
    assert rows["SI_POV_NAHC"]["target_2030"] == ""
    assert rows["SP_ACS_BSRVH2O"]["target_2030"] == "100"


# =============================================================== metrics
ALL = "area_code, year, breakdown, value, censoring, n_areas, coverage_pct, basis"


def test_extreme_poverty_counts_each_country_once():
    con = warehouse_with_areas()
    observe(
        con,
        "SI_POV_DAY1",
        {"year": 2015, "raw": 10, "area_code": "001"},
        {"year": 2015, "raw": 15, "area_code": "062"},
        {"year": 2015, "raw": 20, "area_code": "199"},
        {"year": 2015, "raw": 12, "area_code": "900"},
        {"year": 2015, "raw": 40, "area_code": "004", "lower_bound": 38, "upper_bound": 43},
        {"year": 2015, "raw": "<2.5", "area_code": "076"},
        {"year": 2015, "raw": "NA", "area_code": "356"},  # not a value: counts nowhere
        {"year": 2016, "raw": 14, "area_code": "062"},  # no country has 2016
        {"year": 2015, "raw": 55, "area_code": "050", "is_total": False},
        {"year": 2015, "raw": 60, "area_code": "412"},  # no ISO code: a value, not counted above
    )
    observe(con, "SI_POV_EMP1", {"year": 2015, "raw": 1, "area_code": "050"})
    # World: 4 countries with an ISO code, 2 with a value. Region 062: Afghanistan once,
    # Bangladesh, India; 1 of 3 has a value. LDC: 1 of 2. Group 900 has no list of countries.
    assert run_model(con, "c01_extreme_poverty", ALL) == [
        ("001", 2015, "", 10.0, None, 2, 50.0, "published"),
        ("004", 2015, "", 40.0, None, 1, 100.0, "published"),
        ("062", 2015, "", 15.0, None, 1, pytest.approx(100 / 3), "published"),
        ("062", 2016, "", 14.0, None, 0, 0.0, "published"),
        ("076", 2015, "", 2.5, "<", 1, 100.0, "published"),
        ("199", 2015, "", 20.0, None, 1, 50.0, "published"),
        ("412", 2015, "", 60.0, None, 1, 100.0, "published"),
        ("900", 2015, "", 12.0, None, None, None, "published"),
    ]
    assert run_model(
        con, "c01_extreme_poverty", "area_code, lower_bound, upper_bound, release, caveat"
    )[1] == ("004", 38.0, 43.0, "2020-10-19", metrics()["c01_extreme_poverty"].caveat)


def test_working_poor_breaks_down_one_dimension_at_a_time():
    con = warehouse_with_areas()
    for sex in ("total", "FEMALE"):
        for age in ("total", "15-24"):
            observe(
                con,
                "SI_POV_EMP1",
                {
                    "year": 2019,
                    "raw": 10 + (sex == "FEMALE") + 2 * (age != "total"),
                    "sex": sex,
                    "age": age,
                    "is_total": sex == age == "total",
                    "breakdown": f"sex={sex},age={age}",
                },
            )
    observe(con, "SI_POV_EMP1", {"year": 2019, "raw": 7, "area_code": "001", "sex": "total"})
    assert run_model(con, "c01_working_poor", ALL) == [
        ("001", 2019, "", 7.0, None, 1, 25.0, "published"),
        ("004", 2019, "", 10.0, None, 1, 100.0, "published"),
        ("004", 2019, "age=15-24", 12.0, None, 1, 100.0, "published"),
        ("004", 2019, "sex=FEMALE", 11.0, None, 1, 100.0, "published"),
    ]


def test_group_is_counted_by_breakdown():
    """A country that publishes no figure for women is not in the count of the women's row."""
    con = warehouse_with_areas()
    for area in ("001", "004", "050"):
        observe(con, "SI_POV_EMP1", {"year": 2019, "raw": 9, "area_code": area})
    for area in ("001", "004"):
        observe(
            con,
            "SI_POV_EMP1",
            {"year": 2019, "raw": 8, "area_code": area, "sex": "FEMALE", "is_total": False},
        )
    rows = run_model(con, "c01_working_poor", "breakdown, n_areas, coverage_pct, area_code")
    assert [row[:3] for row in rows if row[3] == "001"] == [("", 2, 50.0), ("sex=FEMALE", 1, 25.0)]


def test_national_poverty_prefers_the_global_figure_and_drops_other_dimensions():
    con = warehouse_with_areas()
    rural = {"year": 2018, "location": "RURAL", "is_total": False}
    observe(
        con,
        "SI_POV_NAHC",
        {"year": 2018, "raw": 30, "location": "total"},
        {**rural, "raw": 41, "reporting_type": "N", "breakdown": "a"},
        {**rural, "raw": 40, "reporting_type": "G", "breakdown": "b"},
        # poorest fifth, and women, in the countryside: other years, so that nothing hides them
        {**rural, "raw": 99, "dimensions": {"quantile": "Q1"}, "year": 2016},
        {**rural, "raw": 98, "sex": "FEMALE", "year": 2017},
        {**rural, "raw": "NA", "area_code": "050"},
        {**rural, "raw": 25, "area_code": "050", "location": "URBAN", "reporting_type": "N"},
    )
    assert run_model(con, "c01_national_poverty", "area_code, breakdown, value") == [
        ("004", "", 30.0),
        ("004", "location=RURAL", 40.0),
        ("050", "location=URBAN", 25.0),
    ]


def test_multidimensional_poverty_breakdowns():
    con = warehouse_with_areas()
    total = {"year": 2018, "sex": "total", "age": "total", "location": "total"}
    part = {**total, "is_total": False}
    observe(
        con,
        "SD_MDP_MUHC",
        {**total, "raw": 30},
        {**part, "raw": 31, "sex": "MALE"},
        {**part, "raw": 35, "age": "<18Y"},
        {**part, "raw": 36, "age": "<18Y", "sex": "MALE"},
        {**part, "raw": 37, "location": "RURAL"},
        {**part, "raw": 38, "age": "<18Y", "location": "RURAL", "year": 2017},
        {**part, "raw": 39, "sex": "MALE", "location": "RURAL", "year": 2016},
    )
    assert run_model(con, "c01_multidimensional_poverty", "breakdown, value") == [
        ("", 30.0),
        ("age=<18Y", 35.0),
        ("sex=MALE", 31.0),
    ]


def test_countries_below_3_pct():
    con = warehouse_with_areas()
    observe(
        con,
        "SI_POV_DAY1",
        {"year": 2000, "raw": 2.9, "area_code": "004"},
        {"year": 2003, "raw": 3, "area_code": "004"},  # 3 is not under 3
        {"year": 2003, "raw": "<2.5", "area_code": "050"},  # below for certain
        {"year": 2004, "raw": 50, "area_code": "050", "is_total": False},
        {"year": 2011, "raw": "<5", "area_code": "356"},  # may be on either side
        {"year": 2014, "raw": ">3", "area_code": "076"},  # above for certain
        {"year": 2014, "raw": 0.5, "area_code": "412"},  # no ISO code
        {"year": 2014, "raw": 1, "area_code": "001"},  # no country
    )
    rows = run_model(con, "c01_countries_below_3_pct", ALL)
    picked = {(area, year): rest for area, year, _, *rest in rows}
    assert {area for area, _ in picked} == {"001", "062", "199"}
    assert picked["001", 2000] == [1.0, None, 1, 25.0, "computed"]
    # Afghanistan's newer 3.0 replaces 2.9; Bangladesh is below
    assert picked["001", 2003] == [1.0, None, 2, 50.0, "computed"]
    assert picked["001", 2011] == [1.0, None, 2, 50.0, "computed"]
    assert picked["062", 2011] == [1.0, None, 2, pytest.approx(200 / 3), "computed"]
    # ten years old still counts, eleven does not: in 2014 Brazil alone is left, and is above
    assert picked["001", 2013] == [1.0, None, 2, 50.0, "computed"]
    assert picked["001", 2014] == [0.0, None, 1, 25.0, "computed"]
    assert ("062", 2014) not in picked
    assert max(year for _, year in picked) == 2014


def test_countries_below_3_pct_censored_at_the_cut():
    con = warehouse_with_areas()
    for area, raw in (("004", "<3"), ("050", "<=3"), ("356", ">=3"), ("076", ">1")):
        observe(con, "SI_POV_DAY1", {"year": 2015, "raw": raw, "area_code": area})
    # '<3' is below, '>=3' is not; '<=3' and '>1' do not tell
    assert run_model(con, "c01_countries_below_3_pct", "area_code, value, n_areas")[0] == (
        "001",
        1.0,
        2,
    )


BENEFITS = {
    "SI_COV_BENFTS": "any",
    "SI_COV_POOR": "poor",
    "SI_COV_CHLD": "children",
    "SI_COV_VULN": "vulnerable",
    "SI_COV_PENSN": "pension",
    "SI_COV_UEMP": "unemployment",
    "SI_COV_DISAB": "disability",
    "SI_COV_MATNL": "maternity",
    "SI_COV_SOCAST": "social assistance",
}


def test_social_protection_has_nine_benefits_and_their_gaps():
    con = warehouse_with_areas()
    for number, code in enumerate(BENEFITS):
        observe(con, code, {"year": 2016, "raw": 10 + number, "release": f"r{number}"})
    observe(con, "SI_COV_MATNL", {"year": 2017, "raw": 41.1, "sex": "FEMALE"})
    observe(con, "SI_COV_PENSN", {"year": 2016, "raw": 9, "sex": "FEMALE", "is_total": False})
    covered = run_model(con, "c02_social_protection", "breakdown, value, release, basis, year")
    assert [row[:4] for row in covered if row[4] == 2016] == sorted(
        (f"benefit={name}", 10.0 + number, f"r{number}", "published")
        for number, name in enumerate(BENEFITS.values())
    )
    assert [row[:2] for row in covered if row[4] == 2017] == [("benefit=maternity", 41.1)]
    gap = run_model(con, "c02_social_protection_gap", "breakdown, value, release, basis, year")
    assert [row[:4] for row in gap if row[4] == 2016] == sorted(
        (f"benefit={name}", 90.0 - number, f"r{number}", "computed")
        for number, name in enumerate(BENEFITS.values())
    )
    assert [row[:2] for row in gap if row[4] == 2017] == [("benefit=maternity", 58.9)]


def test_social_protection_counts_countries_by_benefit():
    con = warehouse_with_areas()
    for area in ("001", "004", "050"):
        observe(con, "SI_COV_PENSN", {"year": 2016, "raw": 60, "area_code": area})
    for area in ("001", "050"):
        observe(con, "SI_COV_UEMP", {"year": 2016, "raw": 20, "area_code": area})
    for model in ("c02_social_protection", "c02_social_protection_gap"):
        rows = run_model(con, model, "area_code, breakdown, n_areas, coverage_pct")
        assert [row[1:] for row in rows if row[0] == "001"] == [
            ("benefit=pension", 2, 50.0),
            ("benefit=unemployment", 1, 25.0),
        ]


@pytest.mark.parametrize(
    ("raw", "bounds", "expected"),
    [
        (45.2, (40, 51.5), (54.8, None, 48.5, 60.0)),
        ("<5", (None, None), (95.0, ">", None, None)),
        ("<=5", (1, None), (95.0, ">=", None, 99.0)),
        (">95", (None, 99), (5.0, "<", 1.0, None)),
        (">=95", (None, None), (5.0, "<=", None, None)),
        (100, (None, None), (0.0, None, None, None)),
        (64.1, (None, None), (35.9, None, None, None)),  # as floats 35.900000000000006
        (267.28646, (200, 300), (None, None, None, None)),
        (">150", (None, None), (None, None, None, None)),
    ],
)
def test_gap_mirrors_values_signs_and_bounds(raw, bounds, expected):
    con = warehouse_with_areas()
    observe(
        con,
        "SI_COV_POOR",
        {"year": 2016, "raw": raw, "lower_bound": bounds[0], "upper_bound": bounds[1]},
    )
    [row] = run_model(
        con, "c02_social_protection_gap", "value, censoring, lower_bound, upper_bound, caveat"
    )
    assert row[:4] == expected
    caveat = metrics()["c02_social_protection_gap"].caveat
    assert row[4].startswith(caveat)
    assert (row[4] != caveat) is (expected[0] is None)


def test_essential_services_spending():
    con = warehouse_with_areas()
    observe(
        con,
        "SD_XPD_ESED",
        {"year": 2018, "raw": 14.2},
        {"year": 2019, "raw": "NA"},
        {"year": 2018, "raw": 3, "area_code": "050", "is_total": False},
    )
    assert run_model(con, "c02_essential_services_spending", ALL) == [
        ("004", 2018, "", 14.2, None, 1, 100.0, "published")
    ]


# =============================================================== progress
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


@pytest.mark.parametrize("cut", ["0.95", "0.10", "0.02", "0.005"])
def test_each_cut_stands_once(cut):
    body = "\n".join(line for line in model_sql("progress").splitlines() if line[:2] != "--")
    tokens = [token.text for token in sqlglot.tokenize(body, read="duckdb")]
    assert tokens.count(cut) == 1


# =============================================================== examples
@pytest.mark.parametrize("name", OUR_EXAMPLES)
def test_example_begins_with_its_description_and_runs(name):
    assert name in EXAMPLES
    first = model_sql(name, "examples").splitlines()[0]
    assert first.startswith("-- ") and len(first) > 20 and "name:" not in first
    con = empty_warehouse()
    con.execute(f"create view evidence.{name} as {model_sql(name, 'examples')}")
    assert con.execute(f"select * from evidence.{name}").fetchall() == []


def test_example_extreme_poverty_by_region():
    con = warehouse_with_areas()
    con.execute("delete from core.area_grouping where grouping_code = '001'")  # World needs none
    observe(
        con,
        "SI_POV_DAY1",
        {"year": 2015, "raw": 15, "area_code": "062"},
        {"year": 2015, "raw": 10, "area_code": "001"},
        {"year": 2013, "raw": 24, "area_code": "199"},
        {"year": 2015, "raw": 12, "area_code": "900"},  # in no scheme
        {"year": 2015, "raw": 13, "area_code": "901"},  # in a scheme that is not asked for
        {"year": 2015, "raw": 40, "area_code": "004"},  # a country
        {"year": 2016, "raw": "NA", "area_code": "001"},
        {"year": 2015, "raw": 11, "area_code": "001", "is_total": False},
    )
    assert run_model(
        con,
        "extreme_poverty_by_region",
        "year, area_code, area_name, value, release",
        "examples",
        order_by="",
    ) == [
        (2013, "199", "Least Developed Countries", 24.0, "2020-10-19"),
        (2015, "001", "World", 10.0, "2020-10-19"),
        (2015, "062", "Central and Southern Asia", 15.0, "2020-10-19"),
    ]


def test_example_furthest_from_ending_poverty():
    con = empty_warehouse()
    codes = [f"{number:03d}" for number in range(101, 113)]
    insert(con, "core.area", [{**AREA, "area_code": code, "name": f"A{code}"} for code in codes])
    insert(con, "core.area", [{**AREA, "area_code": "202", "name": "Africa", "kind": "region"}])
    insert(
        con,
        "evidence.progress",
        [
            {"series_code": "SI_POV_DAY1", "area_code": code, "latest_value": value}
            for code, value in [*((code, float(code) - 100) for code in codes), ("202", 90.0)]
        ],
    )
    insert(
        con,
        "evidence.progress",
        [
            {"series_code": "SI_POV_DAY1", "area_code": "101"},  # no value
            {"series_code": "SI_POV_NAHC", "area_code": "101", "latest_value": 99.0},
        ],
    )
    rows = run_model(
        con, "furthest_from_ending_poverty", "area_name, latest_value", "examples", order_by=""
    )
    assert rows == [(f"A{code}", float(code) - 100) for code in reversed(codes[2:])]


def test_example_furthest_leaves_out_countries_without_a_value():
    con = warehouse_with_areas()
    insert(
        con,
        "evidence.progress",
        [
            {"series_code": "SI_POV_DAY1", "area_code": "004"},
            {"series_code": "SI_POV_DAY1", "area_code": "050", "latest_value": 1.0},
        ],
    )
    rows = run_model(con, "furthest_from_ending_poverty", "area_code", "examples", order_by="")
    assert rows == [("050",)]


def test_example_changed_between_releases():
    con = warehouse_with_areas()
    releases = [("S1", "r1", 1, False), ("S1", "r2", 2, False), ("S1", "r3", 3, False)]
    # S2: the newest release is partial; S3: nothing changed in its last pair
    releases += [("S2", "r1", 1, False), ("S2", "r2", 2, False), ("S2", "r4", 3, True)]
    releases += [("S3", "r1", 1, False), ("S3", "r2", 2, False), ("S3", "r3", 3, False)]
    insert(
        con,
        "core.series_release",
        [
            {"series_code": code, "release": release, "release_rank": rank, "is_partial": partial}
            for code, release, rank, partial in releases
        ],
    )
    insert(
        con,
        "core.series",
        [{"series_code": code, "description": f"D{code}"} for code in ("S1", "S2", "S3")],
    )
    changes = [
        ("S1", 2015, "r1", "r2", 10.0, 90.0, "changed"),  # an older pair
        ("S1", 2015, "r2", "r3", 10.0, 9.9, "changed"),  # -1 %
        ("S1", 2016, "r2", "r3", None, 8.0, "added"),
        ("S1", 2017, "r2", "r3", 0.0, 8.0, "changed"),  # from zero: no relative size
        ("S2", 2015, "r1", "r2", -4.0, -6.0, "changed"),  # -50 %
        ("S3", 2015, "r1", "r2", 1.0, 50.0, "changed"),
    ]
    insert(
        con,
        "audit.value_change",
        [
            {
                "series_code": code,
                "area_code": "004",
                "year": year,
                "breakdown": "",
                "old_release": old_release,
                "new_release": new_release,
                "old_value": old,
                "new_value": new,
                "change": change,
            }
            for code, year, old_release, new_release, old, new, change in changes
        ],
    )
    columns = "series_code, area_name, year, old_release, new_release, change, change_pct"
    assert run_model(con, "changed_between_releases", columns, "examples", order_by="") == [
        ("S2", "Afghanistan", 2015, "r1", "r2", "changed", -50.0),
        ("S1", "Afghanistan", 2015, "r2", "r3", "changed", pytest.approx(-1.0)),
        ("S1", "Afghanistan", 2017, "r2", "r3", "changed", None),
        ("S1", "Afghanistan", 2016, "r2", "r3", "added", None),
    ]
