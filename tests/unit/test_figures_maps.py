"""Maps of tiles: the sentence of a map, its tiles in picture and deck, and what has no place on it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from figure_helpers import AREAS, POVERTY, settings, value
from pptx import Presentation

from localsdg.figures.chart.picture_spec import picture_spec
from localsdg.figures.chart.tile_map import empty_tiles, tile_columns
from localsdg.figures.chart.tiles import size, tiles
from localsdg.figures.data.figure import Figure, Result
from localsdg.figures.data.load import load_figures
from localsdg.figures.deck.deck import Stamp, write_deck

REVIEWS = "c04_reviews_cumulative"
NO_TILE = {"area_code": "412", "name": "Kosovo", "kind": "country"}
STAMP = Stamp("2026.1", "2026-11-23 16:02:44", {"unsd": ("x",)}, "001", "World")


def load(tmp_path, values: dict[str, float], metric: str = POVERTY, **more) -> tuple[Figure, Result]:
    """The map of a metric of areas by code."""
    limits = more.pop("limits", {})
    # countries are the members of the World
    more["core_area_grouping"] = [
        {"grouping_code": "001", "area_code": code, "scheme": "M49"} for code in ("250", "412")
    ]
    rows = [value(2019, one, code, metric, censoring=limits.get(code)) for code, one in values.items()]
    claim, name = {POVERTY: ("C01", "c01-extreme-poverty-map"), REVIEWS: ("C04", "c04-reviews-map")}[metric]
    found = load_figures(settings(tmp_path, rows, **more), [claim], "001", "en")
    made = {one.figure_id: one for one in found.figures}
    assert name in made, {one.figure_id: one.reason for one in found.missing}
    return made[name], found


# ---------------------------------------------------------------- the sentence
def test_a_share_counts_the_countries_above_the_world(tmp_path):
    one, _ = load(tmp_path, {"001": 8.5, "250": 0.1, "404": 30, "724": 8.5})
    assert one.title == "Extreme poverty exceeds the world’s 8.5% in 1 of 3 countries"
    assert (one.finding.key, one.finding.number) == ("map_above", "1 of 3")


def test_above_is_what_reads_as_above_and_is_no_upper_limit(tmp_path):
    one, _ = load(tmp_path, {"001": 8.5, "250": 8.52, "404": 9, "724": 30}, limits={"404": "<"})
    assert one.finding.number == "1 of 3"


def test_a_count_names_the_country_with_most(tmp_path):
    one, _ = load(tmp_path, {"001": 47, "250": 12, "404": 1, "724": 34}, REVIEWS)
    assert one.title == "Known reviews come from 3 countries, led by Spain (34)"
    assert (one.finding.key, one.finding.number) == ("map_count", "3")


def test_of_a_tie_no_country_is_named(tmp_path):
    one, _ = load(tmp_path, {"001": 69, "250": 34, "404": 1, "724": 34}, REVIEWS)
    assert one.title == "Known reviews come from 3 countries, at most 34 from one"
    assert (one.finding.key, one.finding.strength) == ("map_count_tied", "weak")


def test_countries_of_which_nothing_is_counted_contribute_nothing(tmp_path):
    one, _ = load(tmp_path, {"001": 34, "250": 0, "404": 1, "724": 33}, REVIEWS)
    assert one.finding.values["places"] == "2"


def test_without_the_world_it_is_a_ranking(tmp_path):
    one, _ = load(tmp_path, {"250": 0.1, "404": 30, "724": 8.5})
    assert not one.finding.key.startswith("map_")
    assert "Kenya" in one.title


# ------------------------------------------------------------------- the tiles
def test_every_tile_has_a_place_of_its_own():
    columns, rows = size()
    places = {(tile.column, tile.row) for tile in tiles().values()}
    assert len(places) == len(tiles()) == len({tile.iso3 for tile in tiles().values()})
    assert all(0 <= column < columns and 0 <= row < rows for column, row in places)


def test_the_world_has_no_tile_and_no_class(tmp_path):
    one, _ = load(tmp_path, {"001": 4700, "250": 12, "404": 1, "724": 34}, REVIEWS)
    drawn = dict(zip((row["code"] for row in one.rows), tile_columns(one)["iso3"], strict=True))
    assert drawn == {"001": None, "250": "FRA", "404": "KEN", "724": "ESP"}
    assert {row["code"]: row["series"] for row in one.rows} == {"001": "", "250": "12", "404": "1", "724": "34"}
    assert [style.label for style in one.encoding.styles] == ["1", "12", "34"]


def test_a_country_without_a_value_is_an_outline(tmp_path):
    one, _ = load(tmp_path, {"001": 8.5, "250": 0.1, "404": 30})
    empty = {tile["iso3"] for tile in empty_tiles(one)}
    assert len(empty) == len(tiles()) - 2
    assert "ESP" in empty and not {"FRA", "KEN"} & empty
    picture = picture_spec(one)
    assert len(picture["datasets"]["blanks"]) == len(empty)


def test_a_country_without_a_tile_is_not_drawn_but_named(tmp_path):
    one, _ = load(tmp_path, {"001": 8.5, "250": 0.1, "404": 30, "412": 5}, core_area=[NO_TILE])
    assert "Without a tile: Kosovo." in one.notes
    assert len(empty_tiles(one)) == len(tiles()) - 2
    whole, _ = load(tmp_path, {"001": 8.5, "250": 0.1, "404": 30})
    assert not any("Kosovo" in note or "World" in note for note in whole.notes)


@pytest.mark.parametrize("missing", [(), ("404",)])
def test_the_slide_has_all_tiles_and_says_the_values(tmp_path, missing):
    values = {one["area_code"]: float(place) for place, one in enumerate(AREAS) if one["kind"] != "region"}
    one, found = load(tmp_path, {code: amount for code, amount in values.items() if code not in missing})
    path = write_deck(replace(found, figures=(one,)), tmp_path / "deck.pptx", "en", STAMP, "full")
    shapes = [
        part
        for slide in Presentation(path).slides
        for shape in slide.shapes
        if shape.shape_type == 6
        for part in shape.shapes
    ]
    codes = {tile.iso3 for tile in tiles().values()}
    drawn = [part for part in shapes if part.name in codes]
    assert len(drawn) == len(codes) == len({part.name for part in drawn})
    heard = {part.name: part._element.xpath("./*/p:cNvPr")[0].get("descr") for part in drawn}
    assert heard["KEN"] == ("KEN" if missing else "Kenya: 4%")
