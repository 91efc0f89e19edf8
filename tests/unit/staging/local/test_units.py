"""Units of local values."""

from __future__ import annotations

import csv

import pytest

from localsdg.registry.unit_words import UNIT_WORDS_CSV, unit_key
from localsdg.staging.local.units import file_unit, is_known_unit, unit_of, unit_power


@pytest.mark.parametrize(
    ("unit", "texts"),
    [
        (
            "PERCENT",
            "Percentage (%)|%|Porcentaje|Prozent|percentatge|pourcentage|pct|Percent by Age|in %|per 100|"
            "UNIDAD_MEDIDA.PT|UNIDAD_MEDIDA.PER_100|units.PT|units.percent",
        ),
        ("PC_PNT", "Percentage points|puntos porcentuales|UNIDAD_MEDIDA.PC_PNT"),
        ("NUMBER", "Number|Anzahl|Número|Persones|Number of deaths|Anzahl der Haushalte|units.NUMBER|Habitants"),
        ("NUM_TH", "Number in thousands|Tsd. Personen|thousands of people"),
        ("DAYS", "Number of days|Tage|Dies"),
        ("PER_100000_POP", "Rate per 100,000 population|por 100.000 habitantes|pro 100 000 Einwohner*innen"),
        ("PER_1000_POP", "Número/1.000 residentes|Straftaten je 1.000 Einwohner|Conception rate per 1,000 women"),
        ("PER_1000000_POP", "por millón de habitantes"),
        ("PER_1000_LIVE_BIRTHS", "por 1.000 nacidos vivos|Rate per 1,000 live births"),
        # what the base is, is not stated
        ("PER_100000", "Tant per 100.000|Rate per 100.000|UNIDAD_MEDIDA.PER_100000"),
        ("EUR", "€|euros|UNIDAD_MEDIDA.EUR"),
        ("EUR_M", "Million euros|millones de euros|Milions d'euros|Private investment in million euros"),
        ("GBP_B", "£ Billion|£Billion"),
        ("CU_USD_M", "Millions of current USD"),
        ("TONNES", "Tonnes|toneladas|Tones"),
        ("TONNES_TH", "Thousand tonnes|kilotoneladas"),
        ("KMSQ", "km^2|Km2|km²|square kilometres"),
        ("M2_PER_CAPITA", "m&sup2;/cápita|m2 per habitant|m² je EinwohnerIn"),
        ("KG_PER_CAPITA_PER_DAY", "Kg/inhabitant/day"),
        ("MGR_M_3", "µg/m3|ug/m3|microgramos por metro cúbico|Annual mean (ug/m3)"),
        ("INDEX", "Index|índice|Index (0-100)|UNIDAD_MEDIDA.IX"),
        ("SCORE", "0-10 scale|Escala 1-10|River fly population (score)"),
        (None, "|-|null|UNIDAD_MEDIDA."),
    ],
)
def test_spellings_of_one_unit(unit, texts) -> None:
    assert {text: unit_of(text) for text in texts.split("|")} == dict.fromkeys(texts.split("|"), unit)


@pytest.mark.parametrize(
    "text",
    [
        "Diferencia entre el porcentaje de mujeres",
        "Tonnes (Kg)",
        "Tonelades per 100 habitants",
        "average daily use per capita (gallons)",
        "Per 100,000 bed days",
        "Rate per 10,000 Children",
        "Number of people per household",
        "3 persons",
        "Race/ Ethnicity",
        "Proportion of women",
    ],
)
def test_a_unit_that_the_vocabulary_does_not_make_certain_stays_as_it_is_written(text) -> None:
    assert unit_of(text) == text
    assert not is_known_unit(text)


@pytest.mark.parametrize(("unit", "power"), [("NUM_TH", 3), ("EUR_M", 6), ("NUMBER", 0), ("METRES", 0), ("an_M", 0)])
def test_the_magnitude_of_a_unit(unit, power) -> None:
    assert unit_power(unit) == power


def test_no_spelling_of_the_vocabulary_has_two_units() -> None:
    with UNIT_WORDS_CSV.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["use"] == "unit"]
    units: dict[str, set[str]] = {}
    for row in rows:
        units.setdefault(unit_key(row["word"]), set()).add(row["unit"])
    assert {key: found for key, found in units.items() if len(found) > 1} == {}


def test_a_unit_in_the_title_or_nowhere() -> None:
    assert file_unit("", "Percentage of people") == ("PERCENT", "title")
    assert file_unit("", "People") == ("NOT STATED", "none")
    assert file_unit("", "Low-Income measure, after tax (LIM-AT)%") == ("PERCENT", "title")
    assert file_unit("", "Food waste cut by 50 %") == ("NOT STATED", "none"), "a number before the sign is a goal"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("процентов", "PERCENT"),
        ("Yüzde", "PERCENT"),
        ("prosent", "PERCENT"),
        ("odstotek", "PERCENT"),
        ("százalék", "PERCENT"),
        ("per 100 famiglie", "PERCENT"),
        ("промилле", "PER_1000"),
        ("Binde", "PER_1000"),
        ("Permilagem", "PER_1000"),
        ("Yüz binde", "PER_100000"),
        ("na 100 tys. ludności", "PER_100000_POP"),
        ("por 100 mil habitantes", "PER_100000_POP"),
        ("на 100 000 человек населения", "PER_100000_POP"),
        ("на 1000 родившихся живыми", "PER_1000_LIVE_BIRTHS"),
        ("тысяч человек", "NUM_TH"),
        ("tys. zł", "PLN_TH"),
        ("kg na mieszkańca", "KG_PER_CAPITA"),
        ("szt.", "NUMBER"),
        ("Kişi", "NUMBER"),
        ("人口10万対", "PER_100000_POP"),
        # `na` and `la` are in many names of what is counted
        ("Número de alunos na escola", "NUMBER"),
        ("Gasto en la vivienda (euros)", "EUR"),
    ],
)
def test_units_in_other_languages(text, unit) -> None:
    assert unit_of(text) == unit
