"""Processes that this one started, as `/proc` lists them; elsewhere there is nothing to see.

A process is known by its number and its start, because numbers are used again.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

_PROC = Path("/proc")
#: Environment variable that names the owner of a process which must not outlive it.
OWNER = "LOCALSDG_OWNER"
#: In the calls of the processes that run a flow for a schedule, then of Prefect's servers: they end in this order.
PREFECT_CALLS = (
    "prefect flow-run execute",
    "prefect.engine",
    "prefect.flow_engine",
    "prefect.server.api.server",
    "prefect server start",
)


def identity(pid: int) -> str | None:
    """`pid:start` of a running process, or None where there is none (a zombie is none)."""
    with contextlib.suppress(OSError, IndexError):
        # The name of a process is in brackets and may hold blanks; the fields follow it.
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        return None if fields[0] in "ZX" else f"{pid}:{fields[19]}"
    return None


def is_running(pid: int, name: str | None) -> bool:
    """Whether the process of that number runs, and is that of the `identity`; without `/proc`, whether there is one."""
    if (_PROC / "self" / "stat").exists():
        return (there := identity(pid)) is not None and name in (None, there)
    try:
        os.kill(pid, 0)
    except PermissionError:  # it is another user's
        return True
    except (OSError, OverflowError):
        return False
    return True


def children(pid: int) -> list[int]:
    """All running processes below `pid`, parents before their children."""
    below: dict[int, list[int]] = {}
    for running in _pids():
        with contextlib.suppress(OSError, IndexError, ValueError):
            fields = (_PROC / str(running) / "stat").read_text().rpartition(")")[2].split()
            below.setdefault(int(fields[1]), []).append(running)
    descendants, waiting = [], [pid]
    while waiting:
        descendants += (own := below.get(waiting.pop(0), []))
        waiting += own
    return descendants


def abandoned(*, environment: dict[str, str], command: str) -> list[int]:
    """Processes with these variables whose `OWNER` has ended, and `command` in their call, words with a blank."""
    wanted = {f"{name}={value}".encode() for name, value in environment.items()}
    pids = []
    for pid in _pids():
        with contextlib.suppress(OSError):
            if command.encode() not in (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\x00", b" "):
                continue
            given = (_PROC / str(pid) / "environ").read_bytes().split(b"\x00")
            owners = [
                variable.decode().partition("=")[2] for variable in given if variable.startswith(f"{OWNER}=".encode())
            ]
            if wanted <= set(given) and owners and _has_ended(owners[0]):
                pids.append(pid)
    return pids


def abandoned_by_runs(prefect_home: str) -> list[int]:
    """Runs and servers of Prefect with that home whose owner, a run or a schedule, was killed; the runs first."""
    environment = {"PREFECT_HOME": prefect_home}
    left = [pid for call in PREFECT_CALLS for pid in abandoned(environment=environment, command=call)]
    return list(dict.fromkeys(left))


def stop(pids: list[int], *, patience: float = 1.0) -> None:
    """End processes: SIGTERM, and SIGKILL for those that are there after `patience` seconds."""
    there = {pid: identity(pid) for pid in pids}
    there = {pid: name for pid, name in there.items() if name}
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid, name in there.items():
            if identity(pid) == name:
                with contextlib.suppress(OSError):
                    os.kill(pid, number)
        end = time.monotonic() + patience
        while time.monotonic() < end and any(identity(pid) == name for pid, name in there.items()):
            time.sleep(0.02)


def _has_ended(owner: str) -> bool:
    pid = owner.partition(":")[0]
    return pid.isdigit() and identity(int(pid)) != owner


def _pids() -> list[int]:
    with contextlib.suppress(OSError):
        return [int(path.name) for path in _PROC.iterdir() if path.name.isdigit()]
    return []
