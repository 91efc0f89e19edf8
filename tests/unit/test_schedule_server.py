"""The own Prefect server: which port it takes, and that no other server is taken for it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from flows import server as module
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings


class _Prefect(BaseHTTPRequestHandler):
    """Answers as the server of the home that its server object names."""

    def do_GET(self) -> None:
        body = json.dumps({"home": self.server.home} if self.path.endswith("settings") else True).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture
def listen():
    """Starts servers that answer for a home; port 0 takes a free one."""
    started = []

    def begin(home: object, port: int = 0) -> int:
        server = ThreadingHTTPServer(("127.0.0.1", port), _Prefect)
        server.home = str(home)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        started.append(server)
        return server.server_port

    yield begin
    for server in started:
        server.shutdown()
        server.server_close()


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    settings = Settings(home=tmp_path)
    monkeypatch.setenv("PREFECT_HOME", str(settings.prefect_home))
    return settings


def launches(monkeypatch, effect) -> list[int]:
    """Ports at which a server is started; each is a process that ends at once, after the effect."""
    ports: list[int] = []

    def start(call: list[str], **options: object) -> subprocess.Popen:
        ports.append(int(call[-1]))
        effect(ports[-1])
        process = subprocess.Popen([sys.executable, "-c", "raise SystemExit('OSError: in use')"], **options)
        process.wait()
        return process

    stand_in = SimpleNamespace(Popen=start, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired)
    monkeypatch.setattr(module, "subprocess", stand_in)
    return ports


def test_a_server_of_another_home_that_took_the_port_is_not_taken_for_ours(settings, listen, monkeypatch) -> None:
    own = module.OwnServer(settings)
    ports = launches(monkeypatch, lambda port: listen("/elsewhere" if port == first else settings.prefect_home, port))
    first = own.port
    own.start(may_move=True)
    assert ports == [first, own.port] and own.port != first
    assert own.url == f"http://127.0.0.1:{own.port}/api"


def test_a_server_that_ends_is_an_error_with_the_end_of_its_log(settings, monkeypatch) -> None:
    ports = launches(monkeypatch, lambda port: None)
    with pytest.raises(LocalsdgError, match="did not start in .*server.log .* got OSError: in use"):
        module.OwnServer(settings).start(may_move=True)
    assert len(ports) == 1


def test_a_port_that_is_named_must_be_free(settings, listen) -> None:
    port = listen("/elsewhere")
    with pytest.raises(UsageError, match=f"the port is in use in --port .* got {port}"):
        module.OwnServer(settings, port)


def test_prefects_own_port_is_taken_where_it_is_free(settings, listen, monkeypatch) -> None:
    monkeypatch.setattr(module, "_PORT", listen("/elsewhere"))
    assert module.OwnServer(settings).port != module._PORT


def test_only_a_server_of_prefect_that_answers_counts(listen) -> None:
    assert module.answers(f"http://127.0.0.1:{listen('/home')}/api")
    assert not module.answers("http://127.0.0.1:9/api") and not module.answers("nonsense")


def test_a_log_that_has_grown_is_set_aside(settings, monkeypatch) -> None:
    for _ in range(2):
        with module.open_log(settings, "server.log") as log:
            log.write(b"line\n")
        monkeypatch.setattr(module, "_LONGEST_LOG", 3)
    path = module.log_path(settings, "server.log")
    assert path.read_text() == "line\n" and path.with_name("server.log.1").read_text() == "line\n"
