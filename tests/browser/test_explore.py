"""`localsdg explore`, the real command: as people see it on a desk and on a phone, what it answers and what it refuses.

One server for all tests of the file, which the last one stops.
"""

from __future__ import annotations

import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

import pandas as pd
import pytest
from explore_server import HOSTILE, Running, running, small_home

from localsdg.common.settings import Settings
from localsdg.warehouse.query import run_query

WORLD = "select value from core.latest_observation where series_code = 'SI_POV_DAY1' and area_code = '001'"
POVERTY = "localsdg/observation?series_code=SI_POV_DAY1&area_code=001"


@pytest.fixture(scope="module")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The page of a few tables."""
    folder = tmp_path_factory.mktemp("explore")
    with running(small_home(built, folder / "home"), folder / "packages", "--time-limit", "2") as one:
        yield one


@pytest.fixture
def page(browser: Any, server: Running) -> Iterator[Any]:
    """A page at desk width; at its end no request has left the server, and nothing has complained."""
    yield from _page(browser, server, 1280)


@pytest.fixture
def phone(browser: Any, server: Running) -> Iterator[Any]:
    """The same at the width of a phone."""
    yield from _page(browser, server, 390)


def _page(browser: Any, server: Running, width: int) -> Iterator[Any]:
    one = browser.new_page(viewport={"width": width, "height": 900}, base_url=server.address)
    asked, complaints = [], []
    one.on("request", lambda request: asked.append(request.url))
    one.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    one.on("pageerror", lambda error: complaints.append(str(error)))
    one.on("console", lambda message: complaints.append(message.text) if "400" not in message.text else None)
    yield one
    own = (server.address, "data:", "blob:" + server.address.rstrip("/"))
    assert [url for url in asked if not url.startswith(own)] == []
    assert complaints == []
    one.close()


def rows(server: Running, sql: str) -> list[dict]:
    return run_query(Settings(home=server.home), sql).to_pylist()


def drawn(page: Any) -> str:
    """The mark of the chart, when it is drawn."""
    page.wait_for_selector("#chart[data-drawn] svg", timeout=90_000)
    return page.locator("#chart").get_attribute("data-drawn")


@pytest.mark.browser
def test_the_start_page_names_the_version_and_leads_to_every_table(page, server) -> None:
    (release,) = rows(server, "select version, content_hash from meta.release")
    page.goto("/")
    text = page.inner_text("main, section.content")
    assert release["version"] in text and release["content_hash"] in text
    assert "Cite as" in text
    links = page.locator("dl.tables a").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert {"/localsdg/observation", "/localsdg/area", "/localsdg/extreme_poverty_by_region"} <= set(links)
    page.get_by_role("link", name="One series of one area, year by year").click()
    page.wait_for_selector("table.rows-and-columns")
    assert page.locator("tbody tr").count() == len(rows(server, f"{WORLD} and is_total"))


@pytest.mark.browser
def test_filters_counts_and_names_beside_codes(page, server) -> None:
    page.goto("/localsdg/observation")
    assert "UN SDG Global Database" in page.locator("details.sources").text_content()
    page.select_option("select[name=_filter_column]", "series_code")
    page.fill("input[name=_filter_value]", "SI_POV_DAY1")
    page.click("form.filters input[type=submit]")
    (known,) = rows(server, "select count(*) as n from core.latest_observation where series_code = 'SI_POV_DAY1'")
    assert page.inner_text("h2.count").startswith(f"{known['n']:,} rows")
    assert (
        "Proportion of population below international poverty line"
        in page.locator("td.col-series_code").first.inner_text()
    )
    page.locator(".facet-info[data-column=year] a", has_text="2015").click()
    (known,) = rows(
        server, "select count(*) as n from core.latest_observation where series_code = 'SI_POV_DAY1' and year = 2015"
    )
    assert page.inner_text("h2.count").startswith(f"{known['n']:,} row")
    assert "year=2015" in page.url
    page.goto("/localsdg/area?_search=cote+ivoire")
    assert page.locator("td.col-name").all_inner_texts() == ["Côte d'Ivoire"]


@pytest.mark.browser
def test_sql_runs_and_a_slow_query_is_stopped_in_plain_words(page, server) -> None:
    page.goto("/localsdg")
    editor = page.locator(".CodeMirror")
    editor.wait_for()
    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('select count(*) as n from goal')")
    page.click("form.sql input[type=submit]")
    assert page.inner_text("tbody td") == "17" and page.locator("tbody td").is_visible()
    endless = "with recursive a(n) as (select 1 union all select n + 1 from a) select count(*) from a"
    editor.wait_for()  # of the page with the rows
    page.evaluate("sql => document.querySelector('.CodeMirror').CodeMirror.setValue(sql)", endless)
    page.click("form.sql input[type=submit]")
    assert "stopped after 2 seconds" in page.inner_text("p.message-error")
    assert page.inner_text("h1") == "The query took too long"


@pytest.mark.browser
def test_a_chart_is_part_of_the_address_and_is_the_same_after_a_reload(page, server) -> None:
    page.goto(POVERTY)
    page.click("#chart > summary")
    assert drawn(page) == "line"
    assert "_chart=line" in page.url and "_chart_x=year" in page.url and "_chart_y=value" in page.url
    page.select_option("#chart select[name=_chart]", "point")
    page.wait_for_selector("#chart[data-drawn=point]")
    before, address = page.locator("#chart svg").inner_html(), page.url
    known = rows(server, WORLD)
    assert page.locator("#chart .mark-symbol path[aria-roledescription=point]").count() == len(known)
    assert "UN SDG Global Database" in page.text_content("#chart svg")
    page.reload()
    assert drawn(page) == "point" and page.url == address
    assert page.locator("#chart svg").inner_html() == before
    with page.expect_download() as download:
        page.click("#chart button[data-save=png]")
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    # a filter keeps the chart
    page.select_option("select[name=_filter_column]", "year")
    page.select_option("select[name=_filter_op]", "gte")
    page.fill("input[name=_filter_value]", "2010")
    page.click("form.filters input[type=submit]")
    assert "year__gte=2010" in page.url and "_chart=point" in page.url


@pytest.mark.browser
def test_a_chart_never_joins_what_is_not_to_be_compared(page) -> None:
    page.goto("/localsdg/observation?area_code=001&_chart=line&_chart_x=year&_chart_y=value&_chart_colour=")
    assert drawn(page) == "point"
    notes = page.inner_text("#chart .notes")
    assert "series_code has 2 values here, which are not to be compared" in notes
    assert "so points are drawn" in notes


@pytest.mark.browser
def test_a_download_has_its_source_and_no_formula(page, server, tmp_path) -> None:
    page.goto("/localsdg/observation?area_code=404")
    assert page.locator("td.col-area_code").first.inner_text().startswith(HOSTILE)
    with page.expect_download() as download:
        page.click("text=CSV, all rows")
    path = tmp_path / "rows.csv"
    download.value.save_as(path)
    text = path.read_text(encoding="utf-8")
    (release,) = rows(server, "select version, content_hash from meta.release")
    assert text.startswith(
        f"# localsdg warehouse, version {release['version']}, content hash {release['content_hash']}"
    )
    assert "# Source: United Nations Statistics Division: UN SDG Global Database. Terms: UN terms of use" in text
    frame = pd.read_csv(path, comment="#", dtype={"area_code": str})
    known = rows(server, "select value from core.latest_observation where area_code = '404' order by all")
    assert sorted(frame["value"]) == [row["value"] for row in known]
    assert set(frame["area_code_label"]) == {"'" + HOSTILE}
    assert frame["release"].notna().all() and frame["snapshot_sha256"].notna().all()


@pytest.mark.browser
def test_it_reads_on_a_phone(phone) -> None:
    for address in ("/", "/localsdg", POVERTY, "/localsdg/area"):
        phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, address
    # each cell has its heading beside it
    assert phone.locator("td.col-name").first.is_visible() and phone.locator("td.col-rowid:visible").count() == 0
    assert phone.evaluate("getComputedStyle(document.querySelector('td.col-name'), '::before').content") == '"name"'
    phone.goto(f"{POVERTY}&_chart=line")
    # words of a long name are not cut
    assert phone.evaluate("getComputedStyle(document.querySelector('.facet-results li')).wordBreak") == "normal"
    assert drawn(phone) == "line"
    assert phone.locator("#chart svg").bounding_box()["width"] <= 390


@pytest.mark.browser
def test_no_script_of_another_place_may_run(page, server) -> None:
    answer = page.goto(POVERTY)
    policy = answer.headers["content-security-policy"]
    assert re.search(r"script-src 'self'(;|$)", policy) and "default-src 'none'" in policy
    assert not server.plugin_ran.exists()


def ask(server: Running, path: str, method: str = "GET", **headers: str) -> tuple[int, dict, str]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    with closing(connection):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest(method, path, skip_host=True)
        for name, value in {"Host": f"127.0.0.1:{server.port}", **given}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()


def sql(server: Running, text: str) -> tuple[int, str]:
    status, _, body = ask(server, f"/localsdg.json?sql={quote(text)}&_shape=array")
    return status, body


def test_it_answers_to_its_own_name_alone(server) -> None:
    for host in (f"127.0.0.1:{server.port}", f"localhost:{server.port}", f"LOCALHOST:{server.port}"):
        assert ask(server, "/", Host=host)[0] == 200, host
    for host in (
        f"evil.example:{server.port}",
        "127.0.0.1",
        "127.0.0.1:1",
        f"127.0.0.1.evil.example:{server.port}",
        "",
    ):
        status, headers, body = ask(server, "/localsdg/area.json", Host=host)
        assert status == 403 and "alone" in body and "access-control-allow-origin" not in headers, host


def test_another_site_may_link_to_it_and_not_read_it(server) -> None:
    assert ask(server, "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")[0] == 200
    assert ask(server, "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors")[0] == 403
    assert ask(server, "/", "POST")[0] == 405
    _, headers, _ = ask(server, "/", Origin="http://evil.example")
    assert not [name for name in headers if name.lower().startswith("access-control")]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    "text",
    [
        "delete from area",
        "create table x (a)",
        "attach 'other.sqlite' as other",
        "select load_extension('x')",
        "pragma query_only = off",
        "select 1; delete from area",
        "vacuum into 'copy.sqlite'",
        "insert into area_fts (area_fts) values ('rebuild')",
        "with a as (select 1) delete from area",
        "explain delete from area",
    ],
)
def test_sql_only_reads(server, text) -> None:
    status, body = sql(server, text)
    assert status == 400 and '"ok": false' in body, body
    assert sql(server, "select count(*) as n from area")[1] != '[{"n": 0}]'


def test_sql_has_a_limit_of_rows(server) -> None:
    many = "with recursive a(n) as (select 1 union all select n + 1 from a where n < 9000) select n from a"
    status, _, body = ask(server, f"/localsdg.json?sql={quote(many)}&_shape=objects")
    assert status == 200 and '"truncated": true' in body and body.count('"n":') == 5000


def test_every_question_gives_rows(server) -> None:
    from localsdg.explore.describe import read_questions

    # on the tables of this file; the others are asked of the whole copy in the long test
    for question in read_questions():
        if question["name"] in {"one_series_of_one_area", "areas_in_the_latest_year", "groups_of_people_in_one_area"}:
            status, _, body = ask(server, f"/localsdg/{question['name']}.json?{question['values']}&_shape=array")
            assert status == 200 and '"value": ' in body, question["name"]


def test_the_copy_keeps_values_and_is_made_once(server, built) -> None:
    (path,) = (server.home / "data" / "warehouse" / "explore").glob("*/localsdg.sqlite")
    with closing(sqlite3.connect(path)) as copy:
        labels = dict(copy.execute("select area_code, name from area where area_code in ('001', '724')"))
        links = {row[3]: row[2] for row in copy.execute("pragma foreign_key_list(observation)")}
    assert labels == {"001": "World", "724": "Spain"}
    assert links == {"series_code": "series", "area_code": "area"}
    written = path.stat().st_mtime_ns
    from localsdg.common.progress import silent
    from localsdg.explore.copy import current_copy

    assert current_copy(Settings(home=server.home), silent()) == path
    assert path.stat().st_mtime_ns == written


def test_a_port_that_is_taken_is_named(server, cli) -> None:
    result = cli(server.home, "explore", "--no-open", "--port", server.port)
    assert result.exit_code == 2
    assert "the port cannot be used" in result.stderr and str(server.port) in result.stderr


def test_what_is_not_there_is_named(server, cli, tmp_path) -> None:
    result = cli(server.home, "explore", "--no-open", "--version", "2000.01.01.1")
    assert result.exit_code == 2 and "2000.01.01.1" in result.stderr
    result = cli(tmp_path, "explore", "--no-open")
    assert result.exit_code == 1 and "localsdg run" in result.stderr


@pytest.mark.long
def test_every_question_gives_rows_of_the_whole_copy(built, tmp_path) -> None:
    from localsdg.common.progress import silent
    from localsdg.explore.copy import current_copy
    from localsdg.explore.describe import describe, read_questions

    home = tmp_path / "home"
    target = Settings(home=home).published
    target.parent.mkdir(parents=True)
    target.symlink_to(built.published)
    copy = current_copy(Settings(home=home), silent())
    facts, metadata = describe(Settings(home=home), copy)
    assert {group["id"] for group in facts.groups} >= {"official", "progress", "local", "actions", "answers", "about"}
    tables = metadata["databases"]["localsdg"]["tables"]
    undescribed = [
        f"{name}.{column}"
        for name, table in tables.items()
        for column, words in table.get("columns", {}).items()
        if not words
    ]
    assert undescribed == []
    with closing(sqlite3.connect(copy)) as con:
        for question in read_questions():
            values = dict(part.split("=") for part in question["values"].split("&"))
            assert con.execute(question["sql"], values).fetchall(), question["name"]


def test_ctrl_c_ends_it_quietly(server) -> None:
    """The last one: the server of this file is gone after it."""
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(timeout=20) == 0
    assert server.process.stderr.read() == "stopped\n"
