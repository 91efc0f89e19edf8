"""Scheduled runs without a work pool: `python -m flows.schedule "0 6 * * 1"`.

Needs a Prefect server (`prefect server start`, and PREFECT_API_URL): a
temporary one cannot keep a schedule. One run at a time, because one run
writes the warehouse.
"""

import sys

from prefect.types.entrypoint import EntrypointType

from .pipeline import pipeline


def main(cron: str = "0 6 * * 1") -> None:
    """Serve the pipeline on a cron schedule until interrupted."""
    pipeline.serve(
        name="scheduled",
        cron=cron,
        parameters={"live": True},
        limit=1,
        pause_on_shutdown=False,
        entrypoint_type=EntrypointType.MODULE_PATH,  # a file alone could not import its neighbours
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
