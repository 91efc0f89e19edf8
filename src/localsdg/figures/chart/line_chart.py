"""Lines and columns over the years, as layers of Vega-Lite.

Lines break where years are missing and where the series breaks, columns start
at zero, and a value that is only a limit is a hollow mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.encoding import (
    Layer,
    expr,
    field,
    halo,
    hollow,
    layer,
    series_scales,
    stroke_scales,
    tooltip,
)
from localsdg.figures.chart.palette import INCOMPLETE, INK, PAPER, WHOLE
from localsdg.figures.chart.printed_points import upright_layers

if TYPE_CHECKING:
    from localsdg.figures.chart.theme import Rows, Theme
    from localsdg.figures.data.figure import Figure

#: The size of the values over columns, as a share of its full one; 0 where even small ones are wider than
#: their columns: then only the highest and limits are labelled, and an axis gives the height of the others.
SMALLER = 0.72
_SHARE = f"(width > (room - 18) * count ? 1 : width > (room - 18) * count * {SMALLER} ? {SMALLER} : 0)"


def line(figure: Figure, theme: Theme, rows: Rows) -> list[Layer]:
    """Lines with a point at each published value; the way over missing years is dashed."""
    years = {"domain": [expr("first"), expr("last")], "nice": False, "zero": False, "padding": expr("inset")}
    x = field("year", scale=years, axis=_year_axis())
    values = _value_scale()
    axis = {"title": None, "domain": False, "ticks": False, "values": expr("ticks"), "labelExpr": _written()}
    y = field("value", scale=values, axis=axis)
    legend = None if theme.names_at_ends or len(figure.encoding.styles) < 2 else rows.legend
    colour, shape = series_scales(figure, legend)
    dash, stroke = stroke_scales(figure)
    at = {"x": x, "y": y}
    bridge = {"x": field("x0", scale=years), "x2": {"field": "year"}, "y": field("y0", scale=values)}
    bounds = {"x": x, "y": field("lower_bound", scale=values), "y2": {"field": "upper_bound"}, "stroke": stroke}
    point = {**at, "color": colour, "shape": shape, "fill": hollow(figure, legend)}
    layers = [
        *_breaks(years),
        layer(
            {"type": "rule", "strokeDash": [2, 5], "strokeWidth": 2},
            {**bridge, "y2": {"field": "value"}, "stroke": stroke},
            transform=[
                {
                    "window": [
                        {"op": "lag", "field": "year", "as": "x0"},
                        {"op": "lag", "field": "value", "as": "y0"},
                    ],
                    "groupby": ["series"],
                },
                {"filter": "datum.is_bridged"},
            ],
        ),
        layer({"type": "rule", "strokeWidth": 1.5}, bounds, transform=[{"filter": "isValid(datum.lower_bound)"}]),
        layer(
            {"type": "line", "strokeWidth": theme.line},
            {**at, "stroke": stroke, "strokeDash": dash, "detail": {"field": "run"}},
        ),
        layer({"type": "point", "size": theme.point, "opacity": 1, "strokeWidth": theme.line - 0.5}, point),
    ]
    if theme.names_at_ends or len(figure.encoding.styles) < 2:
        layers += _end_labels(theme, at)
    layers += upright_layers(theme, at)
    if theme.pointer:
        # wider than what is visible, so that a pointer or a finger finds it
        layers.append(layer({"type": "point", "size": 700, "opacity": 0, "filled": True}, at | tooltip(figure, theme)))
    return layers


def column(figure: Figure, theme: Theme, rows: Rows) -> list[Layer]:
    """Columns over the years; behind a count is the whole that it is a part of."""
    axis = {"title": None, "labelAngle": 0, "ticks": False, "grid": False, "labelOverlap": True, "labelSeparation": 5}
    axis |= {"labelPadding": 9} if theme.pointer else {}  # beside the lowest mark of the axis of values
    x = field("label", type="nominal", sort=None, scale={"padding": 0.25}, axis=axis)
    # where all columns have their values, no axis: the highest column takes the whole height
    scale = {**_value_scale(), "domain": [expr("low"), expr(f"{_SHARE} ? peak : high")]}
    height = {
        "title": None,
        "domain": False,
        "ticks": False,
        "values": expr("ticks"),
        "labelExpr": f"{_SHARE} ? '' : {_written()}",
        "gridOpacity": expr(f"{_SHARE} ? 0 : 1"),
    }
    y = field("value", scale=scale, axis=height)
    colour = figure.encoding.styles[0].colour
    top = field("top", scale=scale, axis=height)
    pointed = tooltip(figure, theme)
    # beside each other in narrow columns two values would overlap; what is hollow shows its own under the pointer
    labelled = "datum.value === datum.highest" if theme.pointer else "datum.censoring || datum.value === datum.highest"
    is_labelled = f"{_SHARE} || {labelled}"
    return [
        # invisible, but each year has its place, also one without a value
        layer({"type": "point", "opacity": 0}, {"x": x}, data="names"),
        layer(
            {"type": "bar", "color": WHOLE},
            {"x": x, "y": field("n_total", scale=scale, axis=height), **pointed},
            transform=[{"filter": "isValid(datum.n_total)"}],
        ),
        layer(
            {"type": "bar", "stroke": colour, "strokeWidth": theme.line - 1},
            {
                "x": x,
                "y": y,
                "fill": {"condition": {"test": "datum.censoring", "value": PAPER}, "value": colour},
                "fillOpacity": {"condition": {"test": "datum.incomplete", "value": INCOMPLETE}, "value": 1},
            }
            | pointed,
        ),
        layer(
            {
                "type": "text",
                "dy": -10,
                # over the first column, where an axis is, a value begins at it
                "align": expr(f"!({_SHARE}) && scale('x', datum.label) < room / 2 - 10 ? 'left' : 'center'"),
                "fontSize": expr(f"({_SHARE} || 0.9) * {theme.value_size}"),
                "fontWeight": "bold",
                "color": INK,
                "opacity": expr(f"{is_labelled} ? 1 : 0"),
            },
            {"x": x, "y": top, "text": field("shown", type="nominal")},
            transform=[{"joinaggregate": [{"op": "max", "field": "value", "as": "highest"}]}],
        ),
    ]


def _value_scale() -> dict[str, Any]:
    return {"domain": [expr("low"), expr("high")], "nice": False, "zero": True}


def _year_axis() -> dict[str, Any]:
    return {
        "format": "d",
        "grid": False,
        "title": None,
        "tickMinStep": 1,
        "labelOverlap": True,
        "tickCount": expr("max(2, floor(width / 90))"),
    }


def _written() -> str:
    """A number of the axis in the figure's language."""
    return "written[indexof(ticks, datum.value)]"


def _breaks(years: dict[str, Any]) -> list[Layer]:
    """A rule where the series breaks, with the reason beside it."""
    x = {"x": field("year", scale=years)}
    rule = {"type": "rule", "color": INK, "strokeWidth": 1.5, "strokeDash": [6, 3]}
    text = {"type": "text", "align": "right", "baseline": "top", "dx": -6, "y": 0, "fontSize": 13, "color": INK}
    return [
        layer(rule, x, data="breaks"),
        layer(text, {**x, "text": field("why", type="nominal")}, data="breaks"),
    ]


def _end_labels(theme: Theme, at: dict[str, Any]) -> list[Layer]:
    """The values at the ends of the lines, on paper where a line runs behind them."""
    text = {
        "type": "text",
        "fontSize": theme.value_size,
        "fontWeight": "bold",
        "align": expr("datum.align"),
        "dx": expr("datum.dx"),
        "dy": expr("datum.dy"),
    }
    return [layer(text | look, at | {"text": field("text", type="nominal")}, data="ends") for look in halo()]
