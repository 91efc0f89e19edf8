"""`localsdg explain`: the chain of a figure, printed from the figure down to the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from localsdg.cli.base import JSON, Command, print_json

if TYPE_CHECKING:
    from localsdg.figures.trace.explain import Chain


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n  localsdg explain c01-extreme-poverty\n  localsdg explain c01-extreme-poverty-724\n"
        "  localsdg explain c04-countries --area 724 --json"
    ),
)
@click.argument("figure")
@click.option("--area", metavar="AREA", help="M49 code, ISO3 code or name; the World by default.")
@click.option("--lang", default="en", show_default=True, metavar="LANG", help="en, es or fr.")
@JSON
def explain(figure: str, area: str | None, lang: str, as_json: bool) -> None:
    """How a figure was made: metric, SQL, rows, release, file; the file's hash is taken again.

    Exits with 1 when a file is not the one that the build read.
    """
    from localsdg.common.settings import load_settings
    from localsdg.figures.trace.explain import chain, find_figure

    settings = load_settings()
    found = chain(settings, find_figure(settings, figure, area, lang))
    if as_json:
        print_json(found.as_dict())
    else:
        _print(found)
    if found.changed:
        click.echo(
            f"error: {len(found.changed)} of {len(found.files)} files were changed after the build | "
            "next: pull the source again, then localsdg run",
            err=True,
        )
        raise click.exceptions.Exit(1)


def _print(found: Chain) -> None:
    from localsdg.warehouse.query import cell_text

    def line(row: dict) -> str:
        return "  ".join(
            f"{key}={cell_text(value)}" for key, value in row.items() if value is not None and key != "caveat"
        )

    echo = click.echo
    echo(f"figure     {found.figure_id}: {found.title}")
    echo(f"           {found.area} ({found.area_code}), language {found.lang}")
    for one in found.metrics:
        echo(f"metric     {one.metric_id}: {one.title}, {one.unit}")
        echo(f"           {one.definition}")
        echo(f"           mind: {one.caveat}")
        echo(f"           model {one.model}{', as it was run:' if one.is_template else ''}")
        if one.is_template:
            echo("\n".join(f"           {text}" for text in one.model_sql.splitlines() if not text.startswith("--")))
    echo(f"query      {found.query}, as it was run:")
    echo("\n".join(f"           {text}" for text in found.sql.splitlines() if not text.startswith("--")))
    echo(f"rows       {found.row_count:,} in the figure; the first {len(found.rows)}:")
    for row in found.rows:
        echo(f"           {line(row)}")
    for part in found.core:
        what = "with the very values shown" if part.exact else "that the model may read"
        by = f" ({part.metric_id})" if part.metric_id else ""
        echo(f"core rows  {part.count:,} of {part.table} {what}{by}; the first {len(part.first)}:")
        for row in part.first:
            echo(f"           {line(row)}")
    for name, releases in found.lists.items():
        echo(f"list       {name}: release {', '.join(releases)}")
    echo(
        f"release    {', '.join(found.releases) or 'of our own counting'}; "
        f"warehouse {found.version}, built {found.built_at[:19]} UTC"
    )
    for one in found.files:
        where = one.url or one.origin
        fetched = f", fetched {one.fetched_at[:10]}" if one.fetched_at else ""
        rows = f"{one.rows:,} row{'s' * (one.rows > 1)}" if one.rows else "list"
        echo(f"file       {one.path or one.name}: {one.state} ({rows})")
        echo(f"           sha256 {one.sha256}" + (f", found {one.found}" if one.state == "CHANGED" else ""))
        echo(f"           {where}{fetched}")
    if found.rests_on_bundled_records:
        echo("           no snapshot holds its values: it rests on records that come with the code")
