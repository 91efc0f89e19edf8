"""What differs between the picture for a screen in a hall and the chart of the web page.

Both are drawn from one Vega-Lite specification (`chart.spec`); a theme holds
the sizes, and whether names and series have their words beside the marks or
above them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.layout import bar_gap
from localsdg.figures.chart.matrix import head_height
from localsdg.figures.chart.palette import GREY, INK, RULE

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure

#: Pixels between the ends of the page's upright charts.
PAGE_HEIGHT = 280
#: The same of a map of tiles.
TILES_HEIGHT = 400
#: Pixels on the page: a row of bars with its name above, each further bar of the row, the name's line.
_ROW, _BAR, _NAME = 50, 24, 30
#: Pixels on the page: a row of a heat map.
_CELL = 30
#: Pixels: a lone bar of the picture is no thicker.
_THICKEST = 72
#: Pixels: the widest line of a name beside the plot of a picture, and beside a heat map, whose rows hold one line.
WIDEST_NAME, _WIDEST_OF_MATRIX = 330.0, 420.0


@dataclass(frozen=True)
class Theme:
    """Sizes in pixels, and what a medium has beside the marks themselves."""

    font: str
    axis_size: float
    axis_colour: str
    name_size: float
    value_size: float
    line: float
    point: float  # area of a point of a line
    pair: float  # area of a point of a pair
    names_beside: bool  # names of rows left of the plot; else above their marks
    names_at_ends: bool  # series named at the ends of their lines; else in a legend
    pointer: bool  # values shown under the pointer
    widest: float  # of a text: how much wider the widest common font is than the one that is measured
    sources_beside: bool  # where a figure is printed, beside its mark in a row; else in the foot alone


PICTURE = Theme(
    font="Liberation Sans, Arial, Helvetica, sans-serif",
    axis_size=15,
    axis_colour=INK,
    name_size=16,
    value_size=16,
    line=3,
    point=110,
    pair=190,
    names_beside=True,
    names_at_ends=True,
    pointer=False,
    widest=1.0,
    sources_beside=True,
)
PAGE = Theme(
    font="system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif",
    axis_size=13,
    axis_colour=GREY,
    name_size=14,
    value_size=14,
    line=2.5,
    point=55,
    pair=150,
    names_beside=False,
    names_at_ends=False,
    pointer=True,
    widest=1.16,
    sources_beside=False,
)


@dataclass(frozen=True)
class Rows:
    """The place of bars and names in the rows of a horizontal chart, in pixels."""

    step: float  # of one row
    bar: float  # thickness of a bar
    pitch: float  # between the middles of two bars of a row
    down: float  # from the middle of the row to that of its bars
    name_size: float
    value_size: float
    name_up: float = 0  # from the middle of the row to that of a name above its marks
    name_left: float = 0  # right edge of a name beside the plot
    legend: dict[str, Any] = field(default_factory=dict)
    head: float = 0  # height of the heads above a heat map
    name_width: float = 0  # of the longest line of a name beside a heat map


def page_rows(figure: Figure) -> Rows:
    """Rows of the page: the name on a line of its own, so that it is readable on a phone."""
    n = len(figure.encoding.styles)
    # below one another where there is no room beside one another
    legend = {"columns": {"expr": f"width < {230 * n} ? 1 : 0"}}
    size, value = PAGE.name_size, PAGE.value_size
    if figure.kind == "grouped_bar":
        step = _NAME + _BAR * n
        return Rows(step, 17, _BAR, 15, size, value - 1, name_up=step / 2 - 20, legend=legend)
    if figure.kind == "heat_map":
        return Rows(_CELL, 0, 0, 0, 13, 13, head=head_height(figure, 13), name_width=150)
    if figure.kind == "dumbbell":
        return Rows(_ROW, 0, _BAR, 10, size, value - 1, name_up=14, legend=legend)
    return Rows(_ROW, 18, _BAR, 10, size, value, name_up=11, legend=legend)


def picture_rows(figure: Figure, height: float, name_size: float, name_left: float, legend: dict[str, Any]) -> Rows:
    """Rows that share the height of the picture."""
    n_labels = max(len(figure.encoding.order), 1)
    n = len(figure.encoding.styles) if figure.kind == "grouped_bar" else 1
    head = head_height(figure, name_size) if figure.kind == "heat_map" else 0.0
    step = (height - head) / n_labels
    bar = min(step * (1 - bar_gap(n_labels, n)) / n, _THICKEST)
    value = {"grouped_bar": min(name_size, 14.0, step * 0.84 / max(n, 2)), "dumbbell": min(name_size, 15.0)}
    value["stacked_bar"] = min(name_size, 14.0, step * 0.6)
    value["heat_map"] = min(name_size, 15.0, step * 0.62)
    value_size = value.get(figure.kind, name_size)
    return Rows(
        step, bar, bar, 0, name_size, value_size, name_left=name_left, legend=legend, head=head, name_width=WIDEST_NAME
    )


def config(theme: Theme) -> dict[str, Any]:
    """The configuration of a chart in a theme."""
    return {
        "font": theme.font,
        "view": {"stroke": None},
        "axis": {
            "labelFontSize": theme.axis_size,
            "labelColor": theme.axis_colour,
            "labelFontWeight": "normal",
            "gridColor": RULE,
            "domainColor": GREY,
            "tickColor": GREY,
        },
        "legend": {
            "orient": "top",
            "title": None,
            "labelFontSize": theme.name_size,
            "labelColor": INK,
            "labelLimit": 0,
            "symbolSize": 120,
            "symbolStrokeWidth": 2.5,
            "offset": 14,
            "columnPadding": 22,
            "rowPadding": 6,
        },
    }
