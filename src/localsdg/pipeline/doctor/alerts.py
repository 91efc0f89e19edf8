"""The channels of alerts: whether their addresses can be used. None is sent."""

from __future__ import annotations

from collections.abc import Iterator

from localsdg.pipeline.alerts.addresses import read_channels
from localsdg.pipeline.alerts.deliver import NOT_SENT
from localsdg.pipeline.doctor.finding import CheckContext, Finding, in_short, ok, problem, warning
from localsdg.pipeline.run_log import read_runs

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def check_channels(context: CheckContext) -> Iterator[Finding]:
    """Addresses that cannot be used, that are not encrypted, or that did not take the last alert."""
    channels = read_channels(context.settings, context.environ)
    for fault in channels.faults:
        yield problem("alerts", fault, remedy="localsdg notify --help")
    for channel in channels.usable:
        host = channel.shown.partition(", ")[2]
        if channel.url.startswith("http://") and not host.startswith(_LOOPBACK):
            found = f"{channel.name} is not encrypted, and its address is its secret"
            yield warning("alerts", found, remedy="give it as https://, then localsdg notify --test")
    runs = read_runs(context.settings) if context.settings.notify else []
    unsent = [note for note in runs[-1]["notes"] if note.startswith(NOT_SENT)] if runs else []
    if unsent:
        yield warning("alerts", in_short(unsent), remedy="localsdg notify --test")
    elif not channels.faults:
        names = in_short((channel.name for channel in channels.usable), 9)
        yield ok("alerts", names or "no channel is set: failed runs are not reported (localsdg notify --help)")
