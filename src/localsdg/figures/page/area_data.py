"""The figures of all areas by column, so that what is alike is side by side: a third smaller when it is gzipped.

Rows that several areas show, such as the World beside each country, are kept once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from localsdg.figures.data.figure import Figure
from localsdg.figures.page.data import SHARED, pack

#: Rows are kept once where at most this share of them are unlike.
_UNLIKE = 0.8
#: Digits of a value: noise of floating point behind them takes a tenth of the room.
_DIGITS = 12
#: Parts of a packed figure that are not its rows.
FIELDS = (
    "title",
    "subtitle",
    *SHARED,
    "finding",
    "table",
    "params",
    "breaks",
    "names",
    "blanks",
    "order",
    "printed",
    "highlight",
    "spec",
)


def pack_areas(
    by_figure: dict[str, dict[str, Figure | str]], spec_of: Callable[[Figure], dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The figures of all areas by figure id.

    `none`: why an area has no figure, by its code. `codes`: the areas with one; in their order `fields`, a list
    each, and `n`, how many rows each has. `columns`: of all rows, or of those that are unlike, where `rows`
    says which; a column with one value for all has that alone. A label that is the row's year is left out.
    `texts`: texts that many areas share, in `fields` by their place. `spec_of` gives what a figure has that
    is not as in the World's: its specification.
    """
    return {figure_id: _pack_figure(by_area, spec_of) for figure_id, by_area in by_figure.items()}


def _pack_figure(by_area: dict[str, Figure | str], spec_of: Callable[[Figure], dict[str, Any]]) -> dict[str, Any]:
    texts: dict[Any, int] = {}
    drawn = {code: figure for code, figure in by_area.items() if not isinstance(figure, str)}
    bodies = []
    for figure in drawn.values():
        body = pack(figure) | spec_of(figure) | {"highlight": figure.encoding.highlight}
        for key in SHARED:
            if key in body:
                body[key] = texts.setdefault(body[key], len(texts))
        bodies.append(body)
    names = list(dict.fromkeys(name for body in bodies for name in body["columns"]))
    rows = [row for body in bodies for row in _rows(body, names)]
    place_of = {row: place for place, row in enumerate(dict.fromkeys(rows))}
    is_shared = len(place_of) < _UNLIKE * len(rows)
    columns = dict(zip(names, map(list, zip(*(place_of if is_shared else rows), strict=True)), strict=True))
    if [str(year) for year in columns.get("year", ())] == columns["label"]:
        del columns["label"]
    fields = {key: [body.get(key) for body in bodies] for key in FIELDS}
    return {
        "none": {code: reason for code, reason in by_area.items() if isinstance(reason, str)},
        "codes": list(drawn),
        "n": [body["n"] for body in bodies],
        "fields": {key: _once(values) for key, values in fields.items() if any(value is not None for value in values)},
        "columns": {name: _once(values) for name, values in columns.items()},
        **({"rows": [place_of[row] for row in rows]} if is_shared else {}),
        "texts": list(texts),
    }


def _rows(body: dict[str, Any], names: Iterable[str]) -> Iterable[tuple[Any, ...]]:
    columns = []
    for name in names:
        values = body["columns"].get(name)
        columns.append(values if isinstance(values, list) else [values] * body["n"])
    return zip(*(list(map(_short, values)) for values in columns), strict=True)


def _short(value: Any) -> Any:
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value


def _once(values: list[Any]) -> Any:
    """One value for all: in a list of its own, so that it differs from a list of values."""
    return [values[0]] if values and all(value == values[0] for value in values) else values
