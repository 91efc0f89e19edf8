"""`localsdg explore`: the published tables as a page in the browser."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from localsdg.cli.base import Command
from localsdg.common.errors import UsageError

if TYPE_CHECKING:
    from localsdg.common.settings import Settings


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
@click.option("--version", "version", metavar="VERSION", help="A kept version instead of the published one.")
def explore(port: int | None, no_open: bool, version: str | None) -> None:
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
    from localsdg.explore.server import ADDRESS, listen, make_app, serve

    settings = _of_version(load_settings(), version)
    with listen(port) as sock:
        with Progress() as progress:
            copy = current_copy(settings, progress)
        facts, metadata = describe(settings)
        number = sock.getsockname()[1]
        address = f"http://{ADDRESS}:{number}/"
        app = make_app(copy, facts, metadata, number)
        interrupts.expect("stopped")

        def started() -> None:
            click.echo(f"Version {facts.version} at {address}  (Ctrl-C stops it)")
            if not no_open:
                click.launch(address)

        serve(app, sock, started)


def _of_version(settings: Settings, version: str | None) -> Settings:
    """Settings that read a kept version; raises `UsageError` for one that is not kept."""
    from localsdg.warehouse.releases import kept_releases

    if version is None:
        return settings
    kept = {release.version: release.file for release in kept_releases(settings)}
    if version not in kept:
        raise UsageError(
            "no such version",
            where="--version",
            expected=", ".join(kept) or "a published version",
            got=version,
            next_step="localsdg explore, which shows the published one",
        )
    return replace(settings, edition=kept[version])
