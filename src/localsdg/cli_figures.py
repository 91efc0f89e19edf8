"""`localsdg figures`: charts of the claims, by area and language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from localsdg.cli_base import JSON, Command, print_json
from localsdg.errors import LocalsdgError

if TYPE_CHECKING:
    from localsdg.figures.figure import Result
    from localsdg.settings import Settings


@click.command(cls=Command, epilog=(
    "Examples:\n"
    "  localsdg figures\n"
    "  localsdg figures --claim C04 --area 724 --lang es --output figures\n"
    "  localsdg figures --area \"Sub-Saharan Africa\" --format csv"
))
@click.option("--claim", metavar="CODE", help="One claim, C01 to C14; all by default.")
@click.option("--area", default="001", show_default=True, metavar="AREA",
              help="M49 code, ISO3 code or name of a country, a region or the World.")
@click.option("--lang", default="en", show_default=True, metavar="LANG", help="en, es or fr.")
@click.option("--format", "formats", multiple=True, type=click.Choice(["svg", "png", "csv", "pptx", "html"]),
              help="Only this; again for more. All by default.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False),
              help="Folder; data/warehouse/figures, and for the page data/warehouse/site, by default.")
@JSON
def figures(
    claim: str | None, area: str, lang: str, formats: tuple[str, ...], output: Path | None, as_json: bool
) -> None:
    """Figures of the claims: SVG, PNG of 1920 x 1080, the numbers shown as CSV, a deck of slides, and a page.

    A figure that the data cannot carry is listed with the reason. Fails when
    no figure is left.
    """
    from localsdg.figures.chart import FORMATS, drawing, forget
    from localsdg.figures.load import load_figures
    from localsdg.progress import Progress
    from localsdg.settings import load_settings

    settings = load_settings()
    folder = output or settings.warehouse / "figures"
    pictures = tuple(one for one in formats if one in FORMATS) if formats else FORMATS
    with Progress() as progress:
        result = load_figures(settings, claim, area, lang)
        for gone in result.missing:
            forget(gone.figure_id, lang, folder)
        deck = page = None
        # deck and page are written here while other processes draw
        with drawing(
            result.figures if pictures else (), folder, pictures, workers=settings.threads, progress=progress
        ) as drawn:
            if not formats or "pptx" in formats:
                deck = _deck(settings, result, folder, claim, area, lang)
            if result.figures and (not formats or "html" in formats):
                from localsdg.figures.page import write_page

                page = write_page(result, settings, (output or settings.warehouse) / "site", lang, claim)
            paths = drawn() or [[] for _ in result.figures]
    if as_json:
        print_json({
            "figures": [{"figure_id": one.figure_id, "claim_id": one.claim_id, "title": one.title,
                         "files": list(map(str, files))}
                        for one, files in zip(result.figures, paths, strict=True)],
            "missing": [vars(one) for one in result.missing],
            "deck": str(deck) if deck else None,
            "page": str(page) if page else None,
        })
    else:
        for one in result.figures:
            click.echo(f"{one.figure_id}: {one.title}")
        for gone in result.missing:
            click.echo(f"no data: {gone.figure_id}: {gone.title}: {gone.reason}")
        if deck:
            click.echo(f"deck: {deck}")
        if page:
            click.echo(f"page: {page}")
        click.echo(f"{len(result.figures)} figures in {folder}, {len(result.missing)} without data")
    if not result.figures:
        raise LocalsdgError("no figure: the data cannot carry one", got=f"{len(result.missing)} without data",
                            next_step="localsdg figures --area 001")


def _deck(
    settings: Settings, result: Result, folder: Path, claim: str | None, area: str, lang: str
) -> Path | None:
    """Write the deck; without a figure there is none, and one of an earlier run goes."""
    from localsdg.figures.deck import deck_name, read_stamp, write_deck

    stamp = read_stamp(settings, area, lang)
    path = folder / deck_name(claim, stamp.area_code, lang)
    if not result.figures:
        path.unlink(missing_ok=True)
        return None
    return write_deck(result, path, lang, stamp)
