"""What identifies a run on Prefect's page: its name, its tags, and the process that it lives in.

Nothing here fails a run: where Prefect does not answer, a line in the log says so.
"""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext

from localsdg.common import processes
from localsdg.pipeline.report import version_in_use
from localsdg.pipeline.run_log import RunStatus, code_version

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

    from localsdg.common.settings import Settings
    from localsdg.pipeline.run import Run

log = logging.getLogger("localsdg.prefect")

#: Labels of a flow run by which a later run finds out whether its process is gone.
HOME, MACHINE, BOOT, PROCESS = "localsdg.home", "localsdg.machine", "localsdg.boot", "localsdg.process"


@contextmanager
def optional(what: str) -> Iterator[None]:
    """What only tells people: its failure is a line in the log."""
    try:
        yield
    except Exception as error:  # Prefect's client raises what its transport raises
        log.warning("%s: Prefect did not take it: %s", what, error)


def own_flow_run() -> FlowRun:
    """The flow run that this code runs in; raises `RuntimeError` outside of one."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise RuntimeError("there is no flow run here; call the flow, not its function")
    return context.flow_run


def identify(settings: Settings) -> None:
    """Write down which process the flow run lives in, before anything else."""
    with optional("the process of the run"), get_client(sync_client=True) as client:
        client.update_flow_run_labels(own_flow_run().id, {**own_labels(settings)})


def describe(run: Run) -> None:
    """Name the flow run after the run, and tag it."""
    flow_run = own_flow_run()
    with optional("name and tags of the run"), get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, name=name_of(run), tags=set(flow_run.tags) | tags_of(run, flow_run))


def rename(run: Run) -> None:
    """Name the flow run after the version as soon as it is known, and at the end after what came of it."""
    with optional("name of the run"), get_client(sync_client=True) as client:
        client.update_flow_run(own_flow_run().id, name=name_of(run))


def name_of(run: Run) -> str:
    """`localsdg 2026.11.27.1`, or what became of that version."""
    if run.status == RunStatus.UNCHANGED:
        return f"localsdg {version_in_use(run) or run.version} unchanged"
    if run.status in (RunStatus.BLOCKED, RunStatus.FAILED):
        return f"localsdg {run.version or run.run_id} not published"
    return f"localsdg {run.version or run.run_id}"


def tags_of(run: Run, flow_run: FlowRun) -> set[str]:
    """Where the data are from, which code, and who began it."""
    data = "live" if run.live else "bundle" if run.with_bundled else "without bundle"
    began = "scheduled" if flow_run.auto_scheduled else "by hand"
    return {data, f"code {code_version(run.settings)}", began}


def own_labels(settings: Settings) -> dict[str, str]:
    """The labels of this process; without its identity where `/proc` does not tell it."""
    labels = {HOME: str(settings.home), MACHINE: platform.node(), BOOT: boot_id()}
    identity = processes.identity(os.getpid())
    return {**labels, PROCESS: identity} if identity else labels


def boot_id() -> str:
    """Which start of the machine this is: after another one, numbers of processes mean nothing."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""
