"""Native charts of a slide: the organiser edits their data in PowerPoint or LibreOffice.

Each label is the cell's own value in a number format made from the words of
`shown`: edit the cell and the label follows. A line is an XY chart, because
only there may solid runs, dashed bridges over missing years and breaks of the
series are in one chart; pairs of points are one, because only there two values
lie on the line of a name. All other kinds are bars or columns from zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.deck.bars import READABLE, add_bars, band_height
from localsdg.figures.deck.dumbbell import add_dumbbell
from localsdg.figures.deck.lines import add_lines

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure
    from localsdg.figures.deck.frame import Box


def add_chart(slide: Any, figure: Figure, box: Box, built_at: str) -> Any:
    """A native chart of the figure in the box (points); returns the graphic frame.

    Bars are drawn for every kind but lines and dumbbells. Pairs of bars that
    are too thin for a label each are drawn as a dumbbell, where both have room.
    """
    if figure.kind == "line":
        return add_lines(slide, figure, box, built_at)
    n_series = len({row["series"] for row in figure.rows})
    is_thin = figure.kind == "grouped_bar" and n_series == 2 and band_height(figure, box) / 2 < READABLE
    if is_thin or figure.kind == "dumbbell":
        return add_dumbbell(slide, figure, box, built_at)
    return add_bars(slide, figure, box, built_at)
