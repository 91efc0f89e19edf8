"""The title of a figure: its values from its rows, its sentence from the messages.

No title is typed: each is a sentence of `messages/` with the numbers of the
rows in it, and which sentence it is depends on the numbers too. A figure may
have its own sentence, `title.<figure_id>-<key>`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localsdg.figures.messages.messages import rounded

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.data.queries import Area
    from localsdg.figures.messages.messages import Words

Row = dict[str, Any]
#: Word of the sentence on progress -> column with the number of series of that status.
STATUS_COUNTS = {
    "on_track": "n_on_track",
    "moderate": "n_moderate",
    "marginal": "n_marginal",
    "still": "n_still",
    "back": "n_back",
}


@dataclass(frozen=True)
class Message:
    """Which sentence, and what goes into it."""

    key: str
    values: Row


def title(entry: Entry, rows: list[Row], w: Words, area: Area) -> str:
    """The finding of a figure: at least one row with a value, as `compose` makes them.

    Raises `KeyError` when the catalogue of words lacks the sentence.
    """
    message = MESSAGES[entry.finding](entry, rows, w, area)
    subject = w.say(f"subject.{entry.figure_id}")
    values = message.values | {"area": w.area(area.code, area.name), "subject": subject}
    text = w.say(f"title.{entry.figure_id}-{message.key}", "") or w.say(f"title.{message.key}")
    text = text.format(**values)
    return text[:1].upper() + text[1:]


def _change(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
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


def _latest(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Several lines: where each is in the last year that all of them have."""
    names = list(dict.fromkeys(row["series"] for row in rows))
    common = set.intersection(*({row["year"] for row in rows if row["series"] == name} for name in names))
    if not common or len(names) == 1:
        return _change(entry, rows, w, area)
    year = max(common)
    values = {row["series"]: row["shown"] for row in rows if row["year"] == year}
    return Message("latest", {"values": w.join([f"{name} {values[name]}" for name in names]), "year": year})


def _ranking(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Highest and lowest, the asked area beside them; a country beside its regions and the World."""
    asked = [row for row in rows if row["code"] == area.code and entry.finding == "ranking"]
    others = [row for row in rows if row not in asked] or rows
    top, bottom = max(others, key=_height), min(others, key=_height)
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


def _progress(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """How many series have each status, those that are not shown among them."""
    one = rows[0]
    return Message(
        "progress",
        {"whole": w.number(one["n_found"])} | {word: w.number(one[count]) for word, count in STATUS_COUNTS.items()},
    )


def _own_targets(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Of the targets that local governments set themselves: how many are on course, or further off than before."""
    one = rows[0]
    several = one["n_governments"] != 1
    place = w.say("word.n_governments").format(n=w.number(one["n_governments"])) if several else one["government"]
    counts = {word: w.number(one[count]) for word, count in STATUS_COUNTS.items() if count in one}
    whole = {"whole": w.number(one["n_whole"] or one["n_found"]), "found": w.number(one["n_found"])}
    return Message(entry.finding, {"place": place} | whole | counts)


def _pairs_together(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """The pair of two names that is in the most records; where several share the place, how many.

    Where each is with its own kind alone, that is the finding.
    """
    others = [row for row in rows if row["label"] != row["series"]] or rows
    top = max(others, key=_height)
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


def _presence(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
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


def _spread(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """The kind whose share differs most between two columns, and those."""
    by_kind: dict[str, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(row["label"], []).append(row)
    ends = [(min(kind, key=_height), max(kind, key=_height)) for kind in by_kind.values()]
    low, high = max(ends, key=lambda pair: pair[1]["value"] - pair[0]["value"])
    values = {"kind": high["label"], "goal_high": goal_number(high["series"]), "goal_low": goal_number(low["series"])}
    return Message("spread", values | {"high": w.share(high["value"]), "low": w.share(low["value"])})


def _leaders(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Which line is highest in the last year, and whether another was in the first."""
    first, last = min(row["year"] for row in rows), max(row["year"] for row in rows)
    top, before = (max((row for row in rows if row["year"] == year), key=_height) for year in (last, first))
    values = {"top": top["series"], "value": top["shown"], "year": last, "before": before["series"], "y0": first}
    return Message("leaders" if top["series"] == before["series"] else "leaders_changed", values)


def goal_number(name: str) -> str:
    """The number of a goal for a sentence; other names as they are."""
    number = name.partition(" ")[0]
    return number if number.isdigit() else name


def _share(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """One count, its whole, and what share of it that is."""
    one = rows[0]
    if not one["n_total"]:  # a count without its whole stays a count
        return _ranking(entry, rows, w, area)
    share = 100 * one["value"] / one["n_total"]
    publisher = one["name"].partition(",")[0]
    return Message(
        "share",
        {"value": one["shown"], "share": w.amount(share, "PERCENT"), "publisher": publisher, "year": one["year"]},
    )


def _gap(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
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


def _exceeds(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
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


def _beside_nation(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
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


def _parts(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Parts of a whole: each `part_<values of its dimensions>`, and their sum."""
    sums: dict[str, float] = {}
    for row in rows:
        part = "part_" + "_".join(row["dimensions"].values()).replace(" ", "_")
        sums[part] = sums.get(part, 0) + row["value"]
    return Message(
        "parts", {part: w.number(value) for part, value in sums.items()} | {"whole": w.number(sum(sums.values()))}
    )


def _rows(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """How many rows are shown, and of how many where some are left out."""
    values = {"shown": w.number(len(rows)), "found": w.number(rows[0]["n_found"])}
    return Message("rows_of" if len(rows) < rows[0]["n_found"] else "rows", values)


def _pairs(rows: list[Row]) -> list[list[Row]]:
    """The rows of each label that has both series; where none has, nothing can be said of a pair."""
    by_label: dict[str, list[Row]] = {}
    for row in rows:
        by_label.setdefault(row["label"], []).append(row)
    return [pair for pair in by_label.values() if len(pair) == 2]


def _height(row: Row) -> tuple[float, str]:
    return row["value"], row["label"]


MESSAGES = {
    "change": _change,
    "count": _change,
    "newest": _change,
    "latest": _latest,
    "ranking": _ranking,
    "breakdowns": _ranking,
    "most": _ranking,
    "gap": _gap,
    "exceeds": _exceeds,
    "beside_nation": _beside_nation,
    "parts": _parts,
    "pairs": _pairs_together,
    "presence": _presence,
    "spread": _spread,
    "leaders": _leaders,
    "rows": _rows,
    "share": _share,
    "progress": _progress,
    "own_targets": _own_targets,
    "own_target_ends": _own_targets,
}
FINDINGS = tuple(MESSAGES)
