"""The files of the figures that `localsdg figures` was asked for: pictures, numbers, a deck, a page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localsdg.common.progress import Progress
    from localsdg.common.settings import Settings
    from localsdg.figures.chart.draw_pool import NotDrawn
    from localsdg.figures.chart.size import Size
    from localsdg.figures.data.figure import Result

#: Sizes of slides; a deck beside pictures of another size has the usual one.
SLIDES = ("16:9", "4:3")
#: Letters of the ids in the name of a deck of single figures.
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Wanted:
    """What was asked for beside the areas."""

    claims: tuple[str, ...]
    only: tuple[str, ...]  # ids of figures
    lang: str
    formats: tuple[str, ...]  # svg, png, pdf, csv, pptx, html
    size: Size
    csv_meta: str  # where a CSV has its source: one of csv_file.WITH_METADATA
    slides: str  # one of SLIDES
    deck: str  # short or full
    template: Path | None
    folder: Path
    site: Path


@dataclass(frozen=True)
class Written:
    """The figures of one area, or of several side by side, and the files that were written of them."""

    result: Result
    files: list[list[Path] | NotDrawn]
    deck: Path | None
    page: Path | None
    notes: tuple[str, ...] = ()  # what a reader of the list has to know of the deck


def write(settings: Settings, result: Result, area: str, wanted: Wanted, progress: Progress) -> Written:
    """Write what is wanted of the figures of `area`: a code or name, or several codes joined by hyphens."""
    from localsdg.figures.chart.picture import FORMATS, drawing, forget

    pictures = tuple(form for form in FORMATS if form in wanted.formats)
    for gone in result.missing:
        forget(gone.figure_id, wanted.lang, wanted.folder)
    deck = page = None
    notes: tuple[str, ...] = ()
    # deck and page are written here while other processes draw
    with drawing(
        result.figures if pictures else (),
        wanted.folder,
        pictures,
        size=wanted.size,
        csv_meta=wanted.csv_meta,
        workers=settings.threads,
        progress=progress,
    ) as drawn:
        if "pptx" in wanted.formats:
            deck, notes = _deck(settings, result, area, wanted)
        if result.figures and "html" in wanted.formats:
            from localsdg.figures.page.page import write_page

            page = write_page(result, settings, wanted.site, wanted.lang, wanted.claims)
        return Written(result, drawn() or [[] for _ in result.figures], deck, page, notes)


def _deck(settings: Settings, result: Result, area: str, wanted: Wanted) -> tuple[Path | None, tuple[str, ...]]:
    """The deck, and which file had to be kept; without a figure there is none, and one of an earlier run goes."""
    from localsdg.figures.deck.deck import deck_name, read_stamp, remove_deck, write_deck
    from localsdg.figures.deck.file_mark import why_kept

    first = result.figures[0] if result.figures else None
    codes = area.split("-")
    is_comparison = len(codes) > 1 and all(code.isdigit() for code in codes)
    # the slides of areas side by side have the code and the name of all of them
    stamp = read_stamp(settings, codes[0] if is_comparison else area, wanted.lang)
    if is_comparison and first:
        stamp = replace(stamp, area_code=first.area_code, area=first.area)
    path = wanted.folder / _named(deck_name(wanted.claims, stamp.area_code, wanted.lang), wanted.only)
    if not first:
        kept = "" if remove_deck(path) else f"kept: {path}: {why_kept(path)}"
        return None, (kept,) if kept else ()
    target = write_deck(result, path, wanted.lang, stamp, wanted.deck, wanted.template, wanted.slides)
    return target, () if target == path else (f"kept: {path}: {why_kept(path)}; the new deck is {target.name}",)


def _named(name: str, only: tuple[str, ...]) -> str:
    """The name of a deck of single figures has their ids, as many as there is room for."""
    ids = "_".join(only)
    if len(ids) > _LONGEST_NAME:
        kept = ids[:_LONGEST_NAME].rpartition("_")[0].split("_")
        ids = "_".join([*kept, f"{len(only) - len(kept)}-more"])
    return name.replace("localsdg", f"localsdg-{ids}", 1) if ids else name
