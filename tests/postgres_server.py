"""A real PostgreSQL server on loopback for a test, with an empty database; skips where none is installed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

#: Where Debian has the programs of a PostgreSQL server, which are not in PATH.
_FOLDER = Path("/usr/lib/postgresql")


@contextmanager
def postgres_server(database: str, password: str) -> Iterator[int]:
    """Start a server of the user `localsdg` with this password; gives its port, and ends it with the block."""
    programs = sorted(_FOLDER.glob("*/bin"))
    if not programs:
        pytest.skip("the server of PostgreSQL is not installed: apt-get install postgresql")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # PostgreSQL refuses to run as root; a folder of pytest's is closed to other users
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(subprocess.check_output(["mktemp", "-d"], user=user, text=True, cwd="/").strip())
    (folder / "word").write_text(password)
    (folder / "word").chmod(0o644)
    make = [programs[-1] / "initdb", "-D", folder / "data", "-U", "localsdg", "--auth=scram-sha-256"]
    make += ["--pwfile", folder / "word"]
    subprocess.run(make, check=True, capture_output=True, timeout=120, user=user, cwd="/")
    call = [programs[-1] / "postgres", "-D", folder / "data", "-p", str(port)]
    call += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
    server = subprocess.Popen(call, stderr=subprocess.DEVNULL, user=user, cwd="/", start_new_session=True)
    try:
        at = ["-h", "127.0.0.1", "-p", str(port), "-U", "localsdg"]
        end = time.monotonic() + 60
        while subprocess.run([programs[-1] / "pg_isready", "-q", *at], timeout=30).returncode:
            assert time.monotonic() < end and server.poll() is None
            time.sleep(0.1)
        ask = [programs[-1] / "psql", *at, "-d", "postgres", "-qc", f"create database {database}"]
        subprocess.run(ask, env=os.environ | {"PGPASSWORD": password}, check=True, timeout=30)
        yield port
    finally:
        server.send_signal(signal.SIGINT)  # a fast shutdown
        server.wait(timeout=30)
        shutil.rmtree(folder)
