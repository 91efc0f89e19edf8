"""`localsdg explain`: the chain of a figure, printed from the figure down to the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from localsdg.cli.as_of import AS_OF
from localsdg.cli.base import JSON, Command, print_json
from localsdg.figures.messages.messages import LANGUAGE_CHOICE

if TYPE_CHECKING:
    from datetime import date

    from localsdg.figures.trace.explain import Chain


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n  localsdg explain c01-extreme-poverty\n  localsdg explain c01-extreme-poverty-724\n"
        "  localsdg explain c04-countries --area 724 --json\n"
        "  localsdg explain c11-disaster-affected --as-of 2024-01-30"
    ),
)
@click.argument("figure")
@click.option("--area", metavar="AREA", help="M49 code, ISO3 code or name; the World by default.")
@click.option("--lang", default="en", show_default=True, metavar="LANG", help=LANGUAGE_CHOICE)
@AS_OF
@JSON
def explain(figure: str, area: str | None, lang: str, as_of: date | None, as_json: bool) -> None:
    """How a figure was made: metric, SQL, rows, release, file; the file's hash is taken again.

    Exits with 1 when a file is not the one that the build read.
    """
    from localsdg.common.settings import load_settings
    from localsdg.figures.trace.explain import chain, find_figure
    from localsdg.warehouse.edition_file import opened_edition

    with opened_edition(load_settings(), as_of) as (settings, _):
        traced = chain(settings, find_figure(settings, figure, area, lang))
    if as_json:
        print_json(traced.as_dict())
    else:
        _print(traced)
    if traced.changed:
        click.echo(
            f"error: {len(traced.changed)} of {len(traced.files)} files were changed after the build | "
            "next: pull the source again, then localsdg run",
            err=True,
        )
        raise click.exceptions.Exit(1)


def _print(chain: Chain) -> None:
    from localsdg.warehouse.query import cell_text

    def line(row: dict) -> str:
        return "  ".join(
            f"{key}={cell_text(value)}" for key, value in row.items() if value is not None and key != "caveat"
        )

    echo = click.echo
    echo(f"figure     {chain.figure_id}: {chain.title}")
    echo(f"           {chain.area} ({chain.area_code}), language {chain.lang}")
    if chain.known_on:
        echo(f"edition    as known on {chain.known_on}")
    for metric in chain.metrics:
        echo(f"metric     {metric.metric_id}: {metric.title}, {metric.unit}")
        echo(f"           {metric.definition}")
        echo(f"           caveat: {metric.caveat}")
        echo(f"           model {metric.model}{', as it was run:' if metric.is_template else ''}")
        if metric.is_template:
            model_lines = (text for text in metric.model_sql.splitlines() if not text.startswith("--"))
            echo("\n".join(f"           {text}" for text in model_lines))
    echo(f"query      {chain.query}, as it was run:")
    echo("\n".join(f"           {text}" for text in chain.sql.splitlines() if not text.startswith("--")))
    echo(f"rows       {chain.row_count:,} in the figure; the first {len(chain.rows)}:")
    for row in chain.rows:
        echo(f"           {line(row)}")
    for point in chain.printed:
        echo(f"printed    {point.title} ({point.url}): {point.statement}")
        echo(f"           {point.shown} of {point.series_code}, {point.year}; marked in the figure, of no release")
        if point.definition:
            echo(f"           not comparable with the figure's values: {point.definition}")
        where = f"series_code = '{point.series_code}' and year = {point.year}"
        echo(f'           localsdg query "select * from evidence.published_figure where {where}"')
    for part in chain.core:
        what = "with the very values shown" if part.exact else "that the model may read"
        by = f" ({part.metric_id})" if part.metric_id else ""
        echo(f"core rows  {part.count:,} of {part.table} {what}{by}; the first {len(part.first)}:")
        for row in part.first:
            echo(f"           {line(row)}")
    for one in chain.corrections:
        done = "left out of the evidence" if one.action == "flag" else "corrected before it was computed"
        echo(f"correction {one.correction_id}: {one.what}")
        echo(f"           {done}: {one.reason}")
        echo(f"           who says so: {one.who}; all of it: localsdg corrections {one.correction_id}")
    for name, releases in chain.lists.items():
        echo(f"list       {name}: release {', '.join(releases)}")
    echo(
        f"release    {', '.join(chain.releases) or 'computed here'}; "
        f"warehouse {chain.version}, built {chain.built_at[:19]} UTC"
    )
    for file in chain.files:
        fetched = f", fetched {file.fetched_at[:10]}" if file.fetched_at else ""
        rows = f"{file.rows:,} row{'s' * (file.rows > 1)}" if file.rows else "list"
        echo(f"file       {file.path or file.name}: {file.state} ({rows})")
        echo(f"           sha256 {file.sha256}" + (f", found {file.found}" if file.state == "CHANGED" else ""))
        echo(f"           {file.url or file.origin}{fetched}")
    if chain.rests_on_bundled_records:
        echo("           no snapshot holds its values: it rests on records that come with the code")
