"""What all native charts share: the dress of a chart, its axis of values, the bounds of a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.layout import axis_ticks
from localsdg.figures.chart.palette import INK, RULE
from localsdg.figures.deck.chart_data import unit_format
from localsdg.figures.deck.looks import length, line_colour, rgb, set_font
from localsdg.figures.deck.text import text_width, wrap
from localsdg.figures.messages.messages import words

if TYPE_CHECKING:
    from pptx.chart.chart import Chart

    from localsdg.figures.data.figure import Figure

Row = dict[str, Any]
#: Points; the labels of a chart are read from the back of a room.
AXIS, LEGEND = 14.0, 15.0
#: Points of a legend's key and the space around it.
_KEY = 42.0
#: Sizes of the names of rows, and the height of their lines.
NAME_SIZES, _NAME_LINE = (14.0, 13.0, 12.0, 11.0, 10.0), 1.12
#: The shapes of points in the language of the file.
SHAPES = {
    "circle": "CIRCLE",
    "square": "SQUARE",
    "triangle-up": "TRIANGLE",
    "diamond": "DIAMOND",
    "cross": "X",
}


def dress(chart: Chart, figure: Figure, n_series: int) -> bool:
    """No title (the slide has it), a legend where there are several series; returns whether."""
    from pptx.enum.chart import XL_LEGEND_POSITION

    chart.has_title = False
    chart.font.size = length(AXIS)
    chart.font.color.rgb = rgb(INK)
    chart.has_legend = n_series > 1
    if n_series > 1:
        chart.legend.position = XL_LEGEND_POSITION.TOP
        chart.legend.include_in_layout = False
        set_font(chart.legend.font, LEGEND)
    return n_series > 1


def value_axis(axis: Any, figure: Figure) -> None:
    """Round numbers from zero on, with a grid."""
    from pptx.enum.chart import XL_TICK_MARK

    low, high, step = axis_marks(figure)
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = low, high, step
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.has_major_gridlines = True
    line_colour(axis.major_gridlines.format.line, RULE, 0.75)
    axis.format.line.fill.background()
    set_font(axis.tick_labels.font, AXIS)
    axis.tick_labels.number_format = unit_format(figure, high, step)
    axis.tick_labels.number_format_is_linked = False


def axis_marks(figure: Figure) -> tuple[float, float, float]:
    """Lowest, highest and step of the axis of values: round numbers, zero among them."""
    marked = axis_ticks(figure)
    return marked[0], marked[-1], marked[1] - marked[0]


def value_width(figure: Figure) -> float:
    """Points left of the plot that the numbers of the axis take."""
    low, high, _ = axis_marks(figure)
    w = words(figure.lang)
    return max(text_width(w.amount(end, figure.unit_code), AXIS) for end in (low, high)) + 26


def bounds(row: Row | None) -> tuple[float, float] | None:
    """How far the source's bounds are below and above the value."""
    if row is None or row["value"] is None or row["lower_bound"] is None or row["upper_bound"] is None:
        return None
    return max(row["value"] - row["lower_bound"], 0.0), max(row["upper_bound"] - row["value"], 0.0)


def series_colour(figure: Figure, place: int) -> str:
    """The colour of a series by its place."""
    styles = figure.encoding.styles
    if figure.encoding.colour == "goal" or not styles:
        return styles[0].colour if styles else INK
    return styles[min(place, len(styles) - 1)].colour


def name_room(names: tuple[str, ...], width: float, band: float) -> tuple[float, float]:
    """The size of the names beside rows of `band` points, and the width of their longest line.

    The largest size in which all are whole, in up to half of the chart's width.
    """
    for size in NAME_SIZES:
        for share in (0.36, 0.42, 0.5):
            lines = [wrap(name, width * share, size) for name in names]
            if all(
                len(one) * size * _NAME_LINE <= max(band, size * _NAME_LINE * (size == NAME_SIZES[-1])) for one in lines
            ):
                return size, max((text_width(line, size) for one in lines for line in one), default=0.0)
    return NAME_SIZES[-1], width * 0.5


def fit_ends(
    ends: tuple[float, float], width: float, left: list[tuple[float, float]], right: list[tuple[float, float]]
) -> tuple[float, float]:
    """The ends of an axis of `width` points on which words beside values have room.

    `ends` are the least that it covers; `left` and `right` are values with the points that the
    words on this side of them take.
    """
    start, end = ends
    for _ in range(60):  # each end moves the values, and with them the room at the other
        scale = (end - start) / width
        start = min([ends[0], *(value - room * scale for value, room in left)])
        end = max([ends[1], *(value + room * scale for value, room in right)])
    return start, end


def legend_height(names: list[str], width: float) -> float:
    """Points that a legend above the plot takes: its entries in columns as wide as the widest; 0 for one series."""
    if len(names) < 2:
        return 0.0
    widest = max(text_width(name, LEGEND) for name in names) + _KEY
    rows = -(-len(names) // max(int(0.94 * width / widest), 1))
    return 12.0 + rows * LEGEND * 1.45
