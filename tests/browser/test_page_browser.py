"""The web page in headless Chromium: what a person sees, chooses, finds and takes away, offline."""

from __future__ import annotations

import csv
import io
import itertools
import re
from pathlib import Path

import pytest
from page_helpers import FORMULA, SCRIPT

from localsdg.figures.chart.csv_file import csv_text
from localsdg.figures.data.load import load_figures

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect
pytestmark = pytest.mark.browser
WIDTHS = {"phone": 360, "desk": 1440, "wall": 1920}


@pytest.fixture
def open_page(browser, built_page):
    """Opens the page; what it asked for and complained of is in `asked` and `complaints`."""
    contexts = []

    def make(width: int = 1440, where: Path = built_page, address: str = "", height: int = 900, **more):
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(where.as_uri() + address)
        expect(page.locator("html[data-ready=yes]")).to_have_count(1, timeout=20_000)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page):
    return open_page()


def draw_all(page) -> int:
    """Opens the figures that are closed and waits until all are drawn; how many they are."""
    page.evaluate("document.querySelectorAll('details.more').forEach((one) => { one.open = true })")
    n = page.locator("article.figure:not(.empty) .plot").count()
    expect(page.locator("article.figure:not(.empty) .plot svg")).to_have_count(n, timeout=90_000)
    return n


def choose(page, country: str) -> None:
    page.select_option("#country", country)
    expect(page.locator("#status")).not_to_be_empty(timeout=30_000)


def test_it_asks_for_nothing_and_complains_of_nothing(page) -> None:
    assert draw_all(page) > 60
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
    article.scroll_into_view_if_needed()  # a chart is drawn when it comes near
    drawn = "(before) => document.querySelector('#c01-extreme-poverty .plot svg')?.innerHTML !== before"
    page.wait_for_function(drawn, arg=before, timeout=20_000)
    shown = article.locator("tbody data").evaluate_all("(all) => all.map((one) => Number(one.value))")
    assert shown == [row["value"] for row in figure.rows]
    expect(article.locator(".explain")).to_have_text("localsdg explain c01-extreme-poverty-724")
    article.locator(".how summary").click()
    assert article.locator(".sql").text_content() == figure.sql
    expect(page.locator("#status")).to_contain_text("Spain")
    page.locator("#reset").click()
    expect(article.locator("h3")).to_have_text(load_figures(built, "C01").figures[0].title)


def test_an_area_without_data_says_so_and_draws_nothing(page) -> None:
    choose(page, "010")
    article = page.locator("#c01-extreme-poverty")
    expect(article.locator(".reason")).to_have_text("The data loaded have no value for Antarctica.")
    expect(article.locator(".plot")).to_be_hidden()
    expect(article.locator(".csv")).to_be_hidden()


def test_a_region_narrows_the_countries(page) -> None:
    everyone = page.locator("#country option").count()
    page.select_option("#region", label="Sub-Saharan Africa")
    expect(page.locator("#status")).to_contain_text("Sub-Saharan Africa")
    expect(page.locator("#c01-extreme-poverty .subtitle")).to_contain_text("Sub-Saharan Africa")
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


def test_the_table_takes_the_place_of_the_chart(page) -> None:
    article = page.locator("#c01-extreme-poverty")
    button = article.locator(".as-table")
    expect(article.locator("table")).to_be_hidden()
    button.click()
    expect(article.locator("table")).to_be_visible()
    expect(article.locator(".plot")).to_be_hidden()
    expect(button).to_have_attribute("aria-pressed", "true")


def numbers_of(body: bytes) -> str:
    """A CSV without the lines before its header."""
    return "".join(line for line in body.decode().splitlines(keepends=True) if not line.startswith("#"))


def taken(page, selector: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.locator(selector).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_charts_and_tables_can_be_taken_away(page, built) -> None:
    figure = load_figures(built, "C01").figures[0]
    here = "#c01-extreme-poverty"
    name, body = taken(page, f"{here} .csv")
    rows = list(csv.DictReader(io.StringIO(numbers_of(body))))
    assert name == "c01-extreme-poverty.csv" and body.decode().startswith("# figure: c01-extreme-poverty\n")
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
    asked = csv_text(spain, "comment").encode()
    said, wanted = ([one for one in text.decode().splitlines() if one[:1] == "#"] for text in (body, asked))
    assert said == wanted
    got, rows = (list(csv.DictReader(io.StringIO(numbers_of(text)))) for text in (body, asked))
    assert [float(row["value"]) for row in got] == pytest.approx([float(row["value"]) for row in rows])
    assert [row["shown"] for row in got] == [row["shown"] for row in rows]


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
    expect(page.locator("#c01-extreme-poverty .how dl.trace")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#c01-extreme-poverty .how dl.trace")).to_be_hidden()


def test_the_chain_leads_to_the_file(page) -> None:
    page.locator("#c01-extreme-poverty .how summary").click()
    link = page.locator("#c01-extreme-poverty .how li a").first
    name, target = link.inner_text(), link.get_attribute("href")
    link.click()
    expect(page.locator(f"[id='{target[1:]}']")).to_be_in_viewport()
    expect(page.locator(f"[id='{target[1:]}']")).to_contain_text(name)


def test_names_that_attack_are_not_run(hostile_page, open_page) -> None:
    page = open_page(where=hostile_page)
    page.evaluate("document.querySelectorAll('details.more').forEach((one) => { one.open = true })")
    article = page.locator("#c05-completeness")
    article.scroll_into_view_if_needed()
    expect(article.locator(".plot svg")).to_have_count(1)
    expect(article.locator(".plot svg text", has_text="<script>").first).to_be_visible()
    article.locator(".plot .mark-rect path").first.hover(force=True)
    article.locator(".as-table").click()
    page.fill("#find", "script")
    expect(page.locator("#places tbody th")).to_have_text([SCRIPT])
    page.locator("#places a").click()
    expect(page.locator("#profile-title")).to_have_text(SCRIPT)
    assert page.locator("#profile-about a").count() == 0  # its address is none of the web
    page.fill("#find", FORMULA)
    expect(page.locator("#places tbody th")).to_have_text([FORMULA])
    assert page.evaluate("window.hacked === undefined")
    assert page.locator("img").count() == 0 and page.complaints == []
    _, body = taken(page, "#c05-completeness [data-format=svg]")
    assert b"<script" not in body


def test_without_script_the_tables_are_there(open_page, browser, built_page) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(built_page.as_uri())
    assert page.locator("#c01-extreme-poverty table").is_visible()
    assert not page.locator("#filter").is_visible() and "JavaScript" in page.inner_text("noscript")
    context.close()


DEEP = "#figure=c08-slums&area=404&compare=800,834"


def place_seen(page, selector: str) -> None:
    """The top of a place is in the window, below what sticks to its edge."""
    expect(page.locator(f"{selector} h3").first).to_be_in_viewport()
    top = page.locator(f"{selector} h3").first.bounding_box()["y"]
    assert top >= page.locator("#filter").bounding_box()["height"] - 1


def test_an_address_leads_to_a_figure_of_an_area_and_stays_after_reload(open_page, built) -> None:
    page = open_page(address=DEEP)
    figure = page.locator("#c08-slums")
    for _ in range(2):
        place_seen(page, "#c08-slums")
        assert page.evaluate("location.hash") == DEEP
        assert page.locator("#country").input_value() == "404"
        for name in ("Kenya", "Uganda", "Tanzania"):
            expect(figure.locator("h3")).to_contain_text(name)
            expect(figure.locator(".plot svg text", has_text=name).first).to_be_visible()
        assert len({path.get_attribute("stroke") for path in figure.locator(".mark-line path").all()}) == 3
        page.reload()
        expect(page.locator("html[data-ready=yes]")).to_have_count(1, timeout=20_000)
    figure.locator(".compared button").first.click()
    expect(figure.locator("h3")).not_to_contain_text("Uganda")
    assert "compare=834" in page.evaluate("location.hash")
    figure.locator(".compared button").click()
    expect(figure.locator("h3")).to_have_text(load_figures(built, "C08", "404").figures[0].title)


@pytest.mark.parametrize(
    ("address", "place", "area"),
    [
        ("#c08-slums", "c08-slums", ""),
        ("#C09", "C09", ""),
        ("#c08-slums?area=KEN&lang=en", "c08-slums", "404"),
        ("?area=404&figure=c02-unprotected", "c02-unprotected", "404"),
        ("#area=Bolivia&figure=c11-hunger", "c11-hunger", "068"),
    ],
)
def test_addresses_of_all_forms_lead_there(open_page, address, place, area) -> None:
    page = open_page(address=address)
    expect(page.locator(f"[id='{place}'] :is(h2, h3)").first).to_be_in_viewport()
    assert page.locator("#country").input_value() == area


def test_a_wrong_address_is_named_and_shows_the_page(open_page) -> None:
    page = open_page(address="#figure=c99-none&area=Atlantis")
    expect(page.locator("#announce")).to_contain_text("Atlantis")
    expect(page.locator("#announce")).to_contain_text("c99-none")
    assert page.locator("#country").input_value() == ""


def test_back_and_forward_follow_what_was_chosen(page) -> None:
    choose(page, "404")
    choose(page, "724")
    expect(page.locator("#place")).to_have_text("Spain")
    page.go_back()
    expect(page.locator("#place")).to_have_text("Kenya")
    page.go_back()
    expect(page.locator("#place")).to_have_text("World")
    assert page.evaluate("location.hash") == ""
    page.go_forward()
    expect(page.locator("#place")).to_have_text("Kenya")
    page.locator("#contents a[href='#C09']").click()
    assert page.evaluate("location.hash") == "#claim=C09&area=404"


def test_a_link_and_an_embedded_figure(open_page) -> None:
    page = open_page(address="#area=404")
    figure = page.locator("#c11-hunger")
    figure.locator("button.embed").click()
    code = figure.locator(".code textarea").input_value()
    source = re.search(r'src="([^"]+)"', code)[1].replace("&amp;", "&")
    assert source.endswith("#figure=c11-hunger&area=404&embed=1") and "<iframe" in code
    alone = open_page(width=760, address="#" + source.partition("#")[2])
    assert alone.locator("article.figure:visible").count() == 1
    assert not alone.locator("#filter").is_visible() and not alone.locator("h1").is_visible()
    expect(alone.locator("#c11-hunger .plot svg")).to_be_visible()
    expect(alone.locator("#c11-hunger .source")).to_be_visible()
    assert alone.locator("#c11-hunger .whole").get_attribute("href").endswith("#figure=c11-hunger&area=404")
    assert alone.complaints == []


def test_one_box_finds_figures_places_and_governments(page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("keny")
    options = page.locator("#results [role=option]")
    expect(options.first).to_contain_text("Kenya")
    page.keyboard.press("Enter")
    expect(page.locator("#place")).to_have_text("Kenya")
    for asked, found in (("alemania", "Germany"), ("cote d'ivoire", "Côte d"), ("TZA", "Tanzania")):
        page.fill("#seek", asked)
        expect(options.first).to_contain_text(found)
    page.fill("#seek", "slum")
    expect(page.locator("#results [role=group]").first).to_have_attribute("aria-label", "Figures")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert page.locator("#seek").get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Escape")
    expect(page.locator("#results")).to_be_hidden()
    page.fill("#seek", "slum")
    page.keyboard.press("Enter")
    expect(page.locator("#c08-slums h3")).to_be_in_viewport()
    page.fill("#seek", "barcelona")
    page.locator("#results [role=option]", has_text="city, Spain").click()
    expect(page.locator("#profile-title")).to_have_text("Barcelona")
    assert page.evaluate("location.hash") == "#area=404&government=barcelona"


def test_a_profile_shows_a_government_beside_its_nation_and_peers(open_page) -> None:
    page = open_page(address="#government=barcelona")
    expect(page.locator("#profile-title")).to_be_in_viewport()
    told = page.locator("#profile-parts")
    for words in ("Reviews", "Spain", "Asturias", "Own targets", "Partners"):
        expect(told).to_contain_text(words)
    page.locator("#profile-close").click()
    expect(page.locator("#profile")).to_be_hidden()
    assert "government" not in page.evaluate("location.hash")


def test_every_figure_has_numbers_of_the_country_or_a_reason(open_page) -> None:
    page = open_page(address="#area=404")
    page.evaluate("document.querySelectorAll('details.more').forEach((one) => { one.open = true })")
    figures = page.locator("article.figure").evaluate_all(
        "(all) => all.map((one) => [one.id, one.classList.contains('empty'), one.querySelector('.reason').textContent])"
    )
    assert all(bool(reason) == empty for _, empty, reason in figures), figures
    assert sum(not empty for _, empty, _ in figures) > 40
    expect(page.locator("#key-numbers li")).to_have_count(5)


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "laptop"])
def test_the_first_screen_has_the_key_numbers(open_page, size) -> None:
    page = open_page(width=size[0], height=size[1])
    for number in page.locator("#key-numbers b").all():
        box = number.bounding_box()
        assert box["y"] + box["height"] <= size[1]
    assert page.locator("#key-numbers b").count() == 5
    assert page.evaluate("document.documentElement.scrollHeight") < 50_000


#: The texts of each chart that can be seen, with their boxes.
BOXES = """() => [...document.querySelectorAll('article.figure .plot svg')].map((svg) => [svg.closest('article').id,
  [...svg.querySelectorAll('text')].filter((one) => one.textContent.trim() && Number(one.getAttribute('opacity') ?? 1)
    && one.getAttribute('stroke') !== '#ffffff').map((one) => {
      const { left, top, right, bottom } = one.getBoundingClientRect();
      return [one.textContent, left, top, right, bottom];
    })])"""


@pytest.mark.parametrize("address", ["", "#area=404"], ids=["world", "country"])
@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_texts_of_charts_never_overlap(open_page, width, address) -> None:
    page = open_page(width, address=address)
    draw_all(page)
    over = [
        (figure, one[0], other[0])
        for figure, boxes in page.evaluate(BOXES)
        for one, other in itertools.combinations(boxes, 2)
        # boxes of letters have empty edges: a pixel beside, three above each other
        if min(one[3], other[3]) - max(one[1], other[1]) > 1 and min(one[4], other[4]) - max(one[2], other[2]) > 3
    ]
    assert over == []


def test_two_figures_are_printed_on_a_page(page, tmp_path) -> None:
    expect(page.locator("#c14-neet .plot svg, #C14 .plot svg").first).to_be_attached(timeout=60_000)
    shown = page.locator("article.figure:not(.empty):visible").count()
    body = page.pdf(path=tmp_path / "page.pdf", format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", body)) <= shown // 2 + 12


def test_it_is_printed_without_its_tools(page) -> None:
    page.emulate_media(media="print")
    assert not page.locator("#filter").is_visible()
    assert not page.locator("#c01-extreme-poverty .tools").is_visible()
    assert page.locator("#c01-extreme-poverty .caveat").is_visible()
