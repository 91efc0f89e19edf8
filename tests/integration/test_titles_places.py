"""Titles of bars, pairs, heat maps and tables of the bundle: short, of one language, without a private word."""

from __future__ import annotations

import re

import pytest

from localsdg.common.settings import Settings
from localsdg.figures.data.load import load_figures
from localsdg.figures.findings.message import STRENGTHS
from localsdg.figures.messages.messages import LANGUAGES

#: Most words of a title, by language: English is the shortest.
MOST = {"en": 14}
OTHERS = 18
OVER_TIME = ("line", "column")
#: What no title says: a range by its ends, the name of a query, a part of a template.
NEVER = re.compile(r"runs from|\bva de\b|\bva de\b|[{}]|evidence\.|\bNone\b|  ")
#: A country with many own numbers, one with few, one with sites, a region.
AREAS = {"en": ("001", "IND", "202"), "es": ("001", "ESP"), "fr": ("001", "KEN"), "pt": ("001", "BRA")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_titles_are_short_and_say_something(built, lang) -> None:
    wrong = []
    for area in AREAS.get(lang, ("001",)):
        for one in load_figures(Settings(home=built.home), area=area, lang=lang).figures:
            assert one.finding.strength in STRENGTHS and (one.finding.strength == "strong") == (not one.finding.why)
            if one.kind in OVER_TIME:
                continue
            # a no-break space is part of a word: French and Spanish put one in front of "%"
            words = len(one.title.split(" "))
            if words > MOST.get(lang, OTHERS) or NEVER.search(one.title) or one.title.startswith(f"{one.area}:"):
                wrong.append(f"{one.figure_id} ({words}): {one.title}")
    assert wrong == []


def test_an_extreme_that_is_named_is_not_shared(built) -> None:
    for area in AREAS["en"]:
        for one in load_figures(Settings(home=built.home), area=area).figures:
            if not one.finding.key.endswith(("lowest", "highest")):
                continue
            named = one.finding.values["bottom" if one.finding.key.endswith("lowest") else "top"]
            (value,) = {row["shown"] for row in one.rows if row["label"].startswith(named)}
            others = [row for row in one.rows if row["code"] != one.area_code]
            assert sum(row["shown"] == value for row in others) == 1, one.title
