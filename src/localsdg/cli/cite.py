"""`localsdg cite`: how to cite the published warehouse and each of its sources."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from localsdg.cli.arguments import split_places
from localsdg.cli.base import Command, note_citation


def _sources(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Ids of sources, releases, sites and names of governments, which may have a comma (`Auburn, Alabama`)."""
    return split_places(value)


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n"
        "  localsdg cite\n"
        "  localsdg cite --source unsd\n"
        "  localsdg cite --format bibtex --output localsdg.bib\n"
        "  localsdg cite --source unsd,barcelona --format csl-json --output localsdg.json"
    ),
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["text", "bibtex", "csl-json"]),
    default="text",
    show_default=True,
    help="A list of references, BibTeX, or CSL JSON for Zotero and pandoc.",
)
@click.option(
    "--source",
    "wanted",
    multiple=True,
    callback=_sources,
    metavar="NAME",
    help="A source (unsd), a release (2020-10-19), a local site (barcelona), or warehouse; again, or with "
    "commas, for more.",
)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file.")
def cite(kind: str, wanted: tuple[str, ...], output: Path | None) -> None:
    """How to cite the published warehouse, each of its sources, and this software.

    Each source comes with its own attribution, release, dates, terms and origin; the warehouse
    with its version and content hash, which two builds of the same data share. The version that is
    cited is noted, and kept (see localsdg prune).
    """
    from localsdg.common.output_files import check_output, write_text
    from localsdg.common.settings import load_settings
    from localsdg.warehouse.citation import read_citations
    from localsdg.warehouse.citation_formats import FORMATS
    from localsdg.warehouse.query import open_published

    settings = load_settings()
    target = check_output(settings, output) if output else None
    with closing(open_published(settings)) as con:
        citations = read_citations(con, wanted)
    text = FORMATS[kind](citations)
    note_citation(settings, "localsdg cite", target)
    if target is None:
        click.echo(text, nl=False)
        return
    write_text(target, text)
    click.echo(f"{len(citations)} citations in {output}", err=True)
