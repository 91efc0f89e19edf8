"""A body that has to keep coming: a server that sends a byte now and then is as dead as a silent one.

The read timeout of a socket starts anew with every byte, so that one such
server would hold a pull for days.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import requests

#: Bytes a second, on average since the body began: a tenth of the slowest telephone line.
LEAST_RATE = 500


class SteadyBody:
    """The raw body of an answer; `requests` reads it by `stream`, and all else is the raw body's own."""

    def __init__(self, raw: object, seconds: float) -> None:
        self._raw, self._seconds = raw, seconds

    def __getattr__(self, name: str) -> object:
        return getattr(self._raw, name)

    def stream(self, size: int, decode_content: bool | None = None) -> Iterator[bytes]:
        """Parts of the body as they arrive, at most `size` bytes each before decoding.

        Raises `requests.ReadTimeout` once more than `seconds` have passed with
        fewer than `LEAST_RATE` bytes for each second.
        """
        begun = time.monotonic()
        while part := self._raw.read1(max(size, 1 << 16), decode_content=decode_content):
            yield part
            passed, arrived = time.monotonic() - begun, self._raw.tell()
            if passed > self._seconds and arrived < LEAST_RATE * passed:
                raise requests.ReadTimeout(
                    f"{arrived:,} bytes in {passed:.0f} seconds, fewer than {LEAST_RATE} a second"
                )


def read_steadily(response: requests.Response, seconds: float) -> None:
    """Read the body of an answer that was asked for with `stream`; a failure closes the connection."""
    response.raw = SteadyBody(response.raw, seconds)
    try:
        response.content  # noqa: B018  keeps the body, as `requests` does without `stream`
    except BaseException:
        response.close()
        raise
