"""A body that has to keep coming and to end: a server that sends a byte now and then is as dead as a silent one.

The read timeout of a socket starts anew with every byte, so that one such
server would hold a pull for days; and a body is held in memory, so that one
without end would take all of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests

#: Bytes a second, on average since the body began: a tenth of the slowest telephone line.
LEAST_RATE = 500


#: How a body may be coded on its way; what is asked for.
CODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})


@dataclass(frozen=True)
class BodyLimits:
    """What is taken of a body: after `seconds` at least `LEAST_RATE`, all within `total_seconds` and `most_bytes`."""

    seconds: float
    total_seconds: float
    most_bytes: int


class BodyTooLarge(Exception):
    """A body of more bytes than are allowed; its text says how many were announced or arrived."""


class TooLong(Exception):
    """A body that took longer than is allowed in all; its text says how many bytes had arrived."""


class SteadyBody:
    """The raw body of an answer; `requests` reads it by `stream`, and all else is the raw body's own."""

    def __init__(self, raw: Any, limits: BodyLimits) -> None:
        self._raw, self._limits = raw, limits
        self._begun = time.monotonic()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, size: int, decode_content: bool | None = None) -> Iterator[bytes]:
        """Parts of the body as they arrive, at most `size` bytes each before decoding.

        Raises `requests.ReadTimeout` once a body is too slow, `TooLong` once it
        took too long in all, and `BodyTooLarge` once more than `most_bytes`
        came out of the decoding.
        """
        decoded = 0
        watch = getattr(self._raw, "watch", None)
        if watch is not None:  # a part that does not end is no part yet: see `http/watched.py`
            watch.call(min(self._limits.seconds, self._limits.total_seconds), self._fault)
        try:
            while part := self._raw.read1(max(size, 1 << 16), decode_content=decode_content):
                decoded += len(part)
                if decoded > self._limits.most_bytes:
                    raise BodyTooLarge(f"more than {decoded:,} bytes")
                yield part
                self._require(self._fault())
        except (BodyTooLarge, TooLong, requests.ReadTimeout):
            raise
        except Exception:
            self._require(_stopped(watch))
            raise
        finally:
            if watch is not None:
                watch.stop()
        self._require(_stopped(watch))  # a socket that was shut reads like the end of a body without a length

    def _require(self, fault: str) -> None:
        if not fault:
            return
        raise TooLong(fault) if self._passed() > self._limits.total_seconds else requests.ReadTimeout(fault)

    def _fault(self) -> str:
        passed, arrived = self._passed(), self._raw.tell()
        if passed > self._limits.total_seconds:
            return f"{arrived:,} bytes in {passed:.0f} seconds"
        if passed > self._limits.seconds and arrived < LEAST_RATE * passed:
            return f"{arrived:,} bytes in {passed:.0f} seconds, fewer than {LEAST_RATE} a second"
        return ""

    def _passed(self) -> float:
        return time.monotonic() - self._begun


def _stopped(watch: Any) -> str:
    """Why the watch ended the connection; '' where it did not."""
    return "" if watch is None else watch.reason


def read_steadily(response: requests.Response, limits: BodyLimits) -> None:
    """Read the body of an answer that was asked for with `stream`; a failure closes the connection.

    Raises `BodyTooLarge` at once where the server announces too much, and
    `requests.exceptions.ContentDecodingError` for a coding that was not asked
    for, or several: each of them may unpack a thousandfold.
    """
    response.raw = SteadyBody(response.raw, limits)
    try:
        announced = response.headers.get("Content-Length", "")
        if announced.isdigit() and int(announced) > limits.most_bytes:
            raise BodyTooLarge(f"{int(announced):,} bytes announced")
        coding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in CODINGS:
            raise requests.exceptions.ContentDecodingError(f"Content-Encoding: {coding[:60]}")
        response.content  # noqa: B018  keeps the body, as `requests` does without `stream`
    except BaseException:
        response.close()
        raise
