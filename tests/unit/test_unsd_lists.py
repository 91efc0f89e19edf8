"""Lists of the UN service: one that is broken is set aside, one broken entry is a reject."""

from __future__ import annotations

import json

import pytest
from replay_bodies import record
from unsd_helpers import File, aside, csv_file, staged

from localsdg.staging.ledger import read_loads

GOALS = [{"code": str(n), "title": f"Goal {n}"} for n in range(1, 18)]
TREE = [
    {
        "geoAreaCode": 1,
        "geoAreaName": "World (total) by SDG regions",
        "type": "Region",
        "children": [{"geoAreaCode": 724, "geoAreaName": "Spain", "type": "Country", "children": None}],
    }
]


def a_list(role: str, body: object, name: str = "list.json") -> File:
    return File(name, role, body if isinstance(body, bytes) else json.dumps(body).encode(), {})


BROKEN = {
    "a goal list cut off": ("goal_list", b'[{"code": "1", "ti'),
    "a goal list that is a page": ("goal_list", b"<html>no</html>"),
    "a goal list that is null": ("goal_list", b"null"),
    "a goal list that is empty": ("goal_list", b"[]"),
    "a goal list with an object": ("goal_list", {"message": "error"}),
    "a goal list with texts": ("goal_list", ["1", "2"]),
    "a goal list that contradicts itself": ("goal_list", [GOALS[0], {**GOALS[0], "title": "Another"}]),
    "an area list with words for codes": ("area_list", [{"geoAreaCode": "ESP", "geoAreaName": "Spain"}]),
    "a tree without names": ("area_tree", [{"geoAreaCode": 1, "type": "Region"}]),
    "a tree with words for codes": ("area_tree", [{**TREE[0], "geoAreaCode": "World"}]),
    "a tree without a type": ("area_tree", [{**TREE[0], "type": None}]),
    "a tree with a country twice": ("area_tree", [{**TREE[0], "children": TREE[0]["children"] * 2}]),
    "a tree of texts": ("area_tree", ["World"]),
    "a tree cut off": ("area_tree", json.dumps(TREE).encode()[:-9]),
    "a tree that is not UTF-8": ("area_tree", b"\xff\xfe"),
    "M49 that is a page": ("m49", b"<html>no</html>"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_list_is_set_aside_and_the_rest_is_staged(name, tmp_path) -> None:
    role, body = BROKEN[name]
    file = a_list(role, body, "m49.csv" if role == "m49" else "list.json")
    con = staged(tmp_path, {"2024-01": [a_list("goal_list", GOALS, "goals.json"), file, csv_file("a.csv", [record()])]})
    assert aside(con) == [("UNSD-L01", "file", file.name)]
    assert [load.file_name for load in read_loads(con)] == ["goals.json", "a.csv"]
    for table in ("area", "area_tree", "m49_area"):
        assert con.execute(f"select count(*) from staging.{table}").fetchone() == (0,)
    assert con.execute("select count(*) from staging.goal").fetchone() == (17,)


@pytest.mark.parametrize(
    ("role", "good", "bad"),
    [
        ("goal_list", GOALS[0], {"code": "18", "title": "Eighteen"}),
        ("goal_list", GOALS[0], {"code": "2", "title": None}),
        ("goal_list", GOALS[0], {"title": "Without a code"}),
        ("target_list", {"code": "1.1", "goal": "1", "title": "t"}, {"code": "1.2", "goal": "2", "title": "t"}),
        (
            "indicator_list",
            {"code": "1.1.1", "target": "1.1", "goal": "1", "description": "d", "tier": "1"},
            {"code": "1.1", "target": "1.1", "goal": "1", "description": "d", "tier": "1"},
        ),
        (
            "series_list",
            {"code": "SI_POV_DAY1", "description": "d", "indicator": ["1.1.1"], "release": "r"},
            {"code": "poverty", "description": "d", "indicator": ["1.1.1"], "release": "r"},
        ),
        ("area_list", {"geoAreaCode": "4", "geoAreaName": "A"}, {"geoAreaCode": "9999999", "geoAreaName": "B"}),
        ("area_list", {"geoAreaCode": "4", "geoAreaName": "A"}, {"geoAreaCode": "ESP", "geoAreaName": "B"}),
        ("area_list", {"geoAreaCode": "4", "geoAreaName": "A"}, {"geoAreaCode": 4, "geoAreaName": "A"}),
        ("goal_list", GOALS[0], GOALS[0]),
        ("goal_list", GOALS[0], {"code": None, "title": "t"}),
        ("goal_list", GOALS[0], "2"),
    ],
)
def test_a_broken_entry_is_a_reject(role, good, bad, tmp_path) -> None:
    con = staged(tmp_path, {"2024-01": [a_list(role, [good, bad])]})
    assert aside(con) == []
    assert [(one.rows_in, one.rows_out, one.rows_rejected) for one in read_loads(con)] == [(2, 1, 1)]
    assert con.execute("select rule_id, file_name from audit.reject").fetchall() == [("UNSD-L02", "list.json")]


SERIES = {"code": "SI_POV_DAY1", "description": "d", "indicator": ["1.1.1"], "release": "2024-01"}


def test_each_of_several_bad_entries_is_a_reject_of_its_own(tmp_path) -> None:
    bad = [{"code": None}, {"title": "t"}, {"code": " "}, GOALS[1], {**GOALS[1], "title": "Another"}, GOALS[0]]
    con = staged(tmp_path, {"2024-01": [a_list("goal_list", [GOALS[0], *bad])]})
    assert [(one.rows_in, one.rows_out, one.rows_rejected) for one in read_loads(con)] == [(7, 1, 6)]
    assert con.execute("select goal_code from staging.goal").fetchall() == [("1",)]
    assert con.execute("select row_key from audit.reject order by 1").fetchall() == [
        ("1",),
        ("2",),
        ("2",),
        ("entry 2",),
        ("entry 3",),
        ("entry 4",),
    ]


def test_of_a_list_of_all_releases_the_entries_of_its_own_release_are_staged(tmp_path) -> None:
    other = {**SERIES, "release": "2020.Q1.G.01", "description": "old words", "indicator": ["9.9.9"]}
    body = json.dumps([other, SERIES, {**other, "code": "XX_GONE"}]).encode()
    asked = {"params": {"allreleases": "true"}}
    con = staged(tmp_path, {"2024-01": [File("list.json", "series_list", body, asked)]})
    assert aside(con) == []
    assert [(one.rows_in, one.rows_out, one.rows_rejected) for one in read_loads(con)] == [(1, 1, 0)]
    assert con.execute("select series_code, indicator_code, description from staging.series").fetchall() == [
        ("SI_POV_DAY1", "1.1.1", "d")
    ]


def test_a_series_listed_once_for_each_indicator_serves_all_of_them(tmp_path) -> None:
    con = staged(tmp_path, {"2024-01": [a_list("series_list", [SERIES, {**SERIES, "indicator": ["1.2.1", "1.1.1"]}])]})
    assert aside(con) == []
    assert [(one.rows_in, one.rows_out, one.rows_rejected) for one in read_loads(con)] == [(2, 2, 0)]
    assert con.execute("select series_code, indicator_code from staging.series order by all").fetchall() == [
        ("SI_POV_DAY1", "1.1.1"),
        ("SI_POV_DAY1", "1.2.1"),
    ]


def test_control_characters_in_lists_are_taken_out_and_counted(tmp_path) -> None:
    goals = json.dumps(GOALS).replace("Goal 3", "Go\x02al\\ud800 3").replace("Goal 4", "Goal\\u0007 4").encode()
    tree = json.dumps(TREE).replace("Spain", "Sp\\u009fain").encode()
    con = staged(tmp_path, {"2024-01": [a_list("goal_list", goals, "g.json"), a_list("area_tree", tree, "t.json")]})
    titles = con.execute("select title from staging.goal order by cast(goal_code as integer)").fetchall()
    assert titles == [(goal["title"],) for goal in GOALS]
    assert con.execute("select area_name from staging.area_tree where area_code = '724'").fetchall() == [("Spain",)]
    assert con.execute("select * from staging.cleaned_text order by all").fetchall() == [
        ("2024-01", "g.json", 2),
        ("2024-01", "t.json", 1),
    ]
