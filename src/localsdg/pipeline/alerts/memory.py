"""What alerts remember from run to run: problems that go on, and what could not be sent.

Kept in `data/warehouse/alerts.json`. A file that is lost or broken costs no
more than that known problems are reported once more as new.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from localsdg.common.parsed_text import json_of

if TYPE_CHECKING:
    from pathlib import Path

    from localsdg.common.settings import Settings

#: Seconds to wait for another process that writes the file.
_PATIENCE = 2.0
#: Most alerts that were not sent that are kept for a channel, and most problems.
_MOST_UNSENT, _MOST_PROBLEMS = 10, 2000


@dataclass
class Problem:
    """Something that is wrong since the run that began at `since` (UTC, ISO 8601), in `runs` runs in a row."""

    since: str
    runs: int = 1
    reason: str = ""


@dataclass
class Memory:
    """Open problems by key (see `events`), and the titles of alerts that a channel did not take."""

    problems: dict[str, Problem] = field(default_factory=dict)
    unsent: dict[str, list[str]] = field(default_factory=dict)

    def note(self, key: str, since: str, reason: str = "") -> Problem:
        """Count a problem of this run; returns it."""
        known = self.problems.get(key)
        self.problems[key] = Problem(known.since, known.runs + 1, reason) if known else Problem(since, 1, reason)
        return self.problems[key]


@contextmanager
def remembered(settings: Settings) -> Iterator[Memory]:
    """The memory, written when the block ends well; another process waits meanwhile.

    Where it cannot be locked, read or written (a full disk is what an alert may
    be about), the block works with what could be read.
    """
    path = settings.warehouse / "alerts.json"
    with _locked(settings.warehouse):
        text = ""
        with suppress(OSError, UnicodeDecodeError):
            text = path.read_text(encoding="utf-8")
        memory = _read(text)
        yield memory
        _write(path, json.dumps(_bounded(memory), ensure_ascii=False, indent=1) + "\n")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time; after `_PATIENCE`, and where there can be no lock, without."""
    from filelock import FileLock, Timeout

    lock = None
    with suppress(OSError, NotImplementedError, Timeout):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".alerts.lock")
        lock.acquire(timeout=_PATIENCE)
    try:
        yield
    finally:
        if lock is not None and lock.is_locked:
            lock.release()


def _write(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}-{uuid4().hex[:6]}.part")
    with suppress(OSError):
        try:
            new.write_text(text, encoding="utf-8")
            os.replace(new, path)
        finally:
            new.unlink(missing_ok=True)


def _read(text: str) -> Memory:
    try:
        content = json_of(text)
        names = {one.name for one in fields(Problem)}
        problems = {
            str(key): Problem(**{name: value for name, value in known.items() if name in names})
            for key, known in content.get("problems", {}).items()
        }
        unsent = {str(key): [str(title) for title in titles] for key, titles in content.get("unsent", {}).items()}
        if not all(isinstance(problem.runs, int) for problem in problems.values()):
            return Memory()
        return Memory(problems, unsent)
    except (ValueError, TypeError, AttributeError):
        return Memory()


def _bounded(memory: Memory) -> dict[str, Any]:
    return {
        "problems": {key: asdict(problem) for key, problem in list(memory.problems.items())[-_MOST_PROBLEMS:]},
        "unsent": {key: titles[-_MOST_UNSENT:] for key, titles in memory.unsent.items() if titles},
    }
