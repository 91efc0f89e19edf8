"""The page of what a publication changed, in headless Chromium on a phone and on a desk, and printed."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from publication_helpers import HOSTILE, NEW, OLD, make_file, next_release, seal
from rendered_pages import read_pages

from localsdg.common.settings import Settings
from localsdg.warehouse.publication_diff import compare_publications
from localsdg.warehouse.publication_diff_text import html

pytestmark = pytest.mark.browser
LONG = "a_code_without_a_place_to_break_" * 6


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a hostile title and a breakdown of one long word."""
    folder = tmp_path_factory.mktemp("changes")
    old, new = make_file(folder / "old.duckdb", OLD), folder / "new.duckdb"
    shutil.copyfile(old, new)
    with closing(duckdb.connect(str(new))) as con:
        next_release(con)
        con.execute("update meta.release set version = ?", [NEW])
        con.execute("update evidence.metric set title = ?", [HOSTILE])
        con.execute("update core.observation set breakdown = ?, is_total = false where year = 2018", [LONG])
        con.execute("update core.local_observation set value = 99 where year = 2021")
    seal(new)
    page = folder / "changes.html"
    page.write_text(html(compare_publications(old, new, Settings(home=folder))), encoding="utf-8")
    return page


def test_it_reads_on_a_phone_and_a_desk_and_prints(browser, page_file, tmp_path) -> None:
    for width in (390, 1200):
        page = browser.new_page(viewport={"width": width, "height": 900})
        asked, complaints = [], []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("dialog", lambda dialog, complaints=complaints: complaints.append(dialog.message))
        page.on("console", lambda message, complaints=complaints: complaints.append(message.text))
        page.goto(page_file.as_uri())
        assert asked == [page_file.as_uri()] and complaints == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # on a phone each cell has its heading beside it, on a desk the table has a row of them
        beside = page.evaluate("getComputedStyle(document.querySelector('td'), '::before').content")
        assert beside == ('"Metric"' if width == 390 else "none")
        first = page.locator("ul.lines li").first
        assert first.inner_text().startswith("<script>alert(1)</script>")
        assert first.bounding_box()["y"] < 300
    page.pdf(path=tmp_path / "changes.pdf", format="A4")
    pages = read_pages(tmp_path / "changes.pdf")
    words = [word for one in pages for word in one.words]
    assert any("2026.11.27.1" in word.text for word in words)
    outside = [word for one in pages for word in one.words if word.left < 0 or word.right > one.width]
    assert outside == []
    assert not [
        (word.text, other.text)
        for one in pages
        for place, word in enumerate(one.words)
        for other in one.words[place + 1 :]
        if word.overlaps(other)
    ]
