"""A real Prefect server on loopback, with a database of its own, for a module of tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

#: Of the test's own environment nothing may reach a process that says where things are.
_LEFT_OUT = ("PREFECT_", "LOCALSDG_")


def environment(**more: str) -> dict[str, str]:
    """The environment for a process, with these variables and none of the machine's settings."""
    return {**{key: value for key, value in os.environ.items() if not key.startswith(_LEFT_OUT)}, **more}


class PrefectServer:
    """Where it answers, and what it holds."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.api = f"{self.url}/api"

    def read(self, what: str, **body: object) -> list[dict]:
        """All of `flow_runs`, `task_runs`, `logs` or `artifacts`; `body` filters."""
        answer = httpx.post(f"{self.api}/{what}/filter", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def flow_run(self, home: Path) -> dict | None:
        """The newest flow run of a home that has begun."""
        runs = [run for run in self.read("flow_runs", sort="START_TIME_DESC") if run["start_time"]]
        return next((run for run in runs if run["labels"].get("localsdg.home") == str(home)), None)


@contextmanager
def prefect_server(folder: Path) -> Iterator[PrefectServer]:
    """Start `prefect server start` and wait until it answers; it ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = PrefectServer(port)
    env = environment(
        PREFECT_HOME=str(folder),
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        PREFECT_SERVER_UI_API_URL=server.api,  # its page asks port 4200 otherwise
        DO_NOT_TRACK="1",
    )
    call = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "server.log").open("wb") as output:
        process = subprocess.Popen(call, env=env, stdout=output, stderr=output)
        try:
            _wait_until_it_answers(server, process, folder)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_it_answers(server: PrefectServer, process: subprocess.Popen, folder: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        assert process.poll() is None, (folder / "server.log").read_text()
        try:
            if httpx.get(f"{server.api}/health", timeout=5).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise AssertionError(f"the server does not answer: {(folder / 'server.log').read_text()}")
