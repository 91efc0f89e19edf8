"""A matrix of two categories as cells with numbers, as layers of Vega-Lite.

Pairs of one list of names are a lower triangle: each name is at the end of its
row, which is the head of its column too, so that no text is turned. Other
matrices have names at the left and heads above. Darker is more; the number is
in the cell. A pair without a row is an empty cell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from localsdg.figures.chart.encoding import Layer, expr, field, layer, tooltip
from localsdg.figures.chart.layout import text_width, wrap
from localsdg.figures.chart.matrix import (
    APART,
    LEADING,
    TURNED,
    WIDEST,
    WIDEST_OF_MATRIX,
    has_diagonal,
    short,
    status_looks,
    turned_height,
    turns_heads,
    widest_head,
)
from localsdg.figures.chart.palette import INK, RULE

if TYPE_CHECKING:
    from localsdg.figures.chart.theme import Rows, Theme
    from localsdg.figures.data.figure import Figure

#: Pixels: a plot so narrow that names are short, the smallest number in a cell.
_NARROW, _SMALLEST = 480, 8
#: How much wider than Helvetica the fonts of a page may be.
_SLACK = 1.06
#: Share of a cell that is left free at each side.
_EDGE = 0.025


def heat_map(figure: Figure, theme: Theme, rows: Rows) -> list[Layer]:
    """Cells, their numbers, and the names of rows and columns."""
    n, n_lines = len(figure.encoding.across), len(figure.encoding.order)
    left, cell = _left(figure, rows), _cell_width(figure, rows)
    is_narrow = _narrow(figure, theme, rows, cell)
    top = expr(f"{is_narrow} ? {turned_height(figure)} : {rows.head}") if turns_heads(figure) else rows.head
    down = {"domain": [0, n_lines], "range": [top, expr("height")], "nice": False, "zero": False}
    across = {"domain": [0, n], "range": [expr(left), expr(f"{left} + {n} * {cell}")], "nice": False, "zero": False}

    def at(x: str, y: str) -> Layer:
        return {"x": field(x, scale=across, axis=None), "y": field(y, scale=down, axis=None)}

    def look(name: str) -> Layer:
        return {"field": name, "type": "nominal", "scale": None, "legend": None}

    box = at("left", "top") | {"x2": {"field": "right"}, "y2": {"field": "bottom"}}
    edges = _calculated(left=f"across + {_EDGE}", right=f"across + {1 - _EDGE}") + _calculated(
        top=f"down + {_EDGE}", bottom=f"down + {1 - _EDGE}"
    )
    centre = _calculated(x="across + 0.5", y="down + 0.5")
    blank: Layer = {"type": "rect", "stroke": RULE, "strokeWidth": 1, "fillOpacity": 0}
    numbered = at("x", "y") | {"text": field("cell", "nominal"), "color": look("ink")}
    return [
        layer(blank, box, data="blanks", transform=edges),
        layer({"type": "rect"}, box | {"fill": _fill(figure, theme)} | tooltip(figure, theme), transform=edges),
        layer(_number(rows, cell), numbered, transform=centre),
        layer(_name(rows, is_narrow), at("across", "down") | {"text": _name_text(is_narrow)}, data="names"),
    ]


def _calculated(**formulas: str) -> list[Layer]:
    return [{"calculate": f"datum.{formula}", "as": name} for name, formula in formulas.items()]


def _number(rows: Rows, cell: str) -> Layer:
    """A number as large as its cell lets it be; where there is no room it is under the finger and in the table."""
    size = f"min({rows.value_size}, ({cell} - 5) / room * {rows.value_size})"
    return {
        "type": "text",
        "baseline": "middle",
        "align": "center",
        "fontSize": expr(f"max({_SMALLEST}, {size})"),
        "opacity": expr(f"{size} < {_SMALLEST} ? 0 : 1"),
    }


def _narrow(figure: Figure, theme: Theme, rows: Rows, cell: str) -> str:
    """Whether names are short, or heads without a number turned, as an expression of Vega."""
    if not turns_heads(figure):
        return f"(width < {_NARROW})"
    if theme.names_beside:  # a picture has its height and no room for turned heads
        return "(false)"
    return f"({cell} < {round(widest_head(figure, rows.name_size) + 4)})"


def _fill(figure: Figure, theme: Theme) -> Layer:
    """The colour of a cell; a page explains those of statuses, for whose words its cells may be too narrow."""
    if figure.encoding.colour != "status" or theme.names_beside:
        return {"field": "fill", "type": "nominal", "scale": None, "legend": None}
    looks = status_looks(figure)
    legend = {"columns": expr(f"width < {_NARROW} ? 2 : width < {2 * _NARROW} ? 3 : 0"), "symbolType": "square"}
    return field("status", "nominal", scale={"domain": list(looks), "range": list(looks.values())}, legend=legend)


def _name(rows: Rows, is_narrow: str) -> Layer:
    turned = f"({is_narrow} && datum.turn)"
    places = {
        "align": expr(f"{turned} ? 'left' : datum.align"),
        "baseline": expr(f"{turned} ? 'middle' : datum.baseline"),
        "dx": expr(f"{turned} ? {APART} : datum.dx"),
        "dy": expr(f"{turned} ? 0 : {is_narrow} ? datum.dy_short : datum.dy"),
        "angle": expr(f"{turned} ? -90 : 0"),
    }
    size = f"({turned} ? {TURNED} : datum.size || {rows.name_size})"
    look = {"fontSize": expr(size), "lineHeight": expr(f"{size} * {LEADING}"), "lineBreak": "\n"}
    return {"type": "text", "color": INK, **look, **places}


def _name_text(is_narrow: str) -> Layer:
    narrow = {"test": is_narrow, "value": expr("datum.short")}
    return {"condition": narrow, "field": "text", "type": "nominal"}


def _left(figure: Figure, rows: Rows) -> str:
    """Pixels left of the cells, as an expression of Vega."""
    if figure.encoding.is_triangle:
        return "0"
    lines = [line for name in figure.encoding.order for line in wrap(name, rows.name_width, rows.name_size)]
    return str(round(max(text_width(line, rows.name_size) for line in lines) * _SLACK + APART + 4))


def _cell_width(figure: Figure, rows: Rows) -> str:
    """Pixels of a cell, as an expression of Vega: all cells and the names behind them fit into the plot."""
    if not figure.encoding.is_triangle:
        return f"min({WIDEST_OF_MATRIX}, (width - {_left(figure, rows)}) / {len(figure.encoding.across)})"
    step = 1 if has_diagonal(figure) else 0

    def widest(text: Callable[[str], str]) -> str:
        rooms = [
            f"(width - {round(text_width(text(name), rows.name_size) * _SLACK + APART)}) / {place + step}"
            for place, name in enumerate(figure.encoding.order)
            if place + step
        ]
        return f"min({', '.join(rooms)})"

    return f"min({WIDEST}, width < {_NARROW} ? {widest(short)} : {widest(str)})"
