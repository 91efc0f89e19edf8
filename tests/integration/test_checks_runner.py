"""Great Expectations on DuckDB: what passes, fails and errs, and the file that is checked.

One process and one import of Great Expectations (3 s) for all.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import duckdb
import pytest
from check_helpers import SETTINGS, check, fill, not_passed
from test_checks_local import CASES as LOCAL_CASES
from test_checks_local import GOOD as LOCAL_GOOD
from test_checks_unsd import CASES as UNSD_CASES
from test_checks_unsd import GOOD as UNSD_GOOD
from test_link_models import CASES as LINK_CASES
from test_records import CASES as RECORD_CASES

from localsdg.checks.gx_duckdb import load_gx
from localsdg.checks.runner import run_checks, warm_up
from localsdg.checks.suites import load_suites
from localsdg.common.database import insert_rows
from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import RESOURCES
from localsdg.registry.tables import create_table_sql, tables

GOOD = {**UNSD_GOOD, **LOCAL_GOOD}
SUITES = load_suites(SETTINGS.expectations)


@pytest.fixture(scope="module", autouse=True)
def _warm():
    warm_up().join()


@pytest.fixture
def connection():
    with duckdb.connect() as con:
        yield con


def test_good_tables_pass_every_rule(connection):
    for table, rows in GOOD.items():
        fill(connection, "staging", table, rows)
    results = check(connection)
    assert not not_passed(results)
    assert {result.rule_id for result in results} == {
        rule.rule_id for suite in SUITES for rule in suite.rules if suite.name in GOOD
    }


def test_one_pulled_series_and_no_metadata_pass(connection):
    for table in GOOD:
        fill(connection, "small", table, f"{GOOD[table]} limit 1" if table == "observation" else None)
    results = check(connection, schema="small")
    assert len({result.suite for result in results}) == len(GOOD) and not not_passed(results)


def test_every_rule_has_a_case_that_fails_it():
    """Of every suite, wherever its cases are: those of records and links are in their own files."""
    rules = {(suite.name, rule.rule_id) for suite in SUITES for rule in suite.rules}
    cases = {(case.table, case.rule_id) for case in UNSD_CASES + LOCAL_CASES}
    cases |= {(table, rule_id) for table, rule_id, _ in [*RECORD_CASES, *LINK_CASES]}
    cases.add(("correction", "CORR-001"))  # the test after this one
    assert rules == cases | {(table, f"GEN-{table}-primary_key") for table in KEY_ALONE}


def test_a_correction_that_no_longer_fits_is_a_warning():
    with duckdb.connect() as con:
        con.execute("create schema staging")
        con.execute(create_table_sql(tables()["staging.correction"]))
        insert_rows(con, "staging.correction", [{"correction_id": "a", "status": "applied"}])
        assert not not_passed(check(con))
        insert_rows(con, "staging.correction", [{"correction_id": "b", "status": "no longer fits"}])
        (failed,) = [result for result in check(con) if result.outcome != "passed"]
        assert (failed.rule_id, failed.severity, failed.n_unexpected) == ("CORR-001", "warning", 1)


#: Tables of which the key is the only rule, each with a good row.
KEY_ALONE = {
    "action_partner": {"row_number": 2, "partner": "UNICEF", "partner_kind": "nation", "kind_basis": "words"},
    "action_country": {"row_number": 2, "iso3": "KEN"},
    "action_dataset": {"dataset_id": "projects"},
    "local_title": {
        **{"dataset_id": "opensdg", "release": "bonn@2024-01-01", "site_id": "bonn"},
        **{"local_indicator_id": "1-1-1", "language": "de", "local_title": "Armut"},
    },
}


@pytest.mark.parametrize("table", KEY_ALONE)
def test_the_same_row_twice_fails_the_key(table):
    facts = {"release": "2024-01", "snapshot_sha256": "s", "action_id": "a:1", **KEY_ALONE[table]}
    columns = tables()[f"staging.{table}"].column_names
    row = {name: value for name, value in facts.items() if name in columns}
    for copies, failed in ((1, set()), (2, {f"GEN-{table}-primary_key"})):
        with duckdb.connect() as con:
            con.execute("create schema staging")
            con.execute(create_table_sql(tables()[f"staging.{table}"]))
            insert_rows(con, f"staging.{table}", [row] * copies)
            assert set(not_passed(check(con))) == failed


def test_the_fix_still_fits_this_version():
    """Fails when Great Expectations changes what the fix relies on."""
    load_gx()
    load_gx()
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

    names = [dialect.value for dialect in engine._PERSISTED_CONNECTION_DIALECTS]
    assert names.count("duckdb") == 1 and "sqlite" in names
    assert engine._dialect_requires_persisted_connection(connection_string="duckdb:///x")
    assert "duckdb" in engine._PERSISTED_CONNECTION_DIALECTS


def test_the_suites_are_plain_great_expectations_suites():
    """Without our own expectation too: `as_gx` gives what the library itself can run."""
    gx = load_gx()
    for suite in SUITES:
        body = [rule.as_gx() for rule in suite.rules]
        assert len(gx.ExpectationSuite(name=suite.name, expectations=body).expectations) == len(body)


@pytest.fixture
def own_rules(tmp_path):
    """Settings whose rules on `staging.goal` are the given SELECTs, T-001 and so on."""

    def write(*selects):
        folder = tmp_path / "expectations" / "goal"
        folder.mkdir(parents=True)
        for number, select in enumerate(selects, start=1):
            header = f"-- rule: T-{number:03d}\n-- severity: warning\n-- why: A test.\n"
            (folder / f"T-{number:03d}.sql").write_text(header + select, encoding="utf-8")
        return replace(SETTINGS, resources=tmp_path)

    return write


def test_errored_is_not_failed_and_leaves_the_other_rules_be(connection, own_rules):
    settings = own_rules(
        "select no_such from staging.goal",
        "select cast(title as integer) as n from staging.goal where n > 0",
        "select goal_code from staging.goal",
        "select goal_code from staging.goal where title is null",
    )
    fill(connection, "staging", "goal", GOOD["goal"])
    results = {result.rule_id: result for result in check(connection, settings)}
    assert {key: results[key].outcome for key in ("T-001", "T-002", "T-003", "T-004")} == {
        "T-001": "errored",
        "T-002": "errored",
        "T-003": "failed",
        "T-004": "passed",
    }
    assert "no_such" in results["T-001"].examples
    assert results["T-001"].n_unexpected is None and results["T-003"].n_unexpected == 17
    assert results["GEN-goal-primary_key"].outcome == "passed"


@pytest.mark.parametrize(
    "select",
    [
        "select goal_code from staging.goal where regexp_full_match(goal_code, '[3]{1}')",
        "select g.goal_code from staging.goal as g join staging.goal as h using (goal_code) where h.goal_code = '3'",
        "select goal.goal_code from staging.goal where goal.goal_code = '3'",
        "with three as (from staging.goal where goal_code = '3')\nselect goal_code from three -- the third: it is\n",
        "select goal_code from staging.goal where 'a :goal_code{}' <> '' and goal_code::integer = 3",
        "select goal_code from staging.goal where ('a' || goal_code)[:2] = 'a3'",
    ],
)
@pytest.mark.parametrize("schema", ["staging", "elsewhere"])
def test_a_rule_is_written_as_any_query_is(connection, own_rules, select, schema):
    """Aliases, joins, braces, colons and comments are no matter of Great Expectations."""
    fill(connection, schema, "goal", GOOD["goal"])
    result = not_passed(check(connection, own_rules(select), schema))["T-001"]
    assert (result.outcome, result.n_unexpected) == ("failed", 1)
    assert result.examples == '[{"goal_code": "3"}]'


# ---- the file and its connections


def test_an_open_connection_of_the_same_process_is_no_hindrance(tmp_path):
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as con:
        fill(con, "staging", "goal", GOOD["goal"])
        assert not not_passed(run_checks(path, SETTINGS))
        assert con.execute("select count(*) from staging.goal").fetchone() == (17,)
    with duckdb.connect(str(path), config={"threads": 1}) as con:
        assert not not_passed(run_checks(path, SETTINGS, connection=con))
        with pytest.raises(LocalsdgError, match="run_checks"):
            run_checks(path, SETTINGS)


def test_nothing_stays_open_and_the_file_stays_as_it_was(tmp_path):
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as con:
        fill(con, "staging", "goal", GOOD["goal"])
    before = path.read_bytes()
    assert len(run_checks(path, SETTINGS)) == 2
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["build.duckdb"]
    # another process may write only when ours has let go
    code = f"import duckdb; duckdb.connect({str(path)!r}).execute('drop table staging.goal')"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(LocalsdgError, match="no database to check"):
        run_checks(tmp_path / "none.duckdb", SETTINGS)


def test_the_suites_of_the_checkout_are_the_ones_tested():
    assert SETTINGS.expectations == RESOURCES / "expectations"
