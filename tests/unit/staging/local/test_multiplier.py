"""Columns that state what each value is to be multiplied by."""

from __future__ import annotations

import pytest
from local_helpers import data_file

from localsdg.staging.local.multiplier import multiplier_columns, power_of, row_powers


@pytest.mark.parametrize(
    ("text", "power"),
    [
        ("", 0),
        ("Units", 0),
        ("1", 0),
        ("10", 1),
        ("Thousands", 3),
        ("thousand", 3),
        ("3", 3),
        ("3.0", 3),
        ("6", 6),
        ("-3", -3),
        ("1,000", 3),
        ("1 000 000", 6),
        ("×1000", 3),
        ("10^3", 3),
        ("1E+06", 6),
        ("En millones", 6),
        ("miles de millones", 9),
        ("Tsd.", 3),
        ("Mrd.", 9),
        ("milhões", 6),
        ("milers", 3),
        ("milliers", 3),
        ("dozens", None),
        ("12", 12),
        ("1000000000000000000000", None),
    ],
)
def test_power(text, power) -> None:
    assert power_of(text) == power


def test_in_a_column_of_sdmx_a_digit_is_always_the_power() -> None:
    assert (power_of("1", is_sdmx=True), power_of("10", is_sdmx=True)) == (1, 10)


@pytest.mark.parametrize(
    "name", ["Unit multiplier", "UNIT_MULT", "Unit mult", "Multiplikator", "Multiplicador de unidad", "multiplicateur"]
)
def test_a_column_of_multipliers_is_found_by_its_name(name) -> None:
    assert row_powers(data_file(f"Year,{name},Value\n2019,Thousands,1\n2020,dozens,2\n")) == [3, None]


@pytest.mark.parametrize(
    ("cells", "is_found"), [(("Thousands", "Millions"), True), (("1", "3"), False), (("a", "3"), False)]
)
def test_a_column_scale_counts_where_it_holds_multipliers(cells, is_found) -> None:
    first, second = cells
    file = data_file(f"Year,Scale,Value\n2019,{first},1\n2020,{second},2\n")
    assert multiplier_columns(file) == (["Scale"] if is_found else [])


def test_two_columns_must_agree() -> None:
    file = data_file("Year,UNIT_MULT,Unit multiplier,Value\n2019,3,Thousands,1\n2020,6,Thousands,2\n")
    assert row_powers(file) == [3, None]


@pytest.mark.parametrize(
    ("heading", "cell", "power"),
    [
        ("Mnożnik", "tys.", 3),
        ("Çarpan", "bin", 3),
        ("Множитель", "млн", 6),
        ("Multiplicador", "Milhares", 3),
        ("Moltiplicatore", "migliaia", 3),
        ("Multiplicateur", "en milliers", 3),
        ("Vermenigvuldigingsfactor", "duizend", 3),
        ("乗数", "百万", 6),
        ("Mnożnik", "dwa tuziny", None),
    ],
)
def test_a_multiplier_is_known_in_other_languages_and_never_a_group(heading, cell, power) -> None:
    file = data_file(f"Year,{heading},Value\n2019,{cell},1\n")
    assert multiplier_columns(file) == [heading]
    assert row_powers(file) == [power]
