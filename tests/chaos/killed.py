"""Commands in a process of their own that is killed: at a moment, or before the n-th change of a file below a folder.

The process is forked from this one, which has the libraries loaded, so that a moment is one of the command's
work and not of the start of Python. It is ended by SIGKILL, which nothing in it sees.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Calls that change names or begin a file, as Python reports them to audit hooks, before it makes them.
_CHANGES = frozenset({"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"})


@dataclass(frozen=True)
class Ended:
    """How a process ended: exit code, or the number of the signal below zero; seconds; what it printed."""

    code: int
    seconds: float
    text: str

    @property
    def was_killed(self) -> bool:
        """Whether the kill came before its end."""
        return self.code == -signal.SIGKILL


def load() -> None:
    """Load what the commands load, so that a forked process begins with its work."""
    import great_expectations  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    import localsdg.checks.runner
    import localsdg.cli.app
    import localsdg.pipeline.stages
    import localsdg.warehouse.build  # noqa: F401


def run(
    action: Callable[[], object],
    log: Path,
    *,
    after: float | None = None,
    at_step: int | None = None,
    folder: Path | None = None,
    send: signal.Signals = signal.SIGKILL,
) -> Ended:
    """Do the action in a forked process; `after` seconds, or before change number `at_step` of `folder`, it is ended.

    Each change of the folder is a line of `log.steps`.
    """
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _do(action, log, at_step, folder)
    code = _wait(pid, after, send)
    return Ended(code, time.monotonic() - started, log.read_text(errors="replace") if log.exists() else "")


def command(home: Path, arguments: Sequence[object]) -> Callable[[], object]:
    """The command line of the package, with that home."""

    def call() -> object:
        from localsdg.cli.app import main

        os.environ["LOCALSDG_HOME"] = str(home)
        return main([str(one) for one in arguments])

    return call


def steps_of(log: Path) -> list[str]:
    """The changes of the folder that the last process of this log made, in their order."""
    path = log.with_suffix(".steps")
    return path.read_text().splitlines() if path.exists() else []


def _wait(pid: int, after: float | None, send: signal.Signals) -> int:
    end = time.monotonic() + (after if after is not None else 600)
    while time.monotonic() < end:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(pid, send if after is not None else signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _do(action: Callable[[], object], log: Path, at_step: int | None, folder: Path | None) -> None:
    """The life of the forked process; it never returns into the test."""
    code = 70
    try:
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        for number in (1, 2):
            os.dup2(out, number)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
        if folder is not None:
            _watch(folder, log.with_suffix(".steps"), at_step)
        code = _exit_code(action)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _exit_code(action: Callable[[], object]) -> int:
    import traceback

    try:
        action()
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:
        traceback.print_exc()
        return 70
    return 0


def _watch(folder: Path, steps: Path, at_step: int | None) -> None:
    """Write down each change below the folder before it is made, and kill the process before the chosen one."""
    count, below, owner = 0, str(folder), os.getpid()
    out = os.open(steps, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)

    def hook(event: str, arguments: tuple) -> None:
        nonlocal count
        if event == "open":
            path, _, flags = arguments
            if not isinstance(flags, int) or not flags & (os.O_WRONLY | os.O_RDWR):
                return
        elif event in _CHANGES:
            path = arguments[0]
        else:
            return
        if not isinstance(path, str | os.PathLike) or os.getpid() != owner:
            return
        name = os.fspath(path)
        # what `shutil.rmtree` removes has a name in an open folder: it is counted, too
        if os.path.isabs(name) and not name.startswith(below):
            return
        os.write(out, f"{event} {name.removeprefix(below)}\n".encode())
        if count == at_step:
            os.kill(owner, signal.SIGKILL)
        count += 1

    sys.addaudithook(hook)
