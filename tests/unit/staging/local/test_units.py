"""Units of local values, and what a local poverty number means."""

from __future__ import annotations

import pytest

from localsdg.staging.local.poverty import poverty_meaning
from localsdg.staging.local.units import file_unit, unit_of

OFFICIAL = "Proportion of population living below the national poverty line, by sex and age"


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
    assert poverty_meaning(
        "1.2", [title], "", "Proportion of population living below the national poverty line, by sex and age"
    ) == ("upper", "households")
    assert poverty_meaning("1.1", [], "", "population below the international poverty line") == (
        "international",
        "persons",
    )
    assert poverty_meaning("3.2", [OFFICIAL], "", "") == (None, None)
