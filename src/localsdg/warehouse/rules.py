"""`audit.rule`: what each rule id of the published file means, and what to do about it.

A rule is declared once: `registry/rules.csv`, the header of its SQL, or the registry of
tables (keys, required columns, references).
"""

from __future__ import annotations

import csv
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from localsdg.checks.suites import load_suites
from localsdg.common.database import insert_rows
from localsdg.registry.rules import RuleText, rules
from localsdg.registry.series import FLAGS_CSV
from localsdg.warehouse.audit import load_audits

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings

_CHECKED = ("audit.validation_result",)
_FLAGGED = ("audit.quarantine", "core.observation_flag")


def all_rules(settings: Settings) -> dict[str, RuleText]:
    """Every rule by id, sorted.

    An id that is both a check and a reason to set something aside is one rule, with the
    severity and reason of its check. Raises `LocalsdgError` for a rule that cannot be read.
    """
    checks = [
        RuleText(rule.rule_id, rule.severity, f"staging.{rule.table}", rule.reason, rule.remedy, _CHECKED)
        for suite in load_suites(settings.expectations)
        for rule in suite.rules
    ]
    audits = [
        RuleText(audit.rule_id, audit.severity, audit.applies_to, audit.reason, audit.remedy, _CHECKED)
        for audit in load_audits(settings)
    ]
    merged: dict[str, RuleText] = {}
    for rule in (*checks, *audits, *rules().values()):
        merged[rule.rule_id] = _also_in(merged.get(rule.rule_id, rule), rule.found_in)
    for rule_id in _flags():
        merged[rule_id] = _also_in(merged[rule_id], _FLAGGED)
    return dict(sorted(merged.items()))


def insert_rules(con: duckdb.DuckDBPyConnection, table: str, settings: Settings) -> None:
    """Fill `audit.rule`, made as declared under the name `table`."""
    listed = all_rules(settings).values()
    insert_rows(con, table, [{**asdict(rule), "found_in": list(rule.found_in)} for rule in listed])


def _also_in(rule: RuleText, names: tuple[str, ...]) -> RuleText:
    return replace(rule, found_in=tuple(sorted({*rule.found_in, *names})))


def _flags() -> set[str]:
    """Rules of `quality_flags.csv`: the evidence leaves out the values that they flag."""
    with FLAGS_CSV.open(encoding="utf-8", newline="") as file:
        return {line["rule_id"] for line in csv.DictReader(file)}
