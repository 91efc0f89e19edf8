"""Bars and pairs of points beside their labels: what lies on its side.

Bars start at zero; a value that is only a limit is a hollow mark; behind a
count stands the whole that it is a part of. A channel is written out, as
`alt.Text("shown:N")`: Altair takes 5 ms to find the class of a bare string.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.layout import MARGIN, Pad, Room, text_width, wrap
from localsdg.figures.chart.palette import GREY, INK, PAPER, QUIET, RULE

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure

LABEL = 16.0
#: Colour of the whole behind a count.
WHOLE = "#e4e8eb"


def drawn(row: dict[str, Any]) -> dict[str, Any]:
    """What the chart needs of a row; text goes in as data, never as markup."""
    keys = ("label", "series", "year", "value", "shown", "lower_bound", "upper_bound", "n_total")
    return {**{key: row[key] for key in keys}, "limit": bool(row["censoring"])}


def data(rows: list[dict[str, Any]]):
    """Rows as the inline data of a layer."""
    import altair as alt

    return alt.Data(values=rows)


def filled(rows: list[dict[str, Any]], encoding: dict[str, Any], field: str, colours: dict[str, str]):
    """Bars in the colour of their `field`; those of a value that is only a limit are hollow."""
    import altair as alt

    def paint(channel: Any):
        return channel(f"{field}:N", legend=None, scale=alt.Scale(domain=list(colours), range=list(colours.values())))

    full = [row for row in rows if not row["limit"]]
    limits = [row for row in rows if row["limit"]]
    made = [alt.Chart(data(full)).mark_bar().encode(**encoding, color=paint(alt.Color))] if full else []
    if limits:
        made.append(
            alt.Chart(data(limits)).mark_bar(fill=PAPER, strokeWidth=2.5).encode(**encoding, stroke=paint(alt.Stroke))
        )
    return made


def _names(figure: Figure, room: float) -> tuple[dict[str, list[str]], float, float]:
    """Labels wrapped for the left side: by label, their size, and the width of that side."""
    labels = figure.encoding.order
    each = room / max(len(labels), 1)
    size = min(LABEL, max(11.0, each * (0.62 if each < 34 else 0.42)))
    widest = 330.0
    lines = {label: wrap(label, widest, size)[: 2 if each >= 2.2 * size else 1] for label in labels}
    for label, found in lines.items():
        if " ".join(found) != label:
            cut = found[-1]
            while text_width(cut + "…", size) > widest:
                cut = cut[:-1]
            found[-1] = cut + "…"
    width = max(text_width(line, size) for found in lines.values() for line in found)
    return lines, size, MARGIN + width + 12


def _left(figure: Figure, lines: dict[str, list[str]], size: float, y: Any, at: float = -10.0) -> list[Any]:
    """The labels of the rows, set by hand so that they wrap; the asked area in bold."""
    import altair as alt

    groups: dict[tuple[int, bool], list[dict[str, Any]]] = {}
    for label, found in lines.items():
        text = found if len(found) > 1 else found[0]
        own = label == figure.encoding.highlight
        groups.setdefault((len(found), own), []).append({"label": label, "text": text})
    return [
        alt.Chart(data(rows))
        .mark_text(
            align="right",
            baseline="middle",
            x=at,
            fontSize=size,
            lineHeight=size * 1.15,
            color=INK,
            dy=-(count - 1) * size * 0.575,
            fontWeight="bold" if own else "normal",
        )
        .encode(y=y, text=alt.Text("text:N"))
        for (count, own), rows in groups.items()
    ]


def _y(figure: Figure, inner: float = 0.25):
    import altair as alt

    order = list(figure.encoding.order)
    gap = inner if len(order) > 5 else inner + 0.25
    return alt.Y("label:N", sort=order, scale=alt.Scale(domain=order, padding=gap), axis=None)


def _value_x(figure: Figure):
    import altair as alt

    return alt.X("value:Q", axis=None, scale=alt.Scale(domain=list(figure.encoding.domain), nice=False, zero=True))


def bar(figure: Figure, room: Room) -> tuple[list[Any], Pad]:
    """Bars that lie, one a label; behind a count the whole, the asked area in a stronger colour."""
    import altair as alt

    e = figure.encoding
    rows = [drawn(row) for row in figure.rows]
    lines, size, left = _names(figure, room.height)
    pad = Pad(left, MARGIN + 16 + max(text_width(r["shown"], size, bold=True) for r in rows), 0, 0)
    whole = all(row["n_total"] for row in rows)
    x, y = _value_x(figure), _y(figure)
    base = alt.Chart(data(rows)).encode(x=x, y=y)
    if e.colour == "goal":
        colours = {style.label: style.colour for style in e.styles}
    else:
        colours = {name: QUIET if e.highlight not in (None, name) else e.styles[0].colour for name in e.order}
    made = [base.mark_bar(color=WHOLE).encode(x=alt.X("n_total:Q", axis=None))] if whole else []
    made += filled(rows, {"x": x, "y": y}, "label", colours)
    if any(row["lower_bound"] is not None for row in rows):
        made.append(
            base.mark_rule(color=INK, strokeWidth=1.5).encode(
                x=alt.X("lower_bound:Q", axis=None), x2=alt.X2("upper_bound:Q")
            )
        )
    for align, dx, side in (
        ("left", 8, [r for r in rows if r["value"] >= 0]),
        ("right", -8, [r for r in rows if r["value"] < 0]),
    ):
        if side:
            made.append(
                alt.Chart(data(side))
                .mark_text(
                    align=align,
                    dx=dx,
                    fontSize=size,
                    fontWeight="bold",
                    color=INK,
                )
                .encode(x=alt.X("n_total:Q" if whole else "value:Q", axis=None), y=y, text=alt.Text("shown:N"))
            )
    return [*made, _zero(), *_left(figure, lines, size, y)], pad


def _zero():
    """The line that bars stand on."""
    import altair as alt

    return alt.Chart(data([{"value": 0}])).mark_rule(color=GREY, strokeWidth=1.5).encode(x=alt.X("value:Q", axis=None))


def _legend(figure: Figure, left: float) -> list[Any]:
    """Names of the series above the plot: a mark in their colour and shape, the word in ink."""
    import altair as alt

    made, at = [], MARGIN - left
    for style in figure.encoding.styles:
        made.append(
            alt.Chart(data([{}])).mark_point(
                x=at + 7, y=-16, size=130, opacity=1, shape=style.shape, color=style.colour, fill=style.colour
            )
        )
        made.append(
            alt.Chart(data([{}])).mark_text(
                align="left", baseline="middle", x=at + 20, y=-16, fontSize=15, color=INK, text=style.label
            )
        )
        at += 44 + text_width(style.label, 15)
    return made


def _series_colour(figure: Figure, kind: Any):
    import altair as alt

    styles = figure.encoding.styles
    return kind(
        "series:N", legend=None, scale=alt.Scale(domain=[s.label for s in styles], range=[s.colour for s in styles])
    )


def grouped(figure: Figure, room: Room) -> tuple[list[Any], Pad]:
    """Bars that lie, one a series under each label."""
    import altair as alt

    rows = [drawn(row) for row in figure.rows]
    lines, size, left = _names(figure, room.height - 34)
    small = min(size, 14.0, (room.height - 34) / len(lines) * 0.42)
    pad = Pad(left, MARGIN + 16 + max(text_width(r["shown"], small, bold=True) for r in rows), 34, 0)
    y = _y(figure, 0.2)
    place = {
        "x": _value_x(figure),
        "y": y,
        "yOffset": alt.YOffset("series:N", sort=[s.label for s in figure.encoding.styles]),
    }
    made = filled(rows, place, "series", {s.label: s.colour for s in figure.encoding.styles})
    made.append(
        alt.Chart(data(rows))
        .mark_text(
            align="left",
            dx=6,
            fontSize=small,
            fontWeight="bold",
            color=INK,
        )
        .encode(**place, text=alt.Text("shown:N"))
    )
    return [*made, _zero(), *_left(figure, lines, size, y), *_legend(figure, left)], pad


def dumbbell(figure: Figure, room: Room) -> tuple[list[Any], Pad]:
    """Two points a label and the way between them."""
    import altair as alt

    rows = _sided(figure)
    lines, size, left = _names(figure, room.height - 34)
    small = min(size, 15.0)
    side = 16 + max(text_width(r["shown"], small, bold=True) for r in rows)
    pad = Pad(left + side, MARGIN + side, 34, 0)
    x, y = _value_x(figure), _y(figure)
    base = alt.Chart(data(rows)).encode(x=x, y=y)
    shape = alt.Shape(
        "series:N",
        legend=None,
        scale=alt.Scale(
            domain=[s.label for s in figure.encoding.styles], range=[s.shape for s in figure.encoding.styles]
        ),
    )
    colour = _series_colour(figure, alt.Color)
    made = [
        alt.Chart(data(rows)).mark_rule(color=RULE, strokeWidth=1).encode(y=y),
        base.mark_line(color=QUIET, strokeWidth=4).encode(detail=alt.Detail("label:N")),
        base.mark_point(size=190, opacity=1, strokeWidth=2.5).encode(
            color=colour,
            shape=shape,
            fill=alt.condition("datum.limit", alt.value(PAPER), _series_colour(figure, alt.Fill)),
        ),
    ]
    for where, align, dx in (("low", "right", -12), ("high", "left", 12)):
        made.append(
            base.transform_filter(alt.datum.where == where)
            .mark_text(
                align=align,
                dx=dx,
                fontSize=small,
                fontWeight="bold",
                color=INK,
            )
            .encode(text=alt.Text("shown:N"))
        )
    return [*made, *_left(figure, lines, size, y, -10 - side), *_legend(figure, pad.left)], pad


def _sided(figure: Figure) -> list[dict[str, Any]]:
    """Rows of a pair with `where`: the lower value's label stands left, the higher one's right."""
    found = [drawn(row) for row in figure.rows]
    least: dict[str, float] = {}
    for row in found:
        least[row["label"]] = min(row["value"], least.get(row["label"], row["value"]))
    taken: set[str] = set()
    for row in found:
        low = row["value"] == least[row["label"]] and row["label"] not in taken
        taken |= {row["label"]} if low else set()
        row["where"] = "low" if low else "high"
    return found
