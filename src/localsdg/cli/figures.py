"""`localsdg figures`: charts of the claims, by figure, claim, area, language, format and size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from localsdg.cli.arguments import split_codes, split_places
from localsdg.cli.as_of import AS_OF, report_undated
from localsdg.cli.base import JSON, Command, note_citation
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.figures.messages.messages import LANGUAGE_CHOICE

if TYPE_CHECKING:
    from datetime import date

    from localsdg.cli.figures_write import Wanted, Written
    from localsdg.common.settings import Settings
    from localsdg.figures.data.figure import Result

#: What is written of whole claims, and of single figures, where no format is named; a PDF only where it is.
FORMATS = ("svg", "png", "csv", "pdf", "pptx", "html")
_OF_CLAIMS, _OF_FIGURES = ("svg", "png", "csv", "pptx", "html"), ("svg", "png", "csv")


def _codes(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return split_codes(value)


def _formats(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    named = tuple(form.lower() for form in split_codes(value))
    for form in named:
        if form not in FORMATS:
            raise click.BadParameter(f"{form!r} is not one of {', '.join(FORMATS)}.", ctx, param)
    return named


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n"
        "  localsdg figures\n"
        "  localsdg figures --list\n"
        "  localsdg figures c01-extreme-poverty c12-share\n"
        '  localsdg figures "c09-*" --area Kenya --format png --size square\n'
        "  localsdg figures --claim C04,C05 --area Spain --lang es --output figures\n"
        "  localsdg figures c08-slums --area KEN,TZA,UGA\n"
        "  localsdg figures --area KEN,TZA,UGA --separate --format svg\n"
        '  localsdg figures --area "Sub-Saharan Africa" --format csv\n'
        "  localsdg figures --deck full --format pptx --size 4:3 --template ours.pptx\n"
        '  localsdg figures --event "Cities Forum, Nairobi, 3 March 2027"\n'
        "  localsdg figures --as-of 2024-01-30"
    ),
)
@click.argument("figure_ids", nargs=-1, metavar="[FIGURE]...")
@click.option(
    "--only",
    multiple=True,
    callback=_codes,
    metavar="FIGURE",
    help="The same as FIGURE: an id or a pattern such as c09-*; again, or with commas, for more.",
)
@click.option(
    "--claim",
    "claims",
    multiple=True,
    callback=_codes,
    metavar="CODE",
    help="A claim, C01 to C14; again, or with commas, for more; all by default. With FIGURE: its figures as well.",
)
@click.option(
    "--area",
    "areas",
    multiple=True,
    callback=lambda ctx, param, value: split_places(value),
    metavar="AREA",
    help="M49 or ISO code or name of a country, a region or the World (default); again, or with commas, for more: "
    "up to five are compared.",
)
@click.option(
    "--compare/--separate",
    "compare",
    default=None,
    help="Several areas in one chart (the default for several), or each with its own figures, deck and page.",
)
@click.option("--lang", default="en", show_default=True, metavar="LANG", help=LANGUAGE_CHOICE)
@click.option(
    "--format",
    "formats",
    multiple=True,
    callback=_formats,
    metavar="FORMAT",
    help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}; again, or with commas, for more. By default all but pdf, "
    "which is of pictures and, with pptx, of the deck; of single figures svg, png and csv.",
)
@click.option(
    "--size",
    default="16:9",
    show_default=True,
    metavar="SIZE",
    help="Of pictures: 16:9 (1920x1080), 4:3 (1440x1080), square (1080x1080) or pixels such as 1200x630; "
    "of slides: 16:9 or 4:3.",
)
@click.option(
    "--csv-meta",
    type=click.Choice(["comment", "sidecar", "none"]),
    default="comment",
    show_default=True,
    help="Where a CSV has title, source, release and caveat: in lines that begin with # before its header, "
    "in a file of CSV on the Web metadata beside it, or nowhere.",
)
@click.option(
    "--deck", type=click.Choice(["short", "full", "none"]), help="Slides: the argument, all figures, or none."
)
@click.option(
    "--template",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.pptx",
    help="A presentation whose master the slides use.",
)
@click.option(
    "--event",
    default="",
    metavar="TEXT",
    help="Name, place and date of your event for the first slide, in place of that of 30 January 2024.",
)
@click.option("--list", "only_list", is_flag=True, help="List the figures there are, by claim, and write nothing.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Folder; data/warehouse/figures, and for the page data/warehouse/site, by default, "
    "with the day of --as-of behind them.",
)
@AS_OF
@JSON
def figures(
    figure_ids: tuple[str, ...],
    only: tuple[str, ...],
    claims: tuple[str, ...],
    areas: tuple[str, ...],
    compare: bool | None,
    lang: str,
    formats: tuple[str, ...],
    size: str,
    csv_meta: str,
    deck: str | None,
    template: Path | None,
    event: str,
    only_list: bool,
    output: Path | None,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Figures of the claims: SVG, PNG, PDF, the numbers shown as CSV, a deck of slides, and a page.

    FIGURE is an id such as c01-extreme-poverty, or a pattern such as "c09-*"; all
    figures by default. Several areas are compared in one chart each. A figure for
    which there are insufficient data is listed with the reason. Fails when no figure
    is left.
    """
    from localsdg.cli.figures_text import print_list, print_written
    from localsdg.cli.figures_write import SLIDES, Wanted, write
    from localsdg.common.output_files import check_output_folder
    from localsdg.common.progress import Progress
    from localsdg.common.settings import load_settings
    from localsdg.figures.chart.size import size_of
    from localsdg.figures.data.selection import figure_ids as ids_of
    from localsdg.figures.data.selection import selected, summaries
    from localsdg.figures.messages.messages import words
    from localsdg.warehouse.edition_file import opened_edition

    ids = ids_of((*split_codes(figure_ids), *only))
    if only_list:
        print_list(summaries(selected(claims, ids), words(lang)), as_json)
        return
    if template and not template.is_file():
        raise UsageError("no such file", where="--template", got=template, expected="a presentation (.pptx)")
    settings = load_settings()
    suffix = f"-{as_of}" if as_of else ""
    folder, site = settings.warehouse / f"figures{suffix}", settings.warehouse / f"site{suffix}"
    if output is not None:
        check_output_folder(settings, output)
        folder, site = output, output / "site"
    wanted = Wanted(
        claims=claims,
        only=ids,
        lang=lang,
        formats=_wanted_formats(formats, deck or ("short" if template else None), bool(ids)),
        size=size_of(size),
        csv_meta=csv_meta,
        slides=size if size in SLIDES else SLIDES[0],
        deck=deck if deck in ("short", "full") else "full" if ids else "short",
        template=template,
        event=event.strip(),
        folder=folder,
        site=site,
    )
    if template:
        from localsdg.figures.deck.template import layouts_of

        click.echo(f"template: {layouts_of(template)}", err=True)
    with opened_edition(settings, as_of) as (edition, undated):
        report_undated(undated)
        # every area is looked up before the first picture is drawn
        results, wanted = _load(edition, areas, compare, wanted, is_page_named="html" in formats)
        with Progress() as progress:
            written = [write(edition, result, area, wanted, progress) for area, result in results.items()]
        note_citation(edition, "localsdg figures", folder)
    print_written(written, folder, as_json)
    _fail_where_nothing_is(written, folder)


def _wanted_formats(named: tuple[str, ...], deck: str | None, are_single: bool) -> tuple[str, ...]:
    """The formats to write; a deck that is asked for by its kind is written too, and `none` leaves it out."""
    if are_single and "html" in named:
        raise UsageError(
            "the page shows whole claims, not single figures",
            where="--format html",
            next_step="localsdg figures --format html, with --claim for some of them",
        )
    wanted = named or (_OF_FIGURES if are_single else _OF_CLAIMS)
    if deck == "none":
        return tuple(form for form in wanted if form != "pptx")
    return wanted if deck is None or "pptx" in wanted else (*wanted, "pptx")


def _load(
    settings: Settings, asked: tuple[str, ...], compare: bool | None, wanted: Wanted, *, is_page_named: bool
) -> tuple[dict[str, Result], Wanted]:
    """The figures by area, or of all areas in one chart each; and what is to be written of them."""
    from localsdg.figures.data.compare import JOINED, distinct_areas, load_comparison
    from localsdg.figures.data.load import load_figures

    places = distinct_areas(settings, asked or ("001",))
    codes = [place.code for place in places]
    if compare is False or compare is None and len(codes) == 1:
        return {code: load_figures(settings, wanted.claims, code, wanted.lang, wanted.only) for code in codes}, wanted
    result = load_comparison(settings, codes, wanted.claims, wanted.lang, wanted.only)
    if is_page_named:
        raise UsageError(
            "the page is of one area; it compares areas itself",
            where="--format html",
            next_step=f"localsdg figures --area {','.join(codes)} --separate --format html",
        )
    formats = tuple(form for form in wanted.formats if form != "html")
    return {JOINED.join(sorted(codes)): result}, replace(wanted, formats=formats)


def _fail_where_nothing_is(written: list[Written], folder: Path) -> None:
    """Raise `LocalsdgError` where a figure could not be drawn, or none is left."""
    if failed := [figure for area in written for figure in area.files if not isinstance(figure, list)]:
        raise LocalsdgError(
            f"{len(failed)} of the figures could not be drawn, all others were",
            where=folder,
            got="; ".join(f"{figure.figure_id}: {figure.reason}" for figure in failed),
            next_step="localsdg figures --format csv",
        )
    if not any(area.result.figures for area in written):
        n_missing = sum(len(area.result.missing) for area in written)
        raise LocalsdgError(
            "no figure: insufficient data", got=f"{n_missing} without data", next_step="localsdg figures --area 001"
        )
