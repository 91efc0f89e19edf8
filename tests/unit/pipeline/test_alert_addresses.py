"""Addresses of channels: what is taken, what is refused, and that no text repeats a secret."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from localsdg.common.settings import Settings
from localsdg.pipeline.alerts.addresses import read_channels
from localsdg.pipeline.alerts.channel import Channel, ChannelForm, EventKind, Tls
from localsdg.pipeline.alerts.secrets import Secrets

PASSWORD = "p@ss/w#rd? %é"


def channels(tmp_path: Path, notify: str, **environ: str):
    return read_channels(Settings(home=tmp_path, notify=notify), environ)


def one(tmp_path: Path, notify: str, **environ: str) -> Channel:
    found = channels(tmp_path, notify, **environ)
    assert found.faults == ()
    return found.usable[0]


def test_each_form_is_read(tmp_path) -> None:
    found = channels(
        tmp_path,
        "file:alerts.jsonl https://example.org/hook?a=1&events=failed,blocked&sig=x%2By slack+https://example.com/T/B "
        "teams+https://example.net:8443/w?sig=abc smtps://mail.example.org/?to=a%2Bb@example.org&from=c@example.org",
    )
    assert found.faults == ()
    file, hook, slack, teams, mail = found.usable
    assert file.path == tmp_path / "alerts.jsonl"
    # the server gets its own options as they are, and not ours
    assert hook.url == "https://example.org/hook?a=1&sig=x%2By" and hook.events == {"failed", "blocked"}
    assert (slack.form, slack.url) == (ChannelForm.SLACK, "https://example.com/T/B")
    assert (teams.form, teams.url) == (ChannelForm.TEAMS, "https://example.net:8443/w?sig=abc")
    assert mail.mail and (mail.mail.port, mail.mail.tls, mail.mail.to) == (465, Tls.IMPLICIT, ("a+b@example.org",))
    assert [channel.shown for channel in found.usable[1:]] == [
        "webhook, example.org",
        "Slack, example.com",
        "Teams, example.net:8443",
        "mail, mail.example.org:465",
    ]


def test_events_of_a_channel(tmp_path) -> None:
    default = one(tmp_path, "file:a")
    assert default.events == set(EventKind) - {EventKind.PULL, EventKind.UNCHANGED} and not default.repeats
    everything = one(tmp_path, "file:a?events=all")
    assert everything.events == set(EventKind) and everything.repeats
    assert one(tmp_path, "file:a?events=pull,set-aside").events == {EventKind.PULL, EventKind.SET_ASIDE}


def test_secrets_come_from_the_environment_and_from_files(tmp_path) -> None:
    mail = one(tmp_path, "smtp://user:${MAIL_PASSWORD}@h/?to=a@b.org", MAIL_PASSWORD=PASSWORD).mail
    assert mail and mail.login == ("user", PASSWORD) and mail.port == 587
    assert one(tmp_path, "slack+${HOOK}", HOOK="https://example.com/T/B/secret").url.endswith("/T/B/secret")
    (tmp_path / "password").write_text(PASSWORD + "\n")
    mail = one(tmp_path, "smtp://user@h:2525/?to=a@b.org&password_file=password").mail
    assert mail and mail.login == ("user", PASSWORD) and mail.port == 2525
    assert "NO_SUCH" in channels(tmp_path, "https://h/${NO_SUCH}").faults[0]


WRONG = [
    "file:alerts.jsonl,https://mail.example.org/hunter22",
    "https://mail.example.org/a;slack+https://mail.example.org/hunter22",
    f"smtp://user:{PASSWORD.split()[0]}@mail.example.org/?to=a@b.org",
    "smtp://user:hunter22/x@mail.example.org/?to=a@b.org",
    "smtp://user:12#hunter22@mail.example.org/?to=a@b.org",
    "smtp://user:12?hunter22@mail.example.org/?to=a@b.org",
    "slack+https://user:hunter22/x@example.org/hook",
    "hunter22@mail.example.org",
    "ftp://user:hunter22@example.org/",
    "smtp://user:hunter22@mail.example.org/",
    "smtp://user:hunter22@mail.example.org/?to=hunter22",
    "smtp://user:hunter22@mail.example.org/?to=a@b.org%0d%0aBcc:hunter22@b.org",
    "smtp://user:hunter22@mail.example.org/?to=a@b.org&tls=hunter22",
    "smtp://user:hunter22@mail.example.org/?to=a@b.org&hunter22=1",
    "smtp://hunter22@mail.example.org/?to=a@b.org",
    "https://[hunter22/hook",
    "https://example.org/hook?events=hunter22",
    "file:",
]


@pytest.mark.parametrize("address", WRONG)
def test_a_wrong_address_is_reported_without_a_part_of_it(tmp_path, address) -> None:
    found = channels(tmp_path, f"file:good {address}")
    assert len(found.usable) == 1 and len(found.faults) == 1
    assert found.faults[0].startswith("address 2 of the setting notify: ")
    assert not any(part in found.faults[0] for part in ("hunter22", "mail.example.org", "p@ss", "w#rd"))


def test_no_representation_shows_a_secret(tmp_path) -> None:
    notify = "smtp://user22:hunter22@h/?to=a@b.org https://user22:hunter22@h/hunter22"
    settings = Settings(home=tmp_path, notify=notify)
    for text in (repr(settings), repr(read_channels(settings, {}))):
        assert "hunter22" not in text and "user22" not in text


def test_secrets_are_hidden_however_a_server_writes_them() -> None:
    secrets = Secrets([PASSWORD, f"\0user\0{PASSWORD}", "hunter22"])
    forms = [
        PASSWORD,
        quote(PASSWORD),
        quote(PASSWORD, safe="").lower(),
        base64.b64encode(PASSWORD.encode()).decode(),
        base64.b64encode(f"\0user\0{PASSWORD}".encode()).decode(),
        json.dumps(PASSWORD),
        "HUNTER22",
    ]
    for form in forms:
        hidden = secrets.hide(f"refused: {form} is wrong")
        assert "***" in hidden and hidden.startswith("refused: ") and hidden.endswith(" is wrong")
        assert form not in hidden
    assert Secrets(["abc"]).hide("it says ABC") == "(left out)"
    assert Secrets(["abc"]).hide("it says nothing") == "it says nothing"
    assert Secrets().hide("as it is") == "as it is"
