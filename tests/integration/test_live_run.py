"""`localsdg run --live` from the recorded service to a published file, in calm and under its faults."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from opensdg_server import OpenSdgServer
from replay_server import Fault, ReplayServer, record

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.pipeline import stages as pipeline
from localsdg.pipeline.run_log import LONGEST_DETAIL, read_runs
from localsdg.registry import local_sites

pytestmark = pytest.mark.slow
HEADER = "site_id,local_government,country_iso3,base_url,languages,prefer_language\n"
AREAS = (4, 8, 12, 24, 724)
#: What can befall an answer and pass, by the series that it befalls.
FAULTS = {
    "status": {"status": 503, "times": 2},
    "html": {},
    "empty": {},
    "nulls": {},
    "truncate": {},
    "drop": {},
    "not_json": {},
    "slow": {"seconds": 0.2},
    "null": {},
    "null_data": {},
    "zero_pages": {},
    "no_pages": {"times": 9},
    "overlap": {"times": 99, "rows": 60},
}
#: A bulk CSV has no envelope and no pages.
CSV_FAULTS = {
    kind: FAULTS[kind] for kind in ("status", "html", "empty", "nulls", "truncate", "drop", "not_json", "slow", "null")
}


LISTS = Path(__file__).parents[1] / "fixtures" / "unsd" / "2022.Q2.G.02"


def code(kind: str) -> str:
    """A series a fault."""
    return f"XX_{kind.upper()}"


@pytest.fixture
def service(tmp_path) -> Callable[..., ReplayServer]:
    """The recorded lists, but that of the series, which is made of the rows."""
    folder = tmp_path / "lists"
    shutil.copytree(LISTS, folder)
    (folder / "Series_List.json").unlink()
    return lambda rows, **options: ReplayServer(rows, folder, **options)


def rows() -> list[dict]:
    """A series a fault; that of the overlap has more rows than a page."""
    found = []
    for kind in [*FAULTS, "gone"]:
        years = range(1915, 2025) if kind == "overlap" else range(2013, 2016)
        found += [
            record(code(kind), area, year, str((area + year) % 90), dimensions={"Sex": sex})
            for area in AREAS
            for year in years
            for sex in ("BOTHSEX", "FEMALE")
        ]
    return found


@pytest.fixture(autouse=True)
def quick_and_alone(monkeypatch, tmp_path, waits_of_milliseconds) -> None:
    """Waits of milliseconds, and no site but those of a test."""
    listed = tmp_path / "listed.csv"
    listed.write_text(HEADER)
    monkeypatch.setattr(local_sites, "BUNDLED_LIST", listed)


@pytest.fixture
def live(tmp_path) -> Callable[..., tuple[pipeline.Run, Path]]:
    """A live run in a home of that name, without the bundle."""

    def run(url: str, home: str = "home", **options: object) -> tuple[pipeline.Run, Path]:
        settings = Settings(home=tmp_path / home, unsd_base_url=url)
        return pipeline.run_all(settings, live=True, with_bundled=False, **options), settings.published

    return run


def ask(path: Path, sql: str) -> list[tuple]:
    con = duckdb.connect(str(path), read_only=True)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


def observations(path: Path) -> list[tuple]:
    return ask(path, "select * exclude (snapshot_sha256) from core.observation order by all")


BY_ROUTE = {"json": {"areas": tuple(map(str, AREAS))}, "csv": {}}


@pytest.mark.long
def test_every_fault_and_both_routes_end_in_the_same_published_rows(service, live) -> None:
    series = tuple(code(kind) for kind in [*FAULTS, "gone"])
    with service(rows()) as server:
        _, calm = live(server.url, "calm", series=series, areas=BY_ROUTE["json"]["areas"])
    expected = [row for row in observations(calm) if code("gone") not in row]
    assert len(expected) == 2 * len(AREAS) * (110 + 3 * (len(FAULTS) - 1))
    for route, options in BY_ROUTE.items():
        path, name = ("series/data", "seriesCode") if route == "json" else ("series/datacsv", "seriesCodes")
        with service(rows(), padding=64) as server:
            passing = [
                Fault(path, kind, params={name: code(kind)}, **facts)
                for kind, facts in (FAULTS if route == "json" else CSV_FAULTS).items()
            ]
            server.faults += [
                *passing,
                Fault("series/data", status=404, times=99, params={"seriesCode": code("gone")}),
                Fault("datacsv", status=404, times=99, params={"seriesCodes": code("gone")}),
            ]
            run, found = live(server.url, route, series=series, **options)
            assert not [one for one in passing if one.times == FAULTS[one.kind].get("times", 1)]
        assert observations(found) == expected, route
        (failed,) = run.set_aside
        assert (failed.set_aside_kind, failed.set_aside_name, failed.rule_id, failed.used_instead) == (
            "series",
            code("gone"),
            "PULL-U02",
            None,
        )
        assert "404" in failed.detail and read_runs(run.settings)[-1]["status"] == "published"
        assert ask(found, "select set_aside_name, rule_id from audit.quarantine") == [(code("gone"), "PULL-U02")]


def test_a_release_that_changes_on_the_way_is_published_whole(service, live) -> None:
    series = (code("status"), code("html"))
    with service(rows()) as server:
        server.faults.append(Fault("datacsv", "release", release="2022.Q3.G.01", after=1))
        run, path = live(server.url, series=series)
    assert not run.set_aside
    assert ask(path, "select release, count(*) from core.observation group by all") == [
        ("2022.Q3.G.01", 2 * 2 * 3 * len(AREAS))
    ]


# ------------------------------------------------------------------ the service or the sites are down


@pytest.fixture
def sites(fixtures, monkeypatch, tmp_path):
    """One site that answers and one that does not, in the list."""
    with OpenSdgServer({"alive": fixtures / "opensdg" / "mini" / "_built"}) as server:
        lines = [f"{name},{name.title()},PRT,{server.url(name)},en,en\n" for name in ("alive", "dead")]
        local_sites.BUNDLED_LIST.write_text(HEADER + "".join(lines))
        yield server


@pytest.fixture
def evidence_rows() -> list[dict]:
    return [record("SI_POV_DAY1", area, year, "5") for area in AREAS for year in (2014, 2015)]


def lines(run: pipeline.Run) -> dict[str, str]:
    return {one.rule_id: one.line for one in run.set_aside}


def test_the_sites_are_pulled_where_the_service_is_down_and_the_reverse(
    service, live, sites, evidence_rows, cli
) -> None:
    with service(evidence_rows) as server:
        run, path = live(server.url)
        assert set(lines(run)) == {"PULL-S01"} and "dead" in lines(run)["PULL-S01"]
        before = observations(path)
        assert len(before) == 2 * len(AREAS)
        (run.settings.raw / "opensdg").rename(run.settings.home / "moved")
        server.faults.append(Fault("", times=999))
        run, path = live(server.url)
    assert set(lines(run)) == {"PULL-U01", "PULL-S01"}
    assert "503" in lines(run)["PULL-U01"]
    assert "used instead: the newest available release" in lines(run)["PULL-U01"]
    assert [path.name.split("@")[0] for path in (run.settings.raw / "opensdg").glob("*@*")] == ["alive"]
    assert observations(path) == before
    last = read_runs(run.settings)[-1]
    assert last["status"] == "unchanged" and "2 not pulled: " in last["detail"] and "503" in last["detail"]
    said = cli(run.settings.home, "status").stdout
    assert ": 2 not pulled\n" in said and "no usable answer, got 503 Service Unavailable" in " ".join(said.split())


def test_a_failed_series_uses_the_last_good_release_and_names_it(service, live, evidence_rows, cli) -> None:
    more = [record("SG_DSR_SILS", 4, 2015, "5")]
    with service(evidence_rows + more, release="2022.Q1.G.01") as server:
        live(server.url)
    with service(evidence_rows + more, release="2022.Q2.G.01") as server:
        server.faults += [
            Fault("", status=404, times=99, params={name: "SG_DSR_SILS"}) for name in ("seriesCodes", "seriesCode")
        ]
        run, path = live(server.url)
        assert lines(run)["PULL-U02"].endswith("used instead: release 2022.Q1.G.01")
        # a later build of the same snapshots says so too, until a pull succeeds
        done = cli(run.settings.home, "build", "--no-bundled", "--json")
        assert [one["set_aside_name"] for one in json.loads(done.stdout)["set_aside"]] == ["SG_DSR_SILS"]
        strict = cli(run.settings.home, "build", "--no-bundled", "--strict")
        assert strict.exit_code == 1 and "SG_DSR_SILS" in strict.stderr
        server.faults.clear()
        run, path = live(server.url)
    assert not run.set_aside
    assert ask(
        path, "select count(*) from core.observation where series_code = 'SG_DSR_SILS' and release = '2022.Q2.G.01'"
    ) == [(1,)]


def test_what_was_named_and_failed_as_a_whole_is_an_error(service, live, evidence_rows) -> None:
    with service(evidence_rows) as server:
        server.faults.append(Fault("series/data", times=999))
        server.faults.append(Fault("datacsv", times=999))
        with pytest.raises(LocalsdgError, match="1 of 1 series failed"):
            live(server.url, series=("SI_POV_DAY1",))
        with pytest.raises(LocalsdgError, match="1 of 1 series failed"):
            live(server.url, areas=("4",))


def test_a_failed_pull_is_in_the_run_log_with_its_reason(service, cli, tmp_path, evidence_rows) -> None:
    with service(evidence_rows) as server:
        server.faults.append(Fault("series/data", times=999, content=b"x" * 9000))
        env = {"LOCALSDG_UNSD_BASE_URL": server.url}
        call = ("pull", "indicators", "--series", "SI_POV_DAY1", "--area", "4")
        assert cli(tmp_path, *call, **env).exit_code == 1
        assert cli(tmp_path, "run", "--live", "--plain", "--no-bundled", *call[2:], **env).exit_code == 1
        assert cli(tmp_path, "pull", "indicators", "--series", "NONE", **env).exit_code == 2
        server.faults.clear()
        runs = read_runs(Settings(home=tmp_path))
        assert [one["status"] for one in runs] == ["failed", "failed"]
        assert runs[0]["detail"].startswith("pull indicators: 1 of 1 series failed")
        assert all("503" in one["detail"] for one in runs)
        assert "503" in cli(tmp_path, "status").stdout
        done = cli(tmp_path, "run", "--live", "--plain", "--no-bundled", *call[2:], **env)
        assert done.exit_code == 0, done.stderr
    logged = ask(Settings(home=tmp_path).published, "select status, detail from audit.run")
    assert sum("503" in (detail or "") for _, detail in logged) == 2


def test_the_run_log_is_bounded(tmp_path, monkeypatch) -> None:
    settings = Settings(home=tmp_path)

    def fail(run) -> None:
        raise LocalsdgError("it failed", got="x" * 100_000)

    monkeypatch.setattr(pipeline, "PULLS", (pipeline.Stage("pull", fail, "pull"),))
    with pytest.raises(LocalsdgError):
        pipeline.run_all(settings, live=True)
    (line,) = (settings.warehouse / "runs.jsonl").read_text().splitlines()
    assert len(json.loads(line)["detail"]) == LONGEST_DETAIL
    longer = {**json.loads(line), "detail": "y" * 9000}
    (settings.warehouse / "runs.jsonl").write_text(json.dumps(longer) + "\n")
    assert len(read_runs(settings)[0]["detail"]) == LONGEST_DETAIL


def test_without_a_network_the_last_good_snapshots_are_published(service, live, evidence_rows, sites, cli) -> None:
    with service(evidence_rows) as server:
        run, path = live(server.url)
        before = observations(path)
    many = [f"s{n},Site {n},PRT,http://127.0.0.1:9/{n},en,en\n" for n in range(40)]
    local_sites.BUNDLED_LIST.write_text(HEADER + "".join(many))
    shutil.rmtree(run.settings.raw / "opensdg")
    run, path = live("http://127.0.0.1:9/SDGAPI")
    assert observations(path) == before
    assert set(lines(run)) == {"PULL-U01", "PULL-S03"}
    assert "all 40 sites" in lines(run)["PULL-S03"] and "no connection" in lines(run)["PULL-S03"]
    strict = cli(
        run.settings.home,
        "run",
        "--live",
        "--plain",
        "--no-bundled",
        "--strict",
        LOCALSDG_UNSD_BASE_URL="http://127.0.0.1:9/SDGAPI",
    )
    assert strict.exit_code == 1 and "set aside in a strict run" in strict.stderr


def test_refused_files_are_in_the_run_log_too(cli, tmp_path) -> None:
    for name, words in (("data.csv", ("pull", "indicators")), ("list.csv", ("pull", "reviews"))):
        (tmp_path / name).write_text("a,b\n1,2\n")
        call = [*words, str(tmp_path / name), *(("--release", "2024-02") if name == "data.csv" else ())]
        assert cli(tmp_path / "home", *call).exit_code == 1
    details = [one["detail"] for one in read_runs(Settings(home=tmp_path / "home"))]
    assert details[0].startswith("pull indicators: 1 files refused: ") and "data.csv" in details[0]
    assert details[1].startswith("pull reviews: ") and "list.csv" in details[1]


def test_a_pull_of_which_a_part_failed_names_it_and_ends_well(service, cli, sites, tmp_path) -> None:
    with service([record("SI_POV_DAY1", value="5"), record("SG_DSR_SILS", value="5")]) as server:
        env = {"LOCALSDG_UNSD_BASE_URL": server.url}
        server.faults.append(Fault("series/data", times=99, params={"seriesCode": "SG_DSR_SILS"}))
        call = ("pull", "indicators", "--series", "SI_POV_DAY1,SG_DSR_SILS", "--area", "724")
        done = cli(tmp_path / "home", *call, **env)
        assert done.exit_code == 0 and f"from {server.url}/v1/sdg" in done.stdout
        assert done.stderr.startswith("not pulled: series SG_DSR_SILS (unsd 2022.Q2.G.02): ")
        assert cli(tmp_path / "home", *call, "--strict", **env).exit_code == 1
    done = cli(tmp_path / "home", "pull", "site")
    assert done.exit_code == 0 and "alive: new" in done.stdout and "not pulled: site dead" in done.stderr
    assert cli(tmp_path / "home", "pull", "site", "--strict").exit_code == 1
    details = [one["detail"] for one in read_runs(Settings(home=tmp_path / "home"))]
    assert len(details) == 4 and all("1 not pulled: s" in detail for detail in details)
