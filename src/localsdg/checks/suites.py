"""Suites of expectations: those that people write, and those the registry generates.

`expectations/<table>.json` holds the hand-written rules of one staging table,
in the form that Great Expectations itself reads, each with an id, a reason and
a severity. What the registry already says (required columns, closed lists,
keys, columns and types) is generated here and never written by hand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localsdg.common.errors import LocalsdgError
from localsdg.registry.tables import Table, quoted, schema_tables, tables

STAGING = "staging"
SEVERITIES = ("critical", "warning")
SQL_RULE = "unexpected_rows_expectation"
QUERY = "unexpected_rows_query"


@dataclass(frozen=True)
class Rule:
    """One expectation on one table, with the id under which it is known for good."""

    rule_id: str
    type: str
    kwargs: dict[str, Any]
    severity: str
    reason: str

    def as_gx(self, sql_type: str = SQL_RULE) -> dict[str, Any]:
        """The form that `great_expectations.ExpectationSuite` takes.

        `sql_type` is the type that SQL rules run as.
        """
        return {
            "type": sql_type if self.type == SQL_RULE else self.type,
            "kwargs": dict(self.kwargs),
            "severity": self.severity,
            "meta": {"rule_id": self.rule_id, "reason": self.reason},
        }


@dataclass(frozen=True)
class Suite:
    """The rules of one staging table: generated ones first, then the hand-written."""

    name: str
    table: Table
    generated: tuple[Rule, ...]
    written: tuple[Rule, ...] = field(default=())

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, in the order of the report."""
        return self.generated + self.written


def load_suites(folder: Path) -> list[Suite]:
    """One suite for each staging table of the registry, in its order.

    A table without a file gets the generated rules alone. Raises
    `LocalsdgError` when the folder is missing, or a file is not valid JSON,
    names a table that the registry does not declare, or has a rule without
    id, reason or severity, or with an id that stands twice.
    """
    if not folder.is_dir():
        raise LocalsdgError(
            "the folder of hand-written suites is missing",
            where=folder,
            next_step="restore expectations/ from the repository",
        )
    written: dict[str, tuple[Rule, ...]] = {}
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*.json")):
        name, rules = read_suite(path)
        for rule in rules:
            if rule.rule_id in seen:
                raise _fault(
                    path,
                    f"rule id {rule.rule_id} stands twice",
                    "each id once",
                    f"it stands in {seen[rule.rule_id]} too",
                )
            seen[rule.rule_id] = path.name
        written[name] = rules
    return [
        Suite(name, table, generated_rules(table), written.get(name, ()))
        for table in schema_tables(STAGING)
        for name in [_short(table)]
    ]


def read_suite(path: Path) -> tuple[str, tuple[Rule, ...]]:
    """Name and rules of one hand-written file. Raises `LocalsdgError` as `load_suites` does."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise _fault(path, "the suite is not valid JSON", "a JSON object", error) from error
    if not isinstance(body, dict) or not isinstance(body.get("expectations"), list):
        raise _fault(path, "the suite has another form", '{"name", "expectations": [...]}', "")
    name = body.get("name")
    if f"{STAGING}.{name}" not in tables():
        known = ", ".join(_short(table) for table in schema_tables(STAGING))
        raise _fault(path, "the suite names a table that the registry lacks", known, name)
    if path.stem != name:
        raise _fault(path, "file name and suite name differ", f"{name}.json", path.name)
    rules = enumerate(body["expectations"], start=1)
    return name, tuple(_read_rule(path, number, entry) for number, entry in rules)


def _read_rule(path: Path, number: int, entry: Any) -> Rule:
    if not isinstance(entry, dict):
        raise _fault(path, f"expectation {number} is no object", "type, kwargs, severity, meta", "")
    meta = entry.get("meta") if isinstance(entry.get("meta"), dict) else {}
    facts = {
        "type": entry.get("type"),
        "severity": entry.get("severity"),
        "meta.rule_id": meta.get("rule_id"),
        "meta.reason": meta.get("reason"),
    }
    missing = [key for key, value in facts.items() if not isinstance(value, str) or not value]
    if missing:
        label = meta.get("rule_id") or f"number {number}"
        raise _fault(path, f"rule {label} lacks {', '.join(missing)}", ", ".join(facts), "")
    if facts["severity"] not in SEVERITIES:
        raise _fault(
            path, f"rule {meta['rule_id']} has an unknown severity", " or ".join(SEVERITIES), facts["severity"]
        )
    kwargs = entry.get("kwargs", {})
    if entry["type"] == SQL_RULE and "{batch}" not in str(kwargs.get(QUERY)):
        raise _fault(
            path, f"rule {meta['rule_id']} does not ask the table it checks", "{batch} in its query", kwargs.get(QUERY)
        )
    return Rule(meta["rule_id"], entry["type"], kwargs, entry["severity"], meta["reason"])


def generated_rules(table: Table) -> tuple[Rule, ...]:
    """What the registry's declaration of a table implies; all of it is critical.

    Ids: `GEN-<table>-columns`, `-types`, `-primary_key`,
    `GEN-<table>-<column>-not_null` and `-allowed`.
    """
    prefix = f"GEN-{_short(table)}"
    rules = [
        _critical(
            f"{prefix}-columns",
            "expect_table_columns_to_match_ordered_list",
            {"column_list": table.column_names},
            "The columns are those the registry declares.",
        ),
        _critical(
            f"{prefix}-types",
            SQL_RULE,
            {QUERY: _types_query(table)},
            "The types are those the registry declares.",
        ),
    ]
    rules += [
        _critical(
            f"{prefix}-{column.name}-not_null",
            "expect_column_values_to_not_be_null",
            {"column": column.name},
            f"The registry declares {column.name} as required.",
        )
        for column in table.columns
        if column.name in table.required
    ]
    rules += [
        _critical(
            f"{prefix}-{column.name}-allowed",
            "expect_column_values_to_be_in_set",
            {"column": column.name, "value_set": list(column.allowed)},
            f"The registry closes the list of values of {column.name}.",
        )
        for column in table.columns
        if column.allowed
    ]
    if table.primary_key:
        rules.append(_key_rule(prefix, table.primary_key))
    return tuple(rules)


def _key_rule(prefix: str, key: tuple[str, ...]) -> Rule:
    reason = f"One row: {', '.join(key)}; the registry declares it as the key."
    if len(key) == 1:
        kind, kwargs = "expect_column_values_to_be_unique", {"column": key[0]}
    else:
        # a null in the key is the not-null rules' business; two rows with the
        # same null (a series without indicator) are one row told twice
        kind = "expect_compound_columns_to_be_unique"
        kwargs = {"column_list": list(key), "ignore_row_if": "never"}
    return _critical(f"{prefix}-primary_key", kind, kwargs, reason)


def _types_query(table: Table) -> str:
    """Rows of (column, declared, found); a table without rows has none."""
    found = ", ".join(f'typeof("{column.name}")' for column in table.columns)
    names = ", ".join(quoted(column.name) for column in table.columns)
    declared = ", ".join(quoted(column.type) for column in table.columns)
    return (
        "select column_name, declared, found from (select "
        f"unnest([{names}]) as column_name, unnest([{declared}]) as declared, "
        f"unnest([{found}]) as found from (select * from {{batch}} limit 1) as one_row) as types "
        "where declared <> found order by column_name"
    )


def _critical(rule_id: str, kind: str, kwargs: dict[str, Any], reason: str) -> Rule:
    return Rule(rule_id, kind, kwargs, "critical", reason)


def _short(table: Table) -> str:
    return table.name.split(".", 1)[1]


def _fault(path: Path, what: str, expected: object, got: object) -> LocalsdgError:
    return LocalsdgError(
        what,
        where=path.name,
        expected=expected or None,
        got=got or None,
        next_step=f"mend expectations/{path.name}",
    )
