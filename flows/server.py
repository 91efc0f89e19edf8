"""Prefect's temporary server: a process of ours that ends with us, and is not left behind by a kill.

Prefect starts it at the first call of its interface and ends it when Python
exits. A process that is killed cannot: its server carries the owner's
identity in its environment, by which the next run knows and ends it.
"""

import os

from localsdg.common import interrupts, processes
from localsdg.common.settings import load_settings

#: In the call of every Prefect server.
_COMMAND = "prefect.server.api.server"


def own_server() -> None:
    """Mark what this process starts as its own, end servers of killed owners, and clean up at Ctrl-C."""
    own = processes.identity(os.getpid())
    if own is None:
        return
    os.environ[processes.OWNER] = own
    home = os.environ.get("PREFECT_HOME") or str(load_settings().prefect_home)
    processes.stop(processes.abandoned(environment={"PREFECT_HOME": home}, command=_COMMAND))
    interrupts.at_interrupt(end_children)


def end_children() -> None:
    """End every process that this one started."""
    processes.stop(processes.children(os.getpid()))
