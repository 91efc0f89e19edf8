"""What a heat map shows and where: places, colours and numbers of its cells, and the names around them.

Places are in cells from the upper left. Chart, page and deck read them here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.layout import text_width, wrap
from localsdg.figures.chart.palette import RESIDUAL, STATUSES, ink_on, sequential
from localsdg.figures.messages.messages import words

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure

Row = dict[str, Any]
#: Pixels: the widest cell of a triangle and of another matrix, a line of a head over a column, between a name and
#: the cells; a line's height beside its size.
WIDEST, WIDEST_OF_MATRIX, _HEAD, APART, LEADING = 92, 150, 112, 8, 1.15
#: Pixels that the columns of a matrix share at least.
_ACROSS = 520
#: How much smaller the name of a row may be to be one line.
_SMALLER = 0.78
#: Size of turned heads, and how much wider than Helvetica the fonts of a page may be.
TURNED, _WIDER = 12.0, 1.16


def has_diagonal(figure: Figure) -> bool:
    """Whether a triangle has pairs of a name with itself."""
    return any(row["label"] == row["series"] for row in figure.rows)


def cells(figure: Figure) -> dict[str, list[Any]]:
    """Columns of the rows that only the drawing needs: the cell's place, its colours and its number."""
    if figure.encoding.colour == "status":
        looks = [(colour, ink_on(colour)) for colour in map(_status_colour, figure.rows)]
        return _placed(figure, looks)
    residual = figure.encoding.residual
    highest = max((row["value"] for row in figure.rows if row["label"] not in residual), default=0) or 1
    looks = [
        (RESIDUAL, ink_on(RESIDUAL)) if row["label"] in residual else sequential(row["value"] / highest)
        for row in figure.rows
    ]
    return _placed(figure, looks)


def _status_colour(row: Row) -> str:
    """The colour of a cell whose value is a status, from 1, going back, to 5, on track."""
    return list(STATUSES.values())[5 - round(row["value"])]


def _placed(figure: Figure, looks: list[tuple[str, str]]) -> dict[str, list[Any]]:
    return {
        "across": [figure.encoding.across.index(row["series"]) for row in figure.rows],
        "down": [figure.encoding.order.index(row["label"]) for row in figure.rows],
        "fill": [fill for fill, _ in looks],
        "ink": [ink for _, ink in looks],
        "cell": [cell_text(figure, row) for row in figure.rows],
        **(
            {"status": [_status_word(figure, row) for row in figure.rows]} if figure.encoding.colour == "status" else {}
        ),
    }


def status_looks(figure: Figure) -> dict[str, str]:
    """The colour of each status that a cell may have, by its words, on track first."""
    w = words(figure.lang)
    return {w.say(f"progress.{status}"): colour for status, colour in list(STATUSES.items())[:5]}


def _status_word(figure: Figure, row: Row) -> str:
    return list(status_looks(figure))[5 - round(row["value"])]


def cell_text(figure: Figure, row: Row) -> str:
    """The number of a cell: whole, with its sign where it has one; a status in words, without its number of series."""
    if figure.encoding.colour == "status":
        return str(row["shown"]).partition(" (")[0]
    w = words(figure.lang)
    if figure.unit_code == "PERCENT":
        return w.share(row["value"])
    return w.amount(round(row["value"]), figure.unit_code, row["censoring"])


def widest_number(figure: Figure, size: float) -> float:
    """Pixels of the widest number of a cell."""
    return max(text_width(cell_text(figure, row), size) for row in figure.rows)


def blanks(figure: Figure) -> list[Row]:
    """The places of cells without a row."""
    known = {(row["label"], row["series"]) for row in figure.rows}
    first = 1 if has_diagonal(figure) else 0
    return [
        {"across": across, "down": down}
        for down, label in enumerate(figure.encoding.order)
        for across, series in enumerate(figure.encoding.across)
        if (label, series) not in known and not (figure.encoding.is_triangle and across >= down + first)
    ]


def names(figure: Figure, size: float, width: float) -> list[Row]:
    """The names as they are drawn, in lines up to `width` pixels: at the ends of the rows of a triangle, else
    at the left and above the columns. `short` is the name for a narrow screen."""
    order = figure.encoding.order
    if figure.encoding.is_triangle:
        step = 1 if has_diagonal(figure) else 0
        place = {"align": "left", "baseline": "middle", "dx": APART - 2, "dy": 0, "dy_short": 0}
        return [
            {"label": name, "text": name, "short": short(name), "across": down + step, "down": down + 0.5, **place}
            for down, name in enumerate(order)
        ]
    rows, heads, head = [], [], _head_size(figure, size)
    for down, name in enumerate(order):
        # a little smaller rather than in two lines
        own = max(_SMALLER, min(1.0, width / (text_width(name, size) + 1))) * size
        lines = wrap(name, width, own)
        text = {"label": name, "text": "\n".join(lines), "short": "\n".join(lines), "size": own}
        # lines are placed by their first
        up = -(len(lines) - 1) * own * LEADING / 2
        rows.append(
            {**text, "across": 0, "down": down + 0.5, "align": "right", "baseline": "middle", "dx": -APART}
            | {"dy": up, "dy_short": up}
        )
    for across, name in enumerate(figure.encoding.across):
        lines = wrap(name, _head_width(figure), head)
        up = -APART - (len(lines) - 1) * head * LEADING
        place = {"across": across + 0.5, "down": 0, "align": "center", "baseline": "bottom", "dx": 0, "dy": up}
        place["dy_short"] = -APART
        place["turn"] = int(turns_heads(figure))
        heads.append({"label": name, "text": "\n".join(lines), "short": short(name), "size": head, **place})
    return [*rows, *heads]


def turns_heads(figure: Figure) -> bool:
    """Whether heads are turned upright over narrow columns: those that have no number in their place."""
    return not figure.encoding.is_triangle and any(short(name) == name for name in figure.encoding.across)


def turned_height(figure: Figure) -> float:
    """Pixels that heads take above the cells where they are turned; 0 where they never are."""
    if not turns_heads(figure):
        return 0.0
    return max(text_width(name, TURNED) for name in figure.encoding.across) * _WIDER + 2 * APART


def widest_head(figure: Figure, size: float) -> float:
    """Pixels of the widest line of a head."""
    head = _head_size(figure, size)
    lines = [line for name in figure.encoding.across for line in wrap(name, _head_width(figure), head)]
    return max(text_width(line, head) for line in lines) * _WIDER


def _head_size(figure: Figure, size: float) -> float:
    """The size of the heads of columns: smaller where the longest word would leave its column."""
    longest = max(text_width(word, size) for name in figure.encoding.across for word in name.split())
    return min(size, size * _head_width(figure) / (longest + 1))


def _head_width(figure: Figure) -> float:
    """Pixels of a line of a head: no more than its column has where columns are many."""
    return min(_HEAD, _ACROSS / len(figure.encoding.across))


def short(name: str) -> str:
    """The number of a goal instead of its name; other names as they are."""
    number = name.partition(" ")[0]
    return number if number.isdigit() else name


def head_height(figure: Figure, size: float) -> float:
    """Pixels that the heads of columns take above the cells; none over a triangle."""
    if figure.encoding.is_triangle:
        return 0.0
    head = _head_size(figure, size)
    lines = max(len(wrap(name, _head_width(figure), head)) for name in figure.encoding.across)
    return lines * head * LEADING + APART + 4
