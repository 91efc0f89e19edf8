"""Connections that are ended when too little comes over them.

The read timeout of a socket starts anew with every byte. A server that sends
a byte of its head every five seconds, or of the size of a chunk, is waited for
without end: reading does not return, so nothing can look at the clock. Here a
timer of its own does, and shuts the socket down.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

from requests_ratelimiter import LimiterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

#: How long the whole head of an answer may take, `100 Continue` before it included, in times of the read timeout:
#: a server that is silent meets the timeout first.
_HEAD = 1.2


class Watch:
    """A timer that shuts a socket down; `reason` says why it did, and is '' before."""

    def __init__(self, sock: socket.socket | None) -> None:
        self._sock, self._lock = sock, threading.Lock()
        self._timer: threading.Timer | None = None
        self.reason = ""

    def call(self, seconds: float, check: Callable[[], str]) -> None:
        """Call `check` every so many seconds until it gives a reason to end the connection, in place of another."""
        self.stop()
        with self._lock:
            self._arm(seconds, check)

    def stop(self) -> None:
        """Let the connection be: the next request may have it."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None

    def _arm(self, seconds: float, check: Callable[[], str]) -> None:
        self._timer = timer = threading.Timer(seconds, lambda: self._look(timer, seconds, check))
        timer.daemon = True
        timer.start()

    def _look(self, timer: threading.Timer, seconds: float, check: Callable[[], str]) -> None:
        with self._lock:
            if self._timer is not timer:  # it was stopped as it went off
                return
            self.reason = check()
            if not self.reason:
                self._arm(seconds, check)
                return
            with contextlib.suppress(OSError):
                if self._sock is not None:
                    self._sock.shutdown(socket.SHUT_RDWR)


class _WatchedMixin:
    """Of a connection: the head of an answer arrives within the read timeout as a whole."""

    def getresponse(self) -> Any:
        """As the connection's own; the answer has the `watch` of its socket."""
        seconds = self.timeout  # type: ignore[attr-defined]
        watch = Watch(self.sock)  # type: ignore[attr-defined]
        if isinstance(seconds, int | float):
            watch.call(_HEAD * seconds, lambda: f"no whole head of an answer in {_HEAD * seconds:.0f} seconds")
        try:
            response = super().getresponse()  # type: ignore[misc]
        except Exception:
            if watch.reason:
                raise TimeoutError(watch.reason) from None
            raise
        finally:
            watch.stop()
        if watch.reason:  # a head that the watch cut off ends, for the reader, like a whole one
            response.close()
            raise TimeoutError(watch.reason)
        response.watch = watch
        return response


class _Connection(_WatchedMixin, HTTPConnection):
    pass


class _SecureConnection(_WatchedMixin, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class WatchedAdapter(LimiterAdapter):
    """The adapter of the project's sessions: few requests a minute to one host, over watched connections."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """As `requests` does, with pools of watched connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
