"""Where Prefect's tasks run: in threads of this process, or on worker processes of Dask.

`LOCALSDG_TASK_RUNNER=dask` starts worker processes on this machine, on its
loopback address alone; `LOCALSDG_DASK_ADDRESS` names a scheduler that runs
already, on this machine or another.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings

from .server import HOST, OwnServer

if TYPE_CHECKING:
    from prefect_dask import DaskTaskRunner

#: The value of the setting `task_runner`.
DASK = "dask"
_LOOPBACK = (HOST, "localhost", "::1")


def task_runner(settings: Settings) -> TaskRunner[Any]:
    """The runner that the settings name; raises `LocalsdgError` where it is Dask, and Dask is not installed.

    Nothing is started before the first task is submitted.
    """
    if settings.task_runner == DASK:
        return _dask(settings)
    return ThreadPoolTaskRunner(max_workers=settings.concurrency)


def _dask(settings: Settings) -> DaskTaskRunner:
    if missing := [name for name in ("distributed", "prefect_dask") if find_spec(name) is None]:
        raise LocalsdgError(
            "Dask is not installed",
            where="LOCALSDG_TASK_RUNNER",
            expected="the packages distributed and prefect-dask",
            got=f"no {', no '.join(missing)}",
            next_step="pip install 'localsdg[dask]'",
        )
    from prefect_dask import DaskTaskRunner

    if settings.dask_address:
        return DaskTaskRunner(address=settings.dask_address)
    return DaskTaskRunner(cluster_class="distributed.LocalCluster", cluster_kwargs=local_cluster(settings))


def local_cluster(settings: Settings) -> dict[str, Any]:
    """Options of a `distributed.LocalCluster`: processes of one thread, on loopback, without a page of its own."""
    return {
        "n_workers": settings.dask_workers,
        "threads_per_worker": 1,
        "processes": True,
        "host": HOST,
        "dashboard_address": None,
    }


@contextmanager
def reachable_server(settings: Settings) -> Iterator[None]:
    """Within the block Prefect has a server that worker processes reach too.

    Without one every worker would start a server of its own. Nothing is done for
    threads, nor where Prefect's settings name a server. Raises `LocalsdgError`
    where the server does not start, or workers of other machines could not reach it.
    """
    if settings.task_runner != DASK or PREFECT_API_URL.value():
        yield
        return
    if settings.dask_address and urlsplit(settings.dask_address).hostname not in _LOOPBACK:
        raise LocalsdgError(
            "workers on other machines cannot reach the Prefect server of this process",
            where=settings.dask_address,
            expected="PREFECT_API_URL, the address of a Prefect server that they reach",
            next_step="prefect server start --host 0.0.0.0, then PREFECT_API_URL=http://<this machine>:4200/api",
        )
    server = OwnServer(settings)
    try:
        server.start(may_move=True)
        with temporary_settings({PREFECT_API_URL: server.url}):
            os.environ["PREFECT_API_URL"] = server.url
            yield
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        server.stop()
