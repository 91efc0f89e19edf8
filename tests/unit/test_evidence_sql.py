"""The evidence models and their registry: that they name the same claims, series and columns."""

from __future__ import annotations

import csv
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from evidence_helpers import (
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
from localsdg.warehouse.column_types import check_types
from localsdg.warehouse.metric_rows import STAMPED
from localsdg.warehouse.models import referenced_tables
from localsdg.warehouse.run_models import REGISTRY_FILES

#: What is said of all rows of a metric together.
MARKED = [("is_headline_year", "BOOLEAN"), ("strength", "VARCHAR")]
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
    ("population_pct", "DOUBLE"),
    ("basis", "VARCHAR"),
    ("definition", "VARCHAR"),
    ("release", "VARCHAR"),
    ("caveat", "VARCHAR"),
    ("local_government_id", "VARCHAR"),
]
METRIC_IDS = sorted(metrics())
#: Metrics with a SELECT of their own.
OWN_FILES = [name for name in METRIC_IDS if metrics()[name].template is None]
#: Models that are no metric and no table of core.
TABLES = ("progress", "local_progress", "crisis_change", "coalition")
#: Where the values of UN series are.
UN_SERIES = {"core.latest_breakdown", "core.latest_observation"}
#: Models that say of local pairs whether the UN has the same: a metric of the pairs shows no UN series.
PAIRS = ("local_beside_nation_in_file",)


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


def test_the_claims_file_holds_claims_and_the_event_alone():
    assert set(tomllib.loads(evidence.EVIDENCE_TOML.read_text(encoding="utf-8"))) == {"claim", "event"}
    assert evidence.event_day() == date(2024, 1, 30)


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
        or "\n" in metric.caveat + (metric.why or "")
    ]
    assert wrong == []


def test_series_follow_from_what_a_metric_reads(tmp_path):
    (tmp_path / "c01.toml").write_text(
        "[c01_a]\nseries_codes = ['A', 'B']\n[c01_b]\nseries = {B = 'b', C = 'c'}\n"
        "[c01_c]\nreads = ['c01_a', 'c01_b']\n[c01_d]\n"
    )
    declared = {name: ("C01", facts) for name, facts in evidence._metric_files(tmp_path)["C01"].items()}
    assert [evidence._series_codes(name, declared) for name in declared] == [
        ("A", "B"),
        ("B", "C"),
        ("A", "B", "C"),
        (),
    ]
    with pytest.raises(ValueError, match="c01_e"):
        evidence._series_codes("c01_d", {"c01_d": ("C01", {"reads": ["c01_e"]})})
    with pytest.raises(ValueError, match="not both"):
        evidence._series_codes("c01_d", {"c01_d": ("C01", {"series": {"A": "a"}, "series_codes": ["A"]})})


def test_the_series_of_the_evidence_have_their_older_names_too():
    assert evidence.evidence_series() - {code for one in metrics().values() for code in one.series_codes} == {
        "EG_ELC_ACCS"
    }


def test_each_file_of_a_metric_has_its_entry():
    assert {path.stem for path in (SQL / "evidence").glob("c[0-9][0-9]_*.sql")} <= set(metrics())


def test_a_series_that_is_declared_is_in_no_model():
    named = {
        path.name: codes
        for folder in ("core", "evidence", "evidence/templates")
        for path in (SQL / folder).glob("*.sql")
        if (codes := set(re.findall(r"'(\w+)'", path.read_text(encoding="utf-8"))) & evidence.evidence_series())
    }
    assert named == {}


@pytest.mark.parametrize("metric_id", METRIC_IDS)
def test_model_agrees_with_its_entry(metric_id):
    """A metric of UN values has series, and one that reads other metrics says so."""
    metric, select = metrics()[metric_id], model_sql(metric_id)
    tables_read = {
        table
        for text in [select, *(model_sql(one) for one in evidence_read(select) if one not in PAIRS)]
        for table in referenced_tables(text)
    }
    assert bool(metric.series_codes) is bool(tables_read & UN_SERIES)
    read = {name.removeprefix("evidence.") for name in referenced_tables(select)} & set(metrics())
    if "evidence.crisis_change" not in tables_read:
        assert set(metric.reads) == read
    assert set(metric.series_codes) <= {
        code for name in [*metric.reads, metric_id] for code in metrics()[name].series_codes
    }


@pytest.mark.parametrize("metric_id", METRIC_IDS)
def test_metric_gives_the_contract(metric_id):
    con = empty_warehouse()
    assert output_columns(con, metric_sql(con, metric_id)) == CONTRACT


def test_contract_is_the_declared_table():
    declared = [(one.name, one.type) for one in tables()["evidence.metric_value"].columns]
    assert declared == [("metric_id", "VARCHAR"), *CONTRACT, *MARKED, (STAMPED, "DATE")]


@pytest.mark.parametrize("name", TABLES)
def test_table_has_the_declared_columns(name):
    columns = tables()[f"evidence.{name}"].columns
    declared = [one.name for one in columns if one.name != STAMPED]
    assert check_types(empty_warehouse(), model_sql(name), columns, name) == declared


@pytest.mark.parametrize("name", [*METRIC_IDS, *TABLES])
def test_model_reads_core_and_metrics_alone(name):
    read = {table for table in referenced_tables(model_sql(name)) if not table.startswith("core.")}
    views = ("crisis_change", "coalition", "local_progress", "local_beside_nation_in_file")
    assert read <= {f"evidence.{one}" for one in (*METRIC_IDS, *views)}


@pytest.mark.parametrize("name", [*OWN_FILES, *TABLES])
def test_header_names_model_grain_depends_and_why(name):
    lines = model_sql(name).splitlines()
    assert lines[0] == f"-- name: {name}"
    parts = [line.split(":")[0] for line in lines if re.match(r"-- \w+:", line)]
    assert parts == ["-- name", "-- grain", "-- depends", "-- why"]


@pytest.mark.parametrize("name", [*OWN_FILES, *TABLES])
def test_header_depends_on_what_the_sql_reads(name):
    tree = sqlglot.parse_one(model_sql(name), dialect="duckdb")
    found = list(tree.find_all(sqlglot.exp.Table))
    read = {f"{one.db}.{one.name}" for one in found if one.db}
    read |= {one.name for one in found if one.name in REGISTRY_FILES}
    stated = model_sql(name).partition("-- depends: ")[2].partition("\n-- why: ")[0]
    assert re.split(r",\s+(?:--\s+)?", stated) == sorted(read)


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


def test_a_direction_is_stated_for_series_of_the_evidence_alone():
    """Not every one has one: neither more nor less unpaid work is progress in itself."""
    assert {row["series_code"] for row in series_targets()} <= evidence.evidence_series()


def test_targets_that_goal_1_fixes():
    rows = {row["series_code"]: row for row in series_targets()}
    assert rows["SI_POV_DAY1"]["target_2030"] == "0"
    assert rows["SI_POV_NAHC"]["target_2030"] == ""
    assert rows["SP_ACS_BSRVH2O"]["target_2030"] == "100"
