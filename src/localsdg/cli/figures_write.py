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
    event: str  # on the first slide; '' for that of the claims
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
    # the page is written here while other processes draw, and then write the deck
    with drawing(
        result.figures if pictures else (),
        wanted.folder,
        pictures,
        size=wanted.size,
        csv_meta=wanted.csv_meta,
        workers=settings.threads,
        progress=progress,
    ) as drawn:
        slides = drawn.beside(_deck, settings, result, area, wanted) if "pptx" in wanted.formats else None
        if result.figures and "html" in wanted.formats:
            page = _page(settings, result, area, wanted)
        if slides:
            deck, notes = slides()
        notes = (*notes, *([f"note: {result.note}"] if result.note else []))
        return Written(result, drawn() or [[] for _ in result.figures], deck, page, notes)


def _page(settings: Settings, result: Result, area: str, wanted: Wanted) -> Path | None:
    """The page of an area; of a local government its profile, which has its figures alone."""
    if not _is_local(result):
        from localsdg.figures.page.page import write_page

        return write_page(result, settings, wanted.site, wanted.lang, wanted.claims)
    from localsdg.figures.profile.write import write_profile

    return write_profile(settings, area, wanted.site, wanted.lang, formats=("html",)).page


def _is_local(result: Result) -> bool:
    """Whether figures are those of a local government, whose code is no number."""
    return bool(result.figures) and not result.figures[0].area_code.replace("-", "").isdigit()


def _deck(settings: Settings, result: Result, area: str, wanted: Wanted) -> tuple[Path | None, tuple[str, ...]]:
    """The deck, and which file had to be kept; without a figure there is none, and one of an earlier run goes."""
    from localsdg.figures.deck.deck import deck_name, read_stamp, remove_deck, write_deck
    from localsdg.figures.deck.file_mark import why_kept

    first = result.figures[0] if result.figures else None
    codes = area.split("-")
    is_comparison = len(codes) > 1 and all(code.isdigit() for code in codes)
    # the slides of areas side by side have the code and the name of all of them
    stamp = replace(read_stamp(settings, codes[0] if is_comparison else area, wanted.lang), event=wanted.event)
    if first:
        stamp = replace(stamp, area_code=first.area_code, area=first.area)
    path = wanted.folder / _named(deck_name(wanted.claims, stamp.area_code, wanted.lang), wanted.only)
    if not first:
        kept = "" if remove_deck(path) else f"kept: {path}: {why_kept(path)}"
        return None, (kept,) if kept else ()
    kind = "profile" if _is_local(result) and wanted.deck == "short" else wanted.deck
    target = write_deck(result, path, wanted.lang, stamp, kind, wanted.template, wanted.slides)
    notes = [] if target == path else [f"kept: {path}: {why_kept(path)}; the new deck is {target.name}"]
    return target, (*notes, *([_pdf_note(target)] if "pdf" in wanted.formats else []))


def _pdf_note(deck: Path) -> str:
    """Write the deck as PDF beside it; what a reader of the list has to know of it. A failure ends nothing else."""
    from localsdg.common.errors import LocalsdgError
    from localsdg.figures.deck import pdf

    try:
        written = pdf.to_pdf(deck)
    except LocalsdgError as error:
        return f"no PDF of the deck: {error.reason}"
    return f"pdf: {written}" if written else f"no PDF of the deck: {pdf.ABSENT}"


def _named(name: str, only: tuple[str, ...]) -> str:
    """The name of a deck of single figures has their ids, as many as there is room for."""
    ids = "_".join(only)
    if len(ids) > _LONGEST_NAME:
        kept = ids[:_LONGEST_NAME].rpartition("_")[0].split("_")
        ids = "_".join([*kept, f"{len(only) - len(kept)}-more"])
    return name.replace("localsdg", f"localsdg-{ids}", 1) if ids else name
