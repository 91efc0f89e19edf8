"""The run log: `data/warehouse/runs.jsonl`, a line a run, and a line a pull that failed."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from localsdg import __version__
from localsdg.common.public_text import public_text
from localsdg.common.settings import Settings

#: Longest reason in the run log, in characters.
LONGEST_DETAIL = 2000


class RunStatus(StrEnum):
    """How a run ended."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"  # the data are those of the published file, which stays
    BLOCKED = "blocked"  # by a check; nothing was published
    FAILED = "failed"


def log_row(
    settings: Settings, run_id: str, started_at: str, status: RunStatus, error: BaseException | str | None
) -> dict:
    """A line of the run log, with the end of the run set to now; times are UTC, ISO 8601."""
    return {
        "run_id": run_id,
        "started_at": started_at,
        "finished_at": datetime.now(UTC).replace(microsecond=0, tzinfo=None).isoformat(),
        "status": status,
        "code_version": code_version(settings),
        "detail": error_text(error) if isinstance(error, BaseException) else error,
    }


def error_text(error: BaseException) -> str:
    """An error as text; its class where it has no message."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    return str(error) or type(error).__name__


def _bounded(detail: str | None) -> str | None:
    """A reason of at most `LONGEST_DETAIL` characters: the log is read into every warehouse."""
    if detail is None or len(detail) <= LONGEST_DETAIL:
        return detail
    return detail[: LONGEST_DETAIL - 1] + "…"


def read_runs(settings: Settings) -> list[dict]:
    """Earlier runs from the run log, oldest first; a line cut off by a kill is passed over."""
    path = _run_log(settings)
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            row = json.loads(line)
        except ValueError:
            continue
        rows.append({**row, "detail": _bounded(row.get("detail"))})
    return rows


def code_version(settings: Settings) -> str:
    """Version of the package, with the commit where git knows it."""
    if not (settings.resources / ".git").exists():  # not the commit of whatever folder it is installed in
        return __version__
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=settings.resources,
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


def append(settings: Settings, row: dict) -> None:
    """Add a line to the run log, without secrets in addresses."""
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    row = {**row, "detail": _bounded(row["detail"])}
    with _run_log(settings).open("a", encoding="utf-8") as handle:
        handle.write(public_text(json.dumps(row, ensure_ascii=False)) + "\n")
