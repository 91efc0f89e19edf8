"""Figures of coalitions: of how many actions and of how many governments, in the goals' own colours."""

from __future__ import annotations

from pathlib import Path

import pytest
from figure_helpers import settings, value

from localsdg.figures.chart.palette import GOALS
from localsdg.figures.data.figure import Figure
from localsdg.figures.data.load import load_figures

GOAL, SIZE, PAIR, PARTNER = ("c06_actions_by_goal", "c06_goals_per_action", "c06_goal_pairs", "c06_actions_by_partner")
TITLES = [{"goal_code": str(n), "title": f"Goal {n}"} for n in range(1, 18)]


def rows(metric: str, counts: dict[str, float], whole: float, governments: dict[str, str]) -> list[dict]:
    """Counts of the World by breakdown; each government (id -> country) has one action in each."""
    facts = {"metric": metric, "n_areas": 1, "basis": "computed", "release": "x@2024-10-24", "denominator": "actions"}
    parts = {one: dict(part.split("=") for part in one.split("; ")) for one in counts}
    return [value(2024, n, dimensions=parts[one], n_total=whole, **facts) for one, n in counts.items()] + [
        value(2024, 1, area, dimensions=parts[one], n_total=1, local_government_id=government, **facts)
        for government, area in governments.items()
        for one, n in counts.items()
        if n
    ]


def goals(top: str = "13") -> list[dict]:
    found = {f"links=declared; goal={n}": 5.0 if str(n) == top else n % 3 for n in range(1, 18)}
    return rows(GOAL, {**found, "links=all; goal=4": 90.0}, 10, {"bristol": "250", "malaga": "724"})


def made(tmp_path: Path, content: list[dict], area: str = "001", lang: str = "en") -> dict[str, Figure]:
    found = load_figures(settings(tmp_path, content, core_goal=TITLES), "C06", area, lang)
    return {one.figure_id: one for one in found.figures}


@pytest.mark.parametrize(("top", "name"), [("13", "13 Climate action"), ("2", "2 Zero hunger")])
def test_the_goal_that_most_records_declare(tmp_path, top, name) -> None:
    one = made(tmp_path, goals(top))["c06-actions-by-goal"]
    assert one.title == (
        "World: in the action records of local governments (2 available), no goal is "
        f"declared more often than goal {name} (5)"
    )
    assert [row["code"] for row in one.rows] == [str(n) for n in range(1, 18)]
    assert [style.colour for style in one.encoding.styles] == list(GOALS.values())
    assert one.coverage.startswith("Actions that declare a goal: 10; local governments with such records: 2.")
    assert one.source.startswith("Source: records of local actions") and "x@2024-10-24" in one.source


def test_a_country_counts_its_own_governments(tmp_path) -> None:
    country = [{**one, "area_code": "724"} for one in goals() if "local_government_id" not in one]
    content = [*goals(), *country]
    one = made(tmp_path, content, "724")["c06-actions-by-goal-724"]
    assert "(1 available)" in one.title and one.title.startswith("Spain:")
    codes = [row["code"] for row in one.rows]
    assert codes == [str(n) for n in range(1, 18)], "a government's own rows are not its country's"


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((5, 3, 2), "most often declare one goal (5 of 10)"),
        ((1, 0, 9), "three goals or more (9 of 10)"),
    ],
)
def test_how_many_goals_a_record_declares(tmp_path, counts, told) -> None:
    sizes = dict(zip(("1", "2", "3 or more"), counts, strict=True))
    content = rows(SIZE, {f"links=declared; goals={n}": c for n, c in sizes.items()}, 10, {"bristol": "250"})
    one = made(tmp_path, content)["c06-goals-per-action"]
    assert one.title.endswith(told)
    assert [row["label"] for row in one.rows] == ["one goal", "two goals", "three goals or more"]
    assert [row["shown"] for row in one.rows] == [f"{n} of 10" for n in counts]


def test_goals_that_are_declared_together(tmp_path) -> None:
    content = rows(
        PAIR,
        {"links=declared; pair=1+2": 3, "links=declared; pair=1+11": 4, "links=all; pair=3+4": 9},
        6,
        {"bristol": "250"},
    )
    one = made(tmp_path, content)["c06-goal-pairs"]
    assert one.title == "Goals 1 and 11 are declared together most often: 4 of 6 records"
    assert [(row["label"], row["series"], row["value"]) for row in one.rows] == [
        ("2 Zero hunger", "1 No poverty", 3),
        ("11 Sustainable cities and communities", "1 No poverty", 4),
    ]
    assert one.encoding.order == ("1 No poverty", "2 Zero hunger", "11 Sustainable cities and communities")
    assert one.encoding.across == one.encoding.order[:-1] and one.encoding.is_triangle
    assert "An empty cell: no record." in one.notes


@pytest.mark.parametrize(
    ("lang", "label"),
    [
        ("en", "schools, universities, research"),
        ("es", "escuelas, universidades, investigación"),
        ("fr", "écoles, universités, recherche"),
    ],
)
def test_kinds_of_partners(tmp_path, lang, label) -> None:
    counts = {
        "partner=academia": 3,
        "partner=not classified": 1,
        "partner=none stated": 6,
        "links=all; partner=business": 9,
    }
    one = made(tmp_path, rows(PARTNER, counts, 10, {"bristol": "250"}), lang=lang)["c06-partners"]
    assert [row["value"] for row in one.rows] == [3, 1] and one.rows[0]["label"] == label
    assert label in one.title


def test_records_that_name_no_partner_make_no_figure(tmp_path) -> None:
    assert made(tmp_path, rows(PARTNER, {"partner=none stated": 6}, 6, {"bristol": "250"})) == {}


def test_an_area_where_a_number_was_counted_for_another_has_no_figure(tmp_path) -> None:
    assert made(tmp_path, goals(), "404") == {}
