"""Ctrl-C, SIGTERM and a terminal that is closed: a process ends within seconds, with one line and exit code 130.

A signal is read by a thread of its own, because the main thread may be inside
a query, a join of worker threads or a server's answer. What must be done
before the end (the run log, a temporary folder, a child process) is
registered here; everything on disk survives a kill anyway.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from localsdg.common.terminal import raw_stream

EXIT_CODE = 130
#: Seconds that the callbacks may take together before the process ends without them.
GRACE = 3.0

_CALLBACKS: list[Callable[[], None]] = []
_INTERRUPTED = "error: interrupted | next: run the same command again; what arrived is kept"
#: What is printed, the exit code and the seconds that the callbacks have; see `expect`.
_end: tuple[str, int, float] = (_INTERRUPTED, EXIT_CODE, GRACE)
_watching = False
_received: signal.Signals | None = None


def received() -> signal.Signals | None:
    """The signal by which the process is ending, for the callbacks; None while it runs."""
    return _received


def at_interrupt(callback: Callable[[], None]) -> None:
    """Call this before the process ends by a signal; the last one registered comes first."""
    if callback not in _CALLBACKS:
        _CALLBACKS.append(callback)


def expect(line: str, *, grace: float = GRACE) -> None:
    """From here on a signal is the way to stop this command: it prints the line and ends with exit code 0."""
    global _end
    _end = (line, 0, grace)


@contextmanager
def ended_after(seconds: float, line: str) -> Iterator[None]:
    """End the process with the line and exit code 2 where the block takes longer: nothing in it can be stopped."""

    def stop() -> None:
        global _end
        _end = (line, 2, GRACE)
        end()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def watch() -> None:
    """Take SIGINT, SIGTERM and SIGHUP from here on; for the entry point, in the main thread."""
    global _watching
    if _watching or threading.current_thread() is not threading.main_thread():
        return
    _watching = True
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    for number in _ends():
        # A handler of Python must be there for the number to be written; the thread does the work.
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_wait_for_signal, args=(reader, writer), name="signals", daemon=True).start()


def _ends() -> set[int]:
    """Signals that end the process; `nohup` has SIGHUP ignored, and is obeyed."""
    ends: set[int] = {signal.SIGINT, signal.SIGTERM}
    hang_up = getattr(signal, "SIGHUP", None)  # not on Windows
    if hang_up is not None and signal.getsignal(hang_up) is not signal.SIG_IGN:
        ends.add(hang_up)
    return ends


def _wait_for_signal(reader: socket.socket, writer: socket.socket) -> None:
    global _received
    ends = _ends()
    while number := reader.recv(1):
        if number[0] in ends:
            _received = signal.Signals(number[0])
            end()


def end() -> None:
    """Say so in one line, call what is registered, and end the process; never returns."""
    line, code, grace = _end
    timer = threading.Timer(grace, os._exit, [code])
    timer.daemon = True
    timer.start()
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr.isatty():
            raw_stream(sys.stderr).write("\r\x1b[K")  # the line of the progress bar
        os.write(2, f"{line}\n".encode())
    for callback in reversed(_CALLBACKS):
        with contextlib.suppress(Exception):
            callback()
    os._exit(code)
