"""The shape of a series over time: direction, turning point, standstill, record, and not its two ends alone.

A turning point is the last one that a zigzag filter confirms: both legs are at least the least change that is
told and at least a seventh of the whole range. One value alone makes none: in a series of seven or more both legs
must be there without it too, and a turn has two values or three years before and behind it. Values that the source
gives as limits (`< 2.5`) carry a change only where it is certain, never between two limits of the same side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from localsdg.figures.messages.messages import rounded

KINDS = ("rising", "falling", "turned_up", "turned_down", "stalled", "unchanged", "limited")
GAPS = ("narrowing", "widening", "closed", "crossed", "steady")
#: The least leg of a turn, as a share of the range of all values: below it a turn is noise of the long run.
LEG = 0.15
#: Years of a standstill, and how much slower than before a series moves in it.
STILL_YEARS, SLOWER = 5, 3
#: A turn has two points behind it, or one that is three years later; and as many before it.
POINTS_AFTER, YEARS_AFTER = 2, 3
#: From so many points on a single one can be told from its neighbours.
_SPIKES_FROM = 7
#: Fewer years have no record.
_RECORD_FROM = 5
#: The least change of a share, in points, and of any other value, relative to the largest one.
POINT, RELATIVE = 1.0, 0.02
_LOWER, _UPPER = frozenset(">≥"), frozenset("<≤")


@dataclass(frozen=True)
class Point:
    """One value of a series; `value` as it is drawn, `limit` where it is one only: `<`, `>`, `≥`, `≤`."""

    year: int
    value: float
    limit: str = ""


@dataclass(frozen=True)
class Shape:
    """What a series does: one of KINDS, between which points, and what its end is."""

    kind: str
    first: Point
    turn: Point  # where it turned or came to a standstill; else the first
    last: Point
    before: str = ""  # of a standstill: rising or falling until then
    record: str = ""  # "high" or "low": the last value is above or below all others, as they are printed
    recent: Point | None = None  # the end of the long run, where the newest values go against it


@dataclass(frozen=True)
class Gap:
    """What two lines do to each other: one of GAPS, between two years that both have."""

    kind: str
    first_year: int
    first: float  # the first line less the second, of the printed values
    last_year: int
    last: float


def least_change(values: Sequence[float], unit: str) -> float:
    """The smallest change that is stated: 1 point of a share, else 2 % of the largest value or what is printed."""
    if unit in ("PERCENT", "points"):
        return POINT
    largest = max(abs(value) for value in values)
    step = 1.0 if largest >= 100 else 0.1 if largest >= 1 else 0.01
    return max(RELATIVE * largest, step)


def classify(points: Sequence[Point], least: float = POINT) -> Shape:
    """The shape of a series of at least two points, sorted by year; gaps between the years are allowed.

    `least` is the smallest change that is stated, in the unit of the values (`least_change`).
    """
    values = [rounded(point.value) for point in points]
    first, last = points[0], points[-1]
    turns = _turns(points, values, least)
    record = _record(values)
    if turns:
        up = values[-1] > values[turns[-1]]
        return Shape(
            "turned_up" if up else "turned_down",
            first,
            points[turns[-1]],
            last,
            record=record if record == ("high" if up else "low") else "",
            recent=_against(points, values, least, up=up),
        )
    if not _is_certain(first, last) or (abs(values[-1] - values[0]) < least and (first.limit or last.limit)):
        return Shape("limited", first, first, last)
    if (still := _standstill(points, values, least)) is not None:
        before = "rising" if values[still] > values[0] else "falling"
        return Shape("stalled", first, points[still], last, before=before)
    if abs(values[-1] - values[0]) < least:
        return Shape("unchanged", first, first, last)
    up = values[-1] > values[0]
    return Shape(
        "rising" if up else "falling",
        first,
        first,
        last,
        record=record if record == ("high" if up else "low") else "",
        recent=_against(points, values, least, up=up),
    )


def _turns(points: Sequence[Point], values: list[float], least: float) -> list[int]:
    """The turning points, up to the last one that is a turn of its own."""
    found = _pivots(values, _leg(values, least))
    while found and not _is_turn(points, values, found, least):
        found.pop()
    return found


def _leg(values: list[float], least: float) -> float:
    return max(least, LEG * (max(values) - min(values)))


def _is_turn(points: Sequence[Point], values: list[float], found: list[int], least: float) -> bool:
    """Whether the last turning point is the highest or lowest of all, has enough behind it, and both legs.

    The legs are there without any one value too.
    """
    turn, start = found[-1], found[-2] if len(found) > 1 else _start(values, found[-1])
    behind = len(points) - 1 - turn
    if behind < POINTS_AFTER and points[-1].year - points[turn].year < YEARS_AFTER:
        return False
    if turn < POINTS_AFTER and points[turn].year - points[0].year < YEARS_AFTER:
        return False
    if not (_is_certain(points[turn], points[-1]) and _is_certain(points[start], points[turn])):
        return False
    sign = 1 if values[turn] > values[start] else -1
    if sign * values[turn] < max(sign * value for value in values):
        return False
    legs = [(values[turn], values[start]), (values[turn], values[-1])]
    if len(values) >= _SPIKES_FROM:
        beside = max(values[turn - 1], values[turn + 1], key=lambda value: sign * value)
        before = [sign * values[place] for place in range(turn) if place != start]
        legs += [(beside, values[start]), (beside, values[-1])]
        legs += [(values[turn], sign * min(before))] if before else []
        legs += [(values[turn], values[-2])] if behind >= POINTS_AFTER else []
    return all(round(sign * (top - side), 9) >= least for top, side in legs)


def _pivots(values: list[float], leg: float) -> list[int]:
    """Where a zigzag filter turns: each leg is at least `leg`; of equal values the last counts."""
    high = low = direction = 0
    found: list[int] = []
    for place, value in enumerate(values):
        high = place if value >= values[high] else high
        low = place if value <= values[low] else low
        if direction >= 0 and values[high] - value >= leg:
            if direction:
                found.append(high)
            direction, low = -1, place
        elif direction <= 0 and value - values[low] >= leg:
            if direction:
                found.append(low)
            direction, high = 1, place
    return found


def _start(values: list[float], turn: int) -> int:
    """Where the first leg begins: the value before a turn that is farthest from it."""
    return max(range(turn), key=lambda place: abs(values[place] - values[turn]), default=0)


def _is_certain(one: Point, two: Point) -> bool:
    """Whether a change between two values is one: a rise from a lower limit, or to an upper one, need not be."""
    low, high = (one, two) if two.value >= one.value else (two, one)
    return low.limit not in _LOWER and high.limit not in _UPPER


def _standstill(points: Sequence[Point], values: list[float], least: float) -> int | None:
    """The place from which a series that moved before stays within the least change of its last value."""
    last = start = len(values) - 1
    while start and abs(values[start - 1] - values[-1]) < least and not points[start - 1].limit:
        start -= 1
    if points[-1].limit or abs(values[-1] - values[0]) < least:
        return None
    for place in range(max(start, 1), last - 1):
        years = points[last].year - points[place].year
        pace = abs(values[last] - values[place]) / years
        moved = abs(values[place] - values[0])
        if years < STILL_YEARS:
            return None
        if moved >= least and pace * SLOWER <= moved / (points[place].year - points[0].year):
            return place
    return None


def _record(values: list[float]) -> str:
    """Whether the last value is the highest or the lowest of all, as printed; a zero may come from rounding."""
    *others, last = values
    if len(values) < _RECORD_FROM:
        return ""
    return "high" if last > max(others) else "low" if 0 != last < min(others) else ""


def _against(points: Sequence[Point], values: list[float], least: float, *, up: bool) -> Point | None:
    """The end of the long run, where the newest values have gone back from it: by the leg of a turn if it is one value.

    Years later or two values later, the least change is enough.
    """
    sign = 1 if up else -1
    end = max(range(len(values)), key=lambda place: (sign * values[place], place))
    is_backed = len(values) - 1 - end >= POINTS_AFTER or points[-1].year - points[end].year >= YEARS_AFTER
    is_told = sign * (values[end] - values[-1]) >= (least if is_backed else _leg(values, least))
    # what came back further and went on again since is no way back
    is_told = is_told and min(sign * value for value in values[end:]) > sign * values[-1] - least
    return points[end] if is_told and end and _is_certain(points[end], points[-1]) else None


def classify_gap(one: Sequence[Point], two: Sequence[Point], least: float = POINT) -> Gap | None:
    """What two lines do to each other over the years that both have; None without two such years or with limits.

    A gap narrows or widens by at least the least change and a fifth of what it was.
    """
    left, right = ({point.year: point for point in line} for line in (one, two))
    years = sorted(left.keys() & right.keys())
    ends = [side[year] for side in (left, right) for year in years[:1] + years[-1:]]
    if len(years) < 2 or any(point.limit for point in ends):
        return None
    first, last = (round(rounded(left[year].value) - rounded(right[year].value), 2) for year in (years[0], years[-1]))
    return Gap(_gap_kind(first, last, least), years[0], first, years[-1], last)


def _gap_kind(first: float, last: float, least: float) -> str:
    change = abs(last) - abs(first)
    if first * last < 0 and min(abs(first), abs(last)) >= least:
        return "crossed"
    if abs(first) >= least > abs(last) and -change >= least:
        return "closed"
    if abs(change) < max(least, abs(first) / 5):
        return "steady"
    return "narrowing" if change < 0 else "widening"
