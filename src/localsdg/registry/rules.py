"""Rules under which something is left out, set aside, blanked or flagged: `rules.csv`.

Rules that are SQL (`expectations/`, `sql/audits/`) state the same in their header. All of
them are in `audit.rule` of the published file.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RULES_CSV = Path(__file__).parent / "rules.csv"


@dataclass(frozen=True)
class RuleText:
    """One rule as people read it: a row of `audit.rule`.

    `found_in` are the tables whose `rule_id` may name it, `applies_to` is the table or source that it is about.
    """

    rule_id: str
    severity: str
    applies_to: str | None
    reason: str
    remedy: str
    found_in: tuple[str, ...]


@cache
def rules() -> dict[str, RuleText]:
    """The rules of `rules.csv` by id; a line that names several prefixes is one rule of each."""
    with RULES_CSV.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return {
        (rule_id := f"{prefix}-{line['rule']}"): RuleText(
            rule_id,
            line["severity"],
            line["applies_to"],
            line["reason"],
            line["remedy"],
            tuple(line["found_in"].split()),
        )
        for line in lines
        for prefix in line["prefixes"].split()
    }


def rule_reason(rule_id: str) -> str:
    """Why the rule leaves something out, in one line; raises `KeyError` for an id that `rules.csv` lacks."""
    return rules()[rule_id].reason


def reasons(prefix: str, *letters: str) -> dict[str, str]:
    """Reasons by the part of the id behind `prefix`, where that begins with one of the letters (none: all)."""
    parts = {rule_id.partition("-")[2]: rule for rule_id, rule in rules().items() if rule_id.startswith(f"{prefix}-")}
    return {part: rule.reason for part, rule in parts.items() if part.startswith(letters or "")}
