"""Where the rows of a figure are drawn, and in which looks."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING, Any

from localsdg.figures.chart import palette
from localsdg.figures.data.figure import Encoding, Style

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.data.queries import Area

Row = dict[str, Any]
#: A share of people cannot pass 100; other values end a little above the highest.
_ROOM = 1.08
#: A value below zero has its label to the left of its bar.
_BELOW = 1.5


def encode(entry: Entry, rows: list[Row], area: Area, unit: str, ends: tuple[tuple[int, int, str], ...]) -> Encoding:
    """The encoding of rows as `compose` makes them; `ends` are the breaks of a line."""
    names = list(dict.fromkeys(row["series"] for row in rows))
    labels = tuple(dict.fromkeys(row["label"] for row in rows))
    if entry.kind == "column":  # a year without a row keeps its place
        labels = tuple(map(str, range(rows[0]["year"], rows[-1]["year"] + 1)))
    if entry.parts:
        labels = _parts(rows)
    if entry.kind == "heat_map" and entry.label == "by_goal":
        labels = tuple(sorted(labels, key=lambda name: int(name.partition(" ")[0])))
    own = [row["label"] for row in rows if row["code"] == area.code and entry.label == "name"]
    upright = entry.kind in ("line", "column")
    return Encoding(
        x="year" if entry.kind == "line" else "label" if upright else "value",
        y="value" if upright else "label",
        series="series" if len(names) > 1 else None,
        colour=entry.colour,
        styles=_styles(entry, rows, names),
        order=() if entry.kind == "line" else labels,
        highlight=own[0] if own and len(labels) > 1 else None,
        breaks=ends if entry.kind == "line" else (),
        domain=_domain(entry, rows, unit),
        across=_across(entry, rows, labels, names),
        is_triangle=bool(entry.parts),
        residual=frozenset(row[_names_kinds(entry)] for row in rows if row["is_residual"]),
    )


def _names_kinds(entry: Entry) -> str:
    """Which of a row's names tells kinds apart: the series, but for bars of one series and a matrix."""
    return "series" if entry.series and entry.kind != "heat_map" else "label"


def _parts(rows: list[Row]) -> tuple[str, ...]:
    """The names of both parts of pairs, in their common order."""
    places = {row["across_place"]: row["series"] for row in rows} | {row["down_place"]: row["label"] for row in rows}
    return tuple(places[place] for place in sorted(places))


def _across(entry: Entry, rows: list[Row], labels: tuple[str, ...], names: list[str]) -> tuple[str, ...]:
    """The columns of a heat map."""
    if entry.kind != "heat_map":
        return ()
    if not entry.parts:
        # goals in their order, others in that of the rows
        goals = {name: name.partition(" ")[0] for name in names}
        return tuple(sorted(names, key=lambda name: int(goals[name]) if goals[name].isdigit() else 0))
    has_diagonal = any(row["label"] == row["series"] for row in rows)
    return labels if has_diagonal else labels[:-1]


def _styles(entry: Entry, rows: list[Row], names: list[str]) -> tuple[Style, ...]:
    if entry.kind in ("table", "heat_map"):
        return ()
    if entry.kind == "tile_map":
        return palette.classes([row["series"] for row in sorted(rows, key=lambda row: row["value"]) if row["series"]])
    if entry.colour == "goal":
        return palette.goals({row["label"]: str(row["code"]) for row in rows})
    if entry.colour == "status":
        told = {row["dimensions"]["status"]: row["series"] for row in rows}
        return palette.statuses({status: told[status] for status in entry.picked if status in told})
    residual = {row["series"] for row in rows if row["is_residual"]} if entry.series else set()
    if entry.picked and entry.series:  # the same value has the same look also where another has no row
        return _picked_styles(entry, rows, residual)
    looks = iter(palette.series([name for name in names if name not in residual]))
    greys = cycle((palette.RESIDUAL, palette.WHOLE))
    return tuple(Style(name, next(greys)) if name in residual else next(looks) for name in names)


def _picked_styles(entry: Entry, rows: list[Row], residual: set[str]) -> tuple[Style, ...]:
    """Looks by the place of a value in `picked`."""
    names = {row["dimensions"][entry.dimensions[-1]]: row["series"] for row in rows}
    looks = palette.series([value for value in entry.picked if names.get(value) not in residual])
    colours = {look.label: look for look in looks}
    greys = cycle((palette.RESIDUAL, palette.WHOLE))
    return tuple(
        Style(names[value], next(greys)) if names[value] in residual else replace(colours[value], label=names[value])
        for value in entry.picked
        if value in names
    )


def _domain(entry: Entry, rows: list[Row], unit: str) -> tuple[float, float]:
    """The ends of the axis of values; bars that are parts of a whole end where the whole does."""
    if entry.kind == "stacked_bar":
        sums: dict[str, float] = {}
        for row in rows:
            sums[row["label"]] = sums.get(row["label"], 0) + row["value"]
        return 0.0, max(sums.values()) or 1.0
    whole = all(row["n_total"] for row in rows) and entry.kind != "line"
    top = max(row["n_total"] if whole else max(row["value"], row["upper_bound"] or 0) for row in rows)
    bottom = min(row["value"] for row in rows)
    highest = 100.0 if unit == "PERCENT" and 90 < top <= 100 else (top * _ROOM or 1.0)
    return min(0.0, bottom * _BELOW), max(highest, 0.0)
