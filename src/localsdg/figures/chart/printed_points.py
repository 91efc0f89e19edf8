"""Marks of figures that UN reports print: hollow diamonds with their source, never part of a line or a bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.encoding import Layer, expr, field, halo, layer
from localsdg.figures.chart.layout import axis_ticks, spread, text_width
from localsdg.figures.chart.palette import PAPER, PRINTED

if TYPE_CHECKING:
    from localsdg.figures.chart.theme import Theme
    from localsdg.figures.data.figure import Figure, PrintedPoint

Row = dict[str, Any]
#: The words at a point are this much smaller than its value.
_SMALLER = 0.82
#: The area of a mark beside that of a point of a line, and pixels from its middle to its words.
_LARGER, _APART = 2.0, 13


def mark(size: float) -> Layer:
    """A hollow diamond of an area in pixels: no series of a chart has this look."""
    return {
        "type": "point", "shape": "diamond", "size": size, "opacity": 1, "strokeWidth": 2.5, "fill": PAPER,
        "stroke": PRINTED,
    }  # fmt: skip


def upright_layers(theme: Theme, at: Layer) -> list[Layer]:
    """Marks over the years, each with its value and its source: right of it in a picture, below it on a page."""
    text = {"type": "text", "align": expr("datum.align"), "dx": expr("datum.dx"), "baseline": "middle"}
    layers = [layer(mark(theme.point * _LARGER), at, data="printed")]
    for column, size, down, weight in (
        ("text", theme.value_size, "dy", "bold"),
        ("more", theme.value_size * _SMALLER, "dy_more", "normal"),
    ):
        look = text | {"fontSize": size, "lineHeight": size * 1.2, "fontWeight": weight, "dy": expr(f"datum.{down}")}
        layers += [layer(look | one, at | {"text": field(column, "nominal")}, data="printed") for one in halo()]
    if theme.pointer:
        pointed = [field(name, "nominal", title=" ") for name in ("shown", "where")]
        target = {"type": "point", "size": 700, "opacity": 0, "filled": True}
        layers.append(layer(target, at | {"tooltip": pointed}, data="printed"))
    return layers


def row_layer(theme: Theme, at: Layer, down: float) -> Layer:
    """Marks in the rows of a horizontal chart; `printed` is a column of the rows (`row_columns`)."""
    look = mark(theme.pair * 0.75) | {"yOffset": down}
    return layer(look, at, transform=[{"filter": "isValid(datum.printed)"}])


def source_words(point: PrintedPoint) -> str:
    """`SDG Report 2025, poverty line of $3.00 a day`: where it is printed, and what it measures if not the same."""
    return ", ".join(part for part in (point.report, point.definition) if part)


def row_columns(figure: Figure, *, with_source: bool = False) -> dict[str, list[Any]]:
    """Columns of the rows: the printed value, its words and, where there is room, its source; none where nothing is."""
    if not figure.printed or figure.kind not in ("bar", "dumbbell"):
        return {}
    points = {(point.label, point.series): point for point in figure.printed}
    found = [points.get((row["label"], row["series"])) for row in figure.rows]
    columns: dict[str, list[Any]] = {
        "printed": [point and point.value for point in found],
        "printed_shown": [point and f"{point.shown} ({point.year})" for point in found],
    }
    if with_source:
        columns["printed_source"] = [point and f", {source_words(point)}" for point in found]
    return columns


#: The transform that gives the words right of a row's marks: the printed value, and where its own bar is longer,
#: the row's own value before it.
TOLD = {
    "calculate": (
        "isValid(datum.printed) ? (datum.printed > datum.value ? '' : datum.shown + ' · ') "
        "+ datum.printed_shown + (datum.printed_source || '') : datum.shown"
    ),
    "as": "told",
}


def inside_layer(size: float, at: Layer, down: float) -> Layer:
    """The row's own value at the end of its bar, where a mark and its words are right of it."""
    look = {
        "type": "text", "baseline": "middle", "align": "right", "dx": -8, "dy": down, "fontSize": size,
        "fontWeight": "bold", "color": PAPER,
    }  # fmt: skip
    is_beyond = [{"filter": "isValid(datum.printed) && datum.printed > datum.value"}]
    return layer(look, at | {"text": field("shown", "nominal")}, transform=is_beyond)


def told_width(figure: Figure, theme: Theme, size: float) -> float:
    """Pixels of the longest words at the end of a row or over a column."""
    texts = [row["shown"] for row in figure.rows]
    columns = row_columns(figure, with_source=theme.sources_beside) if figure.kind == "bar" else {}
    for place, words in enumerate(columns.get("printed_shown", [])):
        if words:
            own = "" if columns["printed"][place] > figure.rows[place]["value"] else f"{texts[place]} · "
            source = columns["printed_source"][place] if theme.sources_beside else ""
            # the words begin behind the mark
            texts[place] = f"{own}{words}{source}    "
    return max(text_width(text, size, bold=True) for text in texts)


def upright_rows(figure: Figure, theme: Theme, height: float) -> list[Row]:
    """The marks over the years of a plot that is `height` pixels tall, their words moved apart.

    On a page the words are below the mark, where no line ends and no label is, unless the axis is too near.
    """
    if figure.kind != "line":
        return []
    size, small = theme.value_size * 1.2, theme.value_size * _SMALLER * 1.2
    rows: list[Row] = []
    for point in figure.printed:
        more = [point.report, *([point.definition] if point.definition and theme.names_at_ends else [])]
        rows.append(
            {
                "year": point.year,
                "value": point.value,
                "shown": f"{point.shown} ({point.year})",
                "where": source_words(point),
            }
            | {"text": f"{point.shown} ({point.year})", "more": more if len(more) > 1 else more[0], "lines": len(more)}
        )
    marked = axis_ticks(figure)
    places = [(1 - (point.value - marked[0]) / (marked[-1] - marked[0])) * height for point in figure.printed]
    if not theme.names_at_ends:
        downs = [18 if height - place > 2.6 * size else -2.2 * size for place in places]
        return [
            row | {"align": "right", "dx": 6, "dy": down, "dy_more": down + size * 0.95}
            for row, down in zip(rows, downs, strict=True)
        ]
    apart = spread(places, size + 2 * small, 0, height)
    return [
        row | {"align": "left", "dx": _APART, "dy": moved - place, "dy_more": moved - place + size * 0.95}
        for row, place, moved in zip(rows, places, apart, strict=True)
    ]


def words_width(figure: Figure, theme: Theme) -> float:
    """Pixels right of the last year that the words of the marks take."""
    size = theme.value_size
    return max(
        (
            max(
                text_width(f"{point.shown} ({point.year})", size, bold=True),
                *(text_width(text, size * _SMALLER) for text in (point.report, point.definition)),
            )
            for point in figure.printed
        ),
        default=0.0,
    )
