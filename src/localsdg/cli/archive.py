"""`localsdg archive`: a version as one file for a repository of research data."""

from __future__ import annotations

from pathlib import Path

import click

from localsdg.cli.base import JSON, REPLACE, Command, print_json
from localsdg.cli.versions import VERSION


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n"
        "  localsdg archive --output localsdg.zip\n"
        "  localsdg archive --version 2026.11.27.1 --output localsdg.zip\n"
        "  localsdg archive --all --no-pin --output private.zip"
    ),
)
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), metavar="FILE.zip", help="The archive to write."
)
@REPLACE
@VERSION
@click.option("--all", "with_all", is_flag=True, help="Put in also data whose terms do not permit redistribution.")
@click.option("--no-pin", is_flag=True, help="Do not keep the version for good.")
@JSON
def archive(output: Path, force: bool, version: str | None, with_all: bool, no_pin: bool, as_json: bool) -> None:
    """Write a version as a zip file for a repository such as Zenodo, and pin the version.

    It holds a Frictionless Data Package of the tables, README.md, the terms and attribution of each
    source, CITATION.cff, .zenodo.json and checksums. Data sets whose terms do not state that they may be
    passed on are named and left out, with every row that rests on them; where nothing is left out, or with
    --all, the warehouse file is in it too. The same version gives the same bytes.
    """
    from localsdg.common.output_files import check_output
    from localsdg.common.progress import Progress
    from localsdg.common.settings import load_settings
    from localsdg.warehouse import keeping
    from localsdg.warehouse.archive.write import archive as write

    settings = load_settings()
    target = check_output(settings, output, endings=(".zip",), replace=force)
    with Progress() as progress:
        done = write(settings, target, version, progress, with_all=with_all)
    pins = {one.version for one in keeping.read_pins(settings)}
    if not no_pin and done.version not in pins:
        keeping.pin(settings, done.version, f"archived to {target.name}")
    if as_json:
        facts = {
            "version": done.version,
            "output": str(target),
            "bytes": target.stat().st_size,
            "tables": done.tables,
            "rows": done.rows,
            "has_warehouse": done.has_warehouse,
            "left_out": [one.key for one in done.left_out],
            "is_pinned": not no_pin or done.version in pins,
        }
        print_json(facts)
        return
    for one in done.left_out:
        click.echo(f"left out {one.key}: {one.licence or 'no terms are stated'}")
    whole = " and the warehouse file" if done.has_warehouse else ""
    click.echo(f"version {done.version} in {output}: {done.tables} tables, {done.rows:,} rows{whole}")
    if done.left_out:
        click.echo(f"{len(done.left_out)} data sets are left out: their terms do not permit it; --all puts them in")
