"""Horizontal bars and pairs of points with their names, as layers of Vega-Lite.

Bars start at zero; a value that is only a limit is a hollow mark; behind a
count is the whole that it is a part of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.encoding import Layer, expr, field, hollow, layer, series_scales, stroke_scales, tooltip
from localsdg.figures.chart.palette import GREY, INK, PAPER, QUIET, RULE, WHOLE
from localsdg.figures.chart.printed_points import inside_layer, row_layer

if TYPE_CHECKING:
    from localsdg.figures.chart.theme import Rows, Theme
    from localsdg.figures.data.figure import Figure

_VALID = "isValid(datum.{})"


def bar(figure: Figure, theme: Theme, rows: Rows) -> list[Layer]:
    """One bar a name; the asked area in a stronger colour."""
    scale = _scale()
    at = {"y": _row(), **tooltip(figure, theme)}
    place = {"size": rows.bar, "yOffset": rows.down}
    outline = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    return [
        _names(theme, rows),
        layer(
            {"type": "bar", "color": WHOLE, **place},
            {"x": field("n_total", scale=scale, axis=None), **at},
            transform=[{"filter": _VALID.format("n_total")}],
        ),
        layer(
            {"type": "bar", "strokeWidth": theme.line - 1, **place},
            {
                "x": field("value", scale=scale, axis=None),
                "stroke": outline,
                "fill": {"condition": {"test": "datum.censoring", "value": PAPER}, **outline},
                **at,
            },
        ),
        layer(
            {"type": "rule", "color": INK, "strokeWidth": 1.5, "yOffset": rows.down},
            {"x": field("lower_bound", scale=scale, axis=None), "x2": {"field": "upper_bound"}, "y": _row()},
            transform=[{"filter": _VALID.format("lower_bound")}],
        ),
        _value_text(rows, scale),
        _zero(theme, scale),
        inside_layer(rows.value_size, {"x": field("value", scale=scale, axis=None), "y": _row()}, rows.down),
        row_layer(theme, {"x": field("printed", scale=scale, axis=None), "y": _row()}, rows.down),
    ]


def grouped(figure: Figure, theme: Theme, rows: Rows) -> list[Layer]:
    """One bar a series under each name."""
    scale = _scale()
    names = [style.label for style in figure.encoding.styles]
    layers = [_names(theme, rows)]
    for place, name in enumerate(names):
        down = rows.down + (place - (len(names) - 1) / 2) * rows.pitch
        only = [{"filter": {"field": "series", "equal": name}}]
        encoding = {
            "x": field("value", scale=scale, axis=None),
            "y": _row(),
            "stroke": stroke_scales(figure)[1],
            "fill": hollow(figure, rows.legend),
            **tooltip(figure, theme),
        }
        mark = {"type": "bar", "size": rows.bar, "yOffset": down, "strokeWidth": theme.line - 1}
        layers += [layer(mark, encoding, transform=only), _value_text(rows, scale, down=down, transform=only)]
    return [*layers, _zero(theme, scale)]


def stacked(figure: Figure, theme: Theme, rows: Rows) -> list[Layer]:
    """The parts of a whole as one bar a name, each with its number where it has room."""
    scale = {"domain": [expr("low"), expr("high")], "nice": False, "zero": True, "range": [0, expr("width")]}
    at = {"x": field("begin", scale=scale, axis=None), "x2": {"field": "end"}, "y": _row()}
    styles = figure.encoding.styles
    colours = {"domain": [one.label for one in styles], "range": [one.colour for one in styles]}
    fill = {"fill": field("series", "nominal", legend=rows.legend, scale=colours), **tooltip(figure, theme)}
    size = rows.value_size
    is_wide = f"(datum.end - datum.begin) / (high - low) * width > datum.part_width * {size} + 6"
    text = _text(size) | {"align": "center", "dy": rows.down, "opacity": expr(f"{is_wide} ? 1 : 0")}
    ink = {"field": "ink", "type": "nominal", "scale": None, "legend": None}
    middle = {"calculate": "(datum.begin + datum.end) / 2", "as": "middle"}
    number = {"x": field("middle", scale=scale, axis=None), "y": _row(), "text": field("part", "nominal"), "color": ink}
    return [
        _names(theme, rows),
        layer({"type": "bar", "size": rows.bar, "yOffset": rows.down, "stroke": PAPER, "strokeWidth": 1}, at | fill),
        layer(text, number, transform=[middle]),
    ]


def dumbbell(figure: Figure, theme: Theme, rows: Rows) -> list[Layer]:
    """Two points a name and the way between them; the lower value is written left, the higher right."""
    scale = _scale(both_sides=True)
    colour, shape = series_scales(figure, rows.legend)
    at = {"x": field("value", scale=scale, axis=None), "y": _row()}
    fill = {"color": colour, "shape": shape, "fill": hollow(figure, rows.legend), **tooltip(figure, theme)}
    guide = {"type": "rule", "color": RULE, "strokeWidth": 1, "yOffset": rows.down}
    way = {"type": "line", "color": QUIET, "strokeWidth": 4, "yOffset": rows.down}
    point = {"type": "point", "size": theme.pair, "opacity": 1, "strokeWidth": 2.5, "yOffset": rows.down}
    layers = [
        _names(theme, rows),
        *([layer(guide, {"y": _row()})] if theme.names_beside else []),
        layer(way, at | {"detail": {"field": "label"}}),
        layer(point, at | fill),
        row_layer(theme, {"x": field("printed", scale=scale, axis=None), "y": _row()}, rows.down),
    ]
    order = {"window": [{"op": "row_number", "as": "nth"}], "sort": [{"field": "value"}], "groupby": ["label"]}
    for test, align, dx in (("datum.nth === 1", "right", -12), ("datum.nth > 1", "left", 12)):
        text = _text(rows.value_size) | {"align": align, "dx": dx, "dy": rows.down}
        labelled = at | {"text": field("shown", "nominal")}
        layers.append(layer(text, labelled, transform=[order, {"filter": test}]))
    return layers


def _scale(*, both_sides: bool = False) -> dict[str, Any]:
    """The axis of values, with room for the number at the end of a mark."""
    start: Any = expr("room" if both_sides else "low < 0 ? room : 0")
    return {
        "domain": [expr("low"), expr("high")],
        "nice": False,
        "zero": True,
        "range": [start, expr("width - room")],
    }


def _row() -> Layer:
    """A band for each name; the names are a layer of their own, so that they wrap."""
    return field("label", "nominal", sort=None, axis=None, scale={"type": "band", "padding": 0})


def _text(size: float) -> Layer:
    return {"type": "text", "baseline": "middle", "fontSize": size, "fontWeight": "bold", "color": INK}


def _value_text(rows: Rows, scale: Layer, down: float | None = None, transform: list[Layer] | None = None) -> Layer:
    """The value at the end of its bar, or of the whole behind it: left of a bar below zero."""
    text = {
        "align": expr("datum.value < 0 ? 'right' : 'left'"),
        "dx": expr("datum.value < 0 ? -8 : isValid(datum.printed) ? 18 : 8"),
        "dy": rows.down if down is None else down,
    }
    encoding = {
        "x": field("reach", scale=scale, axis=None),
        "y": _row(),
        "text": field("told", "nominal"),
    }
    return layer(_text(rows.value_size) | text, encoding, transform=transform)


def _zero(theme: Theme, scale: Layer) -> Layer:
    """The line that bars start from; on the page, where names would cross it, only with bars below zero."""
    opacity: Any = 1 if theme.names_beside else expr("low < 0 ? 1 : 0")
    mark = {"type": "rule", "color": GREY, "strokeWidth": 1.5, "opacity": opacity}
    return {"data": {"values": [{"zero": 0}]}, **layer(mark, {"x": field("zero", scale=scale, axis=None)})}


def _names(theme: Theme, rows: Rows) -> Layer:
    """The names of the rows, the asked area in bold: beside the plot in wrapped lines, or above their marks."""
    mark: Layer = {
        "type": "text",
        "baseline": "middle",
        "fontSize": rows.name_size,
        "color": INK,
        "fontWeight": expr("datum.own ? 'bold' : 'normal'"),
    }
    if theme.names_beside:
        lines = expr(f"-(datum.lines - 1) * {round(rows.name_size * 0.575, 3)}")
        mark |= {"align": "right", "x": rows.name_left, "lineHeight": rows.name_size * 1.15, "dy": lines}
        return layer(mark, {"y": _row(), "text": field("text", "nominal")}, data="names")
    mark |= {"align": "left", "x": 0, "dy": -rows.name_up, "limit": expr("width")}
    pointed = field("label", "nominal", title=" ")
    return layer(mark, {"y": _row(), "text": field("label", "nominal"), "tooltip": pointed}, data="names")
