"""The setting `notify`: addresses with blanks between them, each a channel.

    file:alerts.jsonl
    https://example.org/hook?events=failed,blocked
    slack+https://hooks.slack.com/services/...
    teams+${TEAMS_WEBHOOK}
    smtp://user:${SMTP_PASSWORD}@mail.example.org:587/?to=a@example.org&from=b@example.org
    smtps://user@mail.example.org/?to=a@example.org&password_file=/run/secrets/smtp

No error repeats a part of an address: where a password holds a sign that must
be percent-encoded, any part may be a piece of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote, urlsplit

from localsdg.pipeline.alerts.channel import (
    DEFAULT_EVENTS,
    EVERYTHING,
    Channel,
    ChannelForm,
    EventKind,
    MailServer,
    Tls,
)
from localsdg.pipeline.alerts.secrets import Secrets

if TYPE_CHECKING:
    from localsdg.common.settings import Settings

_REFERENCE = re.compile(r"\$\{([A-Za-z_]\w*)\}")
#: An address that is a variable as a whole, with at most the form before it.
_WHOLE = re.compile(r"((?:slack|teams)\+)?\$\{([A-Za-z_]\w*)\}")
_WEBHOOKS = {
    "http": ChannelForm.WEBHOOK,
    "https": ChannelForm.WEBHOOK,
    "slack+http": ChannelForm.SLACK,
    "slack+https": ChannelForm.SLACK,
    "teams+http": ChannelForm.TEAMS,
    "teams+https": ChannelForm.TEAMS,
}
_MAIL = ("smtp", "smtps")
_MAIL_OPTIONS = ("to", "from", "events", "tls", "password_file")
EXPECTED = "file:PATH, https://, slack+https://, teams+https://, smtp:// or smtps://"
#: Where a second address begins behind a comma: it would be a part of the first one's path, which is printed.
_JOINED = re.compile(r"[,;](?:file|smtps?|(?:slack\+|teams\+)?https?):", re.IGNORECASE)
_ENCODED = "signs such as / ? # % in a user or password percent-encoded (/ is %2F)"


class AddressFault(ValueError):
    """An address that cannot be used; the text has no part of it."""


@dataclass(frozen=True)
class Channels:
    """The channels of the setting, and a line for each address that cannot be used."""

    usable: tuple[Channel, ...] = ()
    faults: tuple[str, ...] = ()


def read_channels(settings: Settings, environ: Mapping[str, str] | None = None) -> Channels:
    """Every address of the setting `notify`; a wrong one leaves the others usable."""
    usable, faults = [], []
    for number, text in enumerate((settings.notify or "").split(), start=1):
        try:
            usable.append(_channel(number, _resolve(text, os.environ if environ is None else environ), settings.home))
        except AddressFault as fault:
            faults.append(f"address {number} of the setting notify: {fault}")
        except ValueError:  # of `urlsplit`, whose text repeats the address
            faults.append(f"address {number} of the setting notify: it cannot be read | expected {_ENCODED}")
    return Channels(tuple(usable), tuple(faults))


def _resolve(text: str, environ: Mapping[str, str]) -> str:
    """The address with the values of its `${NAME}`; inside an address they are percent-encoded."""

    def value(name: str) -> str:
        if not environ.get(name):
            raise AddressFault(f"the environment has no variable {name}")
        return environ[name]

    if whole := _WHOLE.fullmatch(text):
        return (whole[1] or "") + value(whole[2]).strip()
    return _REFERENCE.sub(lambda match: quote(value(match[1]), safe=""), text)


def _channel(number: int, text: str, home: Path) -> Channel:
    if _JOINED.search(text):
        raise AddressFault("another address follows a comma | expected blanks between addresses")
    scheme = text.partition(":")[0].lower()
    if scheme == "file":
        return _file_channel(number, text, home)
    if scheme not in (*_WEBHOOKS, *_MAIL) or "://" not in text:
        raise AddressFault(f"its form is not known | expected {EXPECTED}")
    parts = urlsplit(text)
    _ = parts.port  # raises where it is no number
    if not parts.hostname or parts.fragment or "@" in parts.hostname:
        raise AddressFault(f"it has no host, or signs that end it early | expected {_ENCODED}")
    return _mail_channel(number, parts, home) if scheme in _MAIL else _webhook_channel(number, parts)


def _file_channel(number: int, text: str, home: Path) -> Channel:
    path, _, query = text.partition(":")[2].partition("?")
    given = Path(unquote(path[2:] if path.startswith("//") else path)).expanduser()
    if not given.name:
        raise AddressFault("it names no file | expected file:PATH")
    events, repeats = _events(_options(query, ("events",)).get("events"))
    return Channel(number, ChannelForm.FILE, f"file, {given}", events, repeats, path=home / given)


def _webhook_channel(number: int, parts: SplitResult) -> Channel:
    form = _WEBHOOKS[parts.scheme.lower()]
    own = [one for one in parts.query.split("&") if one.startswith("events=")]
    query = "&".join(one for one in parts.query.split("&") if one not in own)
    events, repeats = _events(_options("&".join(own), ("events",)).get("events"))
    host = parts.netloc.rpartition("@")[2]
    scheme = parts.scheme.lower().rpartition("+")[2]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    pieces = [piece for piece in re.split(r"[/&=]", f"{parts.path}&{query}") if len(piece) >= 6]
    address = f"{parts.path}?{query}" if query else parts.path
    return Channel(
        number,
        form,
        f"{form}, {host}",
        events,
        repeats,
        _secrets(user, password, f"{user}:{password}", parts.path.strip("/"), query, *pieces, *map(unquote, pieces)),
        url=f"{scheme}://{host}{address}",
        login=(user, password) if parts.username else None,
    )


def _mail_channel(number: int, parts: SplitResult, home: Path) -> Channel:
    if parts.path not in ("", "/"):
        raise AddressFault(f"it has a path | expected {_ENCODED}")
    options = _options(parts.query, _MAIL_OPTIONS)
    events, repeats = _events(options.get("events"))
    user = unquote(parts.username or "")
    password = unquote(parts.password or "") or _password_of_file(options.get("password_file"), home)
    if bool(user) != bool(password):
        raise AddressFault("it has a user without a password, or a password without a user")
    tls = _tls(parts.scheme.lower(), options.get("tls"))
    to = tuple(_mail_address(one.strip(), "to") for one in options.get("to", "").split(",") if one.strip())
    if not to:
        raise AddressFault("it says not to whom | expected ?to=name@example.org")
    sender = options.get("from") or (user if "@" in user else to[0])
    host = str(parts.hostname)
    port = parts.port or (465 if tls == Tls.IMPLICIT else 587 if user else 25)
    server = MailServer(host, port, tls, to, _mail_address(sender, "from"), (user, password) if user else None)
    login = f"\0{user}\0{password}" if user else ""
    return Channel(
        number,
        ChannelForm.MAIL,
        f"mail, {host}:{port}",
        events,
        repeats,
        _secrets(user, password, login),
        mail=server,
    )


def _secrets(*values: str) -> Secrets:
    return Secrets([value for value in values if value])


def _options(query: str, known: tuple[str, ...]) -> dict[str, str]:
    """The options of an address; a `+` in one is a plus, as in an e-mail address."""
    options: dict[str, str] = {}
    for part in query.split("&") if query else []:
        name, _, value = part.partition("=")
        if name not in known:
            raise AddressFault(f"it has an option that is not known | expected {', '.join(known)}; {_ENCODED}")
        # several recipients may be given as several options
        options[name] = ",".join(filter(None, [options.get(name, ""), unquote(value)]))
    return options


def _events(text: str | None) -> tuple[frozenset[EventKind], bool]:
    """Kinds of events, and whether those that are as in the last run are wanted too."""
    if text is None:
        return DEFAULT_EVENTS, False
    names = {name.strip() for name in text.split(",") if name.strip()}
    if not names or names - {*EventKind, EVERYTHING}:
        raise AddressFault(f"it asks for events that there are not | expected {', '.join([*EventKind, EVERYTHING])}")
    if EVERYTHING in names:
        return frozenset(EventKind), True
    return frozenset(map(EventKind, names)), False


def _tls(scheme: str, given: str | None) -> Tls:
    if scheme == "smtps":
        if given not in (None, Tls.IMPLICIT):
            raise AddressFault("smtps is encrypted from the start | expected no option tls, or smtp://")
        return Tls.IMPLICIT
    if given is None:
        return Tls.OFFERED
    if given not in (Tls.STARTTLS, Tls.NONE):
        raise AddressFault("its option tls is not known | expected starttls or none")
    return Tls(given)


def _password_of_file(name: str | None, home: Path) -> str:
    if not name:
        return ""
    try:
        return (home / Path(name).expanduser()).read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise AddressFault(f"its password_file cannot be read ({type(error).__name__})") from None


def _mail_address(text: str, option: str) -> str:
    """The address, proved to be one: a line break in it would begin a header."""
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError):
        address = None
    if address is None or not address.domain or not text.isprintable():
        raise AddressFault(f"its option {option} is not an e-mail address | expected name@example.org")
    return text
