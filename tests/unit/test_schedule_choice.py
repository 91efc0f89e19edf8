"""Which due run starts, and which need none any more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from flows.deployment import DueRun, choose, deployment_name
from localsdg.common.settings import Settings

MONDAY = datetime(2026, 11, 2, 5, tzinfo=UTC)


def due(week: int, by_schedule: bool = True, **shift: float) -> DueRun:
    when = MONDAY + timedelta(weeks=week, **shift)
    return DueRun(uuid4(), f"week {week}", when, by_schedule, {"live": True})


def test_nothing_due_starts_nothing() -> None:
    assert choose([], None) == (None, [])


def test_of_four_missed_weeks_the_newest_runs_once() -> None:
    missed = [due(week) for week in (2, 0, 3, 1)]
    chosen, needless = choose(missed, None)
    assert chosen == missed[2] and [run.name for run in needless] == ["week 0", "week 1", "week 2"]


def test_a_run_that_began_later_stands_for_the_missed() -> None:
    """Asked for by hand after the machine was off: the scheduled one of Monday has nothing left to do."""
    missed = [due(0), due(1)]
    assert choose(missed, MONDAY + timedelta(weeks=1, minutes=5)) == (None, missed)


def test_a_run_that_falls_due_during_another_follows_it() -> None:
    during = due(1)
    assert choose([due(0), during], MONDAY + timedelta(days=6))[0] == during


def test_what_people_ask_for_runs_first_and_each() -> None:
    asked = [due(0, by_schedule=False, hours=2), due(0, by_schedule=False, hours=1)]
    chosen, needless = choose([due(0), *asked], MONDAY + timedelta(days=9))
    assert chosen == asked[1] and [run.by_schedule for run in needless] == [True]


def test_homes_that_share_a_server_have_deployments_of_their_own(tmp_path) -> None:
    homes = [Settings(home=tmp_path / name) for name in ("a", "b")]
    assert {deployment_name(home, shared=False) for home in homes} == {"scheduled"}
    assert len({deployment_name(home, shared=True) for home in homes}) == 2


def test_weekly_times_keep_their_hour_over_a_change_of_the_clock() -> None:
    """Europe/Madrid leaves summer time on 25 October 2026 and is back on 28 March 2027."""
    import asyncio

    from prefect.server.schemas.schedules import CronSchedule

    for start, hours in ((datetime(2026, 10, 18, tzinfo=UTC), [4, 5]), (datetime(2027, 3, 21, tzinfo=UTC), [5, 4])):
        schedule = CronSchedule(cron="0 6 * * 1", timezone="Europe/Madrid")
        times = asyncio.run(schedule.get_dates(2, start=start))
        assert [time.astimezone(UTC).hour for time in times] == hours
        assert [time.hour for time in times] == [6, 6]
