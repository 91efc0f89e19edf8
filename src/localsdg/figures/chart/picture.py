"""A figure as a picture: Vega-Lite by Altair, SVG and PNG by vl-convert, and a CSV of what it shows.

Title, subtitle and foot are part of the picture, so that no copy of it goes
without its source and its caveat. The same figure gives the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_value
from localsdg.figures.chart import line_chart as marks
from localsdg.figures.chart.draw_pool import NotDrawn, new_pool, paths_or_reason, results_of
from localsdg.figures.chart.layout import HEIGHT, MARGIN, SCALE, WIDTH, Block, fit, signs_held
from localsdg.figures.chart.palette import GREY, INK, PAPER, RULE

if TYPE_CHECKING:
    from localsdg.common.progress import Progress
    from localsdg.figures.data.figure import Figure

FORMATS = ("svg", "png", "csv")
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
_TITLE_SIZES, _FOOT_SIZES = (26.0, 23.0, 20.0, 18.0), (13.0, 12.0, 11.0)
_WORTH_A_PROCESS = 12
#: A spreadsheet runs a cell that begins with one of these.
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def draw(figure: Figure, folder: Path, formats: tuple[str, ...] = FORMATS) -> list[Path]:
    """Write `<figure_id>.svg`, `.png` (1920 x 1080) and `.csv` into `folder`; returns the paths.

    Figures in other languages than English end in `.<lang>.svg` and so on.
    """
    import vl_convert

    figure = clean_value(figure)
    folder.mkdir(parents=True, exist_ok=True)
    paths = {kind: folder / _name(figure.figure_id, figure.lang, kind) for kind in FORMATS if kind in formats}
    if "svg" in paths or "png" in paths:
        svg = vl_convert.vegalite_to_svg(spec(figure))
        if "svg" in paths:
            paths["svg"].write_text(svg, encoding="utf-8")
        if "png" in paths:
            paths["png"].write_bytes(vl_convert.svg_to_png(svg, scale=SCALE))
    if "csv" in paths:
        paths["csv"].write_text(csv_text(figure), encoding="utf-8", newline="")
    return list(paths.values())


def forget(figure_id: str, lang: str, folder: Path) -> None:
    """Remove what an earlier run drew of a figure that has no data now."""
    for kind in FORMATS:
        (folder / _name(figure_id, lang, kind)).unlink(missing_ok=True)


def _name(figure_id: str, lang: str, kind: str) -> str:
    return f"{figure_id}.{kind}" if lang == "en" else f"{figure_id}.{lang}.{kind}"


@contextmanager
def drawing(
    figures: tuple[Figure, ...],
    folder: Path,
    formats: tuple[str, ...] = FORMATS,
    *,
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
    if workers < 2 or len(figures) < _WORTH_A_PROCESS:
        yield lambda: [
            _told(paths_or_reason(one.figure_id, lambda one=one: draw(one, folder, formats)), len(figures), n, progress)
            for n, one in enumerate(figures, 1)
        ]
        return
    pool, done = new_pool(min(workers, 4)), count(1)
    try:
        begun = [pool.submit(draw, one, folder, formats) for one in figures]
        for one in begun:
            one.add_done_callback(lambda _: _told([], len(figures), next(done), progress))
        yield lambda: results_of(begun, figures, lambda pool, one: pool.submit(draw, one, folder, formats))
    finally:
        pool.shutdown(cancel_futures=True)


def draw_all(
    figures: tuple[Figure, ...],
    folder: Path,
    formats: tuple[str, ...] = FORMATS,
    *,
    workers: int = 1,
) -> list[list[Path] | NotDrawn]:
    """Draw figures as `drawing` does, and wait for them."""
    with drawing(figures, folder, formats, workers=workers) as drawn:
        return drawn()


def _told(paths: Any, total: int, done: int, progress: Progress | None) -> Any:
    if progress:
        progress.step(done, total, "drawing")
    return paths


def spec(figure: Figure) -> dict[str, Any]:
    """The Vega-Lite specification of the whole picture, data included."""
    import altair as alt

    title = fit(signs_held(figure.title), WIDTH - 2 * MARGIN, _TITLE_SIZES, 3, bold=True)
    under = fit(figure.subtitle, WIDTH - 2 * MARGIN, (17.0, 15.0, 13.0), 2)
    foot = fit(foot_text(figure), WIDTH - 2 * MARGIN, _FOOT_SIZES, 6)
    top = MARGIN - 10 + title.height + 4 + under.height + 14
    room = marks.Room(top=top, bottom=HEIGHT - (foot.height + MARGIN - 10))
    layers, pad = marks.layers(figure, room)
    width, height = WIDTH - pad.left - pad.right, room.bottom - room.top - pad.top - pad.bottom
    origin = (pad.left, room.top + pad.top)
    layers += [
        _text(title, origin, MARGIN - 10, INK, bold=True),
        _text(under, origin, MARGIN - 10 + title.height + 4, GREY),
        _text(foot, origin, room.bottom + 10, GREY),
    ]
    # all at once: each further method of a chart copies all its layers
    chart = alt.layer(
        *layers,
        width=width,
        height=height,
        autosize=alt.AutoSizeParams(type="none"),
        background=PAPER,
        padding={"left": pad.left, "right": pad.right, "top": origin[1], "bottom": HEIGHT - origin[1] - height},
        description=f"{figure.title}. {figure.subtitle}",
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(color="independent", shape="independent")),
        config=alt.Config(
            font=FONT,
            view=alt.ViewConfig(stroke=None),
            axis=alt.AxisConfig(labelFontSize=15, labelColor=INK, gridColor=RULE, domainColor=GREY, tickColor=GREY),
        ),
    )
    # checked against the schema in the tests, not in each run: two seconds for all
    return chart.to_dict(validate=False)


def foot_text(figure: Figure) -> str:
    """Source, coverage, caveat and notes as one text, and the id that `localsdg explain` takes."""
    parts = [
        figure.source + ".",
        figure.coverage,
        figure.uncertainty,
        *figure.notes,
        figure.caveat,
        f"[{figure.figure_id}]",
    ]
    return " ".join(part for part in parts if part)


def csv_text(figure: Figure) -> str:
    """The rows shown, with a header of plain column names; text cells that a spreadsheet would run
    are quoted by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(figure.columns)
    for row in figure.rows:
        writer.writerow([safe_cell(row[column]) for column in figure.columns])
    return out.getvalue()


def safe_cell(value: Any) -> Any:
    """A text that begins like a formula gets an apostrophe before it; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_RISKY) else value


def _text(block: Block, origin: tuple[float, float], y: float, colour: str, *, bold: bool = False):
    """A block of text at a place of the whole picture; layers count from the plot's corner."""
    import altair as alt

    return alt.Chart(alt.Data(values=[{}])).mark_text(
        align="left",
        baseline="top",
        x=MARGIN - origin[0],
        y=y - origin[1],
        text=list(block.lines),
        fontSize=block.size,
        lineHeight=block.size * block.leading,
        color=colour,
        fontWeight="bold" if bold else "normal",
    )
