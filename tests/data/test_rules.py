"""`audit.rule` explains every rule id: those in the published file, and those that the code can write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from localsdg.common.settings import Settings
from localsdg.registry.tables import schema_tables
from localsdg.sources.records.contract import ACTIONS, REVIEWS, SHEETS
from localsdg.staging.local import rules as local_rules
from localsdg.warehouse.query import run_query
from localsdg.warehouse.rules import all_rules

CHECKOUT = Path(__file__).resolve().parents[2]
#: A rule id in a text: letters, perhaps more letters, digits.
_ID = re.compile(r"\b[A-Z][A-Z0-9]{1,6}-(?:[A-Z]{2,4}-)?[A-Z]?\d{2,3}\b")
_OTHER_IDS = {"SHA-256", "COVID-19", "C04-724", "UTF-16"}
#: Columns that hold a rule id.
_COLUMNS = ("rule_id", "placeholder_rule", "exclusion_rule")


@pytest.fixture(scope="module")
def rules() -> dict:
    return all_rules(Settings(home=CHECKOUT))


def test_every_rule_id_in_the_published_file_is_explained_there(built: Settings) -> None:
    columns = run_query(
        built,
        "select table_schema || '.' || table_name as name, column_name from information_schema.columns "
        f"where table_schema in ('core', 'audit') and column_name in {_COLUMNS}",
    ).to_pylist()
    assert {one["name"] for one in columns} >= {
        "audit.reject",
        "audit.quarantine",
        "audit.cell_blanked",
        "audit.validation_result",
        "core.observation_flag",
        "core.local_indicator",
    }
    ids = " union ".join(
        f"select '{one['name']}' as found_in, {one['column_name']} as rule_id from {one['name']} "
        f"where {one['column_name']} is not null"
        for one in columns
        if one["name"] != "audit.rule"
    )
    n_ids = run_query(built, f"select count(distinct rule_id) as n from ({ids})").to_pylist()[0]["n"]
    assert n_ids > 250
    missing = run_query(
        built,
        f"select * from ({ids}) as i anti join audit.rule as r "
        "on r.rule_id = i.rule_id and list_contains(r.found_in, i.found_in) order by all",
    ).to_pylist()
    assert not missing


def test_every_rule_id_that_the_code_names_is_explained(rules: dict) -> None:
    files = [*(CHECKOUT / "src/localsdg").rglob("*.py"), *(CHECKOUT / "sql").rglob("*.sql")]
    named = {rule_id for path in files for rule_id in _ID.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 60
    assert not sorted(named - set(rules) - _OTHER_IDS)


def test_every_rule_of_local_data_and_records_is_explained_for_each_prefix(rules: dict) -> None:
    names = vars(local_rules).values()
    parts = {value for value in names if isinstance(value, str) and re.fullmatch(r"[A-Z]\d\d", value)}
    assert len(parts) > 20
    missing = [f"{prefix}-{part}" for prefix in ("OSDG", "TABLE") for part in parts if f"{prefix}-{part}" not in rules]
    source = "".join(path.read_text("utf-8") for path in (CHECKOUT / "src/localsdg/sources/records").glob("*.py"))
    written = {*re.findall(r"\"(R\d\d)\"", source), "F01"}
    missing += [
        f"{contract.prefix}-{part}"
        for contract in (REVIEWS, ACTIONS, *SHEETS)
        for part in written
        if f"{contract.prefix}-{part}" not in rules
    ]
    assert not missing


def test_a_rule_says_why_and_what_to_do(rules: dict) -> None:
    known = {table.name for table in schema_tables("core", "audit")}
    faults = []
    for rule in rules.values():
        if len(rule.reason) < 15 or len(rule.remedy) < 15:
            faults.append(f"{rule.rule_id}: too short")
        if "audit.validation_result" in rule.found_in and rule.severity not in ("critical", "warning"):
            faults.append(f"{rule.rule_id}: a check with severity {rule.severity}")
        faults += [f"{rule.rule_id}: {name} is no table" for name in rule.found_in if name not in known]
    for path in [*(CHECKOUT / "expectations").rglob("*.sql"), *(CHECKOUT / "sql/audits").glob("*.sql")]:
        if "\n-- fix: " not in path.read_text(encoding="utf-8"):
            faults.append(f"{path.name}: no line -- fix:")
    assert not faults
