"""Units have one code each, with a name, a quantity and a factor; what is no unit has none."""

from __future__ import annotations

import pytest

from localsdg.registry.unit_words import unit_codes
from localsdg.registry.units import describe_unit


def test_every_code_of_the_vocabulary_is_described() -> None:
    assert not sorted(code for code in set(unit_codes().values()) if describe_unit(code) is None)


@pytest.mark.parametrize(
    ("text", "code", "name", "base_unit", "factor"),
    [
        ("PERCENT", "PERCENT", "per cent", "PERCENT", 1),
        ("mgr/m^3", "MGR_M_3", "micrograms per cubic metre", "MGR_M_3", 1),
        ("MGR_M_3", "MGR_M_3", "micrograms per cubic metre", "MGR_M_3", 1),
        ("CU_USD_M", "CU_USD_M", "million US dollars, current prices", "CU_USD", 1e6),
        ("TONNES_TH", "TONNES_TH", "thousand tonnes", "KG", 1e6),
        ("PER_100000_LIVE_BIRTHS", "PER_100000_LIVE_BIRTHS", "per 100,000 live births", "PER_100000_LIVE_BIRTHS", 1),
        ("KG_PER_CAPITA", "KG_PER_CAPITA", "kilograms per person", "KG_PER_CAPITA", 1),
        ("EUR_PER_M2", "EUR_PER_M2", "euros per square metre", "EUR_PER_M2", 1),
        ("KWH_PER_CAPITA_PER_DAY", "KWH_PER_CAPITA_PER_DAY", "kilowatt-hours per person per day", None, 1),
    ],
)
def test_a_code_is_described_by_its_parts(
    text: str, code: str, name: str, base_unit: str | None, factor: float
) -> None:
    unit = describe_unit(text)
    assert unit is not None
    assert (unit.unit_code, unit.name, unit.base_unit, unit.factor) == (code, name, base_unit or code, factor)


@pytest.mark.parametrize(
    "text", [None, "", "NOT STATED", "Total by Gender", "By Race/ Ethnicity", "x1000 tons of CO2", "EUR_X", "PER_7_POP"]
)
def test_a_text_that_is_no_unit_has_none(text: str | None) -> None:
    assert describe_unit(text) is None


def test_dollars_of_unlike_prices_are_not_one_unit() -> None:
    codes = [unit.base_unit for text in ("USD", "CU_USD", "CON_USD", "DOLLARS") if (unit := describe_unit(text))]
    assert codes == ["USD", "CU_USD", "CON_USD", "DOLLARS"]
