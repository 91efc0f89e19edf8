"""Findings of places and of parts beside each other: which is highest or lowest, and by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.figures.findings.message import Message, Row, height
from localsdg.figures.messages.messages import rounded

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.data.queries import Area
    from localsdg.figures.messages.messages import Words

WORLD = "001"
#: Units in which a difference below one is not told; in others it is one below a twentieth of the larger value.
_POINTS = ("PERCENT", "PER_100_POP", "INDEX", "points", "change in %")
#: The value of a dimension that holds all others: at least one benefit.
_ANY = "any"
#: A growth above this, in %, began with next to nothing: disasters of a year.
_JUMP = 1000
#: How many times the next a value is to be far above it.
_FAR = 2.0


def quantity(entry: Entry, row: Row, w: Words) -> str:
    """A value as a sentence has it, with the unit that a label on a chart can do without: `68 of 100`."""
    text = w.say(f"quantity.{entry.figure_id}", "") or w.say(f"quantity.{row['unit']}", "{n}")
    return text.format(n=row["shown"])


def alike(one: Row, two: Row) -> bool:
    """Whether two values are as good as the same: less than a point, or a twentieth, apart as they are printed."""
    a, b = rounded(one["value"]), rounded(two["value"])
    return round(abs(a - b), 2) < (1 if one["unit"] in _POINTS else max(abs(a), abs(b)) / 20)


def ranking(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Where a value is highest, or lowest where the entry names that end; a country beside the World.

    The end is far above or below the next, or nothing of the kind; shared by several it has no name. Where the
    figure has a sentence of its own for the asked area, or for more than half of it, that is the finding.
    """
    own = next((row for row in rows if row["code"] == area.code), None)
    others = [row for row in rows if row is not own] or rows
    if own and area.kind == "country" and others != [own]:
        return _beside(entry, own, others, w)
    ends = _ends(entry, others, w)
    values = ends | {"own": quantity(entry, own, w) if own else "", "n_countries": w.number(_countries(rows[0]))}
    if len(rows) == 1:
        return Message("one", values)
    if own and len(others) == 1:
        return _beside(entry, own, others, w)
    if own and area.kind == "world":
        title = f"title.{entry.figure_id}-"
        if w.has(title + "own"):
            return Message("own", values, own, strength="fair", why="surveyed")
        if own["unit"] == "PERCENT" and own["value"] > 50 and w.has(title + "more_than_half"):
            return Message("more_than_half", values, own)
    return _extreme(entry, others, own, values, w)


def _countries(row: Row) -> int:
    return row.get("n_countries") or 0


def _ends(entry: Entry, rows: list[Row], w: Words) -> Row:
    """The highest and the lowest of rows, how many share each, and of how many they are."""
    top, bottom, total = max(rows, key=height), min(rows, key=height), _compared(entry, rows)
    return {
        "top": top["name"],
        "top_value": quantity(entry, top, w),
        "n_top": w.number(_tied(rows, top, "n_highest")),
        "bottom": bottom["name"],
        "bottom_value": quantity(entry, bottom, w),
        "n_bottom": w.number(_tied(rows, bottom, "n_lowest")),
        "n": w.number(len(rows)),
        "total": w.number(total),
        "whole": w.number(top["n_whole"]),
        "value": w.number(top["value"]),
        "found": w.number(rows[0]["n_found"]),
    }


def _extreme(entry: Entry, rows: list[Row], own: Row | None, values: Row, w: Words) -> Message:
    """The sentence on the ends of a range of at least two places."""
    ranked = sorted(rows, key=height)
    top, bottom = ranked[-1], ranked[0]
    n_top, n_bottom = _tied(rows, top, "n_highest"), _tied(rows, bottom, "n_lowest")
    if n_top > 1 and n_bottom > 1 and top["unit"] == "PERCENT" and (top["value"], bottom["value"]) == (100, 0):
        number = w.say("word.of").format(value=values["n_top"], total=values["total"])
        return Message("all_or_none", values, top, number)
    if alike(top, bottom):
        return Message("even", values, own or top)
    is_low = n_bottom == 1 if entry.end == "lowest" else n_top > 1 and n_bottom == 1
    if n_top > 1 and n_bottom > 1:
        return Message("lowest_tied" if entry.end == "lowest" else "highest_tied", values, own or top)
    end, following = (bottom, ranked[1]) if is_low else (top, ranked[-2])
    key = ("far_" if _is_far(end, following) else "") + ("lowest" if is_low else "highest")
    return Message(key, values, own or end)


def _is_far(end: Row, following: Row) -> bool:
    """Whether an end is at least twice as far as the next; limits and values below zero are not divided."""
    low, high = sorted((rounded(end["value"]), rounded(following["value"])))
    return low > 0 and high >= _FAR * low and not (end["censoring"] or following["censoring"])


def _beside(entry: Entry, own: Row, others: list[Row], w: Words) -> Message:
    """A place beside the World, or beside the largest of its groups where the World has no value."""
    other = next((row for row in others if row["code"] == WORLD), others[0])
    values = {
        "own": quantity(entry, own, w),
        "other": other["shown"],  # the unit is said once
        "other_name": other["name"],
        "n_countries": w.number(_countries(own)),
        "times": "",
    }
    key = "beside_" + ("world_" if other["code"] == WORLD else "other_")
    if entry.total == "part":  # a count that is a part of the other
        return Message("beside_part_one" if own["value"] == 1 else "beside_part", values, own)
    a, b = rounded(own["value"]), rounded(other["value"])
    if _limits_hide(own, other):
        return Message(key + "plain", values, own, strength="fair", why="limit")
    if alike(own, other):
        return Message(key + "near", values, own)
    low, high = sorted((a, b))
    if low > 0 and high >= 1.95 * low and not (own["censoring"] or other["censoring"]):
        times = round(high / low)
        word = w.say("word.twice") if times == 2 else w.say("word.times").format(n=w.number(times))
        if a > b and other["code"] == WORLD:
            return Message(key + "times", values | {"times": word}, own)
    if 0 < a < b and b >= _FAR * a and not other["censoring"] and other["code"] == WORLD:
        return Message(key + "half", values, own)
    return Message(key + ("above" if a > b else "below"), values, own)


def _limits_hide(one: Row, two: Row) -> bool:
    """Whether limits (< below, > above) leave open which of two values is the higher one."""
    low, high = sorted((one, two), key=lambda row: row["value"])
    return (
        low["censoring"] in (">", "≥") or high["censoring"] in ("<", "≤") or bool(low["censoring"] and alike(one, two))
    )


def breakdowns(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Which part is lowest and which highest; an end that several parts share has no name, and `any` is no part."""
    is_cut = _compared(entry, rows) > len(rows)
    rows = [row for row in rows if _ANY not in row["dimensions"].values()] or rows
    values = _ends(entry, rows, w)
    top, bottom = max(rows, key=height), min(rows, key=height)
    n_top, n_bottom = _tied(rows, top, "n_highest"), _tied(rows, bottom, "n_lowest")
    if len(rows) == 1:
        return Message("one", values)
    if n_top >= len(rows) and not is_cut:
        return Message("all_same", values, top, strength="weak", why="tie")
    if top["value"] == 100 and n_top > 1 and w.has(f"title.{entry.figure_id}-full"):
        return Message("full", values, top, w.say("word.of").format(value=values["n_top"], total=values["total"]))
    # of many the highest alone are shown: the lowest of them is no extreme
    if is_cut:
        return most(entry, rows, w, area)
    if n_top > 1 and n_bottom > 1:
        return Message("most_tied", values, top, strength="weak", why="tie")
    key = "breakdowns" if n_top == n_bottom == 1 else "highest_part" if n_top == 1 else "lowest_part"
    return Message(key, values, bottom if key == "lowest_part" else top)


def most(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """The highest of counts, and whether it is more than half of a whole that it is a part of."""
    values = _ends(entry, rows, w)
    top = max(rows, key=height)
    n_top = _tied(rows, top, "n_highest")
    values["goal"] = top["name"].partition(" ")[0]
    if len(rows) == 1:
        return Message("one", values)
    if w.has(f"title.{entry.figure_id}-at_most"):  # how many share the highest does not matter to it
        return Message("at_most", values, top)
    if n_top > 1:
        return Message("most_tied", values, top, strength="weak", why="tie")
    is_part = entry.total == "share" and top["n_whole"] and w.has(f"title.{entry.figure_id}-majority")
    return Message("majority" if is_part and 2 * top["value"] > top["n_whole"] else "most", values, top)


def _tied(rows: list[Row], end: Row, count: str) -> int:
    """How many places share an end of the range, those that are not shown among them."""
    return max(sum(row["shown"] == end["shown"] for row in rows), end[count] or 0)


def _compared(entry: Entry, rows: list[Row]) -> int:
    """Of how many places or parts an extreme is one; n_found of a register is how many records it has."""
    n_found = 0 if entry.register else rows[0]["n_found"] or 0
    return int(rows[0]["n_others"] or max(len(rows), n_found))


def signs(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Values above and below zero: all on one side, all but one, or how many; below one they are on neither.

    A country is shown with its own change and the World's where both went the same way.
    """
    own = next((row for row in rows if row["code"] == area.code and entry.label == "name"), None)
    if own and area.kind == "country":
        return _own_sign(rows, own, w)
    others = [row for row in rows if row is not own] or rows
    ups, downs = ([row for row in others if _sign(row) == sign] for sign in (1, -1))
    odd = ups if len(ups) == 1 else downs
    values = _ends(entry, others, w) | {
        "n_up": w.number(len(ups)),
        "n_down": w.number(len(downs)),
        "in_all": w.say("word.in_all_" + ("regions" if area.kind == "world" else "countries")).format(
            n=w.number(len(others))
        ),
        "odd": odd[0]["name"] if odd else "",
        "widest": w.amount(max(abs(row["value"]) for row in others), others[0]["unit"]),
    }
    top, bottom = max(others, key=height), min(others, key=height)
    about = own or (top if len(ups) >= len(downs) else bottom)
    if len(rows) == 1:
        return Message("one", values)
    if w.has(f"title.{entry.figure_id}-top_up") and (grown := _grown_most(others)):
        return Message("top_up", values | {"top": grown["name"], "top_value": grown["shown"]}, grown)
    if len(ups) == len(others) or len(downs) == len(others):
        return Message("all_up" if ups else "all_down", values, about)
    if not ups and not downs:
        return Message("level", values, about, strength="weak", why="small")
    if _compared(entry, others) > len(others):  # how many of those that are not shown went which way is not known
        return _extreme(entry, others, own, values, w)
    if len(others) > 2 and len(odd) == 1 and len(ups) + len(downs) == len(others):
        return Message("all_up_but" if odd is downs else "all_down_but", values, about)
    return Message("mixed_up" if len(ups) >= len(downs) else "mixed_down", values, about)


def _grown_most(rows: list[Row]) -> Row | None:
    """The row that grew most, where it is one and did not begin with next to nothing; else None."""
    ranked = sorted((row for row in rows if row["value"] <= _JUMP), key=height)
    if not ranked or _sign(ranked[-1]) <= 0 or sum(row["shown"] == ranked[-1]["shown"] for row in ranked) > 1:
        return None
    return ranked[-1]


def _sign(row: Row) -> int:
    """1 or -1, and 0 below one: a change of less than a point is not told."""
    value = rounded(row["value"])
    return 0 if abs(value) < 1 else 1 if value > 0 else -1


def _own_sign(rows: list[Row], own: Row, w: Words) -> Message:
    world = next((row for row in rows if row["code"] == WORLD), None)
    sign = _sign(own)
    values = {
        "own": w.amount(abs(own["value"]), own["unit"]),
        "other": w.amount(abs(world["value"]), world["unit"]) if world else "",
    }
    if not sign:
        return Message("own_level", values, own, strength="weak", why="small")
    with_world = "_as_world" if world and _sign(world) == sign else ""
    return Message(("own_up" if sign > 0 else "own_down") + with_world, values, own)


def ratio(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Between how many times and how many times one is of the other, over the places compared; or the asked place."""
    own = next((row for row in rows if row["code"] == area.code), None)
    low, high = min(rows, key=height), max(rows, key=height)
    values = {
        "low": w.number(rounded(low["value"])),
        "high": w.number(rounded(high["value"])),
        "own": w.number(rounded(own["value"])) if own else "",
        "n": w.number(_compared(entry, rows)),
    }
    if own:
        return Message("own", values, own)
    if values["low"] == values["high"]:
        return Message("times_same", values, high)
    return Message("times", values, high, w.say("word.from_to").format(a=values["low"], b=values["high"]))
