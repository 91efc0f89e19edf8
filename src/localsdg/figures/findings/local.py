"""Findings of a single local government: its reviews, its numbers, the nation's and its peers' beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.figures.findings.counts import goal_number
from localsdg.figures.findings.message import Message, Row, height
from localsdg.figures.messages.messages import rounded

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.data.queries import Area
    from localsdg.figures.messages.messages import Words

#: From how many reviews on "one every year" is a finding.
_YEARLY = 3
#: Of a finding without a number that could be read alone.
_NO_NUMBER: Row = {"shown": "", "year": None}


def own_reviews(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """How many reviews a government has published, whether one every year, and when the last."""
    n = rows[0]["record"]["n_total"]
    years = sorted({row["year"] for row in rows if row["year"]})
    values = {"n": w.number(n), "y0": years[0] if years else "", "y1": years[-1] if years else ""}
    if n == 1:
        return Message("reviews_one", values, number=values["n"], strength="fair", why="single")
    is_yearly = n == len(years) >= _YEARLY and years[-1] - years[0] + 1 == len(years)
    key = "reviews_yearly" if is_yearly else "reviews_several"
    return Message(key, values, number=values["n"], strength="fair", why="incomplete")


def governments(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """How many local governments of a country report, and what part of it the asked one's reviews are."""
    one = rows[0]["record"]
    own = sum(row["record"]["n_reviews"] for row in rows if row["code"] == area.code)
    values = {
        "n": w.number(one["n_reviewing"]),
        "reviews": w.number(one["n_total"]),
        "numbers": w.number(one["n_with_numbers"]),
        "own": w.number(own),
    }
    if area.is_local and own and one["n_reviewing"] == 1:
        return Message("governments_only", values, about=_NO_NUMBER, strength="fair", why="single")
    if area.is_local and one["n_total"]:
        if not own:
            return Message("governments_none", values, about=_NO_NUMBER, strength="fair", why="listing")
        number = w.say("word.of").format(value=values["own"], total=values["reviews"])
        return Message("governments_own", values, number=number, strength="fair", why="listing")
    if not one["n_reviewing"]:
        return Message("governments_numbers", values, number=values["numbers"], strength="fair", why="listing")
    key = "governments" if one["n_with_numbers"] else "governments_no_numbers"
    return Message(key, values, number=w.number(one["n_found"]), strength="fair", why="listing")


def own_by_goal(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """For how many official indicators a government has own numbers, and under which goal most."""
    one, top = rows[0]["record"], max(rows, key=height)
    tied = sum(row["value"] == top["value"] for row in rows)
    values = {
        "n": w.number(one["n_own"]),
        "total": w.number(one["n_official"]),
        "top": goal_number(top["label"]),
        "goals": w.number(one["n_goals"]),
        "all": w.number(len(rows)),
    }
    number = w.say("word.of").format(value=values["n"], total=values["total"])
    key = "own_by_goal" if tied == 1 else "own_by_goal_tied"
    return Message(key, values, number=number, strength="fair", why="own_claim")


def own_values(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Which official indicators a government has values for, and of which year the newest is."""
    return Message("own_values", {"year": rows[0]["record"]["newest"]}, strength="fair", why="listing")


def beside_counts(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """In how many shares a government is above its nation, and in how many below."""
    one = rows[0]["record"]
    values = {name: w.number(one[f"n_{name}"]) for name in ("above", "below")} | {"n": w.number(one["n_found"])}
    if one["n_found"] == 1:
        own, nation = rows[0], rows[-1]
        values |= {"own": own["shown"], "nation": nation["shown"], "year": own["year"]}
        return Message("beside_pair", values, about=own, strength="weak", why="single")
    return Message("beside_counts", values, number=w.say("word.of").format(value=values["above"], total=values["n"]))


def beside_peers(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Where a government is among those that publish the same indicator."""
    own = next(row for row in rows if row["code"] == area.code)
    others = [row for row in rows if row is not own]
    top, bottom = max(others, key=height), min(others, key=height)
    values = {
        "own": own["shown"],
        "indicator": w.say(f"peer.{own['record']['indicator_code']}"),
        "n": w.number(len(rows)),
        "others": w.number(len(others)),
        "top_value": top["shown"],
        "bottom_value": bottom["shown"],
    }
    place, low, high = (rounded(row["value"]) for row in (own, bottom, top))
    key = "peers_highest" if place > high else "peers_lowest" if place < low else "peers_between"
    return Message(key, values, about=own, strength="fair", why="local_definitions")


def poverty_years(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Whether poverty is above or below the nation's in the last year that has both, and whether it always was."""
    sides = {
        side: {row["year"]: row for row in rows if row["dimensions"]["place"] == side} for side in ("own", "nation")
    }
    years = sorted(sides["own"].keys() & sides["nation"].keys())
    gaps = [rounded(sides["own"][year]["value"]) - rounded(sides["nation"][year]["value"]) for year in years]
    own, nation = sides["own"][years[-1]], sides["nation"][years[-1]]
    values = {"n": w.number(len(years)), "a": own["shown"], "b": nation["shown"], "year": years[-1]}
    if gaps[-1] == 0:
        return Message("poverty_same", values, about=own)
    key = "poverty_above" if gaps[-1] > 0 else "poverty_below"
    is_always = len(gaps) > 1 and all(gap * gaps[-1] > 0 for gap in gaps)
    return Message(f"{key}_always" if is_always else key, values, about=own)


def own_actions(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """How many actions a government has on record, and how many of them declare a goal."""
    one = rows[0]["record"]
    values = {"n": w.number(one["n_found"]), "goals": w.number(one["n_with_goals"])}
    key = "own_actions" if one["n_with_goals"] else "own_actions_none"
    # the year of a record may be one that is still to come
    return Message(key, values, about={"year": None}, number=values["n"], strength="fair", why="listing")
