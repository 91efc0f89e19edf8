"""The offline page of the checks: one HTML file, no request to anywhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from localsdg.checks.blocking import ERRORED, FAILED, PASSED, CheckResult, blocking
from localsdg.common.output_files import write_text

_TEMPLATE = Path(__file__).with_name("report.html.j2")


def write_report(results: Sequence[CheckResult], path: Path, *, title: str, facts: dict[str, str]) -> Path:
    """Write the page to `path` and return it.

    `facts` are lines under the title (run, release, code version) as text.
    The same input gives the same bytes: nothing is taken from the clock. The
    file appears whole or not at all. Raises `OSError` when it cannot be written.
    """
    page = render_report(results, title=title, facts=facts)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, page)
    return path


def render_report(results: Sequence[CheckResult], *, title: str, facts: dict[str, str]) -> str:
    """The page as text; whatever comes from data is escaped."""
    # 30 ms to import, and only who writes a report needs it
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    blockers = blocking(list(results))
    return template.render(
        title=title,
        facts=facts,
        verdict=_verdict(results, blockers),
        blocked=bool(blockers),
        counts=_counts(results),
        findings=_by_weight(results),
        suites=[
            {"name": name, "rules": [_row(result) for result in group]}
            for name, group in groupby(results, key=lambda result: result.suite)
        ],
    )


def _counts(results: Sequence[CheckResult]) -> list[dict[str, Any]]:
    """Number of rules by outcome, in the order of weight."""
    classes = [_row(result)["tone"] for result in results]
    labels = {"blocked": "critical failed", "errored": "errored", "warned": "warnings", "passed": "passed"}
    return [{"tone": tone, "label": label, "n": classes.count(tone)} for tone, label in labels.items()]


def _verdict(results: Sequence[CheckResult], blockers: list[CheckResult]) -> str:
    if blockers:
        word = "check blocks" if len(blockers) == 1 else "checks block"
        return f"{len(blockers)} {word} the publication. The published file is untouched."
    warned = sum(result.outcome == FAILED for result in results)
    if warned:
        return f"Nothing blocks the publication. {warned} warnings to read."
    return "Nothing blocks the publication." if results else "No table was there to be checked."


def _by_weight(results: Sequence[CheckResult]) -> list[dict[str, Any]]:
    """Everything that did not pass, what blocks first."""
    first = blocking(list(results))
    rest = [result for result in results if result.outcome != PASSED and result not in first]
    return [_row(result) for result in [*first, *rest]]


def _row(result: CheckResult) -> dict[str, Any]:
    tone = result.outcome
    if tone == FAILED:
        tone = "blocked" if result.severity == "critical" else "warned"
    return {
        "rule_id": result.rule_id,
        "suite": result.suite,
        "outcome": result.outcome,
        "severity": result.severity,
        "tone": tone,
        "expectation": result.expectation,
        "reason": result.reason,
        "count": "" if result.n_unexpected is None or result.outcome == ERRORED else result.n_unexpected,
        "examples": _examples(result.examples),
    }


def _examples(text: str | None) -> list[list[tuple[str, str]]]:
    """Findings as lists of (column, value); null shows as a dash."""
    rows = json.loads(text) if text else []
    return [[(key, "–" if value is None else str(value)) for key, value in row.items()] for row in rows]
