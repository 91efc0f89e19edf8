"""The main flow: pull, build, publish.

`python -m flows.pipeline` runs it; `localsdg run` does the same and prints a
summary.
"""

import asyncio

from prefect import flow

from localsdg.common.progress import current
from localsdg.common.settings import load_settings
from localsdg.pipeline import stages as plain
from localsdg.pipeline.run import Run

from .build import build
from .publish import publish
from .pull import pull
from .server import own_server


@flow(name="localsdg", validate_parameters=False)
async def pipeline(
    live: bool = False,
    series: tuple[str, ...] = (),
    areas: tuple[str, ...] = (),
    only_bundled: bool = False,
    with_bundled: bool = True,
    strict: bool = False,
) -> str:
    """One run; returns its id, raises what the steps raise, and leaves the published file as it was then."""
    run = plain.begin_run(
        load_settings(),
        live=live,
        series=tuple(series),
        areas=tuple(areas),
        only_bundled=only_bundled,
        with_bundled=with_bundled,
        strict=strict,
    )
    with plain.running(run, current()):
        await pull(run.run_id)
        with plain.opened(run):
            await build(run.run_id)
            await publish(run.run_id)
    return run.run_id


def run_flow(**parameters) -> Run:
    """Run the flow from plain Python; see `pipeline` for the parameters."""
    own_server()
    return plain.find_run(asyncio.run(pipeline(**parameters)))


if __name__ == "__main__":
    run_flow()
