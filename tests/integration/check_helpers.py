"""Tables in memory on which the suites are run: good rows, altered in one way a case."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from localsdg.checks.blocking import CheckResult
from localsdg.checks.runner import run_checks
from localsdg.common.settings import Settings
from localsdg.registry.tables import create_table_sql, tables

SETTINGS = Settings(threads=2, memory_limit="500MB", fresh=True)


@dataclass(frozen=True)
class Case:
    """SQL that breaks a good table ({t}), and the rules that must then fail, no others."""

    table: str
    rule_id: str
    sql: str
    also: frozenset[str] = field(default=frozenset())
    example: str = ""


def key_cases(names: Iterable[str], also: dict[str, frozenset[str]]) -> list[Case]:
    """The same row twice, in each of the tables whose declared key is checked."""
    return [
        Case(name, f"GEN-{name}-primary_key", "insert into {t} from {t} limit 1", also.get(name, frozenset()))
        for name in names
        if tables()[f"staging.{name}"].primary_key and not tables()[f"staging.{name}"].is_derived
    ]


def copied(change: str, where: str) -> str:
    """SQL that adds a changed copy of some rows."""
    return f"insert into {{t}} select * replace ({change}) from {{t}} where {where}"


def fill(con: duckdb.DuckDBPyConnection, schema: str, table: str, rows: str | None) -> str:
    """Make a staging table in a schema, with the rows of a SELECT; returns its name."""
    name = f"{schema}.{table}"
    con.execute(f"create schema if not exists {schema}")
    con.execute(create_table_sql(tables()[f"staging.{table}"], name))
    if rows:
        con.execute(f"insert into {name} by name {rows}")
    return name


def check(con, settings: Settings = SETTINGS, schema: str = "staging") -> list[CheckResult]:
    """Run on a database in memory: the path is not looked at where a connection is given."""
    return run_checks(Path("in memory"), settings, schema=schema, connection=con)


def not_passed(results: Iterable[CheckResult]) -> dict[str, CheckResult]:
    """What failed or errored, by rule."""
    return {result.rule_id: result for result in results if result.outcome != "passed"}


def assert_fails(case: Case, good_rows: str | None) -> None:
    """The case breaks exactly its rules, with a count and at least one example."""
    with duckdb.connect() as con:  # small, because reflection takes longer the more tables there are
        name = fill(con, "staging", case.table, good_rows)
        con.execute(case.sql.format(t=name))
        broken = not_passed(check(con))
    assert set(broken) == {case.rule_id} | case.also
    result = broken[case.rule_id]
    assert result.outcome == "failed" and result.suite == case.table and result.n_unexpected >= 1
    assert 1 <= len(json.loads(result.examples)) <= 5
    assert case.example in result.examples
