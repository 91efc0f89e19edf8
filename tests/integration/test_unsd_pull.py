"""`pull_indicators` against the replay server: what is kept, and what is not asked."""

from __future__ import annotations

import json

import pytest
from replay_bodies import bulk_csv
from replay_server import Fault, ReplayServer, count_by_path, record, records_from_csv

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.whole_text import NullBytes
from localsdg.sources.snapshot import MANIFEST, PARTIAL, read_snapshot
from localsdg.sources.unsd import pages as unsd_pages
from localsdg.sources.unsd import service as unsd
from localsdg.sources.unsd.crawl import FAILURES_IN_A_ROW
from localsdg.sources.unsd.jobs import csv_first_series, file_name
from localsdg.sources.unsd.pages import Query, read_page
from localsdg.sources.unsd.plan import PullRequest
from localsdg.sources.unsd.pull import failures, pull_indicators

LISTS = ["series_list", "goal_list", "target_list", "indicator_list", "area_list", "area_tree"]
R1, R2, R3, R4 = "2022.Q2.G.02", "2022.Q3.G.01", "2022.Q4.G.01", "2023.Q1.G.01"


class Steps(list):
    """Remembers what `progress` was told."""

    def __call__(self, done: int, total: int, text: str) -> None:
        self.append((done, total, text))

    def said(self, words: str) -> bool:
        return any(words in text for _, _, text in self)


@pytest.fixture
def pull(quick_http, settings_for):
    def call(server, concurrency=4, **options):
        given = {"http": quick_http, **{key: options.pop(key) for key in ("http", "progress") if key in options}}
        request = PullRequest(**{key: tuple(one) if isinstance(one, list) else one for key, one in options.items()})
        return pull_indicators(settings_for(server.url, concurrency), request, **given)

    return call


def data_files(snapshot):
    return snapshot.with_role("series_data", "bulk_csv")


def many(*codes, years=range(2013, 2016), area=724):
    return [record(code, area, year) for code in codes for year in years]


def test_one_series_and_area_as_the_issue_asks(pull, fixtures):
    rows = records_from_csv(fixtures / "unsd" / "bulk_excerpt.csv")
    with ReplayServer(rows, fixtures / "unsd" / "2022.Q2.G.02") as server:
        snapshot = pull(server, series=["SI_POV_DAY1"], areas=["724"])
        origin = server.url + "/v1/sdg"
    assert (snapshot.source, snapshot.release, snapshot.origin) == ("unsd", R1, origin)
    assert "United Nations Statistics Division" in snapshot.attribution
    assert [one.role for one in snapshot.files] == LISTS + ["series_data"]
    snapshot.verify()
    page = data_files(snapshot)[0]
    assert page.name == "SI_POV_DAY1.area-724.p0001.json"
    assert (page.rows, page.status) == (13, 200)
    assert page.extra == {"series": ["SI_POV_DAY1"], "areas": [724], "years": [], "page": 1, "pages": 1, "total": 13}
    asked = "seriesCode=SI_POV_DAY1&page=1&pageSize=1000&areaCode=724"
    assert page.url == f"{origin}/Series/Data?{asked}"
    body = json.loads(snapshot.file_path(page).read_bytes())
    assert {row["geoAreaCode"] for row in body["data"]} == {"724"}
    lists = snapshot.with_role("area_tree")[0]
    recorded = fixtures / "unsd" / R1 / "GeoArea_Tree.json"
    assert snapshot.file_path(lists).read_bytes() == recorded.read_bytes()


def test_without_areas_the_bulk_csv_is_kept_with_its_padding(pull):
    with ReplayServer(many("A", "B"), padding=100) as server:
        snapshot = pull(server, series=[])
    assert sorted(one.name for one in data_files(snapshot)) == ["A.csv", "B.csv"]
    for one in data_files(snapshot):
        assert snapshot.file_path(one).read_bytes().endswith(b"\x00" * 100)
        assert (one.role, one.rows) == ("bulk_csv", None)
        assert one.params == {"seriesCodes": [one.name[0]]}
    assert count_by_path(server)["series/data"] == 0


@pytest.mark.parametrize("how", ["empty", "nulls", "bare", "no values"])
def test_csv_without_values_falls_back_to_json(how, pull):
    rows, steps, only_a = many("A", "B"), Steps(), {"seriesCodes": "A"}
    with ReplayServer(rows, bare_csv={"A"} if how == "bare" else set()) as server:
        if how in ("empty", "nulls"):
            server.faults.append(Fault("datacsv", how, 99, params=only_a))
        if how == "no values":
            body = b"SeriesCode, Value ,Age\r\nA, ,x\r\n"
            server.faults.append(Fault("datacsv", "body", content=body, params=only_a))
        snapshot = pull(server, series=["A", "B"], progress=steps)
        assert sorted(one.name for one in data_files(snapshot)) == ["A.p0001.json", "B.csv"]
        assert steps.said("A: the CSV came back without values, asking for JSON")
        server.requests.clear()
        again = pull(server, series=["A", "B"])
        assert [one.path for one in server.requests] == ["series/list"]
    assert again == snapshot


def test_forced_csv_does_not_fall_back(pull):
    with ReplayServer(many("A"), empty_csv={"A"}) as server:
        with pytest.raises(LocalsdgError, match="1 of 1 series failed .* empty body"):
            pull(server, series=["A"], route="csv")
    assert count_by_path(server)["series/data"] == 0


def test_csv_of_another_series_is_refused(pull):
    with ReplayServer(many("A", "B")) as server:
        server.faults.append(Fault("datacsv", "body", content=bulk_csv(many("B"))))
        with pytest.raises(LocalsdgError, match="another series was served .* expected A .* got B"):
            pull(server, series=["A"])


def test_json_route_without_areas(pull):
    with ReplayServer(many("A")) as server:
        snapshot = pull(server, series=["A"], route="json", page_size=2)
    assert [(one.name, one.rows) for one in data_files(snapshot)] == [
        ("A.size-2.p0001.json", 2),
        ("A.size-2.p0002.json", 1),
    ]
    assert {one.extra["pages"] for one in data_files(snapshot)} == {2}


@pytest.mark.parametrize(("wrong", "near"), [("SI_POV_DAY2", "SI_POV_DAY1"), ("IT_USE_II99", "IT_USE_ii99")])
def test_unknown_series_names_the_closest_and_writes_nothing(wrong, near, pull, settings_for):
    with ReplayServer(many("SI_POV_DAY1", "IT_USE_ii99")) as server:
        with pytest.raises(UsageError, match=f"unknown series .*{near}.* got {wrong}") as caught:
            pull(server, series=["SI_POV_DAY1", wrong])
        assert not settings_for(server.url).raw.exists()
    assert caught.value.exit_code == 2
    assert [one.path for one in server.requests] == ["series/list"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"areas": ["ESP"]}, "the area is not a number"),
        ({"areas": [-4]}, "the area is not a number"),
        ({"years": ["2015-2016"]}, "the year is not a number"),
        ({"route": "sdmx"}, "unknown route"),
        ({"route": "csv", "years": [2015]}, "no year filter that works"),
    ],
)
def test_wrong_calls_ask_nothing(options, message, pull):
    with ReplayServer(many("A")) as server:
        with pytest.raises(UsageError, match=message):
            pull(server, series=["A"], **options)
    assert server.requests == []


def test_area_codes_are_plain_integers_each_once(pull):
    with ReplayServer(many("A", area=4)) as server:
        snapshot = pull(server, series=["A"], areas=["724", "004", 4], years=[2015])
    assert server.seen("series/data")[0].params["areaCode"] == ["4", "724"]
    assert data_files(snapshot)[0].name == "A.area-4-724.year-2015.p0001.json"
    assert data_files(snapshot)[0].rows == 1


def test_file_names_are_short_and_unique():
    long = Query(("A",), areas=tuple(range(1, 200)))
    other = Query(("A",), areas=tuple(range(1, 199)))
    assert file_name(long, "series_data", 1).startswith("A.area-199x-")
    assert len(file_name(long, "series_data", 1)) < 40
    assert file_name(long, "bulk_csv", None) != file_name(other, "bulk_csv", None)
    assert "/" not in file_name(Query(("../A",)), "series_data", 1)


def test_concurrency_is_bounded_and_connections_are_reused(pull):
    codes = [f"S{number:02d}" for number in range(12)]
    with ReplayServer(many(*codes)) as server:
        server.faults.append(Fault("series/data", "slow", times=99, seconds=0.02))
        pull(server, concurrency=3, series=codes, areas=[724], http=None)
    assert server.max_concurrent == 3
    assert len(server.seen("series/data")) == 12
    assert len({one.connection for one in server.requests}) == 3


def test_a_second_pull_asks_only_for_the_release(pull):
    with ReplayServer(many("A", "B")) as server:
        first = pull(server, series=["A", "B"], areas=[724])
        manifest = (first.path / MANIFEST).read_bytes()
        server.requests.clear()
        assert pull(server, series=["A", "B"], areas=[724]) == first
    assert [one.path for one in server.requests] == ["series/list"]
    assert (first.path / MANIFEST).read_bytes() == manifest


def test_another_mirror_of_the_same_release_is_not_asked_again(pull):
    with ReplayServer(many("A")) as server:
        first = pull(server, series=["A"], areas=[724])
    with ReplayServer(many("A")) as mirror:
        assert pull(mirror, series=["A"], areas=[724]) == first
    assert [one.path for one in mirror.requests] == ["series/list"]


def test_a_snapshot_grows_and_keeps_what_it_had(pull):
    with ReplayServer(many("A", "B")) as server:
        first = pull(server, series=["A"], areas=[724])
        second = pull(server, series=["B"], areas=[724])
    assert [one.name for one in second.files][:7] == [one.name for one in first.files]
    assert [one.name for one in data_files(second)] == ["A.area-724.p0001.json", "B.area-724.p0001.json"]
    second.verify()


def test_one_failing_series_does_not_lose_the_others(pull):
    steps = Steps()
    with ReplayServer(many("A", "B", "C")) as server:
        server.faults.append(Fault("series/data", times=4, params={"seriesCode": "B"}))
        first = pull(server, series=["A", "B", "C"], areas=[724], progress=steps)
        assert {one.name[0] for one in data_files(first)} == {"A", "C"}
        (failed,) = failures(first)
        assert failed["series"] == "B" and "503" in failed["reason"] and "next:" not in failed["reason"]
        assert first.extra["scope"]["series"] == ["A", "C"]
        assert pull(server, series=["A"], areas=[724]).extra["failed_series"] == [failed]
        server.requests.clear()
        snapshot = pull(server, series=["A", "B", "C"], areas=[724])
    assert [one.params["seriesCode"] for one in server.seen("series/data")] == [["B"]]
    assert count_by_path(server) == {"series/list": 2, "series/data": 1}
    assert len(data_files(snapshot)) == 3 and not (snapshot.path / PARTIAL).exists()
    assert failures(snapshot) == [] and "failed_series" not in snapshot.extra
    assert steps[-1][:2] == (3, 3)


def test_where_every_series_fails_nothing_is_committed(pull, settings_for):
    with ReplayServer(many("A", "B")) as server:
        server.faults.append(Fault("series/data", times=99))
        with pytest.raises(LocalsdgError) as caught:
            pull(server, series=["A", "B"], areas=[724])
        line = str(caught.value)
        assert "2 of 2 series failed" in line and "first A: no usable answer" in line
        assert "503" in line and "next: run the same command again" in line and "\n" not in line
        folder = settings_for(server.url).raw / "unsd" / R1
        assert (folder / PARTIAL).exists() and read_snapshot(folder) is None


def test_a_list_that_fails_does_not_lose_the_series(pull):
    with ReplayServer(many("A")) as server:
        server.faults.append(Fault("geoarea/tree", "null", times=99))
        snapshot = pull(server, series=["A"], areas=[724])
        assert [one["list"] for one in failures(snapshot)] == ["area_tree"]
        server.faults.clear()
        again = pull(server, series=["A"], areas=[724])
    assert not failures(again) and again.with_role("area_tree")


def test_a_body_that_no_code_expects_costs_its_own_series_alone(pull, monkeypatch):
    def broken(answer):
        if answer.value["data"][0]["series"] == "B":
            raise TypeError("unhashable")
        return read_page(answer)

    monkeypatch.setattr(unsd, "read_page", broken)
    with ReplayServer(many("A", "B")) as server:
        (failed,) = failures(pull(server, series=["A", "B"], areas=[724]))
    assert failed["series"] == "B" and "TypeError: unhashable" in failed["reason"]


def test_a_series_goes_on_at_the_page_where_it_stopped(pull):
    with ReplayServer(many("A", years=range(2000, 2005))) as server:
        server.faults.append(Fault("series/data", status=404, params={"page": "2"}))
        with pytest.raises(LocalsdgError, match="1 of 1 series failed"):
            pull(server, series=["A"], areas=[724], page_size=2)
        server.requests.clear()
        snapshot = pull(server, series=["A"], areas=[724], page_size=2)
    assert [one.params["page"] for one in server.seen("series/data")] == [["2"], ["3"]]
    assert sum(one.rows for one in data_files(snapshot)) == 5


def test_pages_that_disagree_are_asked_again_in_other_pages(pull):
    with ReplayServer(many("A", "B", years=range(2000, 2005))) as server:
        body = {"size": 2, "totalElements": 9, "totalPages": 5, "pageNumber": 2, "data": []}
        server.faults.append(
            Fault("series/data", "body", content=json.dumps(body).encode(), params={"seriesCode": "A", "page": "2"})
        )
        snapshot = pull(server, series=["A", "B"], areas=[724], page_size=2)
        assert sorted(one.name for one in data_files(snapshot)) == [
            "A.area-724.size-2000.p0001.json",
            *(f"B.area-724.size-2.p000{page}.json" for page in (1, 2, 3)),
        ]
        snapshot.verify()
        assert not list(snapshot.path.glob("A*size-2.*"))
        server.requests.clear()
        assert pull(server, series=["A", "B"], areas=[724], page_size=2) == snapshot
    assert count_by_path(server) == {"series/list": 1}


def values_held(snapshot):
    return sorted(
        row["timePeriodStart"]
        for one in data_files(snapshot)
        for row in json.loads(snapshot.file_path(one).read_bytes())["data"]
    )


@pytest.mark.parametrize("early", [1, 2, 3])
def test_overlapping_pages_are_noticed_and_asked_again(early, pull):
    rows = many("A", years=range(2000, 2010))
    with ReplayServer(rows) as server:
        server.faults.append(Fault("series/data", "overlap", times=99, rows=early))
        snapshot = pull(server, series=["A"], areas=[724], page_size=3)
    assert values_held(snapshot) == [float(year) for year in range(2000, 2010)]
    assert not failures(snapshot)


def test_pages_that_overlap_however_they_are_cut_cost_their_series_alone(pull, monkeypatch):
    monkeypatch.setattr(unsd_pages, "ONE_PAGE", 0)
    monkeypatch.setattr(unsd_pages, "OTHER_SIZES", (4, 2))
    with ReplayServer(many("A", "B", years=range(2000, 2010))) as server:
        server.faults.append(Fault("series/data", "overlap", times=99, rows=1, params={"seriesCode": "A"}))
        snapshot = pull(server, series=["A", "B"], areas=[724], page_size=3)
        (failed,) = failures(snapshot)
        assert failed["series"] == "A" and "the same row on two pages" in failed["reason"]
        assert {one.name[0] for one in data_files(snapshot)} == {"B"}
        assert not list(snapshot.path.glob("A.*"))
        sizes = [one.params["pageSize"][0] for one in server.seen("series/data", seriesCode="A")]
    assert list(dict.fromkeys(sizes)) == ["3", "4", "2"]


@pytest.mark.parametrize("n_rows", [3, 9])
def test_rows_that_the_source_itself_repeats_are_taken(n_rows, pull):
    """Under each of its indicators, and the very same row twice: one page, or two attempts, show it."""
    rows = many("A", years=range(2000, 2000 + n_rows))
    with ReplayServer([*rows, rows[0], rows[1] | {"indicator": ["9.9.9"]}]) as server:
        snapshot = pull(server, series=["A"], areas=[724], page_size=5)
    assert len(values_held(snapshot)) == n_rows + 2 and not failures(snapshot)


def test_a_series_left_half_done_is_compared_with_the_rows_to_come(pull):
    with ReplayServer(many("A", years=range(2000, 2006))) as server:
        server.faults.append(Fault("series/data", status=404, params={"page": "2"}))
        with pytest.raises(LocalsdgError):
            pull(server, series=["A"], areas=[724], page_size=2)
        server.faults.append(Fault("series/data", "overlap", times=2, params={"pageSize": "2"}))
        snapshot = pull(server, series=["A"], areas=[724], page_size=2)
    assert values_held(snapshot) == [float(year) for year in range(2000, 2006)]


def test_the_manifest_states_the_scope_of_all_requests(pull):
    with ReplayServer(many("A", "B", "C")) as server:
        first = pull(server, series=["A"], areas=[724, 4], years=[2015])
        second = pull(server, series=["B"])
        third = pull(server, series=["A", "C"], areas=[4])
        fourth = pull(server, series=["A", "C"])
        whole = pull(server, series=[])
    assert first.extra["scope"] == {
        "series": ["A"],
        "areas": [4, 724],
        "years": [2015],
        "partial_series": ["A"],
        "routes": ["json"],
    }
    assert second.extra["scope"] == {
        "series": ["A", "B"],
        "areas": [4, 724],
        "years": [2015],
        "partial_series": ["A"],
        "routes": ["csv", "json"],
    }
    assert third.extra["scope"]["partial_series"] == ["A", "C"]
    assert fourth.extra["scope"] == {
        "series": ["A", "B", "C"],
        "areas": [],
        "years": [],
        "partial_series": [],
        "routes": ["csv", "json"],
    }
    assert whole.extra["scope"]["series"] == "all"


def test_half_a_series_is_not_committed_by_another_pull(pull):
    with ReplayServer(many("A", "B", years=range(2000, 2005))) as server:
        server.faults.append(Fault("series/data", status=404, params={"page": "2"}))
        with pytest.raises(LocalsdgError):
            pull(server, series=["A"], areas=[724], page_size=2)
        snapshot = pull(server, series=["B"], areas=[724])
    assert [one.name for one in data_files(snapshot)] == ["B.area-724.p0001.json"]
    assert not list(snapshot.path.glob("A*"))


def test_a_service_that_is_down_is_not_hammered(pull):
    codes = [f"S{number:02d}" for number in range(40)]
    with ReplayServer(many(*codes)) as server:
        server.faults.append(Fault("series/data", times=999, status=403))
        with pytest.raises(LocalsdgError, match=r"of 40 series failed, \d+ not asked after 10"):
            pull(server, concurrency=2, series=codes, areas=[724])
    assert FAILURES_IN_A_ROW <= len(server.seen("series/data")) <= FAILURES_IN_A_ROW + 2


def test_a_service_that_goes_down_on_the_way_keeps_what_came(pull):
    codes = [f"S{number:02d}" for number in range(40)]
    with ReplayServer(many(*codes)) as server:
        server.faults.append(Fault("series/data", times=999, status=403, after=5))
        snapshot = pull(server, concurrency=1, series=codes, areas=[724])
    assert len(data_files(snapshot)) == 5
    reasons = [one["reason"] for one in failures(snapshot)]
    assert len(reasons) == 35 and sum(one.startswith("not asked") for one in reasons) == 25


def test_scattered_failures_do_not_stop_the_rest(pull):
    codes = [f"S{number:02d}" for number in range(24)]
    with ReplayServer(many(*codes)) as server:
        for code in codes[::2]:
            fault = Fault("series/data", status=404, params={"seriesCode": code})
            server.faults.append(fault)
        first = pull(server, concurrency=1, series=codes, areas=[724])
        assert len(failures(first)) == 12 == len(data_files(first))
        server.requests.clear()
        assert len(data_files(pull(server, series=codes, areas=[724]))) == 24
    assert len(server.seen("series/data")) == 12


def test_series_without_values_are_recorded_and_reported(pull):
    steps = Steps()
    with ReplayServer(many("A", "B", "C")) as server:
        snapshot = pull(server, series=["A", "B", "C"], areas=[999], progress=steps)
        server.requests.clear()
        pull(server, series=["A", "B", "C"], areas=[999])
    # The three bodies are equal byte for byte, and still three facts.
    assert len({one.sha256 for one in data_files(snapshot)}) == 1
    assert {(one.name[0], one.rows) for one in data_files(snapshot)} == {("A", 0), ("B", 0), ("C", 0)}
    assert steps.said("A: holds no value") and count_by_path(server) == {"series/list": 1}


def test_a_release_that_changes_during_the_crawl_starts_it_again(pull):
    steps = Steps()
    with ReplayServer(many("A", "B", "C")) as server:
        server.faults.append(Fault("series/data", "release", release=R2, after=1))
        snapshot = pull(server, concurrency=1, series=["A", "B", "C"], areas=[724], progress=steps)
    assert snapshot.release == R2 and len(data_files(snapshot)) == 3
    assert steps.said(f"the release changed from {R1} to {R2}: starting again")
    assert len(server.seen("series/data")) == 6
    assert [path.name for path in snapshot.path.parent.iterdir()] == [R2]
    listed = json.loads((snapshot.path / "series_list.json").read_bytes())
    assert {one["release"] for one in listed} == {R2}


def test_an_earlier_snapshot_survives_a_thrown_away_crawl(pull):
    with ReplayServer(many("A", "B")) as server:
        first = pull(server, series=["A"], areas=[724])
        server.faults.append(Fault("series/data", "release", release=R2))
        second = pull(server, series=["A", "B"], areas=[724])
    assert second.release == R2
    assert read_snapshot(first.path) == first
    first.verify()
    assert not (first.path / "B.area-724.p0001.json").exists()


def test_a_failure_under_a_changed_release_starts_again_too(pull):
    with ReplayServer(many("A", "B")) as server:
        server.faults.append(Fault("series/data", "release", release=R2))
        server.faults.append(Fault("series/data", status=404, params={"seriesCode": "B"}))
        snapshot = pull(server, concurrency=1, series=["A", "B"], areas=[724])
    assert (snapshot.release, len(data_files(snapshot))) == (R2, 2)


def test_a_release_that_never_settles_is_an_error(pull, settings_for):
    with ReplayServer(many("A")) as server:
        for release in (R2, R3, R4):
            server.faults.append(Fault("series/data", "release", release=release))
        with pytest.raises(LocalsdgError, match=f"during every crawl .*{R1} then {R2} then {R3}"):
            pull(server, series=["A"], areas=[724])
        assert not list((settings_for(server.url).raw / "unsd").iterdir())


def test_naming_the_services_own_release_sends_no_release_code(pull):
    with ReplayServer(many("A")) as server:
        snapshot = pull(server, series=["A"], areas=[724], release=R1)
    assert snapshot.release == R1
    assert "releaseCode" not in server.seen("series/data")[0].params


def test_an_older_release_is_asked_for_by_its_code(pull):
    old = [record("A", 724, 2015, "9.9"), record("GONE", 724, 2015, "3")]
    with ReplayServer(many("A", "NEW"), older={"2019.Q2.G.01": old}) as server:
        snapshot = pull(server, series=["A", "GONE"], release="2019_Q2.1")  # as the UN's archive writes it
        with pytest.raises(UsageError, match="unknown series in release 2022.Q2.G.02"):
            pull(server, series=["GONE"])
        with pytest.raises(UsageError, match="unknown series in release 2019.Q2.G.01"):
            pull(server, series=["NEW"], release="2019.Q2.G.01")
    assert snapshot.release == "2019.Q2.G.01"
    assert snapshot.extra["service_release"] == R1
    assert {one.params["releaseCode"][0] for one in server.seen("series/data")} == {"2019.Q2.G.01"}
    values = {
        row["value"] for one in data_files(snapshot) for row in json.loads(snapshot.file_path(one).read_bytes())["data"]
    }
    assert values == {"9.9", "3"}


def test_releases_that_cannot_be_had(pull):
    with ReplayServer(many("A"), older={"2019.Q2.G.01": many("A")}) as server:
        with pytest.raises(UsageError, match="does not serve this release .*2019.Q2.G.01, 2022.Q2"):
            pull(server, series=["A"], release="2018.Q1.G.01")
        with pytest.raises(UsageError, match="bulk CSV holds only the service's own release"):
            pull(server, series=["A"], release="2019.Q2.G.01", route="csv")
    assert not server.seen("series/data")


@pytest.mark.parametrize("name", ["../../evil", "", "a/b"])
def test_a_release_that_is_no_folder_name(name, pull, settings_for):
    with ReplayServer(many("A"), release=name) as server:
        with pytest.raises(LocalsdgError, match="no usable release"):
            pull(server, series=["A"])
        assert not settings_for(server.url).home.exists()


def test_first_series_of_a_csv():
    header = b"\xef\xbb\xbfSeriesCode, Value ,FootNote\r\n"
    assert csv_first_series(header + b'A, ,"two\nlines"\r\nB,NA,\r\n') == "B"
    assert csv_first_series(header + b"A,<2.5" + b"\x00" * 9) == "A"
    for body in (b"", header, header + b"A,,\r\n", b"Other\r\n1\r\n"):
        assert csv_first_series(body) is None
    with pytest.raises(NullBytes):
        csv_first_series(header + b"\x00A,1,\r\n")


def test_recorded_release_as_a_whole(pull, data_root):
    folder = data_root / "un" / "payloads" / R1
    with ReplayServer(payloads=folder) as server:
        with pytest.raises(UsageError, match="EG_ACS_ELEC"):
            pull(server, series=["EG_ACS_ELECT"])
        snapshot = pull(server, series=["SI_POV_DAY1", "IT_USE_ii99"], areas=[724])
    served = {snapshot.file_path(one).read_bytes() for one in snapshot.files}
    assert {path.read_bytes() for path in folder.glob("*.json")} <= served
    assert snapshot.with_role("series_list")[0].rows == 609
