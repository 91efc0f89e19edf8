"""The one line that a figure says: its facts from its rows, its sentence from the catalogue of words.

No title is typed: each is a sentence of `messages/` with the numbers of the
rows in it, and which sentence it is depends on the numbers too. A figure may
have its own sentence, `title.<figure_id>-<key>`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
class Said:
    """Which sentence, and what goes into it."""

    key: str
    facts: Row


def title(entry: Entry, rows: list[Row], w: Words, area: Area) -> str:
    """The finding of a figure: at least one row with a value, as `compose` makes them.

    Raises `KeyError` when the catalogue of words lacks the sentence.
    """
    said = _SAY[entry.finding](entry, rows, w, area)
    subject = w.say(f"subject.{entry.figure_id}")
    facts = said.facts | {"area": w.area(area.code, area.name), "subject": subject}
    text = w.say(f"title.{entry.figure_id}-{said.key}", "") or w.say(f"title.{said.key}")
    text = text.format(**facts)
    return text[:1].upper() + text[1:]


def _change(entry: Entry, rows: list[Row], w: Words, area: Area) -> Said:
    """From the first year of the first series to its last."""
    line = [row for row in rows if row["series"] == rows[0]["series"]]
    first, last = line[0], line[-1]
    facts = {
        "first": first["shown"],
        "last": last["shown"],
        "y0": first["year"],
        "y1": last["year"],
        "n": w.number(last["n_areas"]),
    }
    if entry.finding == "newest" or len(line) == 1:
        return Said("newest", facts)
    if first["censoring"] or last["censoring"]:
        return Said("between", facts)
    if facts["first"] == facts["last"]:
        return Said("same", facts)
    if entry.finding == "count":
        return Said("count", facts)
    return Said("fell" if last["value"] < first["value"] else "rose", facts)


def _latest(entry: Entry, rows: list[Row], w: Words, area: Area) -> Said:
    """Several lines: where each stands in the last year that all of them have."""
    names = list(dict.fromkeys(row["series"] for row in rows))
    common = set.intersection(*({row["year"] for row in rows if row["series"] == name} for name in names))
    if not common or len(names) == 1:
        return _change(entry, rows, w, area)
    year = max(common)
    values = {row["series"]: row["shown"] for row in rows if row["year"] == year}
    return Said("latest", {"told": w.join([f"{name} {values[name]}" for name in names]), "year": year})


def _ranking(entry: Entry, rows: list[Row], w: Words, area: Area) -> Said:
    """Highest and lowest, the asked area beside them; a country beside its regions and the World."""
    asked = [row for row in rows if row["code"] == area.code and entry.finding == "ranking"]
    others = [row for row in rows if row not in asked] or rows
    top, bottom = max(others, key=_height), min(others, key=_height)
    facts = {
        "top": top["name"],
        "top_value": top["shown"],
        "bottom": bottom["name"],
        "bottom_value": bottom["shown"],
        "n": w.number(len(others)),
        "own": asked[0]["shown"] if asked else "",
        "found": w.number(rows[0]["n_found"]),
    }
    if len(rows) == 1 or not asked and len(others) == 1:
        return Said("one", facts)
    if asked and (area.kind == "country" or len(others) == 1):
        told = w.join([f"{row['shown']} ({row['name']})" for row in others])
        return Said("beside", facts | {"told": told})
    if len({row["shown"] for row in others}) == 1:
        return Said("all_same", facts)
    return Said("ranking_own" if asked else entry.finding, facts)


def _progress(entry: Entry, rows: list[Row], w: Words, area: Area) -> Said:
    """How many series have each status, those that are not shown among them."""
    one = rows[0]
    return Said(
        "progress",
        {"whole": w.number(one["n_found"])} | {word: w.number(one[count]) for word, count in STATUS_COUNTS.items()},
    )


def _share(entry: Entry, rows: list[Row], w: Words, area: Area) -> Said:
    """One count, its whole, and what share of it that is."""
    one = rows[0]
    if not one["n_total"]:  # a count without its whole is told as a count
        return _ranking(entry, rows, w, area)
    share = 100 * one["value"] / one["n_total"]
    publisher = one["name"].partition(",")[0]
    return Said(
        "share",
        {"value": one["shown"], "share": w.amount(share, "PERCENT"), "publisher": publisher, "year": one["year"]},
    )


def _gap(entry: Entry, rows: list[Row], w: Words, area: Area) -> Said:
    """Two values of one place and the points between them: the asked area's, else the widest."""
    pairs = _pairs(rows)
    own = [pair for pair in pairs if pair[0]["code"] == area.code and entry.label == "name"]
    one, two = own[0] if own else max(pairs, key=lambda pair: abs(pair[0]["value"] - pair[1]["value"]))
    facts = {
        "place": one["name"],
        "series_a": one["series"],
        "a": one["shown"],
        "series_b": two["series"],
        "b": two["shown"],
        "year": one["year"],
        "gap": w.number(abs(one["value"] - two["value"])),
    }
    if one["censoring"] or two["censoring"]:
        return Said("gap_limit", facts)
    return Said("gap" if own else "gap_widest", facts)


def _exceeds(entry: Entry, rows: list[Row], w: Words, area: Area) -> Said:
    """In how many places the second series is above the first."""
    pairs = _pairs(rows)
    above = sum(two["value"] > one["value"] for one, two in pairs)
    return Said(
        "exceeds",
        {
            "n": w.number(above),
            "places": w.number(len(pairs)),
            "series_a": pairs[0][0]["series"],
            "series_b": pairs[0][1]["series"],
        },
    )


def _parts(entry: Entry, rows: list[Row], w: Words, area: Area) -> Said:
    """Parts of a whole: each `part_<values of its dimensions>`, and their sum."""
    sums: dict[str, float] = {}
    for row in rows:
        part = "part_" + "_".join(row["dimensions"].values()).replace(" ", "_")
        sums[part] = sums.get(part, 0) + row["value"]
    return Said(
        "parts", {part: w.number(value) for part, value in sums.items()} | {"whole": w.number(sum(sums.values()))}
    )


def _rows(entry: Entry, rows: list[Row], w: Words, area: Area) -> Said:
    """How many rows are shown, and of how many where some are left out."""
    facts = {"shown": w.number(len(rows)), "found": w.number(rows[0]["n_found"])}
    return Said("rows_of" if len(rows) < rows[0]["n_found"] else "rows", facts)


def _pairs(rows: list[Row]) -> list[list[Row]]:
    """The rows of each label that has both series; where none has, nothing can be said of a pair."""
    by_label: dict[str, list[Row]] = {}
    for row in rows:
        by_label.setdefault(row["label"], []).append(row)
    return [pair for pair in by_label.values() if len(pair) == 2]


def _height(row: Row) -> tuple[float, str]:
    return row["value"], row["label"]


_SAY = {
    "change": _change,
    "count": _change,
    "newest": _change,
    "latest": _latest,
    "ranking": _ranking,
    "breakdowns": _ranking,
    "most": _ranking,
    "gap": _gap,
    "exceeds": _exceeds,
    "parts": _parts,
    "rows": _rows,
    "share": _share,
    "progress": _progress,
}
FINDINGS = tuple(_SAY)
