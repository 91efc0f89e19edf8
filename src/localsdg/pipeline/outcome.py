"""What a run came to for each source, as the run log keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SourceStatus(StrEnum):
    """How one source fared in a run."""

    REFRESHED = "refreshed"  # newer data came
    UNCHANGED = "unchanged"  # it was asked, and has what it had
    FAILED = "failed"  # it could not be asked, or not all of it
    HELD = "held"  # newer data came and are not used, because they lost too much


@dataclass(frozen=True)
class SourceOutcome:
    """One source in one run.

    `name` is the id of a site or data set, and `indicators` for the UN service.
    `release` is what is in use after the run, `fetched_at` its day (UTC, ISO
    8601), and `reason` says why newer data are not used.
    """

    source: str
    name: str
    status: SourceStatus
    release: str | None = None
    fetched_at: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Waiting:
    """A source that failed and may yet answer.

    `again_after` is the least wait that it asked for, in seconds; `fatal` is
    the error that ends the run where it stays silent.
    """

    again_after: float = 0.0
    fatal: Exception | None = None
