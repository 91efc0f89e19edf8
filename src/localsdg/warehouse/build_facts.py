"""What a build records in the new file beside its tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BuildFacts:
    """What the new file records about itself: its run, its sources and the checks."""

    run_id: str
    version: str
    started_at: str
    code_version: str
    datasets: tuple[dict, ...]  # one a snapshot, as `meta.dataset`, with its files' hashes
    runs: tuple[dict, ...] = ()  # earlier runs and this one, as the run log has them
    validation: tuple[dict, ...] = ()  # as `audit.validation_result`, without run_id
    accepted: tuple[dict, ...] = ()  # as `audit.accepted`
