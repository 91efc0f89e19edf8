"""Parts of Vega-Lite that all charts are made of: layers, fields, and the looks of series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.palette import INK, PAPER

if TYPE_CHECKING:
    from localsdg.figures.chart.theme import Theme
    from localsdg.figures.data.figure import Figure

#: A layer of Vega-Lite, or a part of one.
Layer = dict[str, Any]
#: What a pointer shows.
_POINTED = ("label", "series", "shown")


def expr(text: str) -> Layer:
    """A value that Vega computes."""
    return {"expr": text}


def field(name: str, type: str = "quantitative", **more: Any) -> Layer:
    """A channel that reads a column of the data."""
    return {"field": name, "type": type, **more}


def layer(mark: Layer, encoding: Layer, *, data: str = "", transform: list[Layer] | None = None) -> Layer:
    """A layer over the rows, or over the named `data`."""
    return {
        **({"data": {"name": data}} if data else {}),
        **({"transform": transform} if transform else {}),
        "mark": mark,
        "encoding": encoding,
    }


def series_scales(figure: Figure, legend: Layer | None) -> tuple[Layer, Layer]:
    """Colour and shape of the series, with one legend for both."""
    styles = figure.encoding.styles
    return (
        _by_series(figure, [style.colour for style in styles], legend),
        _by_series(figure, [style.shape for style in styles], legend),
    )


def stroke_scales(figure: Figure) -> tuple[Layer, Layer]:
    """Dash and stroke of the series without a legend.

    By the number of the series (`which`): channels of the same words would
    join the legend, where a dash tears the outline of the points.
    """
    styles = figure.encoding.styles
    numbers = list(range(len(styles)))

    def channel(values: list[Any]) -> Layer:
        return field("which", "nominal", legend=None, scale={"domain": numbers, "range": values})

    return channel([list(style.dash) or [1, 0] for style in styles]), channel([style.colour for style in styles])


def hollow(figure: Figure, legend: Layer | None) -> Layer:
    """Filled in the colour of the series, or with paper where the value is only a limit."""
    fill = _by_series(figure, [style.colour for style in figure.encoding.styles], legend)
    return {"condition": {"test": "datum.censoring", "value": PAPER}, **fill}


def _by_series(figure: Figure, values: list[Any], legend: Layer | None) -> Layer:
    names = [style.label for style in figure.encoding.styles]
    return field("series", "nominal", legend=legend, scale={"domain": names, "range": values})


def tooltip(figure: Figure, theme: Theme) -> Layer:
    """What the pointer shows: the same words as the heads of the table; nothing in a picture."""
    if not theme.pointer:
        return {}
    heads = dict(zip(figure.columns, figure.headers, strict=True))
    return {"tooltip": [field(column, "nominal", title=heads[column]) for column in _POINTED if column in heads]}


def halo() -> tuple[Layer, Layer]:
    """The looks of a text that lines run behind: paper around it, then ink."""
    return {"color": PAPER, "stroke": PAPER, "strokeWidth": 5, "strokeJoin": "round"}, {"color": INK}
