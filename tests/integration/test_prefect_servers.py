"""Prefect's own ways: `prefect.yaml` in the order that it states, and PostgreSQL behind the server of a schedule."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from replay_server import ReplayServer, record

from localsdg.common import processes
from localsdg.common.settings import Settings

pytestmark = [
    pytest.mark.long,
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads the processes from /proc"),
]
CHECKOUT = Path(__file__).resolve().parents[2]
_LEFT_OUT = ("PREFECT_", "LOCALSDG_")
#: Where Debian has the programs of a PostgreSQL server, which are not in PATH.
_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").exists() else []
SMALL = {"series": ["SI_POV_DAY1"], "areas": ["724"], "with_bundled": False}


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@pytest.fixture(scope="module")
def service():
    with ReplayServer([record(area=724, year=year, value="5") for year in range(2000, 2020)]) as server:
        yield server


@pytest.fixture
def home(tmp_path, add_lists) -> Path:
    return add_lists(tmp_path / "home")


@pytest.fixture
def environment(tmp_path, home, service) -> dict[str, str]:
    """As a user's, with `prefect` and `localsdg` of these tests, and Prefect's folder in the test's own."""
    for name in ("prefect", "localsdg"):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f'#!/bin/sh\nexec {sys.executable} -m {name} "$@"\n')
        tool.chmod(0o755)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_LEFT_OUT)}
    return kept | {
        "PATH": f"{tmp_path / 'bin'}:{kept['PATH']}",
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "LOCALSDG_HOME": str(home),
        "LOCALSDG_UNSD_BASE_URL": service.url,
        "NO_PROXY": "127.0.0.1",
    }


def runs(home: Path) -> list[dict]:
    log = home / "data" / "warehouse" / "runs.jsonl"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_prefect_yaml_works_in_the_order_that_it_states(environment, home, tmp_path) -> None:
    """Two runs at once, as after a pause: the first publishes, the second is cancelled."""
    text = (CHECKOUT / "prefect.yaml").read_text(encoding="utf-8")
    commands = re.findall(r"^#   (.*)$", text, re.MULTILINE)
    assert commands[-1] == "prefect deployment run localsdg/weekly"
    given = " ".join(f"--param '{name}={json.dumps(value)}'" for name, value in SMALL.items())
    script = "\n".join([*commands[:-1], *[f"{commands[-1]} {given}"] * 2, "wait"])
    port = str(free_port())
    log = tmp_path / "commands.txt"
    with log.open("wb") as output:
        shell = subprocess.Popen(
            ["bash", "-eu", "-c", script.replace("4200", port)],
            cwd=CHECKOUT,
            env=environment | {"PREFECT_SERVER_API_PORT": port},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        end = time.monotonic() + 240
        while not (runs(home) and "non-pending state 'CANCELLED'" in log.read_text()):
            assert shell.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.2)
    finally:
        processes.stop([shell.pid, *processes.children(shell.pid)], patience=3.0)
        shell.wait(timeout=10)
    assert [run["status"] for run in runs(home)] == ["published"] and Settings(home=home).published.exists()


@pytest.fixture
def database(tmp_path_factory):
    """The address of an empty database of a PostgreSQL server that runs for the test, and its password."""
    if not _POSTGRES:
        pytest.skip("the server of PostgreSQL is not installed: apt-get install postgresql")
    programs, password, port = _POSTGRES[-1], "a-secret-word", free_port()
    # PostgreSQL refuses to run as root; a folder of pytest's is closed to other users
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(subprocess.check_output(["mktemp", "-d"], user=user, text=True, cwd="/").strip())
    (folder / "word").write_text(password)
    (folder / "word").chmod(0o644)
    data = folder / "data"
    initialise = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "localsdg",
        "--auth=scram-sha-256",
        "--pwfile",
        folder / "word",
    ]
    subprocess.run(initialise, check=True, capture_output=True, timeout=120, user=user, cwd="/")
    call = [programs / "postgres", "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1"]
    server = subprocess.Popen(
        [*call, "-c", "unix_socket_directories="], stderr=subprocess.DEVNULL, user=user, cwd="/", start_new_session=True
    )

    def ask(sql: str, name: str = "prefect") -> str:
        query = [programs / "psql", "-h", "127.0.0.1", "-p", str(port), "-U", "localsdg", "-d", name, "-Atc", sql]
        return subprocess.check_output(query, env=os.environ | {"PGPASSWORD": password}, text=True, timeout=30).strip()

    try:
        ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        end = time.monotonic() + 60
        while subprocess.run(ready, timeout=30).returncode:
            assert time.monotonic() < end and server.poll() is None
            time.sleep(0.1)
        ask("create database prefect", "postgres")
        yield f"postgresql+asyncpg://localsdg:{password}@127.0.0.1:{port}/prefect", password, ask
    finally:
        server.send_signal(signal.SIGINT)  # a fast shutdown
        server.wait(timeout=30)
        shutil.rmtree(folder)


def test_a_schedule_keeps_its_runs_in_postgresql(database, environment, home, tmp_path) -> None:
    address, password, ask = database
    log = tmp_path / "schedule.txt"
    call = ["localsdg", "schedule", "--now", "--series", "SI_POV_DAY1", "--area", "724", "--no-bundled"]
    with log.open("wb") as output:
        schedule = subprocess.Popen(
            call,
            env=environment | {"PREFECT_SERVER_DATABASE_CONNECTION_URL": address},
            stdout=output,
            stderr=output,
        )
    try:
        end = time.monotonic() + 240
        while "completed after" not in log.read_text():
            assert schedule.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.2)
    finally:
        schedule.terminate()
        assert schedule.wait(timeout=20) == 0, log.read_text()
    states = ask("select state_name, count(*) from flow_run group by 1 order by 1").splitlines()
    assert "Completed|1" in states and any(state.startswith("Scheduled|") for state in states)
    assert [run["status"] for run in runs(home)] == ["published"]
    assert not (tmp_path / "prefect" / "prefect.db").exists(), "there is no SQLite beside it"
    kept = [path for path in tmp_path.rglob("*") if path.suffix in (".txt", ".log", ".json", ".jsonl")]
    assert [path for path in kept if password in path.read_text(errors="replace")] == []
