"""What a check of the doctor's finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from localsdg.common.clean_text import clean_text
from localsdg.common.public_text import public_text
from localsdg.common.settings import Settings


class Level(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"  # it works, and somebody should look
    PROBLEM = "problem"  # something does not work, or will not


@dataclass(frozen=True)
class Finding:
    """One line: what was checked, how it is, and what to do about it (a command where there is one)."""

    name: str
    level: Level
    found: str
    remedy: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "found", public_text(clean_text(" ".join(self.found.split()))))


@dataclass(frozen=True)
class CheckContext:
    """What the checks look at: settings, environment, and the time (UTC)."""

    settings: Settings
    environ: Mapping[str, str] = field(repr=False)
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))
    is_deep: bool = False  # read every byte
    is_offline: bool = False  # ask no server


def ok(name: str, found: str) -> Finding:
    """A check that found nothing wrong."""
    return Finding(name, Level.OK, found)


def warning(name: str, found: str, *, remedy: str) -> Finding:
    """Something that somebody should look at."""
    return Finding(name, Level.WARNING, found, remedy)


def problem(name: str, found: str, *, remedy: str) -> Finding:
    """Something that does not work."""
    return Finding(name, Level.PROBLEM, found, remedy)


def in_short(names: Iterable[str], most: int = 5) -> str:
    """The first names, and how many more there are."""
    every = list(names)
    return ", ".join(every[:most]) + (f" and {len(every) - most} more" if len(every) > most else "")
