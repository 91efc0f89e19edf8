"""Findings of a map of countries: in how many a value is above that of the World, and where a count is highest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.figures.findings.message import Message, Row, height
from localsdg.figures.findings.places import ranking
from localsdg.figures.messages.messages import COUNTS, rounded

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.data.queries import Area
    from localsdg.figures.messages.messages import Words


def countries(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """The World beside its countries; without a value of the World, what a ranking of the countries says."""
    own = next((row for row in rows if row["code"] == area.code), None)
    others = [row for row in rows if row is not own]
    if not own or len(others) < 2:
        return ranking(entry, rows, w, area)
    is_count = own["unit"] in COUNTS
    if is_count:  # nothing comes from a country of which nothing is counted
        others = [row for row in others if row["value"] > 0] or others
    top = max(others, key=height)
    above = [row for row in others if _is_above(row, own)]
    values = {
        "own": own["shown"],
        "n": w.number(len(above)),
        "places": w.number(len(others)),
        "top": top["name"],
        "top_value": top["shown"],
    }
    if not is_count:
        return Message("map_above", values, own, w.say("word.of").format(value=values["n"], total=values["places"]))
    n_top = sum(row["shown"] == top["shown"] for row in others)
    return Message("map_count" if n_top == 1 else "map_count_tied", values, own, values["places"])


def _is_above(row: Row, own: Row) -> bool:
    """Whether a value is above another as they are printed; below a limit such as `< 2.5%` it may lie anywhere."""
    return row["censoring"] not in ("<", "≤") and rounded(row["value"]) > rounded(own["value"])
