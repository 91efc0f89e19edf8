"""Titles of lines and columns of the bundle: short, with a unit, and what the numbers drawn say."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from localsdg.common.settings import Settings
from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.figure import Figure
from localsdg.figures.data.load import load_figures
from localsdg.figures.findings.message import STRENGTHS
from localsdg.figures.findings.title import most_words
from localsdg.figures.messages.messages import LANGUAGES, words

AREAS = ("001", "KEN", "ESP", "IND", "TZA", "PHL")
EVERY = [(area, lang) for area in AREAS for lang in LANGUAGES]
KINDS = ("line", "column")
#: A range by its ends, a part of a template, a count that its noun does not agree with.
NEVER = re.compile(
    r"runs from|[{}]|\bNone\b|  |\b1 (?:countries|people|reviews|records|países|personas|informes|examens|pessoas)\b"
    r"|(?<![\d.,])(?:[2-9]|[1-9]\d+) (?:country|review|record|país|persona|informe|examen|pessoa)\b"
)
#: What a number of a title is behind or in front of; years and what has no unit are left out first.
UNIT = re.compile(r"%|US\$|USD|points?|puntos?|pontos?|times|veces|fois|vezes|per 1|por 1|pour 1|\b(?:of|de|sur) \d")


@cache
def over_time(home: Path, area: str, lang: str) -> tuple[Figure, ...]:
    lines = [one.figure_id for one in entries().values() if {one.kind, one.fallback.get("kind")} & set(KINDS)]
    found = load_figures(Settings(home=home), area=area, lang=lang, only=lines).figures
    return tuple(one for one in found if one.kind in KINDS)


@pytest.mark.parametrize(("area", "lang"), EVERY)
def test_titles_are_short_and_say_something(built, area, lang) -> None:
    wrong = {}
    for one in over_time(built.home, area, lang):
        assert one.finding.strength in STRENGTHS and (one.finding.strength == "strong") == (not one.finding.why)
        # a no-break space is part of a word: French and Spanish put one in front of "%"
        is_long = len(one.title.split(" ")) > most_words(lang)
        if is_long or NEVER.search(one.title) or one.title.startswith(f"{one.area}:"):
            wrong[one.figure_id] = one.title
    assert wrong == {}


@pytest.mark.parametrize(("area", "lang"), EVERY)
def test_a_share_has_its_sign_and_its_axis_its_whole(built, area, lang) -> None:
    shares = [one for one in over_time(built.home, area, lang) if one.unit_code == "PERCENT"]
    assert {one.figure_id: one.unit for one in shares if not re.match(r"%\s\w", one.unit)} == {}
    assert [one.title for one in shares if not UNIT.search(one.title)] == []
    what = {one.figure_id: one.subtitle for one in over_time(built.home, area, lang)}
    bare = {words(lang).say(f"unit.{unit}") for unit in ("PERCENT", "NUMBER", "PER_100000_POP")}
    assert {one: text for one, text in what.items() if bare & set(text.split(" · "))} == {}


def single(figure: Figure) -> list[tuple[int, float]]:
    """The years and values that a title compares: after the last break, complete years alone."""
    since = figure.encoding.breaks[-1][1] if figure.encoding.breaks else 0
    return [(row["year"], row["value"]) for row in figure.rows if not row["incomplete"] and row["year"] >= since]


@pytest.mark.parametrize("area", AREAS)
def test_what_a_title_says_of_a_line_is_in_its_numbers(built, area) -> None:
    """Counted anew from the rows: the ends rise or fall, a turn is the highest or lowest, a record is one."""
    told = set()
    for one in over_time(built.home, area, "en"):
        if len({row["series"] for row in one.rows}) > 1:
            continue
        points, key, values = single(one), one.finding.key, one.finding.values
        told.add(key)
        heights = [value for _, value in points]
        where = f"{one.figure_id}: {one.title}"
        if key in ("rose", "fell"):
            assert (heights[-1] > heights[0]) == (key == "rose"), where
            assert points[0][0] == values["y0"] and points[-1][0] == values["y1"], where
        if key.startswith(("turned_up", "dipped", "turned_down", "peaked")):
            is_low = key.startswith(("turned_up", "dipped"))
            assert dict(points)[values["turn"]] == (min(heights) if is_low else max(heights)), where
            assert (heights[-1] > dict(points)[values["turn"]]) == is_low, where
        if key.endswith("record"):
            assert heights[-1] in (max(heights), min(heights)) and heights.count(heights[-1]) == 1, where
        if key == "unchanged" and one.unit_code == "PERCENT":
            assert abs(heights[-1] - heights[0]) < 1.1, where
        if key.startswith("stalled"):
            after = [value for year, value in points if year >= values["turn"]]
            assert max(abs(value - heights[-1]) for value in after) < 0.12 * max(heights), where
            assert points[-1][0] - values["turn"] >= 5, where
        if key == "peak":
            years = {row["year"]: row["value"] for row in one.rows}  # an incomplete year may be the highest
            assert years[values["top"]] == max(years.values()) and [*years.values()].count(max(years.values())) == 1
    assert told & {"rose", "fell"}


def test_incomplete_years_are_in_no_title_and_lighter(built) -> None:
    (share,) = (one for one in over_time(built.home, "001", "en") if one.figure_id == "c12-share")
    reporters = {row["year"]: row["n_areas"] for row in share.rows}
    fullest = max(n for year, n in reporters.items() if year > max(reporters) - 6)
    few = {row["year"] for row in share.rows if row["incomplete"]}
    assert few == {year for year, n in reporters.items() if n < 0.6 * fullest} and max(reporters) in few
    assert share.finding.year == max(set(reporters) - few) and f"({share.finding.year})" in share.title
    (reviews,) = (one for one in over_time(built.home, "001", "en") if one.figure_id == "c04-reviews-by-year")
    late = [row["year"] for row in reviews.rows if row["incomplete"]]
    assert len(late) == 3 and all(after == before + 1 for before, after in pairwise(late))
    assert reviews.finding.values["top"] not in late
