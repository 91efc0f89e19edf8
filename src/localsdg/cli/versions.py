"""`localsdg versions`: the published versions that are kept, and the option that reads one of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from localsdg.cli.base import JSON, Command, print_json

if TYPE_CHECKING:
    from localsdg.warehouse.versions import Version

VERSION = click.option(
    "--version",
    "version",
    metavar="VERSION",
    help="A kept version, such as 2026.11.27.1, instead of the published one; localsdg versions lists them.",
)


@click.command(cls=Command, epilog="Examples:\n  localsdg versions\n  localsdg versions --json")
@JSON
def versions(as_json: bool) -> None:
    """List the published versions that are kept, the newest first: hash, size, and what keeps each.

    The content hash is of the data: two versions with the same one hold the same data. With --json,
    sha256 is that of the file.
    """
    from localsdg.common.settings import load_settings
    from localsdg.warehouse.versions import list_versions

    listed = list_versions(load_settings())
    if as_json:
        print_json([asdict(one) for one in listed])
        return
    if not listed:
        click.echo("no version is kept; localsdg run publishes one")
    for one in listed:
        click.echo(_line(one))


def _line(one: Version) -> str:
    from localsdg.common.disk import megabytes

    states = [
        "published" if one.is_published else None,
        f"pinned: {one.pinned}" if one.pinned is not None else None,
        f"cited by {', '.join(one.cited_by)}" if one.cited_by else None,
    ]
    what = f"{one.version}  {one.content_hash[:12] or 'unknown hash'}  {megabytes(one.bytes):>8}"
    return "  ".join([what, "; ".join(state for state in states if state)]).rstrip()
