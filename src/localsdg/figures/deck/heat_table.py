"""A heat map on a slide: a native table whose cells have numbers and colours, to be edited as any table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.matrix import cells, has_diagonal, short
from localsdg.figures.chart.palette import INK
from localsdg.figures.deck.chart_data import plain
from localsdg.figures.deck.frame import EMU, Box
from localsdg.figures.deck.looks import rgb
from localsdg.figures.deck.text import text_width, wrap

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure

#: Points: type in the cells, the widest cell, the highest row, between a name and the cells.
_LARGEST, _SMALLEST, _WIDEST, _HIGHEST, _APART = 16.0, 10.0, 92.0, 42.0, 8.0
#: Points: the least type of a column's head, where a long word would else be cut.
_LEAST_HEAD = 8.0
#: Height of a row beside its type: a line, as there are no margins.
_ROW = 1.22
#: A cell of a pair without a row.
_BLANK = "#f4f6f8"


def add_heat_table(slide: Any, figure: Figure, box: Box) -> Any:
    """The figure as a table in the box (points); returns the graphic frame.

    A triangle has each name at the end of its row, in the cells that have no pair, joined to one.
    """
    is_triangle = figure.encoding.is_triangle
    return (_triangle if is_triangle else _matrix)(slide, figure, box)


def _triangle(slide: Any, figure: Figure, box: Box) -> Any:
    order, step = figure.encoding.order, 1 if has_diagonal(figure) else 0
    n = len(order) - 1 + step
    height = min(_HIGHEST, box.height / len(order))
    size = min(_LARGEST, max(_SMALLEST, height / _ROW))
    rooms = [
        (box.width - text_width(name, size) - _APART) / (place + step)
        for place, name in enumerate(order)
        if place + step
    ]
    width = min(_WIDEST, *rooms)
    table, frame = _table(slide, box, len(order), n + 1, height)
    for place in range(n):
        table.columns[place].width = round(width * EMU)
    table.columns[n].width = round((box.width - n * width) * EMU)
    _numbers(table, figure, size, 0, 0)
    for down, name in enumerate(order):
        first = down + step
        cell = table.cell(down, first)
        if first < n:
            cell.merge(table.cell(down, n))
        _write(cell, name, size, INK, None, align="LEFT")
        for across in range(first):
            if not table.cell(down, across).text_frame.text:
                _write(table.cell(down, across), "", size, INK, _BLANK)
    return frame


def _matrix(slide: Any, figure: Figure, box: Box) -> Any:
    order, across = figure.encoding.order, figure.encoding.across
    sizes = [_LARGEST - step / 2 for step in range(round(2 * (_LARGEST - _SMALLEST)) + 1)]
    for size in sizes:  # the largest that fits, else the smallest
        left = min(box.width * 0.42, max(text_width(name, size) for name in order) + 2 * _APART)
        width = min(1.6 * _WIDEST, (box.width - left) / len(across))
        heads = [name if len(wrap(name, width - 6, size)) <= 3 else short(name) for name in across]
        head_size = _head_size(heads, width - 6, size)
        head = max(len(wrap(name, width - 6, head_size)) for name in heads) * head_size * 1.2 + 4
        height = min(_HIGHEST, (box.height - head) / len(order))
        if height >= size * _ROW:
            break
    # a name in two lines would make its row higher than its place
    is_short = any(text_width(name, size) + 2 * _APART > left for name in order)
    if is_short and all(short(name) != name for name in order):
        order, left = tuple(map(short, order)), text_width("00", size) + 3 * _APART
        width = min(1.6 * _WIDEST, (box.width - left) / len(across))
    table, frame = _table(slide, box, len(order) + 1, len(across) + 1, height)
    table.columns[0].width = round(left * EMU)
    table.rows[0].height = round(head * EMU)
    _write(table.cell(0, 0), "", size, INK, None)
    for place, name in enumerate(heads, start=1):
        table.columns[place].width = round(width * EMU)
        _write(table.cell(0, place), name, head_size, INK, None)
    _numbers(table, figure, size, 1, 1)
    for down, name in enumerate(order, start=1):
        _write(table.cell(down, 0), name, size, INK, None, align="RIGHT")
        for place in range(1, len(across) + 1):
            if not table.cell(down, place).text_frame.text:
                _write(table.cell(down, place), "", size, INK, _BLANK)
    return frame


def _head_size(heads: list[str], width: float, size: float) -> float:
    """The largest type up to `size` in which the longest word is whole in `width` points, at least `_LEAST_HEAD`."""
    longest = max((text_width(word, 1.0) for name in heads for word in name.split()), default=0.0)
    return max(_LEAST_HEAD, min(size, int(2 * width / longest) / 2)) if longest else size


def _table(slide: Any, box: Box, n_rows: int, n_columns: int, height: float) -> tuple[Any, Any]:
    """A table without the looks of a head and of bands."""
    frame = slide.shapes.add_table(n_rows, n_columns, *Box(box.left, box.top, box.width, n_rows * height).emu)
    table = frame.table
    table.first_row = table.horz_banding = False
    for row in table.rows:
        row.height = round(height * EMU)
        for cell in row.cells:
            cell.margin_top = cell.margin_bottom = 0
            # a cell without text, or joined to another, is else as high as type of 18 points
            paragraph = cell.text_frame.paragraphs[0]._p
            paragraph.get_or_add_endParaRPr().set("sz", str(round(_SMALLEST * 100)))
    return table, frame


def _numbers(table: Any, figure: Figure, size: float, top: int, left: int) -> None:
    """The numbers and colours of the cells, from a row and a column of the table on."""
    columns = cells(figure)
    room = table.columns[left].width / EMU - 3
    size = min(size, *(size * room / text_width(text, size) for text in columns["cell"]))
    for down, across, text, colour, ink in zip(
        columns["down"], columns["across"], columns["cell"], columns["fill"], columns["ink"], strict=True
    ):
        _write(table.cell(down + top, across + left), text, size, ink, colour)


def _write(cell: Any, text: str, size: float, ink: str, colour: str | None, *, align: str = "CENTER") -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    cell.margin_left = round((_APART - 2 if align == "LEFT" else 1) * EMU)
    cell.margin_right = round((_APART - 2 if align == "RIGHT" else 1) * EMU)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    if colour:
        cell.fill.solid()
        cell.fill.fore_color.rgb = rgb(colour)
    else:
        cell.fill.background()
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = getattr(PP_ALIGN, align)
    if not text:
        return
    run = paragraph.add_run()
    run.text = plain(text)
    run.font.size, run.font.bold = Pt(size), False
    run.font.color.rgb = rgb(ink)
