"""`localsdg explore`: the published tables as a page in the browser."""

from __future__ import annotations

import click

from localsdg.cli.base import Command


@click.command(
    cls=Command,
    epilog=(
        "Exit codes: 0 stopped by Ctrl-C or a signal, 1 failed, 2 wrong call.\n\n"
        "Examples:\n  localsdg explore\n  localsdg explore --no-open --port 8080"
    ),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Port on loopback; 0 for any.  [default: the first free one from 8001]",
)
@click.option("--no-open", is_flag=True, help="Print the address, and open no browser.")
@click.option(
    "--time-limit",
    type=click.FloatRange(0.1, 3600),
    metavar="SECONDS",
    help="When a query is stopped.  [default: 5]",
)
@click.option("--version", "version", metavar="VERSION", help="A kept version instead of the published one.")
def explore(port: int | None, no_open: bool, time_limit: float | None, version: str | None) -> None:
    """Look through the published tables in the browser: filters, counts, charts, SQL, downloads.

    The page is Datasette on a copy of the tables, which is made once a version. It can be reached
    from this machine alone, it writes nothing, and it loads nothing from the net. Each view has an
    address of its own that can be kept. Ctrl-C stops it.
    """
    from localsdg.common import interrupts
    from localsdg.common.progress import Progress
    from localsdg.common.settings import load_settings
    from localsdg.explore.copy import current_copy
    from localsdg.explore.describe import describe
    from localsdg.explore.scripts import kept_vega
    from localsdg.explore.server import ADDRESS, TIME_LIMIT, listen, make_app, serve
    from localsdg.warehouse.versions import at_version

    settings = at_version(load_settings(), version)
    with listen(port) as sock:
        with Progress() as progress:
            copy = current_copy(settings, progress)
            with progress.stage("prepare the charts"):
                kept_vega(copy.parent.parent)
        facts, metadata = describe(settings, copy)
        number = sock.getsockname()[1]
        address = f"http://{ADDRESS}:{number}/"
        app = make_app(copy, facts, metadata, number, time_limit or TIME_LIMIT)
        interrupts.expect("stopped")

        def started() -> None:
            click.echo(f"Version {facts.version} at {address}  (Ctrl-C stops it)")
            if not no_open:
                click.launch(address)

        serve(app, sock, started)
