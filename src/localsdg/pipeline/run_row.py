"""A run as a line of the run log and as a row of `audit.run`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localsdg.pipeline.run_log import (
    LINES_SET_ASIDE,
    LONGEST_LINE,
    RunStatus,
    bounded,
    code_version,
    error_text,
    utc,
)

if TYPE_CHECKING:
    from localsdg.pipeline.outcome import SourceOutcome
    from localsdg.pipeline.run_facts import RunFacts
    from localsdg.sources.snapshot import Snapshot
    from localsdg.staging.ledger import SetAside

#: Status of the run that is making a warehouse, in that warehouse until it is published.
BUILDING = "building"


def run_row(run: RunFacts, status: str, error: BaseException | str | None = None) -> dict:
    """A run with its end set to now: what it was asked, how long each stage took, what came of each source.

    Times are UTC, ISO 8601; `seconds` by stage, of the one under way too;
    `version` is None where nothing was published. What was set aside is
    counted, and its first lines are kept: pulls that failed before all else.
    """
    publishes = status in (RunStatus.PUBLISHED, RunStatus.UNCHANGED, BUILDING)
    return {
        "run_id": run.run_id,
        "command": run.command,
        "live": run.live if run.command == "run" else None,
        "started_at": run.started_at,
        "finished_at": utc(datetime.now(UTC)),
        "scheduled_for": run.scheduled_for,
        "status": status,
        "version": (run.version or None) if publishes else None,
        "code_version": code_version(run.settings),
        "seconds": {stage: round(spent, 2) for stage, spent in run.progress.so_far().items()},
        **{name: _total(run.loads, name) for name in ("rows_in", "rows_out", "rows_rejected")},
        "sources": [_with_snapshot(one, run.snapshots) for one in run.sources],
        "set_aside": len(run.set_aside),
        "set_aside_kinds": dict(Counter(item.set_aside_kind for item in run.set_aside)),
        "set_aside_lines": _lines(run.set_aside),
        "notes": [bounded(note, LONGEST_LINE) for note in run.notes[:LINES_SET_ASIDE]],
        "detail": error_text(error) if isinstance(error, BaseException) else error or not_pulled(run.set_aside),
    }


def not_pulled(items: Iterable[SetAside]) -> str | None:
    """What could not be pulled, in one text; None where there is nothing of the kind."""
    lines = [item.line for item in items if item.rule_id.startswith("PULL-")]
    return f"{len(lines)} not pulled: " + "; ".join(lines) if lines else None


def _total(loads: list[dict], name: str) -> int | None:
    """Rows of all files; None where the run ended before it had read them."""
    return sum(load[name] for load in loads) if loads else None


def _lines(items: list[SetAside]) -> list[str]:
    """The first lines on what was set aside; single values, which are known and many, come last."""
    ordered = sorted(items, key=lambda item: (not item.rule_id.startswith("PULL-"), item.set_aside_kind == "value"))
    return [bounded(item.line, LONGEST_LINE) or "" for item in ordered[:LINES_SET_ASIDE]]


def _with_snapshot(outcome: SourceOutcome, snapshots: tuple[Snapshot, ...]) -> dict:
    """An outcome with the release in use and its day, where the pull did not know them."""
    facts = {**asdict(outcome), "status": str(outcome.status), "reason": bounded(outcome.reason, LONGEST_LINE)}
    used = snapshot_in_use(outcome.source, outcome.name, snapshots)
    if used and outcome.release in (None, used.release, used.path.name):
        facts["release"] = outcome.release or used.release
        facts["fetched_at"] = outcome.fetched_at or used.fetched_at
    return facts


def snapshot_in_use(source: str, name: str, snapshots: Iterable[Snapshot]) -> Snapshot | None:
    """The snapshot of a source that a run uses: of a site its own, else the newest release."""
    from localsdg.registry.releases import release_order

    own = [one for one in snapshots if one.source == source and one.extra.get("site_id") in (None, name)]
    return max(own, key=lambda one: (release_order(one.release), one.fetched_at), default=None)
