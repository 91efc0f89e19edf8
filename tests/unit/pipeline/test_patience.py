"""Sources that do not answer are asked again, in rounds, while the patience of the run lasts."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from replay_server import Fault, ReplayServer, record

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline import patience, pull
from localsdg.pipeline.outcome import SourceStatus
from localsdg.pipeline.run import Run, begin_run
from localsdg.registry import local_sites
from localsdg.sources.http.client import HttpLimits
from localsdg.sources.http.failures import FetchError
from localsdg.sources.opensdg.snapshots import PullOutcome, SitePull

HEADER = "site_id,local_government,country_iso3,base_url,languages,prefer_language\n"
#: Minutes: the first wait is a thirtieth of it.
QUICK = 0.05


@pytest.fixture(autouse=True)
def alone_and_quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = tmp_path / "listed.csv"
    listed.write_text(HEADER + "".join(f"s{n},S {n},ESP,https://s{n}.test\n" for n in range(3)))
    monkeypatch.setattr(local_sites, "BUNDLED_LIST", listed)
    monkeypatch.setattr(HttpLimits.__init__, "__defaults__", (2.0, 2.0, 2, 0.001, 0.01, 0.01, 10**8, 600, 9.0, ()))


def live(tmp_path: Path, url: str = "http://127.0.0.1:9", minutes: float = QUICK, **options: object) -> Run:
    run = begin_run(Settings(home=tmp_path / "home", unsd_base_url=url), live=True, **options)
    run.patience = minutes
    return run


def sites(answers: dict[str, list[float | None]], asked: list[list[str]]):
    """A site's failures in turn, each as `again_after`; then it answers."""

    def pull_some(some: list) -> list[SitePull]:
        asked.append([site.site_id for site in some])
        pulls = []
        for site in some:
            if left := answers.get(site.site_id):
                pulls.append(
                    SitePull(site.site_id, PullOutcome.FAILED, None, "down", reason="down", again_after=left.pop(0))
                )
            else:
                pulls.append(SitePull(site.site_id, PullOutcome.NEW, Path(f"{site.site_id}@2026-11-27"), "new"))
        return pulls

    return pull_some


def by_name(run: Run) -> dict[str, SourceStatus]:
    return {one.name: one.status for one in run.sources}


def test_a_site_that_comes_back_costs_nothing(tmp_path: Path) -> None:
    asked: list[list[str]] = []
    run = live(tmp_path)
    some = sites({"s1": [0.0, 0.0], "s2": [None]}, asked)
    pull.pull_sites(run, some)
    assert {one.set_aside_name for one in run.set_aside} == {"s1", "s2"}
    patience.pull_again(run, some)
    assert asked == [["s0", "s1", "s2"], ["s1"], ["s1"]], "what is refused for good is not asked again"
    assert by_name(run) == {
        "s0": SourceStatus.REFRESHED,
        "s1": SourceStatus.REFRESHED,
        "s2": SourceStatus.FAILED,
    }
    assert [one.set_aside_name for one in run.set_aside] == ["s2"]


def test_patience_ends(tmp_path: Path) -> None:
    asked: list[list[str]] = []
    run = live(tmp_path)
    some = sites({"s1": [0.0] * 99}, asked)
    pull.pull_sites(run, some)
    begun = time.monotonic()
    patience.pull_again(run, some)
    assert time.monotonic() - begun < QUICK * 60
    assert 4 <= len(asked) < 20 and by_name(run)["s1"] == SourceStatus.FAILED
    assert [one.set_aside_name for one in run.set_aside] == ["s1"], "named once"


def test_without_patience_nothing_is_asked_again(tmp_path: Path) -> None:
    asked: list[list[str]] = []
    run = live(tmp_path, minutes=0)
    some = sites({"s1": [0.0]}, asked)
    pull.pull_sites(run, some)
    patience.pull_again(run, some)
    assert len(asked) == 1


def test_a_wait_that_a_server_asks_for_is_kept_and_one_past_the_patience_is_not_waited(tmp_path: Path) -> None:
    for asked_wait, rounds in ((0.5, 2), (3600.0, 1)):
        asked: list[list[str]] = []
        run = live(tmp_path)
        some = sites({"s1": [asked_wait]}, asked)
        pull.pull_sites(run, some)
        begun = time.monotonic()
        patience.pull_again(run, some)
        spent = time.monotonic() - begun
        assert len(asked) == rounds and spent < QUICK * 60
        assert rounds == 1 or spent >= asked_wait


def test_the_service_that_is_down_for_a_while_is_read_in_the_same_run(tmp_path: Path) -> None:
    rows = [record("SI_POV_DAY1", 724, year, "1.5") for year in (2015, 2016)]
    fixtures = Path(__file__).parents[2] / "fixtures" / "unsd" / "2022.Q2.G.02"
    with ReplayServer(rows, fixtures) as server:
        server.faults.append(Fault("", status=503, times=5))
        run = live(tmp_path, server.url, series=("SI_POV_DAY1",))
        pull.pull_service(run)
        assert by_name(run) == {"indicators": SourceStatus.FAILED}
        patience.pull_again(run)
    assert by_name(run) == {"indicators": SourceStatus.REFRESHED} and not run.set_aside


def test_named_series_that_never_come_end_the_run_after_the_patience(tmp_path: Path) -> None:
    run = live(tmp_path, series=("SI_POV_DAY1",))
    pull.pull_service(run)
    assert run.waiting
    with pytest.raises(FetchError, match="no connection"):
        patience.pull_again(run)
    with pytest.raises(LocalsdgError):
        pull.pull_service(live(tmp_path, minutes=0, series=("SI_POV_DAY1",)))
