"""Figures that reports print, in native charts: marks of their own beside lines, words beside bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.palette import PRINTED
from localsdg.figures.chart.printed_points import row_columns
from localsdg.figures.deck.chart_data import label_format, literal, plain
from localsdg.figures.deck.drawingml import add_labels

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure

Row = dict[str, Any]


def mark_point(series: Any, figure: Figure, place: int, size: float) -> None:
    """A diamond without a line, its value right of it; the legend has its source.

    Filled, because LibreOffice draws no outline of a marker.
    """
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_MARKER_STYLE

    point = figure.printed[place]
    series.format.line.fill.background()
    series.marker.style, series.marker.size = XL_MARKER_STYLE.DIAMOND, 13
    look = series.marker.format
    look.fill.solid()
    look.fill.fore_color.rgb = look.line.color.rgb = RGBColor.from_string(PRINTED[1:].upper())
    words = label_format({"shown": point.shown, "value": point.value}, figure.lang) + literal(f" ({point.year})")
    add_labels(series, {0: words}, size, PRINTED, {0: "r"})


def with_words(figure: Figure, row: Row, code: str, has_source: bool = True) -> str:
    """The number format of a bar's label, with the printed value behind it where the bar's row has one."""
    words = _words(figure, row, has_source)
    return code + literal(words) if words else code


def told_words(figure: Figure, row: Row, has_source: bool = True) -> str:
    """The label of a bar as it is read: its value, and the printed one where its row has one."""
    return plain(row["shown"]) + _words(figure, row, has_source)


def _words(figure: Figure, row: Row, has_source: bool) -> str:
    columns = row_columns(figure, with_source=True) if figure.kind == "bar" else {}
    place = next((n for n, one in enumerate(figure.rows) if one is row), None)
    if not columns or place is None or columns["printed"][place] is None:
        return ""
    source = columns["printed_source"][place] if has_source else ""
    return plain(f" · {columns['printed_shown'][place]}{source}")
