"""Whose number a row is: the place that a row, its metadata or its title names."""

from __future__ import annotations

import pytest

from localsdg.staging.local.reference_area import Home, column_kind, coverage_of, place_of

CITY = Home("Barcelona", "city", "ESP")


@pytest.mark.parametrize(
    ("home", "column", "value", "kind"),
    [
        (Home("Asturias", "region", "ESP"), "area", "Asturias", "own"),
        (Home("Asturias", "region", "ESP"), "area", "España", "national"),
        (Home("Asturias", "region", "ESP"), "area", "Cantabria", "other"),
        (CITY, "area", "Catalonia", "regional"),
        (CITY, "area", "Barcelona Metropolitan Area", "regional"),
        (CITY, "area", "Barcelona(0-15 population)", "own"),
        (CITY, "area", "European Union", "other"),
        (CITY, "part", "Ciutat Vella", "part"),
        (CITY, "part", "Barcelona", "own"),
        (CITY, "area", "", None),
        # the city of Madrid is not the Comunidad de Madrid
        (Home("Madrid", "city", "ESP"), "area", "MADRID, COMUNIDAD DE", "regional"),
        (Home("Canary Islands (ISTAC)", "region", "ESP"), "area", "ES70", "own"),
        (Home("Canary Islands (ISTAC)", "region", "ESP"), "area", "ES", "national"),
        (Home("Canary Islands (ISTAC)", "region", "ESP"), "area", "ES703", "part"),
        (Home("City of Bristol", "city", "GBR"), "area", "E06000023", "own"),
        (Home("City of Bristol", "city", "GBR"), "area", "E05010914", "part"),
        (Home("Ingolstadt", "city", "DEU"), "area", "Bayern", "regional"),
        (Home("Ingolstadt", "city", "DEU"), "area", "Landkreis Eichstätt", "other"),
        (Home("Thunder Bay", "city", "CAN"), "area", "Ontario", "regional"),
    ],
)
def test_place(home, column, value, kind) -> None:
    place = place_of(value, column, home)
    assert (place.kind if place else None) == kind


def test_a_column_holds_places_by_its_name_or_by_what_stands_in_it() -> None:
    assert column_kind("Geographical_Area", set(), CITY) == "area"
    assert column_kind("general.territorio", set(), CITY) == "area"
    assert column_kind("Ward name", set(), CITY) == "part"
    assert column_kind("Whatever", {"Barcelona", "Girona"}, CITY) == "mixed"
    assert column_kind("Umbral de pobreza", {"Barcelona", "España"}, CITY) is None
    assert column_kind("Health Coverage", {"Private"}, CITY) is None
    assert column_kind("Planet", {"Venus"}, CITY) is None


@pytest.mark.parametrize(
    ("home", "text", "title", "kind", "basis"),
    [
        (Home("Liverpool", "city", "GBR"), "North West", "", "regional", "metadata"),
        (Home("Liverpool", "city", "GBR"), "United Kingdom", "", "national", "metadata"),
        (Home("Liverpool", "city", "GBR"), "", "Poverty in the North West of England", "regional", "title"),
        (Home("City of Los Angeles", "city", "USA"), "City of Los Angeles", "", "own", "metadata"),
        (Home("City of Los Angeles", "city", "USA"), "Los Angeles County", "", "regional", "metadata"),
        (Home("Asturias", "region", "ESP"), "regional", "", "own", "metadata"),
        (Home("Ingolstadt", "city", "DEU"), "Ingolstadt, Bayern, Deutschland", "", "own", "metadata"),
        (CITY, "", "", "own", "assumed"),
    ],
)
def test_coverage(home, text, title, kind, basis) -> None:
    place, found = coverage_of(text, title, home)
    assert (place.kind, found) == (kind, basis)


@pytest.mark.parametrize(
    ("home", "value", "kind"),
    [
        (Home("Peterborough", "city", "GBR"), "Peterborough (City)", "own"),
        (Home("Peterborough", "city", "GBR"), "City of Peterborough", "own"),
        (Home("Peterborough", "city", "GBR"), "Peterborough City Council", "own"),
        (Home("City of Peterborough", "city", "GBR"), "Peterborough UA", "own"),
        (Home("Peterborough", "city", "GBR"), "Peterborough and Cambridgeshire", "other"),
        (Home("Peterborough", "city", "GBR"), "Cambridgeshire and Peterborough Combined Authority", "other"),
        (Home("Auburn", "city", "USA"), "Auburn, Alabama", "own"),
        (Home("Auburn, Alabama", "city", "USA"), "Auburn (AL)", "own"),
        (Home("Auburn, Alabama", "city", "USA"), "Auburn, Maine", "other"),
        (Home("Göttingen", "city", "DEU"), "Stadt Göttingen", "own"),
        (Home("Göttingen", "city", "DEU"), "Göttingen, kreisfreie Stadt", "own"),
        (Home("Göttingen", "city", "DEU"), "Landkreis Göttingen", "regional"),
        (Home("Vigo", "city", "ESP"), "Municipio de Vigo", "own"),
        (Home("Vigo", "city", "ESP"), "Concello de Vigo (España)", "own"),
        (Home("Barcelona", "city", "ESP"), "Provincia de Barcelona", "regional"),
        (Home("Madrid", "city", "ESP"), "Madrid (Comunidad de)", "regional"),
        (Home("Avignon", "city", "FRA"), "Ville d’Avignon", "own"),
        (Home("Kent", "county", "GBR"), "Kent County Council", "own"),
        (Home("City of Cape Town", "city", "ZAF"), "Cape Town", "own"),
        (Home("City of Cape Town", "city", "ZAF"), "Western Cape", "regional"),
        (Home("Mexico City", "city", "MEX"), "Mexico", "national"),
        (Home("札幌", "city", "JPN"), "札幌市", "own"),
        (Home("Казань", "city", "RUS"), "г. Казань", "own"),
        (Home("Barcelona", "city", "ESP"), "Barcelona(0-15 population)", "own"),
        (Home("Bristol", "city", "GBR"), "Bristol average", "own"),
        (Home("Bristol", "city", "GBR"), "England average", "regional"),
        (Home("Bristol", "city", "GBR"), "UK average", "national"),
    ],
)
def test_the_own_name_with_what_states_its_kind_or_where_it_lies(home, value, kind) -> None:
    place = place_of(value, "area", home)
    assert place is not None and place.kind == kind
    assert place.is_exact == ("population" not in value)


def test_a_group_in_the_own_area_is_not_the_whole_of_it() -> None:
    place = place_of("Barcelona(0-15 population)", "area", CITY)
    assert place is not None and not place.is_exact
    assert column_kind("Whatever", {"Barcelona (City)"}, CITY) == "mixed"
    assert column_kind("Whatever", {"City", "Council"}, CITY) is None


@pytest.mark.parametrize(
    ("name", "iso3"),
    [
        ("Россия", "RUS"),
        ("Российская Федерация", "RUS"),
        ("Österreich", "AUT"),
        ("Ελλάδα", "GRC"),
        ("ΕΛΛΑΔΑ", "GRC"),
        ("日本", "JPN"),
        ("Türkiye", "TUR"),
        ("Україна", "UKR"),
        ("مصر", "EGY"),
        ("Ísland", "ISL"),
        ("ISL", "ISL"),
    ],
)
def test_a_nation_is_known_by_its_name_in_its_own_language(name, iso3) -> None:
    home = Home("Weirford", "city", iso3)
    assert place_of(name, "area", home).kind == "national"
    assert name == iso3 or column_kind("Whatever", {name, "Elsewhere"}, home) == "mixed"
