"""Findings of years: what a line or a column says by its shape.

A title quotes the printed values, a number of times or of points is that of the printed values too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.figures.findings.message import Message, Row, height
from localsdg.figures.findings.shape import Gap, Point, Shape, classify, classify_gap, least_change
from localsdg.figures.messages.messages import rounded

if TYPE_CHECKING:
    from localsdg.figures.data.entry import Entry
    from localsdg.figures.data.queries import Area
    from localsdg.figures.messages.messages import Words

#: Two lines are compared in the newest year that both have; where it is more years older than that of one of them, not.
RECENT = 2
#: From here on a ratio is stated; below, that one is more than the other. A smaller divisor is mostly rounding.
TIMES, LEAST_DIVISOR = 1.5, 0.5
#: A peak of fewer records or reviews than this is for a table.
SMALL_COUNT = 10
#: From here on a number of times is whole.
WHOLE_TIMES = 2.95
_KEYS = {"rising": "rose", "falling": "fell", "limited": "between"}


def change(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """The shape of the first series; of what jumps from year to year in a country, the highest year."""
    if entry.finding == "newest" and area.kind == "country":
        return peak(entry, rows, w, area)
    return _line(entry, [row for row in rows if row["series"] == rows[0]["series"]], w, area)


def _line(entry: Entry, line: list[Row], w: Words, area: Area, *, name: str = "") -> Message:
    """The shape of one line; `name` is given where it is not the whole of the subject."""
    by_year = {row["year"]: row for row in line}
    last = line[-1]
    if len(line) == 1 or entry.finding == "newest":
        key = "newest_country" if area.kind == "country" else "newest"
        return Message(key, _told(entry, last, last, last, w, name), last)
    shape = _shape(line)
    first, turn = by_year[shape.first.year], by_year[shape.turn.year]
    if shape.recent and shape.kind in ("rising", "falling"):
        turn = by_year[shape.recent.year]
    return Message(_key(shape, line), _told(entry, first, turn, last, w, name), last)


def _shape(line: list[Row]) -> Shape:
    return classify(_points(line), least_change([row["value"] for row in line], line[0]["unit"]))


def _points(line: list[Row]) -> list[Point]:
    """The points of a line; `≈` is a value and no limit."""
    return [Point(row["year"], row["value"], (row["censoring"] or "").replace("≈", "")) for row in line]


def _key(shape: Shape, line: list[Row]) -> str:
    """The sentence of a shape."""
    if shape.kind == "limited" and len({row["shown"] for row in line}) == 1:
        return "limit"
    if shape.kind == "stalled":
        return "stalled_rose" if shape.before == "rising" else "stalled_fell"
    if shape.recent and shape.kind in ("rising", "falling"):
        return "peaked" if shape.kind == "rising" else "dipped"
    key = _KEYS.get(shape.kind, shape.kind)
    return f"{key}_record" if shape.record and shape.kind in ("turned_up", "turned_down") else key


def _told(entry: Entry, first: Row, turn: Row, last: Row, w: Words, name: str) -> Row:
    """What goes into a sentence on one line."""
    subject = w.say(f"subject.{entry.figure_id}")
    return {
        "subject": w.say("word.of_line", subject=subject, line=name) if name else subject,
        "whole": w.say(f"whole.{entry.figure_id}", ""),
        "first": said(first, w),
        "turn_value": said(turn, w),
        "last": said(last, w),
        "about": about(last, w),
        "y0": first["year"],
        "turn": turn["year"],
        "y1": last["year"],
        "n": w.number(last["n_areas"]),
        "count": said(last, w, is_count=True),
        "first_count": w.number(first["value"]),
    } | _prepositions(first, turn, last, w)


def _prepositions(first: Row, turn: Row, last: Row, w: Words) -> Row:
    """Values with the word before them, which some languages join with an article: `del 8 %`, but `de menos de 2 %`."""
    told = {
        "from_first": ("from", first, said(first, w)),
        "to_turn": ("to", turn, said(turn, w)),
        "to_last": ("to", last, said(last, w)),
        "near": ("near", last, about(last, w)),
    }
    return {
        key: w.say(
            f"word.{word}_{'share' if row['unit'] == 'PERCENT' and not row['censoring'] else 'number'}", value=text
        )
        for key, (word, row, text) in told.items()
    }


def said(row: Row, w: Words, *, is_count: bool = False) -> str:
    """A value in a sentence: a limit in words, a share without the numbers behind it, or a count of its whole."""
    value, unit = row["value"], row["unit"]
    if is_count and (whole := row["n_total"] or row["n_whole"]):
        count = w.number(round(value * whole / 100) if unit == "PERCENT" else value)
        return w.say("word.of", value=count, total=w.number(whole))
    if row["n_total"] and unit != "PERCENT":
        return row["shown"]
    limit = {"<": "below", "≤": "below", ">": "above", "≥": "at_least"}.get(row["censoring"] or "")
    text = w.amount(value, unit, None if limit else row["censoring"])
    return w.say(f"word.{limit}", value=text) if limit else text


def about(row: Row, w: Words) -> str:
    """A value that hardly moves: a share as a whole number, from ten on."""
    is_share = row["unit"] == "PERCENT" and row["value"] >= 10 and not row["censoring"]
    return w.share(row["value"]) if is_share else said(row, w)


def latest(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Several lines: the total's shape where there is one, else the lines beside each other in a recent year."""
    lines = _lines(rows)
    if {} in entry.breakdowns or len(lines) == 1:
        total = [row for row in rows if not any((row["dimensions"] or {}).values())]
        whole = total or next(iter(lines.values()))
        return _line(entry, whole, w, area, name="" if total else whole[0]["series"])
    common = set.intersection(*({row["year"] for row in line} for line in lines.values()))
    newest = max(rows, key=lambda row: row["year"])
    if not common or newest["year"] - max(common) > RECENT:
        return _line(entry, lines[newest["series"]], w, area, name=newest["series"])
    return _beside(list(lines.values()), max(common), w)


def _lines(rows: list[Row]) -> dict[str, list[Row]]:
    lines: dict[str, list[Row]] = {}
    for row in rows:
        lines.setdefault(row["series"], []).append(row)
    return lines


def _beside(lines: list[list[Row]], year: int, w: Words) -> Message:
    """Lines beside each other in one year: how many times, by how much, or that they are alike.

    The number of the finding is that of the first line.
    """
    at = [next(row for row in line if row["year"] == year) for line in lines]
    listed = w.join([f"{row['series']} {said(row, w)}" for row in at])
    values = {"values": listed, "year": year, "y1": year}
    if len(at) != 2 or any(row["censoring"] for row in at):
        return Message("latest", values, at[0])
    one, two = (rounded(row["value"]) for row in at)
    values |= {"a": said(at[0], w), "b": said(at[1], w), "series_a": at[0]["series"], "series_b": at[1]["series"]}
    low, high = sorted((one, two))
    which = "a" if one > two else "b"
    least = least_change([one, two], at[0]["unit"])
    gap = classify_gap(_points(lines[0]), _points(lines[1]), least)
    if gap and gap.last_year == year and at[0]["unit"] == "PERCENT" and _is_halved_or_doubled(gap, least):
        ends = {"gap0": w.number(abs(gap.first)), "gap": w.number(abs(gap.last)), "y0": gap.first_year}
        return Message(f"gap_{gap.kind}", values | ends, at[0])
    if round(high - low, 9) < least:
        return Message("alike", values, at[0])
    if low < LEAST_DIVISOR or high / low < TIMES:
        return Message(f"more_{which}", values, at[0])
    times = high / low
    return Message(
        f"times_{which}",
        values | {"times": w.amount(round(times) if times >= WHOLE_TIMES else round(times, 1), "ratio")},
        at[0],
    )


def _is_halved_or_doubled(gap: Gap, least: float) -> bool:
    """Whether what became of a gap says more than the two values."""
    smaller, larger = sorted((abs(gap.first), abs(gap.last)))
    return gap.kind in ("narrowing", "widening") and larger >= 2 * smaller and larger >= 2 * least


def leaders(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Which line is highest in the newest year; a tie names none."""
    last = max(row["year"] for row in rows)
    newest = [row for row in rows if row["year"] == last]
    top = max(newest, key=height)
    values = {"top": top["series"], "value": said(top, w), "year": last}
    tied = [row["series"] for row in newest if rounded(row["value"]) == rounded(top["value"])]
    if len(tied) > 1:
        return Message("leaders_tied", values | {"top": w.join(tied)}, top)
    return Message("leaders", values, top)


def peak(entry: Entry, rows: list[Row], w: Words, area: Area) -> Message:
    """Columns: the year of the highest; where several years share it, how many."""
    highest = max(rows, key=height)
    values = _told(entry, rows[0], highest, rows[-1], w, "")
    values |= {"top": highest["year"], "top_value": said(highest, w), "total": w.number(len(rows))}
    if len(rows) == 1:
        return Message("newest_country" if area.kind == "country" else "newest", values, highest)
    tied = sum(rounded(row["value"]) == rounded(highest["value"]) for row in rows)
    if tied > 1:
        return Message("peak_tied", values | {"n_top": w.number(tied)}, highest)
    if highest["unit"] in ("actions", "reviews") and highest["value"] < SMALL_COUNT:
        return Message("peak", values, highest, strength="weak", why="small_count")
    return Message("peak", values, highest)
