"""Charts of the page: Vega-Lite by Altair, without data, as wide as the place they stand in.

The picture of `chart` is made for a screen in a hall. On the page title and
foot are text around the chart, the labels of bars stand above them so that
they are readable on a phone, and a pointer finds the values. Figures that look
alike share one specification; the page puts each one's rows into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.palette import GREY, INK, PAPER, QUIET, RULE

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"
_SIZE = 14
#: Pixels: the plot of a line, a row of bars with its label, each further bar of the row.
TALL, _STEP, _BAR = 280, 50, 24
#: What a pointer is told.
_TOLD = ("label", "series", "shown")
#: What the page sets for each figure.
_PARAMS = {"low": 0, "high": 1, "room": 40, "first": 2000, "last": 2030}
_WHOLE = "#e4e8eb"  # the whole behind a count


def spec(figure: Figure) -> dict[str, Any] | None:
    """The specification of a figure; None for a table.

    Its data are the named sets `rows` (columns of the figure, `limit` for a
    value that is only a limit, `run` for the stretch of a line, `which` for the
    number of the series), `bridges`,
    `breaks` and `ends`; its parameters are `low` and `high`, the ends of the
    axis of values, `first` and `last`, those of the axis of years, and `room`,
    the pixels that the longest value takes.
    """
    make = {"line": _line, "column": _column, "bar": _bar, "grouped_bar": _grouped, "dumbbell": _dumbbell}
    if figure.kind not in make:
        return None
    import altair as alt

    params = [alt.param(name=name, value=value).param for name, value in _PARAMS.items()]
    legend = alt.LegendConfig(
        orient="top",
        title=None,
        labelFontSize=_SIZE,
        labelColor=INK,
        labelLimit=0,
        symbolSize=120,
        symbolStrokeWidth=2.5,
        offset=14,
        columnPadding=22,
        rowPadding=6,
    )
    # all at once: each further method of a chart copies all its layers
    chart = alt.layer(
        *make[figure.kind](figure),
        params=params,
        width="container",
        height=height(figure),
        background=PAPER,
        padding={"left": 2, "right": 2, "top": 4, "bottom": 4},
        config=alt.Config(
            font=FONT,
            view=alt.ViewConfig(stroke=None),
            locale=locale(figure.lang),
            axis=alt.AxisConfig(
                labelFontSize=13,
                labelColor=GREY,
                gridColor=RULE,
                domainColor=GREY,
                tickColor=GREY,
                labelFontWeight="normal",
            ),
            legend=legend,
        ),
    )
    # checked against the schema in the tests, not in each run: a second for all
    return chart.to_dict(validate=False)


def look(figure: Figure) -> tuple[Any, ...]:
    """All that the specification of a figure depends on but the number of its rows."""
    told = tuple(pair for pair in zip(figure.columns, figure.headers, strict=True) if pair[0] in _TOLD)
    styles = figure.encoding.styles if figure.kind != "bar" else ()
    return figure.kind, figure.lang, told, styles


def step(figure: Figure) -> int:
    """Pixels of one row of bars; 0 for an upright chart."""
    if figure.kind in ("line", "column"):
        return 0
    return 30 + _BAR * len(figure.encoding.styles) if figure.kind == "grouped_bar" else _STEP


def height(figure: Figure) -> int:
    """Pixels between the ends of the plot."""
    return step(figure) * len(figure.encoding.order) or TALL


def locale(lang: str) -> dict[str, Any]:
    """How a language writes the numbers of an axis, by the CLDR rules (babel), for Vega."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return {
        "number": {
            "decimal": get_decimal_symbol(lang),
            "thousands": get_group_symbol(lang),
            "grouping": [3],
            "currency": ["", ""],
        }
    }


def _named(name: str):
    import altair as alt

    return alt.NamedData(name=name)


def _expr(text: str):
    import altair as alt

    return alt.ExprRef(expr=text)


def _tooltip(figure: Figure) -> list[Any]:
    """What the pointer shows: the same words as the heads of the table."""
    import altair as alt

    heads = dict(zip(figure.columns, figure.headers, strict=True))
    return [alt.Tooltip(field=column, type="nominal", title=heads[column]) for column in _TOLD if column in heads]


def _scales(figure: Figure):
    """Colour and shape of the series, with one legend for both where there are several."""
    import altair as alt

    styles = figure.encoding.styles
    names, legend = [style.label for style in styles], _legend(figure)
    return (
        alt.Color("series:N", legend=legend, scale=alt.Scale(domain=names, range=[style.colour for style in styles])),
        alt.Shape("series:N", legend=legend, scale=alt.Scale(domain=names, range=[style.shape for style in styles])),
    )


def _plain(figure: Figure):
    """Dash and stroke of the series without a legend.

    By the number of the series (`which`): channels of the same words would
    join the legend above, where a dash tears the outline of the points.
    """
    import altair as alt

    styles = figure.encoding.styles
    numbers = list(range(len(styles)))

    def channel(kind: Any, values: list[Any]):
        return kind("which:N", legend=None, scale=alt.Scale(domain=numbers, range=values))

    return (
        channel(alt.StrokeDash, [list(style.dash) or [1, 0] for style in styles]),
        channel(alt.Stroke, [style.colour for style in styles]),
    )


def _hollow(figure: Figure):
    """Filled in the colour of the series, or with paper where the value is only a limit."""
    import altair as alt

    styles = figure.encoding.styles
    return alt.condition(
        "datum.limit",
        alt.value(PAPER),
        alt.Fill(
            field="series",
            type="nominal",
            legend=_legend(figure),
            scale=alt.Scale(domain=[style.label for style in styles], range=[style.colour for style in styles]),
        ),
    )


def _legend(figure: Figure):
    """Names above the chart where there are several series, below one another where there is no room."""
    import altair as alt

    n = len(figure.encoding.styles)
    return None if n < 2 else alt.Legend(columns=_expr(f"width < {230 * n} ? 1 : 0"))


def _line(figure: Figure) -> list[Any]:
    import altair as alt

    span = alt.Scale(domain=[_expr("first"), _expr("last")], nice=False, zero=False, padding=14)
    x = alt.X(
        "year:Q",
        scale=span,
        axis=alt.Axis(
            format="d",
            grid=False,
            title=None,
            tickMinStep=1,
            labelOverlap=True,
            tickCount=_expr("max(2, floor(width / 90))"),
        ),
    )
    tall = alt.Scale(domain=[_expr("low"), _expr("high")], nice=True, zero=True)
    y = alt.Y("value:Q", scale=tall, axis=alt.Axis(title=None, domain=False, ticks=False, tickCount=5))
    (colour, shape), (dash, stroke) = _scales(figure), _plain(figure)
    one = len(figure.encoding.styles) < 2
    base = alt.Chart(_named("rows")).encode(x=x, y=y)
    bridge = (
        alt.Chart(_named("bridges"))
        .mark_rule(strokeDash=[2, 5], strokeWidth=2)
        .encode(
            x=alt.X("x0:Q", scale=span),
            x2=alt.X2("x1:Q"),
            y=alt.Y("y0:Q", scale=tall),
            y2=alt.Y2("y1:Q"),
            stroke=stroke,
        )
    )
    stops = alt.Chart(_named("breaks"))
    # the first and the last value, on paper where the line runs behind them
    ends = [
        alt.Chart(_named("ends"))
        .mark_text(
            fontSize=15,
            fontWeight="bold",
            dy=-16,
            align=_expr("datum.side"),
            **paint,
        )
        .encode(x=x, y=y, text=alt.Text("shown:N"))
        for paint in ({"color": PAPER, "stroke": PAPER, "strokeWidth": 5, "strokeJoin": "round"}, {"color": INK})
    ]
    return [
        stops.mark_rule(color=INK, strokeDash=[6, 3]).encode(x=alt.X("year:Q", scale=span)),
        stops.mark_text(align="right", baseline="top", dx=-6, y=0, fontSize=12, color=INK).encode(
            x=alt.X("year:Q", scale=span), text=alt.Text("why:N")
        ),
        bridge,
        base.mark_rule(strokeWidth=1.5)
        .transform_filter("isValid(datum.lower_bound)")
        .encode(y=alt.Y("lower_bound:Q", scale=tall), y2=alt.Y2("upper_bound:Q"), stroke=stroke),
        base.mark_line(strokeWidth=2.5).encode(stroke=stroke, detail=alt.Detail("run:N"), strokeDash=dash),
        base.mark_point(size=55, opacity=1, strokeWidth=2).encode(color=colour, shape=shape, fill=_hollow(figure)),
        *(ends if one else []),
        # wider than what is seen, so that a pointer or a finger finds it
        base.mark_point(size=700, opacity=0, filled=True).encode(tooltip=_tooltip(figure)),
    ]


def _column(figure: Figure) -> list[Any]:
    import altair as alt

    x = alt.X(
        "label:N",
        sort=None,
        scale=alt.Scale(padding=0.25),
        axis=alt.Axis(title=None, labelAngle=0, ticks=False, grid=False, labelOverlap=True),
    )
    tall = alt.Scale(domain=[_expr("low"), _expr("high")], nice=False, zero=True)
    y = alt.Y("value:Q", scale=tall, axis=None)
    colour = figure.encoding.styles[0].colour
    base = alt.Chart(_named("rows")).encode(x=x, y=y, tooltip=_tooltip(figure))
    return [
        # nothing to see, but each year has its place, also one without a value
        alt.Chart(_named("names")).mark_point(opacity=0).encode(x=x),
        base.mark_bar(color=_WHOLE)
        .transform_filter("isValid(datum.n_total)")
        .encode(y=alt.Y("n_total:Q", scale=tall, axis=None)),
        base.mark_bar(stroke=colour, strokeWidth=1.5).encode(
            fill=alt.condition("datum.limit", alt.value(PAPER), alt.value(colour))
        ),
        base.mark_text(dy=-9, fontSize=13, fontWeight="bold", color=INK).encode(
            y=alt.Y("top:Q", scale=tall, axis=None), text=alt.Text("brief:N")
        ),
    ]


def _places(start: Any = 0) -> tuple[Any, Any]:
    """The axis of values, with room for the number at the end, and that of the names."""
    import altair as alt

    x = alt.X(
        "value:Q",
        axis=None,
        scale=alt.Scale(
            domain=[_expr("low"), _expr("high")], nice=False, zero=True, range=[start, _expr("width - room")]
        ),
    )
    return x, _rows()


def _rows():
    """A band for each name, without labels: they stand over the marks."""
    import altair as alt

    return alt.Y("label:N", sort=None, axis=None, scale=alt.Scale(type="band", padding=0))


def _name_above(up: float):
    """The name of a row on a line of its own over its marks; the asked area in bold."""
    import altair as alt

    return (
        alt.Chart(_named("names"))
        .mark_text(
            align="left",
            baseline="middle",
            x=0,
            dy=-up,
            fontSize=_SIZE,
            color=INK,
            limit=_expr("width"),
            fontWeight=_expr("datum.own ? 'bold' : 'normal'"),
        )
        .encode(y=_rows(), text=alt.Text("label:N"), tooltip=alt.Tooltip("label:N", title=" "))
    )


def _bar(figure: Figure) -> list[Any]:
    import altair as alt

    x, y = _places()
    base = alt.Chart(_named("rows")).encode(y=y, tooltip=_tooltip(figure))
    size = {"size": 18, "yOffset": 10}
    whole = alt.X("n_total:Q", scale=x["scale"], axis=None)
    return [
        base.mark_bar(color=_WHOLE, **size).transform_filter("isValid(datum.n_total)").encode(x=whole),
        base.mark_bar(strokeWidth=1.5, **size).encode(
            x=x,
            stroke=alt.Stroke("colour:N", scale=None, legend=None),
            fill=alt.condition("datum.limit", alt.value(PAPER), alt.Fill("colour:N", scale=None, legend=None)),
        ),
        base.mark_rule(color=INK, yOffset=10)
        .transform_filter("isValid(datum.lower_bound)")
        .encode(x=alt.X("lower_bound:Q", scale=x["scale"], axis=None), x2=alt.X2("upper_bound:Q")),
        base.mark_text(
            align="left", baseline="middle", dx=8, dy=10, fontSize=_SIZE, fontWeight="bold", color=INK
        ).encode(x=alt.X("top:Q", scale=x["scale"], axis=None), text=alt.Text("shown:N")),
        _name_above(11),
    ]


def _grouped(figure: Figure) -> list[Any]:
    import altair as alt

    names = [style.label for style in figure.encoding.styles]
    n = len(names)
    up = step(figure) / 2 - 20
    x, y = _places()
    made = []
    for index, name in enumerate(names):
        down = 15 + (index - (n - 1) / 2) * _BAR
        base = (
            alt.Chart(_named("rows")).encode(y=y, tooltip=_tooltip(figure)).transform_filter(alt.datum.series == name)
        )
        made += [
            base.mark_bar(size=17, yOffset=down, strokeWidth=1.5).encode(
                x=x, stroke=_plain(figure)[1], fill=_hollow(figure)
            ),
            base.mark_text(
                align="left", baseline="middle", dx=8, dy=down, fontSize=13, fontWeight="bold", color=INK
            ).encode(x=x, text=alt.Text("shown:N")),
        ]
    return [*made, _name_above(up)]


def _dumbbell(figure: Figure) -> list[Any]:
    import altair as alt

    x, y = _places(_expr("room"))
    colour, shape = _scales(figure)
    base = alt.Chart(_named("rows")).encode(x=x, y=y)
    made = [
        base.mark_line(color=QUIET, strokeWidth=4, yOffset=10).encode(detail=alt.Detail("label:N")),
        base.mark_point(size=150, opacity=1, strokeWidth=2.5, yOffset=10).encode(
            color=colour, shape=shape, fill=_hollow(figure), tooltip=_tooltip(figure)
        ),
    ]
    for where, align, dx in (("low", "right", -12), ("high", "left", 12)):
        made.append(
            base.mark_text(
                align=align,
                baseline="middle",
                dx=dx,
                dy=10,
                fontSize=13,
                fontWeight="bold",
                color=INK,
            )
            .transform_filter(alt.datum.where == where)
            .encode(text=alt.Text("shown:N"))
        )
    return [*made, _name_above(14)]
