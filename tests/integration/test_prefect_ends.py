"""No flow run is left as running: signals end it at once, and what is killed outright is found by the next run."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prefect_server import PrefectServer, environment, prefect_server
from replay_server import Fault, ReplayServer, record

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads the processes from /proc"),
]
LIVE = ("run", "--live", "--series", "SI_POV_DAY1", "--area", "724")


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[PrefectServer]:
    with prefect_server(tmp_path_factory.mktemp("prefect")) as one:
        yield one


@pytest.fixture
def hanging() -> Iterator[ReplayServer]:
    """A service that answers no question about data for a minute."""
    with ReplayServer([record(value="5")]) as one:
        one.faults.append(Fault("series/data", "slow", times=99, seconds=8.0))
        yield one


@pytest.fixture
def begin(server, hanging) -> Iterator[Callable[[Path], subprocess.Popen]]:
    """Begins a run that waits for the service, and returns when its flow run is known."""
    begun = []

    def start(home: Path) -> subprocess.Popen:
        home.mkdir()
        env = environment(
            LOCALSDG_HOME=str(home), LOCALSDG_UNSD_BASE_URL=hanging.url, PREFECT_API_URL=server.api, HOME=str(home)
        )
        call = [sys.executable, "-m", "localsdg", *LIVE]
        process = subprocess.Popen(call, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        begun.append(process)
        wait_for(lambda: hanging.seen("series/data") and server.flow_run(home))
        return process

    yield start
    for process in begun:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], object], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


def close_abandoned(home: Path, server: PrefectServer) -> list[str]:
    """What the start of a run of this home does."""
    code = (
        "import flows; from flows.abandoned import close_abandoned_runs as close; "
        "from localsdg.common.settings import load_settings; print('\\n'.join(close(load_settings())))"
    )
    env = environment(LOCALSDG_HOME=str(home), PREFECT_API_URL=server.api, HOME=str(home))
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


@pytest.mark.parametrize(
    ("number", "state"), [(signal.SIGTERM, "CRASHED"), (signal.SIGINT, "CANCELLED")], ids=["sigterm", "ctrl-c"]
)
def test_a_signal_ends_the_flow_run_at_once(number, state, begin, server, tmp_path) -> None:
    process = begin(tmp_path / "home")
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130 and len(err.splitlines()) == 1, err
    flow_run = server.flow_run(tmp_path / "home")
    assert (flow_run["state_type"], flow_run["state"]["message"]) == (state, f"ended by {number.name}")


def test_a_killed_run_is_found_by_the_next_of_its_home_alone(begin, server, tmp_path) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    process = begin(home)
    assert close_abandoned(home, server) == []  # its process runs
    process.kill()
    process.wait()
    assert server.flow_run(home)["state_type"] == "RUNNING"
    other.mkdir()
    assert close_abandoned(other, server) == []
    assert server.flow_run(home)["state_type"] == "RUNNING"
    name = server.flow_run(home)["name"]
    assert name.startswith("localsdg 20") and close_abandoned(home, server) == [name]
    assert server.flow_run(home)["state_type"] == "CRASHED"
    tasks = server.read("task_runs", flow_runs={"id": {"any_": [server.flow_run(home)["id"]]}})
    assert [task["state_type"] for task in tasks if task["state_type"] == "RUNNING"] == []
    assert close_abandoned(home, server) == []
