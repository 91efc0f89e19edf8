"""The map of countries: one tile each, about where the country is."""

from __future__ import annotations

from localsdg.figures.chart.tiles import size, tiles
from localsdg.registry.places import places


def at(iso3: str) -> tuple[int, int]:
    tile = next(one for one in tiles().values() if one.iso3 == iso3)
    return tile.column, tile.row


def test_a_square_holds_one_country() -> None:
    squares = [(tile.column, tile.row) for tile in tiles().values()]
    assert len(set(squares)) == len(squares) > 230
    assert size() == (32, 19)


def test_codes_are_those_of_the_list_and_few_countries_have_no_tile() -> None:
    countries = {one.area_code: one.iso3 for one in places() if one.kind == "country" and one.iso3 and one.area_code}
    assert {code: tile.iso3 for code, tile in tiles().items() if countries.get(code) != tile.iso3} == {}
    # uninhabited places, and those that the outline draws as parts of another country
    lacking = set(countries.values()) - {tile.iso3 for tile in tiles().values()}
    assert lacking <= {"ATA", "BVT", "IOT", "SGS", "ATF", "HMD", "UMI", "CXR", "CCK", "SJM", "XKX"}, lacking


def test_neighbours_are_about_where_they_are() -> None:
    assert at("PRT")[0] < at("ESP")[0] < at("ITA")[0] < at("GRC")[0]
    assert at("SDN")[1] < at("KEN")[1] < at("TZA")[1] < at("ZAF")[1]
    assert at("USA")[0] < at("BRA")[0] < at("NGA")[0] < at("IND")[0] < at("JPN")[0] < at("FJI")[0]
    assert at("CAN")[1] < at("MEX")[1] < at("PER")[1] < at("CHL")[1]
    assert at("RUS")[0] > at("FIN")[0] and at("RUS")[1] < at("CHN")[1]
