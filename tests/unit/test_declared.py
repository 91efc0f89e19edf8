"""Links that a record declares are read strictly."""

from __future__ import annotations

import pytest

from localsdg.registry.sdg_codes import parse_declared

KNOWN = {str(n) for n in range(1, 18)} | {"1.4", "11.5", "11.b", "11.5.1", "11.b.2"}


@pytest.mark.parametrize(
    ("text", "codes", "faults"),
    [
        ("1;11", ["1", "11"], []),
        ("SDG 1", ["1"], []),
        ("[1, 11]", ["1", "11"], []),
        ("SDG1 / ODS 11", ["1", "11"], []),
        ("1.4", ["1.4"], []),
        ("11.5.1, 11.B.2", ["11.5.1", "11.b.2"], []),
        ("01; 1; 1", ["1"], []),
        ("", [], []),
        ("18", [], ["18"]),
        ("1.9", [], ["1.9"]),
        ("2024-02; 1", ["1"], ["2024-02"]),
        ("poverty, 1", ["1"], ["poverty"]),
        ("=1+1", [], ["=1+1"]),
        ("1.4.1.2", [], ["1.4.1.2"]),
    ],
)
def test_declared(text: str, codes: list[str], faults: list[str]) -> None:
    found, left = parse_declared(text, KNOWN)
    assert [one.code for one in found] == codes
    assert left == faults


def test_a_target_and_an_indicator_carry_what_stands_above_them() -> None:
    found, _ = parse_declared("11.5.1", KNOWN)
    assert (found[0].goal_code, found[0].target_code, found[0].indicator_code) == ("11", "11.5", "11.5.1")
