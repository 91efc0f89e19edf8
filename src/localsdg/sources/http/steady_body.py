"""A body that has to keep coming and to end: a server that sends a byte now and then is as dead as a silent one.

The read timeout of a socket starts anew with every byte, so that one such
server would hold a pull for days; and a body is held in memory, so that one
without end would take all of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import requests

#: Bytes a second, on average since the body began: a tenth of the slowest telephone line.
LEAST_RATE = 500


class BodyTooLarge(Exception):
    """A body of more bytes than are allowed; its text says how many were announced or arrived."""


class SteadyBody:
    """The raw body of an answer; `requests` reads it by `stream`, and all else is the raw body's own."""

    def __init__(self, raw: Any, seconds: float, most_bytes: int) -> None:
        self._raw, self._seconds, self._most_bytes = raw, seconds, most_bytes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, size: int, decode_content: bool | None = None) -> Iterator[bytes]:
        """Parts of the body as they arrive, at most `size` bytes each before decoding.

        Raises `requests.ReadTimeout` once more than `seconds` have passed with
        fewer than `LEAST_RATE` bytes for each second, and `BodyTooLarge` once
        more than `most_bytes` came out of the decoding.
        """
        begun, decoded = time.monotonic(), 0
        while part := self._raw.read1(max(size, 1 << 16), decode_content=decode_content):
            decoded += len(part)
            if decoded > self._most_bytes:
                raise BodyTooLarge(f"more than {decoded:,} bytes")
            yield part
            passed, arrived = time.monotonic() - begun, self._raw.tell()
            if passed > self._seconds and arrived < LEAST_RATE * passed:
                raise requests.ReadTimeout(
                    f"{arrived:,} bytes in {passed:.0f} seconds, fewer than {LEAST_RATE} a second"
                )


def read_steadily(response: requests.Response, seconds: float, most_bytes: int) -> None:
    """Read the body of an answer that was asked for with `stream`; a failure closes the connection.

    Raises `BodyTooLarge` at once where the server announces too much.
    """
    response.raw = SteadyBody(response.raw, seconds, most_bytes)
    try:
        announced = response.headers.get("Content-Length", "")
        if announced.isdigit() and int(announced) > most_bytes:
            raise BodyTooLarge(f"{int(announced):,} bytes announced")
        response.content  # noqa: B018  keeps the body, as `requests` does without `stream`
    except BaseException:
        response.close()
        raise
