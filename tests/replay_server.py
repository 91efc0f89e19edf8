"""A real HTTP server that answers like the UN SDG service, quirks and faults included.

For tests, and for people who want to try the pipeline without the network:

    python tests/replay_server.py --port 8765
    LOCALSDG_UNSD_BASE_URL=http://127.0.0.1:8765/SDGAPI \
        localsdg pull indicators --series SI_POV_DAY1 --area 724

It serves recorded metadata bodies from a folder (`Goal_List.json`, …) byte for
byte, and rows: dictionaries in the record shape of `Series/Data`. What a body
does not say is made from the rows. Facts: the recorded answers of the service
and its OpenAPI description.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from replay_bodies import bulk_csv, envelope, made, record, recorded_rows, records_from_csv, to_json

__all__ = ["Fault", "ReplayServer", "Seen", "count_by_path", "record", "records_from_csv"]

FIXTURES = Path(__file__).parent / "fixtures" / "unsd"
LISTS = {
    "goal/list": "Goal_List.json",
    "target/list": "Target_List.json",
    "indicator/list": "Indicator_List.json",
    "series/list": "Series_List.json",
    "geoarea/list": "GeoArea_List.json",
    "geoarea/tree": "GeoArea_Tree.json",
}
HTML = b"<html><head><style>b{}</style></head><body><h1>Sign in</h1> to the proxy</body></html>"

ENVELOPES = {
    "null_data": lambda body: body | {"data": None},
    "zero_pages": lambda body: body | {"totalPages": 0},
    "no_pages": lambda body: {key: value for key, value in body.items() if key != "totalPages"},
}


@dataclass
class Fault:
    """Spoils the next `times` answers below `path` (part of the path, any case).

    `kind`: status, html (200 with a page), empty, nulls, truncate (a
    Content-Length beyond the body), drop (the connection ends without an
    answer), not_json, slow (`seconds`), release (goes over to `release`
    before it answers), body (`content` in place of the answer), null (the body
    is `null`), null_data, zero_pages and no_pages (the envelope has `data:
    null`, `totalPages: 0` or no totalPages), overlap (each page but the first
    begins with the last `rows` rows of the page before; the totals agree).
    `after` lets that many matching requests pass first; `params` must be in
    the request.
    """

    path: str
    kind: str = "status"
    times: int = 1
    status: int = 503
    headers: dict = field(default_factory=dict)
    content: bytes = b""
    seconds: float = 0.0
    release: str = ""
    rows: int = 2
    after: int = 0
    params: dict = field(default_factory=dict)

    def matches(self, path: str, params: dict) -> bool:
        wanted = all(str(value) in params.get(key, []) for key, value in self.params.items())
        return wanted and self.path.lower() in path


@dataclass(frozen=True)
class Seen:
    """One request: path below /v1/sdg in lower case, parameters, and its connection."""

    method: str
    path: str
    params: dict
    headers: dict
    connection: tuple


class ReplayServer:
    """Serves on loopback while its `with` block runs; `url` is the base URL.

    `older` maps further releases to their rows, which `releaseCode` asks for.
    `padding` null bytes follow every CSV; the CSV of a series in `empty_csv`
    has no body, in `bare_csv` only a header.
    """

    def __init__(
        self,
        rows: list[dict] | None = None,
        payloads: Path | None = None,
        *,
        release: str = "2022.Q2.G.02",
        older: dict[str, list[dict]] | None = None,
        padding: int = 0,
        empty_csv: set[str] | None = None,
        bare_csv: set[str] | None = None,
        port: int = 0,
    ) -> None:
        self.payloads, self.release = payloads, release
        self.rows = list(rows or []) + recorded_rows(payloads)
        self.older, self.padding = older or {}, padding
        self.empty_csv, self.bare_csv = empty_csv or set(), bare_csv or set()
        self.faults: list[Fault] = []
        self.requests: list[Seen] = []
        self.running = self.max_concurrent = 0
        self.lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.replay = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> ReplayServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/SDGAPI"

    def seen(self, path: str = "", **params: object) -> list[Seen]:
        """The requests so far whose path holds `path`, with these parameters."""
        fault = Fault(path, params=params)
        return [one for one in self.requests if fault.matches(one.path, one.params)]

    def next_fault(self, path: str, params: dict) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.times > 0 and fault.matches(path, params):
                    if fault.after > 0:
                        fault.after -= 1
                        continue
                    fault.times -= 1
                    return fault
        return None

    def answer(self, method: str, path: str, params: dict) -> tuple[int, str, bytes]:
        """Status, content type and body of a request without fault."""
        if method == "GET" and path in LISTS:
            return 200, "application/json", self._list(path, params)
        if method == "GET" and path == "series/data":
            return self._data(params)
        if method == "POST" and path == "series/datacsv":
            return 200, "application/octet-stream", self._csv(params)
        return 404, "application/json", b'{"message":"No HTTP resource was found"}'

    def _list(self, path: str, params: dict) -> bytes:
        everything = params.get("allreleases") == ["true"]
        file = self.payloads / LISTS[path] if self.payloads else None
        if file and file.exists():
            body = file.read_bytes()
            if path != "series/list":
                return body
            listed = json.loads(body)
            if not everything and {one["release"] for one in listed} == {self.release}:
                return body
            listed = [one | {"release": self.release} for one in listed]
        else:
            listed = made(path, self.rows, self.release)
        if path == "series/list" and everything:
            for release, rows in self.older.items():
                listed = listed + made(path, rows, release)
        return to_json(listed)

    def overlapping(self, params: dict, rows: int) -> bytes:
        """A page that begins `rows` rows too early, so that as many rows never come."""
        return self._data(params, rows)[2]

    def _data(self, params: dict, early: int = 0) -> tuple[int, str, bytes]:
        try:
            page, size = int(params.get("page", [1])[0]), int(params.get("pageSize", [25])[0])
            areas = {int(code) for code in params.get("areaCode", [])}  # 4 and 004 are one area
            years = {float(year) for year in params.get("timePeriod", [])}
            release = params.get("releaseCode", [self.release])[0]
            rows = self.rows if release == self.release else self.older[release]
            if page < 1 or size < 1 or not params.get("seriesCode"):
                raise ValueError("page, pageSize or seriesCode")
        except (ValueError, KeyError):
            return 400, "application/json", to_json(envelope([], 0, 1, 0))
        if size >= 50_000:
            return 504, "text/html", b"<html><body>504 Gateway Time-out</body></html>"
        # timePeriodStart and timePeriodEnd do not filter, as two clients report.
        chosen = [
            row
            for row in rows
            if row["series"] in params["seriesCode"]
            and (not areas or int(row["geoAreaCode"]) in areas)
            and (not years or row["timePeriodStart"] in years)
        ]
        start, end = (page - 1) * size, min(page * size, len(chosen))
        early = min(early, size) if page > 1 else 0
        part = chosen[start - early : max(end - early, 0)]
        return 200, "application/json", to_json(envelope(part, size, page, len(chosen)))

    def _csv(self, params: dict) -> bytes:
        codes = params.get("seriesCodes", [])
        areas = {int(code) for code in params.get("areaCodes", [])}
        if self.empty_csv & set(codes):
            return b""
        rows = [row for row in self.rows if row["series"] in codes and (not areas or int(row["geoAreaCode"]) in areas)]
        rows = [] if self.bare_csv & set(codes) else rows
        return bulk_csv(rows) + b"\x00" * self.padding


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    replay: ReplayServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections, so that their reuse can be seen
    disable_nagle_algorithm = True
    timeout = 30

    def do_GET(self) -> None:
        self._play("GET", parse_qs(urlsplit(self.path).query, keep_blank_values=True))

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self._play("POST", parse_qs(form, keep_blank_values=True))

    def log_message(self, *_: object) -> None:
        """No log: the requests are kept in `ReplayServer.requests`."""

    def _play(self, method: str, params: dict) -> None:
        replay = self.server.replay
        path = urlsplit(self.path).path.lower().partition("/v1/sdg/")[2]
        seen = Seen(method, path, params, dict(self.headers), self.client_address)
        with replay.lock:
            replay.requests.append(seen)
            replay.running += 1
            replay.max_concurrent = max(replay.max_concurrent, replay.running)
        try:
            fault = replay.next_fault(path, params)
            status, kind, body = self._spoil(fault, method, path, params)
        finally:
            with replay.lock:
                replay.running -= 1  # before the answer: the client may ask at once
        self._send(status, kind, body, fault)

    def _spoil(self, fault: Fault | None, method: str, path: str, params: dict) -> tuple[int, str, bytes]:
        replay = self.server.replay
        if fault and fault.kind == "release":
            replay.release = fault.release
        if fault and fault.kind == "slow":
            time.sleep(fault.seconds)
        status, kind, body = replay.answer(method, path, params)
        spoiled = (
            {
                "status": (fault.status, "text/html", b"<h1>Service <b>Unavailable</b></h1>"),
                "html": (200, "text/html", HTML),
                "empty": (200, kind, b""),
                "nulls": (200, kind, b"\x00" * 4096),
                "not_json": (200, kind, b"The request timed out."),
                "body": (200, kind, fault.content),
                "null": (200, kind, b"null"),
            }
            if fault
            else {}
        )
        if fault and fault.kind == "overlap":
            body = replay.overlapping(params, fault.rows)
        if fault and fault.kind in ENVELOPES:
            body = to_json(ENVELOPES[fault.kind](json.loads(body)))
        return spoiled[fault.kind] if fault and fault.kind in spoiled else (status, kind, body)

    def _send(self, status: int, kind: str, body: bytes, fault: Fault | None) -> None:
        if fault and fault.kind == "drop":
            self.close_connection = True
            return
        cut = fault is not None and fault.kind == "truncate"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) + (100 if cut else 0)))
        for name, value in (fault.headers if fault else {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.close_connection or cut


def count_by_path(server: ReplayServer) -> Counter:
    """How often each path was asked for."""
    return Counter(seen.path for seen in server.requests)


def main() -> None:
    parser = argparse.ArgumentParser(description="Replay the UN SDG service on loopback.")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--payloads", type=Path, default=FIXTURES / "2022.Q2.G.02", help="folder of recorded bodies")
    given = parser.parse_args()
    rows = records_from_csv(FIXTURES / "bulk_excerpt.csv")
    with ReplayServer(rows, given.payloads, padding=64, port=given.port) as server:
        print(f"LOCALSDG_UNSD_BASE_URL={server.url}  (Ctrl-C ends)", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
