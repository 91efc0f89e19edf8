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


#: What draws a kind; all others are bars. A maker takes the slide, the figure, its box and the time of the warehouse.
_MAKERS = {"line": add_lines, "dumbbell": add_dumbbell}


def add_chart(slide: Any, figure: Figure, box: Box, built_at: str) -> Any:
    """A native chart of the figure in the box (points); returns the graphic frame.

    Pairs of bars that are too thin for a label each are drawn as a dumbbell, where both have room.
    """
    n_series = len({row["series"] for row in figure.rows})
    is_thin = figure.kind == "grouped_bar" and n_series == 2 and band_height(figure, box) / 2 < READABLE
    maker = add_dumbbell if is_thin else _MAKERS.get(figure.kind, add_bars)
    return maker(slide, figure, box, built_at)
