"""When a flow run was meant to begin: what Prefect's scheduler made has a time, what a person began has none."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

pipeline = pytest.importorskip("flows.pipeline")
MONDAY = datetime(2026, 11, 23, 6, tzinfo=ZoneInfo("Europe/Madrid"))


@pytest.mark.parametrize(
    ("flow_run", "expected"),
    [
        (SimpleNamespace(auto_scheduled=True, expected_start_time=MONDAY), "2026-11-23T05:00:00"),
        (SimpleNamespace(auto_scheduled=True, expected_start_time=None), None),
        (SimpleNamespace(auto_scheduled=False, expected_start_time=MONDAY), None),
        (None, None),
    ],
)
def test_only_a_run_of_the_scheduler_has_a_scheduled_time(flow_run, expected, monkeypatch) -> None:
    context = SimpleNamespace(flow_run=flow_run) if flow_run else None
    monkeypatch.setattr(pipeline.FlowRunContext, "get", lambda: context)
    assert pipeline._scheduled_for() == expected
