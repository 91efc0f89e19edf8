"""Sending to all channels at once, each bounded in time, with a second attempt where that may help."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from localsdg.common.json_text import json_text
from localsdg.common.public_text import public_text
from localsdg.pipeline.alerts.alert import Alert
from localsdg.pipeline.alerts.channel import Channel, ChannelFault, ChannelForm

#: Seconds that a channel may take, its second attempt included.
SECONDS = 10.0
#: How a line of an alert that a channel did not take begins.
NOT_SENT = "the alert was not sent"
_ATTEMPTS = 2
#: With less time than this, all of it is for one attempt.
_TIME_FOR_TWO = 3.0


@dataclass
class Delivery:
    """How it went: `fault` says why an alert was not sent; None: it was."""

    channel: Channel
    alert: Alert
    fault: str | None
    seconds: float = 0.0

    @property
    def line(self) -> str:
        """One line for people, without a secret."""
        if self.fault is None:
            return f"{self.channel.name}: sent in {self.seconds:.1f} s"
        return f"{NOT_SENT} to {self.channel.name}: {self.fault}"


def deliver(pairs: Iterable[tuple[Channel, Alert]], seconds: float = SECONDS) -> list[Delivery]:
    """Send each alert to its channel, side by side; never takes much longer than `seconds`, never raises."""
    late = f"no answer within {seconds:g} seconds"
    deliveries = [Delivery(channel, alert, late, seconds) for channel, alert in pairs]
    # daemons: a server that never answers does not keep the process
    threads = [threading.Thread(target=_deliver, args=(one, seconds), daemon=True) for one in deliveries]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    # as they are now: a thread that is late may still end well
    return [replace(one) for one in deliveries]


def _deliver(delivery: Delivery, seconds: float) -> None:
    started = time.monotonic()
    end = started + seconds
    attempts = _ATTEMPTS if seconds > _TIME_FOR_TWO else 1
    for attempt in range(1, attempts + 1):
        try:
            # half of the time for the first attempt, so that one that hangs leaves time for the second
            _send(delivery.channel, delivery.alert, (end - time.monotonic()) / (attempts + 1 - attempt))
            fault = None
        except ChannelFault as error:
            fault = str(error)
            if error.again and attempt < attempts and time.monotonic() + error.wait + 0.5 < end:
                time.sleep(error.wait)
                continue
        except Exception as error:  # whatever it is, its text may have a secret in it
            fault = f"it failed ({type(error).__name__})"
        delivery.fault, delivery.seconds = fault, time.monotonic() - started
        return


def _send(channel: Channel, alert: Alert, seconds: float) -> None:
    if channel.form == ChannelForm.FILE:
        _append_to_file(channel, alert)
    elif channel.form == ChannelForm.MAIL:
        from localsdg.pipeline.alerts.mail import mail_alert

        mail_alert(channel, alert, seconds)
    else:
        from localsdg.pipeline.alerts.webhook import post_alert

        post_alert(channel, alert, seconds)


def _append_to_file(channel: Channel, alert: Alert) -> None:
    """Add a line of JSON; raises `ChannelFault` where the file cannot be written."""
    assert channel.path is not None
    try:
        channel.path.parent.mkdir(parents=True, exist_ok=True)
        with channel.path.open("a", encoding="utf-8") as handle:
            handle.write(public_text(json_text(alert.as_json())) + "\n")
    except OSError as error:
        raise ChannelFault(error.strerror or type(error).__name__) from None
