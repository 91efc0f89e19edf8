"""Findings of a few areas beside each other: which is higher, which has passed another, whether the gap narrows.

A title has room for about fourteen words: where the names are long, a shorter sentence says less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.figures.findings.message import Message, Row, height
from localsdg.figures.messages.messages import COUNTS, rounded

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.data.queries import Area
    from localsdg.figures.messages.messages import Words

#: Words that a title has room for; English says the same in fewer.
MOST_WORDS = {"en": 14}
MOST_WORDS_ELSE = 18
#: The least years between two values whose gap is compared, and how much of a gap has to go or come.
_YEARS, _HALF = 5, 0.5
#: The least lead, as a share of the higher value, of which it is said that it changed hands.
_AHEAD = 0.02
#: The sentences that name one area alone.
_HIGHEST: list[tuple[str, Row]] = [("compare_top", {}), ("compare_highest", {})]


def compared(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Which area is highest and which lowest in the year that sets them beside each other (`is_beside`)."""
    beside = sorted((row for row in rows if row["is_beside"]), key=height, reverse=True) or rows
    if beside[0]["unit"] in COUNTS:  # a count of a region holds those of its countries
        countries = [row for row in beside if row["area_kind"] == "country"]
        beside = countries if len(countries) > 1 else beside
    top, bottom = beside[0], beside[-1]
    years = sorted({row["year"] for row in beside})
    values = {
        "top": place(top),
        "top_value": top["shown"],
        "bottom": place(bottom),
        "bottom_value": bottom["shown"],
        "tops": w.join([place(row) for row in beside if row["shown"] == top["shown"]]),
        "year": str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}",
    }
    strength = ("strong", "") if len(years) == 1 else ("fair", "years_differ")
    candidates = [*_over_time(entry, rows, beside, w), *_beside(beside)]
    key, more = next(((key, more) for key, more in candidates if _fits(entry, w, key, values | more)), candidates[-1])
    return Message(key, values | more, top, "", *strength)


def place(row: Row) -> str:
    """The name of a row's area: of its line, or of its bar, without a year behind it."""
    return row["series"] or row["name"]


def _beside(beside: list[Row]) -> list[tuple[str, Row]]:
    """The sentences that are true of values beside each other, the fullest first."""
    top, bottom = beside[0], beside[-1]
    n_top = sum(row["shown"] == top["shown"] for row in beside)
    has_limits = any(row["censoring"] for row in beside)
    if n_top == len(beside):
        return [("compare_same", {})] if not has_limits else [("compare_values", {})]
    # beside a limit it is not known which is the lowest
    if has_limits:
        is_above = top["censoring"] in (None, "", ">", "≥") and n_top == 1
        is_above = is_above and all(row["value"] < top["value"] for row in beside[1:])
        is_above = is_above and not any(row["censoring"] in (">", "≥") for row in beside[1:])
        return [*(_HIGHEST if is_above else []), ("compare_values", {})]
    if n_top > 1:
        return [("compare_tied", {})]
    if len(beside) == 2:
        return [("compare_two", {}), ("compare_values", {}), *_HIGHEST]
    is_lowest = sum(row["shown"] == bottom["shown"] for row in beside) == 1
    return [*([("compare_ends", {})] if is_lowest else []), *_HIGHEST]


def _over_time(entry: Entry, rows: list[Row], beside: list[Row], w: Words) -> list[tuple[str, Row]]:
    """What changed since the first year that all areas have: who is highest, or how far apart they are."""
    names = {place(row) for row in beside}
    years = [{row["year"] for row in rows if place(row) == name} for name in names]
    common = set.intersection(*years)
    last = {row["year"] for row in beside}
    if len(last) > 1 or not common or max(last) - min(common) < _YEARS or any(row["censoring"] for row in rows):
        return []
    first = sorted((row for row in rows if row["year"] == min(common) and place(row) in names), key=height)
    before, gaps = first[-1], [rounded(one[0]) - rounded(one[1]) for one in (_ends(first), _ends(beside))]
    found: list[tuple[str, Row]] = []
    is_clear = _is_ahead(first[-1], first[-2]) and _is_ahead(beside[0], beside[1])
    if is_clear and place(before) != place(beside[0]):
        found.append(("compare_passed", {"before": place(before), "y0": min(common)}))
    told = {"gap0": w.number(round(gaps[0], 2)), "gap1": w.number(round(gaps[1], 2)), "y0": min(common)}
    if entry.draw or beside[0]["unit"] == "PERCENT":
        if gaps[1] <= gaps[0] * _HALF and gaps[0] - gaps[1] >= 1:
            found.append(("compare_closer", told))
        elif gaps[0] <= gaps[1] * _HALF and gaps[1] - gaps[0] >= 1:
            found.append(("compare_apart", told))
    return found


def _is_ahead(one: Row, other: Row) -> bool:
    """Whether a value is above another by more than what two lines that lie on each other differ by."""
    return one["value"] - other["value"] >= _AHEAD * abs(one["value"]) and one["shown"] != other["shown"]


def _ends(rows: list[Row]) -> tuple[float, float]:
    values = [row["value"] for row in rows]
    return max(values), min(values)


def _fits(entry: Entry, w: Words, key: str, values: Row) -> bool:
    text = w.say(f"title.{key}").format(**values, subject=w.say(f"subject.{entry.figure_id}"))
    # a no-break space does not part words
    return len(text.split(" ")) <= MOST_WORDS.get(w.lang, MOST_WORDS_ELSE)
