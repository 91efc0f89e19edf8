"""When the schedule comes next, and whether it came, by `data/warehouse/schedule.json`, which it keeps as it runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from localsdg.common.settings import Settings
from localsdg.pipeline.run_log import utc
from localsdg.pipeline.schedule_state import read_state

#: Next times that are listed.
N_TIMES = 3
#: How long after its time a run may begin before it counts as missed: a server asks every few seconds.
SLACK = timedelta(minutes=10)
_ALIASES = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *"}


def schedule_facts(settings: Settings, rows: list[dict], now: datetime) -> dict | None:
    """The schedule that was started last and not stopped since; None where there is none.

    `next_runs` are UTC, ISO 8601, also where its process is gone (`is_running`
    False) and they will not come. `missed` is the last time at which a run
    should have begun and none of `rows` did. `problem` says what is wrong.
    """
    state = read_state(settings)
    if state is None:
        return None
    is_running = isinstance(state.pid, int) and state.is_running
    problem = state.problem
    if not is_running:
        problem = problem or f"its process {state.pid} is gone; next: localsdg schedule"
    elif not state.next_run:
        problem = problem or "its server has no next run yet: it has just begun, or is paused"
    schedule: dict = {
        **{name: getattr(state, name) for name in ("cron", "timezone", "server", "pid", "started_at")},
        "is_running": is_running,
        "next_runs": [state.next_run] if isinstance(state.next_run, str) else [],
        "missed": None,
        "problem": problem,
    }
    try:
        times = _times(str(state.cron), str(state.timezone or "UTC"), now)
    except (KeyError, ValueError) as error:
        return {**schedule, "problem": problem or (None if schedule["next_runs"] else f"its times: {error}")}
    return {**schedule, "next_runs": times[1:], "missed": _missed(times[0], str(state.started_at), rows, now)}


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
