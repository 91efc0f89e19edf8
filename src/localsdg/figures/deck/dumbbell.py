"""Native pairs of points: two values on the line of a name, joined, each with its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.palette import INK, PRINTED, QUIET, RULE, lighter
from localsdg.figures.chart.printed_points import source_words
from localsdg.figures.deck.axes import SHAPES, dress, fit_ends, legend_height, name_room, series_colour
from localsdg.figures.deck.chart_data import has_value, label_format, pair_data, plain, sorted_series
from localsdg.figures.deck.drawingml import (
    add_across_labels,
    add_texts,
    hide_axis,
    hide_legend_entry,
    place_plot,
    set_blanks,
)
from localsdg.figures.deck.looks import fill, line_colour, no_marker
from localsdg.figures.deck.text import text_width, wrap

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure
    from localsdg.figures.deck.frame import Box

Row = dict[str, Any]
Cells = list[list[Row | None]]
#: Points: a marker, from the middle of one to the words beside it, room beside the plot.
_MARKER, _APART, _BESIDE = 12, 14.0, 14.0


def add_dumbbell(slide: Any, figure: Figure, box: Box, built_at: str) -> Any:
    """An XY chart with a row a name, the values along x; returns the graphic frame."""
    from pptx.enum.chart import XL_CHART_TYPE

    n = len(figure.encoding.order)
    names = [*sorted_series(figure), *([source_words(figure.printed[0])] if figure.printed else [])]
    top, bottom = legend_height(names, box.width) + 2, 4.0
    size, left = name_room(figure.encoding.order, box.width, (box.height - top - bottom) / (n + 1))
    low, high = _ends(figure, box.width - left - 2 * _BESIDE, size)
    data, cells = pair_data(figure, low, built_at)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER_LINES, *box.emu, data)
    chart = frame.chart
    dress(chart, figure, len(data) - 2)
    ways, *series = chart.plots[0].series
    ways.smooth = False
    no_marker(ways)
    line_colour(ways.format.line, QUIET, 4)
    set_blanks(chart)
    for place, (points, column) in enumerate(zip(series, cells, strict=False)):
        _mark(points, series_colour(figure, place), SHAPES[figure.encoding.styles[place].shape], column)
        shown = {
            line: (plain(row["shown"]), label_format(row, figure.lang))
            for line, row in enumerate(column)
            if has_value(row)
        }
        add_across_labels(points, shown, size, INK, {line: _side(cells, place, line) for line in shown})
    if figure.printed:
        _mark(series[-2], PRINTED, "DIAMOND", [])
    _name(series[-1], figure, size, left)
    if chart.has_legend:
        for place in (0, len(series)):
            hide_legend_entry(chart, place)
    _axes(chart, n, low, high)
    place_plot(chart, box, left=left + _BESIDE, top=top, right=_BESIDE, bottom=bottom)
    return frame


def _ends(figure: Figure, width: float, size: float) -> tuple[float, float]:
    """The ends of the axis: zero and the highest, with room for the numbers left and right of the points."""
    low, high = figure.encoding.domain
    values: dict[str, list[Row]] = {}
    for row in figure.rows:
        if has_value(row):
            values.setdefault(row["label"], []).append(row)
    left = [(row["value"], _room(row, size)) for row in (min(rows, key=_value) for rows in values.values())]
    right = [(row["value"], _room(row, size)) for row in (max(rows, key=_value) for rows in values.values())]
    return fit_ends((low, high * 0.9), width, left, right)


def _value(row: Row) -> float:
    return float(row["value"])


def _room(row: Row, size: float) -> float:
    return text_width(row["shown"], size) + _APART


def _side(cells: Cells, place: int, line: int) -> str:
    """The lower value is written left of its point, the higher right; one between them above."""
    here = cells[place][line]
    others = [(row["value"], number) for number, column in enumerate(cells) if has_value(row := column[line])]
    if here is None or (here["value"], place) == max(others):
        return "r"
    return "l" if (here["value"], place) == min(others) else "t"


def _mark(series: Any, colour: str, shape: str, column: list[Row | None]) -> None:
    """Points without a line; a value that is only a limit is hollow, one of an incomplete year lighter."""
    from pptx.enum.chart import XL_MARKER_STYLE

    series.smooth = False
    series.format.line.fill.background()
    series.marker.style, series.marker.size = getattr(XL_MARKER_STYLE, shape), _MARKER
    fill(series.marker.format, colour)
    for line, row in enumerate(column):
        if row and (row["censoring"] or row["incomplete"]):
            inner = lighter(colour) if row["incomplete"] else colour
            fill(series.points[line].marker.format, inner, colour, hollow=bool(row["censoring"]))


def _name(series: Any, figure: Figure, size: float, width: float) -> None:
    """The names of the rows, as labels left of points without a mark."""
    series.smooth = False
    series.format.line.fill.background()
    no_marker(series)
    order = figure.encoding.order
    lines = {place: wrap(plain(name), width + 1, size) for place, name in enumerate(order)}
    bold = {place for place, name in enumerate(order) if name == figure.encoding.highlight}
    add_texts(series, lines, bold, size, INK)


def _axes(chart: Any, n: int, low: float, high: float) -> None:
    """No numbers on either axis, as each point has its own; a thin line a row."""
    across, down = chart.category_axis, chart.value_axis
    # a little before the names, whose points an office else takes as outside
    across.minimum_scale, across.maximum_scale = low - (high - low) / 1000, high
    across.has_major_gridlines = False
    down.minimum_scale, down.maximum_scale, down.major_unit = 0, n + 1, 1
    down.has_major_gridlines = True
    line_colour(down.major_gridlines.format.line, RULE, 0.75)
    for axis in (across, down):
        hide_axis(axis)
