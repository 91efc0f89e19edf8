"""A figure as a picture: SVG, PNG and PDF of its Vega-Lite specification by vl-convert, and a CSV of what it shows.

Title, subtitle and foot are part of the picture, so that no copy of it goes
without its source and its caveat. The same figure gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_value
from localsdg.figures.chart.draw_pool import NotDrawn, new_pool, paths_or_reason, results_of
from localsdg.figures.chart.picture_spec import picture_spec
from localsdg.figures.chart.size import WIDE, Size

if TYPE_CHECKING:
    from localsdg.common.progress import Progress
    from localsdg.figures.data.figure import Figure, PrintedPoint

FORMATS = ("svg", "png", "pdf", "csv")
#: What is drawn where no format is named.
USUAL = ("svg", "png", "csv")
_WORTH_A_PROCESS = 12
#: A spreadsheet runs a cell that begins with one of these.
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def draw(figure: Figure, folder: Path, formats: tuple[str, ...] = USUAL, size: Size = WIDE) -> list[Path]:
    """Write `<figure_id>.svg`, `.png` (1920 x 1080), `.pdf` and `.csv` into `folder`; returns the paths.

    Figures in other languages than English end in `.<lang>.svg` and so on, and pictures of
    another size have it before that: `<figure_id>.4x3.svg`.
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
        paths["csv"].write_text(csv_text(figure), encoding="utf-8", newline="")
    return list(paths.values())


def forget(figure_id: str, lang: str, folder: Path) -> None:
    """Remove what an earlier run drew of a figure that has no data now, in whatever size."""
    tail = "" if lang == "en" else rf"\.{lang}"
    own = re.compile(rf"{re.escape(figure_id)}(\.(4x3|square|\d+x\d+))?{tail}\.({'|'.join(FORMATS)})")
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
    workers: int = 1,
    progress: Progress | None = None,
) -> Iterator[Callable[[], list[list[Path] | NotDrawn]]]:
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

    if workers < 2 or len(figures) < _WORTH_A_PROCESS:
        yield lambda: [_drawn_here(figure, folder, formats, size, step) for figure in figures]
        return
    pool = new_pool(min(workers, 4))
    try:
        drawings = [pool.submit(draw, figure, folder, formats, size) for figure in figures]
        for drawing in drawings:
            drawing.add_done_callback(lambda _: step())
        yield lambda: results_of(
            drawings, figures, lambda pool, figure: pool.submit(draw, figure, folder, formats, size)
        )
    finally:
        pool.shutdown(cancel_futures=True)


def draw_all(
    figures: tuple[Figure, ...],
    folder: Path,
    formats: tuple[str, ...] = USUAL,
    *,
    size: Size = WIDE,
    workers: int = 1,
) -> list[list[Path] | NotDrawn]:
    """Draw figures as `drawing` does, and wait for them."""
    with drawing(figures, folder, formats, size=size, workers=workers) as drawn:
        return drawn()


def _drawn_here(
    figure: Figure, folder: Path, formats: tuple[str, ...], size: Size, step: Callable[[], None]
) -> list[Path] | NotDrawn:
    result = paths_or_reason(figure.figure_id, lambda: draw(figure, folder, formats, size))
    step()
    return result


def csv_text(figure: Figure) -> str:
    """The rows shown, with a header of plain column names; text cells that a spreadsheet would run
    are quoted by an apostrophe.

    Figures that reports print follow the rows. Two more columns are there with them alone:
    the report, empty for a value of a release, and what the report's figure measures where
    that is another thing.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    more = ("printed_in", "printed_definition") if figure.printed else ()
    writer.writerow((*figure.columns, *more))
    for row in [*figure.rows, *map(_printed_row, figure.printed)]:
        writer.writerow([safe_cell(row.get(column)) for column in (*figure.columns, *more)])
    return out.getvalue()


def _printed_row(point: PrintedPoint) -> dict[str, Any]:
    cells = {"label": point.label, "series": point.series, "year": point.year, "value": point.value}
    return cells | {"shown": point.shown, "printed_in": point.title, "printed_definition": point.definition}


def safe_cell(value: Any) -> Any:
    """A text that begins like a formula gets an apostrophe before it; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_RISKY) else value
