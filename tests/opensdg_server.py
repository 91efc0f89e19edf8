"""A real HTTP server on loopback that serves built Open SDG sites, with latency and faults.

For tests and benchmarks, and for people who want to try a pull without the
network:

    python tests/opensdg_server.py tests/fixtures/opensdg/mini/_built --port 8766
    localsdg pull site http://127.0.0.1:8766/mini --name Mini --country ESP --level city

Answers like GitHub Pages: ETag and Last-Modified, 304 to a request that names
them, 404 with an HTML page.
"""

from __future__ import annotations

import argparse
import hashlib
import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>"
MISSING = b"<!DOCTYPE html><html><body><h1>404</h1><p>There is no such page.</p></body></html>"
TYPES = {".json": "application/json; charset=utf-8", ".zip": "application/zip"}


@dataclass
class Fault:
    """Spoils the next `times` answers whose path holds `path`.

    `kind`: status, html (200 with a page), empty, truncate (a Content-Length
    beyond the body), drop (no answer), body (`content` in place of the
    answer), slow (`seconds` more).
    """

    path: str
    kind: str = "status"
    times: int = 1_000
    status: int = 503
    content: bytes = b""
    seconds: float = 0.0


@dataclass(frozen=True)
class Seen:
    """One request: its path, its headers, the status of the answer, and its query."""

    path: str
    headers: dict
    status: int
    query: str = ""


@dataclass
class OpenSdgServer:
    """Serves folders by the first part of the path while its `with` block runs.

    `sites` maps that part to a folder with `<lang>/meta/all.json` and so on.
    `validators` are the headers that it gives; () for a server without any.
    `changed` maps paths to bodies that stand for the files' own. `latency` is
    seconds before every answer.
    """

    sites: dict[str, Path]
    latency: float = 0.0
    validators: tuple[str, ...] = ("ETag", "Last-Modified")
    port: int = 0
    changed: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    requests: list[Seen] = field(default_factory=list)
    running: int = 0
    max_concurrent: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.modified: dict[str, float] = {}
        self._server = _Server(("127.0.0.1", self.port), _Handler)
        self._server.play = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> OpenSdgServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def url(self, site: str) -> str:
        """The base URL of a site."""
        return f"{self.root}/{site}"

    def change(self, path: str, body: bytes) -> None:
        """Serve another body from now on, with a time that says so."""
        self.changed[path], self.modified[path] = body, time.time()

    def seen(self, path: str = "") -> list[Seen]:
        """The requests so far whose path holds `path`."""
        return [one for one in self.requests if path in one.path]

    def body(self, path: str) -> bytes | None:
        if path in self.changed:
            return self.changed[path]
        site, _, rest = path.lstrip("/").partition("/")
        file = self.sites[site] / rest if site in self.sites and rest else None
        return file.read_bytes() if file and ".." not in rest and file.is_file() else None

    def headers(self, path: str, body: bytes) -> dict[str, str]:
        known = {
            "ETag": f'"{hashlib.sha256(body).hexdigest()[:20]}"',
            "Last-Modified": formatdate(self.modified.get(path, 1_700_000_000), usegmt=True),
        }
        return {name: known[name] for name in self.validators}

    def next_fault(self, path: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.times > 0 and fault.path in path:
                    fault.times -= 1
                    return fault
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    play: OpenSdgServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30

    def log_message(self, *_: object) -> None:
        """No log: the requests are kept in `OpenSdgServer.requests`."""

    def do_GET(self) -> None:
        play, path = self.server.play, unquote(urlsplit(self.path).path)
        with play.lock:
            play.running += 1
            play.max_concurrent = max(play.max_concurrent, play.running)
        try:
            fault = play.next_fault(path)
            time.sleep(play.latency + (fault.seconds if fault else 0.0))
            status, kind, body, headers = self._answer(path, fault)
        finally:
            with play.lock:
                play.running -= 1
        with play.lock:
            play.requests.append(Seen(path, dict(self.headers), status, urlsplit(self.path).query))
        self._send(status, kind, body, headers, fault)

    def _answer(self, path: str, fault: Fault | None) -> tuple[int, str, bytes, dict]:
        body = self.server.play.body(path)
        if fault and fault.kind == "status":
            return fault.status, "text/html", MISSING, {}
        if fault and fault.kind in ("html", "empty", "body"):
            made = {"html": HTML, "empty": b"", "body": fault.content}[fault.kind]
            return 200, "text/html" if fault.kind == "html" else "application/json", made, {}
        if body is None:
            return 404, "text/html", MISSING, {}
        headers = self.server.play.headers(path, body)
        if self._not_modified(headers):
            return 304, "", b"", headers
        return 200, TYPES.get(Path(path).suffix, "text/plain"), body, headers

    def _not_modified(self, headers: dict) -> bool:
        tag, since = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        if "ETag" in headers and tag is not None:  # the tag decides where both are asked
            return tag == headers["ETag"]
        if "Last-Modified" in headers and since is not None:
            return parsedate_to_datetime(headers["Last-Modified"]) <= parsedate_to_datetime(since)
        return False

    def _send(self, status: int, kind: str, body: bytes, headers: dict, fault: Fault | None) -> None:
        if fault and fault.kind == "drop":
            self.close_connection = True
            return
        cut = fault is not None and fault.kind == "truncate"
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body) + (100 if cut else 0)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.close_connection or cut


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve a built Open SDG site on loopback.")
    parser.add_argument("folder", type=Path, help="holds <lang>/meta/all.json and so on")
    parser.add_argument("--port", type=int, default=8766)
    given = parser.parse_args()
    folder = given.folder.resolve()
    name = folder.parent.name if folder.name.startswith("_") else folder.name
    with OpenSdgServer({name: folder}, port=given.port) as server:
        print(f"{server.url(name)}  (Ctrl-C ends)", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
