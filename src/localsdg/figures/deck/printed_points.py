"""Figures that reports print, in native charts: marks of their own beside lines, words beside bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.palette import PRINTED
from localsdg.figures.chart.printed_points import row_columns
from localsdg.figures.deck.chart_data import label_format, literal, plain
from localsdg.figures.deck.drawingml import add_labels

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure, PrintedPoint

Row = dict[str, Any]


def source_words(point: PrintedPoint) -> str:
    """` SDG Report 2025, poverty line of $3.00 a day`: what stands after the value."""
    return " " + ", ".join(part for part in (point.report, point.definition) if part)


def mark_point(series: Any, figure: Figure, place: int, size: float, colour: str) -> None:
    """A hollow diamond without a line, labelled with its value and its source."""
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.util import Pt

    point = figure.printed[place]
    series.format.line.fill.background()
    series.marker.style, series.marker.size = XL_MARKER_STYLE.DIAMOND, 13
    look = series.marker.format
    look.fill.solid()
    look.fill.fore_color.rgb = RGBColor(255, 255, 255)
    look.line.color.rgb = RGBColor.from_string(PRINTED[1:].upper())
    look.line.width = Pt(2)
    row = {"shown": point.shown, "value": point.value}
    words = label_format(row, figure.lang) + literal(plain(source_words(point)))
    add_labels(series, {0: words}, size, colour, {0: "l" if place % 2 == 0 else "b"})


def with_words(figure: Figure, row: Row, code: str) -> str:
    """The number format of a bar's label, with the printed value behind it where the bar's row has one."""
    columns = row_columns(figure)
    place = next((n for n, one in enumerate(figure.rows) if one is row), None)
    if not columns or place is None or columns["printed"][place] is None:
        return code
    return code + literal(plain(f" · {columns['printed_shown'][place]}, {columns['printed_in'][place]}"))
