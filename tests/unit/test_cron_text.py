"""Five fields of cron as people write them, and the same times for systemd."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from localsdg.common.cron_text import check_zone, parse_cron
from localsdg.common.errors import UsageError

EVENTS = {
    "0 6 * * 1": ["Mon *-*-* 06:00:00 UTC"],
    " 0  6 * * MON ": ["Mon *-*-* 06:00:00 UTC"],
    "@weekly": ["Sun *-*-* 00:00:00 UTC"],
    "0 6 * * 7": ["Sun *-*-* 06:00:00 UTC"],
    "*/20 0-6/3 * jan,7 *": ["*-01,07-* 00,03,06:00,20,40:00 UTC"],
    "5/20 * * * *": ["*-*-* *:05,25,45:00 UTC"],
    # cron takes either of two restricted days
    "0 6 13 * fri": ["Fri *-*-* 06:00:00 UTC", "*-*-13 06:00:00 UTC"],
    "0 0 29 2 *": ["*-02-29 00:00:00 UTC"],
}


@pytest.mark.parametrize("text", EVENTS)
def test_the_times_for_systemd_are_those_of_cron(text) -> None:
    assert parse_cron(text).calendar_events("UTC") == EVENTS[text]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_takes_the_times() -> None:
    events = [event for events in EVENTS.values() for event in events]
    done = subprocess.run(["systemd-analyze", "calendar", *events], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text", [text for text in EVENTS if not text.startswith("@")])
def test_prefect_takes_them_too(text) -> None:
    from prefect.client.schemas.schedules import CronSchedule

    assert CronSchedule(cron=parse_cron(text).text, timezone="Europe/Madrid")


WRONG = {
    "0 6 * *": "five fields | expected minute, hour, .* | got 4",
    "": "got 0",
    "60 6 * * 1": "the minute .* from 0 to 59.* got '60'",
    "0 24 * * 1": "the hour",
    "0 6 0 * *": "the day of the month",
    "0 6 * 13 *": "the month .* jan, feb",
    "0 6 * * monday": "the day of the week .* sun, mon.* got 'monday'",
    "0 6 * * 5-1": "the day of the week",
    "*/0 * * * *": "the minute",
    "*/ * * * *": "the minute",
    "0 6 L * *": "the day of the month",
    "0 6 30 2 *": "never comes",
    "0 6 31 4,6 *": "never comes",
}


@pytest.mark.parametrize("text", WRONG)
def test_wrong_times_are_a_usage_error_that_names_the_field(text) -> None:
    with pytest.raises(UsageError, match=WRONG[text]) as caught:
        parse_cron(text)
    assert "0 6 * * 1" in str(caught.value)


@pytest.mark.parametrize(
    ("given", "meant"),
    {
        "europe/madrid": "Europe/Madrid",
        "Madrid": "Europe/Madrid",
        "Europe/Madird": "Europe/Madrid",
        "x": "or UTC",
    }.items(),
)
def test_an_unknown_zone_names_the_nearest(given, meant) -> None:
    with pytest.raises(UsageError, match=f"expected .*{meant}"):
        check_zone(given)


def test_a_known_zone_is_kept() -> None:
    assert check_zone("UTC") == "UTC" and check_zone("America/Bogota") == "America/Bogota"
