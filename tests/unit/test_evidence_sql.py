"""The evidence models and their registry: that they name the same claims, series and columns."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest
import sqlglot
from evidence_helpers import (
    LOOKUPS,
    SQL,
    empty_warehouse,
    evidence_read,
    metric_sql,
    model_sql,
    output_columns,
)

from localsdg.registry import evidence
from localsdg.registry.evidence import claims, metrics
from localsdg.registry.tables import tables
from localsdg.warehouse.models import referenced_tables

CONTRACT = [
    ("area_code", "VARCHAR"),
    ("year", "INTEGER"),
    ("breakdown", "VARCHAR"),
    ("dimensions", "MAP(VARCHAR, VARCHAR)"),
    ("value", "DOUBLE"),
    ("censoring", "VARCHAR"),
    ("lower_bound", "DOUBLE"),
    ("upper_bound", "DOUBLE"),
    ("n_areas", "BIGINT"),
    ("n_total", "BIGINT"),
    ("denominator", "VARCHAR"),
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
#: Models that are no metric and no table of core.
TABLES = ("progress", "crisis_change")
#: Series of the models that a metric reads, which it leaves out.
LEFT_OUT = {
    "c09_care": {"SL_DOM_TSPDCW", "SL_DOM_TSPDDC"},
    "c09_urban_rural_gap": {"SL_DOM_TSPDCW", "SL_DOM_TSPDDC"},
    "c11_financial_crisis_effect": {"VC_DSR_MTMP", "VC_DSR_AFFCT", "VC_DSR_GDPLS", "EN_ATM_PM25"},
}
#: Metrics of what local governments report: they read no UN series.
LOCAL_CLAIMS = {"C03", "C04", "C05"}
#: Those of a claim that reads UN series too.
LOCAL_METRICS = {
    "c06_actions",
    "c06_actions_by_goal",
    "c06_actions_by_partner",
    "c06_goal_pairs",
    "c06_goals_per_action",
}


def is_local(metric) -> bool:
    return metric.claim_id in LOCAL_CLAIMS or metric.metric_id in LOCAL_METRICS


def test_claims_are_the_fourteen_and_say_something():
    assert list(claims()) == [f"C{number:02d}" for number in range(1, 15)]
    assert all(claim.title.strip() and claim.statement.strip() for claim in claims().values())
    assert len({claim.statement for claim in claims().values()}) == 14


def test_every_claim_is_measured():
    assert {metric.claim_id for metric in metrics().values()} == set(claims())
    assert {claim.status for claim in claims().values()} == {"measured"}


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
        or bool(metric.series_codes) is is_local(metric)
        or not set(metric.series_codes) <= NAMED_SERIES
    ]
    assert wrong == []


def test_every_named_series_is_read_by_a_metric_of_its_claim():
    """A renamed series stands under its new name."""
    with evidence.EVIDENCE_SERIES_CSV.open(encoding="utf-8", newline="") as lines:
        named = {(row["claim_id"], row["series_code"]) for row in csv.DictReader(lines)}
    assert {code for _, code in named} == NAMED_SERIES
    read = {(one.claim_id, code) for one in metrics().values() for code in one.series_codes}
    assert {one for one in named - read if one[1] not in RENAMED} == set()
    assert {f"C{number:02d}" for number in range(6, 15)} <= {claim for claim, _ in read}


def test_each_metric_has_its_model_and_the_reverse():
    models = {path.stem for path in (SQL / "evidence").glob("c[0-9][0-9]_*.sql")}
    assert models == set(metrics())


@pytest.mark.parametrize("metric_id", METRIC_IDS)
def test_model_agrees_with_its_entry(metric_id):
    """Series stand in the SQL and in the TOML, a caveat in both only where the model varies it."""
    select = model_sql(metric_id)
    text = ";".join([select, *map(model_sql, sorted(evidence_read(select)))])
    literals = {
        node.this
        for tree in sqlglot.parse(text, dialect="duckdb")
        for node in tree.find_all(sqlglot.exp.Literal)
        if node.is_string
    }
    codes = literals & NAMED_SERIES - LEFT_OUT.get(metric_id, set())
    assert codes == set(metrics()[metric_id].series_codes)
    given = sqlglot.parse_one(select, dialect="duckdb").named_selects
    assert (metrics()[metric_id].caveat in literals) is ("caveat" in given)


@pytest.mark.parametrize("metric_id", METRIC_IDS)
def test_metric_gives_the_contract(metric_id):
    con = empty_warehouse()
    assert output_columns(con, metric_sql(con, metric_id)) == CONTRACT


def test_contract_is_the_declared_table():
    declared = [(one.name, one.type) for one in tables()["evidence.metric_value"].columns]
    assert declared == [("metric_id", "VARCHAR"), *CONTRACT]


@pytest.mark.parametrize("name", TABLES)
def test_table_has_the_declared_columns(name):
    declared = [(one.name, one.type) for one in tables()[f"evidence.{name}"].columns]
    assert output_columns(empty_warehouse(), model_sql(name)) == declared


@pytest.mark.parametrize("name", [*METRIC_IDS, *TABLES])
def test_model_reads_core_and_metrics_alone(name):
    read = {table for table in referenced_tables(model_sql(name)) if not table.startswith("core.")}
    assert read <= {f"evidence.{one}" for one in [*METRIC_IDS, "crisis_change"]}


@pytest.mark.parametrize("name", [*METRIC_IDS, *TABLES])
def test_header_names_model_grain_depends_and_why(name):
    lines = model_sql(name).splitlines()
    assert lines[0] == f"-- name: {name}"
    assert [line.split(":")[0] for line in lines[1:4]] == ["-- grain", "-- depends", "-- why"]


@pytest.mark.parametrize("name", [*METRIC_IDS, *TABLES])
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
        or (row["direction"], row["target_2030"]) not in {("up", "100"), ("down", "0"), ("up", ""), ("down", "")}
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
