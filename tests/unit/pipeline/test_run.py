"""A run and its stages: their order, what a failure leaves, the lock, the work database, the run log."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from localsdg.common.errors import BlockedByChecks, LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline import run as run_module
from localsdg.pipeline import stages
from localsdg.pipeline.run import Run, begin_run, end_run, find_run, logged, open_run, writing
from localsdg.pipeline.run_log import LONGEST_DETAIL, RunStatus, append, read_runs
from localsdg.pipeline.stages import Stage, execute
from localsdg.staging.ledger import SetAside


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, threads=1)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of stages in the order in which they ran; none of them does anything."""
    names: list[str] = []

    def noted(stage: Stage) -> Stage:
        return replace(stage, action=lambda run: names.append(stage.name))

    for group in ("PULLS", "STAGES", "UNTIL_CHECK"):
        monkeypatch.setattr(stages, group, tuple(map(noted, getattr(stages, group))))
    return names


MAKING = ["stage", "link", "check", "build", "audit", "compare", "publish"]


def test_a_live_run_pulls_first_and_another_takes_the_inbox_alone(settings: Settings, done: list[str]) -> None:
    run = execute(begin_run(settings, live=True))
    assert done == [*(stage.name for stage in stages.PULLS), *MAKING]
    assert list(run.seconds) == ["pull", *MAKING]
    done.clear()
    run = execute(begin_run(settings))
    assert done == ["pull records", *MAKING] and list(run.seconds) == MAKING


def test_how_a_stage_is_run_can_be_handed_in(settings: Settings, done: list[str]) -> None:
    seen = []
    execute(begin_run(settings), lambda stage, run: seen.append((stage.name, run.folder.is_dir())))
    assert seen == [("pull records", False), *((name, True) for name in MAKING)] and done == []


def test_check_stops_before_anything_is_made(settings: Settings, done: list[str]) -> None:
    stages.check_only(settings, stages.Progress(show=False))
    assert done == ["stage", "link", "check"] and list(settings.warehouse.glob(".run-*")) == []


@pytest.mark.parametrize(
    ("error", "status"),
    [(LocalsdgError("no"), "failed"), (BlockedByChecks("no"), "blocked"), (KeyboardInterrupt(), "failed")],
)
def test_a_stage_that_fails_ends_the_run_with_its_reason(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: str
) -> None:
    def fail(run: Run) -> None:
        raise error

    monkeypatch.setattr(stages, "STAGES", (Stage("stage", fail, "stage"),))
    run = begin_run(settings)
    with pytest.raises(type(error)):
        execute(run)
    (row,) = read_runs(settings)
    assert (row["run_id"], row["status"], row["detail"]) == (run.run_id, status, str(error) or "interrupted")
    assert not run.folder.exists()
    with writing(settings):  # the lock is free again
        end_run(run)
    assert len(read_runs(settings)) == 1, "a run ends once"


def test_one_run_writes_at_a_time(settings: Settings) -> None:
    with writing(settings), pytest.raises(LocalsdgError, match="another run is writing"), writing(settings):
        pass


def test_a_run_is_known_by_its_id_until_the_next_begins(settings: Settings) -> None:
    run = begin_run(settings, series=("A",), strict=True)
    assert find_run(run.run_id) is run and (run.series, run.strict) == (("A",), True)
    end_run(run)
    begin_run(settings)
    with pytest.raises(LocalsdgError, match="belongs to another process"):
        find_run(run.run_id)


def test_tables_outlive_a_stage_and_temporary_ones_do_not(settings: Settings) -> None:
    run = begin_run(settings)
    with run.context() as context:
        context.con.execute("create table kept as select 1 as a; create temp table passing as select 1 as a")
    with run.context() as context:
        assert context.con.execute("select a from kept").fetchall() == [(1,)]
        with pytest.raises(duckdb.CatalogException):
            context.con.execute("from passing")
        assert context.select("core/goal").lower().startswith("--")
    run.drop()
    with run.context() as context, pytest.raises(duckdb.CatalogException):
        context.con.execute("from kept")
    run.drop()


def test_leftovers_of_a_killed_run_are_swept_and_noted(settings: Settings) -> None:
    (settings.warehouse / ".run-20261123T101112-abcdef").mkdir(parents=True)
    run = open_run(begin_run(settings))
    (row,) = read_runs(settings)
    assert (row["status"], row["started_at"]) == ("failed", "2026-11-23T10:11:12")
    assert [path.name for path in settings.warehouse.glob(".run-*")] == [run.folder.name]
    end_run(run)


def test_a_run_that_begins_before_its_minute_has_the_day_that_it_was_scheduled_for(settings: Settings) -> None:
    run = begin_run(settings, scheduled_for="2026-11-23T00:00:00")
    run.started_at = "2026-11-22T23:59:59"
    assert open_run(run).version == "2026.11.23.1"
    end_run(run)
    late = begin_run(settings, scheduled_for="2026-11-23T00:00:00")
    late.started_at = "2026-11-25T08:00:00"
    assert open_run(late).version == "2026.11.25.1", "a run that comes late is of its own day"
    end_run(late)


def test_a_signal_logs_the_runs_under_way(settings: Settings) -> None:
    run = begin_run(settings)
    run_module._end_interrupted()
    run_module._end_interrupted()
    assert [(row["run_id"], row["detail"]) for row in read_runs(settings)] == [(run.run_id, "interrupted")]


def test_what_failed_to_be_pulled_is_in_the_log(settings: Settings) -> None:
    with pytest.raises(LocalsdgError), logged(settings, "pull site") as run:
        run.set_aside.append(SetAside("opensdg", "site", "bristol", "PULL-S01", "down"))
        raise LocalsdgError("no", where="https://user:secret@city.test")
    (row,) = read_runs(settings)
    assert row["detail"].startswith("pull site: no in") and "secret" not in row["detail"]
    assert row["set_aside_lines"] == ["site bristol (opensdg): down"] and list(row["seconds"]) == ["pull"]


def test_the_log_is_bounded_and_a_line_cut_off_is_passed_over(settings: Settings) -> None:
    row = {"run_id": "a", "started_at": "2026-11-23T10:11:12", "status": RunStatus.FAILED, "detail": "x" * 9000}
    append(settings, row)
    with (settings.warehouse / "runs.jsonl").open("a") as handle:
        handle.write('{"run_id": "b", "det\n' + json.dumps({**row, "run_id": "c"}) + "\n")
    assert [(one["run_id"], len(one["detail"])) for one in read_runs(settings)] == [
        ("a", LONGEST_DETAIL),
        ("c", LONGEST_DETAIL),
    ]
