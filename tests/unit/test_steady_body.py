"""A server that sends its body byte by byte fails like one that is silent; a slow good one does not."""

from __future__ import annotations

import contextlib
import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from localsdg.common.errors import UsageError
from localsdg.common.settings import load_settings
from localsdg.sources.http.client import ANY, HttpClient, HttpLimits
from localsdg.sources.http.failures import FetchError

GOOD = b"year,value\n" * 20_000


class _Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        """Trickle, or serve the good body whole, chunked or compressed."""
        self.send_response(200)
        if self.path.startswith("/lines"):
            self._lines()
            return
        if self.path == "/chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for start in range(0, len(GOOD), 50_000):
                part = GOOD[start : start + 50_000]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                time.sleep(0.05)
            self.wfile.write(b"0\r\n\r\n")
            return
        body = gzip.compress(GOOD) if self.path == "/gzip" else GOOD
        if self.path == "/gzip":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            if self.path == "/trickle":
                for place in range(100):
                    self.wfile.write(body[place : place + 1])
                    time.sleep(0.05)
            else:
                self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def _lines(self) -> None:
        """A few lines at once, then one now and then, without a length: the end of the connection is the end."""
        start = b"year,value\n" * 30
        if "gzip" in self.path:
            self.send_header("Content-Encoding", "gzip")
            start = gzip.compress(start)
        self.send_header("Connection", "close")
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(start)
            for place in range(40):
                time.sleep(0.05)
                self.wfile.write(gzip.compress(b"2020,1\n") if "gzip" in self.path else b"20" if place % 2 else b"1\n")


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_body_that_trickles_is_given_up(address: str) -> None:
    begun = time.monotonic()
    with HttpClient(HttpLimits(read_timeout=0.2, max_attempts=2, wait_base=0)) as client:
        with pytest.raises(FetchError, match=r"fewer than 500 a second.*attempt 2"):
            client.get(f"{address}/trickle", kind=ANY)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("path", ["/lines", "/lines-gzip"])
@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (HttpLimits(read_timeout=0.12, max_attempts=1), "a second"),
        (HttpLimits(read_timeout=5, total_seconds=0.12, max_attempts=1), "longer than is allowed"),
    ],
)
def test_a_slow_body_without_a_length_is_never_kept_in_part(
    address: str, path: str, limits: HttpLimits, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The socket is shut between two parts; what had come by then is no whole body."""
    monkeypatch.setattr("localsdg.sources.http.steady_body.LEAST_RATE", 1e9)
    with HttpClient(limits) as client, pytest.raises(FetchError, match=words):
        client.get(address + path, kind=ANY)


@pytest.mark.parametrize("path", ["/whole", "/gzip", "/chunked"])
def test_a_body_that_comes_steadily_is_whole(address: str, path: str) -> None:
    with HttpClient(HttpLimits(read_timeout=0.2, max_attempts=1)) as client:
        for _ in range(2):  # the connection is kept
            assert client.get(f"{address}{path}", kind=ANY).body == GOOD


@pytest.mark.parametrize("path", ["/", "/chunked", "/gzip"])
def test_a_body_of_more_than_the_allowed_size_is_refused_at_once(address: str, path: str) -> None:
    """Announced, without a length, and small on the wire but large when it is decoded."""
    with HttpClient(HttpLimits(max_attempts=3, max_body_bytes=len(GOOD) - 1)) as client:
        with pytest.raises(FetchError, match="at most 0 MB") as caught:
            client.get(address + path, kind=ANY)
    assert "larger than is allowed" in str(caught.value) and "LOCALSDG_MAX_BODY_MB" in str(caught.value)
    with HttpClient(HttpLimits(max_attempts=1, max_body_bytes=len(GOOD))) as client:
        assert client.get(address + path, kind=ANY).body == GOOD


def test_the_size_is_a_setting(tmp_path: Path) -> None:
    settings = load_settings({"LOCALSDG_HOME": str(tmp_path), "LOCALSDG_MAX_BODY_MB": "1"})
    assert settings.max_body_mb == 1
    with pytest.raises(UsageError, match="out of range"):
        load_settings({"LOCALSDG_HOME": str(tmp_path), "LOCALSDG_MAX_BODY_MB": "0"})
