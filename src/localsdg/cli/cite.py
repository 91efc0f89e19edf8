"""`localsdg cite`: how to cite the warehouse and each of its sources, or a query with its result."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from localsdg.cli.arguments import split_places
from localsdg.cli.base import REPLACE, Command, note_citation
from localsdg.cli.versions import VERSION
from localsdg.common.errors import UsageError

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.warehouse.citation import Citation


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
        "  localsdg cite --source unsd,barcelona --format csl-json --output localsdg.json\n"
        "  localsdg cite --sql \"select * from evidence.c01_extreme_poverty where area_code = '001'\"\n"
        "  localsdg cite --file question.sql --format csl-json --output citation.json\n"
        "  localsdg cite --check citation.json"
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
@click.option("--sql", metavar="SQL", help="Cite this query and its result; - for standard input.")
@click.option(
    "--file",
    "file",
    metavar="PATH",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Cite the query in a file.",
)
@click.option("--example", "name", metavar="NAME", help="Cite an example; localsdg query --example list names them.")
@VERSION
@click.option(
    "--check",
    "checked",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Run the query of a citation in CSL JSON again, and compare the result.",
)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file.")
@REPLACE
def cite(
    kind: str,
    wanted: tuple[str, ...],
    sql: str | None,
    file: Path | None,
    name: str | None,
    version: str | None,
    checked: Path | None,
    output: Path | None,
    force: bool,
) -> None:
    """How to cite the warehouse, each of its sources, and this software; or a query and its result.

    Each source comes with its own attribution, release, dates, terms and origin; the warehouse
    with its version and content hash, which two builds of the same data share. With --sql, --file
    or --example it is the query that is cited: its SQL, the number of its rows and the SHA-256 of its result,
    which --check compares, and only the sources of the rows that it reads. The version that is
    cited is noted, and kept (see localsdg prune).
    """
    from localsdg.common.output_files import check_output, write_text
    from localsdg.common.settings import load_settings
    from localsdg.warehouse.citation_formats import FORMATS
    from localsdg.warehouse.versions import at_version

    settings = load_settings()
    is_query = any(one is not None for one in (sql, file, name))
    if checked is not None:
        if is_query or wanted or version is not None or output or kind != "text":
            raise UsageError("--check goes alone", next_step="localsdg cite --help")
        _check(settings, checked)
        return
    if is_query and wanted:
        raise UsageError("--source goes without a query, which names its sources itself", expected="one of them")
    target = check_output(settings, output, inputs=[file] if file else [], replace=force) if output else None
    asked = at_version(settings, version)
    citations = _of_query(asked, sql, file, name) if is_query else _of_sources(asked, wanted)
    text = FORMATS[kind](citations)
    note_citation(asked, "localsdg cite", target)
    if target is None:
        click.echo(text, nl=False)
        return
    write_text(target, text)
    click.echo(f"{len(citations)} citations in {output}", err=True)


def _of_sources(settings: Settings, wanted: tuple[str, ...]) -> list[Citation]:
    from localsdg.warehouse.citation import read_citations
    from localsdg.warehouse.query import open_published

    with closing(open_published(settings)) as con:
        return read_citations(con, wanted)


def _of_query(settings: Settings, sql: str | None, file: Path | None, name: str | None) -> list[Citation]:
    from localsdg.cli.query import sql_text
    from localsdg.warehouse.query_citation import cite_query

    return cite_query(settings, sql_text(settings, sql, file, name))


def _check(settings: Settings, file: Path) -> None:
    from localsdg.warehouse.query_citation import check_citation

    held = check_citation(settings, file)
    same = "" if held.version == held.cited_version else f", which holds the same data as version {held.cited_version}"
    click.echo(f"the citation holds on version {held.version}{same}")
    click.echo(f"{held.rows:,} rows, SHA-256 {held.result_sha256}")
