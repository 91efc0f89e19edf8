"""The figure of local poverty beside the nation's of the same file: which pairs, and what its title says of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from figure_helpers import settings, value

from localsdg.figures.data.figure import Figure
from localsdg.figures.data.load import load_figures
from localsdg.figures.messages.messages import LANGUAGES

NAMES = {"islands": "Canary Islands", "valley": "Asturias"}


def pair(name: str, year: int, own: float, nation: float, **facts: str) -> list[dict]:
    stated = {"indicator": "1.2.1", "site": f"{name}/1-2-1", "threshold": "national", "counts": "persons"} | facts
    return [
        value(
            year,
            amount,
            "724",
            "c03_local_beside_nation",
            local_government_id=name,
            release=f"{name}@{year}",
            dimensions=stated | {"place": place},
        )
        for place, amount in (("own", own), ("nation", nation))
    ]


def figure(home: Path, *pairs: list[dict], lang: str = "en", area: str = "001") -> Figure | None:
    governments = [{"local_government_id": one, "name": name, "area_code": "724"} for one, name in NAMES.items()]
    home = settings(home, [row for rows in pairs for row in rows], core_local_government=governments)
    found = load_figures(home, "C03", area, lang).figures
    return next((one for one in found if one.figure_id.startswith("c03-beside-nation")), None)


ISLANDS = pair("islands", 2024, 24.6, 19.67)
VALLEY = pair("valley", 2023, 18.64, 20.2)
TITLES = {
    "en": (
        "Canary Islands: 24.6% in poverty, Spain 19.7% (2024)",
        "Poverty exceeds the nation’s in 1 of 2 local governments (Canary Islands 24.6%)",
    ),
    "es": (
        "Canarias: 24,6\xa0% en situación de pobreza, España 19,7\xa0% (2024)",
        "La pobreza supera la del país en 1 de 2 gobiernos locales (Canarias: 24,6\xa0%)",
    ),
    "fr": (
        "Îles Canaries\xa0: 24,6\xa0% en situation de pauvreté, Espagne 19,7\xa0% (2024)",
        "La pauvreté dépasse celle du pays dans 1 collectivité sur 2 (Îles Canaries\xa0: 24,6\xa0%)",
    ),
    "pt": (
        "Ilhas Canárias: 24,6% em situação de pobreza, Espanha 19,7% (2024)",
        "A pobreza supera a do país em 1 de 2 governos locais (Ilhas Canárias: 24,6%)",
    ),
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_title_states_one_pair_and_counts_several(tmp_path, lang) -> None:
    alone, several = TITLES[lang]
    assert figure(tmp_path, ISLANDS, lang=lang).title == alone
    assert figure(tmp_path, VALLEY, ISLANDS, lang=lang).title == several


def test_values_that_print_alike_are_not_above(tmp_path) -> None:
    none = "Poverty exceeds the nation’s in none of 2 local governments"
    assert figure(tmp_path, VALLEY, pair("islands", 2024, 19.71, 19.67)).title == none


def test_the_latest_year_is_shown_with_the_line_and_what_it_counts(tmp_path) -> None:
    one = figure(tmp_path, ISLANDS, pair("islands", 2023, 30, 20), VALLEY)
    shown = [(row["label"], row["series"], row["value"]) for row in one.rows]
    assert shown == [
        ("Canary Islands", "local government", 24.6),
        ("Canary Islands", "nation, in the same file", 19.67),
        ("Asturias (2023)", "local government", 18.64),
        ("Asturias (2023)", "nation, in the same file", 20.2),
    ]
    assert one.subtitle.endswith("national poverty line; persons · 2023–2024")


def test_all_governments_are_shown_by_the_line_of_most(tmp_path) -> None:
    national, regional = {"threshold": "national"}, {"threshold": "regional"}
    one = figure(
        tmp_path, pair("islands", 2024, 24.6, 19.67, **national), pair("valley", 2023, 21.94, 18.29, **regional)
    )
    assert {row["label"] for row in one.rows} == {"Canary Islands"}, "of two lines of one government each the national"
    one = figure(
        tmp_path,
        pair("islands", 2024, 24.6, 19.67, **national),
        pair("islands", 2024, 19.4, 18.74, **regional),
        pair("valley", 2023, 21.94, 18.29, **regional),
    )
    assert {row["definition"] for row in one.rows} == {"regional poverty line; persons"}
    assert len(one.rows) == 4


@pytest.mark.parametrize(
    ("other", "n"),
    [
        ({"threshold": "regional"}, 1),  # 21.94 is above 18.29, 18.64 is below 20.2
        ({"threshold": "regional", "year": 2022}, 0),
        ({"threshold": "regional", "counts": "children"}, 0),
        ({"threshold": "regional", "own": 15.0}, 0),
    ],
)
def test_a_line_that_reverses_the_order_is_counted(tmp_path, other, n) -> None:
    facts = {"name": "valley", "year": 2023, "own": 21.94, "nation": 18.29} | other
    assert figure(tmp_path, VALLEY, pair(**facts)).coverage.endswith(f"the order is reversed in {n} of 1.")


def test_an_area_shows_its_own_governments(tmp_path) -> None:
    assert figure(tmp_path, ISLANDS, area="724").subtitle.startswith("Canary Islands · ")
    assert figure(tmp_path, ISLANDS, area="404") is None
