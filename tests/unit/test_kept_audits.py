"""An audit whose tables are as they were is not run again; any other is."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from localsdg.checks.rule_inputs import rule_inputs
from localsdg.common.settings import Settings
from localsdg.warehouse.audit import Audit, kept_or_run, load_audits

AUDIT = Audit("X-1", "critical", "no goal is zero", "select goal_code from core.goal where goal_code = 0")


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create schema core; create table core.goal as select 0 as goal_code")
    con.execute("create view goal as from core.goal; create temp table staged_keys as select 0 as n_keys")
    return con


def found(con: duckdb.DuckDBPyConnection, audit: Audit, note: dict) -> tuple[str, dict]:
    return kept_or_run(con, audit, rule_inputs(con, [audit.select])[audit.select], note)


def note_of(con: duckdb.DuckDBPyConnection, audit: Audit = AUDIT) -> dict:
    key, row = found(con, audit, {})
    assert row["outcome"] == "failed" and row["n_unexpected"] == 1
    return {"audits": {audit.rule_id: [key, row]}, "unchanged": ["core.goal", "core.target"]}


def test_what_was_found_in_the_same_rows_is_told_again(con: duckdb.DuckDBPyConnection) -> None:
    note = note_of(con)
    con.execute("update core.goal set goal_code = 5")
    assert found(con, AUDIT, note)[1] == note["audits"]["X-1"][1]


@pytest.mark.parametrize("other", [{"unchanged": ["core.target"]}, {"audits": {}}])
def test_without_the_table_or_the_audit_in_the_note_it_is_run(con: duckdb.DuckDBPyConnection, other: dict) -> None:
    note = note_of(con) | other
    con.execute("update core.goal set goal_code = 5")
    assert found(con, AUDIT, note)[1]["outcome"] == "passed"


@pytest.mark.parametrize(
    "select",
    [
        AUDIT.select.replace("core.goal", "goal"),
        AUDIT.select + " and current_date > '2000-01-01'",
        AUDIT.select.replace("core.goal", "query_table('core.goal')"),
        AUDIT.select.replace("core.goal", "goal as g, core.target"),
        AUDIT.select + " and random() >= 0",
        "select * from staged_keys, core.goal where goal_code = n_keys",
    ],
)
def test_one_that_reads_more_than_tables_with_their_schema_is_run(con, select: str) -> None:
    con.execute("create table core.target as select 1 as target_code")
    note = note_of(con, audit := replace(AUDIT, select=select))
    con.execute("update core.goal set goal_code = 5")
    assert found(con, audit, note)[1]["outcome"] == "passed"


def test_another_rule_under_the_same_id_is_run(con: duckdb.DuckDBPyConnection) -> None:
    note = note_of(con)
    for audit in (replace(AUDIT, select=AUDIT.select.replace("= 0", "= 1")), replace(AUDIT, severity="warning")):
        assert found(con, audit, note)[0] != note["audits"]["X-1"][0]
    assert found(con, replace(AUDIT, select=AUDIT.select.replace("= 0", "= 1")), note)[1]["outcome"] == "passed"


def test_what_every_audit_reads_is_known(con: duckdb.DuckDBPyConnection) -> None:
    audits = load_audits(Settings())
    inputs = rule_inputs(con, [audit.select for audit in audits])
    assert [audit.rule_id for audit in audits if inputs[audit.select] is None] == ["WH-001"]  # reads the staged keys
