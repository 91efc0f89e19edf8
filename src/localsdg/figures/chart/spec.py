"""The Vega-Lite specification of a figure's chart: one for the picture and the web page.

Its data are named sets: `rows` (columns of the figure and `datasets.marks`),
`names` (of rows and columns), `breaks` (of a line), `ends` (labels of its ends),
`blanks` (of a heat map) and `printed` (marks of figures that reports print); its parameters are those
of `datasets.params`. The picture puts them in, the page puts those of the
chosen area in. A chart depends on a theme for its sizes and for nothing else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.bar_chart import bar, dumbbell, grouped, stacked
from localsdg.figures.chart.heat_map import heat_map
from localsdg.figures.chart.line_chart import column, line
from localsdg.figures.chart.matrix import turned_height
from localsdg.figures.chart.palette import PAPER
from localsdg.figures.chart.printed_points import TOLD
from localsdg.figures.chart.theme import PAGE, PAGE_HEIGHT, TILES_HEIGHT, Rows, Theme, config, page_rows
from localsdg.figures.chart.tile_map import tile_map

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure

_MAKERS = {
    "line": line,
    "column": column,
    "bar": bar,
    "grouped_bar": grouped,
    "stacked_bar": stacked,
    "dumbbell": dumbbell,
    "heat_map": heat_map,
    "tile_map": tile_map,
}
#: Parameters with the values that they have until a figure is put in.
_PARAMS = {
    "low": 0,
    "high": 1,
    "room": 40,
    "first": 2000,
    "last": 2030,
    "count": 1,
    "peak": 1,
    "ticks": [],
    "written": [],
    "inset": 14,
}
#: Columns whose headings the pointer shows.
_POINTED = ("label", "series", "shown")


def chart_spec(figure: Figure, theme: Theme, rows: Rows) -> dict[str, Any]:
    """Layers, parameters and configuration of a chart, without data and size; a table has none (`KeyError`)."""
    series = json.dumps([style.label for style in figure.encoding.styles], ensure_ascii=False)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": PAPER,
        "config": config(theme),
        "params": [{"name": name, "value": value} for name, value in _PARAMS.items()],
        "data": {"name": "rows"},
        "transform": [
            {"calculate": "datum.series || ''", "as": "series"},
            {"calculate": f"max(0, indexof({series}, datum.series))", "as": "which"},
            {"calculate": "isValid(datum.n_total) ? datum.n_total : datum.value", "as": "top"},
            {"calculate": "isValid(datum.printed) ? max(datum.top, datum.printed) : datum.top", "as": "reach"},
            TOLD,
        ],
        "layer": _MAKERS[figure.kind](figure, theme, rows),
    }


def page_spec(figure: Figure) -> dict[str, Any] | None:
    """The chart of the page, as wide as its place; None for a table. Its height is the page's to set."""
    if figure.kind not in _MAKERS:
        return None
    padding = {"left": 2, "right": 2, "top": 4, "bottom": 4}
    return {**chart_spec(figure, PAGE, page_rows(figure)), "width": "container", "padding": padding}


def page_look(figure: Figure) -> tuple[Any, ...]:
    """All that the specification of the page depends on: figures with the same look share one."""
    heads = tuple(pair for pair in zip(figure.columns, figure.headers, strict=True) if pair[0] in _POINTED)
    styles = figure.encoding.styles if figure.kind != "bar" else ()
    # the places of a heat map's cells are those of its names
    names = (figure.encoding.order, figure.encoding.across) if figure.kind == "heat_map" else ()
    return figure.kind, heads, styles, names


def page_step(figure: Figure) -> float:
    """Pixels of one row of the page's chart; 0 for an upright one."""
    return 0 if figure.kind in ("line", "column", "heat_map", "tile_map") else page_rows(figure).step


def page_height(figure: Figure) -> float:
    """Pixels between the ends of the page's plot."""
    if figure.kind == "heat_map":
        rows = page_rows(figure)
        return max(rows.head, turned_height(figure)) + rows.step * len(figure.encoding.order)
    if figure.kind == "tile_map":
        return TILES_HEIGHT
    return page_step(figure) * len(figure.encoding.order) or PAGE_HEIGHT
