"""A briefing from the figures of one area: key numbers, sections with findings, and limits.

The deck, the page and the profiles tell the same argument: it is chosen here, from `briefing.toml`
and from how strong each finding is, and nowhere else.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.figures.data.local_texts import own_words

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure, Result
    from localsdg.figures.messages.messages import Words

BRIEFING_TOML = Path(__file__).parent / "briefing.toml"
#: How many findings the short deck has, and how many numbers its second slide.
FINDINGS, KEY_NUMBERS = 8, 5
_ORDER = {"strong": 0, "fair": 1}
#: A code of the M49 list.
_AREA = re.compile(r"\d{3}")


@dataclass(frozen=True)
class KeyNumber:
    """One number to be read from the back of a room, and the words below it."""

    figure_id: str  # of the catalogue, without an area
    value: str
    year: int | None
    words: str


@dataclass(frozen=True)
class Section:
    """One step of the argument."""

    section_id: str
    title: str
    figures: tuple[Figure, ...]  # the strongest first


@dataclass(frozen=True)
class Briefing:
    """What is said of one area."""

    kind: str  # world, country or local_government
    key_numbers: tuple[KeyNumber, ...]
    sections: tuple[Section, ...]  # those with a figure
    limits: tuple[str, ...]  # what these numbers do not say, a sentence each


@cache
def outlines() -> dict[str, Any]:
    """The file: key numbers, sections and limits by kind of area."""
    return tomllib.loads(BRIEFING_TOML.read_text(encoding="utf-8"))


def figure_ids(kind: str) -> tuple[str, ...]:
    """The figures that an outline may show, each once."""
    outline = outlines()[kind]
    listed = [one for section in outline["section"] for one in section["figures"]]
    return tuple(dict.fromkeys([*outline["key_numbers"], *listed]))


def catalogue_id(figure: Figure) -> str:
    """The figure's id in the catalogue: `c08-slums` of `c08-slums-404`."""
    return figure.figure_id.removesuffix(f"-{figure.area_code}")


def brief(result: Result, w: Words, kind: str = "world", most: int = FINDINGS) -> Briefing:
    """The briefing of the figures of one area; at most `most` findings, shared out over the sections.

    `kind` is one of `outlines()`. Weak figures are left out; a section without a figure too.
    """
    outline = outlines()[kind]
    told = {catalogue_id(figure): figure for figure in result.figures if figure.finding.strength in _ORDER}
    picked = [[told[one] for one in section["figures"] if one in told] for section in outline["section"]]
    sections = tuple(
        Section(section["id"], w.say(f"section.{section['id']}"), tuple(_strongest(figures)))
        for section, figures in zip(outline["section"], _shared_out(picked, most), strict=True)
        if figures
    )
    # one number alone has nothing to be drawn beside: no slide of its own, and still a key number
    single = {catalogue_id(figure): figure for figure in result.figures if len(figure.rows) == 1}
    known = single | told
    numbers = [
        KeyNumber(one, *number, _key_words(w, one, number[0], kind))
        for one in outline["key_numbers"]
        if one in known and (number := key_number(known[one], w)) and number[0]
    ]
    limits = tuple(w.say(f"limit.{one}") for one in outline["limits"])
    return Briefing(kind, tuple(numbers[:KEY_NUMBERS]), sections, limits)


def _key_words(w: Words, figure_id: str, value: str, kind: str) -> str:
    """The words below a number, in the form that agrees with it."""
    text = own_words(w, "key", figure_id, kind == "local_government")
    return text.format(n=value) if "{n:" in text else text


def key_number(figure: Figure, w: Words) -> tuple[str, int | None] | None:
    """The one number of a figure that is about its own area, and its year; None where it has none.

    A title may name the highest of several areas: that number is not the asked area's.
    """
    values = figure.finding.values
    if not _AREA.fullmatch(figure.area_code) and "on_track" not in values:  # a local government
        return figure.finding.number, figure.finding.year
    if "on_track" in values:
        return w.say("word.of", value=values["on_track"], total=values["whole"]), figure.finding.year
    own = [row for row in figure.rows if row["code"] == figure.area_code and row["value"] is not None]
    if own:
        newest = max(row["year"] or 0 for row in own)
        row = next(row for row in own if (row["year"] or 0) == newest)
        return row["shown"], row["year"]
    if any(_AREA.fullmatch(str(row["code"] or "")) for row in figure.rows):
        return None
    return figure.finding.number, figure.finding.year


def _shared_out(picked: list[list[Figure]], most: int) -> list[list[Figure]]:
    """The first of each section, then the second of each, until there are `most`."""
    kept: list[list[Figure]] = [[] for _ in picked]
    for place in range(max(map(len, picked), default=0)):
        for section, figures in enumerate(picked):
            if place < len(figures) and sum(map(len, kept)) < most:
                kept[section].append(figures[place])
    return kept


def _strongest(figures: list[Figure]) -> list[Figure]:
    return sorted(figures, key=lambda figure: _ORDER[figure.finding.strength])
