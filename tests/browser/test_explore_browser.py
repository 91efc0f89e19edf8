"""`localsdg explore` as people see it: the real command and headless Chromium, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from explore_server import HOSTILE, Running, running, small_home

from localsdg.common.settings import Settings
from localsdg.warehouse.query import run_query

pytestmark = pytest.mark.browser
WORLD = "select value from core.latest_observation where series_code = 'SI_POV_DAY1' and area_code = '001'"
POVERTY = "localsdg/observation?series_code=SI_POV_DAY1&area_code=001"


@pytest.fixture(scope="module")
def server(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The page of a few tables."""
    folder = tmp_path_factory.mktemp("explore")
    with running(small_home(built, folder / "home"), folder / "packages", "--time-limit", "1") as one:
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
    page.wait_for_selector("#chart[data-drawn] svg")
    return page.locator("#chart").get_attribute("data-drawn")


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


def test_sql_runs_and_a_slow_query_is_stopped_in_plain_words(page, server) -> None:
    page.goto("/localsdg")
    editor = page.locator(".CodeMirror")
    editor.wait_for()
    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('select count(*) as n from goal')")
    page.click("form.sql input[type=submit]")
    assert page.inner_text("tbody td") == "17"
    endless = "with recursive a(n) as (select 1 union all select n + 1 from a) select count(*) from a"
    page.evaluate("sql => document.querySelector('.CodeMirror').CodeMirror.setValue(sql)", endless)
    page.click("form.sql input[type=submit]")
    assert "stopped after 1 seconds" in page.inner_text("p.message-error")
    assert page.inner_text("h1") == "The query took too long"


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
    # a filter keeps the chart
    page.select_option("select[name=_filter_column]", "year")
    page.select_option("select[name=_filter_op]", "gte")
    page.fill("input[name=_filter_value]", "2010")
    page.click("form.filters input[type=submit]")
    assert drawn(page) == "point"
    with page.expect_download() as download:
        page.click("#chart button[data-save=png]")
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_chart_never_joins_what_is_not_to_be_compared(page) -> None:
    page.goto("/localsdg/observation?area_code=001&_chart=line&_chart_x=year&_chart_y=value&_chart_colour=")
    assert drawn(page) == "point"
    notes = page.inner_text("#chart .notes")
    assert "series_code has 2 values here, which are not to be compared" in notes
    assert "so points are drawn" in notes


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


def test_it_reads_on_a_phone(phone) -> None:
    for address in ("/", "/localsdg", POVERTY, "/localsdg/area"):
        phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, address
    # each cell has its heading beside it
    assert phone.evaluate("getComputedStyle(document.querySelector('td.col-name'), '::before').content") == '"name"'
    phone.goto(f"{POVERTY}&_chart=line")
    assert drawn(phone) == "line"
    assert phone.locator("#chart svg").bounding_box()["width"] <= 390


def test_no_script_of_another_place_may_run(page, server) -> None:
    answer = page.goto(POVERTY)
    policy = answer.headers["content-security-policy"]
    assert re.search(r"script-src 'self'(;|$)", policy) and "default-src 'none'" in policy
    assert not server.plugin_ran.exists()
