"""Alerts to real servers on loopback, of runs that end in every way; and nothing written has a secret in it."""

from __future__ import annotations

import errno
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from alert_servers import Mailbox, hook, mail_server, write_certificate

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline import run as run_module
from localsdg.pipeline import stages
from localsdg.pipeline.alerts import deliver
from localsdg.pipeline.alerts.addresses import read_channels
from localsdg.pipeline.alerts.alert import Alert
from localsdg.pipeline.alerts.channel import ChannelFault
from localsdg.pipeline.alerts.mail import mail_alert
from localsdg.pipeline.alerts.notify import alert_failure, alert_run, send_test
from localsdg.pipeline.doctor import libraries
from localsdg.pipeline.run import begin_run, end_run, logged, open_run, writing
from localsdg.pipeline.run_log import read_runs
from localsdg.staging.ledger import SetAside

PASSWORD = "hunter22/#é:+ secret"
ALERT = Alert("r1", "failed", "localsdg: it failed", report=("the disk is full",), next_step="localsdg run")


@pytest.fixture(autouse=True)
def alerts_on(monkeypatch) -> None:
    monkeypatch.setattr(run_module, "_AT_END", [alert_run])


def send(tmp_path: Path, address: str, seconds: float = 10.0) -> deliver.Delivery:
    found = read_channels(Settings(home=tmp_path, notify=address))
    assert found.faults == ()
    (one,) = deliver.deliver([(found.usable[0], ALERT)], seconds)
    return one


def fail(settings: Settings, reason: str = "the disk is full", **options: object) -> None:
    end_run(begin_run(settings, **options), LocalsdgError(reason, next_step="localsdg doctor"))


def written(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_webhook_gets_json_and_slack_and_teams_their_forms(tmp_path) -> None:
    with hook() as server:
        forms = {
            form: send(tmp_path, f"{form}http://{server.address}/a?sig=b%2Fc&events=failed")
            for form in ("", "slack+", "teams+")
        }
        assert {one.fault for one in forms.values()} == {None}
        plain, slack, teams = server.bodies
        assert set(server.asked) == {"/a?sig=b%2Fc"}
    assert (plain["run_id"], plain["status"], plain["next_step"]) == ("r1", "failed", "localsdg run")
    assert plain["lines"] == ["the disk is full"]
    assert slack["text"] == "localsdg: it failed" and "the disk is full" in slack["blocks"][0]["text"]["text"]
    assert teams["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"


def test_an_error_of_the_server_is_tried_once_more(tmp_path) -> None:
    for first in (500, 503, 429, "close"):
        with hook(first) as server:
            assert send(tmp_path, f"http://{server.address}/").fault is None, first
            assert (len(server.asked), len(server.bodies)) == (2, 1)
    with hook(500, 500) as server:
        fault = send(tmp_path, f"http://{server.address}/").fault
        assert fault and fault.startswith("status 500") and len(server.asked) == 2
    with hook(404) as server:
        fault = send(tmp_path, f"http://{server.address}/").fault
        assert fault and fault.startswith("status 404") and len(server.asked) == 1


def test_a_long_retry_after_is_not_waited_for(tmp_path) -> None:
    with hook(429, headers={"Retry-After": "3600"}) as server:
        one = send(tmp_path, f"http://{server.address}/")
        assert one.fault and one.fault.startswith("status 429") and one.seconds < 2


def test_no_redirect_is_followed(tmp_path) -> None:
    for status in (301, 302, 307, 308):
        with hook(status) as server:
            fault = send(tmp_path, f"http://{server.address}/secret-path").fault
            assert fault and "redirects" in fault and "secret-path" not in fault
            assert server.asked == ["/secret-path"]


def test_a_server_that_never_answers_costs_the_time_of_a_channel_and_no_more(tmp_path) -> None:
    with hook(9.0, 9.0) as slow, hook() as quick:
        settings = Settings(home=tmp_path, notify=f"http://{slow.address}/ http://{quick.address}/ file:a.jsonl")
        started = time.monotonic()
        channels = read_channels(settings)
        first, *others = deliver.deliver([(channel, ALERT) for channel in channels.usable], 1.0)
        assert time.monotonic() - started < 2.0
        assert first.fault in ("no answer in time", "no answer within 1 seconds")
        assert [one.fault for one in others] == [None, None]


def test_a_mail_server_that_never_greets_costs_no_more(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        one = send(tmp_path, f"smtp://127.0.0.1:{silent.getsockname()[1]}/?to=a@example.org", 1.0)
        assert time.monotonic() - started < 2.0 and one.fault and one.fault.startswith("no answer")


def test_a_connection_that_is_closed_because_its_time_is_over_had_no_answer(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"smtp://127.0.0.1:{silent.getsockname()[1]}/?to=a@example.org"
        (channel,) = read_channels(Settings(home=tmp_path, notify=address)).usable
        with pytest.raises(ChannelFault, match="^no answer in time$"):
            mail_alert(channel, ALERT, 0.2)


def test_a_mail_has_both_parts_and_all_of_the_alert(tmp_path) -> None:
    pytest.importorskip("aiosmtpd")
    with mail_server(Mailbox(refused="no@example.org")) as box:
        address = f"smtp://127.0.0.1:{box.port}/?to=a%2Bx@example.org,b@example.org&from=c@example.org"
        assert send(tmp_path, address).fault is None
        fault = send(tmp_path, address.replace("b@", "no@")).fault
        assert fault == "1 of 2 recipients were refused"
        assert send(tmp_path, f"smtp://127.0.0.1:{box.port}/?to=no@example.org").fault == (
            "every recipient was refused: status 550"
        )
    message = box.messages[0]
    assert box.recipients[0] == ["a+x@example.org", "b@example.org"]
    assert (message["Subject"], message["From"]) == ("localsdg: it failed", "c@example.org")
    plain, page = (message.get_body((form,)) for form in ("plain", "html"))
    assert plain and page
    for text in ("the disk is full", "localsdg run", "r1"):
        assert text in plain.get_content() and text in page.get_content()


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_password_is_sent_only_encrypted_and_never_printed(tmp_path, monkeypatch) -> None:
    pytest.importorskip("aiosmtpd")
    certificate = write_certificate(tmp_path / "server.pem")
    login, wrong = f"me22:{quote('right-word', safe='')}", "me22:wrong-word"

    def end(port: int, user: str, options: str = "", scheme: str = "smtp") -> str | None:
        return send(tmp_path, f"{scheme}://{user}@127.0.0.1:{port}/?to=a@example.org{options}").fault

    for implicit, scheme in ((False, "smtp"), (True, "smtps")):
        with mail_server(Mailbox("me22", "right-word"), certificate, implicit=implicit) as box:
            monkeypatch.delenv("SSL_CERT_FILE", raising=False)
            assert end(box.port, login, scheme=scheme) == ("the encrypted connection failed: is its certificate valid?")
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
            assert end(box.port, login, scheme=scheme) is None
            refusal = end(box.port, wrong, scheme=scheme)
            assert refusal and refusal.startswith("the login was refused: status 535") and "***" in refusal
            assert "wrong-word" not in refusal and "me22" not in refusal
        assert len(box.messages) == 1
    with mail_server(Mailbox("me22", "right-word")) as box:
        refusal = end(box.port, login)
        assert refusal and refusal.startswith("the server offers no encryption")
        assert end(box.port, login, "&tls=none") is None


def test_each_end_of_a_run_is_one_alert(tmp_path) -> None:
    settings = Settings(home=tmp_path, notify="file:alerts.jsonl")
    fail(settings)
    fail(settings)
    run = begin_run(settings, live=True)
    run.manifest, run.version = {"version": "v1"}, "v1"
    run.set_aside = [SetAside("opensdg", "site", "narnia", "PULL-S01", "it could not be pulled")]
    end_run(run)
    end_run(run)
    alerts = written(tmp_path / "alerts.jsonl")
    assert [sorted(event["kind"] for event in alert["events"]) for alert in alerts] == [
        ["failed"],
        ["failed"],
        ["published", "recovered", "set-aside"],
    ]
    assert "the disk is full" in alerts[0]["lines"][0] and alerts[0]["next_step"] == "localsdg doctor"
    assert alerts[1]["title"].endswith("(2 runs in a row)")
    assert alerts[2]["version"] == "v1"


def test_a_killed_run_is_reported_by_the_next(tmp_path, bundle_of_one) -> None:
    settings = Settings(home=tmp_path, notify="file:alerts.jsonl", resources=bundle_of_one)
    killed = "20261101T060000-abcdef"
    (settings.warehouse / f".run-{killed}").mkdir(parents=True)
    stages.at_end(alert_run)
    with writing(settings):
        open_run(begin_run(settings)).drop()
    (alert,) = written(tmp_path / "alerts.jsonl")
    assert alert["run_id"] == killed and alert["events"][0]["kind"] == "failed"
    assert any("killed before it ended" in line for line in alert["lines"])


def test_a_killed_pull_is_reported_by_its_mark(tmp_path) -> None:
    settings = Settings(home=tmp_path, notify="file:pulls.jsonl?events=pull file:default.jsonl")
    settings.warehouse.mkdir(parents=True)
    mark = {"run_id": "r1", "started_at": "2026-11-01T06:00:00", "command": "pull table", "stage": "pull", "pid": 1}
    (settings.warehouse / ".running-r1.json").write_text(json.dumps({**mark, "host": "gone"}))
    stages.at_end(alert_run)
    for _ in range(2):  # it is reported once
        with logged(settings, "pull site"):
            pass
    (alert,) = written(tmp_path / "pulls.jsonl")
    assert alert["run_id"] == "r1"
    assert alert["events"][0]["line"] == "pull table: it was killed before it ended, in the stage pull"
    assert (alert["title"], alert["next_step"]) == ("localsdg: pull table failed", "localsdg status")
    assert written(tmp_path / "default.jsonl") == []


@pytest.fixture
def bundle_of_one(tmp_path, monkeypatch) -> Path:
    """No snapshot is needed to open a run here."""
    monkeypatch.setattr(run_module, "available_snapshots", lambda *_: ((), frozenset(), []))
    return tmp_path


def test_a_failed_pull_is_sent_where_it_is_asked_for(tmp_path) -> None:
    settings = Settings(
        home=tmp_path, notify="file:default.jsonl file:pulls.jsonl?events=pull file:all.jsonl?events=all"
    )
    with pytest.raises(LocalsdgError), logged(settings, "pull table"):
        raise LocalsdgError("no answer", next_step="localsdg pull table")
    assert written(tmp_path / "default.jsonl") == []
    for name in ("pulls", "all"):
        (alert,) = written(tmp_path / f"{name}.jsonl")
        assert [event["line"] for event in alert["events"]] == ["pull table: no answer"]
        assert (alert["title"], alert["next_step"]) == ("localsdg: pull table failed", "localsdg pull table")


def test_a_channel_that_fails_costs_a_line_and_gets_it_later(tmp_path, capsys) -> None:
    with hook(500, 500) as server:
        settings = Settings(home=tmp_path, notify=f"nonsense http://{server.address}/token-of-the-hook?events=failed")
        fail(settings)
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 2 and all(line.startswith("warning: ") for line in lines)
        (row,) = read_runs(settings)
        assert row["status"] == "failed" and len(row["notes"]) == 2
        assert "status 500" in row["notes"][1]
        assert "token-of-the-hook" not in (settings.warehouse / "runs.jsonl").read_text()
        run = begin_run(settings)
        run.manifest, run.version = {"version": "v1"}, "v1"
        end_run(run)  # the channel does not want what is published, but what it missed
        assert any("was not delivered" in line for line in server.bodies[0]["lines"])
        end_run(begin_run(settings), LocalsdgError("again"))
        assert not any("was not delivered" in line for line in server.bodies[1]["lines"])


def test_an_alert_never_fails_a_run(tmp_path, monkeypatch, capsys) -> None:
    from localsdg.pipeline.alerts import memory

    def broken(settings: Settings) -> None:
        raise OSError("no space left for hunter22")

    monkeypatch.setattr(memory, "remembered", broken)
    fail(Settings(home=tmp_path, notify="file:a.jsonl"))
    err = capsys.readouterr().err
    assert err.startswith("warning: the alert was not sent: OSError") and "hunter22" not in err


def test_a_full_disk_is_reported_by_a_channel_that_needs_none(tmp_path, monkeypatch, capsys) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with hook() as server:
        settings = Settings(home=tmp_path, notify=f"http://{server.address}/ file:a.jsonl")
        monkeypatch.setattr(Path, "write_text", refuse)
        monkeypatch.setattr(Path, "mkdir", refuse)
        monkeypatch.setattr("filelock.FileLock.acquire", refuse)
        fail(settings)
        assert "the disk is full" in server.bodies[0]["lines"][0]
    assert "channel 2 (file, a.jsonl): No space left on device" in capsys.readouterr().err


def test_a_report_that_fails_costs_no_alert(tmp_path, monkeypatch) -> None:
    def broken(_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("localsdg.pipeline.report.run_report", broken)
    fail(Settings(home=tmp_path, notify="file:a.jsonl"))
    (alert,) = written(tmp_path / "a.jsonl")
    assert alert["lines"] == ["failed: the disk is full", "its report failed: KeyError"]


def test_a_schedule_that_ends_is_reported(tmp_path) -> None:
    settings = Settings(home=tmp_path, notify="file:a.jsonl file:b.jsonl?events=published")
    error = LocalsdgError("the server died", where="x.log", next_step="localsdg schedule")
    assert alert_failure(settings, "no run starts any more: the schedule ended", error) == []
    (alert,) = written(tmp_path / "a.jsonl")
    assert alert["title"] == "localsdg: no run starts any more: the schedule ended"
    assert (alert["lines"], alert["next_step"]) == (["failed: the server died in x.log"], "localsdg schedule")
    assert written(tmp_path / "b.jsonl") == []


def test_a_schedule_that_gives_up_sends_its_reason(tmp_path) -> None:
    from flows import schedule

    settings = Settings(home=tmp_path, notify="file:a.jsonl")
    with pytest.raises(LocalsdgError):
        schedule.Schedule._give_up(
            SimpleNamespace(settings=settings, _note=lambda **_: None), "the server died 3 times", "server.log"
        )
    (alert,) = written(tmp_path / "a.jsonl")
    assert alert["title"] == "localsdg: no run starts any more: the schedule gave up"
    assert alert["lines"][0].startswith("failed: schedule: the server died 3 times in server.log")
    assert alert["next_step"] and alert["next_step"].startswith("localsdg doctor")


def test_without_a_channel_nothing_is_written(tmp_path) -> None:
    settings = Settings(home=tmp_path)
    fail(settings)
    assert [path.name for path in settings.warehouse.iterdir()] == ["runs.jsonl"]


def test_nothing_that_a_failing_run_writes_has_a_secret(tmp_path, cli, caplog, monkeypatch) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(libraries, "SERVER", "json")  # quick to import
    coded = quote(PASSWORD, safe="")
    with hook(*[500] * 20) as server:
        notify = (
            f"http://user222:{coded}@{server.address}/hooks/tok3nsecret?sig=s1gnature22&events=all "
            f"slack+http://{server.address}/services/T0/tok3nsecret "
            f"smtp://user222:{coded}@127.0.0.1:1/?to=a@example.org smtp://user222:{PASSWORD.split()[0]}@h/?to=a@b.c "
            f"https://user222:{coded}@127.0.0.1:1/tok3nsecret"
        )
        texts = []
        for debug in ({}, {"LOCALSDG_DEBUG": "1"}):
            for call in (
                ("run", "--plain", "--no-bundled"),
                ("pull", "site", "nowhere"),
                ("notify",),
                ("doctor", "--offline"),
                ("doctor", "--offline", "--json"),
                ("notify", "--json"),
                ("notify", "--test"),
                ("notify", "--test", "--json"),
                ("status", "--json"),
            ):
                result = cli(tmp_path, *call, LOCALSDG_NOTIFY=notify, **debug)
                texts.append(result.output + result.stderr)
                assert "Traceback" not in texts[-1]
    (tmp_path / "localsdg.toml").write_text(f"notify = '{notify}'\nunknown = 1\n")
    texts.append(cli(tmp_path, "status").output)
    (tmp_path / "localsdg.toml").unlink()
    assert any("was not sent" in text for text in texts) and any(
        record.name.startswith("urllib3") for record in caplog.records
    )
    texts += [caplog.text, *(str(record.msg) for record in caplog.records)]
    texts += [path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file()]
    basic = b64encode(f"user222:{PASSWORD}".encode()).decode()[16:40]  # the user alone may be hidden in it
    for secret in (PASSWORD, coded, basic, "hunter22", "user222", "tok3nsecret", "s1gnature22"):
        assert [text[:2000] for text in texts if secret in text] == []


def test_a_process_that_is_told_to_end_sends_its_alert(tmp_path) -> None:
    script = (
        "import time; from localsdg.common import interrupts; from localsdg.common.settings import load_settings;"
        "from localsdg.pipeline.stages import begin_run; interrupts.watch(); begin_run(load_settings());"
        "print('ready', flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "LOCALSDG_HOME": str(tmp_path), "LOCALSDG_NOTIFY": "file:alerts.jsonl"}
    child = subprocess.Popen(
        [sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout and child.stdout.readline().strip() == b"ready"
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 130
    (alert,) = written(tmp_path / "alerts.jsonl")
    assert any("interrupted" in line for line in alert["lines"]) and alert["status"] == "failed"


def test_a_test_alert_reaches_every_channel_whatever_it_wants(tmp_path, cli) -> None:
    with hook() as server:
        notify = f"file:a.jsonl?events=stale http://{server.address}/?events=held"
        result = cli(tmp_path, "notify", "--test", LOCALSDG_NOTIFY=notify)
        assert result.exit_code == 0 and result.output.count(": sent in ") == 2
        assert len(server.bodies) == len(written(tmp_path / "a.jsonl")) == 1
        result = cli(tmp_path, "notify", "--test", LOCALSDG_NOTIFY=f"{notify} http://127.0.0.1:1/")
        assert result.exit_code == 1 and "channel 3 (webhook, 127.0.0.1:1)" in result.output
    assert cli(tmp_path, "notify", "--test").exit_code == 2
    assert send_test(read_channels(Settings(home=tmp_path))) == []
