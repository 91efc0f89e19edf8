"""`localsdg figures`: charts of the claims, by area and language."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from localsdg.cli.arguments import split_codes, split_places
from localsdg.cli.as_of import AS_OF, report_undated
from localsdg.cli.base import JSON, Command, print_json
from localsdg.common.errors import LocalsdgError
from localsdg.figures.messages.messages import LANGUAGE_CHOICE

if TYPE_CHECKING:
    from datetime import date

    from localsdg.common.progress import Progress
    from localsdg.common.settings import Settings
    from localsdg.figures.chart.draw_pool import NotDrawn
    from localsdg.figures.data.figure import Result


@click.command(
    cls=Command,
    epilog=(
        "Examples:\n"
        "  localsdg figures\n"
        "  localsdg figures --claim C04,C05 --area Spain --lang es --output figures\n"
        "  localsdg figures --area KEN,TZA,UGA --format svg\n"
        '  localsdg figures --area "Sub-Saharan Africa" --format csv\n'
        "  localsdg figures --as-of 2024-01-30"
    ),
)
@click.option(
    "--claim",
    "claims",
    multiple=True,
    callback=lambda ctx, param, value: split_codes(value),
    metavar="CODE",
    help="A claim, C01 to C14; again, or with commas, for more; all by default.",
)
@click.option(
    "--area",
    "areas",
    multiple=True,
    callback=lambda ctx, param, value: split_places(value),
    metavar="AREA",
    help="M49 or ISO code or name of a country, a region or the World (default); again, or with commas, for more.",
)
@click.option("--lang", default="en", show_default=True, metavar="LANG", help=LANGUAGE_CHOICE)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(["svg", "png", "csv", "pptx", "html"]),
    help="Only this; again for more. All by default.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Folder; data/warehouse/figures, and for the page data/warehouse/site, by default, "
    "with the day of --as-of behind them.",
)
@AS_OF
@JSON
def figures(
    claims: tuple[str, ...],
    areas: tuple[str, ...],
    lang: str,
    formats: tuple[str, ...],
    output: Path | None,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Figures of the claims: SVG, PNG of 1920 x 1080, the numbers shown as CSV, a deck of slides, and a page.

    Each area has its own figures, deck and page. A figure for which there are
    insufficient data is listed with the reason. Fails when no figure is left.
    """
    from localsdg.common.output_files import check_output_folder
    from localsdg.common.progress import Progress
    from localsdg.common.settings import load_settings
    from localsdg.figures.data.load import load_figures
    from localsdg.warehouse.edition_file import opened_edition

    settings = load_settings()
    suffix = f"-{as_of}" if as_of else ""
    folder, site = settings.warehouse / f"figures{suffix}", settings.warehouse / f"site{suffix}"
    if output is not None:
        check_output_folder(settings, output)
        folder, site = output, output / "site"
    with opened_edition(settings, as_of) as (edition, undated):
        report_undated(undated)
        # every area is looked up before the first picture is drawn
        results = {area: load_figures(edition, claims, area, lang) for area in areas or ("001",)}
        with Progress() as progress:
            written = [
                _write(edition, result, area, claims, lang, formats, folder, site, progress)
                for area, result in results.items()
            ]
    _report(written, folder, as_json)
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


@dataclass(frozen=True)
class _Written:
    """The figures of one area and the files that were written of them."""

    result: Result
    files: list[list[Path] | NotDrawn]
    deck: Path | None
    page: Path | None


def _write(
    settings: Settings,
    result: Result,
    area: str,
    claims: tuple[str, ...],
    lang: str,
    formats: tuple[str, ...],
    folder: Path,
    site: Path,
    progress: Progress,
) -> _Written:
    from localsdg.figures.chart.picture import FORMATS, drawing, forget

    pictures = tuple(form for form in formats if form in FORMATS) if formats else FORMATS
    for gone in result.missing:
        forget(gone.figure_id, lang, folder)
    deck = page = None
    # deck and page are written here while other processes draw
    with drawing(
        result.figures if pictures else (), folder, pictures, workers=settings.threads, progress=progress
    ) as drawn:
        if not formats or "pptx" in formats:
            deck = _deck(settings, result, folder, claims, area, lang)
        if result.figures and (not formats or "html" in formats):
            from localsdg.figures.page.page import write_page

            page = write_page(result, settings, site, lang, claims)
        return _Written(result, drawn() or [[] for _ in result.figures], deck, page)


def _report(written: list[_Written], folder: Path, as_json: bool) -> None:
    figures = [
        (figure, files) for area in written for figure, files in zip(area.result.figures, area.files, strict=True)
    ]
    missing = [gone for area in written for gone in area.result.missing]
    decks = [str(area.deck) for area in written if area.deck]
    pages = [str(area.page) for area in written if area.page]
    if as_json:
        print_json(
            {
                "figures": [
                    {
                        "figure_id": figure.figure_id,
                        "claim_id": figure.claim_id,
                        "title": figure.title,
                        "files": list(map(str, files)),
                    }
                    for figure, files in figures
                    if isinstance(files, list)
                ],
                "not_drawn": [vars(files) for _, files in figures if not isinstance(files, list)],
                "missing": [vars(figure) for figure in missing],
                "deck": decks[0] if decks else None,
                "page": pages[0] if pages else None,
                "decks": decks,
                "pages": pages,
            }
        )
        return
    for figure, files in figures:
        if isinstance(files, list):
            click.echo(f"{figure.figure_id}: {figure.title}")
        else:
            click.echo(f"not drawn: {figure.figure_id}: {figure.title}: {files.reason}")
    for gone in missing:
        click.echo(f"no data: {gone.figure_id}: {gone.title}: {gone.reason}")
    for kind, paths in (("deck", decks), ("page", pages)):
        for path in paths:
            click.echo(f"{kind}: {path}")
    n_drawn = sum(isinstance(files, list) for _, files in figures)
    click.echo(f"{n_drawn} figures in {folder}, {len(missing)} without data")


def _deck(
    settings: Settings, result: Result, folder: Path, claims: tuple[str, ...], area: str, lang: str
) -> Path | None:
    """Write the deck; without a figure there is none, and one of an earlier run goes."""
    from localsdg.figures.deck.deck import deck_name, read_stamp, write_deck

    stamp = read_stamp(settings, area, lang)
    path = folder / deck_name(claims, stamp.area_code, lang)
    if not result.figures:
        path.unlink(missing_ok=True)
        return None
    return write_deck(result, path, lang, stamp)
