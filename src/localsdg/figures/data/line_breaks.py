"""Where values of a figure must not be compared: another release, unit or basis, or another definition.

Two poverty lines or base periods are two series under one code: a line stops where
one ends, a title compares values of one only, and the subtitle names them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from localsdg.figures.messages.messages import words

if TYPE_CHECKING:
    from localsdg.figures.messages.messages import Words

Row = dict[str, Any]
Break = tuple[int, int, str]
#: Forms of `core.observation.definition` -> message `definition.<key>` with its groups as placeholders.
_FORMS = {
    "line": re.compile(r"\$(?P<amount>[0-9.]+) a day \((?P<year>\d{4}) PPP\)"),
    "base_period": re.compile(r"base period (?P<period>.+)"),
    "employment": re.compile(r"(?P<number>\d+)th ICLS"),
    "prices": re.compile(r"at constant prices of (?P<year>\d{4})"),
}


def breaks(found: list[Row], w: Words, *, are_releases_parts: bool = False) -> tuple[Break, ...]:
    """Where a line must not be read on: `(year before, year after, why)`, in order.

    The snapshots of a register are parts of it (`are_releases_parts`), not states of the same data: a later year
    that rests on one more of them is no break.
    """
    seen: dict[tuple[int, int], str] = {}
    for before, one in _steps(found):
        if one.get("definition") != before.get("definition"):
            why = w.say("word.break_definition").format(definition=definition_words(one.get("definition"), w))
        elif before["release"] != one["release"] and not are_releases_parts:
            why = w.say("word.break_release").format(release=one["release"])
        elif before["basis"] != one["basis"] or before["unit"] != one["unit"]:
            why = w.say("word.break_basis")
        else:
            continue
        seen.setdefault((before["year"], one["year"]), why)
    return tuple((*years, why) for years, why in sorted(seen.items()))


def definition_breaks(found: list[Row], w: Words) -> tuple[Break, ...]:
    """Of the breaks those of another definition alone, for columns: they stand apart, but a title compares them."""
    years = {
        (before["year"], one["year"])
        for before, one in _steps(found)
        if one.get("definition") != before.get("definition")
    }
    return tuple(one for one in breaks(found, w) if one[:2] in years)


def defined(what: str, found: list[Row], w: Words) -> str:
    """The subtitle's words for the values, with what they measure where that changes: `…: $2.15 a day (2017 PPP)`.

    Where some rows have no definition nothing is added: it would be taken for that of all. Where it
    changes along a line, each has the year that it starts from.
    """
    if not all(one.get("definition") for one in found):
        changed = [one for _, one in _steps(found) if one.get("definition")]
        if not changed:
            return what
    firsts: dict[str, int] = {}
    for one in found:
        name, year = one.get("definition"), one["year"] or 0
        if name:
            firsts[name] = min(firsts.get(name, year), year)
    ordered = sorted(firsts, key=lambda name: (firsts[name], name))
    has_changed = any(before.get("definition") != one.get("definition") for before, one in _steps(found))
    parts = [definition_words(name, w) for name in ordered]
    if has_changed:
        parts = [
            part if place == 0 else w.say("word.from_year").format(year=firsts[name], definition=part)
            for place, (name, part) in enumerate(zip(ordered, parts, strict=True))
        ]
    return w.say("word.defined").format(what=what, definition=w.say("word.apart").join(parts))


def definition_words(definition: str | None, w: Words) -> str:
    """A definition in the figure's language; what no form fits is shown as the warehouse has it."""
    if not definition:
        return w.say("definition.none")
    return _definition_words(definition, w.lang)


@cache
def _definition_words(definition: str, lang: str) -> str:
    """Few definitions differ, and a page states them on every row."""
    return words(lang).say("word.apart").join(_part(part, words(lang)) for part in definition.split("; "))


def _part(part: str, w: Words) -> str:
    for key, form in _FORMS.items():
        if match := form.fullmatch(part):
            values = match.groupdict()
            if "amount" in values:
                values["amount"] = w.money(values["amount"])
            return w.say(f"definition.{key}").format(**values)
    return w.say(f"definition.{part}", part)


def _steps(found: list[Row]) -> list[tuple[Row, Row]]:
    """Each row of a line with the row before it; rows are in the order of their years."""
    last: dict[tuple, Row] = {}
    steps = []
    for one in found:
        line = (one["metric_id"], one.get("code"), *one["dimensions"].items())
        if line in last:
            steps.append((last[line], one))
        last[line] = one
    return steps
