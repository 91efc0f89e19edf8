"""Runs under way: their marks, what a kill leaves, and who holds the lock of the writer."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings
from localsdg.pipeline.run import begin_run, end_run, logged, open_run, writing
from localsdg.pipeline.run_log import append, read_runs
from localsdg.pipeline.run_row import run_row
from localsdg.pipeline.stages import running
from localsdg.pipeline.under_way import mark, runs_under_way, writer


def killed_in_a_pull(home: Path) -> None:
    settings = Settings(home=home)
    run = begin_run(settings, command="run", live=True, scheduled_for="2026-11-23T06:00:00")
    with running(run), run.progress.stage("pull"), writing(settings, run):
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, threads=1)


def test_a_run_shows_its_stage_while_it_works_and_nothing_after(settings: Settings) -> None:
    run = begin_run(settings, command="build")
    with running(run):
        with run.progress.stage("check"):
            (seen,) = runs_under_way(settings)
        with run.progress.stage("build"):
            (later,) = runs_under_way(settings)
    assert (seen["run_id"], seen["command"], seen["stage"], seen["is_running"]) == (run.run_id, "build", "check", True)
    assert later["stage"] == "build" and list(later["seconds"]) == ["check"]
    assert runs_under_way(settings) == [] and [row["run_id"] for row in read_runs(settings)] == [run.run_id]


def test_a_wrong_call_leaves_neither_a_mark_nor_a_line(settings: Settings) -> None:
    with pytest.raises(UsageError), logged(settings, "pull site"):
        raise UsageError("no")
    assert runs_under_way(settings) == [] and read_runs(settings) == []


def test_a_killed_run_is_logged_by_the_next_with_its_stage(settings: Settings) -> None:
    process = multiprocessing.get_context("fork").Process(target=killed_in_a_pull, args=(settings.home,))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    (left,) = runs_under_way(settings)
    assert not left["is_running"] and writer(settings) is None
    with logged(settings, "pull site"), logged(settings, "pull table"):
        pass
    killed = read_runs(settings)[0]
    assert (killed["run_id"], killed["status"], killed["finished_at"]) == (left["run_id"], "failed", None)
    assert killed["detail"] == "killed before it ended, in the stage pull"
    assert (killed["command"], killed["live"], killed["scheduled_for"]) == ("run", True, "2026-11-23T06:00:00")
    assert len(read_runs(settings)) == 3 and runs_under_way(settings) == []


def test_a_run_that_was_killed_after_its_line_is_not_logged_again(settings: Settings) -> None:
    run = begin_run(settings)
    mark(run, "publish")
    path = settings.warehouse / f".running-{run.run_id}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "process": "1:1"}))
    append(settings, run_row(run, "published"))
    other = open_run(begin_run(settings))
    with logged(settings, "pull site"):
        pass
    assert [row["status"] for row in read_runs(settings)] == ["published", "pulled"] and not path.exists()
    end_run(other)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"run_id": 5}', '{"run_id": "a"}'])
def test_a_broken_mark_stops_nothing(text: str, settings: Settings) -> None:
    settings.warehouse.mkdir(parents=True)
    for name in (".running-a.json", ".writer.json"):
        (settings.warehouse / name).write_text(text)
    with logged(settings, "pull site"):
        assert writer(settings) is None
    assert [row["command"] for row in read_runs(settings)] == ["pull site"]


def test_the_error_of_a_second_writer_names_the_first(settings: Settings) -> None:
    run = begin_run(settings, command="build")
    with running(run), writing(settings, run), run.progress.stage("check"):
        assert writer(settings)["run_id"] == run.run_id
        with pytest.raises(LocalsdgError) as error, writing(settings):
            pass
    assert f"localsdg build, run {run.run_id}, process {os.getpid()}, since " in str(error.value)
    assert "in the stage check" in str(error.value) and "localsdg status" in str(error.value)
    assert writer(settings) is None


def test_a_mark_of_another_machine_counts_for_three_days(settings: Settings) -> None:
    run = begin_run(settings)
    mark(run, "pull")
    path = settings.warehouse / f".running-{run.run_id}.json"
    facts = {**json.loads(path.read_text()), "host": "elsewhere", "process": "1:1"}
    for since, is_running in (("2999-01-01T00:00:00", True), ("2020-01-01T00:00:00", False)):
        path.write_text(json.dumps({**facts, "stage_since": since}))
        assert [one["is_running"] for one in runs_under_way(settings)] == [is_running]
