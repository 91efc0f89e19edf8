"""Titles of bars, pairs, heat maps and tables of the bundle: short, without a private word, true of one place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest

from localsdg.common.settings import Settings
from localsdg.figures.data.areas import load_areas
from localsdg.figures.data.figure import Figure
from localsdg.figures.data.load import load_figures
from localsdg.figures.findings.message import STRENGTHS
from localsdg.figures.messages.messages import LANGUAGES, words
from localsdg.warehouse.query import open_published

#: Most words of a title: English is the shortest.
MOST, OTHERS = {"en": 14}, 18
OVER_TIME = ("line", "column")
#: What no title says: a range by its ends, the name of a table, a part of a template.
NEVER = re.compile(r"runs from|[{}]|evidence\.|\bNone\b|  ")


def faults(figures: Iterable[Figure], lang: str) -> Iterator[str]:
    """Titles that are too long, hold what none says, or begin with their area."""
    for one in figures:
        assert one.finding.strength in STRENGTHS and (one.finding.strength == "strong") == (not one.finding.why)
        # a no-break space is part of a word: French and Spanish put one in front of "%"
        n_words = len(one.title.split(" "))
        if n_words > MOST.get(lang, OTHERS) or NEVER.search(one.title) or one.title.startswith(f"{one.area}:"):
            yield f"{one.figure_id} ({n_words}): {one.title}"


def of_places(figures: Iterable[object]) -> list[Figure]:
    return [one for one in figures if isinstance(one, Figure) and one.kind not in OVER_TIME]


def names_a_tie(one: Figure) -> bool:
    """Whether a title names the lowest or the highest of places, and another has the same value as it is shown."""
    if not one.finding.key.endswith(("lowest", "highest")):
        return False
    named = one.finding.values["bottom" if one.finding.key.endswith("lowest") else "top"]
    others = [row for row in one.rows if row["code"] != one.area_code]
    value = next(row["shown"] for row in others if row["label"].startswith(named))
    return sum(row["shown"] == value for row in others) > 1


@pytest.mark.parametrize(("lang", "area"), [*((lang, "001") for lang in LANGUAGES), ("en", "202")])
def test_titles_are_short_and_name_no_tie(built, lang, area) -> None:
    figures = of_places(load_figures(Settings(home=built.home), area=area, lang=lang).figures)
    assert len(figures) > 30 and list(faults(figures, lang)) == []
    assert sum(one.finding.key.endswith(("lowest", "highest")) for one in figures) > 9
    assert [one.title for one in figures if names_a_tie(one)] == []


def test_titles_of_every_area_are_short(built) -> None:
    settings = Settings(home=built.home)
    with open_published(settings) as con:
        made = load_areas(con, settings, words("en"))
    figures = of_places(one for by_area in made.values() for one in by_area.values())
    assert len(figures) > 1000 and list(faults(figures, "en")) == []
