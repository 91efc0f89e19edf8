"""Prefect's server: one that answers already, or a process of ours that ends with us and is not left by a kill.

A process that is killed cannot end what it started: its server and its runs
carry the owner's identity in their environment, by which the next run or
schedule knows and ends them.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO, NoReturn

from localsdg.common import interrupts, processes
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import Settings, load_settings

HOST = "127.0.0.1"
#: Prefect's own port; another one is taken where it is in use.
_PORT = 4200
#: Seconds until a server must answer: 5 on a quiet machine, 60 when it first makes its tables on a slow one.
_START = 180.0
#: A log that has grown larger is set aside when it is next opened, in bytes.
_LONGEST_LOG = 10_000_000


def own_server() -> None:
    """Mark what this process starts as its own, end what killed owners left, and clean up at Ctrl-C."""
    if end_abandoned() is not None:
        interrupts.at_interrupt(end_children)


def end_abandoned() -> int | None:
    """End servers and runs whose owner was killed, and mark what this process starts as its own.

    Returns how many were ended; None where the system does not show processes.
    """
    own = processes.identity(os.getpid())
    if own is None:
        return None
    os.environ[processes.OWNER] = own
    home = os.environ.get("PREFECT_HOME") or str(load_settings().prefect_home)
    left = processes.abandoned_by_runs(home)
    processes.stop(left)
    return len(left)


def end_children() -> None:
    """End every process that this one started."""
    processes.stop(processes.children(os.getpid()))


def open_log(settings: Settings, name: str) -> BinaryIO:
    """A log in Prefect's folder, to be added to; one that has grown too large becomes `<name>.1`."""
    path = log_path(settings, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):
        if path.stat().st_size > _LONGEST_LOG:
            path.replace(path.with_name(path.name + ".1"))
    return path.open("ab")


def log_path(settings: Settings, name: str) -> Path:
    """Where the log of that name is."""
    return settings.prefect_home / "logs" / name


class OwnServer:
    """A `prefect server` below this process, on this machine alone."""

    LOG = "server.log"

    def __init__(self, settings: Settings, port: int | None = None) -> None:
        """`port` must be free where it is named; else Prefect's own or another free one is taken."""
        self.settings = settings
        self.named = port
        self.port = _free_port(port)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its interface."""
        return f"http://{HOST}:{self.port}/api"

    def start(self, may_move: bool = False) -> None:
        """Start it and wait until it answers; raises `LocalsdgError` with the end of its log where it does not.

        A port that was free may be taken by another server that starts at the
        same moment; with `may_move` another port is then tried.
        """
        end = time.monotonic() + _START
        self._launch()
        while not self._answers():
            if not self.has_ended and time.monotonic() < end:
                time.sleep(0.2)
            elif self.has_ended and may_move and not self.named and answers(self.url):
                self.port = _free_port(0)
                self._launch()
            else:
                self._fail()

    def _launch(self) -> None:
        call = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(self.port)]
        # of its own session: Ctrl-C on a terminal ends the runs first, then the server
        with open_log(self.settings, self.LOG) as log:
            self.process = subprocess.Popen(
                call,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=_environment(self.url),
            )

    def _answers(self) -> bool:
        """Whether the one that answers there is that of this home."""
        import httpx

        try:
            stated = httpx.get(f"{self.url}/admin/settings", timeout=5, trust_env=False).json()
        except (httpx.HTTPError, ValueError):
            return False
        home = os.environ.get("PREFECT_HOME") or self.settings.prefect_home
        return isinstance(stated, dict) and Path(str(stated.get("home"))) == Path(home)

    def _fail(self) -> NoReturn:
        ended = self.process.poll() if self.process else None
        self.stop()
        raise LocalsdgError(
            "Prefect's server did not start",
            where=log_path(self.settings, self.LOG),
            expected=f"an answer within {_START:.0f} s",
            got=_last_line(log_path(self.settings, self.LOG)) or f"exit code {ended}",
            next_step="localsdg schedule --port 4300, which takes another port; the log says why",
        )

    @property
    def has_ended(self) -> bool:
        """Whether it was started and is gone."""
        return self.process is not None and self.process.poll() is not None

    def stop(self, patience: float = 1.5) -> None:
        """End it, and what it started."""
        if self.process is not None:
            processes.stop([self.process.pid, *processes.children(self.process.pid)], patience=patience)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=1)


def answers(url: str) -> bool:
    """Whether a server of Prefect answers at that address of its interface."""
    import httpx  # Prefect's own client

    try:
        return httpx.get(f"{url.rstrip('/')}/health", timeout=5, trust_env=HOST not in url).status_code == 200
    except (httpx.HTTPError, httpx.InvalidURL):
        return False


def ui_address(url: str) -> str:
    """The page for people of a server, from the address of its interface."""
    return url.rstrip("/").removesuffix("/api")


def _environment(url: str) -> dict[str, str]:
    """That of the server: its own address is no server to ask, and what its pages in a browser ask."""
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    # what the scheduler does goes to its log: a scheduler that creates no runs is seen nowhere else
    return environment | {"PREFECT_LOGGING_LEVEL": "INFO", "PREFECT_SERVER_UI_API_URL": url}


def _free_port(named: int | None) -> int:
    for port in (_PORT, 0) if named is None else (named,):
        with closing(socket.socket()) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                trial.bind((HOST, port))
                return int(trial.getsockname()[1])
    raise UsageError("the port is in use", where="--port", expected="a free port, or none to take one", got=named)


def _last_line(log: Path) -> str:
    with suppress(OSError):
        lines = log.read_text(encoding="utf-8", errors="replace")[-20_000:].splitlines()
        return next((line.strip() for line in reversed(lines) if "rror" in line), "")[:300]
    return ""
