"""Findings of a map of countries: in how many a value is above that of the World, and where a count is highest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.figures.findings.message import Message, Row, height
from localsdg.figures.findings.places import ranking
from localsdg.figures.messages.messages import COUNTS

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
    top = max(others, key=height)
    above = [row for row in others if row["value"] > own["value"]]
    values = {
        "own": own["shown"],
        "n": w.number(len(above)),
        "places": w.number(len(others)),
        "top": top["name"],
        "top_value": top["shown"],
    }
    if own["unit"] not in COUNTS:
        return Message("map_above", values, own, w.say("word.of").format(value=values["n"], total=values["places"]))
    n_top = sum(row["value"] == top["value"] for row in others)
    return Message("map_count" if n_top == 1 else "map_count_tied", values, own, values["places"])
