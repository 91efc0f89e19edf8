"""A figure as a picture: SVG, PNG and PDF of its Vega-Lite specification by vl-convert, and a CSV of what it shows.

Title, subtitle and foot are part of the picture, so that no copy of it goes
without its source and its caveat. The same figure gives the same bytes, but
for a PDF, in which the renderer numbers its fonts in no fixed order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.clean_text import clean_value
from localsdg.figures.chart.csv_file import SIDECAR, csv_text, safe_cell, sidecar_text
from localsdg.figures.chart.draw_pool import Drawing, NotDrawn, new_pool, paths_or_reason, results_of
from localsdg.figures.chart.picture_spec import picture_spec
from localsdg.figures.chart.size import WIDE, Size

if TYPE_CHECKING:
    from localsdg.common.progress import Progress
    from localsdg.figures.data.figure import Figure

__all__ = ("FORMATS", "USUAL", "csv_text", "draw", "draw_all", "drawing", "forget", "safe_cell")

FORMATS = ("svg", "png", "pdf", "csv")
#: What is drawn where no format is named.
USUAL = ("svg", "png", "csv")
_WORTH_A_PROCESS = 12


def draw(
    figure: Figure,
    folder: Path,
    formats: tuple[str, ...] = USUAL,
    size: Size = WIDE,
    csv_meta: str = "comment",
) -> list[Path]:
    """Write `<figure_id>.svg`, `.png` (1920 x 1080), `.pdf` and `.csv` into `folder`; returns the paths.

    Figures in other languages than English end in `.<lang>.svg` and so on, and pictures of
    another size have it before that: `<figure_id>.4x3.svg`. `csv_meta`, one of `csv_file.WITH_METADATA`,
    says where the CSV has its title, source and caveat.
    """
    import vl_convert

    figure = clean_value(figure)
    folder.mkdir(parents=True, exist_ok=True)
    paths = {kind: folder / _name(figure.figure_id, figure.lang, kind, size) for kind in FORMATS if kind in formats}
    if paths.keys() - {"csv"}:
        svg = vl_convert.vegalite_to_svg(picture_spec(figure, size))
        if "svg" in paths:
            paths["svg"].write_text(svg, encoding="utf-8")
        if "png" in paths:
            paths["png"].write_bytes(vl_convert.svg_to_png(svg, scale=size.scale))
        if "pdf" in paths:
            paths["pdf"].write_bytes(vl_convert.svg_to_pdf(svg))
    if "csv" in paths:
        paths["csv"].write_text(csv_text(figure, csv_meta), encoding="utf-8", newline="")
        beside = Path(f"{paths['csv']}{SIDECAR}")
        if csv_meta == "sidecar":
            beside.write_text(sidecar_text(figure, paths["csv"].name), encoding="utf-8", newline="")
            return [*paths.values(), beside]
        beside.unlink(missing_ok=True)  # of an earlier run: it describes another file
    return list(paths.values())


def forget(figure_id: str, lang: str, folder: Path) -> None:
    """Remove what an earlier run drew of a figure that has no data now, in whatever size."""
    tail = "" if lang == "en" else rf"\.{lang}"
    ends = "|".join((*FORMATS, f"csv{SIDECAR}"))
    own = re.compile(rf"{re.escape(figure_id)}(\.(4x3|square|\d+x\d+))?{tail}\.({ends})")
    for path in folder.glob(f"{figure_id}.*"):
        if own.fullmatch(path.name):
            path.unlink(missing_ok=True)


def _name(figure_id: str, lang: str, kind: str, size: Size = WIDE) -> str:
    """The name of a file; the numbers of a figure are the same in any size."""
    parts = [figure_id, size.tag if kind != "csv" else "", lang if lang != "en" else "", kind]
    return ".".join(part for part in parts if part)


@contextmanager
def drawing(
    figures: tuple[Figure, ...],
    folder: Path,
    formats: tuple[str, ...] = USUAL,
    *,
    size: Size = WIDE,
    csv_meta: str = "comment",
    workers: int = 1,
    progress: Progress | None = None,
) -> Iterator[Drawing]:
    """Draw figures while the caller does something else; what it gives waits for the paths of each, in order.

    A figure that cannot be drawn, even where it ends the process that draws
    it, is a `NotDrawn`; the others are drawn. Many are drawn by `workers`
    processes, few at the end, when they are asked for: a process takes about a
    second to start, a figure a quarter of one to draw. What is not begun when
    the caller fails is left out.
    """
    done = count(1)

    def step() -> None:
        if progress:
            progress.step(next(done), len(figures), "drawing")

    job = partial(draw, folder=folder, formats=formats, size=size, csv_meta=csv_meta)
    if workers < 2 or len(figures) < _WORTH_A_PROCESS:
        yield Drawing(lambda: [_drawn_here(figure, job, step) for figure in figures])
        return
    pool = new_pool(min(workers, 4))
    try:
        drawings = [pool.submit(job, figure) for figure in figures]
        for drawing in drawings:
            drawing.add_done_callback(lambda _: step())
        yield Drawing(lambda: results_of(drawings, figures, lambda pool, figure: pool.submit(job, figure)), pool)
    finally:
        pool.shutdown(cancel_futures=True)


def draw_all(
    figures: tuple[Figure, ...],
    folder: Path,
    formats: tuple[str, ...] = USUAL,
    *,
    size: Size = WIDE,
    csv_meta: str = "comment",
    workers: int = 1,
) -> list[list[Path] | NotDrawn]:
    """Draw figures as `drawing` does, and wait for them."""
    with drawing(figures, folder, formats, size=size, csv_meta=csv_meta, workers=workers) as drawn:
        return drawn()


def _drawn_here(figure: Figure, job: Callable[[Figure], list[Path]], step: Callable[[], None]) -> list[Path] | NotDrawn:
    result = paths_or_reason(figure.figure_id, lambda: job(figure))
    step()
    return result
