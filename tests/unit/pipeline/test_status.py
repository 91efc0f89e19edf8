"""The status: the age of each source, what a monitor reports, the schedule, and what is shown on one screen."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from localsdg.cli.status_text import _cut, print_status
from localsdg.common import processes
from localsdg.common.settings import Settings
from localsdg.pipeline import status as status_module
from localsdg.pipeline.run import begin_run, writing
from localsdg.pipeline.run_log import append, utc
from localsdg.pipeline.run_row import run_row
from localsdg.pipeline.schedule_times import schedule_facts
from localsdg.pipeline.source_history import DataInUse, source_states
from localsdg.pipeline.stages import running
from localsdg.pipeline.status import problems, status
from localsdg.pipeline.under_way import runs_under_way

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
FRESH = {"unsd": "refreshed", "bristol": "unchanged"}


def row(day: str, outcomes: dict[str, str], **more: object) -> dict:
    """A line of the run log of a live run on a day of November at six."""
    sources = [
        {
            "source": "unsd" if name == "unsd" else "opensdg",
            "name": "indicators" if name == "unsd" else name,
            "status": outcome,
            "release": None,
            "fetched_at": None,
            "reason": f"no connection on the {day}" if outcome in ("failed", "held") else None,
        }
        for name, outcome in outcomes.items()
    ]
    facts = run_row(begin_run(Settings(home=Path("/nowhere")), live=True), "published")
    ends = {"run_id": f"run{day}", "started_at": f"2026-11-{day}T06:00:00", "finished_at": f"2026-11-{day}T06:02:00"}
    return {**facts, **ends, "sources": sources, **more}


def used(name: str, day: str, source: str = "opensdg", *, bundled: bool = False) -> dict:
    return {(source, name): DataInUse(source, name, f"{name}@{day}", f"{day}T06:00:00+00:00", bundled)}


def state_of(rows: list[dict], name: str, **data: dict):
    states = source_states(rows, data.get("in_use", {}), data.get("available", {}))
    return next((one for one in states if one.name == name), None)


def test_a_source_that_fails_is_dated_from_the_first_of_its_failures_in_a_row() -> None:
    rows = [
        row("02", {"bristol": "failed"}),
        row("09", FRESH),
        row("16", {"bristol": "failed"}),
        row("18", {}, command="build", live=None),
        row("20", {"bristol": "failed"}, command="pull site"),
        row("23", {"bristol": "failed"}),
    ]
    bristol = state_of(rows, "bristol", in_use=used("bristol", "2026-11-01"))
    assert (bristol.status, bristol.since, bristol.n_runs) == ("failed", "2026-11-16T06:00:00", 3)
    assert bristol.reason == "no connection on the 23" and bristol.fetched_at[:10] == "2026-11-01"
    assert bristol.confirmed_at == "2026-11-09T06:00:00" and round(bristol.days_old(NOW), 2) == 18.25
    again = state_of([*rows, row("25", FRESH)], "bristol", in_use=used("bristol", "2026-11-01"))
    assert (again.status, again.since, again.n_runs, again.reason) == ("unchanged", None, 0, None)


def test_held_data_that_a_build_takes_are_as_old_as_when_they_were_fetched() -> None:
    taken = row("18", {"bristol": "refreshed"}, command="build", live=None)
    taken["sources"][0]["fetched_at"] = "2026-11-09T06:01:00+00:00"
    in_use = used("bristol", "2026-11-09")
    bristol = state_of([row("09", {"bristol": "held"}), taken], "bristol", in_use=in_use)
    assert (bristol.status, bristol.since, bristol.n_runs) == ("refreshed", None, 0)
    assert bristol.confirmed_at == "2026-11-09T06:01:00"


def test_held_data_count_as_not_refreshed() -> None:
    held = state_of([row("16", {"unsd": "held"}), row("23", {"unsd": "held"})], "indicators")
    assert (held.status, held.since, held.n_runs, held.is_asked) == ("held", "2026-11-16T06:00:00", 2, True)


def test_a_source_without_data_is_shown_while_a_run_asks_for_it() -> None:
    rows = [row("16", {"gone": "failed", "dead": "failed"}), row("23", {"dead": "failed", "unsd": "refreshed"})]
    dead = state_of(rows, "dead")
    assert (dead.release, dead.confirmed_at, dead.n_runs) == (None, None, 2)
    assert state_of(rows, "gone") is None, "it was taken from the list"
    assert state_of([*rows, row("24", {"lyon": "failed"}, command="pull site")], "lyon").n_runs == 1


def test_newer_data_that_are_not_published_are_named() -> None:
    in_use, newer = used("bristol", "2026-11-09"), used("bristol", "2026-11-24")
    assert state_of([], "bristol", in_use=in_use, available=newer).newer_at == "2026-11-24T06:00:00+00:00"
    assert state_of([], "bristol", in_use=in_use, available=in_use).newer_at is None


# ------------------------------------------------------------------ the schedule


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, threads=1)


def schedule(settings: Settings, **more: object) -> None:
    own = {"pid": os.getpid(), "process": processes.identity(os.getpid())}
    facts = {"cron": "0 6 * * mon", "timezone": "Europe/Madrid", "server": "http://127.0.0.1:4200/api", **own}
    times = {"started_at": "2026-11-01T10:00:00", "next_run": "2026-11-30T05:00:00"}
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    (settings.warehouse / "schedule.json").write_text(json.dumps({**facts, **times, **more}))


def test_the_next_times_are_those_of_the_zone_also_when_its_clock_changes(settings: Settings) -> None:
    schedule(settings)
    facts = schedule_facts(settings, [row("23", FRESH)], NOW)
    assert facts["next_runs"] == ["2026-11-30T05:00:00", "2026-12-07T05:00:00", "2026-12-14T05:00:00"]
    assert (facts["is_running"], facts["missed"], facts["problem"]) == (True, None, None)
    march = schedule_facts(settings, [row("23", FRESH)], datetime(2027, 3, 25, tzinfo=UTC))
    assert march["next_runs"][0] == "2027-03-29T04:00:00"


def test_a_run_that_did_not_begin_is_missed(settings: Settings) -> None:
    schedule(settings)
    began = [row("23", FRESH, scheduled_for="2026-11-23T05:00:00", started_at="2026-11-23T04:59:59")]
    assert schedule_facts(settings, began, NOW)["missed"] is None
    assert schedule_facts(settings, [row("16", FRESH)], NOW)["missed"] == "2026-11-23T05:00:00"
    due = datetime(2026, 11, 23, 5, tzinfo=UTC)
    assert schedule_facts(settings, [], due + timedelta(minutes=5))["missed"] is None, "it may yet begin"
    schedule(settings, started_at="2026-11-25T10:00:00")
    assert schedule_facts(settings, [], NOW)["missed"] is None, "the schedule was not there then"


def test_a_schedule_whose_process_is_gone_says_so(settings: Settings) -> None:
    assert schedule_facts(settings, [], NOW) is None
    schedule(settings, process="1:1")
    gone = schedule_facts(settings, [row("23", FRESH)], NOW)
    assert not gone["is_running"] and gone["problem"] == f"its process {os.getpid()} is gone; next: localsdg schedule"
    schedule(settings, next_run=None)
    assert "is paused" in schedule_facts(settings, [row("23", FRESH)], NOW)["problem"]


@pytest.mark.parametrize("cron", ["@weekly", "every week", None])
def test_times_that_cannot_be_read_leave_those_that_are_stated(cron: str | None, settings: Settings) -> None:
    schedule(settings, cron=cron)
    assert schedule_facts(settings, [], NOW)["next_runs"]
    for text in ("{", "[]", "{}"):
        (settings.warehouse / "schedule.json").write_text(text)
        facts = schedule_facts(settings, [], NOW)
        assert facts is None or not facts["is_running"]


# ------------------------------------------------------------------ the whole, and the screen


@pytest.fixture
def history(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Three weeks in a home without a published file: a site that is down, and a last run that failed."""
    monkeypatch.setattr(status_module, "sources_asked", lambda settings: frozenset({("opensdg", "bristol")}))
    for one in (
        row("09", FRESH, version="2026.11.09.1"),
        row("16", {"unsd": "unchanged", "bristol": "failed"}, version="2026.11.16.1"),
        row("23", {"unsd": "unchanged", "bristol": "failed"}, status="failed", detail="the disk is full " * 30),
    ):
        append(settings, one)
    return settings


def test_a_monitor_reads_what_is_wrong(history: Settings) -> None:
    schedule(history)
    state = status(history, NOW)
    lines = problems(state, 5)
    assert lines[0].startswith("the last run, of 2026-11-23T06:00:00 UTC, failed: the disk is full")
    assert "nothing is published" in lines
    late = "opensdg bristol was last confirmed 2026-11-09, 5 days are allowed: no connection on the 23"
    assert late in lines
    assert not any("bristol" in line for line in [*problems(state), *problems(state, 19)])
    append(history, row("25", {}, command="pull site", status="failed", detail="pull site: no | next: x"))
    assert any(
        line == "the last pull, of 2026-11-25T06:00:00 UTC, failed: pull site: no"
        for line in problems(status(history, NOW))
    )
    append(history, row("26", FRESH))
    assert problems(status(history, NOW)) == ["nothing is published"]


def test_a_run_log_that_cannot_be_read_is_a_problem_and_not_no_run(history, cli) -> None:
    (history.warehouse / "runs.jsonl").unlink(missing_ok=True)
    (history.warehouse / "runs.jsonl").mkdir(parents=True)
    assert any("the run log cannot be read" in line for line in problems(status(history, NOW)))
    output = " ".join(cli(history.home, "status").output.split())
    assert "Last run not known, as the run log cannot be read: runs.jsonl: Is a directory" in output


@pytest.mark.parametrize("width", [80, 120])
def test_the_screen_is_readable_at_both_widths(width: int, history: Settings, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    schedule(history)
    print_status(status(history, NOW))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width and len(lines) < 50
    text = " ".join(" ".join(lines).split())
    assert "Last run run --live, 4 days ago (2026-11-23 06:00 UTC): failed after 2 min 0 s: the disk is full" in text
    assert "2026-11-16 06:00 run --live: published" in text
    assert "could not be refreshed since 2026-11-16 (2 runs): no connection on the 23" in text
    assert "Next run 2026-11-30 05:00 UTC, in 3 days, then 2026-12-07 05:00" in text


def test_a_reason_is_shown_with_what_was_found_and_without_its_address() -> None:
    reason = (
        "1 of 1 series failed in http://un.test/v1 | got first SI_POV_DAY1: no usable answer in "
        "http://un.test/v1/Data?seriesCode=SI_POV_DAY1&page=1 | expected 200 with a page | got 503 Service Unavailable"
    )
    assert _cut(reason) == (
        "1 of 1 series failed, got first SI_POV_DAY1: no usable answer, got 503 Service Unavailable"
    )
    assert _cut("x" * 500, 10) == "x" * 9 + "…"


def test_a_run_under_way_and_one_that_was_killed_are_shown(history: Settings, capsys) -> None:
    run = begin_run(history, live=True)
    path = history.warehouse / ".running-20261127T100000-abcdef.json"
    with running(run), writing(history, run), run.progress.stage("stage"):
        (mark,) = runs_under_way(history)
        killed = {"run_id": "20261127T100000-abcdef", "process": "1:1", "stage": "check", "command": "build"}
        path.write_text(json.dumps({**mark, **killed}))
        state = status(history, datetime.now(UTC))
        assert path.exists(), "the status writes nothing"
    print_status(state)
    assert state["last_run"]["run_id"] == killed["run_id"]
    assert state["last_run"]["detail"] == "killed before it ended, in the stage check"
    assert [one["run_id"] for one in state["under_way"]] == [run.run_id]
    assert state["writer"]["run_id"] == run.run_id
    text = capsys.readouterr().out
    assert "Under way" in text and "in the stage stage for 0 s, writes the warehouse since " in " ".join(text.split())


def test_a_day_is_as_old_as_its_beginning() -> None:
    (old,) = source_states([], used("x", "2026-11-26"), {})
    assert round(old.days_old(NOW), 2) == 1.25 and utc(NOW) == "2026-11-27T12:00:00"
