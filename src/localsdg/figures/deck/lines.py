"""Native lines over the years, with gaps, breaks and the marks of what reports print."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.layout import spread
from localsdg.figures.chart.palette import GREY, INK
from localsdg.figures.chart.printed_points import source_words
from localsdg.figures.deck.axes import (
    AXIS,
    SHAPES,
    axis_marks,
    bounds,
    dress,
    fit_ends,
    legend_height,
    value_axis,
    value_width,
)
from localsdg.figures.deck.chart_data import label_format, xy_data
from localsdg.figures.deck.drawingml import add_error_bars, add_labels, hide_legend_entry, place_plot, set_blanks
from localsdg.figures.deck.looks import fill, line_colour, no_marker, set_font
from localsdg.figures.deck.printed_points import mark_point
from localsdg.figures.deck.text import text_width

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure, Style
    from localsdg.figures.deck.frame import Box

Row = dict[str, Any]
Rooms = list[tuple[float, float]]
#: Lines up to which the first value of each is labelled, and from which labels are beside the ends.
_MOST_FIRST, _BESIDE = 3, 3
#: Points from a point to the words beside it.
_APART = 12.0
_DASHES = {
    (): "SOLID",
    (10, 4): "DASH",
    (3, 3): "SQUARE_DOT",
    (12, 4, 3, 4): "DASH_DOT",
    (2, 5): "ROUND_DOT",
}


def add_lines(slide: Any, figure: Figure, box: Box, built_at: str) -> Any:
    """Lines over the years; returns the graphic frame."""
    from pptx.enum.chart import XL_CHART_TYPE

    data, plan = xy_data(figure, built_at)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER_LINES, *box.emu, data)
    chart = frame.chart
    set_blanks(chart)
    names = list(dict.fromkeys(row["series"] for row in figure.rows))
    legend = dress(chart, figure, len(names) + len(figure.printed))
    value_axis(chart.value_axis, figure)
    years = [row["year"] for row in figure.rows] + [point.year for point in figure.printed]
    styles = {style.label: style for style in figure.encoding.styles}
    ends = _ends(figure, names)
    left, top, bottom = value_width(figure), 14.0 + legend_height(_legend(figure), box.width), 30.0
    shifts = _shifts(figure, ends, box, box.height - top - bottom)
    scale = _year_axis(chart.category_axis, min(years), max(years), _rooms(figure, ends), box.width - left - 12)
    ends |= _limits(figure, ends, scale, box.height - top - bottom)
    for place, (series, (role, name, points)) in enumerate(zip(chart.plots[0].series, plan, strict=True)):
        series.smooth = False
        if role == "values":
            _trace(series, styles.get(name) or figure.encoding.styles[0], points)
            _line_labels(series, figure, points, ends, shifts)
            add_error_bars(series, [bounds(row) for row in points], GREY, along="y")
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
    place_plot(chart, box, left=left, top=top, right=12, bottom=bottom)
    return frame


def _legend(figure: Figure) -> list[str]:
    """The entries of the legend; a lone series of which it says nothing counts, for the room of one line."""
    return [*dict.fromkeys(row["series"] for row in figure.rows), *map(source_words, figure.printed)]


def _trace(series: Any, style: Style, points: list[Row | None]) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE

    line_colour(series.format.line, style.colour, 2.75, _DASHES.get(tuple(style.dash), "SOLID"))
    series.marker.style = getattr(XL_MARKER_STYLE, SHAPES[style.shape])
    series.marker.size = 9 if len(points) <= 40 else 6
    fill(series.marker.format, style.colour)
    for place, row in enumerate(points):
        if row and row["censoring"]:
            fill(series.points[place].marker.format, style.colour, hollow=True)


def _line_labels(
    series: Any, figure: Figure, points: list[Row | None], ends: dict[int, str], shifts: dict[int, float]
) -> None:
    """The ends of each line, and values that are only a limit."""
    rows = {place: row for place, row in enumerate(points) if row and id(row) in ends}
    places = {place: ends[id(row)] for place, row in rows.items()}
    downs = {place: shifts[id(row)] for place, row in rows.items() if id(row) in shifts}
    formats: dict[int, str | None] = {place: label_format(row, figure.lang) for place, row in rows.items()}
    add_labels(series, formats, AXIS, INK, places, downs)


def _limits(figure: Figure, ends: dict[int, str], scale: float, height: float) -> dict[int, str]:
    """The values that are only a limit and whose label has room beside the labels of the ends and of each other.

    `scale` is the points of a year. The hollow marks show the others.
    """
    low, high, _ = axis_marks(figure)
    kept = [row for row in figure.rows if id(row) in ends]
    found: dict[int, str] = {}
    for row in figure.rows:
        if not row["censoring"] or id(row) in ends:
            continue
        width = text_width(row["shown"], AXIS)
        if all(
            abs(row["year"] - other["year"]) * scale > (width + text_width(other["shown"], AXIS)) / 2 + _APART
            or abs(row["value"] - other["value"]) / (high - low) * height > 2 * AXIS
            for other in kept
        ):
            kept.append(row)
            found[id(row)] = "t"
    return found


def _ends(figure: Figure, names: list[str]) -> dict[int, str]:
    """Where the label of each line's first and last value is, by the row's id.

    Of two lines the higher has it above, the lower below. Before a lone line that rises it is
    to the left, out of the line's way. Those of more lines are beside the ends, moved apart.
    """
    low, high = figure.encoding.domain
    lines = [[row for row in figure.rows if row["series"] == name] for name in names]
    label_places: dict[int, str] = {}
    if len(lines) >= _BESIDE:
        # the first values of many lines lie over each other
        ends = (("l", 0), ("r", -1)) if len(names) <= _MOST_FIRST else (("r", -1),)
        return {id(line[end]): side for side, end in ends for line in lines}
    for end in (0, -1):
        rows = sorted((line[end] for line in lines), key=lambda row: -row["value"])
        for place, row in enumerate(rows):
            below = place and row["value"] > low + 0.08 * (high - low)
            label_places[id(row)] = "b" if below else "t"
    first = lines[0][:2]
    if len(lines) == 1 and len(first) == 2 and first[0]["value"] < first[1]["value"]:
        label_places[id(first[0])] = "l"
    return label_places


def _shifts(figure: Figure, ends: dict[int, str], box: Box, height: float) -> dict[int, float]:
    """How far down the labels beside the ends are moved so that none is over another, as shares of the chart."""
    low, high, _ = axis_marks(figure)
    shifts: dict[int, float] = {}
    for side in ("l", "r"):
        rows = [row for row in figure.rows if ends.get(id(row)) == side]
        places = [(high - row["value"]) / (high - low) * height for row in rows]
        apart = spread(places, AXIS * 1.2, 0, height)
        shifts |= {
            id(row): (moved - place) / box.height
            for row, place, moved in zip(rows, places, apart, strict=True)
            if abs(moved - place) > 0.5
        }
    return shifts


def _rooms(figure: Figure, ends: dict[int, str]) -> tuple[Rooms, Rooms]:
    """The words left and right of years: what is above or below a point has half of its width on each side."""
    before, after = [], []
    for row in figure.rows:
        place = ends.get(id(row))
        width = text_width(row["shown"], AXIS)
        if place == "l":
            before.append((row["year"], width + _APART))
        elif place == "r":
            after.append((row["year"], width + _APART))
        elif place:
            before.append((row["year"], width / 2 + 4))
            after.append((row["year"], width / 2))
    for point in figure.printed:
        after.append((point.year, text_width(f"{point.shown} ({point.year})", AXIS) + _APART + 6))
    return before, after


def _year_axis(axis: Any, first: int, last: int, rooms: tuple[Rooms, Rooms], width: float) -> float:
    """Round years, with room for the words at the first and the last points; returns the points of a year."""
    from pptx.enum.chart import XL_TICK_MARK

    span = max(last - first, 1)
    steps = (1, 2, 5, 10, 20, 50)
    low, high = fit_ends((first, last), width, *rooms)
    room = text_width("2000", AXIS) * 1.4
    step = next(step for step in steps if step * width >= room * max(high - low, span) or step == steps[-1])
    # ticks count from the lowest: it is a round year before the first, and has no label
    axis.minimum_scale, axis.maximum_scale = math.floor(low / step - 0.25) * step, max(high, last + 0.3 * step)
    axis.major_unit = step
    axis.has_major_gridlines = False
    axis.major_tick_mark = XL_TICK_MARK.NONE  # some of the years have no label
    axis.tick_labels.number_format = f'[<{first}]"";[>{last}]"";0'
    axis.tick_labels.number_format_is_linked = False
    set_font(axis.tick_labels.font, AXIS)
    line_colour(axis.format.line, GREY, 1)
    return width / (axis.maximum_scale - axis.minimum_scale)
