"""Which sites a pull refreshes: the list, what the user adds, and those pulled by address."""

from __future__ import annotations

from pathlib import Path

import pytest
from opensdg_server import OpenSdgServer

from localsdg.common.settings import Settings
from localsdg.pipeline import pull as pulls
from localsdg.pipeline import run as runs
from localsdg.registry import local_sites
from localsdg.sources.http.client import HttpClient, HttpLimits
from localsdg.sources.opensdg.sites import (
    SitePull,
    declare_site,
    known_sites,
    pull_site,
    pull_sites,
    take_repository,
    with_id_of_its_own,
)
from localsdg.sources.opensdg.snapshots import PullOutcome

HEADER = "site_id,local_government,country_iso3,base_url\n"


@pytest.fixture
def listed(tmp_path, monkeypatch) -> Path:
    """The list of the project, with one site."""
    path = tmp_path / "listed.csv"
    path.write_text(HEADER + "one,One,ESP,https://one.test/data\n")
    monkeypatch.setattr(local_sites, "BUNDLED_LIST", path)
    return path


def addresses(settings: Settings) -> dict[str, str]:
    return {site_id: site.base_url for site_id, site in known_sites(settings).sites.items()}


def test_an_own_list_adds_and_the_same_id_replaces(listed, tmp_path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(HEADER + "two,Two,PRT,https://two.test\n")
    settings = Settings(home=tmp_path, sites=str(own))
    assert addresses(settings) == {"one": "https://one.test/data", "two": "https://two.test"}
    own.write_text(HEADER + "one,One,ESP,https://moved.test\n")
    assert addresses(settings) == {"one": "https://moved.test"}


BROKEN = {
    "a cell": ("two,Two,Spain,https://two.test\n", "row 3, column country_iso3"),
    "an address": ("two,Two,ESP,https://[two.test/data\n", "column base_url"),
    "too many cells": ("two,Two, of the hills,ESP,https://two.test\n", "more cells"),
    "no address": ("two,Two,ESP,\n", "no address"),
    "the same id": ("good,Two,ESP,https://two.test\n", "listed twice"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_line_costs_that_line_alone_and_is_named(name, listed, tmp_path) -> None:
    line, words = BROKEN[name]
    own = tmp_path / "own.csv"
    own.write_text(HEADER + "good,Good,PRT,https://good.test\n" + line + "last,Last,PRT,https://last.test\n")
    known = known_sites(Settings(home=tmp_path, sites=str(own)))
    assert set(known.sites) == {"one", "good", "last"}
    (item,) = pulls.site_list_faults(known.faults)
    assert item.rule_id == "PULL-S02" and "row 3" in item.set_aside_name and words in item.line


@pytest.mark.parametrize("content", [None, b"not,a,list\n1,2,3\n", b"\xff\xfe\x00", b'site_id\n"x'])
def test_a_list_that_cannot_be_read_leaves_the_projects_own(content, listed, tmp_path) -> None:
    own = tmp_path / "own.csv"
    if content is not None:
        own.write_bytes(content)
    known = known_sites(Settings(home=tmp_path, sites=str(own)))
    assert set(known.sites) == {"one"} and len(known.faults) == 1
    assert "own.csv" in str(known.faults[0].where)


@pytest.fixture
def http() -> HttpClient:
    with HttpClient(HttpLimits(wait_base=0.001, max_attempts=2)) as client:
        yield client


def test_a_site_pulled_by_its_address_is_known_from_then_on(listed, tmp_path, fixtures, http) -> None:
    settings = Settings(home=tmp_path / "home")
    with OpenSdgServer({"mini": fixtures / "opensdg" / "mini" / "_built"}) as server:
        mine = declare_site(server.url("mini"), name="Mini Town", country="ESP", level="city")
        first = pull_site(settings, mine, languages=["en"], http=http)
        assert first.outcome == "new", first.message
        known = known_sites(settings).sites
        assert known["mini-town"] == mine
        (again,) = pull_sites(settings, [known["mini-town"]], http=http)
        assert again.outcome == "unchanged", "the language that was named is asked for again"
    listed.write_text(HEADER + "mini-town,Mini Town,ESP,https://listed.test\n")
    assert addresses(settings) == {"mini-town": "https://listed.test"}, "the list knows better"


def test_two_places_of_one_name_are_two_sites(listed, tmp_path) -> None:
    """Without it the snapshots of the second would take the place of the first's."""
    settings = Settings(home=tmp_path / "home")
    (tmp_path / "site" / "data").mkdir(parents=True)
    (tmp_path / "site" / "data" / "indicator_1-1-1.csv").write_text("Year,Value\n2019,1.5\n")

    def pulled(name: str, country: str, level: str = "city") -> str:
        site = declare_site(str(tmp_path / "site"), name=name, country=country, level=level)
        return take_repository(
            settings, with_id_of_its_own(settings, known_sites(settings), site), tmp_path / "site"
        ).site_id

    assert pulled("Santa Fe", "ARG") == "santa-fe", "the first keeps the name"
    assert pulled("Santa Fe", "USA") == "santa-fe-usa"
    assert pulled("Santa Fe", "ARG") == "santa-fe", "the same place again"
    assert pulled("Durango", "MEX", "state") == "durango"
    assert pulled("Durango", "MEX", "city") == "durango-mex", "the city is not the state"
    assert pulled("One", "PRT") == "one-prt", "of the list, whether it was pulled or not"
    governments = {path.name.partition("@")[0] for path in (settings.raw / "opensdg").glob("*@*")}
    assert governments == {"santa-fe", "santa-fe-usa", "durango", "durango-mex", "one-prt"}


def test_an_address_that_no_code_expects_costs_its_own_site_alone(tmp_path, http) -> None:
    from localsdg.registry.local_sites import Site

    bad = Site("bad", "bad-esp", "Bad", "city", "ESP", base_url="https://[bad/data")
    (failed,) = pull_sites(Settings(home=tmp_path), [bad], http=http)
    assert failed.outcome == "failed" and "Invalid IPv6" in failed.reason


def failing(unreached: bool):
    asked = []

    def pull_some(sites: list) -> list[SitePull]:
        asked.extend(site.site_id for site in sites)
        return [
            SitePull(site.site_id, PullOutcome.FAILED, None, "down", reason="down", unreached=unreached)
            for site in sites
        ]

    return asked, pull_some


@pytest.mark.parametrize("unreached", [True, False])
def test_without_a_network_the_rest_of_the_sites_is_not_asked(unreached, listed, tmp_path) -> None:
    listed.write_text(HEADER + "".join(f"s{n},S {n},ESP,https://s{n}.test\n" for n in range(9)))
    run = runs.begin_run(Settings(home=tmp_path), live=True)
    asked, pull_some = failing(unreached)
    pulls.pull_sites(run, pull_some)
    assert len(asked) == (pulls.FIRST_SITES if unreached else 9)
    assert len(run.set_aside) == (1 if unreached else 9)
    assert {one.rule_id for one in run.set_aside} == {"PULL-S03" if unreached else "PULL-S01"}


def test_a_pull_that_names_series_asks_no_site(listed, tmp_path) -> None:
    run = runs.begin_run(Settings(home=tmp_path), live=True, series=("SI_POV_DAY1",))
    asked, pull_some = failing(False)
    assert pulls.pull_sites(run, pull_some) == [] and not asked
