"""Snapshots that lost records: what is warned of, what is held and what is published instead, until it is accepted."""

from __future__ import annotations

import io
import json
import shlex
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from opensdg_server import OpenSdgServer
from record_helpers import written
from replay_server import ReplayServer, record
from samples import ACTION

from localsdg.common.settings import Settings
from localsdg.pipeline import stages as pipeline
from localsdg.pipeline.accepted import read_accepted
from localsdg.pipeline.outcome import SourceStatus
from localsdg.registry import local_sites
from localsdg.sources.http import client as http

pytestmark = pytest.mark.slow
LISTS = Path(__file__).parents[1] / "fixtures" / "unsd" / "2022.Q2.G.02"
HEADER = "site_id,local_government,country_iso3,base_url,languages,prefer_language\n"
AREAS = (4, 8, 12, 24, 724)
YEARS = range(1960, 2010)


def un_rows(left_out: Callable[[int, int], bool] = lambda area, year: False, value: float = 1) -> list[dict]:
    """250 totals and 250 values of women, less those of an area and year that are left out."""
    return [
        record("SI_POV_DAY1", area, year, str(value + area % 7 + year % 50), dimensions={"Sex": sex})
        for area in AREAS
        for year in YEARS
        if not left_out(area, year)
        for sex in ("BOTHSEX", "FEMALE")
    ]


def site_bodies(
    folder: Path, left_out: Callable[[int, int], bool] = lambda indicator, year: False, **words: str
) -> Path:
    """A built site of four indicators and 500 rows; `words` rename the column and the group."""
    column, group = words.get("column", "Sex"), words.get("group", "Female")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for number in range(4):
            rows = [
                f"{year},{name},Percent,{number * 7 + (year - 1900) / 3 + bool(name) + len(folder.name) / 50:.2f}"
                for year in range(1960, 2023)
                for name in ("", group)
                if not left_out(number, year)
            ]
            target.writestr(f"3-8-{number + 1}.csv", "\n".join([f"Year,{column},Units,Value", *rows]) + "\n")
    meta = {
        f"3-8-{number}": {"indicator_number": f"3.8.{number}", "indicator_name": f"Share {number}"}
        for number in range(1, 5)
    }
    for name, body in {
        "meta/all.json": json.dumps(meta).encode(),
        "stats/reporting.json": b'{"statuses": [{"status": "complete"}]}',
        "zip/all_indicators.json": b'{"filename": "all_indicators.zip"}',
        "zip/all_indicators.zip": archive.getvalue(),
    }.items():
        (folder / "en" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "en" / name).write_bytes(body)
    return folder


@pytest.fixture(autouse=True, scope="module")
def quick_and_alone(tmp_path_factory) -> Iterator[None]:
    """Waits of milliseconds, and no site but those of a test."""
    with pytest.MonkeyPatch.context() as patch:
        quick = {**http.HttpClient.__init__.__kwdefaults__, "wait_base": 0.001, "read_timeout": 5.0}
        patch.setattr(http.HttpClient.__init__, "__kwdefaults__", quick)
        patch.setattr(local_sites, "BUNDLED_LIST", tmp_path_factory.mktemp("list") / "listed.csv")
        yield


@contextmanager
def world(folder: Path, rows: list[dict], release: str, sites: dict[str, Path]) -> Iterator[str]:
    """The UN service and sites with these data."""
    lists = folder / "lists"
    shutil.copytree(LISTS, lists)
    (lists / "Series_List.json").unlink()
    with OpenSdgServer(sites) as server, ReplayServer(rows, lists, release=release) as service:
        lines = [f"{name},{name.title()},PRT,{server.url(name)},en,en\n" for name in sites]
        local_sites.BUNDLED_LIST.write_text(HEADER + "".join(lines))
        yield service.url


def run(home: Path, url: str, **options: object) -> pipeline.Run:
    return pipeline.run_all(Settings(home=home, unsd_base_url=url), live=True, with_bundled=False, **options)


def ask(home: Path, sql: str) -> list[tuple]:
    con = duckdb.connect(str(Settings(home=home).published), read_only=True)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    """A home in which one release and two sites are published. Read it only."""
    folder = tmp_path_factory.mktemp("first")
    sites = {"alpha": site_bodies(folder / "alpha"), "beta": site_bodies(folder / "beta", lambda n, y: n == 3)}
    with world(folder, un_rows(), "2022.Q1.G.01", sites) as url:
        first = run(folder / "home", url)
    assert not first.set_aside and not [one for one in first.validation if one["suite"] == "sources"]
    return folder / "home"


@pytest.fixture
def home(published, tmp_path) -> Path:
    shutil.copytree(published, tmp_path / "home")
    return tmp_path / "home"


def sources_checks(done: pipeline.Run) -> dict[str, str]:
    return {one["rule_id"]: one["examples"] for one in done.validation if one["suite"] == "sources"}


def outcomes(done: pipeline.Run) -> dict[str, SourceStatus]:
    return {one.name: one.status for one in done.sources}


VALUES = "select area_code, year, sex, value, release from core.latest_observation order by all"
OF_SITE = "select * exclude (snapshot_sha256) from core.local_observation where site_id = 'alpha' order by all"


@pytest.mark.long
def test_a_site_that_lost_much_is_held_the_rest_is_published_and_the_command_takes_it(home, tmp_path, cli) -> None:
    before = ask(home, OF_SITE)
    sites = {
        "alpha": site_bodies(tmp_path / "alpha", lambda n, y: n == 1 and y > 2015),
        "beta": site_bodies(tmp_path / "beta"),
    }
    with world(tmp_path, un_rows(value=2), "2022.Q2.G.01", sites) as url:
        done = run(home, url)
        again = run(home, url)
        state = Settings(home=home).warehouse / "held.json"
        state.write_text(json.dumps(dict.fromkeys(json.loads(state.read_text()), "2026-11-01")))
        later = run(home, url, force=True)
    (item,) = [one for one in done.set_aside if one.rule_id == "HELD-001"]
    assert (item.source, item.set_aside_name, item.used_instead) == (
        "opensdg",
        "alpha",
        next(one.release for one in done.snapshots if one.extra.get("site_id") == "alpha"),
    )
    assert "14 of 504 records" in item.detail and "3-8-2 14 (2016 to 2022" in item.detail and "2.8 %" in item.detail
    assert outcomes(done) == {
        "indicators": SourceStatus.REFRESHED,
        "alpha": SourceStatus.HELD,
        "beta": SourceStatus.REFRESHED,
    }
    assert ask(home, OF_SITE) == before
    assert {row[-1] for row in ask(home, VALUES)} == {"2022.Q2.G.01"}
    assert ask(home, "select count(*) from core.local_observation where site_id = 'beta'") == [(504,)]
    assert ask(home, "select set_aside_name, used_instead, next_step from audit.quarantine") == [
        ("alpha", item.used_instead, item.next_step)
    ]
    # the same snapshot is reported again, as old news
    (held,) = [one for one in again.set_aside if one.rule_id == "HELD-001"]
    assert held.held_since == item.held_since == done.started_at[:10]
    assert [one.held_since for one in later.set_aside if one.rule_id == "HELD-001"] == ["2026-11-01"]
    # a call without a reason, or for what is not held
    assert cli(home, "build", "--no-bundled", "--accept", "opensdg/alpha").exit_code == 2
    wrong = cli(home, "build", "--no-bundled", "--accept", "opensdg/beta", "--reason", "x")
    assert wrong.exit_code == 2 and "opensdg/alpha" in wrong.stderr
    assert not read_accepted(Settings(home=home))
    # the command of the message, as it is
    assert item.line.endswith(f"next: {item.next_step}")
    for _ in range(2):
        taken = cli(home, *shlex.split(item.next_step)[1:])
        assert taken.exit_code == 0, taken.stderr
        assert len(ask(home, OF_SITE)) == len(before) - 14
    (entry,) = read_accepted(Settings(home=home))
    assert (entry.source, entry.name, entry.release) == ("opensdg", "alpha", item.release)
    # the source is no longer one that is held, and its data are as old as they were
    taken = next(one for one in json.loads(cli(home, "status", "--json").stdout)["sources"] if one["name"] == "alpha")
    assert (taken["status"], taken["since"], taken["n_runs"], taken["release"]) == ("refreshed", None, 0, item.release)
    assert taken["confirmed_at"] == taken["fetched_at"][:19]
    assert ask(home, "select set_aside_name, release, reason, accepted_by from audit.accepted") == [
        ("alpha", item.release, entry.reason, entry.accepted_by)
    ]
    # it holds for that snapshot and for no later one
    site_bodies(tmp_path / "alpha", lambda n, y: n < 2)
    with world(tmp_path / "later", un_rows(value=2), "2022.Q2.G.01", sites) as url:
        assert outcomes(run(home, url))["alpha"] == SourceStatus.HELD


def test_a_release_that_lost_much_is_held_and_the_one_before_stays_the_latest(home, tmp_path, cli) -> None:
    before = ask(home, VALUES)
    sites = {
        "alpha": site_bodies(tmp_path / "alpha", lambda n, y: (n, y) == (1, 1960)),
        "beta": site_bodies(tmp_path / "beta", lambda n, y: n == 3),
    }
    with world(tmp_path, un_rows(lambda area, year: area == 24 and year > 1999, 2), "2022.Q2.G.01", sites) as url:
        done = run(home, url)
    (item,) = [one for one in done.set_aside if one.rule_id == "HELD-001"]
    assert (item.source, item.release, item.used_instead) == ("unsd", "2022.Q2.G.01", "2022.Q1.G.01")
    assert (
        "20 of 500 records of 2022.Q1.G.01" in item.detail and "SI_POV_DAY1 20 (2000 to 2009; area 024)" in item.detail
    )
    assert outcomes(done)["indicators"] == SourceStatus.HELD
    assert ask(home, VALUES) == before
    # below the limit of 1 %: it is used, with a warning that names it
    assert list(sources_checks(done)) == ["LOSS-001"] and '"name": "alpha"' in sources_checks(done)["LOSS-001"]
    assert "2 of 504 records" in sources_checks(done)["LOSS-001"]
    assert len(ask(home, OF_SITE)) == 502
    assert ask(home, "select count(*) from audit.validation_result where rule_id = 'LOSS-001'") == [(1,)]
    taken = cli(home, *shlex.split(item.next_step)[1:])
    assert taken.exit_code == 0, taken.stderr
    assert {row[-1] for row in ask(home, VALUES)} == {"2022.Q2.G.01"} and len(ask(home, VALUES)) == len(before) - 20


def test_a_translated_site_and_a_partial_pull_have_lost_nothing(home, tmp_path) -> None:
    sites = {
        "alpha": site_bodies(tmp_path / "alpha", column="Sexo", group="Mujer"),
        "beta": site_bodies(tmp_path / "beta", lambda n, y: n == 3),
    }
    with world(tmp_path, un_rows(lambda area, year: year > 1960), "2022.Q2.G.01", sites) as url:
        done = run(home, url)
        assert outcomes(done)["alpha"] == SourceStatus.REFRESHED
        assert [one.release for one in done.set_aside if one.rule_id == "HELD-001"] == ["2022.Q2.G.01"]
    with world(tmp_path / "part", un_rows(value=3), "2022.Q3.G.01", {}) as url:
        done = run(home, url, series=("SI_POV_DAY1",), areas=("724",))
    assert [one.release for one in done.set_aside if one.rule_id == "HELD-001"] == ["2022.Q2.G.01"]


@pytest.mark.long
def test_a_shorter_file_of_actions_is_held_and_a_damaged_published_file_stops_nothing(home, tmp_path, cli) -> None:
    titles = [f"Solar roofs for district {number}" for number in range(300)]
    for n, folder in ((300, "first"), (290, "second")):
        rows = [{**ACTION, "action_id": f"a{number}", "title": titles[number]} for number in range(n)]
        path = written(tmp_path / folder / "projects.csv", rows)
        assert cli(home, "pull", "actions", path, "--release", f"2026-0{len(folder) - 4}-01").exit_code == 0
        done = cli(home, "build", "--no-bundled", "--json")
        assert done.exit_code == 0, done.stderr
    (item,) = json.loads(done.stdout)["set_aside"]
    assert (item["source"], item["set_aside_name"], item["used_instead"]) == ("actions", "projects", "2026-01-01")
    assert "10 of 300 records" in item["detail"] and "Held" not in done.stdout
    assert ask(home, "select release, count(*) from core.action group by all") == [("2026-01-01", 300)]
    taken = cli(home, *shlex.split(item["next_step"])[1:])
    assert taken.exit_code == 0, taken.stderr
    assert sorted(ask(home, "select release, count(*) from core.action group by all")) == [
        ("2026-01-01", 10),
        ("2026-02-01", 290),
    ]
    con = duckdb.connect(str(Settings(home=home).published))
    con.execute("drop table audit.source_load")
    con.close()
    done = cli(home, "build", "--no-bundled", "--json")
    assert done.exit_code == 0 and "LOSS-003" in [one["rule_id"] for one in json.loads(done.stdout)["warnings"]]
