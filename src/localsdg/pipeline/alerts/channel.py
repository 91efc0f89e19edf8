"""A channel: where alerts go, in which form, and which events it wants."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from localsdg.pipeline.alerts.secrets import Secrets


class ChannelForm(StrEnum):
    """The form in which a channel takes an alert."""

    FILE = "file"  # JSON lines
    WEBHOOK = "webhook"  # JSON
    SLACK = "Slack"
    TEAMS = "Teams"
    MAIL = "mail"


class EventKind(StrEnum):
    """What an alert can be about."""

    FAILED = "failed"
    BLOCKED = "blocked"
    SET_ASIDE = "set-aside"
    PUBLISHED = "published"
    HEADLINE = "headline"  # a headline value moved
    HELD = "held"  # newer data of a source are not used
    RECOVERED = "recovered"  # it works again
    STALE = "stale"  # a source has not been refreshed for several runs
    UNCHANGED = "unchanged"  # the run ended well and nothing was to be published, for services that expect a sign
    PULL = "pull"  # `localsdg pull ...` failed, outside a run


#: What a channel gets that names no events. A week without a change is no news, and a failed pull outside a
#: run was typed by someone who sees it fail.
DEFAULT_EVENTS = frozenset(EventKind) - {EventKind.UNCHANGED, EventKind.PULL}
#: The name in `?events=` for every event, those that are as in the last run too.
EVERYTHING = "all"


class Tls(StrEnum):
    """How the connection to a mail server is encrypted."""

    IMPLICIT = "implicit"  # from the first byte (smtps)
    STARTTLS = "starttls"  # it must offer it
    OFFERED = "offered"  # where it offers it; a password is never sent without
    NONE = "none"


@dataclass(frozen=True)
class MailServer:
    """A mail server, whom it is to deliver to, and who writes."""

    host: str
    port: int
    tls: Tls
    to: tuple[str, ...]
    sender: str
    login: tuple[str, str] | None = field(default=None, repr=False)  # user and password


@dataclass(frozen=True)
class Channel:
    """One address of the setting `notify`.

    `shown` is what may be printed of it: the form and the host, never a path,
    which is the secret of a webhook.
    """

    number: int  # in the setting, from 1
    form: ChannelForm
    shown: str
    events: frozenset[EventKind] = DEFAULT_EVENTS
    repeats: bool = False  # also events that are as in the last run
    secrets: Secrets = field(default_factory=Secrets, repr=False)
    path: Path | None = None  # of a file
    url: str = field(default="", repr=False)  # of a webhook, without user and password
    login: tuple[str, str] | None = field(default=None, repr=False)  # of a webhook
    mail: MailServer | None = None

    @property
    def name(self) -> str:
        """`channel 2 (Slack, hooks.slack.com)`."""
        return f"channel {self.number} ({self.shown})"


class ChannelFault(Exception):
    """An alert could not be sent; the text has no secret.

    `again` says that a second attempt may work, after `wait` seconds.
    """

    def __init__(self, text: str, *, again: bool = False, wait: float = 0.5) -> None:
        super().__init__(text)
        self.again, self.wait = again, wait
