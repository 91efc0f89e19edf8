"""Findings of years: what a line or a column says by its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.figures.findings.message import Message, Row, height

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.data.queries import Area
    from localsdg.figures.messages.messages import Words


def change(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """From the first year of the first series to its last."""
    line = [row for row in rows if row["series"] == rows[0]["series"]]
    first, last = line[0], line[-1]
    values = {
        "first": first["shown"],
        "last": last["shown"],
        "y0": first["year"],
        "y1": last["year"],
        "n": w.number(last["n_areas"]),
    }
    if entry.finding == "newest" or len(line) == 1:
        # a single country is no number of countries that report
        return Message("newest_country" if area.kind == "country" else "newest", values)
    if first["censoring"] or last["censoring"]:
        return Message("between", values)
    if values["first"] == values["last"]:
        return Message("same", values)
    if entry.finding == "count":
        return Message("count", values)
    return Message("fell" if last["value"] < first["value"] else "rose", values)


def latest(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Several lines: where each is in the last year that all of them have."""
    names = list(dict.fromkeys(row["series"] for row in rows))
    common = set.intersection(*({row["year"] for row in rows if row["series"] == name} for name in names))
    if not common or len(names) == 1:
        return change(entry, rows, w, area)
    year = max(common)
    values = {row["series"]: row["shown"] for row in rows if row["year"] == year}
    return Message("latest", {"values": w.join([f"{name} {values[name]}" for name in names]), "year": year})


def leaders(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Which line is highest in the last year, and whether another was in the first."""
    first, last = min(row["year"] for row in rows), max(row["year"] for row in rows)
    top, before = (max((row for row in rows if row["year"] == year), key=height) for year in (last, first))
    values = {"top": top["series"], "value": top["shown"], "year": last, "before": before["series"], "y0": first}
    return Message("leaders" if top["series"] == before["series"] else "leaders_changed", values)
