"""Suggestions for names of local indicators, measured on names whose id is an official code."""

from __future__ import annotations

from pathlib import Path

import pytest

from localsdg.common.settings import Settings
from localsdg.linking.model import SHIPPED, read_model
from localsdg.maintenance.links import short_names
from localsdg.maintenance.links.corpus import Example, merged
from localsdg.maintenance.links.short_names import LocalName, local_names, measured_names


def test_names_are_those_of_official_codes_in_the_words_of_the_site(tmp_path: Path) -> None:
    files = {
        "hill/meta/6-1-1.md": "---\ngraph_title: The share of homes with safe water\nindicator_name: Official\n---\n",
        "hill/meta/3-6-1.md": "---\nindicator_name: global_indicators.3-6-1-title\n---\n",  # the template's
        "hill/meta/9-9-9.md": "---\nindicator_name: The number of trees of the city\n---\n",  # no official code
        "hill/meta/1-2-1.md": "---\nindicator_name: Gini\n---\n",  # in the language of the site
        "dale/csv-meta/indicator_6-1-1.csv": "Indicator name,The share of homes with safe water\n",
        "barcelona/meta/6-1-1.md": "---\nindicator_name: The homes of the city\n---\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert local_names(tmp_path) == [
        LocalName("Gini", "en", "1.2"),
        LocalName("The share of homes with safe water", "en", "6.1"),
    ]


def test_what_was_learned_is_left_out_and_the_rest_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(short_names, "FEWEST_TEXTS", 1)
    names = [
        LocalName("Homes that have no safe water to drink", "en", "6.1"),
        LocalName("Minutes of the previous meeting", "en", "6.1"),
        LocalName("Safely managed drinking water services", "en", "6.1"),
        LocalName("Aigua potable a les llars", "ca", "6.1"),
        LocalName("Proportion of population using safely managed drinking water services", "en", "6.1"),
    ]
    official = Example(names[4].title, "en", "official_names", frozenset("6"), targets=frozenset(["6.1"]))
    rows = measured_names(Settings(home=tmp_path, threads=1), read_model(SHIPPED), names, merged([official]))
    counted = [(row["words"], row["n"], row["shown"], row["first_right"], row["among_five"]) for row in rows]
    assert counted == [("all", 3, 1, 0.3333, 0.6667), ("near", 1, 1, 1, 1), ("own", 2, 1, 0, 0.5)]
    assert rows[1]["listed"] >= 1 and rows[1]["listed_right"] == 1
    assert all(0 < row["confidence"] < 1 and 0 <= row["calibration_error"] < 1 for row in rows)
