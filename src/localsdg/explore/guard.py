"""What stands between the browser and Datasette: who may ask, and what a page may load.

The server listens on loopback alone. A page of another site could still ask it
through a name of its own that leads to 127.0.0.1 (DNS rebinding), or put its
answers in a frame: both are refused here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from localsdg.explore.csv_text import CitedCsv

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HOSTS = ("127.0.0.1", "localhost")
#: Scripts from files of this server alone; styles in the page, because Datasette's templates have some.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


def guarded(app: App, port: int, cited: Callable[[str], list[str]]) -> App:
    """The app behind the checks; `cited` gives the lines that a CSV of a path begins with."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
        elif problem := refusal(scope, port):
            await _refuse(send, *problem)
        else:
            await app(scope, receive, _sender(scope, send, cited))

    return answer


def refusal(scope: Scope, port: int) -> tuple[int, str] | None:
    """Status and reason why a request is not answered; None for one that is."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    allowed = [f"{host}:{port}" for host in HOSTS]
    if len(hosts) != 1 or headers["host"].lower() not in allowed:
        return 403, f"This page answers to {' and '.join(allowed)} alone."
    if scope["method"] not in ("GET", "HEAD"):
        return 405, "This page is read-only."
    if headers.get("sec-fetch-site") in ("cross-site", "same-site") and headers.get("sec-fetch-mode") != "navigate":
        return 403, "Another site may link to this page, and may not read it."
    return None


async def _refuse(send: Send, status: int, reason: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{reason}\n".encode()})


def _sender(scope: Scope, send: Send, cited: Callable[[str], list[str]]) -> Send:
    """Adds the headers to an answer, and its source to a CSV."""
    rewriter: CitedCsv | None = None

    async def pass_on(message: Message) -> None:
        nonlocal rewriter
        if message["type"] == "http.response.start":
            headers = [one for one in message["headers"] if one[0].lower() not in {name for name, _ in _HEADERS}]
            if scope["path"].endswith(".csv") and message["status"] == 200 and scope["method"] == "GET":
                rewriter = CitedCsv(cited(_address(scope)))
                headers = [one for one in headers if one[0].lower() != b"content-length"]
            message = {**message, "headers": [*headers, *_HEADERS]}
        elif message["type"] == "http.response.body" and rewriter:
            is_last = not message.get("more_body", False)
            message = {**message, "body": rewriter.feed(message.get("body", b""), is_last=is_last)}
        await send(message)

    return pass_on


def _address(scope: Scope) -> str:
    """Path and query of a request, as its permalink has them."""
    query = scope["query_string"].decode("latin-1")
    return scope["path"] + (f"?{query}" if query else "")
