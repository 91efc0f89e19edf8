"""What reaches Prefect's page of a run: from which threads, without which secrets, and under which name."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from uuid import uuid4

import pytest

from localsdg.common.settings import Settings
from localsdg.pipeline.run import Run
from localsdg.pipeline.run_log import RunStatus
from localsdg.pipeline.stage_log import logged_stage
from localsdg.staging.ledger import SetAside

logs = pytest.importorskip("flows.logs", reason="Prefect is not installed")
artifacts = pytest.importorskip("flows.artifacts")
run_page = pytest.importorskip("flows.run_page")
abandoned = pytest.importorskip("flows.abandoned")
SECRET = "https://me:hunter2@un.example/x?token=hunter2&a=1"


@pytest.fixture
def sent(monkeypatch) -> list[dict]:
    """What would go to Prefect's interface."""
    lines: list[dict] = []
    monkeypatch.setattr("prefect.logging.handlers.emit_api_log", lines.append)
    monkeypatch.setenv("PREFECT_LOGGING_TO_API_ENABLED", "true")
    return lines


def a_run(tmp_path: Path) -> Run:
    return Run(Settings(home=tmp_path), "20260108T060000-abcdef", "2026-01-08T06:00:00", tmp_path / "run")


def test_lines_of_any_thread_are_on_the_page_without_secrets(sent) -> None:
    flow_run_id, log = uuid4(), logging.getLogger("localsdg.sources.http.client")
    with logs.on_the_page(flow_run_id):
        pull = threading.Thread(target=lambda: log.info("attempt %d: %s; again in %.1f s", 1, SECRET, 2.0))
        pull.start()
        pull.join()
        log.debug("not shown")
    log.warning("after the run")
    assert [(line["flow_run_id"], line["message"]) for line in sent] == [
        (str(flow_run_id), "attempt 1: https://un.example/x?a=1; again in 2.0 s")
    ]


def test_a_traceback_of_a_task_is_without_secrets() -> None:
    try:
        raise OSError(f"no route to {SECRET}")
    except OSError as error:
        record = logging.LogRecord("prefect.task_runs", 40, "", 1, "failed: %s", (SECRET,), (OSError, error, None))
    assert logs.WithoutSecrets().filter(record)
    text = logging.Formatter().format(record)
    assert "hunter2" not in text and "OSError: no route to https://un.example/x?a=1" in text


def test_a_stage_logs_its_seconds_and_each_thing_set_aside_once(tmp_path, caplog) -> None:
    caplog.set_level(logging.INFO, "localsdg")
    run = a_run(tmp_path)
    run.set_aside = [SetAside("unsd", "file", "old.csv", "UN-1", "bad")]
    with pytest.raises(ValueError), logged_stage(run, "stage"):
        run.set_aside = [
            SetAside("unsd", "file", "old.csv", "UN-1", "bad", used_instead="another"),
            SetAside("unsd", "file", "new.csv", "UN-1", "bad"),
        ]
        raise ValueError("no")
    lines = [record.getMessage() for record in caplog.records]
    assert lines[0] == "stage: begins" and lines[-1] == "set aside: file new.csv (unsd): bad"
    assert lines[1].startswith("stage: failed after 0.") and len(lines) == 3


@pytest.mark.parametrize(
    ("status", "version", "name"),
    [
        (None, "", "localsdg 20260108T060000-abcdef"),
        (None, "2026.1.8.1", "localsdg 2026.1.8.1"),
        (RunStatus.PUBLISHED, "2026.1.8.1", "localsdg 2026.1.8.1"),
        (RunStatus.UNCHANGED, "2026.1.8.1", "localsdg 2026.1.8.1 unchanged"),
        (RunStatus.BLOCKED, "2026.1.8.1", "localsdg 2026.1.8.1 not published"),
        (RunStatus.FAILED, "", "localsdg 20260108T060000-abcdef not published"),
    ],
)
def test_a_flow_run_is_named_after_its_version(status, version, name, tmp_path) -> None:
    run = a_run(tmp_path)
    run.status, run.version = status, version
    assert run_page.name_of(run) == name


def test_rows_of_a_table_have_the_same_keys_and_a_bound() -> None:
    rows = artifacts.plain_rows([{"a": "x" * 500, "b": float("nan")}, {"c": None, "a": SECRET}] * 200)
    assert len(rows) == 201 and {tuple(row) for row in rows} == {("a", "b", "c")}
    assert len(rows[0]["a"]) == 200 and rows[0]["b"] == "nan" and rows[1]["a"] == r"https\://un.example/x?a=1"
    assert artifacts.plain_rows([{"a": "[x](javascript:1)"}]) == [{"a": r"\[x\](javascript:1)"}]
    assert rows[-1]["a"] == "and 200 more"


def test_a_run_is_given_up_only_where_its_process_is_surely_gone(tmp_path) -> None:
    class FlowRun:
        labels: dict = {}

    own = run_page.own_labels(Settings(home=tmp_path))
    if run_page.PROCESS not in own:
        pytest.skip("reads the processes from /proc")
    dead = {**own, run_page.PROCESS: "1:1"}
    for labels, gone in (
        (own, False),
        (dead, True),
        ({**own, run_page.BOOT: "another start of the machine"}, True),
        ({**dead, run_page.HOME: "/elsewhere"}, False),
        ({**dead, run_page.MACHINE: "another"}, False),
        ({name: value for name, value in dead.items() if name != run_page.PROCESS}, False),
        ({}, False),
    ):
        FlowRun.labels = labels
        assert abandoned._is_gone(FlowRun, own) is gone
