"""The service's newest release, live: taken whole it is the latest, taken in part it stands behind a whole one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from replay_server import ReplayServer, record

from localsdg.common.settings import Settings
from localsdg.pipeline import stages as pipeline
from localsdg.registry import local_sites
from localsdg.sources.unsd import service as unsd
from localsdg.sources.unsd.pages import Query

pytestmark = pytest.mark.slow
OLDER, NEWEST = "2025.Q3.G.02", "2026.Q1.G.01"
COUNTRIES = (4, 8, 12, 24, 404, 724)
#: The series of a recorded answer of the newest release.
RECORDED = "SH_OOP_XPD_EARNNET40"
LISTS = Path(__file__).parents[1] / "fixtures" / "unsd" / "2022.Q2.G.02"


@pytest.fixture(autouse=True)
def quick_and_alone(monkeypatch, tmp_path, waits_of_milliseconds) -> None:
    """Waits of milliseconds, and no site."""
    listed = tmp_path / "listed.csv"
    listed.write_text("site_id,local_government,country_iso3,base_url,languages,prefer_language\n")
    monkeypatch.setattr(local_sites, "BUNDLED_LIST", listed)


def rows(offset: int = 0) -> list[dict]:
    """Three series of the evidence, for six countries and twelve years."""
    return [
        record(code, area, year, str((area + year) % 40 + offset))
        for code in ("SI_POV_DAY1", "SI_POV_NAHC", "SL_TLF_NEET")
        for area in COUNTRIES
        for year in range(2010, 2022)
    ]


@pytest.fixture
def service(tmp_path) -> Callable[..., ReplayServer]:
    """A server with the lists of `lists` in the order of the recorded ones; that of the series also has the rows'."""

    def serve(
        served: list[dict], release: str, *, lists: Path = LISTS, answer: Path | None = None, **options: object
    ) -> ReplayServer:
        folder = tmp_path / f"lists-{release}-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(lists, folder)
        if answer is not None:
            (folder / "Series_Data.json").write_bytes(answer.read_bytes())
        recorded = json.loads((folder / "Series_List.json").read_bytes())
        entry = {"goal": ["3"], "target": ["3.8"], "indicator": ["3.8.2"], "description": RECORDED, "uri": ""}
        more = [] if answer is None else [entry | {"code": RECORDED, "release": release}]
        known = {one["code"] for one in recorded}
        more += [
            entry | {"code": code, "release": release}
            for code in {row["series"] for row in served}
            if code not in known
        ]
        (folder / "Series_List.json").write_text(json.dumps(recorded + more))
        return ReplayServer(served, folder, release=release, **options)

    return serve


@pytest.fixture
def live(tmp_path) -> Callable[..., tuple[pipeline.Run, Path]]:
    """A live run in one home, without the bundle."""

    def run(url: str, **options: object) -> tuple[pipeline.Run, Path]:
        settings = Settings(home=tmp_path / "home", unsd_base_url=url)
        return pipeline.run_all(settings, live=True, with_bundled=False, **options), settings.published

    return run


def ask(path: Path, sql: str) -> list[tuple]:
    con = duckdb.connect(str(path), read_only=True)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


SCOPES = "select release, scope from core.release order by release"
LATEST = "select distinct series_code, release from core.latest_observation order by all"


def test_a_whole_pull_of_the_newest_release_is_the_latest_and_a_partial_one_is_not(service, live) -> None:
    with service(rows(), OLDER) as server:
        live(server.url)
    with service(rows(1), NEWEST) as server:
        run, path = live(server.url, series=("SI_POV_DAY1",), areas=("724",))
        assert ask(path, SCOPES) == [(OLDER, "complete"), (NEWEST, "partial")]
        assert ask(path, LATEST) == [(code, OLDER) for code in ("SI_POV_DAY1", "SI_POV_NAHC", "SL_TLF_NEET")]
        held = "select count(*), count(distinct area_code) from core.observation where release = '2026.Q1.G.01'"
        assert ask(path, held) == [(12, 1)]
        run, path = live(server.url)
    assert ask(path, SCOPES) == [(OLDER, "complete"), (NEWEST, "complete")]
    assert ask(path, LATEST) == [(code, NEWEST) for code in ("SI_POV_DAY1", "SI_POV_NAHC", "SL_TLF_NEET")]
    assert {one.set_aside_kind for one in run.set_aside} <= {"value"}
    assert ask(path, "select count(*) from audit.value_change where change = 'changed'") == [(3 * 6 * 12,)]


def recorded_lists(data_root: Path) -> Path:
    return data_root / "un" / "payloads" / "2022.Q2.G.02"


def recorded_answer(data_root: Path) -> Path:
    return data_root / "un" / "payloads" / NEWEST / "Series_Data_excerpt.json"


def test_the_recorded_answer_of_the_newest_release_is_published_beside_a_whole_older_one(
    service, live, data_root
) -> None:
    lists, answer = recorded_lists(data_root), recorded_answer(data_root)
    with service(rows(), OLDER, lists=lists) as server:
        live(server.url)
    # totals as the rows that are served: 8
    with service([], NEWEST, lists=lists, answer=answer) as server:
        run, path = live(server.url, series=(RECORDED,), areas=("4",))
    assert {one.set_aside_kind for one in run.set_aside} <= {"value"}
    assert ask(
        path,
        f"select release, count(*), count(*) filter (is_total), max(value) filter (is_total), any_value(unit) "
        f"from core.observation where series_code = '{RECORDED}' group by all",
    ) == [(NEWEST, 8, 1, 24.36, "PERCENT")]
    assert ask(path, SCOPES) == [(OLDER, "complete"), (NEWEST, "partial")]
    assert ("SI_POV_DAY1", OLDER) in ask(path, LATEST)


def test_an_answer_whose_totals_disagree_is_set_aside_and_the_rest_is_published(
    service, live, data_root, monkeypatch
) -> None:
    """As recorded, the excerpt says 62 rows and has 8."""
    answer = recorded_answer(data_root)
    with service(rows(), NEWEST, lists=recorded_lists(data_root), answer=answer) as server:
        made = server._data

        def as_recorded(params: dict, early: int = 0) -> tuple[int, str, bytes]:
            body = answer.read_bytes() if params.get("seriesCode") == [RECORDED] else None
            return (200, "application/json", body) if body else made(params, early)

        monkeypatch.setattr(server, "_data", as_recorded)
        run, path = live(server.url, series=(RECORDED, "SI_POV_DAY1"), areas=tuple(map(str, COUNTRIES)))
    (failed,) = (one for one in run.set_aside if one.set_aside_kind != "value")
    assert (failed.set_aside_name, failed.rule_id) == (RECORDED, "PULL-U02")
    assert "62" in failed.detail and "8" in failed.detail
    assert ask(path, "select distinct series_code from core.observation") == [("SI_POV_DAY1",)]


@pytest.mark.parametrize("root", ["SDGAPI", "sdgapi", "sdgapi/v1", "sdgs/UNSDGAPIV5/v1/sdg"])
def test_every_root_of_the_service_serves(root, quick_http) -> None:
    with ReplayServer([record()], release=NEWEST) as server:
        client = unsd.UnsdClient(f"{server.url.removesuffix('/SDGAPI')}/{root}", quick_http)
        assert unsd.newest_release(client.metadata("series_list").value) == NEWEST
        assert client.data_page(Query(("SI_POV_DAY1",)), 1).total == 1


@pytest.mark.parametrize("root", unsd.ROOTS)
def test_each_root_falls_back_to_the_two_others(root, quick_http) -> None:
    client = unsd.UnsdClient(root, quick_http)
    assert sorted([client.root, *client._others]) == sorted(f"{one}/v1/sdg" for one in unsd.ROOTS)
