"""Ids, titles, units and places: what a local indicator is, and whose number a row is."""

from __future__ import annotations

import pytest

from localsdg.staging.opensdg.areas import Home, column_kind, coverage_of, place_of
from localsdg.staging.opensdg.match import Framework, match_indicator, official_code
from localsdg.staging.opensdg.meta import as_list, is_key
from localsdg.staging.opensdg.targets import local_targets
from localsdg.staging.opensdg.units import file_unit, poverty_meaning, unit_of

TITLE = "Proportion of population living below the national poverty line, by sex and age"
FRAMEWORK = Framework.from_rows(
    [
        ("1.2.1", "1.2", "1", TITLE, "en"),
        ("1.2.1", "1.2", "1", "Proporción de la población que vive por debajo del umbral nacional de pobreza", "es"),
        ("9.2.2", "9.2", "9", "Manufacturing employment as a proportion of total employment", "en"),
        ("11.2.1", "11.2", "11", "Proportion of population that has convenient access to public transport", "en"),
        ("13.3.1", "13.3", "13", "Extent to which education is mainstreamed", "en"),
        ("17.19.2", "17.19", "17", "Proportion of countries that have conducted a census", "en"),
        ("5.5.1", "5.5", "5", "Proportion of seats held by women", "en"),
        ("2.a.1", "2.a", "2", "The agriculture orientation index", "en"),
    ]
)


@pytest.mark.parametrize(
    ("indicator_id", "expected"),
    [
        ("1-2-1", ("1.2.1", False)),
        ("1-2-1-a", ("1.2.1", True)),
        ("1-2-1-SERIE-A", ("1.2.1", True)),
        ("17-19-2b-a", ("17.19.2", True)),
        ("17-19-2b", ("17.19.2", True)),
        ("2-a-1", ("2.a.1", False)),
        ("11-2-2", (None, False)),
        ("13-3", (None, False)),
        ("5-5-4", (None, False)),
        ("demo_indicator", (None, False)),
    ],
)
def test_official_code(indicator_id, expected) -> None:
    assert official_code(indicator_id, FRAMEWORK) == expected


@pytest.mark.parametrize(
    ("indicator_id", "title", "unit", "fields", "match", "codes"),
    [
        (
            "1-2-1",
            "Percentage of population of Bristol beneath national poverty line",
            "PERCENT",
            {},
            "official",
            ("1.2.1", "1.2", "1"),
        ),
        # the site's own subject under a UN code
        ("1-2-1", "Rate of severe material and social deprivation", "PERCENT", {}, "proxy", ("1.2.1", "1.2", "1")),
        ("1-2-1", TITLE, "NOT STATED", {}, "proxy", ("1.2.1", "1.2", "1")),
        ("1-2-1", TITLE, "Number of Persons", {}, "proxy", ("1.2.1", "1.2", "1")),
        ("1-2-1", "Població en risc de pobresa relativa per als barris", "PERCENT", {}, "proxy", ("1.2.1", "1.2", "1")),
        ("9-2-2-a", "x", "PERCENT", {"target_id": "9.2"}, "proxy", ("9.2.2", "9.2", "9")),
        ("11-2-2", "x", "PERCENT", {"target_id": "11.2"}, "target", (None, "11.2", "11")),
        ("13-3", "x", "PERCENT", {"sdg_goal": "13", "target_number": "13.3"}, "goal", (None, None, "13")),
        ("5-5-4", "x", "PERCENT", {"SDG_TARGET": "Asegurar"}, "target", (None, "5.5", "5")),
        ("demo_indicator", "x", "PERCENT", {}, "none", (None, None, None)),
    ],
)
def test_match(indicator_id, title, unit, fields, match, codes) -> None:
    found = match_indicator(
        "s", indicator_id, titles={"en": title}, template_keys=False, unit=unit, fields=fields, framework=FRAMEWORK
    )
    assert (found.match, (found.indicator_code, found.target_code, found.goal_code)) == (match, codes), found
    assert found.reason


def test_a_reviewed_row_is_final() -> None:
    found = match_indicator(
        "cape-town", "1-2-1", titles={}, template_keys=True, unit="PERCENT", fields={}, framework=FRAMEWORK
    )
    assert found.match == "proxy" and found.reason.startswith("reviewed: households")


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
    ("text", "unit"),
    [
        ("Percentage (%)", "PERCENT"),
        ("%", "PERCENT"),
        ("Porcentaje", "PERCENT"),
        ("Prozent", "PERCENT"),
        ("UNIDAD_MEDIDA.PT", "PERCENT"),
        ("units.PT", "PERCENT"),
        ("Percent by Age", "PERCENT"),
        ("Number of Persons", "Number of Persons"),
        ("", None),
        ("Percentage points", "Percentage points"),
        ("Diferencia entre el porcentaje de mujeres", "Diferencia entre el porcentaje de mujeres"),
    ],
)
def test_unit(text, unit) -> None:
    assert unit_of(text) == unit


def test_a_unit_in_the_title_or_nowhere() -> None:
    assert file_unit("", "Percentage of people") == ("PERCENT", "title")
    assert file_unit("", "People") == ("NOT STATED", "none")


def test_what_a_poverty_number_means() -> None:
    title = "Percentage of households below the upper bound poverty line"
    assert poverty_meaning("1.2", [title], "", TITLE) == ("upper", "households")
    assert poverty_meaning("1.1", [], "", "population below the international poverty line") == (
        "international",
        "persons",
    )
    assert poverty_meaning("3.2", [TITLE], "", "") == (None, None)


def test_local_targets_are_facts() -> None:
    meta = {
        "1-2-1": {
            "graph_target_lines": "[{'label_content': '2030 target', 'value': 2.0}, {'value': 3}]",
            "target_line_2030": "below 2%",
            "barcelona_target": "By 2030, reduce",
            "target_id": "1.2",
            "target_name": "Reduce",
            "progress_status": "challenges_remain",
        },
        "1-3-1": {"progress_status": "target_achieved", "graph_target_lines": []},
    }
    rows = local_targets("s", meta)
    first = [row for row in rows if row["local_indicator_id"] == "1-2-1"]
    assert [(row["target_kind"], row["year"], row["value"]) for row in first] == [
        ("target value", 2030, 2.0),
        ("target value", 2030, 3.0),
        ("target statement", 2030, None),
        ("commitment", 2030, None),
        ("progress", None, None),
    ]
    assert all("reduce" not in str(row).lower() for row in rows), "no prose"


def test_one_verdict_for_all_is_a_default() -> None:
    assert local_targets("s", {str(n): {"progress_status": "target_achieved"} for n in range(9)}) == []


def test_small_readers() -> None:
    assert is_key("global_indicators.1-2-1-title") and not is_key("Poverty. A title")
    assert as_list("[{'value': 1}]") == [{"value": 1}] and as_list("None") == [] and as_list("[broken") == []
