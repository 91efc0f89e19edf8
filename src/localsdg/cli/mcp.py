"""`localsdg mcp`: a read-only connector for assistants."""

from __future__ import annotations

import click

from localsdg.cli.arguments import NumberRange
from localsdg.cli.base import Command


@click.command(
    cls=Command,
    epilog=(
        "A client starts it itself; docs/how-to/connect-an-assistant.md has its configuration.\n\n"
        "Example:\n  localsdg mcp"
    ),
)
@click.option(
    "--seconds",
    type=NumberRange(min=0.1, max=600),
    default=20,
    show_default=True,
    metavar="N",
    help="When a statement of SQL is stopped.",
)
def mcp(seconds: float) -> None:
    """Let an assistant ask the published warehouse (Model Context Protocol).

    Serves over standard input and output until the client goes: search, series, metric,
    local_profile, sql, describe_tables and cite. It is read-only and needs no network. Every answer
    has its source, release, unit, caveats, and how to cite it.
    """
    from localsdg.common.settings import load_settings
    from localsdg.connector.server import serve

    serve(load_settings(), seconds)
