"""The run log: what a line has, lines that are none, a full file, a file that cannot be written, and its tables."""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import threading
from pathlib import Path

import duckdb
import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline import run_log
from localsdg.pipeline.outcome import SourceOutcome, SourceStatus
from localsdg.pipeline.run import begin_run, end_run, logged
from localsdg.pipeline.run_log import append, error_text, read_runs, unreadable_log
from localsdg.pipeline.run_row import run_row
from localsdg.registry.tables import create_table_sql, tables
from localsdg.staging.ledger import SetAside
from localsdg.warehouse.run_history import KEPT_RUNS, RUN_TABLES, complete_run, insert_runs

KEYS = {
    *("run_id", "command", "live", "started_at", "finished_at", "scheduled_for", "status", "version", "code_version"),
    *("seconds", "rows_in", "rows_out", "rows_rejected", "sources", "set_aside", "set_aside_kinds"),
    *("set_aside_lines", "notes", "detail"),
}
OLD = {
    "run_id": "20261123T101112-abcdef",
    "started_at": "2026-11-23T10:11:12",
    "finished_at": None,
    "status": "failed",
    "code_version": "0.1.0",
    "detail": "killed before it ended",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, threads=1)


@pytest.fixture
def con():
    con = duckdb.connect()
    con.execute("create schema audit")
    for name in RUN_TABLES:
        con.execute(create_table_sql(tables()[name]))
    yield con
    con.close()


def write(settings: Settings, *lines: str | bytes) -> None:
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    text = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    (settings.warehouse / "runs.jsonl").write_bytes(text)


def test_a_run_is_logged_with_all_that_is_known_of_it(settings: Settings) -> None:
    run = begin_run(settings, command="run", live=True, scheduled_for="2026-11-23T06:00:00")
    run.version, run.manifest = "2026.11.23.1", {"version": "2026.11.23.1"}
    run.loads = [{"rows_in": 10, "rows_out": 7, "rows_rejected": 3}, {"rows_in": 1, "rows_out": 1, "rows_rejected": 0}]
    run.sources = [SourceOutcome("opensdg", "bristol", SourceStatus.FAILED, reason="no connection " * 99)]
    values = [SetAside("unsd", "value", f"A {n}", "WH-1", "too large") for n in range(90)]
    run.set_aside = [*values, SetAside("opensdg", "site", "bristol", "PULL-S01", "down")]
    run.notes = ["not compared"]
    with run.progress.stage("pull"):
        end_run(run)
    (row,) = read_runs(settings)
    assert set(row) == KEYS
    assert (row["command"], row["live"], row["scheduled_for"]) == ("run", True, "2026-11-23T06:00:00")
    assert (row["status"], row["version"], row["detail"]) == (
        "published",
        "2026.11.23.1",
        "1 not pulled: site bristol (opensdg): down",
    )
    assert (row["rows_in"], row["rows_out"], row["rows_rejected"]) == (11, 8, 3)
    assert list(row["seconds"]) == ["pull"], "a stage that has not ended is timed too"
    (source,) = row["sources"]
    assert source["status"] == "failed" and len(source["reason"]) == run_log.LONGEST_LINE
    assert (row["set_aside"], row["set_aside_kinds"]) == (91, {"value": 90, "site": 1})
    assert row["set_aside_lines"][0] == "site bristol (opensdg): down" and len(row["set_aside_lines"]) == 20


def test_a_pull_has_a_line_whether_it_went_well_or_not(settings: Settings) -> None:
    with logged(settings, "pull table") as run:
        run.sources.append(SourceOutcome("table", "lyon", SourceStatus.REFRESHED, "lyon@2026-11-23"))
    with logged(settings, "pull site") as run:
        run.set_aside.append(SetAside("opensdg", "site", "bristol", "PULL-S01", "down"))
    with pytest.raises(LocalsdgError), logged(settings, "pull reviews"):
        raise LocalsdgError("no")
    rows = read_runs(settings)
    assert [(row["command"], row["status"], row["detail"]) for row in rows] == [
        ("pull table", "pulled", None),
        ("pull site", "pulled", "pull site: 1 not pulled: site bristol (opensdg): down"),
        ("pull reviews", "failed", "pull reviews: no"),
    ]
    assert rows[0]["sources"][0]["name"] == "lyon" and rows[0]["live"] is None
    assert not list(settings.warehouse.glob(".running-*"))


def test_lines_of_earlier_versions_are_read_and_what_is_no_run_is_passed_over(settings: Settings, con) -> None:
    odd = {
        **{**OLD, "run_id": "odd", "seconds": {"pull": "long", "stage": 1.5, "nan": float("nan")}, "live": "yes"},
        "sources": [1, {"source": "unsd"}, *[{"source": "unsd", "name": "x", "status": "failed", "reason": 5}] * 2],
        "rows_in": -1,
        "set_aside": True,
        "set_aside_lines": "no list",
        "finished_at": "soon",
        "scheduled_for": "2026-11-23T06:00:00+02:00",
    }
    none = ["", "null", "5", "[]", "{}", '{"run_id": "a"}', '{"run_id": "b", "det', b"\xff\xfe", "[" * 100_000]
    foreign = [json.dumps({**OLD, **change}) for change in ({"status": "weird"}, {"started_at": 5}, {"run_id": []})]
    write(settings, *none, *foreign, json.dumps(OLD), json.dumps(odd), json.dumps({**odd, "detail": "the later line"}))
    old, later = read_runs(settings)
    assert set(old) == KEYS and (old["run_id"], old["seconds"], old["sources"]) == (OLD["run_id"], {}, [])
    assert later["detail"] == "the later line" and later["seconds"] == {"stage": 1.5} and len(later["sources"]) == 1
    assert (later["live"], later["rows_in"], later["finished_at"]) == (None, None, None)
    assert later["scheduled_for"] == "2026-11-23T04:00:00"
    insert_runs(con, [old, later])
    assert con.execute("select count(*) from audit.run").fetchall() == [(2,)]


def test_a_log_without_a_single_run_is_named(settings: Settings) -> None:
    assert unreadable_log(settings) is None
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    (settings.warehouse / "runs.jsonl").write_bytes(b"garbage{{{\n\x00\xff\n[]\n")
    assert unreadable_log(settings) == "runs.jsonl: none of its lines is a run"
    (settings.warehouse / "runs.jsonl").write_text("\n")
    assert unreadable_log(settings) is None


def test_a_line_that_a_kill_cut_off_takes_no_other_with_it(settings: Settings) -> None:
    write(settings, json.dumps(OLD), '{"run_id": "cut')
    append(settings, {**OLD, "run_id": "next"})
    assert [row["run_id"] for row in read_runs(settings)] == [OLD["run_id"], "next"]


def append_many(home: Path, name: str) -> None:
    for n in range(40):
        append(Settings(home=home), {**OLD, "run_id": f"{name}{n}", "detail": "x" * 1500})


def test_a_line_waits_until_another_writer_is_done(settings: Settings) -> None:
    write(settings, json.dumps(OLD))
    path = settings.warehouse / "runs.jsonl"
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        writer = threading.Thread(target=append, args=(settings, {**OLD, "run_id": "next"}))
        writer.start()
        writer.join(0.3)
        assert writer.is_alive() and [row["run_id"] for row in read_runs(settings)] == [OLD["run_id"]]
    writer.join(30)
    assert [row["run_id"] for row in read_runs(settings)] == [OLD["run_id"], "next"]


def test_a_full_log_goes_on_in_a_new_file_and_no_line_is_lost(settings: Settings, monkeypatch) -> None:
    monkeypatch.setattr(run_log, "LARGEST_LOG", 80_000)
    forked = multiprocessing.get_context("fork")
    writers = [forked.Process(target=append_many, args=(settings.home, name)) for name in "ab"]
    for process in writers:
        process.start()
    for process in writers:
        process.join(30)
    assert sum(path.stat().st_size for path in settings.warehouse.glob("runs*")) > 120_000
    assert {row["run_id"] for row in read_runs(settings)} == {f"{name}{n}" for name in "ab" for n in range(40)}
    append_many(settings.home, "c")
    append_many(settings.home, "d")
    sizes = [path.stat().st_size for path in sorted(settings.warehouse.glob("runs*"))]
    assert len(sizes) == 2 and max(sizes) < 84_000


def test_a_log_that_cannot_be_written_hides_no_end_of_a_run(settings: Settings, capsys) -> None:
    (settings.warehouse / "runs.jsonl").mkdir(parents=True)
    end_run(begin_run(settings))
    assert read_runs(settings) == []
    assert capsys.readouterr().err.startswith("the run log was not written: ")


def test_what_a_signal_raises_is_an_interruption() -> None:
    class TerminationSignal(BaseException):
        """As Prefect raises it, without a message."""

    for error in (KeyboardInterrupt(), SystemExit(1), TerminationSignal()):
        assert error_text(error) == "interrupted"
    assert error_text(ValueError()) == "ValueError" and error_text(ValueError("no")) == "no"


def test_the_tables_have_the_newest_runs_and_what_the_run_itself_knows(settings: Settings, con) -> None:
    append(settings, OLD)
    (old,) = read_runs(settings)
    run = begin_run(settings, command="build")
    run.version, run.progress.seconds = "2026.11.23.1", {"stage": 2.0, "check": 1.0}
    run.sources = [SourceOutcome("unsd", "indicators", SourceStatus.UNCHANGED, "2026.Q3.G.03", "2026-11-01")]
    many = [{**old, "run_id": f"r{n}"} for n in range(KEPT_RUNS + 5)]
    insert_runs(con, [*many, run_row(run, "building")])
    run.progress.seconds["build"] = 4.0
    run.set_aside = [SetAside("opensdg", "site", "bristol", "PULL-S01", "down")]
    complete_run(con, run_row(run, "published"))
    earlier = con.execute("select count(*), min(run_id) from audit.run where run_id like 'r%'").fetchall()
    assert earlier == [(KEPT_RUNS - 1, "r10")], "r0 to r5 are too old"
    assert con.execute(
        "select command, status, version, seconds, n_set_aside, set_aside_lines from audit.run where run_id = ?",
        [run.run_id],
    ).fetchall() == [("build", "published", "2026.11.23.1", 7.0, 1, ["site bristol (opensdg): down"])]
    stages = con.execute("select stage, seconds from audit.run_stage order by seconds").fetchall()
    assert stages == [("check", 1.0), ("stage", 2.0), ("build", 4.0)]
    assert con.execute("select * exclude run_id from audit.run_source").fetchall() == [
        ("unsd", "indicators", "unchanged", "2026.Q3.G.03", "2026-11-01", None)
    ]
