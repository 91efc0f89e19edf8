"""Fills, lines and type of native charts, by our colours and sizes in points."""

from __future__ import annotations

from typing import Any

from localsdg.figures.chart.palette import INK, PAPER


def fill(form: Any, colour: str, outline: str = "", *, hollow: bool = False) -> None:
    """A colour inside, and `outline` or the same around; hollow: around alone."""
    form.fill.solid()
    form.fill.fore_color.rgb = rgb(PAPER if hollow else colour)
    line_colour(form.line, outline or colour, 2 if hollow else 0.75)


def no_marker(series: Any) -> None:
    """A line without points."""
    from pptx.enum.chart import XL_MARKER_STYLE

    series.marker.style = XL_MARKER_STYLE.NONE


def line_colour(line: Any, colour: str, width: float, dash: str = "") -> None:
    """The colour, the width in points and the dash of a line."""
    from pptx.enum.dml import MSO_LINE

    line.color.rgb = rgb(colour)
    line.width = length(width)
    if dash and dash != "SOLID":
        line.dash_style = getattr(MSO_LINE, dash)


def set_font(font: Any, size: float, colour: str = INK) -> None:
    """Size in points and colour of type."""
    font.size = length(size)
    font.color.rgb = rgb(colour)


def rgb(colour: str) -> Any:
    """`#0072b2` as a colour of python-pptx."""
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour[1:].upper())


def length(size: float) -> Any:
    """Points as a length of python-pptx."""
    from pptx.util import Pt

    return Pt(size)
