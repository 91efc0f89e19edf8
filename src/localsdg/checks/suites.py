"""Suites of checks: rules that people write, and the keys that the registry declares.

`expectations/<table>/<rule id>.sql` is one rule on one staging table: a SELECT
of the rows that break it, under a header with its id, severity, reason and remedy. It
reads `staging.<table>` as any query does; Great Expectations gets the same
text with that name replaced by its own batch (`Rule.as_gx`).

A rule is worth its time if what comes in can break it. So columns, types and
required columns of staging tables are not checked: our own code makes them
from the same registry, and an input that does not fit becomes a reject first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localsdg.common.errors import LocalsdgError
from localsdg.registry.tables import Table, schema_tables

STAGING = "staging"
SEVERITIES = ("critical", "warning")
#: What to do about a rule whose file does not state it (`-- fix:`).
LOOK = "Look at the examples in audit.validation_result, then correct what came in or the rule."
#: The expectation of Great Expectations that every rule is.
SQL_RULE = "unexpected_rows_expectation"
QUERY = "unexpected_rows_query"

_HEADER = re.compile(r"^-- (rule|severity|why|fix): *(.*(?:\n--   .*)*)\n", re.MULTILINE)
_COMMENT = re.compile(r"--[^\n]*|'(?:[^']|'')*'")
#: What SQLAlchemy takes for the name of a parameter.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")


@dataclass(frozen=True)
class Rule:
    """The SELECT of the rows of one staging table that must not exist, and the id it keeps for good."""

    rule_id: str
    table: str
    severity: str
    reason: str
    select: str
    remedy: str = LOOK

    def select_from(self, schema: str) -> str:
        """The SELECT on the table in another schema."""
        return _own_table(self.table).sub(lambda hit: f'"{schema}"."{self.table}"{hit[1] or ""}', self.select)

    def as_gx(self, sql_type: str = SQL_RULE) -> dict[str, Any]:
        """The form that `great_expectations.ExpectationSuite` takes; `sql_type` is the expectation to run it as.

        Braces and colons are text in the SQL of a rule, and placeholders in that of Great
        Expectations, which also puts brackets around it: a comment would swallow the last one.
        """
        bare = _COMMENT.sub(lambda hit: "" if hit[0].startswith("--") else hit[0], self.select)
        text = _PARAMETER.sub(r"\\:", bare.replace("{", "{{").replace("}", "}}"))
        query = _own_table(self.table).sub(
            lambda hit: f"(select * from {{batch}}){hit[1] or f' as {self.table}'}", text
        )
        return {
            "type": sql_type,
            "kwargs": {QUERY: query},
            "severity": self.severity,
            "meta": {"rule_id": self.rule_id, "reason": self.reason},
        }


@dataclass(frozen=True)
class Suite:
    """The rules of one staging table: its key first, then those that people wrote."""

    name: str
    table: Table
    rules: tuple[Rule, ...]


def load_suites(folder: Path) -> list[Suite]:
    """One suite for each staging table of the registry that has a rule, in the order of the registry.

    Raises `LocalsdgError` when the folder is missing, or a rule lies below a
    name that is no staging table, has no complete header, does not read its
    own table, or has an id that another rule has.
    """
    if not folder.is_dir():
        raise LocalsdgError(
            "the folder of rules is missing",
            where=folder,
            next_step="restore expectations/ from the repository",
        )
    staged = {table.name.split(".", 1)[1]: table for table in schema_tables(STAGING)}
    rules = [rule for table in staged.values() for rule in key_rules(table)]
    rules += [read_rule(path, staged) for path in sorted(folder.glob("*/*.sql"))]
    places: dict[str, str] = {}
    for rule in rules:
        if (place := places.setdefault(rule.rule_id, rule.table)) != rule.table:
            path = folder / rule.table / f"{rule.rule_id}.sql"
            raise _fault(path, f"two rules have the id {rule.rule_id}", "each id once", f"one on {place} too")
    suites = [Suite(name, table, tuple(one for one in rules if one.table == name)) for name, table in staged.items()]
    return [suite for suite in suites if suite.rules]


def read_rule(path: Path, staged: dict[str, Table]) -> Rule:
    """The rule of one file. Raises `LocalsdgError` as `load_suites` does."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _fault(path, "the rule is not text in UTF-8", "SQL", error) from error
    header = {name: " ".join(words.replace("\n--", " ").split()) for name, words in _HEADER.findall(text)}
    if missing := [name for name in ("rule", "severity", "why") if not header.get(name)]:
        raise _fault(
            path, f"the header of the rule lacks {', '.join(missing)}", "lines -- rule:, -- severity:, -- why:", ""
        )
    table = path.parent.name
    if table not in staged:
        raise _fault(path, "the folder of the rule is no staging table", ", ".join(staged), table)
    if path.stem != header["rule"]:
        raise _fault(path, "file name and id of the rule differ", f"{header['rule']}.sql", path.name)
    if header["severity"] not in SEVERITIES:
        raise _fault(path, "the rule has an unknown severity", " or ".join(SEVERITIES), header["severity"])
    select = _HEADER.sub("", text).strip().rstrip(";")
    code = _COMMENT.sub("''", select)
    if not re.match(r"(''\s*)*(select|with)\b", code):
        raise _fault(path, "the rule is no SELECT", "one SELECT of the rows that break it", select[:60])
    if ";" in code:
        raise _fault(path, "the rule is more than one statement", "one SELECT of the rows that break it", "a ;")
    if not _own_table(table).search(code):
        raise _fault(path, "the rule does not read the table it is about", f"from {STAGING}.{table}", select[:60])
    return Rule(header["rule"], table, header["severity"], header["why"], select, header.get("fix", LOOK))


def key_rules(table: Table) -> list[Rule]:
    """The rule that the declared key of a staging table is unique; none for a table without key.

    A table that our own SQL derives from others (`is_derived`) has its key by
    construction. Rows with the same null in the key (a series without
    indicator) are the same row twice.
    """
    if not table.primary_key or table.is_derived:
        return []
    name = table.name.split(".", 1)[1]
    key = ", ".join(f'"{column}"' for column in table.primary_key)
    return [
        Rule(
            f"GEN-{name}-primary_key",
            name,
            "critical",
            f"One row: {', '.join(table.primary_key)}; the registry declares it as the key.",
            f"select {key}, count(*) as n_rows\nfrom {table.name}\ngroup by {key}\nhaving count(*) > 1\norder by all",
            "Look at the examples; remove the second row of the key from what came in.",
        )
    ]


def _own_table(table: str) -> re.Pattern[str]:
    """The table's name in SQL, and its alias where it has one."""
    return re.compile(rf"\b{STAGING}\.{re.escape(table)}\b(\s+as\s+\w+)?")


def _fault(path: Path, what: str, expected: object, got: object) -> LocalsdgError:
    return LocalsdgError(
        what,
        where=f"{path.parent.name}/{path.name}",
        expected=expected or None,
        got=got or None,
        next_step=f"correct expectations/{path.parent.name}/{path.name}",
    )
