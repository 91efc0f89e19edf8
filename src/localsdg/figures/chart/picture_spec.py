"""The chart of a figure as a whole picture: title, subtitle and foot around it, and room for its words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.datasets import datasets, ends, params
from localsdg.figures.chart.foot import LINES
from localsdg.figures.chart.foot import foot as foot_block
from localsdg.figures.chart.layout import (
    MARGIN,
    Block,
    Pad,
    fit,
    parts_held,
    shortened,
    signs_held,
    text_width,
    wrap,
)
from localsdg.figures.chart.line_chart import SMALLER
from localsdg.figures.chart.matrix import names as matrix_names
from localsdg.figures.chart.matrix import widest_number
from localsdg.figures.chart.palette import GREY, INK, PAPER
from localsdg.figures.chart.printed_points import told_width, words_width
from localsdg.figures.chart.size import WIDE, Size
from localsdg.figures.chart.spec import chart_spec
from localsdg.figures.chart.table import table
from localsdg.figures.chart.theme import PICTURE, WIDEST_NAME, Rows, config, picture_rows

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure

_TITLE_SIZES, _SUBTITLE_SIZES = (26.0, 23.0, 20.0, 18.0), (17.0, 15.0, 13.0)
#: Pixels: the least size of a name beside bars, 18 points of a picture of 1920 x 1080.
_SMALLEST_NAME = 12.0
#: Pixels: the legend above a plot, the axis of years below it, above and below bars.
_LEGEND, _YEARS, _EDGE = 34, 30, 5


def picture_spec(figure: Figure, size: Size = WIDE) -> dict[str, Any]:
    """The Vega-Lite specification of the whole picture, data included."""
    inner = size.width - 2 * MARGIN
    title = fit(signs_held(figure.title), inner, _TITLE_SIZES, _lines(3, size), bold=True)
    under = fit(parts_held(figure.subtitle, inner, _SUBTITLE_SIZES[0]), inner, _SUBTITLE_SIZES, _lines(2, size))
    foot = foot_block(figure, inner, _lines(LINES, size))
    top = MARGIN - 10 + title.height + 4 + under.height + 14
    bottom = size.height - (foot.height + MARGIN - 10)
    chart, pad = _chart(figure, bottom - top, size)
    height = bottom - top - pad.top - pad.bottom
    origin = (pad.left, top + pad.top)
    chart["layer"] = [
        *chart["layer"],
        _text(title, origin, MARGIN - 10, INK, bold=True),
        _text(under, origin, MARGIN - 10 + title.height + 4, GREY),
        _text(foot, origin, bottom + 10, GREY),
    ]
    return {
        **chart,
        "width": size.width - pad.left - pad.right,
        "height": height,
        "autosize": {"type": "none"},
        "padding": {"left": pad.left, "right": pad.right, "top": origin[1], "bottom": size.height - origin[1] - height},
        "description": f"{figure.title}. {figure.subtitle}",
    }


def plain_spec(figure: Figure, size: Size) -> dict[str, Any]:
    """The chart alone, without title, foot and margins, for a place that has these beside it; no table."""
    chart, pad = _chart(figure, size.height, size)
    height = size.height - pad.top - pad.bottom
    return {
        **chart,
        "width": size.width - pad.left - pad.right,
        "height": height,
        "autosize": {"type": "none"},
        "padding": {"left": pad.left - MARGIN, "right": pad.right - MARGIN, "top": pad.top, "bottom": pad.bottom},
        "description": f"{figure.title}. {figure.subtitle}",
    }


def _lines(most: int, size: Size) -> int:
    """How many lines a text may take of those on a wide picture: half as many more on one that is narrow."""
    return round(most * min(1.5, max(1.0, WIDE.width / size.width)))


def _chart(figure: Figure, room: float, size: Size) -> tuple[dict[str, Any], Pad]:
    """The chart with its data, and the room that its words take around the plot."""
    if figure.kind == "table":
        body = {"background": PAPER, "config": config(PICTURE), "layer": table(figure, room, size.width)}
        return body, Pad(MARGIN, MARGIN, 0, 0)
    theme = replace(PICTURE, sources_beside=size.width >= WIDE.width)
    values = params(figure, theme)
    names: list[dict[str, Any]] = [{"label": label} for label in figure.encoding.order]
    rows = Rows(0, 0, 0, 0, 0, 0)
    if figure.kind in ("line", "column"):
        pad, values["inset"] = _upright_pad(figure, room, values, size)
    elif figure.kind == "tile_map":
        pad = Pad(MARGIN, MARGIN, _LEGEND, 4)
        rows = replace(rows, legend={"orient": "none", "direction": "horizontal", "legendX": 0, "legendY": -28})
    elif figure.kind == "heat_map":
        pad, rows, names = _map_rows(figure, room, size)
        values["room"] = widest_number(figure, rows.value_size)
    else:
        pad, rows, names = _rows(figure, room, size)
        if figure.kind != "stacked_bar":
            values["room"] = round(told_width(figure, theme, rows.value_size)) + 16
    height = room - pad.top - pad.bottom
    spec = chart_spec(figure, PICTURE, rows)
    spec["params"] = [param | {"value": values.get(param["name"], param["value"])} for param in spec["params"]]
    return spec | {"datasets": datasets(figure, theme, names, height)}, pad


def _beside(size: Size) -> float:
    """Pixels that words beside a plot may take."""
    return WIDEST_NAME * min(1.0, size.width / WIDE.width)


def _upright_pad(figure: Figure, room: float, values: dict[str, Any], size: Size) -> tuple[Pad, float]:
    """The room around lines or columns, and that before the first year."""
    axis = MARGIN + 14 + max(text_width(text, PICTURE.axis_size) for text in values["written"])
    if figure.kind == "column":
        is_crowded = size.width - 2 * MARGIN <= (values["room"] - 18) * len(figure.encoding.order) * SMALLER
        return Pad(axis if is_crowded else MARGIN, MARGIN, 24, _YEARS), 14
    labels = ends(figure, PICTURE, room - 14 - _YEARS)
    widths = {row["align"]: text_width(row["text"], PICTURE.value_size, bold=True) for row in labels}
    right = max(
        (text_width(row["text"], PICTURE.value_size, bold=True) for row in labels if row["align"] == "left"),
        default=0.0,
    )
    right = max(right, words_width(figure, PICTURE))
    return Pad(axis, min(MARGIN + 26 + right, _beside(size)), 14, _YEARS), max(16.0, widths.get("right", 0))


def _rows(figure: Figure, room: float, picture: Size) -> tuple[Pad, Rows, list[dict[str, Any]]]:
    """The room left of horizontal bars, their rows, and their names in wrapped lines."""
    top = _EDGE if figure.kind == "bar" else _LEGEND
    labels = figure.encoding.order
    step = (room - top - _EDGE) / max(len(labels), 1)
    size, most = _name_size(labels, step, widest := _beside(picture))
    lines = {label: shortened(wrap(label, widest, size), most, widest, size) for label in labels}
    left = MARGIN + max(text_width(line, size) for texts in lines.values() for line in texts) + 12
    legend = {"orient": "none", "direction": "horizontal", "legendX": MARGIN - left, "legendY": -28}
    rows = picture_rows(figure, room - top - _EDGE, size, -10, legend)
    names = [
        {
            "label": label,
            "own": label == figure.encoding.highlight,
            "text": texts if len(texts) > 1 else texts[0],
            "lines": len(texts),
        }
        for label, texts in lines.items()
    ]
    return Pad(left, MARGIN, top, _EDGE), rows, names


def _name_size(labels: tuple[str, ...], step: float, widest: float) -> tuple[float, int]:
    """The size of names and in how many lines: the largest size in which none is cut, as far as there is one."""
    largest = min(PICTURE.name_size, max(_SMALLEST_NAME, step * (0.62 if step < 34 else 0.42)))
    sizes = [largest - cut for cut in range(6) if largest - cut >= _SMALLEST_NAME]
    for size in sizes:
        most = 2 if step >= 2.2 * size else 1
        if all(len(wrap(label, widest, size)) <= most for label in labels):
            return size, most
    return largest, 2 if step >= 2.2 * largest else 1


def _map_rows(figure: Figure, room: float, picture: Size) -> tuple[Pad, Rows, list[dict[str, Any]]]:
    """The rows of a heat map that share the room, and its names."""
    pad = Pad(MARGIN, MARGIN, _EDGE, _EDGE)
    step = (room - 2 * _EDGE) / len(figure.encoding.order)
    size = min(PICTURE.name_size, max(_SMALLEST_NAME, step * 0.62))
    rows = picture_rows(figure, room - 2 * _EDGE, size, 0, {})
    return pad, rows, matrix_names(figure, size, rows.name_width)


def _text(block: Block, origin: tuple[float, float], y: float, colour: str, *, bold: bool = False) -> dict[str, Any]:
    """A block of text at a place of the whole picture; layers count from the plot's corner."""
    mark = {
        "type": "text",
        "align": "left",
        "baseline": "top",
        "x": MARGIN - origin[0],
        "y": y - origin[1],
        # the word alone is a function of Vega's expressions, and the whole picture would fail
        "text": [f"{line} " if line == "if" else line for line in block.lines],
        "fontSize": block.size,
        "lineHeight": block.size * block.leading,
        "color": colour,
        "fontWeight": "bold" if bold else "normal",
    }
    return {"data": {"values": [{}]}, "mark": mark, "encoding": {}}
