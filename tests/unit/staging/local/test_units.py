"""Units of local values."""

from __future__ import annotations

import pytest

from localsdg.staging.local.units import file_unit, unit_of


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
