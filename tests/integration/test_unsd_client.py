"""The UN client against a real server on loopback that has the service's quirks."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from replay_server import Fault, ReplayServer, record, records_from_csv

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.sources.http.failures import FetchError
from localsdg.sources.unsd import service as unsd
from localsdg.sources.unsd.pages import PagesDisagree, Query
from localsdg.sources.unsd.service import METADATA, UnsdClient, newest_release

DAY1 = Query(("SI_POV_DAY1",))


@pytest.fixture
def excerpt(fixtures):
    """Real rows of release 2019.Q3.G.01."""
    return records_from_csv(fixtures / "unsd" / "bulk_excerpt.csv")


@pytest.fixture
def recorded(fixtures):
    return fixtures / "unsd" / "2022.Q2.G.02"


@pytest.mark.parametrize("tail", ["", "/", "/v1", "/v1/sdg", "/V1/SDG/"])
def test_base_url_forms(tail, quick_http):
    with ReplayServer([record()]) as server:
        page = UnsdClient(server.url + tail, quick_http).data_page(DAY1, 1)
    assert page.total == 1


def test_other_roots_have_the_same_paths(quick_http):
    with ReplayServer([record()]) as server:
        root = server.url.replace("/SDGAPI", "/sdgs/UNSDGAPIV5")
        assert UnsdClient(root, quick_http).metadata("goal_list").value[0]["code"] == "1"


def test_base_url_that_is_none(quick_http):
    with pytest.raises(UsageError, match="LOCALSDG_UNSD_BASE_URL"):
        UnsdClient("unstats.un.org", quick_http)


def test_cookies_are_not_kept(quick_http):
    with ReplayServer([record()]) as server:
        server.faults.append(Fault("series/data", "slow", headers={"Set-Cookie": "a=b"}))
        client = UnsdClient(server.url, quick_http)
        answers = [client.data_page(DAY1, 1).answer for _ in range(2)]
    assert answers[0].headers["Set-Cookie"] == "a=b"
    assert "Cookie" not in server.requests[1].headers


def test_recorded_lists_come_as_served(recorded, quick_http):
    files = {
        "goal_list": "Goal_List",
        "target_list": "Target_List",
        "indicator_list": "Indicator_List",
        "series_list": "Series_List",
        "area_list": "GeoArea_List",
        "area_tree": "GeoArea_Tree",
    }
    with ReplayServer(payloads=recorded) as server:
        client = UnsdClient(server.url, quick_http)
        got = {role: client.metadata(role) for role in METADATA}
    for role, name in files.items():
        assert got[role].body == (recorded / f"{name}.json").read_bytes()
    assert server.seen("series/list")[0].params == {"allreleases": ["false"]}
    doubled = next(one for one in got["series_list"].value if one["code"] == "DC_ODA_BDVDL")
    assert doubled["goal"] == ["15", "15"]
    assert {type(one["geoAreaCode"]) for one in got["area_list"].value} == {str}
    assert [root["geoAreaCode"] for root in got["area_tree"].value].count(1) == 3


@pytest.mark.parametrize("body", [b"[]", b"{}", b'[{"title":"x"}]', b'["1"]', b"null"])
def test_list_of_another_shape(body, quick_http):
    with ReplayServer([record()]) as server:
        server.faults.append(Fault("goal/list", "body", content=body, times=4))
        with pytest.raises(LocalsdgError, match="Goal/List has another shape: .* code, title"):
            UnsdClient(server.url, quick_http).metadata("goal_list")
        assert len(server.requests) == 4
        assert UnsdClient(server.url, quick_http).metadata("goal_list").value[0]["code"] == "1"


def test_recorded_page_has_the_fields_we_read(fixtures, quick_http):
    with ReplayServer(payloads=fixtures / "unsd" / "2026.Q1.G.01") as server:
        query = Query(("SH_OOP_XPD_EARNNET40",), areas=(4,))
        page = UnsdClient(server.url, quick_http).data_page(query, 1)
    first = page.records[0]
    assert (first["value"], first["timePeriodStart"], first["geoAreaCode"]) == ("5.52", 2007.0, "4")
    assert isinstance(first["seriesCount"], str) and not {"seriesCode", "nature"} & set(first)


def test_pages_add_up_and_size_is_the_size_asked_for(quick_http):
    rows = [record(year=year) for year in range(2000, 2007)]
    with ReplayServer(rows) as server:
        query = Query(("SI_POV_DAY1",), page_size=3)
        pages = list(UnsdClient(server.url, quick_http).pages(query))
    assert [len(page.records) for page in pages] == [3, 3, 1]
    assert pages[-1].answer.value["size"] == 3
    assert [row["timePeriodStart"] for page in pages for row in page.records] == [
        float(year) for year in range(2000, 2007)
    ]
    assert [one.params["page"] for one in server.requests] == [["1"], ["2"], ["3"]]
    assert {one.connection for one in server.requests} == {server.requests[0].connection}


def envelope(rows, total, pages, page=1):
    body = {"size": 3, "totalElements": total, "totalPages": pages, "pageNumber": page}
    return json.dumps(body | {"attributes": [], "dimensions": [], "data": rows}).encode()


@pytest.mark.parametrize(
    ("page", "body", "message"),
    [
        (1, envelope([record()], 2, 1), "number of rows .* expected 2 .* got 1"),
        (1, envelope([], 7, 3), "number of rows .* got 0"),
        (1, envelope([record()] * 3, 7, 3, page=2), "page number .* expected 1 .* got 2"),
        (2, envelope([record()] * 3, 8, 3, page=2), "totals .* expected 7 rows .* got 8 rows"),
        (2, envelope([record()] * 3, 7, 4, page=2), "totals .* got 7 rows on 4 pages"),
    ],
)
def test_pages_that_disagree(page, body, message, quick_http):
    with ReplayServer([record(year=year) for year in range(2000, 2007)]) as server:
        server.faults.append(Fault("series/data", "body", content=body, params={"page": page}))
        with pytest.raises(PagesDisagree, match=message):
            list(UnsdClient(server.url, quick_http).pages(Query(("SI_POV_DAY1",), page_size=3)))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"[]", "another shape"),
        (b'{"data": []}', "another shape"),
        (b'{"data": [1], "pageNumber": 1, "totalPages": 1, "totalElements": 1}', "another shape"),
        (b'{"data": null, "pageNumber": 1, "totalPages": 1, "totalElements": 1}', "another shape"),
        (envelope([record()], True, 1), "not whole numbers"),
        (envelope([record()], -1, 1), "not whole numbers"),
        (envelope([record()], 1, 0), "says 0 pages and has 1 rows"),
        (envelope([record("SI_POV_EMP1")], 1, 1), "another series was served: .* got SI_POV_EMP1"),
    ],
)
def test_page_of_another_shape_or_series(body, message, quick_http):
    with ReplayServer([record()]) as server:
        server.faults.append(Fault("series/data", "body", content=body, times=4))
        with pytest.raises(LocalsdgError, match=message):
            UnsdClient(server.url, quick_http).data_page(DAY1, 1)
        assert UnsdClient(server.url, quick_http).data_page(DAY1, 1).total == 1


@pytest.mark.parametrize("n_rows", [1, 3, 4, 6])
def test_without_a_number_of_pages_a_short_page_ends_the_list(n_rows, quick_http):
    rows = [record(year=2000 + year) for year in range(n_rows)]
    with ReplayServer(rows) as server:
        server.faults.append(Fault("series/data", "no_pages", times=9))
        query = Query(("SI_POV_DAY1",), page_size=3)
        pages = list(UnsdClient(server.url, quick_http).pages(query))
    assert sum(len(page.records) for page in pages) == n_rows
    assert len(server.requests) == -(-n_rows // 3)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("series/list", status=404, times=99),
        Fault("series/list", "empty", times=99),
        Fault("series/list", "drop", times=99),
        Fault("series/list", "null", times=99),
    ],
    ids=lambda fault: fault.kind,
)
def test_another_root_serves_where_the_default_one_does_not(fault, quick_http, monkeypatch):
    with ReplayServer([record()]) as broken, ReplayServer([record()]) as other:
        broken.faults.append(fault)
        monkeypatch.setitem(unsd.OTHER_ROOTS, broken.url, (other.url,))
        client = UnsdClient(broken.url, quick_http)
        client.metadata("series_list")
        assert client.origin == other.url + "/v1/sdg"
        assert client.data_page(DAY1, 1).total == 1
        assert not broken.seen("series/data")
        with pytest.raises(LocalsdgError, match="Series/List"):  # a base URL of one's own
            UnsdClient(broken.url + "-mirror", quick_http).metadata("series_list")


def test_years_are_repeated_time_periods_and_areas_plain_integers(quick_http):
    rows = [record(year=year, area=area) for year in (2014, 2015, 2016) for area in (4, 724)]
    with ReplayServer(rows) as server:
        query = Query(("SI_POV_DAY1",), areas=(4, 724), years=(2015, 2016))
        page = UnsdClient(server.url, quick_http).data_page(query, 1)
        asked = server.requests[0].params
        start_only = quick_http.get(
            server.url + "/v1/sdg/Series/Data",
            {"seriesCode": "SI_POV_DAY1", "timePeriodStart": 2016, "pageSize": 100},
        )
    assert (asked["timePeriod"], asked["areaCode"]) == (["2015", "2016"], ["4", "724"])
    assert asked["pageSize"] == ["1000"]
    assert page.total == 4
    # The server stands for the quirk itself: the documented range does not filter.
    assert json.loads(start_only.body)["totalElements"] == 6


def test_texts_of_values_stay_as_they_are(excerpt, quick_http):
    wanted = {"NA", "NV", "N", "<2.5", ">95", "> 95"}
    codes = tuple({row["series"] for row in excerpt})
    with ReplayServer(excerpt) as server:
        page = UnsdClient(server.url, quick_http).data_page(Query(codes), 1)
    values = {row["value"] for row in page.records}
    assert wanted <= values and any("," in value for value in values)
    assert any("\n" in note for row in page.records for note in row["footnotes"])


def test_csv_form_header_padding_and_doubled_rows(excerpt, quick_http):
    with ReplayServer(excerpt, padding=512) as server:
        client = UnsdClient(server.url, quick_http)
        answer = client.data_csv(Query(("SG_DSR_SILS",), areas=(4,)))
    asked = server.requests[0]
    assert asked.method == "POST"
    assert asked.params == {"seriesCodes": ["SG_DSR_SILS"], "areaCodes": ["4"]}
    assert asked.headers["Accept"] == "application/octet-stream"
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert answer.body.endswith(b"\x00" * 512), "the padding is served, so it is kept"
    text = answer.body.rstrip(b"\x00").decode()
    assert [line.split(",")[2] for line in text.splitlines()[1:]] == ["1.5.4", "11.b.2", "13.1.3"]


@pytest.mark.parametrize("kind", ["empty", "nulls"])
def test_csv_without_a_body_is_told_apart(kind, quick_http):
    with ReplayServer([record()]) as server:
        server.faults.append(Fault("series/datacsv", kind, times=9))
        with pytest.raises(FetchError) as caught:
            UnsdClient(server.url, quick_http).data_csv(DAY1)
    assert caught.value.empty and len(server.requests) == 4


def test_csv_cannot_filter_years_or_releases(quick_http):
    with ReplayServer([record()]) as server:
        client = UnsdClient(server.url, quick_http)
        for query in (Query(("A",), years=(2015,)), Query(("A",), release="2019.Q2.G.01")):
            with pytest.raises(UsageError, match="neither years nor releases"):
                client.data_csv(query)
    assert server.requests == []


@pytest.mark.parametrize("path", ["series/data", "series/datacsv"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault("", "status", status=429, headers={"Retry-After": "0"}),
        Fault("", "status", status=500),
        Fault("", "status", status=502),
        Fault("", "status", status=503),
        Fault("", "status", status=504),
        Fault("", "html"),
        Fault("", "empty"),
        Fault("", "truncate"),
        Fault("", "drop"),
        Fault("", "not_json"),
    ],
    ids=lambda fault: f"{fault.kind}{fault.status if fault.kind == 'status' else ''}",
)
def test_faults_that_pass(path, fault, quick_http):
    with ReplayServer([record()]) as server:
        server.faults.append(Fault(path, fault.kind, 2, fault.status, fault.headers))
        client = UnsdClient(server.url, quick_http)
        if path == "series/data":
            assert client.data_page(DAY1, 1).records == [record()]
        else:
            assert b"SI_POV_DAY1" in client.data_csv(DAY1).body
    assert len(server.requests) == 3


def test_slow_answer_times_out_and_is_tried_again(quick_http):
    quick_http.limits = replace(quick_http.limits, connect_timeout=1, read_timeout=0.1)
    with ReplayServer([record()]) as server:
        server.faults.append(Fault("series/data", "slow", seconds=0.3))
        assert UnsdClient(server.url, quick_http).data_page(DAY1, 1).total == 1
    assert len(server.requests) == 2


def test_400_in_the_shape_of_a_200_fails_at_once(quick_http):
    with ReplayServer([record()]) as server:
        with pytest.raises(FetchError, match="got 400 Bad Request") as caught:
            UnsdClient(server.url, quick_http).data_page(DAY1, 0)
    assert caught.value.status == 400 and len(server.requests) == 1


def test_page_size_that_times_out_is_not_the_default(quick_http):
    with ReplayServer([record()]) as server:
        client = UnsdClient(server.url, quick_http)
        with pytest.raises(FetchError, match="got 504"):
            client.data_page(Query(("SI_POV_DAY1",), page_size=50_000), 1)
        assert 500 <= DAY1.page_size <= 2000
        assert client.data_page(DAY1, 1).total == 1


def test_no_server_at_all(quick_http):
    with ReplayServer() as server:
        url = server.url
    with pytest.raises(FetchError, match="no usable answer in http://127.0.0.1.*attempt 3"):
        UnsdClient(url, quick_http).metadata("goal_list")


def test_a_list_that_mixes_releases_gives_the_newest_and_says_so(caplog):
    listed = [{"release": name} for name in ("2022.Q2.G.02", "2022.Q4.G.01", "2022.Q2.G.02")]
    assert newest_release(listed) == "2022.Q4.G.01"
    assert "mixes releases" in caplog.text
    caplog.clear()
    assert newest_release(listed[:1]) == "2022.Q2.G.02" and not caplog.text
