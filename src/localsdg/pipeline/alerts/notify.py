"""The alert of each run that ends: never raises, bounded in time, one line where a channel fails."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localsdg.common.errors import LocalsdgError
    from localsdg.common.settings import Settings
    from localsdg.pipeline.alerts.addresses import Channels
    from localsdg.pipeline.alerts.alert import Alert
    from localsdg.pipeline.alerts.deliver import Delivery
    from localsdg.pipeline.alerts.events import Event
    from localsdg.pipeline.alerts.memory import Memory
    from localsdg.pipeline.report import RunReport
    from localsdg.pipeline.run import Run

#: Seconds for alerts while a signal ends the process, which then waits no longer.
INTERRUPTED_SECONDS = 1.5


def alert_run(run: Run, pull: str = "", is_interrupted: bool = False) -> list[str]:
    """Send what the run gives cause to report; returns a line for each channel that did not take it.

    `pull` names the command where it is a pull outside a run that failed. A
    run that someone at a terminal interrupts is no news to them.
    """
    if not run.settings.notify or (is_interrupted and sys.stderr.isatty()):
        return []
    seconds = INTERRUPTED_SECONDS if is_interrupted else None
    return _without_failing(lambda: _alert(run, pull, seconds))


def alert_failure(settings: Settings, what: str, error: LocalsdgError) -> list[str]:
    """Send that runs do not begin, which no run can report; returns lines as `alert_run`."""
    from localsdg.pipeline.alerts.alert import Alert
    from localsdg.pipeline.alerts.channel import EventKind
    from localsdg.pipeline.alerts.events import Event

    if not settings.notify:
        return []
    alert = Alert(
        f"schedule-{datetime.now(UTC):%Y%m%dT%H%M%S}",
        "failed",
        f"localsdg: {what}",
        next_step=error.next_step or "localsdg doctor",
    )
    return _without_failing(lambda: _send(settings, alert, lambda _: (Event(EventKind.FAILED, error.reason),), None))


def _without_failing(send: Callable[[], list[str]]) -> list[str]:
    try:
        lines = send()
    except Exception as error:  # an alert must not cost a run, and the text of an error may have a secret in it
        lines = [f"the alert was not sent: {type(error).__name__}"]
    for line in lines:
        _print(f"warning: {line} | next: localsdg notify --test")
    return lines


def send_test(channels: Channels) -> list[Delivery]:
    """Send a test alert to each channel, whatever events it wants."""
    from localsdg.pipeline.alerts.alert import Alert
    from localsdg.pipeline.alerts.deliver import deliver

    alert = Alert(
        f"test-{datetime.now(UTC):%Y%m%dT%H%M%S}",
        "test",
        "localsdg: a test alert",
        report=("This channel works: alerts of runs come here.", "Signs that must arrive as they are: < > & _ * é 東"),
        next_step="localsdg status",
    )
    return deliver((channel, alert) for channel in channels.usable)


def _alert(run: Run, pull: str, seconds: float | None) -> list[str]:
    from localsdg.pipeline.alerts.alert import alert_of

    alert = alert_of(run, _report(run, pull))
    return _send(run.settings, alert, lambda memory: _events(run, pull, memory), seconds)


def _send(
    settings: Settings, alert: Alert, find_events: Callable[[Memory], tuple[Event, ...]], seconds: float | None
) -> list[str]:
    """Send the alert with its events to each channel that wants them; returns a line for each that did not take it."""
    from localsdg.pipeline.alerts.addresses import read_channels
    from localsdg.pipeline.alerts.alert import for_channel
    from localsdg.pipeline.alerts.deliver import SECONDS, deliver
    from localsdg.pipeline.alerts.memory import remembered

    channels = read_channels(settings)
    with remembered(settings) as memory:
        events = find_events(memory)
        unsent = {channel.name: list(memory.unsent.get(channel.name, ())) for channel in channels.usable}
    pairs = [
        (channel, one)
        for channel in channels.usable
        if (one := for_channel(alert, events, channel, unsent[channel.name]))
    ]
    deliveries = deliver(pairs, seconds or SECONDS) if pairs else []
    _remember_unsent(settings, deliveries, unsent)
    return [*channels.faults, *(one.line for one in deliveries if one.fault)]


def _events(run: Run, pull: str, memory: Memory) -> tuple[Event, ...]:
    from localsdg.pipeline.alerts.events import event_of_pull, events_of_run

    if not pull:
        return events_of_run(run, memory)
    # a pull that got everything is no news
    return (event_of_pull(run, pull),) if run.error or run.set_aside else ()


def _report(run: Run, pull: str) -> RunReport:
    from localsdg.pipeline.alerts.events import SCHEDULE
    from localsdg.pipeline.report import RunReport, run_report

    if not pull:
        try:
            return run_report(run)
        except Exception as error:  # the events matter more than a report that cannot be written
            return RunReport(
                f"the run {run.status}", (f"its report failed: {type(error).__name__}",), "localsdg status"
            )
    title = "no run starts any more: the schedule gave up" if pull == SCHEDULE else f"{pull} failed"
    return RunReport(title, (), getattr(run.error, "next_step", None) or "localsdg status")


def _remember_unsent(settings: Settings, deliveries: list[Delivery], before: dict[str, list[str]]) -> None:
    """Keep the titles of what a channel did not take, for its next alert."""
    from localsdg.pipeline.alerts.memory import remembered

    if not any(one.fault or before[one.channel.name] for one in deliveries):
        return
    with remembered(settings) as memory:
        for one in deliveries:
            name = one.channel.name
            missed = [f"{one.alert.subject} (run {one.alert.run_id})"]
            memory.unsent[name] = [*before[name], *missed] if one.fault else []


def _print(line: str) -> None:
    try:
        print(line, file=sys.stderr)
    except (OSError, ValueError):
        return
