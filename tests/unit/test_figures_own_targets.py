"""The figures of targets that local governments set themselves: their title and the look of a status."""

from __future__ import annotations

import pytest

from localsdg.figures.chart import palette
from localsdg.figures.data.catalogue import entries
from localsdg.figures.data.queries import Area
from localsdg.figures.findings.title import find
from localsdg.figures.messages.messages import words

WORLD = Area("001", "World", "world")
ROW = {"government": "Town", "n_governments": 1, "n_whole": 9, "n_found": 7, "n_on_track": 3, "n_back": 2}


@pytest.mark.parametrize(
    ("figure_id", "facts", "lang", "title"),
    [
        ("c05-own-targets", {}, "en", "Town: 3 of 9 own targets on course for 2030, 2 going back"),
        ("c05-own-targets", {}, "es", "Town: 3 de 9 metas propias por buen camino hacia 2030, 2 en retroceso"),
        (
            "c05-own-targets",
            {"n_governments": 2},
            "en",
            "2 local governments: 3 of 9 own targets on course for 2030, 2 going back",
        ),
        (
            "c05-own-target-ends",
            {"n_whole": None},
            "en",
            "Town: 2 of 7 unmet own targets are further off than before",
        ),
    ],
)
def test_a_title_names_the_only_government(figure_id, facts, lang, title) -> None:
    assert find(entries()[figure_id], [ROW | facts], words(lang), WORLD)[0] == title


def test_each_status_has_a_look_of_its_own() -> None:
    picked = entries()["c05-own-targets"].picked
    looks = palette.statuses({status: status for status in picked})
    assert [look.label for look in looks] == list(picked)
    assert len({look.colour for look in looks}) == len(picked)
