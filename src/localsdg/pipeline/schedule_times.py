"""When the schedule comes next, and whether it came, by `data/warehouse/schedule.json`, which it keeps as it runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from localsdg.common import processes
from localsdg.common.settings import Settings
from localsdg.pipeline.run_log import utc

#: Next times that are listed.
N_TIMES = 3
#: How long after its time a run may begin before it counts as missed: a server asks every few seconds.
SLACK = timedelta(minutes=10)
_ALIASES = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *"}


def read_schedule(settings: Settings, rows: list[dict], now: datetime) -> dict | None:
    """The schedule that was started last; None where there is none.

    `next_runs` are UTC, ISO 8601, also where its process is gone (`is_running`
    False) and they will not come. `missed` is the last time at which a run
    should have begun and none of `rows` did. `problem` says what is wrong.
    """
    path = settings.warehouse / "schedule.json"
    facts = _read(path)
    if facts is None:
        return None
    is_running = isinstance(facts.get("pid"), int) and processes.is_running(facts["pid"], facts.get("process"))
    problem = facts.get("problem")
    if not is_running:
        problem = problem or f"its process {facts.get('pid')} is gone; next: localsdg schedule"
    elif not facts.get("next_run"):
        problem = problem or "its server has no next run yet: it has just begun, or is paused"
    schedule: dict = {
        **{name: facts.get(name) for name in ("cron", "timezone", "server", "pid", "started_at")},
        "is_running": is_running,
        "next_runs": [],
        "missed": None,
        "problem": problem,
    }
    try:
        times = _times(str(facts["cron"]), str(facts.get("timezone") or "UTC"), now)
    except (KeyError, ValueError, TypeError) as error:
        stated = [facts["next_run"]] if isinstance(facts.get("next_run"), str) else []
        unread = f"its times cannot be read in {path}: {error}"
        return {**schedule, "next_runs": stated, "problem": problem or (None if stated else unread)}
    return {**schedule, "next_runs": times[1:], "missed": _missed(times[0], str(facts.get("started_at")), rows, now)}


def _read(path: Path) -> dict | None:
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _times(cron: str, timezone: str, now: datetime) -> list[str]:
    """The last time before now, and the next ones, in the days and hours of the time zone."""
    from cronsim import CronSim, CronSimError

    local = now.astimezone(ZoneInfo(timezone))
    text = _ALIASES.get(cron, cron)
    try:
        last = next(CronSim(text, local, reverse=True))
        coming = CronSim(text, local)
        return [utc(last), *(utc(next(coming)) for _ in range(N_TIMES))]
    except (CronSimError, StopIteration) as error:
        raise ValueError(f"{cron!r} is no time of a schedule") from error


def _missed(last: str, started_at: str, rows: list[dict], now: datetime) -> str | None:
    """The last time, where the schedule was there before it and no run has begun for it."""
    due = datetime.fromisoformat(last).replace(tzinfo=UTC)
    if now < due + SLACK or not started_at[:19] < last:
        return None
    came = any((row["scheduled_for"] or "") >= last or row["started_at"] >= last for row in rows)
    return None if came else last
