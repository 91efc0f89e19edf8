"""Coalitions: frameworks by country, and local actions by goal, partners and goals served together."""

from __future__ import annotations

from datetime import datetime

import pytest
from action_helpers import action, counts, learned, with_actions
from evidence_helpers import ALL, insert, model_sql, observe, run_model, warehouse_with_areas

from localsdg.registry.tables import create_table_sql, tables


# ------------------------------------------------------------------ frameworks
def test_frameworks_are_counted_over_the_countries_that_answered():
    con = warehouse_with_areas()
    observe(
        con,
        "SG_PLN_MSTKSDG",
        {"year": 2018, "raw": 1},
        {"year": 2018, "raw": 0, "area_code": "050"},
        {"year": 2018, "raw": 1, "area_code": "076"},
        {"year": 2018, "raw": "NA", "area_code": "356"},
        {"year": 2016, "raw": 1, "area_code": "356"},
        {"year": 2018, "raw": 1, "area_code": "412"},
    )
    assert run_model(con, "c06_multi_stakeholder_frameworks", ALL) == [
        ("001", 2016, "", 1.0, None, 1, 25.0, "computed"),
        ("001", 2018, "", 2.0, None, 3, 75.0, "computed"),  # 412 has no ISO code
        ("062", 2016, "", 1.0, None, 1, pytest.approx(100 / 3), "computed"),
        ("062", 2018, "", 1.0, None, 2, pytest.approx(200 / 3), "computed"),
        ("199", 2018, "", 1.0, None, 2, 100.0, "computed"),
    ]
    answers = run_model(con, "c06_framework_answers", "area_code, year, value, n_areas, basis")
    assert ("050", 2018, 0.0, 1, "published") in answers and len(answers) == 5


def test_a_number_of_frameworks_that_the_un_publishes_is_not_made_again():
    con = warehouse_with_areas()
    observe(
        con,
        "SG_PLN_MSTKSDG",
        {"year": 2018, "raw": 1},
        {"year": 2018, "raw": 114, "area_code": "001"},
        {"year": 2016, "raw": 1},
    )
    rows = run_model(con, "c06_multi_stakeholder_frameworks", "area_code, year, value, basis")
    assert rows == [
        ("001", 2016, 1.0, "computed"),
        ("001", 2018, 114.0, "published"),
        ("062", 2016, 1.0, "computed"),
        ("062", 2018, 1.0, "computed"),
        ("199", 2016, 1.0, "computed"),
        ("199", 2018, 1.0, "computed"),
    ]


# ------------------------------------------------------------------ actions, not rows
def test_an_action_is_counted_once_a_goal_and_place():
    con = with_actions(
        action("a", "1", "1.4", "1.5", "11.5", {"code": "1.4", "method": "cited"}),
        action("b", "1.1"),
        action("c", "13", government="dhaka"),
        action("d", "1", government="nowhere"),
        action("e"),
    )
    assert counts(con, "c06_actions_by_goal") == {
        "links=all; goal=1": 3.0,
        "links=all; goal=11": 1.0,
        "links=all; goal=13": 1.0,
        "links=declared; goal=1": 3.0,
        "links=declared; goal=11": 1.0,
        "links=declared; goal=13": 1.0,
    }
    # 062 holds both countries, Afghanistan by two schemes; 'nowhere' counts for the World alone; 901 is of
    # another scheme
    for area, goal_1 in (("062", 2), ("199", 2), ("004", 2), ("050", None), ("901", None)):
        found = counts(con, "c06_actions_by_goal", f"area_code = '{area}'")
        assert found.get("links=declared; goal=1") == goal_1
    assert counts(con, "c06_actions_by_goal", "local_government_id = 'dhaka'") == {
        "links=all; goal=13": 1.0,
        "links=declared; goal=13": 1.0,
    }
    assert counts(con, "c06_actions_by_goal", "local_government_id = 'nowhere' and area_code = '001'") == {
        "links=all; goal=1": 1.0,
        "links=declared; goal=1": 1.0,
    }


def test_what_a_count_rests_on_is_said():
    con = with_actions(
        action("a", "1"),
        action("b", "1", "2", government="dhaka", year=2030, release="x@2022-01-01"),
        action("c", "2"),
        action("d"),
    )
    facts = "value, n_areas, n_total, year, basis, release"
    rows = {
        row[0]: row[1:]
        for row in run_model(
            con, "c06_actions_by_goal", f"area_code || coalesce(local_government_id, '') || breakdown, {facts}"
        )
    }
    # of the three actions with a link; the year is that of the newest records, not the action's
    assert rows["001dataset=projects; links=declared; goal=1"] == (2.0, 2, 3, 2024, "computed", "2024-05; x@2022-01-01")
    assert rows["001dataset=projects; links=declared; goal=13"][:3] == (0.0, 0, 3)
    assert rows["050dataset=projects; links=declared; goal=2"] == (1.0, 1, 1, 2024, "computed", "x@2022-01-01")
    assert rows["004kabuldataset=projects; links=declared; goal=2"][:3] == (1.0, 1, 2)
    assert run_model(con, "c06_actions_by_goal", "distinct denominator, coverage_pct") == [
        ("actions with a goal", None)
    ]
    assert run_model(con, "c06_actions", "distinct n_total, denominator, coverage_pct", order_by="1") == [
        (1, "actions", None),
        (3, "actions", None),
        (4, "actions", None),
    ]


def test_declared_links_and_all_links_differ_where_a_link_was_learned():
    con = with_actions(action("a", "1", learned("11")), action("b", learned("11.5")), action("c"))
    assert counts(con, "c06_actions_by_goal") == {
        "links=declared; goal=1": 1.0,
        "links=all; goal=1": 1.0,
        "links=all; goal=11": 2.0,
    }
    assert counts(con, "c06_goals_per_action") == {
        "links=declared; goals=1": 1.0,
        "links=all; goals=1": 1.0,
        "links=all; goals=2": 1.0,
    }
    assert counts(con, "c06_goal_pairs") == {"links=all; pair=1+11": 1.0}
    assert counts(con, "c06_actions") == {
        "": 3.0,
        "kind=not stated": 3.0,
        "links=all": 2.0,
        "links=declared": 1.0,
        "links=none": 1.0,
    }


def test_a_learned_link_beside_a_declared_one_of_the_same_goal_changes_nothing():
    con = with_actions(action("a", "11", learned("11.5")))
    assert counts(con, "c06_goals_per_action") == {"links=declared; goals=1": 1.0, "links=all; goals=1": 1.0}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([], {"links=all; goal=11": 1.0}),
        (["refused"], {}),
        (["accepted"], {"links=all; goal=11": 1.0}),
    ],
)
def test_a_link_that_a_person_refused_is_not_counted(said, found):
    con = with_actions(action("a"))
    con.execute("drop table core.action_link cascade")
    con.execute("create schema if not exists staging")
    for name in (
        "staging.action",
        "staging.action_declared",
        "staging.local_target",
        "core.action_suggestion",
        "core.link_decision",
    ):
        con.execute(create_table_sql(tables()[name]))
    insert(
        con,
        "core.action_suggestion",
        [
            {
                "action_id": "a",
                "goal_code": "11",
                "method": "learned",
                "confidence": 0.9,
                "rank": 1,
                "evidence": "flood 0.9",
                "is_accepted": True,
                "model_version": "m1",
            }
        ],
    )
    insert(
        con,
        "core.link_decision",
        [
            {
                "action_id": "a",
                "goal_code": "11",
                "decision": one,
                "decided_by": "Ana",
                "decided_at": datetime(2026, 11, 20),
            }
            for one in said
        ],
    )
    con.execute(f"create view core.action_link as {model_sql('action_link', 'core')}")
    assert counts(con, "c06_actions_by_goal") == found


# ------------------------------------------------------------------ several goals
def test_actions_by_the_number_of_goals_that_they_serve():
    con = with_actions(
        action("a", "1"),
        action("b", "1.1", "1.2"),
        action("c", "1", "2"),
        action("d", "1", "2", "11"),
        action("e", "1", "2", "11", "13"),
        action("f"),
    )
    rows = run_model(con, "c06_goals_per_action", "area_code, breakdown, value, n_areas, n_total")
    assert [row[1:] for row in rows if row[0] == "001" and "declared" in row[1]] == [
        ("dataset=projects; links=declared; goals=1", 2.0, 1, 5),
        ("dataset=projects; links=declared; goals=2", 1.0, 1, 5),
        ("dataset=projects; links=declared; goals=3 or more", 2.0, 1, 5),
    ]


def test_a_number_of_goals_that_no_action_serves_is_a_row_with_0():
    rows = run_model(with_actions(action("a", "1")), "c06_goals_per_action", "area_code, breakdown, value")
    assert [row for row in rows if row[0] == "001" and "all" in row[1]] == [
        ("001", "dataset=projects; links=all; goals=1", 1.0),
        ("001", "dataset=projects; links=all; goals=2", 0.0),
        ("001", "dataset=projects; links=all; goals=3 or more", 0.0),
    ]


THREE = (
    action("a", "1", "2.1", "11"),
    action("b", "2", "11.5", "11.6", government="dhaka"),
    action("c", "13"),
    action("d", "11", learned("2")),
)


def test_pairs_of_goals_that_are_served_together():
    con = with_actions(*THREE)
    assert counts(con, "c06_goal_pairs") == {
        "links=declared; pair=1+2": 1.0,
        "links=declared; pair=1+11": 1.0,
        "links=declared; pair=2+11": 2.0,
        "links=all; pair=1+2": 1.0,
        "links=all; pair=1+11": 1.0,
        "links=all; pair=2+11": 3.0,
    }
    shares = {
        row[0]: row[1:]
        for row in run_model(con, "c06_goal_pairs", "area_code || breakdown, n_total, denominator, n_areas")
    }
    assert shares["001dataset=projects; links=declared; pair=2+11"] == (2, "actions with two goals or more", 2)
    assert shares["001dataset=projects; links=declared; pair=1+2"] == (2, "actions with two goals or more", 1)


def test_the_example_tells_declared_pairs_from_all():
    columns_shown = "first_goal, second_goal, first_title, n_declared, n_all_links, n_local_governments, n_countries"
    con = with_actions(*THREE)
    assert run_model(con, "goals_served_together", columns_shown, "examples", order_by="") == [
        ("2", "11", "Goal 2", 2, 3, 2, 2),
        ("1", "2", "Goal 1", 1, 1, 1, 1),
        ("1", "11", "Goal 1", 1, 1, 1, 1),
    ]


def test_a_pair_that_a_model_alone_found_has_no_declared_action():
    con = with_actions(action("a", "11", learned("2")))
    assert run_model(con, "goals_served_together", "n_declared, n_all_links", "examples") == [(0, 1)]
    assert run_model(with_actions(action("a", "11")), "goals_served_together", "*", "examples") == []


# ------------------------------------------------------------------ partners
def test_an_action_counts_once_a_kind_of_partner():
    con = with_actions(
        action(
            "a", "1", partner_kinds=[("U", "academia"), ("S", "not classified"), ("I", "business"), ("J", "business")]
        ),
        action("b", learned("2"), partner_kinds=[("E", "business"), ("A", "not classified")]),
        action("c"),
    )
    assert counts(con, "c06_actions_by_partner") == {
        "partner=academia": 1.0,
        "partner=business": 2.0,
        "partner=not classified": 2.0,
        "partner=none stated": 1.0,
        "links=declared; partner=academia": 1.0,
        "links=declared; partner=business": 1.0,
        "links=declared; partner=not classified": 1.0,
        "links=all; partner=academia": 1.0,
        "links=all; partner=business": 2.0,
        "links=all; partner=not classified": 2.0,
    }
    shares = {
        row[0]: row[1:]
        for row in run_model(con, "c06_actions_by_partner", "area_code || breakdown, n_total, denominator")
    }
    assert shares["001dataset=projects; partner=academia"] == (3, "actions")
    assert shares["001dataset=projects; links=all; partner=academia"] == (2, "actions with a goal")
