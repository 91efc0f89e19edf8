"""Servers on loopback that attack whoever asks them: secrets, bombs, endless bodies, redirects."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from attack_tools import SECRETS, Home
from hostile_files import MAP, ROWS

pytestmark = pytest.mark.long
LIMITS = {"LOCALSDG_MAX_BODY_MB": "20", "LOCALSDG_MAX_UNPACKED_MB": "20"}


@dataclass
class Server:
    """Where it is, and what it was asked, with the host that was named."""

    port: int
    asked: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that answers by the name of the file that is asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append((self.headers["Host"], self.path))
            getattr(self, self.path.split("?")[0].strip("/").split(".")[0], self.missing)()

        def send(self, body: bytes, kind: str = "text/csv", status: int = 200, **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def good(self) -> None:
            self.send(ROWS)

        def missing(self) -> None:
            self.send(f"not here: {self.path}\x1b]0;owned\x07".encode(), "text/html", 404)

        def page(self) -> None:
            self.send(b"<html><script>alert(1)</script> Log in </html>", "text/html")

        def bomb(self) -> None:
            packer = zlib.compressobj(1, wbits=31)
            body = b"".join([packer.compress(ROWS + b"a" * 100_000_000), packer.flush()])
            self.send(body, Content_Encoding="gzip")

        def announced(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/csv")
            self.send_header("Content-Length", str(10**13))
            self.end_headers()
            self.wfile.write(ROWS)

        def endless(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/csv")
            self.end_headers()
            try:
                while True:
                    self.wfile.write(ROWS * 1000)
            except OSError:
                return

        def deep(self) -> None:
            self.send(b"[" * 200_000 + b"]" * 200_000, "application/json")

        def elsewhere(self) -> None:
            self.send(b"", status=302, Location=f"http://127.0.0.2:{made.port}/good.csv?token={SECRETS[1]}")

        def file(self) -> None:
            self.send(b"", status=302, Location="file:///etc/hostname")

        def round(self) -> None:
            self.send(b"", status=302, Location="/round.csv")

        def log_message(self, *_: object) -> None:
            return

    made = Server(0)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        serving.daemon_threads = True
        made.port = serving.server_address[1]
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield made
        serving.shutdown()


def pull(home: Home, server: Server, path: str, user: str = ""):
    """`pull table` of an address of the server."""
    given = home.settings.home / "map.toml"
    given.write_text(MAP, encoding="utf-8")
    return home.run("pull", "table", f"http://{user}127.0.0.1:{server.port}/{path}", "--map", given, **LIMITS)


SECRET = f"?a=1&token={SECRETS[1]}"
PATHS = {
    "a secret of an address is kept nowhere": ("good.csv", True),
    "a secret of an address that fails is kept nowhere": ("missing.csv", False),
    "a page is no table": ("page.csv", False),
    "a bomb of a server is not unpacked": ("bomb.csv", False),
    "a body of ten terabytes is refused": ("announced.csv", False),
    "an endless body is refused": ("endless.csv", False),
    "an answer 200,000 deep is refused": ("deep.json", False),
    "no redirect leads to a file": ("file.csv", False),
    "no redirect leads round": ("round.csv", False),
}


@pytest.mark.parametrize("promise", PATHS)
def test_table(promise: str, home: Home, server: Server, harmless) -> None:
    path, is_good = PATHS[promise]
    ended = pull(home, server, path + SECRET, f"user:{SECRETS[0]}@")
    harmless(home, ended)
    assert (ended.code == 0) == is_good, ended
    assert server.asked, "the server was asked"


@pytest.mark.parametrize(
    "path",
    [pytest.param(one, id=f"a site below /{one} keeps no secret") for one in ("", "en/", "missing/")],
)
def test_a_site_of_an_address_with_secrets(path: str, home: Home, server: Server, harmless) -> None:
    address = f"http://user:{SECRETS[0]}@127.0.0.1:{server.port}/{path}{SECRET}"
    ended = home.run("pull", "site", address, "--name", "City", "--country", "ESP", "--level", "city", **LIMITS)
    harmless(home, ended)
    assert ended.code != 0, ended


def test_a_redirect_to_another_host_is_not_followed(home: Home, server: Server, harmless) -> None:
    ended = pull(home, server, "elsewhere.csv")
    assert not [host for host, _ in server.asked if host.startswith("127.0.0.2")], server.asked
    harmless(home, ended)
    assert ended.code != 0
