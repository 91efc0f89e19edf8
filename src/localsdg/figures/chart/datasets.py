"""The data and parameters of a chart, by the names that its specification uses.

The rows are the figure's own. What else a chart draws (the dashed way over
missing years, the lower value of a pair) is computed from them by the
specification, so that picture and page cannot differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.layout import axis_ticks, spread, text_width
from localsdg.figures.chart.matrix import blanks, cell_text, cells, widest_number
from localsdg.figures.chart.palette import QUIET, RESIDUAL, ink_on
from localsdg.figures.chart.printed_points import row_columns, told_width, upright_rows
from localsdg.figures.chart.tile_map import empty_tiles, tile_columns
from localsdg.figures.messages.messages import words

if TYPE_CHECKING:
    from localsdg.figures.chart.theme import Theme
    from localsdg.figures.data.figure import Figure

Row = dict[str, Any]


def runs(figure: Figure) -> list[Row]:
    """For each row of a line: `run`, which changes where a year is missing or the series breaks,
    and `is_bridged`, whether a dashed line leads to it over missing years."""
    breaks = {(before, after) for before, after, _ in figure.encoding.breaks}
    last: dict[str, tuple[int, int]] = {}
    numbered = []
    for row in figure.rows:
        year, run = last.get(row["series"], (row["year"] - 1, 0))
        is_break = (year, row["year"]) in breaks
        is_apart = row["year"] - year != 1 or is_break
        last[row["series"]] = (row["year"], run + is_apart)
        numbered.append({"run": run + is_apart, "is_bridged": is_apart and not is_break})
    return numbered


def bridges(figure: Figure) -> list[Row]:
    """From the end of a run to the start of the next, but not across a break of the series."""
    joined, last = [], dict[str, Row]()
    for row, numbered in zip(figure.rows, runs(figure), strict=True):
        before = last.get(row["series"])
        if before and numbered["is_bridged"]:
            joined.append(
                {
                    "x0": before["year"],
                    "y0": before["value"],
                    "x1": row["year"],
                    "y1": row["value"],
                    "series": row["series"],
                }
            )
        last[row["series"]] = row
    return joined


def marks(figure: Figure) -> dict[str, list[Any]]:
    """Columns of the rows that only the drawing needs, by name."""
    if figure.kind == "line":
        numbered = runs(figure)
        return {key: [row[key] for row in numbered] for key in ("run", "is_bridged")}
    if figure.kind == "heat_map":
        return cells(figure)
    if figure.kind == "tile_map":
        return tile_columns(figure)
    if figure.kind == "stacked_bar":
        return segments(figure)
    if figure.kind != "bar":
        return row_columns(figure)
    encoding = figure.encoding
    if encoding.colour == "goal":
        colours = {style.label: style.colour for style in encoding.styles}
    else:
        own = encoding.styles[0].colour
        colours = {name: QUIET if encoding.highlight not in (None, name) else own for name in encoding.order}
        colours |= dict.fromkeys(encoding.residual & colours.keys(), RESIDUAL)
    return {"colour": [colours[row["label"]] for row in figure.rows]} | row_columns(figure)


def segments(figure: Figure) -> dict[str, list[Any]]:
    """Columns of the rows of stacked bars: where each part begins and ends, its number, the width of that, its ink."""
    colours = {style.label: style.colour for style in figure.encoding.styles}
    ends = dict.fromkeys(figure.encoding.order, 0.0)
    columns: dict[str, list[Any]] = {"begin": [], "end": [], "part": [], "part_width": [], "ink": []}
    for row in figure.rows:
        begin, text = ends[row["label"]], cell_text(figure, row)
        ends[row["label"]] = begin + row["value"]
        part = (begin, ends[row["label"]], text, text_width(text, 1, bold=True), ink_on(colours[row["series"]]))
        for column, value in zip(columns.values(), part, strict=True):
            column.append(value)
    return columns


def params(figure: Figure, theme: Theme) -> dict[str, Any]:
    """Values of the specification's parameters.

    `low` and `high`: the ends of the axis of values; `ticks` and `written`:
    the marks of an upright axis as numbers and in the figure's language;
    `first` and `last`: the ends of the axis of years; `room`: the pixels that
    the longest value takes; `count` and `peak`: the number of columns and
    the height of the highest.
    """
    low, high = figure.encoding.domain
    if figure.kind == "heat_map":
        return {"low": low, "high": high, "room": widest_number(figure, theme.value_size - 1) * theme.widest}
    if figure.kind in ("stacked_bar", "tile_map"):
        return {"low": low, "high": high, "room": 0}
    room = told_width(figure, theme, theme.value_size) * theme.widest + 20
    values: dict[str, Any] = {"room": round(room)}
    if figure.kind in ("line", "column"):
        marked, w = axis_ticks(figure), words(figure.lang)
        values |= {"ticks": marked, "written": [w.number(value) for value in marked]}
        low, high = marked[0], marked[-1]
    if figure.kind == "line":
        years = [one["year"] for one in figure.rows] + [point.year for point in figure.printed]
        values |= {"first": min(years), "last": max(years)}
    wholes = [row["n_total"] for row in figure.rows if row["n_total"] and figure.kind != "line"]
    if figure.kind == "column":
        values |= {"count": len(figure.encoding.order), "peak": max(figure.encoding.domain[1], *wholes, 0)}
    return values | {"low": low, "high": max(high, *wholes) if wholes else high}


def datasets(figure: Figure, theme: Theme, names: list[Row], height: float) -> dict[str, list[Row]]:
    """The named data of a picture whose plot is `height` pixels tall; `names` are those of its rows."""
    columns = marks(figure) | row_columns(figure, with_source=theme.sources_beside)
    rows = [{**row, **{key: values[place] for key, values in columns.items()}} for place, row in enumerate(figure.rows)]
    return {
        "rows": rows,
        "names": names,
        "breaks": [{"year": (before + after) / 2, "why": why} for before, after, why in figure.encoding.breaks],
        "ends": ends(figure, theme, height) if figure.kind == "line" else [],
        "printed": upright_rows(figure, theme, height),
        **({"blanks": blanks(figure)} if figure.kind == "heat_map" else {}),
        **({"blanks": empty_tiles(figure)} if figure.kind == "tile_map" else {}),
    }


def ends(figure: Figure, theme: Theme, height: float) -> list[Row]:
    """Labels of the last point of each line, moved apart, and of the first where there is one line.

    Those of several lines are right of the last year, where no line runs; one that ends earlier says when.
    """
    marked, rows = axis_ticks(figure), figure.rows
    lasts = {row["series"]: row for row in rows}
    places = [(1 - (row["value"] - marked[0]) / (marked[-1] - marked[0])) * height for row in lasts.values()]
    apart = spread(places, theme.name_size + 4, 0, height)
    labels, last = [], max(row["year"] for row in lasts.values())
    for row, place, moved in zip(lasts.values(), places, apart, strict=True):
        text = f"{row['series']} {row['shown']}".strip()
        is_free = all(point.year == row["year"] for point in figure.printed)
        beside = {"align": "left", "dx": 14, "dy": moved - place}
        # right of a line that ends before a printed mark there is no room
        if is_free and row["year"] != last:
            text, row = f"{text} ({row['year']})", {**row, "year": last}
        labels.append({**row, "text": text, **(beside if is_free else {"align": "center", "dx": 0, "dy": -18})})
    if len(lasts) == 1 and rows[0] is not rows[-1]:
        labels.append({**rows[0], "text": rows[0]["shown"], "align": "right", "dx": 8, "dy": -20})
    return labels
