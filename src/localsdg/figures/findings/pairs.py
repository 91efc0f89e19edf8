"""Findings of pairs: two values of one place, such as rural and urban, or of a place and its nation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from localsdg.figures.findings.message import Message, Row
from localsdg.figures.messages.messages import rounded

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.data.queries import Area
    from localsdg.figures.messages.messages import Words

Pair = Sequence[Row]


def gap(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """The asked area's pair and which of its two is higher; else in how many places the first is, or the widest."""
    pairs = _pairs(rows)
    own = [pair for pair in pairs if pair[0]["code"] == area.code and entry.label == "name"]
    if own or len(pairs) == 1:
        return _one_pair((own or pairs)[0], w)
    counted = _places_above(pairs, w)
    if counted:
        return counted
    widest = max(pairs, key=_printed_gap)
    values = _values(widest, w)
    n_widest = sum(_printed_gap(pair) == _printed_gap(widest) for pair in pairs)
    values |= {"n": w.number(n_widest), "places": w.number(len(pairs))}
    if n_widest > 1:
        return Message("gap_tied", values, widest[0], strength="weak", why="tie")
    return Message("gap_widest", values, widest[0])


def _one_pair(pair: Pair, w: Words) -> Message:
    """Which of two values is higher; by less than a point they are the same."""
    one, two = pair
    values = _values(pair, w)
    is_limit = bool(one["censoring"] or two["censoring"])
    is_first = one["value"] > two["value"]
    locations = [row["dimensions"].get("location") for row in pair]
    is_location = locations == ["RURAL", "URBAN"]
    if _printed_gap(pair) < 1:
        return Message("urban_even" if is_location else "gap_even", values, one, strength="weak", why="small")
    if is_limit:
        return Message("gap_limit", values, one, strength="fair", why="limit")
    if is_location:
        return Message("urban_behind" if is_first else "rural_behind", values, one)
    return Message("gap_first" if is_first else "gap_second", values, one)


def _places_above(pairs: list[Pair], w: Words) -> Message | None:
    """In how many of all places, those not shown among them, the first value is above the second; None: not counted."""
    one = pairs[0][0]
    if one.get("n_first_above") is None:
        return None
    total, first, second = one["n_found"], one["n_first_above"], one["n_second_above"]
    widest = max(pairs, key=_printed_gap)
    key, n = ("first", first) if first >= second else ("second", second)
    values = _values(widest, w) | {"n": w.number(n), "places": w.number(total)}
    number = w.say("word.of").format(value=values["n"], total=values["places"])
    if first == second:
        return Message("as_often", values, widest[0], number, strength="weak", why="tie")
    return Message(f"{key}_all" if n == total else f"{key}_most", values, widest[0], number)


def _values(pair: Pair, w: Words) -> Row:
    one, two = pair
    high, low = (one, two) if one["value"] >= two["value"] else (two, one)
    return {
        "place": one["name"],
        "series_a": one["series"],
        "a": one["shown"],
        "series_b": two["series"],
        "b": two["shown"],
        "high_series": high["series"],
        "high": high["shown"],
        "low_series": low["series"],
        "low": low["shown"],
        "year": one["year"],
        "gap": w.number(_printed_gap(pair)),
    }


def _printed_gap(pair: Pair) -> float:
    """The points between two values as they are printed: a reader subtracts what is on the chart."""
    return round(abs(rounded(pair[0]["value"]) - rounded(pair[1]["value"])), 2)


def exceeds(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """In how many places the second series is above the first."""
    pairs = _pairs(rows)
    above = sum(two["value"] > one["value"] for one, two in pairs)
    values = {
        "n": w.number(above),
        "places": w.number(len(pairs)),
        "series_a": pairs[0][0]["series"],
        "series_b": pairs[0][1]["series"],
    }
    number = w.say("word.of").format(value=values["n"], total=values["places"])
    # which indicators of a site count as official rests on how titles were matched: no judgement of a site
    return Message("exceeds", values, number=number, strength="weak", why="matching")


def beside_nation(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """In how many places the own value is above the nation's, and where by most; a single pair is stated."""
    pairs = _pairs(rows)
    above = [pair for pair in pairs if rounded(pair[0]["value"]) > rounded(pair[1]["value"])]
    own, nation = max(above or pairs, key=_printed_gap)
    values = {
        "place": own["name"],
        "a": own["shown"],
        "country": own["country"],
        "b": nation["shown"],
        "year": own["year"],
        "n": w.number(len(above)),
        "places": w.number(len(pairs)),
    }
    if len(pairs) == 1:
        return Message("pair", values, own)
    return Message("above" if above else "none", values, own)


def _pairs(rows: list[Row]) -> list[Pair]:
    """The rows of each label that has both series; where none has, nothing can be said of a pair."""
    by_label: dict[str, list[Row]] = {}
    for row in rows:
        by_label.setdefault(row["label"], []).append(row)
    return [pair for pair in by_label.values() if len(pair) == 2]
