"""Who acts together, and where local governments lead: numbers counted by hand, each register for itself."""

from __future__ import annotations

from datetime import date

import pytest
from action_helpers import action, counts, learned, with_actions
from evidence_helpers import insert, metric_sql, model_sql, run_model

from localsdg.registry.tables import create_table_sql, tables

LOCAL, ACADEMIA, BUSINESS, NATION = "local government", "academia", "business", "nation"
UNKNOWN, NETWORK = "not classified", "network of cities"


def led(lead_kind: str | None, lead: str | None = "L", government: str | None = None) -> dict:
    """Facts of an action that is led by an actor of a kind."""
    basis = {None: None, UNKNOWN: "none"}.get(lead_kind, "stated")
    return {"lead": lead, "lead_kind": lead_kind, "lead_kind_basis": basis, "government": government}


#: Five partnerships of a register stored in 2024, and two commitments of another stored in 2022.
REGISTERS = (
    # Kabul with a university and two companies
    action(
        "p1",
        "1",
        "11.5",
        **led(LOCAL, "Kabul", "kabul"),
        year=2020,
        partner_kinds=[("U", ACADEMIA), ("B1", BUSINESS), ("B2", BUSINESS), ("kabul", LOCAL)],
    ),
    # a ministry with a city, in two countries of one region
    action("p2", "11", learned("1"), **led(NATION), year=2022, countries=["AFG", "BGD"], partner_kinds=[("C", LOCAL)]),
    # a lead that nothing classifies, alone, without country or year
    action("p3", "11.5", "11.6", **led(UNKNOWN)),
    # nobody named; the year is that in which the register was stored
    action("p4", **led(None, None), year=2024),
    # the record states the kind of its lead alone, and a network
    action("p5", "1", **led(ACADEMIA, None), year=2020, partner_kinds=[("C40", NETWORK), ("X", UNKNOWN)]),
    action("o1", "13", **led(BUSINESS), year=2019, dataset_id="ocean", partner_kinds=[("U", ACADEMIA)]),
    action("o2", "13", **led(LOCAL, "Dhaka", "dhaka"), year=2021, dataset_id="ocean"),
)
AS_OF = {"projects": "2024-05-01", "ocean": "2022-03-27"}


@pytest.fixture(scope="module")
def con():
    return with_actions(*REGISTERS, as_of=AS_OF)


def rows(con, metric_id: str, columns: str, breakdown: str, area: str = "001") -> list[tuple]:
    """The named columns of one breakdown of an area."""
    found = run_model(con, metric_id, f"area_code || ' ' || breakdown as key, local_government_id, {columns}")
    return [row[2:] for row in found if row[0] == f"{area} {breakdown}" and row[1] is None]


# ------------------------------------------------------------------ registers
def test_registers_are_described_by_what_their_files_state(con):
    columns = "dataset_id, title, is_self_selected, cast(as_of as varchar), n_actions"
    assert run_model(con, "action_dataset", columns, "core") == [
        ("ocean", "ocean", True, "2022-03-27", 2),
        ("projects", "projects", True, "2024-05-01", 5),
    ]


def test_how_far_the_counts_of_a_register_carry(con):
    columns = "dataset_id, n_actions, n_with_year, n_with_country, n_with_actor, n_actors, n_not_classified"
    assert run_model(con, "action_dataset", columns, "core") == [
        ("ocean", 2, 2, 1, 2, 3, 0),
        ("projects", 5, 4, 2, 4, 10, 2),
    ]


def test_a_register_is_as_of_the_day_of_its_snapshot_where_nothing_states_it():
    con = with_actions(action("a", release="2023-10"), action("b", dataset_id="site", release="x@2022-04-05"))
    assert run_model(con, "action_dataset", "dataset_id, cast(as_of as varchar)", "core") == [
        ("projects", "2023-10-01"),
        ("site", "2022-04-05"),
    ]


def test_a_part_of_a_register_that_is_unlike_the_rest_is_a_register_of_its_own():
    con = with_actions()
    con.execute("drop table core.action cascade")
    for name in ("staging.action", "staging.local_target"):
        con.execute(create_table_sql(tables()[name]))
    facts = {"release": "2018-07-23", "snapshot_sha256": "s", "title": "T", "partners": [], "is_provisional": False}
    for number, (dataset_id, given) in enumerate(
        [("un-partnerships", "SDGAction1"), ("un-partnerships", "#OceanAction2"), ("mine", "OceanAction3")]
    ):
        ids = {"action_id": f"{dataset_id}:{given}", "given_action_id": given, "row_number": number}
        insert(con, "staging.action", [facts | ids | {"dataset_id": dataset_id}])
    stated = {"title": "Partnerships", "publisher": "UN", "as_of": date(2018, 7, 23), "n_in_register": 3834}
    keys = {"release": "2018-07-23", "snapshot_sha256": "s", "dataset_id": "un-partnerships"}
    insert(con, "staging.action_dataset", [keys | stated])
    con.execute(f"create view core.action as {model_sql('action', 'core')}")
    columns = "dataset_id, left(title, 15), part_of, publisher, year(as_of), n_actions, n_in_register"
    assert run_model(con, "action_dataset", columns, "core") == [
        ("mine", "mine", None, None, 2018, 1, None),
        ("un-partnerships", "Partnerships", None, "UN", 2018, 1, 3834),
        ("un-partnerships-ocean", "Commitments for", "un-partnerships", "UN", 2018, 1, 3834),
    ]


def test_no_count_by_goal_kind_or_year_adds_registers_up(con):
    for metric_id in (
        "c06_actions_by_goal",
        "c06_actions_by_target",
        "c06_goals_per_action",
        "c06_goal_pairs",
        "c06_actions_by_year",
        "c06_actions_by_actor",
        "c06_actions_by_partner",
        "c06_partners_per_action",
        "c06_actor_pairs",
        "c06_local_government_role",
    ):
        found = {dataset for (dataset,) in run_model(con, metric_id, "dimensions['dataset']")}
        assert found and None not in found, metric_id
    assert counts(con, "c06_actions_by_goal") == {
        "links=declared; goal=1": 2.0,
        "links=declared; goal=11": 3.0,
        "links=all; goal=1": 3.0,
        "links=all; goal=11": 3.0,
    }
    assert counts(con, "c06_actions_by_goal", dataset="ocean") == {
        "links=declared; goal=13": 2.0,
        "links=all; goal=13": 2.0,
    }


def test_the_inventory_counts_all_registers_and_each(con):
    columns = "value, n_total, n_areas, year"
    assert rows(con, "c06_actions", columns, "") == [(7.0, 7, 2, 2024)]
    assert rows(con, "c06_actions", columns, "dataset=projects") == [(5.0, 5, 2, 2024)]
    assert rows(con, "c06_actions", columns, "dataset=ocean") == [(2.0, 2, 1, 2022)]
    assert rows(con, "c06_actions", columns, "dataset=projects; links=declared") == [(4.0, 5, 2, 2024)]
    assert rows(con, "c06_actions", columns, "dataset=projects; links=none") == [(1.0, 5, 0, 2024)]


# ------------------------------------------------------------------ places
def test_an_action_of_two_countries_counts_once_in_each_and_once_in_their_groups(con):
    for area, value, n_areas in (("001", 5, 2), ("062", 2, 2), ("199", 2, 2), ("004", 2, 1), ("050", 1, 1)):
        assert rows(con, "c06_actions", "value, n_areas", "dataset=projects", area) == [(value, n_areas)], area


# ------------------------------------------------------------------ targets, years, partners
def test_actions_by_target(con):
    assert counts(con, "c06_actions_by_target") == {
        "links=declared; target=11.5": 2.0,
        "links=declared; target=11.6": 1.0,
        "links=all; target=11.5": 2.0,
        "links=all; target=11.6": 1.0,
    }
    assert rows(con, "c06_actions_by_target", "n_total", "dataset=projects; links=declared; target=11.6") == [(2,)]


def test_growth_is_of_the_years_that_a_register_covers_whole(con):
    found = run_model(con, "c06_actions_by_year", "area_code || ' ' || breakdown, year, value, n_total, n_areas")
    world = [row[1:] for row in found if row[0] == "001 dataset=projects; count=in the year"]
    # 2024 is not over where the register was stored, and an action without a year is in none
    assert world == [(2020, 2.0, 5, 1), (2021, 0.0, 5, 0), (2022, 1.0, 5, 2), (2023, 0.0, 5, 0)]
    to_date = [row[1:] for row in found if row[0] == "001 dataset=projects; count=to date"]
    assert to_date == [(2020, 2.0, 5, 1), (2021, 2.0, 5, 1), (2022, 3.0, 5, 2), (2023, 3.0, 5, 2)]
    ocean = [row[1:3] for row in found if row[0] == "001 dataset=ocean; count=in the year"]
    assert ocean == [(2019, 1.0), (2020, 0.0), (2021, 1.0)]
    leads = {row[0].rpartition("; ")[2]: row[1:3] for row in found if row[0].startswith("001 dataset=pro") and row[2]}
    assert leads == {
        "count=in the year": (2022, 1.0),
        "count=to date": (2023, 3.0),
        "lead=local government": (2020, 1.0),
        "lead=academia": (2020, 1.0),
        "lead=nation": (2022, 1.0),
    }


def test_actions_by_the_number_of_partners_beside_the_lead(con):
    assert counts(con, "c06_partners_per_action") == {
        "partners=1": 1.0,
        "partners=2 to 4": 2.0,
        "partners=none named": 2.0,
    }
    many = action("m", partner_kinds=[(f"P{n}", BUSINESS) for n in range(10)])
    some = action("s", partner_kinds=[(f"P{n}", BUSINESS) for n in range(9)])
    assert counts(with_actions(many, some), "c06_partners_per_action") == {
        "partners=10 or more": 1.0,
        "partners=5 to 9": 1.0,
    }


def test_networks_of_cities_are_counted_one_by_one(con):
    found = counts(con, "c06_actions_by_partner")
    assert found["partner=network of cities"] == found["partner=network of cities; network=C40"] == 1.0


# ------------------------------------------------------------------ actors
def test_kinds_of_leads_and_of_all_who_take_part(con):
    found = counts(con, "c06_actions_by_actor")
    leads = {
        name.rpartition("actor=")[2]: value for name, value in found.items() if name.startswith("role=lead; actor")
    }
    assert leads == {LOCAL: 1.0, NATION: 1.0, UNKNOWN: 1.0, ACADEMIA: 1.0, "none named": 1.0}
    assert sum(leads.values()) == 5
    assert {name: value for name, value in found.items() if name.startswith("role=lead or partner; actor")} == {
        "role=lead or partner; actor=academia": 2.0,
        "role=lead or partner; actor=business": 1.0,
        "role=lead or partner; actor=local government": 2.0,
        "role=lead or partner; actor=nation": 1.0,
        "role=lead or partner; actor=network of cities": 1.0,
        "role=lead or partner; actor=not classified": 2.0,
        "role=lead or partner; actor=none named": 1.0,
    }
    # declared goals alone: what was learned of p2 is not in the mix of Goal 1
    assert {name: value for name, value in found.items() if "lead; goal=1;" in name} == {
        "role=lead; goal=1; actor=local government": 1.0,
        "role=lead; goal=1; actor=academia": 1.0,
    }
    row = rows(
        con, "c06_actions_by_actor", "n_total, denominator", f"dataset=projects; role=lead; goal=1; actor={LOCAL}"
    )
    assert row == [(2, "actions with the goal")]


def test_local_governments_lead_join_or_are_absent(con):
    assert counts(con, "c06_local_government_role") == {
        "role=lead": 1.0,
        "role=partner": 1.0,
        "role=absent": 2.0,
        "role=none named": 1.0,
        "goal=1; role=lead": 1.0,
        "goal=1; role=absent": 1.0,
        "goal=11; role=lead": 1.0,
        "goal=11; role=partner": 1.0,
        "goal=11; role=absent": 1.0,
    }
    assert rows(con, "c06_local_government_role", "value, n_total", "dataset=projects; goal=11; role=none named") == [
        (0.0, 3)
    ]


def test_a_register_that_states_no_lead_does_not_say_that_no_local_government_leads():
    con = with_actions(action("a", partner_kinds=[("C", LOCAL)]), action("b", partner_kinds=[("M", NATION)]))
    rows = run_model(con, "c06_local_government_role", "area_code, dimensions['role'], value")
    assert [row[1:] for row in rows if row[0] == "001"] == [("absent", 1.0), ("none named", 0.0), ("partner", 1.0)]
    assert not any("lead=" in name for name in counts(con, "c06_actions_by_year"))


def test_a_share_is_of_thirty_records_or_more_whose_kind_is_known():
    def year(year: int, *kinds: str | None, dataset_id: str = "projects") -> list:
        return [
            action(f"{dataset_id}{year}-{n}", **led(kind), year=year, dataset_id=dataset_id)
            for n, kind in enumerate(kinds)
        ]

    con = with_actions(
        *year(2020, *[LOCAL] * 8, *[NATION] * 24, UNKNOWN, None),
        *year(2021, LOCAL, *[NATION] * 28, UNKNOWN),  # twenty-nine of a known kind
        *year(2024, *[LOCAL] * 32),  # the year in which the register was stored
        *year(2020, *[LOCAL] * 30, NATION, UNKNOWN, dataset_id="cities"),  # a register of local governments
    )
    columns = "breakdown, year, value, n_total"
    assert run_model(con, "c06_local_government_share", columns) == [
        ("dataset=projects; role=lead", 2020, 25.0, 32),
        ("dataset=projects; role=lead or partner", 2020, 25.0, 32),
    ]


# ------------------------------------------------------------------ coalitions
def coalition(con, where: str) -> list[tuple]:
    columns = f"actor_kind_a, actor_kind_b, n_actions, n_total, n_areas, ({where}) as here"
    return [row[:5] for row in run_model(con, "coalition", columns) if row[5]]


WORLD = "area_code = '001' and local_government_id is null and dataset_id = 'projects'"


def test_kinds_that_act_together(con):
    # p1: local government, academia, two of business; the lead named again among the partners is one actor
    assert coalition(con, f"{WORLD} and goal_code is null and year is null") == [
        (ACADEMIA, BUSINESS, 1, 3, 1),
        (ACADEMIA, LOCAL, 1, 3, 1),
        (ACADEMIA, NETWORK, 1, 3, 0),
        (ACADEMIA, UNKNOWN, 1, 3, 0),
        (BUSINESS, BUSINESS, 1, 3, 1),
        (BUSINESS, LOCAL, 1, 3, 1),
        (LOCAL, NATION, 1, 3, 2),
        (NETWORK, UNKNOWN, 1, 3, 0),
    ]
    assert coalition(con, f"{WORLD} and goal_code = '11' and year is null") == [
        (ACADEMIA, BUSINESS, 1, 2, 1),
        (ACADEMIA, LOCAL, 1, 2, 1),
        (BUSINESS, BUSINESS, 1, 2, 1),
        (BUSINESS, LOCAL, 1, 2, 1),
        (LOCAL, NATION, 1, 2, 2),
    ]
    assert coalition(con, f"{WORLD} and goal_code = '11' and year = 2022") == [(LOCAL, NATION, 1, 1, 2)]
    assert coalition(con, "area_code = '050' and goal_code is null and year is null and dataset_id = 'projects'") == [
        (LOCAL, NATION, 1, 1, 1)
    ]
    assert coalition(con, "area_code = '001' and dataset_id = 'ocean' and goal_code is null and year = 2019") == [
        (ACADEMIA, BUSINESS, 1, 1, 0)
    ]
    assert len(coalition(con, "local_government_id = 'kabul' and goal_code is null and year is null")) == 4


def test_pairs_of_actors_are_those_of_the_coalitions(con):
    assert counts(con, "c06_actor_pairs")["pair=local government+nation"] == 1.0
    assert counts(con, "c06_actor_pairs")["goal=11; pair=business+business"] == 1.0
    row = rows(con, "c06_actor_pairs", "n_total, denominator, year", "dataset=projects; pair=business+local government")
    assert row == [(3, "actions with two actors or more", 2024)]


def test_a_lead_of_which_the_kind_alone_is_stated_takes_part(con):
    columns = "actor, actor_kind, role, action_id = 'p5' as here"
    found = [row[:3] for row in run_model(con, "action_actor", columns, "core") if row[3]]
    assert ("(not named)", ACADEMIA, "lead") in found and len(found) == 3


# ------------------------------------------------------------------ ready answers
def test_the_answer_on_who_acts_together_leaves_out_what_is_not_classified(con):
    columns = "dataset_id, actor_kind_a, actor_kind_b, n_actions, n_total, round(share_pct, 1)"
    found = run_model(con, "who_acts_together", columns, "examples", order_by="")
    assert found[0] == ("ocean", ACADEMIA, BUSINESS, 1, 1, 100.0)
    assert ("projects", LOCAL, NATION, 1, 3, 33.3) in found
    assert len(found) == 7 and not any(UNKNOWN in row for row in found)


def test_the_answer_on_where_local_governments_lead(con):
    sql = metric_sql(con, "c06_local_government_role")
    con.execute(
        f"create table evidence.metric_value as select 'c06_local_government_role' as metric_id, * from ({sql})"
    )
    columns = "dataset_id, goal_code, n_lead, n_partner, n_absent, n_total"
    assert run_model(con, "where_local_governments_lead", columns, "examples", order_by="") == [
        ("ocean", None, 1, 0, 1, 2),
        ("ocean", "13", 1, 0, 1, 2),
        ("projects", None, 1, 1, 2, 5),
        ("projects", "1", 1, 0, 1, 2),
        ("projects", "11", 1, 1, 1, 3),
    ]


# ------------------------------------------------------------------ audits
def test_an_independent_count_agrees_with_the_coalitions(con):
    assert run_model(con, "coalitions_agree", "*", "audits") == []
    broken = with_actions(*REGISTERS, as_of=AS_OF)
    broken.execute("alter view evidence.coalition rename to coalition_of_all")
    broken.execute(
        "create view evidence.coalition as select * replace (n_actions + if(year is null, 1, 0) as n_actions) "
        "from evidence.coalition_of_all where actor_kind_b <> 'nation'"
    )
    columns = "dataset_id, goal_code, actor_kind_b, n_expected, n_actions"
    found = run_model(broken, "coalitions_agree", columns, "audits")
    assert ("projects", "11", NATION, 1, None) in found and ("ocean", "13", BUSINESS, 1, 2) in found
