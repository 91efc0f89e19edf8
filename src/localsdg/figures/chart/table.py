"""A figure that is a table, as layers of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.layout import MARGIN, Block, fit, text_width
from localsdg.figures.chart.palette import GREY, INK, RULE

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure

#: Share of the width that a column takes of those that are there.
_SHARES = {"label": 0.22, "series": 0.58, "year": 0.08, "shown": 0.12}
#: The size of a text in two lines beside that of a text in one.
_SMALLER = 0.82


def table(figure: Figure, height: float, width: float) -> list[dict[str, Any]]:
    """Cells and rules in as many lines as the figure has rows, over the whole width of a picture."""
    columns = [column for column in _SHARES if column in figure.columns]
    heads = dict(zip(figure.columns, figure.headers, strict=True))
    cells = [[heads[column] for column in columns]] + [[str(row[column]) for column in columns] for row in figure.rows]
    step = min(32.0, height / len(cells))
    total, inner = sum(_SHARES[column] for column in columns), width - 2 * MARGIN
    layers, left = [], 0.0
    for place, column in enumerate(columns):
        column_width = inner * _SHARES[column] / total
        column_cells = [row[place] for row in cells]
        blocks = _column(column_cells, column_width - 10, min(15.0, step * 0.48), is_bold=column == "shown")
        layers += [
            _cell(block, left, (line + 0.5) * step, is_bold=line == 0 or column == "shown")
            for line, block in enumerate(blocks)
        ]
        left += column_width
    return layers + [_rule(inner, line * step, RULE if line > 1 else GREY) for line in range(1, len(cells))]


def _column(cells: list[str], width: float, size: float, *, is_bold: bool) -> list[Block]:
    """The cells of a column in one size: two lines in a smaller one where any of its cells needs them."""
    is_one_line = all(text_width(cell, size, bold=is_bold) <= width for cell in cells[1:])
    head = fit(cells[0], width, (size, size * _SMALLER), 1, bold=True)
    body_size, most = (size, 1) if is_one_line else (size * _SMALLER, 2)
    return [head, *(fit(cell, width, (body_size,), most, bold=is_bold) for cell in cells[1:])]


def _cell(block: Block, left: float, middle: float, *, is_bold: bool) -> dict[str, Any]:
    mark = {
        "type": "text",
        "align": "left",
        "baseline": "top",
        "x": left,
        "y": middle - len(block.lines) * block.size * 0.55,
        "fontSize": block.size,
        "lineHeight": block.size * 1.1,
        "color": INK,
        "fontWeight": "bold" if is_bold else "normal",
        "text": list(block.lines),
    }
    return {"data": {"values": [{}]}, "mark": mark, "encoding": {}}


def _rule(width: float, y: float, colour: str) -> dict[str, Any]:
    mark = {"type": "rule", "x": 0, "x2": width, "y": y, "color": colour, "opacity": 1}
    return {"data": {"values": [{}]}, "mark": mark, "encoding": {}}
