"""A map of equal tiles, one a country, as layers of Vega-Lite: no borders, and no country is too small to see.

The darker a tile, the higher its class; a tile without a value is an outline. The code of the country is in the
tile where the tile is wide enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.encoding import Layer, expr, field, layer, tooltip
from localsdg.figures.chart.palette import GREY, PAPER, RULE, ink_on
from localsdg.figures.chart.tiles import size, tiles

if TYPE_CHECKING:
    from localsdg.figures.chart.theme import Rows, Theme
    from localsdg.figures.data.figure import Figure

#: Share of a tile that is left free at its right and lower edge.
_GAP = 0.06
#: Pixels: of a tile that holds a code, and of the type in it.
_LEAST_WIDTH, _LARGEST = 24, 17


def tile_map(figure: Figure, theme: Theme, rows: Rows) -> list[Layer]:
    """Tiles with and without a value, the codes in them, and a legend of the classes."""
    columns, lines = size()
    across = {"domain": [0, columns], "range": [0, expr("width")], "nice": False, "zero": False}
    down = {"domain": [0, lines], "range": [0, expr("height")], "nice": False, "zero": False}

    def at(x: str, y: str) -> Layer:
        return {"x": field(x, scale=across, axis=None), "y": field(y, scale=down, axis=None)}

    box = at("tile_column", "tile_row") | {"x2": {"field": "right"}, "y2": {"field": "bottom"}}
    centre = at("middle", "centre")
    ends = [
        {"calculate": f"datum.tile_{name} + {share}", "as": end}
        for name, share, end in (
            ("column", 1 - _GAP, "right"),
            ("row", 1 - _GAP, "bottom"),
            ("column", (1 - _GAP) / 2, "middle"),
            ("row", (1 - _GAP) / 2, "centre"),
        )
    ]
    placed = [{"filter": "isValid(datum.tile_column)"}, *ends]
    names = [style.label for style in figure.encoding.styles]
    colours = [style.colour for style in figure.encoding.styles]
    fill = field("series", "nominal", scale={"domain": names, "range": colours}, legend={**rows.legend})
    type_size = expr(f"min({_LARGEST}, width / {columns} * 0.36)")
    code: Layer = {"type": "text", "fontWeight": "bold", "fontSize": type_size}
    code["opacity"] = expr(f"width / {columns} < {_LEAST_WIDTH} ? 0 : 1")
    ink = field("ink", "nominal", scale=None, legend=None)
    empty: Layer = {"type": "rect", "stroke": RULE, "strokeWidth": 1, "fill": PAPER}
    return [
        layer(empty, box | tooltip_of_empty(theme), data="blanks", transform=ends),
        layer(
            code | {"color": GREY, "fontWeight": "normal"},
            centre | {"text": field("iso3", "nominal")},
            data="blanks",
            transform=ends,
        ),
        layer(
            {"type": "rect", "stroke": GREY, "strokeWidth": 0.5},
            box | {"fill": fill} | tooltip(figure, theme),
            transform=placed,
        ),
        layer(code, centre | {"text": field("iso3", "nominal"), "color": ink}, transform=placed),
    ]


def tooltip_of_empty(theme: Theme) -> Layer:
    """What the pointer shows of a tile without a value: its code alone; nothing in a picture."""
    return {"tooltip": field("label", "nominal", title="–")} if theme.pointer else {}


def tile_columns(figure: Figure) -> dict[str, list[Any]]:
    """Columns of the rows: place, code and ink of each tile; None for a row without a tile, such as the World."""
    colours = {style.label: style.colour for style in figure.encoding.styles}
    found = [tiles().get(str(row["code"])) for row in figure.rows]
    return {
        "tile_column": [tile.column if tile else None for tile in found],
        "tile_row": [tile.row if tile else None for tile in found],
        "iso3": [tile.iso3 if tile else None for tile in found],
        "ink": [ink_on(colours[row["series"]]) if tile else None for row, tile in zip(figure.rows, found, strict=True)],
    }


def empty_tiles(figure: Figure) -> list[dict[str, Any]]:
    """The tiles of countries without a row."""
    held = {str(row["code"]) for row in figure.rows}
    return [
        {"tile_column": tile.column, "tile_row": tile.row, "iso3": tile.iso3, "label": tile.iso3}
        for code, tile in tiles().items()
        if code not in held
    ]
