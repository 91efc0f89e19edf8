"""Suites, the report page and the block line: no database, no Great Expectations."""

from __future__ import annotations

import json
import re

import pytest

from localsdg.checks import runner
from localsdg.checks.blocking import NAMED, CheckResult, blocking, raise_if_blocked
from localsdg.checks.gx_duckdb import mend
from localsdg.checks.report import render_report, write_report
from localsdg.checks.suites import QUERY, SQL_RULE, generated_rules, load_suites, read_suite
from localsdg.common.errors import BlockedByChecks, LocalsdgError
from localsdg.common.settings import RESOURCES
from localsdg.registry.tables import schema_tables, tables

EXPECTATIONS = RESOURCES / "expectations"
RULE = {
    "type": SQL_RULE,
    "kwargs": {QUERY: "select 1 from {batch} where false"},
    "severity": "critical",
    "meta": {"rule_id": "T-001", "reason": "Because."},
}


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


def _write(folder, body, name="goal"):
    path = folder / f"{name}.json"
    path.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
    return path


# ---- the suites of the repository


def test_every_unsd_staging_table_has_a_hand_written_suite():
    names = {table.name.split(".")[1] for table in schema_tables("staging")}
    unsd = {name for name in names if name.startswith("unsd_")} | {"m49_area"}
    assert unsd <= {path.stem for path in EXPECTATIONS.glob("*.json")} <= names


def test_hand_written_rules_read_well_and_ask_their_own_table():
    faults = []
    for path in sorted(EXPECTATIONS.glob("*.json")):
        _, rules = read_suite(path)
        for rule in rules:
            if not re.fullmatch(r"[A-Z0-9]+(-[A-Z]+)?-\d{3}", rule.rule_id):
                faults.append(f"{rule.rule_id}: odd id")
            if not rule.reason.endswith("."):
                faults.append(f"{rule.rule_id}: the reason is no sentence")
            # ':name' would be taken for a parameter
            if re.search(r":\w", rule.kwargs.get(QUERY, "")):
                faults.append(f"{rule.rule_id}: a colon in the SQL")
    assert not faults, "\n".join(faults)


def test_no_hand_written_rule_repeats_a_generated_one():
    for suite in load_suites(EXPECTATIONS):
        generated = {(rule.type, json.dumps(rule.kwargs)) for rule in suite.generated}
        written = {(rule.type, json.dumps(rule.kwargs)) for rule in suite.written}
        assert not generated & written


# ---- what the registry generates


def test_generated_rules_follow_the_declaration():
    ids = [rule.rule_id for rule in generated_rules(tables()["staging.goal"])]
    assert ids == [
        "GEN-goal-columns",
        "GEN-goal-types",
        "GEN-goal-release-not_null",
        "GEN-goal-goal_code-not_null",
        "GEN-goal-title-not_null",
        "GEN-goal-snapshot_sha256-not_null",
        "GEN-goal-primary_key",
    ]
    observation = {rule.rule_id: rule for rule in generated_rules(tables()["staging.observation"])}
    allowed = observation["GEN-observation-value_status-allowed"]
    assert "unparsed" in allowed.kwargs["value_set"] and allowed.severity == "critical"
    assert "GEN-observation-primary_key" not in observation
    one_column = {rule.rule_id: rule for rule in generated_rules(tables()["staging.local_site"])}
    assert one_column["GEN-local_site-primary_key"].kwargs == {"column": "site_id"}


def test_all_rule_ids_are_unique():
    ids = [rule.rule_id for suite in load_suites(EXPECTATIONS) for rule in suite.rules]
    assert len(ids) == len(set(ids))


# ---- suites that are wrong


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{not json", "not valid JSON"),
        ([], "another form"),
        ({"name": "goal"}, "another form"),
        ({"name": "unsd_gaol", "expectations": []}, "the registry lacks"),
        ({"name": "target", "expectations": []}, "differ"),
        ({"name": "goal", "expectations": ["x"]}, "no object"),
        ({"name": "goal", "expectations": [{**RULE, "meta": {"reason": "x"}}]}, "rule_id"),
        ({"name": "goal", "expectations": [{**RULE, "meta": {"rule_id": "x"}}]}, "reason"),
        ({"name": "goal", "expectations": [{**RULE, "severity": None}]}, "severity"),
        ({"name": "goal", "expectations": [{**RULE, "severity": "info"}]}, "severity"),
        ({"name": "goal", "expectations": [{**RULE, "type": ""}]}, "type"),
        ({"name": "goal", "expectations": [RULE, RULE]}, "stands twice"),
        ({"name": "goal", "expectations": [{**RULE, "kwargs": {QUERY: "select 1"}}]}, "does not ask the table"),
    ],
)
def test_a_faulty_suite_is_named_in_one_line(tmp_path, body, said):
    _write(tmp_path, body)
    with pytest.raises(LocalsdgError) as caught:
        load_suites(tmp_path)
    line = str(caught.value)
    assert said in line and "goal.json" in line and "\n" not in line


def test_an_id_may_not_stand_in_two_suites(tmp_path):
    _write(tmp_path, {"name": "goal", "expectations": [RULE]})
    _write(tmp_path, {"name": "target", "expectations": [RULE]}, "target")
    with pytest.raises(LocalsdgError, match="T-001 stands twice.*goal.json"):
        load_suites(tmp_path)


def test_a_missing_folder_is_said(tmp_path):
    with pytest.raises(LocalsdgError, match="missing"):
        load_suites(tmp_path / "none")


# ---- the mend, when the private name is gone


@pytest.mark.parametrize("names", [{}, {"_PERSISTED_CONNECTION_DIALECTS": None}])
def test_the_mend_says_when_great_expectations_has_changed(names):
    with pytest.raises(LocalsdgError, match=r"cannot be mended.*1\.24\.1"):
        mend(type("Engine", (), names))


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
