"""The web page in headless Chromium: what a person sees, chooses, finds and takes away, offline."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import pytest
from page_helpers import FORMULA, SCRIPT, hostile_home, make_page

from localsdg.figures.data.load import load_figures

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect
pytestmark = pytest.mark.browser
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDTHS = {"phone": 360, "desk": 1440, "wall": 1920}


@pytest.fixture(scope="module")
def browser():
    """Chromium of the machine; no download."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no Chromium on this machine (looked for {', '.join(NAMES)})")
    with playwright.sync_playwright() as one:
        opened = one.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def path(built, tmp_path_factory) -> Path:
    return make_page(built, tmp_path_factory.mktemp("site"))


@pytest.fixture
def open_page(browser, path):
    """Opens the page; what it asked for and complained of is in `asked` and `complaints`."""
    contexts = []

    def make(width: int = 1440, where: Path = path, **more):
        context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(where.as_uri())
        expect(page.locator("html[data-ready=yes]")).to_have_count(1, timeout=20_000)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page):
    return open_page()


def choose(page, country: str) -> None:
    page.select_option("#country", country)
    expect(page.locator("#status")).not_to_be_empty()


def test_it_asks_for_nothing_and_complains_of_nothing(page) -> None:
    plots = page.locator("article.figure:not(.empty) .plot")
    drawn = page.locator("article.figure:not(.empty) .plot svg")
    assert plots.count() > 30
    expect(drawn).to_have_count(plots.count(), timeout=30_000)  # the rest is drawn when there is time
    assert page.complaints == []
    assert {url.partition(":")[0] for url in page.asked} <= {"file", "data", "blob"}
    assert len([url for url in page.asked if url.startswith("file:")]) == 1


def test_a_request_and_a_complaint_would_be_seen(page) -> None:
    page.evaluate("() => { document.body.append(new Image()) }")
    page.evaluate("() => { document.images[0].src = 'https://example.org/x.png' }")
    page.wait_for_timeout(200)
    assert any("Content Security Policy" in one for one in page.complaints)


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_nothing_runs_out_of_the_window(open_page, width) -> None:
    page = open_page(width)
    for claim in ("C01", "C05", "C09", "governments", "sources"):
        page.locator(f"#{claim}").scroll_into_view_if_needed()
        page.wait_for_timeout(150)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate(
        "(width) => [...document.querySelectorAll('.plot svg text')]"
        ".filter((one) => one.getBoundingClientRect().right > width + 1).map((one) => one.textContent)",
        width,
    )
    assert wide == []


def test_the_choice_of_a_country_changes_title_chart_and_table(page, built) -> None:
    article = page.locator("#c01-extreme-poverty")
    figure = load_figures(built, "C01", "724").figures[0]
    expect(article.locator(".plot svg")).to_have_count(1)
    before = article.locator(".plot svg").inner_html()
    choose(page, "724")
    expect(article.locator("h3")).to_have_text(figure.title)
    expect(article.locator(".plot")).to_have_attribute("aria-label", f"{figure.title}. {figure.subtitle}")
    page.wait_for_timeout(300)
    assert article.locator(".plot svg").inner_html() != before
    shown = article.locator("tbody data").evaluate_all("(all) => all.map((one) => Number(one.value))")
    assert shown == [row["value"] for row in figure.rows]
    expect(article.locator(".explain")).to_have_text("localsdg explain c01-extreme-poverty-724")
    assert article.locator(".sql").text_content() == figure.sql
    expect(page.locator("#status")).to_contain_text("Spain")
    expect(page.locator("#c05-by-goal .stays")).to_be_visible()
    page.locator("#reset").click()
    expect(article.locator("h3")).to_contain_text("World")
    expect(page.locator("#c05-by-goal .stays")).to_be_hidden()


def test_an_area_without_data_says_so_and_draws_nothing(page) -> None:
    choose(page, "010")
    article = page.locator("#c01-extreme-poverty")
    expect(article.locator(".reason")).to_have_text("The data loaded hold no value for Antarctica.")
    expect(article.locator(".plot")).to_be_hidden()
    expect(article.locator(".csv")).to_be_hidden()


def test_a_region_narrows_the_countries(page) -> None:
    everyone = page.locator("#country option").count()
    page.select_option("#region", label="Sub-Saharan Africa")
    expect(page.locator("#status")).to_contain_text("Sub-Saharan Africa")
    expect(page.locator("#c01-extreme-poverty h3")).to_contain_text("Sub-Saharan Africa")
    assert 20 < page.locator("#country option").count() < everyone
    assert page.locator("#country option[value='724']").count() == 0


def test_search_finds_local_governments(page) -> None:
    rows = page.locator("#places tbody tr")
    page.fill("#find", "barcelona")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Spain")
    page.fill("#find", "malaga")  # the accent is not needed
    expect(rows.first).to_contain_text("Málaga")
    page.fill("#find", "nowhere at all")
    expect(page.locator("#found")).to_contain_text("No local government")
    page.press("#find", "Escape")
    assert page.input_value("#find") == "" and rows.count() == 25
    page.locator("#more").click()
    assert rows.count() > 200
    choose(page, "724")
    expect(page.locator("#found")).to_contain_text("in Spain")
    assert set(page.locator("#places tbody tr td:nth-child(2)").all_inner_texts()) == {"Spain"}
    assert all(
        re.match("https?://", url)
        for url in page.locator("#places a").evaluate_all("(all) => all.map((one) => one.href)")
    )


def test_the_table_takes_the_place_of_the_chart(page) -> None:
    article = page.locator("#c01-extreme-poverty")
    button = article.locator(".as-table")
    expect(article.locator("table")).to_be_hidden()
    button.click()
    expect(article.locator("table")).to_be_visible()
    expect(article.locator(".plot")).to_be_hidden()
    expect(button).to_have_attribute("aria-pressed", "true")


def taken(page, selector: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.locator(selector).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_charts_and_tables_can_be_taken_away(page, built) -> None:
    figure = load_figures(built, "C01").figures[0]
    here = "#c01-extreme-poverty"
    name, body = taken(page, f"{here} .csv")
    rows = list(csv.DictReader(io.StringIO(body.decode())))
    assert name == "c01-extreme-poverty.csv"
    # figures of reports are rows of their own
    assert [float(row["value"]) for row in rows if not row.get("printed_in")] == [row["value"] for row in figure.rows]
    name, body = taken(page, f"{here} [data-format=svg]")
    drawn = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", body.decode()))
    assert name.endswith(".svg") and figure.caveat.split(":")[0] in drawn and "[c01-extreme-poverty]" in drawn
    name, body = taken(page, f"{here} [data-format=png]")
    assert name.endswith(".png") and body.startswith(b"\x89PNG") and len(body) > 20_000
    choose(page, "724")
    name, body = taken(page, f"{here} .csv")
    spain = load_figures(built, "C01", "724").figures[0]
    assert name == "c01-extreme-poverty-724.csv"
    assert [float(row["value"]) for row in csv.DictReader(io.StringIO(body.decode()))] == [
        row["value"] for row in spain.rows
    ]


def test_a_pointer_finds_the_value(page) -> None:
    plot = page.locator("#c01-extreme-poverty-areas .plot")
    plot.scroll_into_view_if_needed()
    expect(plot.locator("svg")).to_have_count(1)
    plot.locator(".mark-rect path").first.hover(force=True)
    expect(page.locator("#vg-tooltip-element")).to_contain_text("%")


def test_the_keyboard_reaches_everything(page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "claims"
    reached = set()
    page.locator("#region").focus()
    for _ in range(45):
        reached.add(
            page.evaluate(
                "() => { const { id, className, tagName } = document.activeElement;"
                "return (id || className || tagName).split(' ')[0] }"
            )
        )
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        page.keyboard.press("Tab")
    assert {"region", "country", "SUMMARY", "A", "as-table", "save", "csv"} <= reached
    page.locator("#c01-extreme-poverty .as-table").focus()
    page.keyboard.press("Space")
    expect(page.locator("#c01-extreme-poverty table")).to_be_visible()
    summary = page.locator("#c01-extreme-poverty .how summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#c01-extreme-poverty .how dl")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#c01-extreme-poverty .how dl")).to_be_hidden()


def test_the_chain_leads_to_the_file(page) -> None:
    page.locator("#c01-extreme-poverty .how summary").click()
    link = page.locator("#c01-extreme-poverty .how li a").first
    name, target = link.inner_text(), link.get_attribute("href")
    link.click()
    expect(page.locator(f"[id='{target[1:]}']")).to_be_in_viewport()
    expect(page.locator(f"[id='{target[1:]}']")).to_contain_text(name)


def test_names_that_attack_are_not_run(built, open_page, tmp_path) -> None:
    page = open_page(where=make_page(hostile_home(built, tmp_path / "home"), tmp_path / "site"))
    article = page.locator("#c05-completeness")
    article.scroll_into_view_if_needed()
    expect(article.locator(".plot svg")).to_have_count(1)
    expect(article.locator(".plot svg text", has_text="<script>").first).to_be_visible()
    article.locator(".plot .mark-rect path").first.hover(force=True)
    article.locator(".as-table").click()
    page.fill("#find", "script")
    expect(page.locator("#places tbody th")).to_have_text([SCRIPT])
    assert page.locator("#places a").count() == 0
    page.fill("#find", FORMULA)
    expect(page.locator("#places tbody th")).to_have_text([FORMULA])
    assert page.evaluate("window.hacked === undefined")
    assert page.locator("img").count() == 0 and page.complaints == []
    _, body = taken(page, "#c05-completeness [data-format=svg]")
    assert b"<script" not in body


def test_without_script_the_tables_are_there(open_page, browser, path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("#c01-extreme-poverty table").is_visible()
    assert not page.locator("#filter").is_visible() and "JavaScript" in page.inner_text("noscript")
    context.close()


def test_it_is_printed_without_its_tools(page) -> None:
    page.emulate_media(media="print")
    assert not page.locator("#filter").is_visible()
    assert not page.locator("#c01-extreme-poverty .tools").is_visible()
    assert page.locator("#c01-extreme-poverty .caveat").is_visible()
