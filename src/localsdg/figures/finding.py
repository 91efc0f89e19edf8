"""The one line that a figure says: its facts from its rows, its sentence from the catalogue of words.

No title is typed: each is a sentence of `messages/` with the numbers of the
rows in it, and which sentence it is depends on the numbers too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localsdg.figures.catalogue import Entry
    from localsdg.figures.wording import Words

Row = dict[str, Any]


def title(entry: Entry, rows: list[Row], w: Words, area: str, code: str, unit: str) -> str:
    """The finding of a figure; `rows` as in `Figure.rows`, at least one with a value.

    Raises `KeyError` when the catalogue of words lacks the sentence.
    """
    say = {
        "change": _change, "count": _change, "latest": _latest, "ranking": _ranking,
        "breakdowns": _ranking, "gap": _gap, "parts": _parts, "rows": _rows,
    }[entry.finding]
    key, facts = say(entry, rows, w, code, unit)
    facts |= {"area": area, "subject": w.say(f"subject.{entry.figure_id}")}
    text = w.say(f"title.{entry.figure_id}-{key}", "") or w.say(f"title.{key}")
    text = text.format(**facts)
    return text[:1].upper() + text[1:]


def _shown(w: Words, row: Row, unit: str) -> str:
    return w.amount(row["value"], unit, row["censoring"])


def _change(entry: Entry, rows: list[Row], w: Words, code: str, unit: str) -> tuple[str, Row]:
    line = [row for row in rows if row["series"] == rows[0]["series"]]
    first, last = line[0], line[-1]
    facts = {
        "first": _shown(w, first, unit), "last": _shown(w, last, unit), "y0": first["year"],
        "y1": last["year"], "first_total": w.number(first["n_total"]),
        "last_total": w.number(last["n_total"]),
        "share": w.amount(100 * last["value"] / last["n_total"], "PERCENT") if last["n_total"] else "",
    }
    if len(line) == 1:
        return "single", facts
    if entry.finding == "count":
        return "count", facts
    if first["censoring"] or last["censoring"]:
        return "between", facts
    if facts["first"] == facts["last"]:
        return "same", facts
    return ("fell" if last["value"] < first["value"] else "rose"), facts


def _latest(entry: Entry, rows: list[Row], w: Words, code: str, unit: str) -> tuple[str, Row]:
    """Several lines: where each stands in the last year that all of them have."""
    names = list(dict.fromkeys(row["series"] for row in rows))
    years = [{row["year"] for row in rows if row["series"] == name} for name in names]
    common = set.intersection(*years)
    if not common:
        return _change(entry, rows, w, code, unit)
    year = max(common)
    values = {row["series"]: _shown(w, row, unit) for row in rows if row["year"] == year}
    told = [f"{name} {values[name]}" for name in names]
    return "latest", {"told": w.join(told), "year": year}


def _ranking(entry: Entry, rows: list[Row], w: Words, code: str, unit: str) -> tuple[str, Row]:
    """Highest and lowest; for a country or region, the asked one beside them."""
    asked = [row for row in rows if row["code"] == code and entry.finding == "ranking"]
    others = [row for row in rows if row not in asked] or rows
    top, bottom = max(others, key=_height), min(others, key=_height)
    facts = {
        "top": top["label"], "top_value": _shown(w, top, unit), "bottom": bottom["label"],
        "bottom_value": _shown(w, bottom, unit), "n": w.number(len(others)),
        "top_total": w.number(top["n_total"]), "year": max(row["year"] for row in rows),
        "own": _shown(w, asked[0], unit) if asked else "",
    }
    if len(rows) == 1:
        return "one", facts
    if len({(row["value"], row["censoring"]) for row in others}) == 1 and len(others) > 1:
        return "all_same", facts
    if asked and len(others) == 1:
        return "beside", facts
    return ("ranking_own" if asked else entry.finding), facts


def _gap(entry: Entry, rows: list[Row], w: Words, code: str, unit: str) -> tuple[str, Row]:
    """Two values of one place, and the points between them; the asked area's, else the widest."""
    by_label: dict[str, list[Row]] = {}
    for row in rows:
        by_label.setdefault(row["label"], []).append(row)
    pairs = [pair for pair in by_label.values() if len(pair) == 2]
    own = [pair for pair in pairs if pair[0]["code"] == code]
    one, two = own[0] if own else max(pairs, key=lambda pair: abs(pair[0]["value"] - pair[1]["value"]))
    facts = {
        "place": one["label"], "series_a": one["series"], "a": _shown(w, one, unit),
        "series_b": two["series"], "b": _shown(w, two, unit), "year": one["year"],
        "gap": w.number(abs(one["value"] - two["value"])), "n": w.number(len(pairs)),
    }
    return ("gap_censored" if one["censoring"] or two["censoring"] else "gap"), facts


def _parts(entry: Entry, rows: list[Row], w: Words, code: str, unit: str) -> tuple[str, Row]:
    """Parts of a whole: each `part_<value of its breakdown>`, and their sum."""
    sums: dict[str, float] = {}
    for row in rows:
        part = row["breakdown"].partition("=")[2]
        sums[part] = sums.get(part, 0) + row["value"]
    facts = {f"part_{part.replace(' ', '_')}": w.number(value) for part, value in sums.items()}
    whole = sum(sums.values())
    return "parts", facts | {"whole": w.number(whole), "year": max(row["year"] or 0 for row in rows)}


def _rows(entry: Entry, rows: list[Row], w: Words, code: str, unit: str) -> tuple[str, Row]:
    return "rows", {"n": w.number(len(rows)), "places": w.number(len({row["label"] for row in rows}))}


def _height(row: Row) -> tuple[float, str]:
    return row["value"], row["label"]
