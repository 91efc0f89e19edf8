"""Findings of counts: parts of a whole, pairs of names, registers, progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.figures.findings.message import Message, Row, height
from localsdg.figures.findings.places import ranking

#: Word of the sentence on progress -> column with the number of series of that status.
STATUS_COUNTS = {
    "on_track": "n_on_track",
    "moderate": "n_moderate",
    "marginal": "n_marginal",
    "still": "n_still",
    "back": "n_back",
}

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.data.queries import Area
    from localsdg.figures.messages.messages import Words


def progress(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """How many series have each status, those that are not shown among them."""
    one = rows[0]
    return Message(
        "progress",
        {"whole": w.number(one["n_found"])} | {word: w.number(one[count]) for word, count in STATUS_COUNTS.items()},
    )


def own_targets(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Of the targets that local governments set themselves: how many are on course, or further off than before."""
    one = rows[0]
    several = one["n_governments"] != 1
    place = w.say("word.n_governments").format(n=w.number(one["n_governments"])) if several else one["government"]
    counts = {word: w.number(one[count]) for word, count in STATUS_COUNTS.items() if count in one}
    whole = {"whole": w.number(one["n_whole"] or one["n_found"]), "found": w.number(one["n_found"])}
    return Message(entry.finding, {"place": place} | whole | counts)


def pairs_together(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """The pair of two names that is in the most records; where several share the place, how many.

    Where each is with its own kind alone, that is the finding.
    """
    others = [row for row in rows if row["label"] != row["series"]] or rows
    top = max(others, key=height)
    tied = [row for row in others if row["shown"] == top["shown"]]
    values = {
        "a": goal_number(top["series"]),
        "b": goal_number(top["label"]),
        "value": top["shown"],
        "total": w.number(top["n_whole"]),
        "share": w.amount(100 * top["value"] / top["n_whole"], "PERCENT") if top["n_whole"] else "",
        "n_top": w.number(len(tied)),
        "n": w.number(len(others)),
    }
    if len(tied) > 1:
        return Message("pairs_tied", values)
    return Message("pairs" if top["label"] != top["series"] else "pairs_own", values)


def presence(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """For which goal local governments lead or join most of the records, and for which fewest."""
    shares: dict[str, float] = {}
    for row in rows:
        shares[row["label"]] = shares.get(row["label"], 0) + row["value"]
    top, bottom = max(shares, key=lambda name: shares[name]), min(shares, key=lambda name: shares[name])
    values = {
        "top": goal_number(top),
        "top_value": w.share(shares[top]),
        "bottom": goal_number(bottom),
        "bottom_value": w.share(shares[bottom]),
    }
    if len(shares) == 1 or values["top_value"] == values["bottom_value"]:
        return Message("presence_same", values)
    lowest = [name for name in shares if w.share(shares[name]) == values["bottom_value"]]
    return Message("presence" if len(lowest) == 1 else "presence_tied", values | {"n": w.number(len(lowest))})


def spread(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """The kind whose share differs most between two columns, and those."""
    by_kind: dict[str, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(row["label"], []).append(row)
    ends = [(min(kind, key=height), max(kind, key=height)) for kind in by_kind.values()]
    low, high = max(ends, key=lambda pair: pair[1]["value"] - pair[0]["value"])
    values = {"kind": high["label"], "goal_high": goal_number(high["series"]), "goal_low": goal_number(low["series"])}
    return Message("spread", values | {"high": w.share(high["value"]), "low": w.share(low["value"])})


def goal_number(name: str) -> str:
    """The number of a goal for a sentence; other names as they are."""
    number = name.partition(" ")[0]
    return number if number.isdigit() else name


def share(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """One count, its whole, and what share of it that is."""
    one = rows[0]
    if not one["n_total"]:  # a count without its whole stays a count
        return ranking(entry, rows, w, area)
    share = 100 * one["value"] / one["n_total"]
    publisher = one["name"].partition(",")[0]
    return Message(
        "share",
        {"value": one["shown"], "share": w.amount(share, "PERCENT"), "publisher": publisher, "year": one["year"]},
    )


def parts(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Parts of a whole: each `part_<values of its dimensions>`, and their sum."""
    sums: dict[str, float] = {}
    for row in rows:
        part = "part_" + "_".join(row["dimensions"].values()).replace(" ", "_")
        sums[part] = sums.get(part, 0) + row["value"]
    return Message(
        "parts", {part: w.number(value) for part, value in sums.items()} | {"whole": w.number(sum(sums.values()))}
    )


def listed(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """How many rows are shown, and of how many where some are left out."""
    values = {"shown": w.number(len(rows)), "found": w.number(rows[0]["n_found"])}
    return Message("rows_of" if len(rows) < rows[0]["n_found"] else "rows", values)
