"""The texts of actions on their way: pulled, linked, checked, in the warehouse."""

from __future__ import annotations

import pytest

from localsdg.common.settings import Settings
from localsdg.warehouse.query import run_query

ACTIONS = """local_government,country,action_id,title,description,sdgs,language
City of Bristol,GBR,a1,Afforestation of degraded hillsides,Native trees and forest fires prevented,11,en
City of Bristol,GBR,a2,Opening of the session,Minutes of the previous meeting approved without amendment,,en
City of Bristol,GBR,a5,Afforestation of degraded hillsides,Native trees and forest fires prevented,,en
City of Bristol,GBR,a6,Lutte contre la pauvreté,Aide aux familles,,fr
City of Bristol,GBR,a3,Neue Radwege,Ein Beitrag zu SDG 11.2 in der ganzen Stadt,,de
City of Bristol,GBR,a4,Plan contra la pobreza infantil,Lucha contra la pobreza de los hogares con hijos,,es
"""


@pytest.fixture(scope="module")
def linked(tmp_path_factory, add_lists, cli) -> Settings:
    """A small home with six actions in four languages, built."""
    settings = Settings(home=add_lists(tmp_path_factory.mktemp("linked")))
    path = settings.home / "actions.csv"
    path.write_text(ACTIONS, encoding="utf-8")
    for arguments in (("pull", "actions", path), ("build", "--no-bundled")):
        done = cli(settings.home, *arguments)
        assert done.exit_code == 0, done.output
    assert "1 record in 1 language has no model of links: fr 1" in done.output
    return settings


def links(settings, where: str = "true") -> list[tuple]:
    rows = run_query(
        settings,
        "select a.given_action_id, l.method, coalesce(l.target_code, l.goal_code) as code, "
        "l.confidence, l.evidence, l.model_version "
        "from core.action_link as l join core.action as a using (action_id) "
        f"where a.given_action_id is not null and {where} order by all",
    )
    return [tuple(row.values()) for row in rows.to_pylist()]


def test_each_method_stands_apart_with_its_evidence(linked) -> None:
    assert [(one[0], one[2], one[3]) for one in links(linked, "method = 'declared'")] == [("a1", "11", 1.0)]
    cited = links(linked, "method = 'cited'")
    assert [(one[0], one[2], one[4]) for one in cited] == [("a3", "11.2", "SDG 11.2")]
    learned = {(one[0], one[2]) for one in links(linked, "method = 'learned'")}
    assert {("a5", "15"), ("a4", "1")} <= learned
    assert {one[0] for one in links(linked, "method = 'learned'")} <= {"a3", "a4", "a5"}


def test_a_record_that_declares_its_goals_is_asked_on_demand_and_gains_none(linked, cli) -> None:
    """By default nothing is learned of it; with the setting there are suggestions, of which none is a link."""

    def suggestions() -> list[dict]:
        return run_query(
            linked,
            "select s.goal_code, s.is_accepted, s.evidence from core.action_suggestion as s "
            "join core.action as a using (action_id) where a.given_action_id = 'a1' and s.method = 'learned'",
        ).to_pylist()

    assert suggestions() == []
    before = [one for one in links(linked) if one[0] == "a1"]
    done = cli(linked.home, "build", "--no-bundled", LOCALSDG_LINK_DECLARED="1")
    assert done.exit_code == 0, done.output
    found = suggestions()
    assert "15" in {one["goal_code"] for one in found} and not any(one["is_accepted"] for one in found)
    assert all(one["evidence"].startswith("the record declares its goals; ") for one in found)
    assert [one for one in links(linked) if one[0] == "a1"] == before
    assert cli(linked.home, "build", "--no-bundled").exit_code == 0


def test_only_links_above_the_threshold_are_links(linked) -> None:
    low = run_query(linked, "select * from core.action_suggestion where not is_accepted")
    assert low.num_rows > 0
    wrong = run_query(
        linked,
        "select l.* from core.action_link as l join core.action_suggestion as s "
        "using (action_id, method, goal_code) where l.target_code is not distinct from s.target_code "
        "and l.indicator_code is not distinct from s.indicator_code and not s.is_accepted",
    )
    assert wrong.num_rows == 0


def test_a_text_that_says_nothing_has_no_link(linked) -> None:
    assert [one for one in links(linked) if one[0] == "a2"] == []


def test_a_model_of_ones_own_is_used(linked, cli, tmp_path) -> None:
    """And one that is no model stops the build, with what to do; the published file stays."""
    linked.linking.mkdir(parents=True, exist_ok=True)
    own = linked.linking / "links.parquet"
    own.write_text("not a model")
    before = linked.published.read_bytes()
    done = cli(linked.home, "build", "--no-bundled")
    own.unlink()
    assert done.exit_code == 1 and "not a model of links" in done.output
    assert linked.published.read_bytes() == before
