"""Coalitions (C06): what the bundle can say, and records that people hand in, from the file to the figure."""

from __future__ import annotations

import csv

import duckdb
import pytest

from localsdg.common.settings import Settings
from localsdg.warehouse.query import example

WITHOUT = "map {'dataset': 'actions', 'partner': 'none stated'}"
HERE = "area_code = '001' and local_government_id is null"
ACTIONS = (
    {
        "action_id": "P-1",
        "title": "Solar roofs for social housing",
        "local_government": "Málaga",
        "country": "ESP",
        "year": "2023",
        "sdgs": "7;1;1.4",
        "kind": "project",
        "partners": "Universidad de Málaga; Ministerio de Vivienda",
    },
    {
        "action_id": "P-2",
        "title": "School meals",
        "local_government": "Bristol",
        "country": "GBR",
        "year": "2030",
        "sdgs": "2.1;1",
        "kind": "programme",
        "partners": "Food Bank; A chamber",
    },
    {
        "action_id": "P-3",
        "title": "Cycle lanes",
        "local_government": "Bristol",
        "country": "GBR",
        "year": "",
        "sdgs": "11",
        "kind": "project",
        "partners": "",
    },
    {
        "action_id": "P-4",
        "title": "A plan",
        "local_government": "Bristol",
        "country": "GBR",
        "year": "2024",
        "sdgs": "",
        "kind": "plan",
        "partners": "",
    },
)


def ask(settings: Settings, sql: str) -> list[tuple]:
    with duckdb.connect(str(settings.published), read_only=True) as con:
        return con.execute(sql).fetchall()


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory, add_lists, cli) -> Settings:
    """A home with the lists and the four records above, built."""
    home = add_lists(tmp_path_factory.mktemp("coalitions"))
    path = home / "actions.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(ACTIONS[0]))
        writer.writeheader()
        writer.writerows(ACTIONS)
    for call in (("pull", "actions", path), ("build", "--no-bundled")):
        result = cli(home, *call)
        assert result.exit_code == 0, result.output
    return Settings(home=home)


# ---- the bundle: registers that are not added up


def test_targets_beside_local_indicators_are_a_register_of_one_government(built: Settings) -> None:
    of_register = "from core.action where dataset_id = 'local_targets'"
    assert ask(built, f"select distinct local_government_id {of_register}") == [("barcelona",)]
    ((n_actions,),) = ask(built, f"select count(*) {of_register}")
    assert (
        ask(
            built,
            f"select value, n_areas, n_total, denominator from evidence.c06_actions where {HERE} "
            "and breakdown in ('dataset=local_targets', 'dataset=local_targets; links=declared')",
        )
        == [(n_actions, 1, n_actions, "actions")] * 2
    )
    # one goal a record, by design
    assert ask(
        built,
        f"select dimensions['goals'], value from evidence.c06_goals_per_action where {HERE} "
        "and starts_with(breakdown, 'dataset=local_targets; links=declared') order by 1",
    ) == [("1", n_actions), ("2", 0), ("3 or more", 0)]
    assert ask(
        built,
        f"select sum(value) from evidence.c06_actions_by_goal where {HERE} "
        "and starts_with(breakdown, 'dataset=local_targets; links=declared')",
    ) == [(n_actions,)]


def test_every_caveat_says_that_registers_are_self_selected(built: Settings) -> None:
    caveats = ask(
        built,
        "select distinct metric_id, caveat from evidence.metric_value "
        "where starts_with(metric_id, 'c06_') and not contains(metric_id, 'framework')",
    )
    assert len(caveats) >= 9
    assert [name for name, caveat in caveats if "self-selected" not in caveat and "chose to" not in caveat] == []


def test_the_edition_of_the_event_has_the_registers_of_its_day(built: Settings) -> None:
    pairs = (
        "select dimensions['dataset'], dimensions['pair'], value from evidence.{} where metric_id = 'c06_actor_pairs' "
        f"and {HERE} and dimensions['goal'] is null order by all"
    )
    at_event = ask(built, pairs.format("metric_value_at_event"))
    newest = ask(built, pairs.format("metric_value"))
    # the register of 2026 was not known, and neither were the targets of a site of October 2024
    assert at_event == [row for row in newest if row[0] not in ("ocean-commitments", "local_targets")]
    assert {row[0] for row in newest} - {row[0] for row in at_event} == {"ocean-commitments"}


def test_frameworks_are_the_answers_of_countries(built: Settings) -> None:
    ((world, n_areas),) = ask(
        built, "select value, n_areas from evidence.c06_multi_stakeholder_frameworks where area_code = '001'"
    )
    assert ask(
        built,
        "select count(*) filter (value = 1), count(*) from core.latest_observation "
        "join core.area using (area_code) where series_code = 'SG_PLN_MSTKSDG' "
        "and kind = 'country' and iso3 is not null",
    ) == [(world, n_areas)]


# ---- records that were handed in


def test_goals_that_records_declare_together(handed_in: Settings) -> None:
    rows = ask(handed_in, example(handed_in, "goals_served_together"))
    declared = [row for row in rows if row[4]]
    assert [(*row[:2], *row[4:]) for row in declared] == [
        ("1", "2", 1, 1, 1, 1, "actions"),
        ("1", "7", 1, 1, 1, 1, "actions"),
    ]
    assert declared[0][2].startswith("End poverty")
    # links learned from the words of a record add pairs, and none to the declared ones
    assert all(row[5] >= row[4] for row in rows)
    assert ask(
        handed_in,
        "select area_code, breakdown, value from evidence.c06_goal_pairs where "
        "local_government_id is null and area_code in ('001', '724', '826') "
        "and dimensions['links'] = 'declared' order by all",
    ) == [
        ("001", "dataset=actions; links=declared; pair=1+2", 1),
        ("001", "dataset=actions; links=declared; pair=1+7", 1),
        ("724", "dataset=actions; links=declared; pair=1+7", 1),
        ("826", "dataset=actions; links=declared; pair=1+2", 1),
    ]


def test_actions_are_counted_not_links(handed_in: Settings) -> None:
    assert ask(
        handed_in,
        f"select breakdown, value, n_areas from evidence.c06_actions where {HERE} "
        "and not contains(breakdown, 'kind') and not contains(breakdown, 'links=all') order by all",
    ) == [
        ("", 4, 2),
        ("dataset=actions", 4, 2),
        ("dataset=actions; links=declared", 3, 2),
        ("dataset=actions; links=none", 1, 1),
        ("links=declared", 3, 2),
        ("links=none", 1, 1),
    ]
    assert ask(
        handed_in,
        f"select value from evidence.c06_actions_by_goal where {HERE} "
        "and breakdown = 'dataset=actions; links=declared; goal=1'",
    ) == [(2,)]


def test_the_year_is_that_of_the_records_not_of_the_deadline(handed_in: Settings) -> None:
    ((release,),) = ask(handed_in, "select distinct release from core.action")
    assert ask(handed_in, "select distinct year, release from evidence.c06_actions_by_goal") == [
        (int(release[:4]), release)
    ]


def test_partners_have_their_kinds(handed_in: Settings) -> None:
    assert dict(ask(handed_in, "select partner, partner_kind from core.action_partner")) == {
        "Universidad de Málaga": "academia",
        "Ministerio de Vivienda": "nation",
        "Food Bank": "civil society",
        "A chamber": "not classified",
    }
    assert ask(
        handed_in,
        f"select value from evidence.c06_actions_by_partner where {HERE} and dimensions = {WITHOUT}",
    ) == [(2,)]


def test_the_figures_of_the_records(handed_in: Settings, cli) -> None:
    result = cli(handed_in.home, "figures", "--claim", "C06", "--format", "csv")
    assert result.exit_code == 0, result.output
    named = ("c06-actions-by-goal", "c06-goals-per-action", "c06-partners", "c06-local-role")
    assert all(f"\n{one}: " in f"\n{result.stdout}" for one in named)
    assert "no data: c06-frameworks" in result.output and "no data: c06-goal-pairs" in result.output
