"""An audit whose tables are as they were is not run again; any other is."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from localsdg.common.settings import Settings
from localsdg.warehouse.audit import Audit, asks_more_than_tables, kept_or_run, load_audits
from localsdg.warehouse.models import referenced_tables

AUDIT = Audit("X-1", "critical", "no goal is zero", "select goal_code from core.goal where goal_code = 0")


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create schema core; create table core.goal as select 0 as goal_code")
    return con


def note_of(con: duckdb.DuckDBPyConnection, *unchanged: str) -> dict:
    key, row = kept_or_run(con, AUDIT, {})
    assert row["outcome"] == "failed" and row["n_unexpected"] == 1
    return {"audits": {AUDIT.rule_id: [key, row]}, "unchanged": list(unchanged)}


def test_what_was_found_in_the_same_rows_is_told_again(con: duckdb.DuckDBPyConnection) -> None:
    note = note_of(con, "core.goal", "core.target")
    con.execute("drop table core.goal")  # a query would give an error
    assert kept_or_run(con, AUDIT, note)[1] == note["audits"]["X-1"][1]


@pytest.mark.parametrize(
    "other",
    [
        {"note": "no table is unchanged"},
        {"note": "no audit is known"},
        {"select": AUDIT.select.replace("= 0", "= 1")},
        {"select": AUDIT.select + " and current_date > '2000-01-01'"},
        {"severity": "warning"},
        {"select": "select 1 from staged_keys, core.goal where n_keys > 9"},
    ],
)
def test_other_rows_rules_and_what_is_no_table_make_it_run(con: duckdb.DuckDBPyConnection, other: dict) -> None:
    note = note_of(con, "core.goal")
    con.execute("update core.goal set goal_code = 5; create temp table staged_keys as select 0 as n_keys")
    if words := other.pop("note", ""):
        note["unchanged" if "table" in words else "audits"] = {}
    audit = replace(AUDIT, **other)
    if "staged_keys" in audit.select:  # known for the same text
        note["audits"]["X-1"][0] = kept_or_run(con, audit, {})[0]
    assert kept_or_run(con, audit, note)[1]["outcome"] == "passed"


def test_the_words_of_every_audit_name_all_that_it_reads() -> None:
    audits = load_audits(Settings())
    assert len(audits) > 150
    for audit in audits:
        tree = sqlglot.parse_one(audit.select, dialect="duckdb")
        own = {query.alias for query in tree.find_all(exp.CTE)}
        read = {f"{table.db}.{table.name}" if table.db else table.name for table in tree.find_all(exp.Table)} - own
        assert read == referenced_tables(audit.select) or asks_more_than_tables(audit), audit.rule_id
