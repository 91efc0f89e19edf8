"""Suites, the report page and the block line: no database, no Great Expectations."""

from __future__ import annotations

import json
import re

import pytest

from localsdg.checks import runner
from localsdg.checks.blocking import NAMED, CheckResult, blocking, raise_if_blocked
from localsdg.checks.gx_duckdb import keep_duckdb_connections
from localsdg.checks.report import render_report, write_report
from localsdg.checks.suites import QUERY, SQL_RULE, Rule, key_rules, load_suites
from localsdg.common.errors import BlockedByChecks, LocalsdgError
from localsdg.common.settings import RESOURCES
from localsdg.registry.tables import tables

EXPECTATIONS = RESOURCES / "expectations"
HEADER = "-- rule: T-001\n-- severity: critical\n-- why: Because.\n"
RULE = HEADER + "select goal_code from staging.goal where false\n"


def _result(**changes) -> CheckResult:
    base = {
        "suite": "goal",
        "rule_id": "T-001",
        "expectation": SQL_RULE,
        "severity": "critical",
        "outcome": "failed",
        "n_unexpected": 3,
        "reason": "There are 17 goals.",
        "examples": '[{"release": "R", "n_goals": 16}]',
    }
    return CheckResult(**{**base, **changes})


def _write(folder, body, place="goal/T-001"):
    path = folder / f"{place}.sql"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    return path


# ---- the suites of the repository


def test_rules_have_ids_that_are_alike_and_reasons_that_are_sentences():
    faults = []
    for rule in (rule for suite in load_suites(EXPECTATIONS) for rule in suite.rules):
        if not re.fullmatch(r"[A-Z0-9]+(-[A-Z]+)?-\d{3}|GEN-\w+-primary_key", rule.rule_id):
            faults.append(f"{rule.rule_id}: odd id")
        if not rule.reason.endswith("."):
            faults.append(f"{rule.rule_id}: the reason is no sentence")
    assert not faults, "\n".join(faults)


def test_every_file_of_the_folder_is_a_rule():
    written = {rule.rule_id for suite in load_suites(EXPECTATIONS) for rule in suite.rules} - {
        rule.rule_id for table in tables().values() for rule in key_rules(table)
    }
    assert {path.name for path in EXPECTATIONS.rglob("*") if path.is_file()} == {f"{one}.sql" for one in written}


def test_a_rule_by_release_is_by_dataset_too():
    """Two datasets may have a release of one name; releases of actions are of one source, whatever the register."""
    mixing = [
        rule.rule_id
        for suite in load_suites(EXPECTATIONS)
        for rule in suite.rules
        if "dataset_id" in suite.table.column_names and suite.table.name != "staging.action"
        for group in re.findall(r"(?:group|partition) by ([^\n)]+)", rule.select)
        if re.search(r"\brelease\b", group) and not re.search(r"\bdataset_id\b", group)
    ]
    assert mixing == []


# ---- what the registry generates


def test_the_key_of_a_table_that_comes_from_outside_is_a_rule():
    [rule] = key_rules(tables()["staging.goal"])
    assert (rule.rule_id, rule.severity) == ("GEN-goal-primary_key", "critical")
    assert 'group by "dataset_id", "release", "snapshot_sha256", "goal_code"' in rule.select
    assert key_rules(tables()["staging.observation"]) == []  # has no key
    assert key_rules(tables()["staging.breakdown"]) == []  # has it by construction


# ---- the form that Great Expectations takes


@pytest.mark.parametrize(
    ("select", "query"),
    [
        ("select a from staging.goal", "select a from (select * from {batch}) as goal"),
        ("select a from staging.goal as g", "select a from (select * from {batch}) as g"),
        ("from staging.goal where a ~ '[0-9]{3}'", "from (select * from {batch}) as goal where a ~ '[0-9]{{3}}'"),
        ("select 'a :b', c::text, d[:2]", r"select 'a \:b', c::text, d[\:2]"),
        ("select '--a' as b -- why: not", "select '--a' as b "),
        ("select a from staging.goals", "select a from staging.goals"),
    ],
)
def test_the_batch_of_great_expectations_takes_the_place_of_the_table(select, query):
    assert Rule("T-001", "goal", "warning", "Because.", select).as_gx()["kwargs"][QUERY] == query


def test_examples_are_looked_for_where_the_table_is():
    rule = Rule("T-001", "goal", "warning", "Because.", "select g.a from staging.goal as g")
    assert rule.select_from("other") == 'select g.a from "other"."goal" as g'


# ---- rules that are wrong


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"\xff", "not text in UTF-8"),
        ("select 1 from staging.goal", "lacks rule, severity, why"),
        (RULE.replace("-- why: Because.\n", ""), "lacks why"),
        (RULE.replace("-- severity: critical\n", ""), "lacks severity"),
        (RULE.replace("critical", "info"), "unknown severity"),
        (RULE.replace("T-001", "T-002"), "differ"),
        (HEADER + "select 1 from staging.target", "does not read the table"),
        (HEADER + "select 'staging.goal' as a", "does not read the table"),
        (HEADER + "delete from staging.goal", "no SELECT"),
        (HEADER, "no SELECT"),
        (RULE + "; drop table staging.goal", "more than one statement"),
    ],
)
def test_a_faulty_rule_is_named_in_one_line(tmp_path, body, words):
    _write(tmp_path, body)
    with pytest.raises(LocalsdgError) as caught:
        load_suites(tmp_path)
    line = str(caught.value)
    assert words in line and "goal/T-001.sql" in line and "\n" not in line


def test_a_reason_may_take_several_lines_and_a_query_a_comment(tmp_path):
    _write(tmp_path, RULE.replace("Because.", "Because\n--   it is.").replace("select", "-- a; comment: it's\nselect"))
    [rule] = [rule for suite in load_suites(tmp_path) for rule in suite.rules if rule.rule_id == "T-001"]
    assert rule.reason == "Because it is." and "it's" in rule.select


def test_a_rule_states_what_to_do_or_sends_to_its_examples(tmp_path):
    with_fix = HEADER.replace("T-001", "T-002") + "-- fix: Pull the list\n--   again.\n" + RULE.removeprefix(HEADER)
    _write(tmp_path, RULE)
    _write(tmp_path, with_fix, "goal/T-002")
    [suite] = [one for one in load_suites(tmp_path) if one.name == "goal"]
    remedies = {rule.rule_id: rule.remedy for rule in suite.rules}
    assert remedies["T-002"] == "Pull the list again."
    assert "audit.validation_result" in remedies["T-001"]
    assert all("fix" not in rule.select for rule in suite.rules)


def test_a_folder_that_is_no_staging_table_is_named(tmp_path):
    _write(tmp_path, RULE, "gaol/T-001")
    with pytest.raises(LocalsdgError, match=r"no staging table.*gaol/T-001.sql.*observation"):
        load_suites(tmp_path)


def test_two_tables_may_not_have_rules_of_one_id(tmp_path):
    _write(tmp_path, RULE)
    _write(tmp_path, RULE.replace("staging.goal", "staging.target"), "target/T-001")
    with pytest.raises(LocalsdgError, match="two rules have the id T-001"):
        load_suites(tmp_path)


def test_a_missing_folder_is_reported(tmp_path):
    with pytest.raises(LocalsdgError, match="missing"):
        load_suites(tmp_path / "none")


# ---- the fix, when the private name is gone


@pytest.mark.parametrize("names", [{}, {"_PERSISTED_CONNECTION_DIALECTS": None}])
def test_the_fix_says_when_great_expectations_has_changed(names):
    with pytest.raises(LocalsdgError, match=r"cannot be fixed.*1\.24\.1"):
        keep_duckdb_connections(type("Engine", (), names))


# ---- failed, errored, blocked


@pytest.mark.parametrize(
    ("info", "message"),
    [
        ({"raised_exception": False, "exception_message": None}, None),
        ({"raised_exception": True, "exception_message": "a\n b [SQL: x]"}, "a b"),
        ({"('m', 'id', ())": {"raised_exception": True, "exception_message": "gone"}}, "gone"),
        (
            {"m1": {"raised_exception": False}, "m2": {"raised_exception": True, "exception_message": "second"}},
            "second",
        ),
        ({}, None),
    ],
)
def test_both_shapes_of_exception_info_are_read(info, message):
    assert runner._error_message({"exception_info": info}) == message


def test_what_blocks_is_critical_or_errored_and_failures_come_first():
    errored = _result(rule_id="E", outcome="errored", severity="warning", n_unexpected=None)
    failed = _result(rule_id="F")
    harmless = [_result(outcome="passed"), _result(severity="warning")]
    assert blocking([errored, *harmless, failed]) == [failed, errored]
    raise_if_blocked(harmless, "validation.html")


def _blocked(results, path, **options) -> str:
    with pytest.raises(BlockedByChecks) as caught:
        raise_if_blocked(results, path, **options)
    assert caught.value.exit_code == 3 and "\n" not in str(caught.value)
    return str(caught.value)


def test_the_block_is_one_line_with_rule_reason_example_and_report(tmp_path):
    line = _blocked([_result()], tmp_path / "validation.html")
    for part in (
        "check T-001 failed",
        "staging.goal",
        "There are 17 goals",
        '"n_goals": 16',
        "(3 found)",
        f"open {tmp_path / 'validation.html'}",
    ):
        assert part in line


def test_all_that_blocks_is_named_with_its_count_and_first_example(tmp_path):
    errored = _result(rule_id="T-009", outcome="errored", n_unexpected=None, examples='[{"error": "no column"}]')
    results = [errored, _result(), _result(rule_id="T-002", n_unexpected=1200)]
    line = _blocked(results, tmp_path / "validation.html", rule="audit")
    assert "3 audits do not hold in the built warehouse" in line
    for part in (
        'T-001 failed (3 found), first {"release": "R", "n_goals": 16}',
        "T-002 failed (1,200 found)",
        'T-009 errored, first {"error": "no column"}',
    ):
        assert part in line


def test_the_text_of_a_block_is_bounded(tmp_path):
    long = json.dumps([{"text": "x" * 100_000}])
    results = [_result(rule_id=f"T-{n:03d}", examples=long, reason="y" * 100_000) for n in range(500)]
    line = _blocked(results, tmp_path / "validation.html")
    assert f"and {500 - NAMED} more" in line and len(line) < 5_000
    assert len(_blocked(results[:1], tmp_path / "validation.html")) < 1_000


# ---- the page


HOSTILE = "<script>alert(1)</script>\" onload='x'"


def test_the_page_shows_what_data_say_as_text():
    examples = json.dumps([{HOSTILE: HOSTILE, "area_name": None}])
    page = render_report(
        [_result(examples=examples, reason=HOSTILE, suite=HOSTILE, rule_id=HOSTILE)],
        title=HOSTILE,
        facts={HOSTILE: HOSTILE},
    )
    assert "<script" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "onload='x'" not in page


def test_the_page_asks_nothing_of_anywhere():
    page = render_report([_result()], title="Checks", facts={})
    assert not re.search(r"https?:|//\w|url\(|@import|\bsrc=|\bhref=|<link|<script|<iframe", page)


def test_the_page_tells_what_happened():
    results = [
        _result(),
        _result(rule_id="T-002", severity="warning", n_unexpected=47),
        _result(rule_id="T-003", outcome="errored", n_unexpected=None, examples='[{"error": "no such column"}]'),
        _result(rule_id="T-004", outcome="passed", n_unexpected=0, examples=None),
    ]
    page = render_report(results, title="Checks", facts={"run": "2026-11-23"})
    assert "2 checks block the publication" in page
    for part in ("T-001", "T-002", "T-003", "T-004", "47", "no such column", "2026-11-23"):
        assert part in page
    assert page.index("T-001") < page.index("T-003") < page.index("T-002")
    assert "No table was there" in render_report([], title="Checks", facts={})
    assert "Nothing blocks the publication. 1 warnings" in render_report([results[1]], title="Checks", facts={})


def test_the_page_is_written_whole_and_always_the_same(tmp_path):
    path = tmp_path / "reports" / "validation.html"
    first = write_report([_result()], path, title="Checks", facts={}).read_bytes()
    assert write_report([_result()], path, title="Checks", facts={}).read_bytes() == first
    assert [entry.name for entry in path.parent.iterdir()] == ["validation.html"]
