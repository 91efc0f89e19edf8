"""Progress by goal: the middle status, the worse of two, the areas beside the asked one, and the sentence of it."""

from __future__ import annotations

import pytest
from figure_helpers import POVERTY, settings

from localsdg.figures.chart.matrix import cells as drawn_cells
from localsdg.figures.chart.matrix import head_height, names, status_looks, turned_height
from localsdg.figures.chart.palette import STATUSES
from localsdg.figures.chart.picture_spec import picture_spec
from localsdg.figures.chart.spec import page_height, page_spec
from localsdg.figures.chart.theme import page_rows
from localsdg.figures.data.figure import Figure
from localsdg.figures.data.load import load_figures
from localsdg.figures.messages.messages import words

ID = "c01-progress-goals"
STATUS = {
    5: "on track or target met",
    4: "moderate progress, acceleration needed",
    3: "marginal progress, significant acceleration needed",
    2: "stagnation",
    1: "regression",
    0: "insufficient data",
    -1: "not assessed",
}
#: Series -> its indicators.
SERIES = {"A": ["1.1.1"], "B": ["1.2.1"], "C": ["1.3.1", "1.3.2"], "D": ["1.5.1", "11.5.1"], "E": ["13.1.1"]}
METRIC = {
    "metric_id": POVERTY,
    "claim_id": "C01",
    "title": "Made up",
    "unit": "PERCENT",
    "definition": "A definition.",
    "series_codes": [*SERIES],
    "status": "ok",
}


def load(tmp_path, statuses: dict[str, dict[str, int]], area: str = "001", lang: str = "en", **more):
    """All figures of the claim, of a warehouse with the scores (5: on track, 1: going back) by area and series."""
    progress = [
        {
            "series_code": series,
            "area_code": code,
            "latest_year": 2020,
            "release": "2020-10-19",
            "status": STATUS[score],
        }
        for code, scores in statuses.items()
        for series, score in scores.items()
    ]
    # the list of a second release names the same indicators again
    listed = [
        {"series_code": series, "indicator_code": indicator, "list_release": release}
        for series, indicators in SERIES.items()
        for indicator in indicators
        for release in ("2020", "2021")
    ]
    tables = {"evidence_metric": [METRIC], "core_series_indicator": listed, "evidence_progress": progress}
    return load_figures(settings(tmp_path, [], **tables, **more), ["C01"], area, lang)


def figure(tmp_path, statuses, area: str = "001", lang: str = "en", **more) -> Figure:
    found = load(tmp_path, statuses, area, lang, **more)
    made = {one.figure_id: one for one in found.figures}
    name = ID if area == "001" else f"{ID}-{area}"
    assert name in made, {one.figure_id: one.reason for one in found.missing}
    return made[name]


def cells(one: Figure) -> dict[tuple[str, str], tuple[float, str]]:
    return {(row["code"], row["label"].partition(" ")[0]): (row["value"], row["shown"]) for row in one.rows}


@pytest.mark.parametrize(
    ("scores", "middle"),
    [
        ({"A": 5}, 5),
        ({"A": 5, "B": 1}, 1),
        ({"A": 5, "B": 4}, 4),
        ({"A": 1, "B": 5, "C": 3}, 3),
        ({"A": 5, "B": 5, "C": 1}, 5),
        ({"A": 1, "B": 2, "C": 4, "D": 5}, 2),
    ],
)
def test_a_goal_has_the_middle_status_and_of_two_the_worse(tmp_path, scores, middle):
    value, shown = cells(figure(tmp_path, {"001": scores}))["001", "1"]
    assert value == middle
    assert shown.endswith(f"({len(scores)})")


def test_what_cannot_be_assessed_does_not_count(tmp_path):
    found = cells(figure(tmp_path, {"001": {"A": 5, "B": 0, "C": -1, "E": 0}}))
    assert found == {("001", "1"): (5, "on track (1)")}


def test_a_series_of_two_goals_counts_under_each_and_once(tmp_path):
    found = cells(figure(tmp_path, {"001": {"C": 1, "D": 4}}))
    assert found == {("001", "1"): (1, "going back (2)"), ("001", "11"): (4, "moderate (1)")}


def test_the_world_is_beside_regions_that_lie_in_no_larger_one(tmp_path):
    areas = [{"area_code": "155", "name": "Western Europe", "kind": "region"}]
    inside = [{"grouping_code": "155", "area_code": "250", "scheme": "SDG regions"}]
    scores = {code: {"A": 3} for code in ("001", "150", "155", "202", "250")}
    one = figure(tmp_path, scores, core_area=areas, core_area_grouping=inside)
    assert one.encoding.across == ("World", "Europe", "Sub-Saharan Africa")


def test_a_country_is_beside_its_region_and_the_world(tmp_path):
    scores = {code: {"A": 3} for code in ("001", "150", "202", "250", "404")}
    assert figure(tmp_path, scores, "404").encoding.across == ("Kenya", "Sub-Saharan Africa", "World")
    assert figure(tmp_path, scores, "202").encoding.across == ("Sub-Saharan Africa", "World")


def test_an_area_without_a_status_of_its_own_has_no_figure(tmp_path):
    """The numbers of its region and of the World would be read as its own."""
    found = load(tmp_path, {"001": {"A": 5}, "202": {"A": 5}, "404": {"A": 0}}, "404")
    assert f"{ID}-404" in {one.figure_id for one in found.missing}


@pytest.mark.parametrize(
    ("scores", "lang", "title", "number"),
    [
        ({"A": 4, "E": 1}, "en", "None of 2 goals assessed is on track for 2030, 1 going back", "0 of 2"),
        ({"A": 5, "E": 1}, "en", "1 of 2 goals assessed is on track for 2030, 1 going back", "1 of 2"),
        ({"A": 5, "E": 5}, "en", "2 of 2 goals assessed are on track for 2030, 0 going back", "2 of 2"),
        ({"A": 5}, "en", "1 of 1 goal assessed is on track for 2030, 0 going back", "1 of 1"),
        ({"A": 5, "E": 1}, "es", "1 de 2 objetivos evaluados va por buen camino hacia 2030; retrocede 1", "1 de 2"),
        ({"A": 5, "E": 1}, "fr", "1 objectif évalué sur 2 est en bonne voie pour 2030, 1 en recul", "1 sur 2"),
        ({"A": 5, "E": 1}, "pt", "1 de 2 objetivos avaliados está no bom caminho para 2030; 1 recua", "1 de 2"),
    ],
)
def test_the_title_counts_the_goals_of_the_asked_area_alone(tmp_path, scores, lang, title, number):
    one = figure(tmp_path, {"001": scores, "150": {"A": 5, "D": 5}}, lang=lang)
    assert (one.title, one.finding.number) == (title, number)


@pytest.mark.parametrize("lang", ["en", "es", "fr", "pt"])
def test_goals_on_one_or_two_series_are_a_fair_finding(tmp_path, lang):
    one = figure(tmp_path, {"001": {"A": 5, "B": 4, "E": 1}, "150": {"A": 5, "B": 5, "C": 5}}, lang=lang)
    assert one.finding.strength == "fair"
    assert one.finding.why == words(lang).say("strength.few_series")


def test_goals_on_more_series_are_a_strong_finding(tmp_path):
    many = {"A": 5, "B": 4, "C": 3, "E": 1}  # of two goals one rests on three: not most of them on few
    assert figure(tmp_path, {"001": many, "150": {"E": 5}}).finding.strength == "strong"


# ------------------------------------------------------------------ the drawing
def cell_layer(spec: dict) -> dict:
    return next(one for one in spec["layer"] if "fill" in one["encoding"] and one["mark"]["type"] == "rect")


@pytest.mark.parametrize("lang", ["en", "es", "fr", "pt"])
def test_the_page_explains_the_colours_for_which_cells_have_no_words(tmp_path, lang):
    one = figure(tmp_path, {"001": {"A": 5, "E": 1}, "150": {"A": 3}}, lang=lang)
    looks = status_looks(one)
    assert list(looks.values()) == list(STATUSES.values())[:5] and len(looks) == 5
    colour = cell_layer(page_spec(one))["encoding"]["fill"]
    assert (colour["field"], colour["scale"]["domain"]) == ("status", list(looks))
    columns = drawn_cells(one)
    assert [looks[status] for status in columns["status"]] == columns["fill"]
    assert cell_layer(picture_spec(one))["encoding"]["fill"]["legend"] is None  # its cells have the words


def test_names_over_narrow_columns_are_turned_and_have_room(tmp_path):
    one = figure(tmp_path, {code: {"A": 3} for code in ("001", "150", "202")})
    heads = [row for row in names(one, 13, 150) if row["label"] in one.encoding.across]
    assert [row["turn"] for row in heads] == [1, 1, 1]
    rows = page_rows(one)
    assert turned_height(one) > head_height(one, 13)
    assert page_height(one) == turned_height(one) + rows.step * len(one.encoding.order)
