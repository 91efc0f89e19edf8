"""Which way a sentence about a target says that the value has to go."""

from __future__ import annotations

import pytest

from localsdg.staging.opensdg.target_direction import stated_direction


@pytest.mark.parametrize(
    ("text", "value", "direction"),
    [
        ("Reduce the rate by at least 50%: below 9.5 per 1,000", 9.5, "down"),
        ("No more than 16 kg a year", 16, "down"),
        ("Not less than 40 % of the seats", 40, "up"),
        ("Men: <30 Women: <3", 3, "down"),
        ("≥ 3", 3, "up"),
        ("87 or less", 87, "down"),
        ("Achieve that 50% or more of the waste is recovered", 50, "up"),
        ("Carry out over 350,000 journeys", 350000, "up"),
        ("Achieve at least a 50% reduction of emissions: 2,367.2", 2367.2, "down"),
        ("more than five initiatives", 5, "up"),
        ("Reducir la tasa por debajo del 2,5 %", 2.5, "down"),
        ("Superar: més de 1.500 entitats", 1500, "up"),
        ("Mindestens 30 Prozent", 30, "up"),
        ("Between 50 and 60%", 60, None),
        ("Increase the share and reduce the number", 7, None),
        ("", 7, None),
    ],
)
def test_direction_of_a_sentence(text, value, direction) -> None:
    assert stated_direction(text, value) == direction
