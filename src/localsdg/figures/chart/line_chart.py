"""What is drawn between title and foot, by kind of figure.

Lines break where years are missing and where the series breaks, bars start at
zero, and a value that is only a limit is a hollow mark with its sign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.bar_chart import LABEL, WHOLE, bar, data, drawn, dumbbell, filled, grouped
from localsdg.figures.chart.layout import MARGIN, WIDTH, Pad, Room, fit, spread, text_width, ticks
from localsdg.figures.chart.palette import GREY, INK, PAPER, RULE
from localsdg.figures.messages.messages import words

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure


def layers(figure: Figure, room: Room) -> tuple[list[Any], Pad]:
    """The layers of a figure and the padding that its labels need."""
    make = {
        "line": _line,
        "column": _column,
        "bar": bar,
        "grouped_bar": grouped,
        "dumbbell": dumbbell,
        "table": _table,
    }[figure.kind]
    return make(figure, room)


def runs(figure: Figure) -> list[dict[str, Any]]:
    """The rows of a line with `run`: it changes where a year is missing or the series breaks."""
    found: list[dict[str, Any]] = []
    last: dict[str, dict[str, Any]] = {}
    ends = {(before, after) for before, after, _ in figure.encoding.breaks}
    for row in figure.rows:
        before = last.get(row["series"])
        run = 0
        if before:
            apart = row["year"] - before["year"] != 1 or (before["year"], row["year"]) in ends
            run = before["run"] + apart
        last[row["series"]] = {**drawn(row), "run": run}
        found.append(last[row["series"]])
    return found


def bridges(figure: Figure) -> list[dict[str, Any]]:
    """From the end of a run to the start of the next, but not across a break of the series."""
    ends = {(before, after) for before, after, _ in figure.encoding.breaks}
    found, last = [], {}
    for row in runs(figure):
        before = last.get(row["series"])
        if before and before["run"] != row["run"] and (before["year"], row["year"]) not in ends:
            found.append(
                {
                    "x0": before["year"],
                    "y0": before["value"],
                    "x1": row["year"],
                    "y1": row["value"],
                    "series": row["series"],
                }
            )
        last[row["series"]] = row
    return found


def _line(figure: Figure, room: Room) -> tuple[list[Any], Pad]:
    import altair as alt

    rows, years = runs(figure), [row["year"] for row in figure.rows]
    marked, axis, left = _values(figure)
    tall = alt.Scale(domain=[marked[0], marked[-1]], nice=False, zero=True)
    ends = _ends(rows, room.height - 44, marked)
    right = MARGIN + 26 + max(text_width(end["text"], LABEL, bold=True) for end in ends)
    first = max([16.0, *(text_width(e["text"], LABEL, bold=True) for e in ends if e["align"] == "right")])
    span = alt.Scale(domain=[min(years), max(years)], nice=False, zero=False, padding=first)
    x = alt.X(
        "year:Q", scale=span, axis=alt.Axis(format="d", grid=False, title=None, values=_years(min(years), max(years)))
    )
    y = alt.Y("value:Q", scale=tall, axis=axis)
    colour, fill = _by_series(figure, alt.Color, "colour"), _by_series(figure, alt.Fill, "colour")
    made = [*_breaks(figure, x)]
    made.append(
        alt.Chart(data(bridges(figure)))
        .mark_rule(strokeDash=[2, 5], strokeWidth=2)
        .encode(
            x=alt.X("x0:Q", scale=span), x2=alt.X2("x1:Q"), y=alt.Y("y0:Q", scale=tall), y2=alt.Y2("y1:Q"), color=colour
        )
    )
    base = alt.Chart(data(rows)).encode(x=x, y=y)
    if any(row["lower_bound"] is not None for row in rows):
        made.append(
            base.mark_rule(strokeWidth=1.5).encode(
                y=alt.Y("lower_bound:Q", scale=tall), y2=alt.Y2("upper_bound:Q"), color=colour
            )
        )
    made.append(
        base.mark_line(strokeWidth=3).encode(
            color=colour, detail=alt.Detail("run:N"), strokeDash=_by_series(figure, alt.StrokeDash, "dash")
        )
    )
    made.append(
        base.mark_point(size=110, opacity=1, strokeWidth=2.5).encode(
            color=colour,
            shape=_by_series(figure, alt.Shape, "shape"),
            fill=alt.condition("datum.limit", alt.value(PAPER), fill),
        )
    )
    made += [
        alt.Chart(data([end]))
        .mark_text(
            align=end["align"],
            fontSize=LABEL,
            fontWeight="bold",
            color=INK,
            dx=end["dx"],
            dy=end["dy"],
        )
        .encode(x=x, y=y, text=alt.Text("text:N"))
        for end in ends
    ]
    return made, Pad(left, min(right, 330), 14, 30)


def _years(first: int, last: int) -> list[int]:
    """Years to write on the axis: round ones, at most nine."""
    step = next(n for n in (1, 2, 5, 10, 20, 50) if (last - first) / n <= 8)
    return [year for year in range(first, last + 1) if year % step == 0]


def _by_series(figure: Figure, channel: Any, what: str):
    """A channel that tells the series apart by one trait of their style."""
    import altair as alt

    styles = figure.encoding.styles
    looks = [(list(style.dash) or [1, 0]) if what == "dash" else getattr(style, what) for style in styles]
    return channel("series:N", legend=None, scale=alt.Scale(domain=[s.label for s in styles], range=looks))


def _values(figure: Figure) -> tuple[list[float], Any, float]:
    """The axis of values: its marks, itself with numbers in the figure's language, and its width."""
    import json

    import altair as alt

    marked, w = ticks(*figure.encoding.domain), words(figure.lang)
    told = {str(int(value) if value == int(value) else value): w.number(value) for value in marked}
    axis = alt.Axis(
        title=None,
        domain=False,
        ticks=False,
        values=marked,
        labelExpr=f"({json.dumps(told, ensure_ascii=False)})[toString(datum.value)]",
    )
    return marked, axis, MARGIN + 14 + max(text_width(text, 15) for text in told.values())


def _ends(rows: list[dict[str, Any]], tall: float, marked: list[float]) -> list[dict[str, Any]]:
    """Labels at the last point of each series, moved apart, and at the first where there is one series."""
    lasts = {row["series"]: row for row in rows}
    places = [(1 - (row["value"] - marked[0]) / (marked[-1] - marked[0])) * tall for row in lasts.values()]
    found = []
    for row, place, moved in zip(lasts.values(), places, spread(places, LABEL + 4, 0, tall), strict=True):
        text = f"{row['series']} {row['shown']}".strip()
        found.append({**row, "text": text, "align": "left", "dx": 14, "dy": moved - place})
    if len(lasts) == 1 and rows[0] is not rows[-1]:
        found.append({**rows[0], "text": rows[0]["shown"], "align": "right", "dx": 8, "dy": -20})
    return found


def _breaks(figure: Figure, x: Any) -> list[Any]:
    """A rule where the series breaks, with the reason beside it."""
    import altair as alt

    made = []
    for before, after, why in figure.encoding.breaks:
        at = [{"year": (before + after) / 2, "why": why}]
        made.append(alt.Chart(data(at)).mark_rule(color=INK, strokeWidth=1.5, strokeDash=[6, 3]).encode(x=x))
        made.append(
            alt.Chart(data(at))
            .mark_text(
                align="right",
                baseline="top",
                fontSize=13,
                color=INK,
                dx=-6,
                y=0,
            )
            .encode(x=x, text=alt.Text("why:N"))
        )
    return made


def _column(figure: Figure, room: Room) -> tuple[list[Any], Pad]:
    import altair as alt

    e, rows = figure.encoding, [drawn(row) for row in figure.rows]
    whole = all(row["n_total"] for row in rows)
    each = (WIDTH - 2 * MARGIN) / len(e.order)
    size = next(
        (
            one
            for one in (LABEL, 14.0, 12.0, 11.0)
            if max(text_width(row["shown"], one, bold=True) for row in rows) < each - 2
        ),
        None,
    )
    marked, axis, left = _values(figure)
    x = alt.X(
        "label:N",
        sort=list(e.order),
        scale=alt.Scale(domain=list(e.order), padding=0.25),
        axis=alt.Axis(title=None, labelAngle=0, ticks=False, grid=False, labelFontSize=15 if each > 56 else 12),
    )
    # where the labels have no room above each column, an axis says how high they are
    axis, top = (None, e.domain[1]) if size else (axis, marked[-1])
    y = alt.Y("value:Q", axis=axis, scale=alt.Scale(domain=[e.domain[0], top], nice=False, zero=True))
    made = [alt.Chart(data(rows)).mark_bar(color=WHOLE).encode(x=x, y=alt.Y("n_total:Q", axis=None))] if whole else []
    made += filled(rows, {"x": x, "y": y}, "label", dict.fromkeys(e.order, e.styles[0].colour))
    if size:
        made.append(
            alt.Chart(data(rows))
            .mark_text(
                dy=-12,
                fontSize=size,
                fontWeight="bold",
                color=INK,
            )
            .encode(x=x, y=alt.Y("n_total:Q" if whole else "value:Q", axis=None), text=alt.Text("shown:N"))
        )
    return made, Pad(MARGIN if size else left, MARGIN, 24, 30)


def _table(figure: Figure, room: Room) -> tuple[list[Any], Pad]:
    import altair as alt

    columns = [c for c in ("label", "series", "year", "shown") if c in figure.columns]
    heads = dict(zip(figure.columns, figure.headers, strict=True))
    cells = [[heads[c] for c in columns]] + [[str(row[c]) for c in columns] for row in figure.rows]
    step = min(32.0, room.height / len(cells))
    size = min(15.0, step * 0.48)
    shares = {"label": 0.22, "series": 0.58, "year": 0.08, "shown": 0.12}
    total = sum(shares[c] for c in columns)
    wide = WIDTH - 2 * MARGIN
    made, at = [], 0.0
    for index, column in enumerate(columns):
        room_here = wide * shares[column] / total
        # one size a column: two lines in a smaller one where any of its cells needs them
        one = all(text_width(row[index], size, bold=column == "shown") <= room_here - 10 for row in cells[1:])
        for line, row in enumerate(cells):
            bold = line == 0 or column == "shown"
            sizes = (size, size * 0.82) if line == 0 else (size if one else size * 0.82,)
            text = fit(row[index], room_here - 10, sizes, 1 if one or line == 0 else 2, bold=bold)
            made.append(
                alt.Chart(data([{}])).mark_text(
                    align="left",
                    baseline="top",
                    x=at,
                    fontSize=text.size,
                    lineHeight=text.size * 1.1,
                    y=(line + 0.5) * step - len(text.lines) * text.size * 0.55,
                    color=INK,
                    fontWeight="bold" if bold else "normal",
                    text=list(text.lines),
                )
            )
        at += room_here
    made += [
        alt.Chart(data([{}]))
        .mark_rule(
            x=0,
            x2=wide,
            y=line * step,
            color=RULE if line > 1 else GREY,
        )
        .encode(opacity=alt.value(1))
        for line in range(1, len(cells))
    ]
    return made, Pad(MARGIN, MARGIN, 0, 0)
