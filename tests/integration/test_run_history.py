"""A history of real runs: what the log, the tables and the status say of it, whatever is damaged after."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from opensdg_server import OpenSdgServer
from replay_server import Fault, ReplayServer, record

from localsdg.common.settings import Settings
from localsdg.pipeline.run_log import read_runs
from localsdg.registry import local_sites
from localsdg.sources.http import client as http

pytestmark = pytest.mark.slow
LISTS = Path(__file__).parents[1] / "fixtures" / "unsd" / "2022.Q2.G.02"
HEADER = "site_id,local_government,country_iso3,base_url,languages,prefer_language\n"
LIVE = ("run", "--live", "--plain", "--no-bundled", "--force")


@pytest.fixture
def world(monkeypatch, tmp_path, fixtures) -> Callable[[], tuple[ReplayServer, OpenSdgServer]]:
    """The recorded service, one site that answers and one that does not."""
    quick = {**http.HttpClient.__init__.__kwdefaults__, "wait_base": 0.001, "read_timeout": 5.0}
    monkeypatch.setattr(http.HttpClient.__init__, "__kwdefaults__", quick)
    monkeypatch.setattr(local_sites, "BUNDLED_LIST", tmp_path / "listed.csv")
    lists = shutil.copytree(LISTS, tmp_path / "lists")
    (lists / "Series_List.json").unlink()
    rows = [record("SI_POV_DAY1", area, year, "5") for area in (4, 724) for year in (2014, 2015)]
    with (
        ReplayServer(rows, lists) as service,
        OpenSdgServer({"alive": fixtures / "opensdg" / "mini" / "_built"}) as sites,
    ):
        lines = [f"{name},{name.title()},PRT,{sites.url(name)},en,en\n" for name in ("alive", "dead")]
        local_sites.BUNDLED_LIST.write_text(HEADER + "".join(lines))
        yield service, sites


def ask(settings: Settings, sql: str) -> list[tuple]:
    con = duckdb.connect(str(settings.published), read_only=True)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


@pytest.mark.long
def test_weeks_of_runs_are_told_by_the_tables_and_by_the_status(world, cli, tmp_path) -> None:
    service, _ = world
    home, env = tmp_path / "home", {"LOCALSDG_UNSD_BASE_URL": service.url}
    settings = Settings(home=home)

    def state() -> dict:
        done = cli(home, "status", "--json")
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)

    def source(name: str) -> dict:
        return next(one for one in state()["sources"] if one["name"] == name)

    assert cli(home, *LIVE, **env).exit_code == 0
    assert source("indicators")["status"] == source("alive")["status"] == "refreshed"
    assert (source("dead")["status"], source("dead")["n_runs"], source("dead")["release"]) == ("failed", 1, None)

    service.faults.append(Fault("", times=9999))
    assert cli(home, *LIVE, **env).exit_code == 0
    service.faults.clear()
    assert (source("indicators")["status"], source("indicators")["n_runs"]) == ("failed", 1)
    assert "503" in source("indicators")["reason"] and source("indicators")["release"] == "2022.Q2.G.02"
    assert (source("alive")["status"], source("dead")["n_runs"]) == ("unchanged", 2)

    assert cli(home, "pull", "site").exit_code == 0
    assert cli(home, "build", "--no-bundled", "--force").exit_code == 0
    assert source("dead")["n_runs"] == 3
    second = read_runs(settings)[1]["status"]
    assert second in ("published", "unchanged"), "the data are the same; the code may not be"
    assert [(row["command"], row["status"]) for row in read_runs(settings)] == [
        ("run", "published"),
        ("run", second),
        ("pull site", "pulled"),
        ("build", "published"),
    ]

    runs = ask(
        settings, "select command, is_live, status, rows_in = rows_out + rows_rejected from audit.run order by all"
    )
    assert runs == [
        ("build", None, "published", True),
        ("pull site", None, "pulled", None),
        ("run", True, "published", True),
        ("run", True, second, True),
    ]
    assert ask(settings, "select count(*) from audit.run where seconds > 0 and version is not null") == [(3,)]
    assert ask(
        settings,
        "select count(*) filter (stage = 'pull'), "
        "count(*) filter (stage = 'publish') < count(*) filter (stage = 'build') from audit.run_stage",
    ) == [(3, True)], "the run that made the file has not published it then"
    failed = (
        "select name, count(*) from audit.run_source join audit.run using (run_id) "
        "where run_source.status = 'failed' and reason is not null group by name order by name"
    )
    assert ask(settings, failed) == [("dead", 3), ("indicators", 1)]
    rejected = "select rows_in, n_set_aside from audit.run join meta.release using (run_id)"
    assert ask(settings, rejected) == [(read_runs(settings)[-1]["rows_in"], 0)]

    assert cli(home, "status", "--check").exit_code == 0
    late = cli(home, "status", "--check", "--older-than", "1")
    assert late.exit_code == 1 and "opensdg dead has no data, 1 days are allowed: " in late.stderr
    assert cli(home, "status", "--older-than", "1").exit_code == 2
    _damage(settings)
    seen = state()
    assert seen["published"]["version"] and "problem" in seen["published"]
    assert any("the manifest cannot be read" in line for line in seen["unreadable"]), seen["unreadable"]
    assert {"published", "snapshots", "sites", "runs"} <= set(seen) and seen["sites"] == []
    text = cli(home, "status").stdout
    assert "the file cannot be read" in text and "Unreadable" in text
    assert cli(home, "status", "--check").exit_code == 1


def _damage(settings: Settings) -> None:
    """A published file, a manifest and a run log that were written over."""
    settings.published.write_bytes(b"no database" * 1000)
    next((settings.raw / "opensdg").glob("alive@*/manifest.json")).write_text("{")
    with (settings.warehouse / "runs.jsonl").open("ab") as log:
        log.write(b'\xff\xfe{"run_id": 5}\n[]\n{"run_')
