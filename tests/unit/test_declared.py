"""Links that a record declares are read strictly."""

from __future__ import annotations

import json

import pytest

from localsdg.common.csv_files import read_rows
from localsdg.common.settings import Settings
from localsdg.registry.sdg_codes import GOAL_NAMES_CSV, parse_declared, sdg_codes
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
        # codes with their names, as registers write them
        ("SDG11: Sustainable Cities and Communities 2030", ["11"], []),
        ("16 - Paz, Justicia e Instituciones Sólidas, 17 - Alianzas", ["16", "17"], []),
        ("['Goal 14: Life below water', 'Goal 15: Life on Land']", ["14", "15"], []),
        ("Goal 1,Goal 3,Goal 17", ["1", "3", "17"], []),
        ("Goals 1, 3 and 5", ["1", "3", "5"], []),
        ("GOAL 3: Good health, TARGET 3.4", ["3", "3.4"], []),
        ("SDG 8: Decent work and economic growth (8.5)", ["8", "8.5"], []),
        ("14.2 By 2020, sustainably manage; 14.5", ["14.2", "14.5"], []),
        ("14.1 14.2", ["14.1", "14.2"], []),
        ("1. No Poverty\n2. Zero Hunger", ["1", "2"], []),
        ("目标11：可持续城市和社区", ["11"], []),
        ("13a; 4.0", ["13.a", "4"], []),
        ("8.1; 8.10", ["8.1", "8.10"], []),
        # names alone
        ("Peace, Justice and Strong Institutions, Life on land", ["16", "15"], []),
        ("Clean water & sanitation", ["6"], []),
        ("Keine Armut; Vida submarina; 无贫穷、零饥饿", ["1", "14", "2"], []),
        # what is no code, and what may be several things
        ("3 schools", [], ["3 schools"]),
        ("17 partners; 4 children", [], ["17 partners", "4 children"]),
        ("5, 10%", ["5"], ["10%"]),
        ("1-3; SDG 1-17", [], ["1-3", "1-17"]),
        ("Climate action plan", [], ["climate", "action", "plan"]),
    ],
)
def test_declared(text: str, codes: list[str], faults: list[str]) -> None:
    found, left = parse_declared(text)
    assert [one.code for one in found] == codes
    assert left == faults


def test_a_target_and_an_indicator_carry_what_stands_above_them() -> None:
    found, _ = parse_declared("11.5.1")
    assert (found[0].goal_code, found[0].target_code, found[0].indicator_code) == ("11", "11.5", "11.5.1")


def test_every_name_of_a_goal_is_read_alone_and_behind_its_number() -> None:
    for row in read_rows(GOAL_NAMES_CSV):
        code, name = row["goal_code"], row["name"]
        for text in (name, f"SDG {code}: {name}", f"{code} {name}", f"{code} - {name}; 1.4"):
            found, left = parse_declared(text)
            assert (found[0].code, left) == (code, []), text


def test_the_codes_are_those_of_the_official_lists_of_the_bundle() -> None:
    listed = {
        entry["code"].strip().lower()
        for snapshot in iter_snapshots(Settings().bundled)
        for file in snapshot.with_role("goal_list", "target_list", "indicator_list")
        for entry in json.loads(snapshot.file_path(file).read_text(encoding="utf-8"))
    }
    assert sdg_codes() == listed and len(sdg_codes()) == 434
