"""Tiles on a slide: a grid of native shapes with a legend, to be edited as any shape.

For figures that have a place for each name, such as a map of equal tiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from localsdg.figures.chart.palette import GREY, INK, ink_on
from localsdg.figures.deck.chart_data import plain
from localsdg.figures.deck.frame import Box
from localsdg.figures.deck.looks import fill, length, rgb
from localsdg.figures.deck.text import text_width

#: Points: type in tiles, and the least that is read; the gap between tiles; the legend's line, type and key.
_LARGEST, _SMALLEST, _GAP = 14.0, 10.0, 1.5
#: Height of capital letters and the room around them, over their type.
_CAPITALS = 0.95
_LEGEND, _LEGEND_TYPE, _KEY = 26.0, 14.0, 14.0


@dataclass(frozen=True)
class Tile:
    """A cell of the grid, counted from the upper left corner."""

    column: int
    row: int
    text: str  # short: three letters
    colour: str  # "#rrggbb"
    heard: str  # the alternative text: name and value
    outline: str = ""  # of a tile without a value


def add_tiles(slide: Any, tiles: list[Tile], legend: list[tuple[str, str]], box: Box) -> Any:
    """A group of the tiles in the box (points), the legend (words, colour) above them; returns the group.

    Tiles share the box's width and height; their words are left out where the type would be below ten points.
    """
    shapes, made = slide.shapes, []
    # each shape would look through all others for the next free number
    shapes.turbo_add_enabled = True
    top = box.top + (_LEGEND if legend else 0)
    width = box.width / (max(tile.column for tile in tiles) + 1)
    height = (box.top + box.height - top) / (max(tile.row for tile in tiles) + 1)
    widest = max(text_width(tile.text, 1.0) for tile in tiles) or 1.0
    size = min(_LARGEST, (width - _GAP) / widest, (height - _GAP) / _CAPITALS)
    for tile in tiles:
        place = Box(box.left + tile.column * width, top + tile.row * height, width - _GAP, height - _GAP)
        shape = _rectangle(shapes, place, tile.colour, tile.outline)
        made.append(shape)
        shape.name = plain(tile.text)
        shape._element.xpath("./*/p:cNvPr")[0].set("descr", plain(tile.heard))
        if size >= _SMALLEST:
            _write(shape, plain(tile.text), size, ink_on(tile.colour), "CENTER")
    left = box.left
    for words, colour in legend:
        key = _rectangle(shapes, Box(left, box.top + 3, _KEY, _KEY), colour, GREY)
        key.name = "key"
        broad = text_width(words, _LEGEND_TYPE) + 8
        label = shapes.add_textbox(*Box(left + _KEY + 5, box.top, broad, 20).emu)
        made += [key, label]
        _write(label, plain(words), _LEGEND_TYPE, INK, "LEFT")
        left += _KEY + broad + 16
    shapes.turbo_add_enabled = False
    return shapes.add_group_shape(made)  # at the end: a group measures itself anew with each shape that is added


def _rectangle(shapes: Any, box: Box, colour: str, outline: str) -> Any:
    from pptx.enum.shapes import MSO_SHAPE

    shape = shapes.add_shape(MSO_SHAPE.RECTANGLE, *box.emu)
    fill(shape, colour, outline or colour)
    # the style of the theme has a shadow, which LibreOffice draws in groups even where it is taken back
    for style in shape._element.xpath("./p:style"):
        style.getparent().remove(style)
    return shape


def _write(shape: Any, text: str, size: float, colour: str, align: str) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

    frame = shape.text_frame
    frame.word_wrap = False
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = frame.paragraphs[0]
    paragraph.alignment = getattr(PP_ALIGN, align)
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = length(size), False
    run.font.color.rgb = rgb(colour)
