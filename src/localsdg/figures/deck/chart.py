"""Native charts of a slide: the organiser edits their data in PowerPoint or LibreOffice.

Each label is the cell's own value in a number format made from the words of
`shown`: edit the cell and the label follows. A line is an XY chart, because
only there may solid runs, dashed bridges over missing years and breaks of the
series are in one chart; all other kinds are bars or columns from zero.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.layout import bar_gap, ticks
from localsdg.figures.chart.matrix import cell_text
from localsdg.figures.chart.palette import GREY, INK, QUIET, RESIDUAL, RULE, WHOLE, ink_on, lighter
from localsdg.figures.chart.printed_points import told_width
from localsdg.figures.chart.theme import PICTURE
from localsdg.figures.deck.chart_data import (
    category_data,
    counts_parts,
    has_value,
    label_format,
    unit_format,
    xy_data,
)
from localsdg.figures.deck.drawingml import (
    add_error_bars,
    add_labels,
    axis_at_the_end,
    hide_legend_entry,
    place_plot,
    set_blanks,
    show_every_label,
)
from localsdg.figures.deck.looks import fill, length, line_colour, no_marker, rgb, set_font
from localsdg.figures.deck.printed_points import mark_point, with_words
from localsdg.figures.deck.text import text_width, wrap
from localsdg.figures.messages.messages import words

if TYPE_CHECKING:
    from pptx.chart.chart import Chart

    from localsdg.figures.data.figure import Figure, Style
    from localsdg.figures.deck.frame import Box

Row = dict[str, Any]
#: Points; the axis is read from the back of a room.
AXIS, LEGEND = 14.0, 15.0
#: No smaller type; bars thinner than this have room for one label a group.
_SMALLEST, _READABLE = 10.0, 14.0
#: Lines up to which the first value of each is labelled.
_MOST_FIRST = 3
#: Share of the axis that a number inside a part of a bar takes.
_ROOM_FOR_NUMBER = 0.06
#: Sizes of the labels above columns, the largest that fits.
_ABOVE = (AXIS, 13.0, 12.0, 11.0)
_SHAPES = {
    "circle": "CIRCLE",
    "square": "SQUARE",
    "triangle-up": "TRIANGLE",
    "diamond": "DIAMOND",
    "cross": "X",
}
_DASHES = {
    (): "SOLID",
    (10, 4): "DASH",
    (3, 3): "SQUARE_DOT",
    (12, 4, 3, 4): "DASH_DOT",
    (2, 5): "ROUND_DOT",
}


def add_chart(slide: Any, figure: Figure, box: Box, built_at: str) -> Any:
    """A native chart of the figure in the box (points); returns the graphic frame.

    Bars are drawn for every kind but lines, a dumbbell as two bars a label.
    """
    return (_line if figure.kind == "line" else _bars)(slide, figure, box, built_at)


# ------------------------------------------------------------------ bars and columns
def _bars(slide: Any, figure: Figure, box: Box, built_at: str) -> Any:
    from pptx.enum.chart import XL_CHART_TYPE

    upright, stacked = figure.kind == "column", figure.kind == "stacked_bar"
    chart_type = XL_CHART_TYPE.COLUMN_CLUSTERED if upright else XL_CHART_TYPE.BAR_CLUSTERED
    if stacked:
        chart_type = XL_CHART_TYPE.BAR_STACKED
    data, cells = category_data(figure, built_at)
    frame = slide.shapes.add_chart(chart_type, *box.emu, data)
    chart = frame.chart
    plot = chart.plots[0]
    counts = counts_parts(figure)
    n_beside = 1 if stacked else len(cells)
    gap = bar_gap(len(figure.encoding.order), n_beside)
    plot.gap_width = round(100 * gap / (1 - gap))
    plot.overlap = 100 if counts or stacked else 0
    legend = _dress(chart, figure, len(cells))
    _category_axis(chart, figure, box, upright, legend)
    _value_axis(chart.value_axis, figure)
    if stacked:  # each part has its number, and the room goes to the bars
        chart.value_axis.visible = False
    series = list(plot.series)
    if counts:
        fill(series.pop(0).format, WHOLE)
    band = (box.width if upright else box.height - 40) / max(len(figure.encoding.order), 1)
    dense = not upright and band / n_beside < _READABLE
    size = max(_SMALLEST, min(AXIS, band * 0.7 if dense else band / n_beside * 0.9))
    if upright:
        size = next(
            (
                points
                for points in _ABOVE
                if all(text_width(row["shown"], points) < band for row in cells[0] if has_value(row))
            ),
            0.0,
        )
    for place, (bars, column) in enumerate(zip(series, cells, strict=True)):
        _paint(bars, figure, column, place)
        if stacked:
            add_labels(bars, _part_formats(figure, column), size, ink_on(_colour(figure, place)), "ctr")
            continue
        labelled = _longest(column, cells) if dense else column if size else _telling(column)
        formats: dict[int, str | None] = {
            n: with_words(figure, row, label_format(row, figure.lang))
            for n, row in enumerate(labelled)
            if has_value(row)
        }
        add_labels(bars, formats, size or _ABOVE[0], INK, "outEnd")
        add_error_bars(bars, [_bounds(row) for row in column], GREY, along="")
    return frame


def _part_formats(figure: Figure, column: list[Row | None]) -> dict[int, str | None]:
    """The numbers inside the parts of stacked bars, where a part has room for one."""
    whole = figure.encoding.domain[1]
    return {
        n: label_format(row | {"value": round(row["value"]), "shown": cell_text(figure, row)}, figure.lang)
        for n, row in enumerate(column)
        if has_value(row) and row["value"] > _ROOM_FOR_NUMBER * whole
    }


def _longest(column: list[Row | None], cells: list[list[Row | None]]) -> list[Row | None]:
    """The rows whose bar is the longest of its label: where bars are thin, only these are labelled."""
    return [
        row if has_value(row) and abs(row["value"]) >= max(abs(other["value"]) for other in _at(cells, place)) else None
        for place, row in enumerate(column)
    ]


def _at(cells: list[list[Row | None]], place: int) -> list[Row]:
    """The rows with a value of one label."""
    return [row for row in (column[place] for column in cells) if has_value(row)]


def _telling(column: list[Row | None]) -> list[Row | None]:
    """The highest value, and what is only a limit: where labels are wider than columns, the others
    would run into their neighbours, and the axis tells them."""
    highest = max((row["value"] for row in column if has_value(row)), default=0.0)
    return [row if has_value(row) and (row["censoring"] or row["value"] == highest) else None for row in column]


def _paint(series: Any, figure: Figure, column: list[Row | None], place: int) -> None:
    """One colour a series; goals and the asked area have their own; a limit is a hollow bar."""
    colour = _colour(figure, place)
    series.invert_if_negative = False
    fill(series.format, colour)
    styles = {style.label: style.colour for style in figure.encoding.styles}
    for index, row in enumerate(column):
        if not has_value(row):
            continue
        own = colour
        if figure.encoding.colour == "goal":
            own = styles.get(row["label"], colour)
        elif row["label"] in figure.encoding.residual:
            own = RESIDUAL
        elif figure.encoding.highlight and figure.kind == "bar" and row["label"] != figure.encoding.highlight:
            own = QUIET
        if own != colour or row["censoring"] or row["incomplete"]:
            inner = lighter(own) if row["incomplete"] else own
            fill(series.points[index].format, inner, own, hollow=bool(row["censoring"]))


def _category_axis(chart: Chart, figure: Figure, box: Box, upright: bool, legend: bool) -> None:
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK

    axis = chart.category_axis
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW  # beside the plot, also where bars go below zero
    axis.has_major_gridlines = False
    line_colour(axis.format.line, GREY, 1)
    order = figure.encoding.order
    # six names of series do not fit beside one another
    top = 6 + 24 * (legend + (len(figure.encoding.styles) > 5)) if legend else 6
    if upright:
        set_font(axis.tick_labels.font, AXIS)
        show_every_label(axis)
        place_plot(chart, box, left=_value_width(figure), top=top + 14, right=10, bottom=28)
        return
    axis.reverse_order = True  # the first label stands at the top
    axis_at_the_end(chart)
    bottom = 6 if figure.kind == "stacked_bar" else 30
    band = (box.height - top - bottom) / max(len(order), 1)
    widest = box.width * 0.42
    size = next(
        (
            points
            for points in (AXIS, 13.0, 12.0, 11.0)
            if all(len(wrap(label, widest, points)) <= int(band / (points * 1.15)) for label in order)
        ),
        _SMALLEST,
    )
    left = min(widest, max((text_width(label, size) for label in order), default=0)) + 22
    right = 16 if figure.kind == "stacked_bar" else told_width(figure, PICTURE, AXIS) + 16
    set_font(axis.tick_labels.font, size)
    show_every_label(axis)
    place_plot(chart, box, left=left, top=top, right=right, bottom=bottom)


# ------------------------------------------------------------------ lines
def _line(slide: Any, figure: Figure, box: Box, built_at: str) -> Any:
    from pptx.enum.chart import XL_CHART_TYPE

    data, plan = xy_data(figure, built_at)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER_LINES, *box.emu, data)
    chart = frame.chart
    set_blanks(chart)
    names = list(dict.fromkeys(row["series"] for row in figure.rows))
    legend = _dress(chart, figure, len(names) + len(figure.printed))
    _value_axis(chart.value_axis, figure)
    years = [row["year"] for row in figure.rows] + [point.year for point in figure.printed]
    styles = {style.label: style for style in figure.encoding.styles}
    ends = _ends(figure, names)
    left = _value_width(figure)
    before = max(
        (text_width(row["shown"], 14) + 14 for row in figure.rows if ends.get(id(row)) == "l"), default=0.0
    ) / (box.width - left - 12)
    _year_axis(chart.category_axis, min(years), max(years), before)
    for place, (series, (role, name, points)) in enumerate(zip(chart.plots[0].series, plan, strict=True)):
        series.smooth = False
        if role == "values":
            _trace(series, styles.get(name) or figure.encoding.styles[0], points)
            _line_labels(series, figure, points, ends)
            add_error_bars(series, [_bounds(row) for row in points], GREY, along="y")
            if legend and len(names) == 1:
                hide_legend_entry(chart, place)
            continue
        if role == "printed":
            mark_point(series, figure, int(name), 14)
            continue
        no_marker(series)
        if legend:
            hide_legend_entry(chart, place)
        if role == "bridge":
            style = styles.get(name) or figure.encoding.styles[0]
            line_colour(series.format.line, style.colour, 1.5, "DASH")
        else:
            line_colour(series.format.line, GREY, 1.25, "DASH")
            add_labels(series, {1: None}, 12, GREY, "r")
    place_plot(chart, box, left=left, top=36 if legend else 14, right=12, bottom=30)
    return frame


def _trace(series: Any, style: Style, points: list[Row | None]) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE

    line_colour(series.format.line, style.colour, 2.75, _DASHES.get(tuple(style.dash), "SOLID"))
    series.marker.style = getattr(XL_MARKER_STYLE, _SHAPES[style.shape])
    series.marker.size = 9 if len(points) <= 40 else 6
    fill(series.marker.format, style.colour)
    for place, row in enumerate(points):
        if row and row["censoring"]:
            fill(series.points[place].marker.format, style.colour, hollow=True)


def _line_labels(series: Any, figure: Figure, points: list[Row | None], ends: dict[int, str]) -> None:
    """The ends of each line, and every value that is only a limit."""
    places: dict[int, str] = {}
    formats: dict[int, str | None] = {}
    for place, row in enumerate(points):
        if row and (row["censoring"] or id(row) in ends):
            places[place] = ends.get(id(row), "t")
            formats[place] = label_format(row, figure.lang)
    add_labels(series, formats, 14, INK, places)


def _ends(figure: Figure, names: list[str]) -> dict[int, str]:
    """Where the label of each line's first and last value stands, by the row's id.

    At one year the highest stands above, the lowest below; one between them
    keeps its label only where it has room. Before a lone line that rises the
    label stands to the left, out of the line's way.
    """
    low, high = figure.encoding.domain
    lines = [[row for row in figure.rows if row["series"] == name] for name in names]
    label_places: dict[int, str] = {}
    # the first values of many lines lie over each other
    for end in (0, -1) if len(names) <= _MOST_FIRST else (-1,):
        rows = sorted((line[end] for line in lines), key=lambda row: -row["value"])
        taken = None
        for place, row in enumerate(rows):
            alone = taken is None or taken - row["value"] > 0.09 * (high - low)
            if place in (0, len(rows) - 1) or alone:
                below = place and place == len(rows) - 1 and row["value"] > low + 0.08 * (high - low)
                label_places[id(row)] = "b" if below else "t"
                taken = row["value"]
    first = lines[0][:2]
    if len(lines) == 1 and len(first) == 2 and first[0]["value"] < first[1]["value"]:
        label_places[id(first[0])] = "l"
    return label_places


def _year_axis(axis: Any, first: int, last: int, before: float) -> None:
    """Round years; `before` is the share of the axis that a label left of the first point takes."""
    from pptx.enum.chart import XL_TICK_MARK

    span = max(last - first, 1)
    step = 1 if span <= 16 else 2 if span <= 30 else 5 if span <= 70 else 10
    # ticks count from the lowest: it is a round year before the first, and has no label
    low, high = (first - 1) // step * step, last + 0.6 * step
    while first - low < before * (high - low):
        low -= step
    axis.minimum_scale, axis.maximum_scale = low, high
    axis.major_unit = step
    axis.has_major_gridlines = False
    axis.major_tick_mark = XL_TICK_MARK.OUTSIDE
    axis.tick_labels.number_format = f'[<{first}]"";[>{last}]"";0'
    axis.tick_labels.number_format_is_linked = False
    set_font(axis.tick_labels.font, AXIS)
    line_colour(axis.format.line, GREY, 1)


# ------------------------------------------------------------------ shared
def _dress(chart: Chart, figure: Figure, n_series: int) -> bool:
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


def _value_axis(axis: Any, figure: Figure) -> None:
    from pptx.enum.chart import XL_TICK_MARK

    low, high, step = _marks(figure)
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = low, high, step
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.has_major_gridlines = True
    line_colour(axis.major_gridlines.format.line, RULE, 0.75)
    axis.format.line.fill.background()
    set_font(axis.tick_labels.font, AXIS)
    axis.tick_labels.number_format = unit_format(figure, high, step)
    axis.tick_labels.number_format_is_linked = False


def _marks(figure: Figure) -> tuple[float, float, float]:
    """Lowest, highest and step of the axis of values: round numbers, zero among them."""
    marked = ticks(*figure.encoding.domain)
    low, high, step = marked[0], marked[-1], marked[1] - marked[0]
    whole = all(float(row["value"]).is_integer() for row in figure.rows if row["value"] is not None)
    if figure.unit_code != "PERCENT" and whole and step < 1:
        step = 1.0  # there is no half country
        low, high = math.floor(low), math.ceil(high)
    return low, high, step


def _value_width(figure: Figure) -> float:
    low, high, _ = _marks(figure)
    w = words(figure.lang)
    return max(text_width(w.amount(end, figure.unit_code), AXIS) for end in (low, high)) + 26


def _bounds(row: Row | None) -> tuple[float, float] | None:
    """How far the source's bounds are below and above the value."""
    if row is None or row["value"] is None or row["lower_bound"] is None or row["upper_bound"] is None:
        return None
    return max(row["value"] - row["lower_bound"], 0.0), max(row["upper_bound"] - row["value"], 0.0)


def _colour(figure: Figure, place: int) -> str:
    styles = figure.encoding.styles
    if figure.encoding.colour == "goal" or not styles:
        return styles[0].colour if styles else INK
    return styles[min(place, len(styles) - 1)].colour
