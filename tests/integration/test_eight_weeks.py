"""Eight weeks of scheduled runs in one home, each a process of its own on its simulated day.

The weeks build on each other in this order, as they do where nobody looks.
One site of the three fails all along.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest
from opensdg_server import Fault as SiteFault
from replay_server import Fault
from weeks import KEPT, Done, World, site, un_rows, world

from localsdg.pipeline.run_log import read_runs
from localsdg.pipeline.status import problems

pytest.importorskip("aiosmtpd")
pytestmark = [pytest.mark.slow, pytest.mark.long]
VALUES = "select area_code, year, value from core.latest_observation order by all"
#: Of the release of the seventh week; the eighth says something else.
CORRECTION = """
[[correction]]
id = "spain-2022"
what = "Spain 2022: 10 per cent where the country's report says 9."
action = "override"
value = 9
reason = "the report of the country says 9"
who = "the country's report"
since = 2022-12-01
where = { source = "unsd", series = "SI_POV_DAY1", area = "724", year = 2022 }
source_said = { rows = 1, values = ["10"] }
"""
OF_SITE = "select local_indicator_id, year, value from core.local_observation where site_id = '{}' order by all"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("weeks")
    with world(folder) as made:
        yield made


@pytest.fixture(autouse=True)
def sound(home: World, cli) -> Iterator[None]:
    """The doctor finds no problem after any of them; what a killed run leaves is a warning."""
    yield
    found = cli(home.settings.home, "doctor", "--offline", "--json")
    assert json.loads(found.stdout)["problems"] == 0, found.stdout


def expected(rows: list[dict]) -> list[tuple]:
    """The rows of the service as they are published."""
    return sorted((f"{int(one['geoAreaCode']):03}", int(one["timePeriodStart"]), float(one["value"])) for one in rows)


def outcomes(home: World) -> dict[str, str]:
    return {one["name"]: one["status"] for one in home.last["sources"]}


def source(home: World, name: str) -> dict:
    """A source as the status has it."""
    return {one["name"]: one for one in home.status()["sources"]}[name]


def age(state: dict) -> int | None:
    """Whole days since the data of a source were fetched or confirmed."""
    return None if state["days_old"] is None else round(state["days_old"])


def kept_of(versions: Sequence[str], pinned: str) -> tuple[str, ...]:
    """What the policy keeps of these versions: the newest, the last one of each year, and what is pinned."""
    last_of_years = {version[:4]: version for version in sorted(versions)}.values()
    return tuple(sorted({*sorted(versions)[-KEPT:], *last_of_years, pinned}))


def cli_json(cli, home: World, *words: str) -> list[dict]:
    found = json.loads(cli(home.settings.home, *words, "--json").stdout)
    return found["findings"]


def events(done: Done, *kinds: str) -> list[str]:
    """The events of the alert, which all three channels got, or of no alert."""
    (lines,) = [alert["lines"] for alert in done.alerts] or [[]]
    assert [body["lines"] for body in done.posted] == [alert["lines"] for alert in done.alerts]
    assert len(done.mails) == len(done.alerts)
    assert all(line in " ".join(mail.split()) for mail in done.mails for line in lines[:1])
    return [line for line in lines if line.partition(":")[0] in kinds]


def assert_in_order(home: World, done: Done, status: str, code: int = 0) -> None:
    """What holds after every run: its end, the log, the file's own account, and nothing left."""
    assert done.code == code, done.err
    assert "Traceback" not in done.out + done.err
    assert home.last["status"] == status and home.last["started_at"][:10] == home.day
    assert home.leftovers() == []
    version = home.facts.versions[-1]
    assert home.ask("select version from meta.release") == [(version,)]
    if status == "published":
        assert home.last["version"] == version and version.startswith(f"{home.day.replace('-', '.')}.")
        logged = home.ask(
            "select run_id, status, version, rows_in, rows_out, rows_rejected from audit.run order by started_at"
        )
        kept = ("run_id", "status", "version", "rows_in", "rows_out", "rows_rejected")
        assert logged[-1] == tuple(home.last[name] for name in kept)


def test_week_1_the_first_publication(home: World) -> None:
    done = home.run()
    assert_in_order(home, done, "published")
    assert home.ask(VALUES) == expected(un_rows())
    assert home.ask("select site_id, count(*) from core.local_observation group by all order by all") == [
        ("alpha", 86),
        ("beta", 86),
    ]
    assert len(home.facts.versions) == 1
    assert outcomes(home) == {"indicators": "refreshed", "alpha": "refreshed", "beta": "refreshed", "gamma": "failed"}
    told = events(done, "published", "set-aside", "headline", "stale", "held", "failed")
    assert told[0] == f"published: version {home.last['version']} was published"
    assert [line[:22] for line in told[1:]] == ["set-aside: site gamma ", "failed: gamma: the req"]
    assert "1 of 4 sources not refreshed" in home.report and "the first publication" in home.report
    status = home.status()
    assert {one["name"]: age(one) for one in status["sources"]} == {
        "indicators": 0,
        "alpha": 0,
        "beta": 0,
        "gamma": None,
    }
    assert status["last_run"]["run_id"] == home.last["run_id"] and status["set_aside"]["n"] == 1


def test_week_2_nothing_changed(home: World) -> None:
    before, asked, at_sites = home.facts, len(home.service.requests), len(home.sites.requests)
    home.week = 2
    done = home.run()
    assert_in_order(home, done, "unchanged")
    assert home.facts == before and list(home.last["seconds"]) == ["pull"]
    assert [seen.path for seen in home.service.requests[asked:]] == ["series/list"]
    assert {seen.status for seen in home.sites.requests[at_sites:]} == {304, 404}
    assert events(done) == [] and done.alerts == [] and "nothing changed" in done.out
    assert "Nothing changed" in home.report and "gamma" in home.report
    states = {one["name"]: one for one in home.status()["sources"]}
    assert {states[name]["status"] for name in ("indicators", "alpha", "beta")} == {"unchanged"}
    assert {age(states[name]) for name in ("indicators", "alpha", "beta")} == {0}
    assert states["gamma"]["n_runs"] == 2 and states["gamma"]["since"][:10] < home.day


def test_week_3_a_new_release(home: World, cli) -> None:
    home.week = 3
    home.service.rows, home.service.release = un_rows(2022), "2022.Q2.G.01"
    done = home.run()
    assert_in_order(home, done, "published")
    assert home.ask(VALUES) == expected(un_rows(2022))
    assert home.ask("select release, count(*) from core.observation group by all order by all") == [
        ("2022.Q1.G.01", len(un_rows())),
        ("2022.Q2.G.01", len(un_rows(2022))),
    ]
    assert len(home.facts.versions) == 2
    assert outcomes(home) == {"indicators": "refreshed", "alpha": "unchanged", "beta": "unchanged", "gamma": "failed"}
    told = events(done, "published", "headline", "set-aside", "stale")
    moved = "People in extreme poverty, World: 6.5% (2019) -> 5% (2022)"
    assert told[0].startswith("published: ") and told[1].startswith(f"headline: {moved}")
    assert len(told) == 5 and {line.partition(":")[0] for line in told[1:]} == {"headline"}  # gamma is no news
    assert moved in home.report.replace("\\", "") and moved in done.out
    compared = json.loads(cli(home.settings.home, "diff", *home.facts.versions, "--json").stdout)
    assert "15 values of the UN series SI_POV_DAY1 added" in json.dumps(compared)
    assert moved in json.dumps(compared)


def test_week_4_a_revision_and_a_site_that_lost_records(home: World, cli) -> None:
    home.week = 4
    home.service.rows, home.service.release = un_rows(2022, more=1), "2022.Q2.G.02"
    home.sites.sites["alpha"] = site(home.folder / "revised" / "alpha", more=1)
    home.sites.sites["beta"] = site(home.folder / "revised" / "beta", left_out=lambda n, year: n == 2 and year > 2017)
    old_alpha, old_beta = (home.ask(OF_SITE.format(name)) for name in ("alpha", "beta"))
    done = home.run()
    assert_in_order(home, done, "published")
    assert home.ask(VALUES) == expected(un_rows(2022, more=1))
    assert home.ask(OF_SITE.format("alpha")) == [(code, year, round(value + 1, 2)) for code, year, value in old_alpha]
    assert home.ask(OF_SITE.format("beta")) == old_beta
    assert len(home.facts.versions) == 3
    assert outcomes(home) == {"indicators": "refreshed", "alpha": "refreshed", "beta": "held", "gamma": "failed"}
    told = events(done, "published", "headline", "held", "set-aside", "stale")
    assert any("World: 5% (2022) -> 6% (2022)" in line for line in told)
    assert [line for line in told if line.startswith("held: newer data of opensdg beta") and "5 of 86 records" in line]
    # its fourth week: the site is named once more, with how long it goes on
    assert [line for line in told if line.startswith("stale: not refreshed for 4 runs, since ") and "gamma" in line]
    assert not [line for line in told if line.startswith("set-aside: site gamma")]
    state = source(home, "beta")
    assert state["status"] == "held" and state["release"] == f"beta@{home.day_of(1):%Y-%m-%d}" and age(state) == 7
    (command,) = [line for line in home.last["set_aside_lines"] if line.startswith("site beta")]
    assert "5.8 %" in command and "beta" in home.report
    text = json.dumps(json.loads(cli(home.settings.home, "diff", "--last", "--json").stdout))
    assert "Alpha: 86 values changed" in text and "215 values of the UN series SI_POV_DAY1 changed" in text


def test_week_4_the_records_that_are_gone_are_accepted(home: World, cli) -> None:
    old = home.ask(OF_SITE.format("beta"))
    done = home.call("build", "--no-bundled", "--accept", "opensdg/beta", "--reason", "withdrawn by the city")
    assert_in_order(home, done, "published")
    assert home.ask(OF_SITE.format("beta")) == [row for row in old if not (row[0] == "3-8-2" and row[1] > 2017)]
    assert len(home.facts.versions) == 4 and len({version[:10] for version in home.facts.versions}) == 3
    assert events(done, "held", "set-aside") == []
    assert "refreshed again" in " ".join(events(done, "recovered"))
    state = source(home, "beta")
    assert (state["status"], state["since"], state["n_runs"], age(state)) == ("refreshed", None, 0, 0)
    assert "Beta: 5 values went" in cli(home.settings.home, "diff", "--last", "--json").stdout


def test_week_5_a_site_is_gone(home: World, cli) -> None:
    before, rows = home.facts, home.ask(OF_SITE.format("beta"))
    home.week = 5
    home.sites.faults.append(SiteFault("/beta", status=404))
    done = home.run()
    assert_in_order(home, done, "unchanged")
    assert home.facts == before and home.ask(OF_SITE.format("beta")) == rows
    assert list(home.last["seconds"]) == ["pull"]
    assert outcomes(home) == {"indicators": "unchanged", "alpha": "unchanged", "beta": "failed", "gamma": "failed"}
    (line,) = events(done, "set-aside", "stale", "held", "recovered", "published")
    assert line.startswith("set-aside: site beta (opensdg)") and "404" in line
    state = source(home, "beta")
    assert (state["status"], state["n_runs"], age(state)) == ("failed", 1, 7)
    assert state["since"][:10] == home.day
    assert "2 of 4 sources not refreshed" in home.report
    first = before.versions[0]
    assert cli(home.settings.home, "pin", first, "--reason", "in a paper").exit_code == 0


def test_week_6_a_storm_that_does_not_end_and_the_site_is_back(home: World) -> None:
    before = home.facts
    home.week = 6
    home.sites.faults.clear()
    home.service.faults.append(Fault("", times=9999, headers={"Retry-After": "600"}))
    done = home.run("--patience", "1")
    home.service.faults.clear()
    assert_in_order(home, done, "unchanged")
    assert home.facts == before
    assert outcomes(home) == {"indicators": "failed", "alpha": "unchanged", "beta": "unchanged", "gamma": "failed"}
    told = events(done, "set-aside", "stale", "held", "recovered", "published")
    assert [line.partition(":")[0] for line in told] == ["recovered", "set-aside"]
    assert "after 1 run without" in told[0] and "beta" in told[0]
    assert "unsd" in told[1] and "503" in told[1]
    state = source(home, "indicators")
    assert (state["status"], state["n_runs"], age(state)) == ("failed", 1, 7)
    assert age(source(home, "beta")) == 0


def test_week_6_a_storm_that_ends_within_the_patience(home: World) -> None:
    before = home.facts
    asked = len(home.service.requests)
    home.service.faults.append(Fault("", times=6))  # five tries of the first round, one of the second
    home.service.rows, home.service.release = un_rows(2022, more=2), "2022.Q3.G.01"
    done = home.run("--patience", "1")
    assert_in_order(home, done, "published")
    assert home.service.faults[0].times == 0 and len(home.service.requests) < asked + 15
    assert home.ask(VALUES) == expected(un_rows(2022, more=2))
    assert outcomes(home)["indicators"] == "refreshed" and home.last["set_aside"] == 1
    told = events(done, "set-aside", "stale", "held", "recovered", "published")
    assert [line.partition(":")[0] for line in told] == ["published", "recovered"] and "unsd indicators" in told[1]
    assert home.facts.versions == kept_of([*before.versions, home.last["version"]], pinned=before.versions[0])


def test_week_7_a_run_is_killed_while_it_pulls(home: World, cli) -> None:
    home.week = 7
    before, n_runs = home.facts, len(read_runs(home.settings))
    home.service.rows, home.service.release = un_rows(2022, more=3), "2022.Q3.G.02"
    home.service.faults[:] = [Fault("series/datacsv", "slow", seconds=60.0)]
    asked = len(home.service.seen("series/datacsv"))
    home.kill(lambda: len(home.service.seen("series/datacsv")) > asked)
    home.service.faults.clear()
    assert home.facts == before and len(read_runs(home.settings)) == n_runs
    status = home.status()
    assert status["last_run"]["status"] == "failed" and "killed before it ended" in status["last_run"]["detail"]
    assert status["under_way"] == [] and status["writer"] is None
    found = json.loads(cli(home.settings.home, "doctor", "--offline", "--json").stdout)
    assert "of killed runs" in json.dumps(found)


def test_week_7_the_next_run_heals_and_is_killed_while_it_builds(home: World) -> None:
    before, n_alerts, n_posted = home.facts, len(home.alerts), len(home.hook.bodies)
    home.kill(lambda: home.stage_under_way() == "build")
    assert home.facts == before
    assert "killed before it ended, in the stage pull" in home.last["detail"]
    (alert,) = home.alerts[n_alerts:]
    assert alert["status"] == "failed" and "killed before it ended, in the stage pull" in alert["lines"][0]
    assert len(home.hook.bodies) == n_posted + 1


def test_week_7_the_disk_is_full(home: World) -> None:
    if not home.disk:
        pytest.skip("no disk of its own can be mounted")
    before = home.facts
    with home.room_left(8):
        done = home.run()
    assert done.code == 1 and "Traceback" not in done.err
    assert "too little room for a build" in done.err and "localsdg prune --dry-run" in done.err
    assert home.facts == before and home.leftovers() == []
    rows = read_runs(home.settings)[-2:]
    assert "killed before it ended, in the stage build" in rows[0]["detail"]
    assert rows[1]["status"] == "failed" and "too little room" in rows[1]["detail"]
    killed, full = done.alerts
    assert "in the stage build" in killed["lines"][0] and "too little room" in full["lines"][0]
    assert len(done.posted) == len(done.mails) == 2
    assert "nothing was published" in home.report and "too little room" in home.report
    assert "too little room" in " ".join(problems(home.status()))


def test_week_7_all_is_well_again_and_a_value_is_corrected(home: World, cli) -> None:
    before = home.facts
    (home.settings.home / "data" / "corrections.toml").write_text(CORRECTION, encoding="utf-8")
    done = home.run()
    assert_in_order(home, done, "published")
    as_corrected = [(*row[:2], 9.0) if row[:2] == ("724", 2022) else row for row in expected(un_rows(2022, more=3))]
    assert home.ask(VALUES) == as_corrected
    assert home.ask("select status, n_corrected from audit.correction where correction_id = 'spain-2022'") == [
        ("applied", 1)
    ]
    told = events(done, "published", "recovered", "failed", "set-aside", "stale", "held")
    assert told[0].startswith("recovered: a run ended well again, after ") and told[1].startswith("published: ")
    assert home.facts.versions == kept_of([*before.versions, home.last["version"]], pinned=before.versions[0])
    statuses = [row[0] for row in home.ask("select status from audit.run order by started_at")]
    assert statuses[-4:] == ["failed"] * 3 + ["published"] or not home.disk
    assert not [one for one in cli_json(cli, home, "doctor", "--offline") if "killed" in json.dumps(one)]


def test_week_8_by_the_schedule_and_the_correction_no_longer_fits(home: World, cli) -> None:
    home.week = 8
    before = home.facts
    home.service.rows, home.service.release = un_rows(2022, more=4), "2022.Q4.G.01"
    n_alerts = len(home.alerts)
    printed = home.schedule_once()
    assert "completed after" in printed
    last = home.last
    assert (last["status"], last["live"]) == ("published", True)
    assert home.ask(VALUES) == expected(un_rows(2022, more=4))
    assert home.ask(
        "select release, value, correction_id from core.observation where area_code = '724' and year = 2022 "
        "and release >= '2022.Q3' order by all"
    ) == [("2022.Q3.G.01", 9.0, None), ("2022.Q3.G.02", 9.0, "spain-2022"), ("2022.Q4.G.01", 11.0, None)]
    (alert,) = home.alerts[n_alerts:]
    assert [line for line in alert["lines"] if line.startswith("set-aside: correction spain-2022 ")]
    assert [line for line in alert["lines"] if line.startswith("stale: not refreshed for ") and "gamma" in line] == []
    assert "spain-2022" in home.report and "no longer says" in home.report
    assert cli(home.settings.home, "corrections", "--check").exit_code == 1
    # the pinned first version and the newest stay
    assert home.facts.versions == kept_of([*before.versions, last["version"]], pinned=before.versions[0])
    assert before.versions[1] not in home.facts.versions and "pinned: in a paper" in home.call("prune", "--dry-run").out
    first = home.settings.warehouse / "releases" / before.versions[0] / "localsdg.duckdb"
    assert home.ask_file(first, VALUES) == expected(un_rows())
    assert home.leftovers() == []
    compared = cli(home.settings.home, "diff", before.versions[0], last["version"], "--json")
    assert compared.exit_code == 0 and "Beta: 5 values went" in compared.stdout
    found = cli(home.settings.home, "doctor", "--offline")
    assert found.exit_code == 0, found.output


def test_week_8_what_is_no_longer_pinned_goes_and_the_snapshots_that_only_it_used(home: World) -> None:
    before = home.facts
    first, *_, last = before.versions
    snapshots = {path.name for path in (home.settings.raw / "opensdg").glob("*@*")}
    of_first = {f"{name}@{home.day_of(1):%Y-%m-%d}" for name in ("alpha", "beta")}
    of_fourth = {f"{name}@{home.day_of(4):%Y-%m-%d}" for name in ("alpha", "beta")}
    assert snapshots == of_first | of_fourth
    assert home.call("unpin", first).code == 0
    done = home.call("prune")
    assert done.code == 0 and home.facts.sha256 == before.sha256
    assert home.facts.versions == kept_of(before.versions, pinned=last)
    kept = {path.name for path in (home.settings.raw / "opensdg").glob("*@*")}
    assert kept == (snapshots if first in home.facts.versions else of_fourth)  # it may be the last one of its year
