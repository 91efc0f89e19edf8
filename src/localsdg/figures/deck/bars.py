"""Native bars and columns, from zero, each with its value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.layout import bar_gap
from localsdg.figures.chart.matrix import cell_text
from localsdg.figures.chart.palette import GREY, INK, QUIET, RESIDUAL, WHOLE, ink_on, lighter
from localsdg.figures.deck.axes import (
    AXIS,
    bounds,
    dress,
    fit_ends,
    legend_height,
    name_room,
    series_colour,
    value_axis,
    value_width,
)
from localsdg.figures.deck.chart_data import category_data, counts_parts, has_value, label_format, sorted_series
from localsdg.figures.deck.drawingml import (
    add_error_bars,
    add_labels,
    axis_at_the_end,
    hide_axis,
    place_plot,
    show_labels,
)
from localsdg.figures.deck.looks import fill, line_colour, set_font
from localsdg.figures.deck.printed_points import told_words, with_words
from localsdg.figures.deck.text import text_width

if TYPE_CHECKING:
    from pptx.chart.chart import Chart

    from localsdg.figures.data.figure import Figure
    from localsdg.figures.deck.frame import Box

Row = dict[str, Any]
#: No smaller type; bars thinner than this have no room for a label each.
_SMALLEST, READABLE = 12.0, 14.0
#: Points: below the last bar; from a bar to its number; from the names to the bars; right of all.
_BOTTOM, _APART, _NAME_APART, _BESIDE = 6.0, 10.0, 22.0, 12.0
#: Rows thinner than this have little room between their bars.
_DENSE, _DENSE_GAP = 20.0, 0.1
#: Share of the axis that a number inside a part of a bar takes.
_ROOM_FOR_NUMBER = 0.06
#: Share of the axis that a line of words above a column takes.
_ROOM_FOR_LINE = 0.1
#: Sizes of the labels above columns, the largest that fits; that of a few where none fits.
_ABOVE, _LOWER = (AXIS, 13.0, 12.0), AXIS
#: Sizes of the years below columns; where none fits they are turned.
_YEARS = (AXIS, 13.0, 12.0)
#: Share of the room beside the names that the words at the end of a bar may take.
_WORDS = 0.5


def add_bars(slide: Any, figure: Figure, box: Box, built_at: str) -> Any:
    """Bars, grouped or stacked ones, or columns; returns the graphic frame."""
    from pptx.enum.chart import XL_CHART_TYPE

    upright, stacked = figure.kind == "column", figure.kind == "stacked_bar"
    chart_type = XL_CHART_TYPE.COLUMN_CLUSTERED if upright else XL_CHART_TYPE.BAR_CLUSTERED
    data, cells = category_data(figure, built_at)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_STACKED if stacked else chart_type, *box.emu, data)
    chart = frame.chart
    plot = chart.plots[0]
    counts = counts_parts(figure)
    band = box.width / max(len(figure.encoding.order), 1) if upright else band_height(figure, box)
    gap = _DENSE_GAP if stacked and band < _DENSE else bar_gap(len(figure.encoding.order), 1 if stacked else len(cells))
    plot.gap_width = round(100 * gap / (1 - gap))
    plot.overlap = 100 if counts or stacked else 0
    dress(chart, figure, len(cells))
    series = list(plot.series)
    if counts:
        fill(series.pop(0).format, WHOLE)
    has_source = True
    if upright:
        size = _above(cells[0], band)
        _upright_axes(chart, figure, box, size or _LOWER)
    else:
        size = min(AXIS, band * (1 - gap)) if stacked else min(AXIS, band / len(cells) * 0.95)
        has_source = _level_axes(chart, figure, box, _whole_labels(cells, band), size)
    for place, (bars, column) in enumerate(zip(series, cells, strict=True)):
        _paint(bars, figure, column, place)
        if stacked:
            add_labels(bars, _part_formats(figure, column), size, ink_on(series_colour(figure, place)), "ctr")
            continue
        labelled = (
            (column if size else _telling(figure, column, band)) if upright else _whole_labels(cells, band)[place]
        )
        formats: dict[int, str | None] = {
            n: with_words(figure, row, label_format(row, figure.lang), has_source)
            for n, row in enumerate(labelled)
            if has_value(row)
        }
        add_labels(bars, formats, size or _LOWER, INK, "outEnd")
        add_error_bars(bars, [bounds(row) for row in column], GREY, along="")
    return frame


def _above(column: list[Row | None], band: float) -> float:
    """The size of the labels above columns of `band` points, so that none touches the next; 0 where none has room."""
    texts = [row["shown"] for row in column if has_value(row)]
    return next((size for size in _ABOVE if all(text_width(text, size) < band for text in texts)), 0.0)


def _whole_labels(cells: list[list[Row | None]], band: float) -> list[list[Row | None]]:
    """The rows that are labelled: all, or where bars are thinner than a label the longest of each name."""
    if len(cells) == 1 or band / len(cells) >= _SMALLEST:
        return cells
    return [_longest(column, cells) for column in cells]


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


def _telling(figure: Figure, column: list[Row | None], band: float) -> list[Row | None]:
    """What is only a limit, the year of the title, the last year and the highest value, where they have room:
    where labels are wider than columns, the others would run into their neighbours, and the axis tells them."""
    low, high = figure.encoding.domain
    rows = {place: row for place, row in enumerate(column) if has_value(row)}
    wanted = [place for place, row in rows.items() if row["censoring"]]
    wanted += [place for place, row in rows.items() if row["year"] and row["year"] == figure.finding.year]
    wanted += sorted(rows, key=lambda place: -rows[place]["value"])[:1]
    wanted += [place for place, row in rows.items() if not row["incomplete"]][-1:]
    kept: list[int] = []
    for place in dict.fromkeys(wanted):
        width = text_width(rows[place]["shown"], _LOWER)
        beside = [row for other, row in rows.items() if 0 < abs(place - other) * band < (width + band) / 2]
        if all(row["value"] < rows[place]["value"] for row in beside) and all(
            abs(place - other) * band > (width + text_width(rows[other]["shown"], _LOWER)) / 2
            or abs(rows[place]["value"] - rows[other]["value"]) > _ROOM_FOR_LINE * (high - low)
            for other in kept
        ):
            kept.append(place)
    return [row if place in kept else None for place, row in enumerate(column)]


def _paint(series: Any, figure: Figure, column: list[Row | None], place: int) -> None:
    """One colour a series; goals and the asked area have their own; a limit is a hollow bar."""
    colour = series_colour(figure, place)
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


def _name_axis(axis: Any) -> None:
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK

    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW  # beside the plot, also where bars go below zero
    axis.has_major_gridlines = False
    line_colour(axis.format.line, GREY, 1)


def _upright_axes(chart: Chart, figure: Figure, box: Box, size: float) -> None:
    """Years below the columns, numbers and a grid left of them."""
    axis, order = chart.category_axis, figure.encoding.order
    _name_axis(axis)
    value_axis(chart.value_axis, figure)
    left = value_width(figure)
    band = (box.width - left - 10) / len(order)
    widest = text_width(max(order, key=len), 1.0)
    years = next((years for years in _YEARS if widest * years + 3 <= band), 0.0)
    set_font(axis.tick_labels.font, years or AXIS)
    show_labels(axis, turned=not years and all(label.isdigit() for label in order))
    bottom = 28.0 if years else widest * AXIS + 12
    place_plot(chart, box, left=left, top=_top(figure, box) + size, right=10, bottom=bottom)


def _level_axes(chart: Chart, figure: Figure, box: Box, labelled: list[list[Row | None]], size: float) -> bool:
    """Names left of the bars; no numbers below them, as each bar has its own.

    Returns whether there is room for the source of what reports print.
    """
    axis, order = chart.category_axis, figure.encoding.order
    _name_axis(axis)
    axis.reverse_order = True  # the first label is at the top
    axis_at_the_end(chart)
    name_size, left = name_room(order, box.width, band_height(figure, box))
    set_font(axis.tick_labels.font, name_size)
    show_labels(axis)
    values = chart.value_axis
    hide_axis(values)
    values.has_major_gridlines = False
    rows = [row for column in labelled for row in column if has_value(row)]
    room = (box.width - left) * _WORDS
    has_source = all(text_width(told_words(figure, row), size) < room for row in rows)
    rooms = [(row["value"], text_width(told_words(figure, row, has_source), size) + _APART) for row in rows]
    low, high = figure.encoding.domain
    wholes = [row["n_total"] for row in figure.rows] if counts_parts(figure) else []
    lowest = min(0.0, *(row["value"] for row in rows)) if rows else low
    highest = max([0.0, *(row["value"] for row in rows), *wholes])
    if figure.kind == "stacked_bar":
        values.minimum_scale, values.maximum_scale = low, high
    else:
        values.minimum_scale, values.maximum_scale = fit_ends(
            (lowest, highest or high),
            box.width - left - _NAME_APART - _BESIDE,
            [(value, room) for value, room in rooms if value < 0],
            [(value, room) for value, room in rooms if value >= 0],
        )
    top = _top(figure, box)
    place_plot(chart, box, left=left + _NAME_APART, top=top, right=_BESIDE, bottom=_BOTTOM)
    return has_source


def _top(figure: Figure, box: Box) -> float:
    """Points above the plot."""
    return 6.0 + legend_height(sorted_series(figure), box.width)


def band_height(figure: Figure, box: Box) -> float:
    """Points of a row of horizontal bars."""
    return (box.height - _top(figure, box) - _BOTTOM) / max(len(figure.encoding.order), 1)
