"""What checks and audits found, and which of it forbids publication."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from localsdg.common.errors import BlockedByChecks

PASSED, FAILED, ERRORED = "passed", "failed", "errored"
#: Rules that the error names one by one, and the length of an example or reason in it;
#: the report has all of them in full.
NAMED, WIDTH = 10, 200


@dataclass(frozen=True)
class CheckResult:
    """What one rule found.

    `outcome` is passed, failed or errored. `n_unexpected` counts findings:
    rows for a rule about rows, groups for one about series or releases; None
    where the expectation counts nothing. `examples` is JSON text: a list of
    at most five findings, or of the error's message.
    """

    suite: str
    rule_id: str
    expectation: str
    severity: str
    outcome: str
    n_unexpected: int | None
    reason: str
    examples: str | None


def blocking(results: list[CheckResult]) -> list[CheckResult]:
    """Results that forbid publication: critical failures first, then whatever errored.

    Failures come first because they name the fault; an error is often their
    consequence (a column that is not there).
    """
    failed = [result for result in results if result.outcome == FAILED and result.severity == "critical"]
    return failed + [result for result in results if result.outcome == ERRORED]


def raise_if_blocked(
    results: list[CheckResult], report_path: Path, *, rule: str = "check", schema: str = "staging"
) -> None:
    """Raise `BlockedByChecks` with every result that blocks: its rule, count and first example.

    `rule` is what the results are of (check, audit), `schema` where their
    suites are tables. The text is bounded, whatever was found.
    """
    blockers = blocking(results)
    if not blockers:
        return
    first, n = blockers[0], len(blockers)
    got = "; ".join(_line(result) for result in blockers[:NAMED])
    raise BlockedByChecks(
        f"publication blocked: {rule} {first.rule_id} {first.outcome}"
        if n == 1
        else f"publication blocked: {n} {rule}s do not hold",
        where="the built warehouse" if rule == "audit" else f"{schema}.{first.suite}" if n == 1 else schema,
        expected=_short(first.reason.rstrip(".")) if n == 1 else f"that each {rule} holds",
        got=f"{got}; and {n - NAMED} more" if n > NAMED else got,
        next_step=f"open {report_path}, which has all that was found; nothing was published",
    )


def _line(result: CheckResult) -> str:
    """`WH-001 failed (2 found), first {...}`"""
    count = f" ({result.n_unexpected:,} found)" if result.n_unexpected else ""
    examples = json.loads(result.examples) if result.examples else []
    first = f", first {_short(json.dumps(examples[0], ensure_ascii=False))}" if examples else ""
    return f"{result.rule_id} {result.outcome}{count}{first}"


def _short(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
