"""Findings of counts: parts of a whole, pairs of names, registers, progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.figures.findings.message import Message, Row, height
from localsdg.figures.findings.places import breakdowns
from localsdg.figures.messages.messages import rounded

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
    counted = {word: w.number(one[count]) for word, count in STATUS_COUNTS.items()}
    whole = w.number(one["n_found"])
    number = w.say("word.of").format(value=counted["on_track"], total=whole)
    return Message("progress", {"whole": whole} | counted, number=number)


def goals_progress(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """How many goals are on track in the asked area, and how many are going back: 5 and 1 of five statuses."""
    own = [row for row in rows if row["code"] == area.code]
    on_track, back = sum(row["value"] == 5 for row in own), sum(row["value"] == 1 for row in own)
    values = {"on_track": w.number(on_track), "back": w.number(back), "whole": w.number(len(own))}
    number = w.say("word.of").format(value=values["on_track"], total=values["whole"])
    return Message("goals" if on_track else "goals_none", values, own[0], number)


def own_targets(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Of the targets that local governments set themselves: how many are on course, or further off than before."""
    one = rows[0]
    several = one["n_governments"] != 1
    place = w.say("word.n_governments").format(n=w.number(one["n_governments"])) if several else one["government"]
    counts = {word: w.number(one[count]) for word, count in STATUS_COUNTS.items() if count in one}
    whole = {"whole": w.number(one["n_whole"] or one["n_found"]), "found": w.number(one["n_found"])}
    if entry.finding == "own_targets":
        number = w.say("word.of").format(value=counts["on_track"], total=whole["whole"])
    else:
        number = w.say("word.of").format(value=counts["back"], total=whole["found"])
    return Message(entry.finding, {"place": place} | whole | counts, number=number)


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
        return Message("pairs_tied", values, top, strength="weak", why="tie")
    return Message("pairs" if top["label"] != top["series"] else "pairs_own", values, top)


def presence(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """In what share of the records of a goal local governments lead or join at most; several goals may share it."""
    shares: dict[str, float] = {}
    for row in rows:
        shares[row["label"]] = shares.get(row["label"], 0) + row["value"]
    top = max(shares, key=lambda name: shares[name])
    values = {"top": goal_number(top), "top_value": w.share(shares[top]), "n": w.number(len(shares))}
    number = values["top_value"]
    if shares[top] == 0:
        return Message("presence_none", values, number=number)
    highest = [name for name in shares if w.share(shares[name]) == values["top_value"]]
    return Message("presence" if len(highest) == 1 else "presence_any", values, number=number)


def spread(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """The kind whose share differs most between two columns, and those."""
    by_kind: dict[str, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(row["label"], []).append(row)
    ends = [(min(kind, key=height), max(kind, key=height)) for kind in by_kind.values()]
    low, high = max(ends, key=lambda pair: pair[1]["value"] - pair[0]["value"])
    values = {"kind": high["label"], "goal_high": goal_number(high["series"]), "goal_low": goal_number(low["series"])}
    values |= {"high": w.share(high["value"]), "low": w.share(low["value"])}
    if rounded(high["value"]) == rounded(low["value"]):
        return Message("spread_none", values, high, strength="weak", why="small")
    return Message("spread", values, high)


def goal_number(name: str) -> str:
    """The number of a goal for a sentence; other names as they are."""
    number = name.partition(" ")[0]
    return number if number.isdigit() else name


def share(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """One count, its whole, and who counts so: a judgement that somebody published."""
    one = rows[0]
    if not one["n_total"]:  # a count without its whole stays a count
        return breakdowns(entry, rows, w, area)
    publisher = one["name"].partition(",")[0]
    values = {
        "value": w.number(one["value"]),
        "whole": w.number(one["n_total"]),
        "share": w.amount(100 * one["value"] / one["n_total"], "PERCENT"),
        "publisher": w.say(f"word.publisher_{publisher}", publisher),
        "year": one["year"],
    }
    key = "share_least" if one["censoring"] in (">", "≥") else "share"
    return Message(key, values, one, strength="fair", why="judgement")


def lists(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Counts of one thing by several publishers: from the earliest to the own; else the least and the most."""
    own = [row for row in rows if row["code"] == "own"]
    first = min(rows, key=lambda row: (row["year"], row["value"]))
    low, high = min(rows, key=height), max(rows, key=height)
    values = {"low": low["shown"], "high": high["shown"], "n": w.number(len(rows)), "y0": first["year"]}
    if own and own[0] is high and first is low and len(rows) > 1:
        values |= {"first": first["shown"], "last": own[0]["shown"]}
        return Message("grew", values, own[0], strength="fair", why="definitions")
    return Message("lists", values, high, strength="fair", why="definitions")


def parts(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Parts of a whole: each `part_<values of its dimensions>`, and their sum; a part without a row is none."""
    sums = {"part_" + "_".join(one.values()): 0.0 for one in entry.breakdowns}
    for row in rows:
        part = "part_" + "_".join(row["dimensions"].values())
        sums[part] = sums.get(part, 0) + row["value"]
    values = {part.replace(" ", "_"): w.number(value) for part, value in sums.items()}
    first = next(iter(sums.values()))
    whole = rows[0]["n_whole"] or sum(sums.values())
    with_numbers = sum(value for part, value in sums.items() if part in ("part_both", "part_local alone"))
    number = w.say("word.of").format(value=w.number(with_numbers or first), total=w.number(whole))
    values |= {"whole": w.number(whole), "with_numbers": w.number(with_numbers)}
    return Message("parts", values, number=number)


def listed(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """How many rows are shown, and of how many where some are left out."""
    values = {"shown": w.number(len(rows)), "found": w.number(rows[0]["n_found"])}
    return Message("rows_of" if len(rows) < rows[0]["n_found"] else "rows", values, number=values["found"])
