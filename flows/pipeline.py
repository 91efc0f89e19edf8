"""The main flow: pull, build, publish.

`python -m flows.pipeline` runs it; `localsdg run` does the same and prints a
summary.
"""

import asyncio

from prefect import flow

from .build import build
from .publish import publish
from .pull import pull
from localsdg import runs
from localsdg.progress import current
from localsdg.runs import Run
from localsdg.settings import load_settings


@flow(name="localsdg", validate_parameters=False)
async def pipeline(
    live: bool = False,
    series: tuple[str, ...] = (),
    areas: tuple[str, ...] = (),
    only_bundled: bool = False,
    strict: bool = False,
) -> Run:
    """One run; raises what the steps raise, and leaves the published file as it was then."""
    told = await pull(live=live, series=series, areas=areas)
    settings = load_settings()
    with runs.writing(settings):
        run = runs.start_run(settings, only_bundled=only_bundled, strict=strict)
        run.notes = told["failed"]
        try:
            await build(run)
            await publish(run)
        except BaseException as error:
            runs.end_run(run, error)
            raise
        run.seconds = dict(current().seconds)
        runs.end_run(run)
    return run


def run_flow(**parameters) -> Run:
    """Run the flow from plain Python; see `pipeline` for the parameters."""
    return asyncio.run(pipeline(**parameters))


if __name__ == "__main__":
    run_flow()
