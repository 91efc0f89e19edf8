"""Links that a record declares are read strictly."""

from __future__ import annotations

import json

import pytest

from localsdg.common.settings import Settings
from localsdg.registry.sdg_codes import parse_declared, sdg_codes
from localsdg.sources.snapshot import iter_snapshots


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
    found, left = parse_declared(text)
    assert [one.code for one in found] == codes
    assert left == faults


def test_a_target_and_an_indicator_carry_what_stands_above_them() -> None:
    found, _ = parse_declared("11.5.1")
    assert (found[0].goal_code, found[0].target_code, found[0].indicator_code) == ("11", "11.5", "11.5.1")


def test_the_codes_are_those_of_the_official_lists_of_the_bundle() -> None:
    listed = {
        entry["code"].strip().lower()
        for snapshot in iter_snapshots(Settings().bundled)
        for file in snapshot.with_role("goal_list", "target_list", "indicator_list")
        for entry in json.loads(snapshot.file_path(file).read_text(encoding="utf-8"))
    }
    assert sdg_codes() == listed and len(sdg_codes()) == 434
