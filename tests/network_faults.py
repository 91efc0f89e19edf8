"""What a network and a server can do wrong, and how a request is expected to end: one table.

Each fault is played over a plain socket, so that it may break the protocol.
`steps` are what the server does with the first request, the second, and so on;
the last step is repeated. `end` is `good`, `good after N` attempts, or words
of the one line in which the request fails, with the number of attempts.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import formatdate

GOOD = b'[{"code": "1", "title": "No poverty"}]'
Step = bytes | Callable[[socket.socket], None]


def answer(body: bytes = GOOD, status: str = "200 OK", *heads: str, length: int | None = None) -> bytes:
    """A whole answer over HTTP/1.1, after which the connection ends."""
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {size}", "Connection: close"]
    return "\r\n".join([*lines, *heads, "", ""]).encode() + body


def raw(*lines: str, body: bytes = b"") -> bytes:
    """An answer with just these lines in its head."""
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def moved(status: int, place: str) -> bytes:
    """A redirect to a place on the same server or elsewhere."""
    return answer(b"", f"{status} Moved", f"Location: {place}")


def chunked(*parts: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """A body in chunks, with the end as given."""
    return raw(
        "HTTP/1.1 200 OK",
        "Transfer-Encoding: chunked",
        "Connection: close",
        body=b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + end,
    )


def reset(connection: socket.socket) -> None:
    """End the connection by a reset, not by a close."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_after(start: bytes) -> Step:
    """Send a part of an answer, then reset."""

    def step(connection: socket.socket) -> None:
        connection.sendall(start)
        time.sleep(0.02)
        reset(connection)

    return step


def silent_after(start: bytes, seconds: float = 1.0) -> Step:
    """Send a part of an answer, then nothing."""

    def step(connection: socket.socket) -> None:
        connection.sendall(start)
        connection.settimeout(seconds)
        with contextlib.suppress(OSError):
            connection.recv(1)

    return step


def drip(start: bytes, rest: bytes, pause: float = 0.05, most: int = 40) -> Step:
    """Send a part of an answer, then a byte now and then."""

    def step(connection: socket.socket) -> None:
        connection.sendall(start)
        for place in range(most):
            connection.sendall(rest[place % len(rest)].to_bytes(1, "big"))
            time.sleep(pause)

    return step


def endless(start: bytes, piece: bytes) -> Step:
    """Send a part of an answer, then more and more of it."""

    def step(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(20_000):
            connection.sendall(piece)

    return step


HEAD = raw("HTTP/1.1 200 OK", "Content-Type: application/json", "Connection: close")
SIZED = raw("HTTP/1.1 200 OK", "Content-Length: 5000", "Connection: close")
CHUNKS = raw("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Connection: close")
GZIP = raw("HTTP/1.1 200 OK", "Content-Encoding: gzip", "Connection: close")
_BOMB = gzip.compress(bytes(30_000_000))
HTML = b"<!doctype html><html><body>Please sign in</body></html>"


@dataclass(frozen=True)
class Fault:
    """One fault: what the server does, and how a request that meets it ends."""

    name: str
    steps: tuple[Step, ...]
    end: str
    attempts: int = 3


def _once(name: str, step: Step) -> Fault:
    """A fault that passes: the second attempt is good."""
    return Fault(name, (step, answer()), "good", 2)


FAULTS = (
    # connections
    _once("reset before the answer", reset),
    _once("closed before the answer", b""),
    _once("reset within the head", reset_after(b"HTTP/1.1 200 OK\r\nContent-")),
    _once("reset within the body", reset_after(SIZED + GOOD)),
    _once("reset between chunks", reset_after(CHUNKS + b"5\r\n[{\"co\r\n")),
    Fault("reset at each attempt", (reset,), "no usable answer"),
    # silence and slowness
    _once("no answer", silent_after(b"")),
    _once("silent within the head", silent_after(b"HTTP/1.1 200 OK\r\n")),
    _once("silent within the body", silent_after(SIZED + GOOD)),
    _once("a head byte by byte", drip(b"HTTP/1.1 200 OK\r\nX-A: ", b"a")),
    _once("head lines without end, slowly", drip(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n")),
    _once("a body byte by byte", drip(SIZED, b"1")),
    _once("chunks byte by byte", drip(CHUNKS, b"1\r\n1\r\n")),
    _once("the size of a chunk byte by byte", drip(CHUNKS, b"0")),
    Fault("a head byte by byte at each attempt", (drip(b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),), "no usable answer"),
    Fault("head lines slowly at each attempt", (drip(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n"),), "timed out"),
    _once("a body without a length, slowly", drip(HEAD + GOOD, b" ")),
    _once("coded parts without a length, slowly", drip(GZIP + gzip.compress(GOOD), gzip.compress(b" "))),
    # bodies that are cut off or broken
    _once("shorter than its Content-Length", answer(GOOD[:9], length=len(GOOD))),
    _once("cut off without a Content-Length", HEAD + GOOD[:20]),
    Fault("whole without a Content-Length", (HEAD + GOOD,), "good", 1),
    Fault("whole in chunks", (chunked(GOOD[:7], GOOD[7:]),), "good", 1),
    _once("chunks without an end", chunked(GOOD[:7], end=b"")),
    _once("a chunk with a size that is no number", CHUNKS + b"zz\r\n[]\r\n0\r\n\r\n"),
    _once("a chunk with a negative size", CHUNKS + b"-5\r\n[]\r\n0\r\n\r\n"),
    _once("a Content-Length too small", answer(GOOD, length=9)),
    Fault(
        "two lengths that differ",
        (raw("HTTP/1.1 200 OK", "Content-Length: 9", "Content-Length: 38", body=GOOD),),
        "unmatching values",
        1,
    ),
    _once("gzip that is none", answer(GOOD, "200 OK", "Content-Encoding: gzip")),
    _once("gzip cut off", answer(gzip.compress(GOOD)[:-9], "200 OK", "Content-Encoding: gzip")),
    Fault("good gzip", (answer(gzip.compress(GOOD), "200 OK", "Content-Encoding: gzip"),), "good", 1),
    Fault("good deflate", (answer(zlib.compress(GOOD), "200 OK", "Content-Encoding: deflate"),), "good", 1),
    Fault(
        "gzip in gzip",
        (answer(gzip.compress(gzip.compress(GOOD)), "200 OK", "Content-Encoding: gzip, gzip"),),
        "gzip, gzip",
    ),
    Fault("a coding that was not asked for", (answer(GOOD, "200 OK", "Content-Encoding: br"),), "br"),
    # more than is allowed
    Fault("a gzip bomb", (answer(_BOMB, "200 OK", "Content-Encoding: gzip"),), "larger than is allowed", 1),
    Fault("a body without end", (endless(HEAD, bytes(60_000)),), "larger than is allowed", 1),
    Fault("chunks without end", (endless(CHUNKS, b"10000\r\n" + b"a" * 65536 + b"\r\n"),), "larger than is allowed", 1),
    Fault("an enormous Content-Length", (answer(length=10**15),), "larger than is allowed", 1),
    Fault("a head line of 1 MB", (raw("HTTP/1.1 200 OK", "X-A: " + "a" * 1_000_000, body=GOOD),), "no usable answer"),
    Fault("10,000 head lines", (raw("HTTP/1.1 200 OK", *["X-A: 1"] * 10_000, body=GOOD),), "no usable answer"),
    Fault("good bytes, slowly without end", (drip(HEAD, b"1" * 900, 0.0005, 10**6),), "longer than is allowed", 1),
    # what a login page, a proxy or another program answers
    _once("HTML in the place of JSON", answer(HTML)),
    Fault("a login page at each attempt", (answer(HTML),), "an HTML page"),
    Fault("a PDF", (answer(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"),), "no usable answer"),
    _once("JSON that is cut off", answer(GOOD[:-3])),
    Fault("JSON 200,000 deep", (answer(b"[" * 200_000 + b"]" * 200_000),), "nested too deep"),
    Fault("an object 200,000 deep", (answer(b'{"a":' * 200_000),), "nested too deep"),
    Fault("JSON in UTF-16", (answer(GOOD.decode().encode("utf-16")),), "good", 1),
    Fault("JSON with a byte order mark", (answer(b"\xef\xbb\xbf" + GOOD),), "good", 1),
    Fault("JSON that is no UTF-8", (answer(b'["\xff\xfe\xfd"]'),), "no usable answer"),
    _once("an empty body", answer(b"")),
    Fault("a banner of another protocol", (b"220 mail.example ESMTP ready\r\n",), "no usable answer"),
    Fault("HTTP/0.9", (GOOD,), "no usable answer"),
    Fault("a status line that is none", (raw("HTTP/1.1 abc OK", body=GOOD),), "no usable answer"),
    Fault("a status beyond all", (answer(GOOD, "999 Odd"),), "got 999", 1),
    Fault("100 Continue before the answer", (raw("HTTP/1.1 100 Continue") * 3 + answer(),), "good", 1),
    Fault("100 Continue without end", (drip(b"", raw("HTTP/1.1 100 Continue")),), "no usable answer"),
    Fault("a cookie", (answer(GOOD, "200 OK", "Set-Cookie: session=1; Path=/"),), "good", 1),
    # redirects
    *(Fault(f"{status} within the host", (moved(status, "/there"), answer()), "good", 2) for status in (301, 302, 303)),
    *(Fault(f"{status} within the host", (moved(status, "/there"), answer()), "good", 2) for status in (307, 308)),
    Fault("a redirect in a circle", (moved(302, "/here"),), "more than 5 redirects", 6),
    Fault("a redirect to another host", (moved(302, "http://other.example/x"),), "another host", 1),
    Fault("a redirect to another port", (moved(302, "http://127.0.0.1:9/x"),), "another host", 1),
    Fault("a redirect to a cloud's own address", (moved(302, "http://169.254.169.254/latest"),), "own network", 1),
    Fault("a redirect to a file", (moved(302, "file:///etc/passwd"),), "no http address", 1),
    Fault("a redirect to nowhere", (answer(b"", "302 Found"),), "got 302", 1),
    Fault("a redirect to no address", (moved(302, "http://[bad"),), "cannot be used", 1),
    Fault("a redirect with a body without end", (endless(raw("HTTP/1.1 302 Found", "Location: /"), bytes(60_000)),),
          "larger than is allowed", 1),
    # statuses
    *(Fault(f"status {status}", (answer(b"{}", f"{status} No"),), f"got {status}", 1)
      for status in (400, 401, 403, 404, 410, 418, 501)),
    *(_once(f"status {status}, then good", answer(b"{}", f"{status} Later"))
      for status in (202, 206, 429, 500, 502, 503, 504)),
    Fault("status 503 at each attempt", (answer(b"{}", "503 Later"),), "got 503"),
    _once("204", raw("HTTP/1.1 204 No Content", "Connection: close")),
    Fault("304 that nobody asked for", (raw("HTTP/1.1 304 Not Modified", "Connection: close"),), "got 304", 1),
    _once("Retry-After in seconds", answer(b"", "429 Slow", "Retry-After: 0.01")),
    _once("Retry-After as a date", answer(b"", "503 Slow", f"Retry-After: {formatdate(0, usegmt=True)}")),
    _once("Retry-After in a thousand years", answer(b"", "429 Slow", "Retry-After: 31536000000")),
    _once("Retry-After that is no time", answer(b"", "429 Slow", "Retry-After: soon, nan")),
    _once("Retry-After of infinity", answer(b"", "429 Slow", "Retry-After: inf")),
    _once("Retry-After that is no number", answer(b"", "429 Slow", "Retry-After: nan")),
)  # fmt: skip


@contextlib.contextmanager
def faulty_server(
    steps: tuple[Step, ...], encrypted: ssl.SSLContext | None = None
) -> Iterator[tuple[str, list[bytes]]]:
    """A server on the loopback interface that plays the steps: its address, and the requests that came."""
    listener = socket.create_server(("127.0.0.1", 0))
    requests: list[bytes] = []
    stop = threading.Event()

    def play(connection: socket.socket, step: Step) -> None:
        with contextlib.suppress(OSError), connection:
            if callable(step):
                step(connection)
            else:
                connection.sendall(step)

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(2)
            with contextlib.suppress(OSError):
                if encrypted:
                    connection = encrypted.wrap_socket(connection, server_side=True)
                head = b""
                while b"\r\n\r\n" not in head and (more := connection.recv(65_536)):
                    head += more
                requests.append(head)
                step = steps[min(len(requests), len(steps)) - 1]
                threading.Thread(target=play, args=(connection, step), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"{'https' if encrypted else 'http'}://127.0.0.1:{listener.getsockname()[1]}/list", requests
    finally:
        stop.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
