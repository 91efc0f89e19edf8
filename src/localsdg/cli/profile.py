"""`localsdg profile`: a place on one page and a few slides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from localsdg.cli.arguments import split_codes
from localsdg.cli.as_of import AS_OF, report_undated
from localsdg.cli.base import JSON, Command, note_citation, print_json
from localsdg.figures.messages.messages import LANGUAGE_CHOICE

if TYPE_CHECKING:
    from datetime import date

FORMATS = ("html", "pptx")


def _formats(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    named = tuple(form.lower() for form in split_codes(value))
    for form in named:
        if form not in FORMATS:
            raise click.BadParameter(f"{form!r} is not one of {', '.join(FORMATS)}.", ctx, param)
    return named or FORMATS


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n"
        "  localsdg profile Kenya\n"
        "  localsdg profile Barcelona --lang es\n"
        '  localsdg profile "Bristol, United Kingdom" --format html --output profiles'
    ),
)
@click.argument("area")
@click.option("--lang", default="en", show_default=True, metavar="LANG", help=LANGUAGE_CHOICE)
@click.option(
    "--format",
    "formats",
    multiple=True,
    callback=_formats,
    metavar="FORMAT",
    help="html (the page) or pptx (the slides); again, or with commas, for more. Both by default.",
)
@click.option("--size", type=click.Choice(["16:9", "4:3"]), default="16:9", show_default=True, help="Of the slides.")
@click.option(
    "--template",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.pptx",
    help="A presentation whose master the slides use.",
)
@click.option("--output", type=click.Path(path_type=Path), help="Folder; data/warehouse/profiles by default.")
@AS_OF
@JSON
def profile(
    area: str,
    lang: str,
    formats: tuple[str, ...],
    size: str,
    template: Path | None,
    output: Path | None,
    as_of: date | None,
    as_json: bool,
) -> None:
    """A place on one page that prints on a sheet of A4, and on slides: a country on six, a local government on four.

    AREA is a country, a region, the World, or a local government, by code or name. The page has key
    numbers, findings with their charts, what is missing and why, and what the numbers do not say.
    """
    from localsdg.common.output_files import check_output_folder
    from localsdg.common.settings import load_settings
    from localsdg.figures.profile.write import write_profile
    from localsdg.warehouse.edition_file import opened_edition

    settings = load_settings()
    folder = settings.warehouse / (f"profiles-{as_of}" if as_of else "profiles")
    if output is not None:
        check_output_folder(settings, output)
        folder = output
    with opened_edition(settings, as_of) as (edition, undated):
        report_undated(undated)
        written = write_profile(edition, area, folder, lang, formats=formats, template=template, size=size)
        note_citation(edition, "localsdg profile", folder)
    if as_json:
        print_json(written.as_dict())
        return
    if written.note:
        click.echo(f"note: {written.note}", err=True)
    for line in written.lines():
        click.echo(line)
