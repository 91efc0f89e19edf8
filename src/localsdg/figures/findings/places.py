"""Findings of places and of parts beside each other: the highest, the lowest, the widest gap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from localsdg.figures.findings.message import Message, Row, height
from localsdg.figures.messages.messages import rounded

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.data.queries import Area
    from localsdg.figures.messages.messages import Words


def ranking(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Highest and lowest, the asked area beside them; a country beside its regions and the World."""
    asked = [row for row in rows if row["code"] == area.code and entry.finding == "ranking"]
    others = [row for row in rows if row not in asked] or rows
    top, bottom = max(others, key=height), min(others, key=height)
    n_top, n_bottom, total = (
        _tied(others, top, "n_highest"),
        _tied(others, bottom, "n_lowest"),
        _compared(entry, others),
    )
    values = {
        "top": _extreme(entry, top, n_top, total, w),
        "top_value": top["shown"],
        "bottom": _extreme(entry, bottom, n_bottom, total, w),
        "bottom_value": bottom["shown"],
        "n": w.number(len(others)),
        "n_top": w.number(n_top),
        "total": w.number(total),
        "whole": w.number(top["n_whole"]),
        "own": asked[0]["shown"] if asked else "",
        "found": w.number(rows[0]["n_found"]),
    }
    if len(rows) == 1 or not asked and len(others) == 1:
        return Message("one", values)
    if asked and (area.kind == "country" or len(others) == 1):
        others_listed = w.join([f"{row['shown']} ({row['name']})" for row in others])
        return Message("beside", values | {"values": others_listed})
    if len({row["shown"] for row in others}) == 1:
        return Message("all_same", values)
    # of breakdowns the highest alone are shown where there are many: the lowest of them is no extreme
    is_cut = entry.finding == "breakdowns" and total > len(others)
    if entry.finding == "most" or is_cut:
        return Message("most" if n_top == 1 else "most_tied", values)
    return Message("ranking_own" if asked else entry.finding, values)


def _tied(rows: list[Row], end: Row, count: str) -> int:
    """How many places share an end of the range, those that are not shown among them."""
    return max(sum(row["shown"] == end["shown"] for row in rows), end[count] or 0)


def _compared(entry: Entry, rows: list[Row]) -> int:
    """Of how many places or parts an extreme is one; n_found of a register is how many records it has."""
    n_found = 0 if entry.register else rows[0]["n_found"] or 0
    return int(rows[0]["n_others"] or max(len(rows), n_found))


def _extreme(entry: Entry, row: Row, n_tied: int, total: int, w: Words) -> str:
    """The name of an extreme; where several share it, how many of how many."""
    if n_tied < 2:
        return row["name"]
    key = "word.tied_places" if entry.label == "name" else "word.of"
    return w.say(key).format(n=w.number(n_tied), value=w.number(n_tied), total=w.number(total))


def gap(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Two values of one place and the points between them: the asked area's, else the widest."""
    pairs = _pairs(rows)
    own = [pair for pair in pairs if pair[0]["code"] == area.code and entry.label == "name"]
    one, two = own[0] if own else max(pairs, key=_printed_gap)
    gap = _printed_gap((one, two))
    values = {
        "place": one["name"],
        "series_a": one["series"],
        "a": one["shown"],
        "series_b": two["series"],
        "b": two["shown"],
        "year": one["year"],
        "gap": w.number(gap),
        "n": w.number(sum(_printed_gap(pair) == gap for pair in pairs)),
        "places": w.number(len(pairs)),
    }
    if one["censoring"] or two["censoring"]:
        return Message("gap_limit", values)
    if not own and values["n"] != w.number(1):
        return Message("gap_tied", values)
    return Message("gap" if own else "gap_widest", values)


def _printed_gap(pair: Sequence[Row]) -> float:
    """The points between two values as they are printed: a reader subtracts what is on the chart."""
    return round(abs(rounded(pair[0]["value"]) - rounded(pair[1]["value"])), 2)


def exceeds(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """In how many places the second series is above the first."""
    pairs = _pairs(rows)
    above = sum(two["value"] > one["value"] for one, two in pairs)
    return Message(
        "exceeds",
        {
            "n": w.number(above),
            "places": w.number(len(pairs)),
            "series_a": pairs[0][0]["series"],
            "series_b": pairs[0][1]["series"],
        },
    )


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
        return Message("pair", values)
    return Message("above" if above else "none", values)


def _pairs(rows: list[Row]) -> list[list[Row]]:
    """The rows of each label that has both series; where none has, nothing can be said of a pair."""
    by_label: dict[str, list[Row]] = {}
    for row in rows:
        by_label.setdefault(row["label"], []).append(row)
    return [pair for pair in by_label.values() if len(pair) == 2]
