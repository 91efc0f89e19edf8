"""The run log: `data/warehouse/runs.jsonl`, a line a run or pull, however it ended.

Lines of earlier versions have fewer keys, and a kill may cut one off: what is
read is put in the shape of today, and what is no run is passed over. The file
is renamed to `runs.1.jsonl` when it is full, so that a log of years never
takes more than twice `LARGEST_LOG`; both are read.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from localsdg import __version__
from localsdg.common.json_text import json_text
from localsdg.common.line_log import append_line
from localsdg.common.public_text import public_text
from localsdg.common.settings import Settings
from localsdg.pipeline.outcome import SourceStatus

#: Longest reason in the run log, in characters.
LONGEST_DETAIL = 2000
#: Longest reason of one source, and longest line on what was set aside, in characters.
LONGEST_LINE = 240
#: Lines on what was set aside that a run keeps; all of the newest run are in audit.quarantine.
LINES_SET_ASIDE = 20
#: Bytes at which the log begins a new file: two of 4 MB are read in 0.1 s, and hold a thousand runs or more.
LARGEST_LOG = 4_000_000


class RunStatus(StrEnum):
    """How a run or pull ended."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"  # the data are those of the published file, which stays
    PULLED = "pulled"  # a pull brought what it was asked for, or a part of it
    BLOCKED = "blocked"  # by a check; nothing was published
    FAILED = "failed"


def utc(moment: datetime) -> str:
    """A moment as the run log writes it: UTC to the second, ISO 8601, without a zone."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()


def error_text(error: BaseException) -> str:
    """An error as text; its class where it has no message."""
    if not isinstance(error, Exception):  # Ctrl-C, and what Prefect makes of a signal
        return "interrupted"
    return str(error) or type(error).__name__


def bounded(text: str | None, longest: int = LONGEST_DETAIL) -> str | None:
    """A text of at most `longest` characters: the log is read into every warehouse."""
    if text is None or len(text) <= longest:
        return text
    return text[: longest - 1] + "…"


def read_runs(settings: Settings) -> list[dict]:
    """Earlier runs and pulls, oldest first, with all keys of today; what a line does not have is None or empty.

    A line that is no run, such as one cut off by a kill, is passed over. Of
    two lines of one run the later one counts.
    """
    rows: dict[str, dict] = {}
    for path in (_older(settings), _run_log(settings)):
        for line in _lines(path):
            row = _row(line)
            if row:
                rows.pop(row["run_id"], None)
                rows[row["run_id"]] = row
    return list(rows.values())


def unreadable_log(settings: Settings) -> str | None:
    """Why the run log that is there cannot be read, as where it is another user's or holds no run; or None."""
    for path in (_older(settings), _run_log(settings)):
        try:
            path.open("rb").close()
        except FileNotFoundError:
            continue
        except OSError as error:
            return f"{path.name}: {error.strerror}"
    held = [path.name for path in (_older(settings), _run_log(settings)) if any(map(str.strip, _lines(path)))]
    return f"{held[-1]}: none of its lines is a run" if held and not read_runs(settings) else None


def append(settings: Settings, row: dict) -> None:
    """Add a line to the run log, without secrets in addresses.

    A log that cannot be written is one line on standard error: it must not
    hide how the run ended.
    """
    row = {**row, "detail": bounded(row["detail"])}
    line = public_text(json_text(row))
    try:
        settings.warehouse.mkdir(parents=True, exist_ok=True)
        with _locked(_run_log(settings)) as log:
            append_line(_run_log(settings), line)
            if os.fstat(log).st_size > LARGEST_LOG:
                _run_log(settings).replace(_older(settings))
    except OSError as error:
        print(f"the run log was not written: {error}", file=sys.stderr)


def code_version(settings: Settings) -> str:
    """Version of the package, with the commit where git knows it."""
    return _version_at(settings.resources)


@cache
def _version_at(resources: Path) -> str:
    """Asked once: a process goes on with the code that it has loaded."""
    if not (resources / ".git").exists():  # not the commit of whatever folder it is installed in
        return __version__
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=resources,
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return __version__
    return f"{__version__}+{commit}"


def _run_log(settings: Settings) -> Path:
    return settings.warehouse / "runs.jsonl"


def _older(settings: Settings) -> Path:
    return settings.warehouse / "runs.1.jsonl"


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The open file, for one writer at a time; opened again where another writer has just renamed it."""
    while True:
        log = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            fcntl.flock(log, fcntl.LOCK_EX)
            if not path.exists() or os.fstat(log).st_ino != path.stat().st_ino:
                continue
            yield log
            return
        finally:
            os.close(log)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:  # there is none, or it cannot be read: history never stops a run
        return []


def _row(line: str) -> dict | None:
    """A line in the shape of today; None where it is no run."""
    try:
        body = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    run_id, started_at, status = _text(body.get("run_id")), _moment(body.get("started_at")), body.get("status")
    if not run_id or not started_at or status not in set(RunStatus):
        return None
    return {
        "run_id": run_id,
        "command": _text(body.get("command")),
        "live": body.get("live") if isinstance(body.get("live"), bool) else None,
        "started_at": started_at,
        "finished_at": _moment(body.get("finished_at")),
        "scheduled_for": _moment(body.get("scheduled_for")),
        "status": status,
        "version": _text(body.get("version")),
        "code_version": _text(body.get("code_version")) or "unknown",
        "seconds": _numbers(body.get("seconds")),
        **{name: _count(body.get(name)) for name in ("rows_in", "rows_out", "rows_rejected")},
        "sources": _sources(body.get("sources")),
        "set_aside": _count(body.get("set_aside")),
        "set_aside_kinds": {kind: int(n) for kind, n in _numbers(body.get("set_aside_kinds")).items()},
        "set_aside_lines": _texts(body.get("set_aside_lines")),
        "notes": _texts(body.get("notes")),
        "detail": bounded(_text(body.get("detail"))),
    }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> list[str]:
    lines = value[:LINES_SET_ASIDE] if isinstance(value, list) else []
    return [bounded(one, LONGEST_LINE) or "" for one in lines if isinstance(one, str)]


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**62 else None


def _moment(value: object) -> str | None:
    """A moment as `utc` writes it; None where it is none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return utc(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _numbers(value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        return {}
    return {
        name: float(number)
        for name, number in value.items()
        if isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)
    }


def _sources(value: object) -> list[dict]:
    """Outcomes by source; of two of one source the later one counts."""
    outcomes: dict[tuple[str, str], dict] = {}
    for one in value if isinstance(value, list) else []:
        if not isinstance(one, dict):
            continue
        source, name, status = (_text(one.get(key)) for key in ("source", "name", "status"))
        if source and name and status in set(SourceStatus):
            optional = {key: bounded(_text(one.get(key)), LONGEST_LINE) for key in ("release", "fetched_at", "reason")}
            outcomes[source, name] = {"source": source, "name": name, "status": status, **optional}
    return list(outcomes.values())
