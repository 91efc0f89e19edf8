"""The documentation site: built strictly, whole from a folder, and readable on a screen and a phone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from localsdg.common.settings import RESOURCES
from localsdg.maintenance import site_pages

#: What a page loads by itself; a link that a reader may follow is none.
LOADED = "//script/@src | //link/@href | //img/@src | //iframe/@src | //source/@src | //*/@srcset | //video/@src"
#: Start, wide tables, long lines of code and long addresses.
FIRST_LOOK = [
    "index",
    "tutorial/first-figure",
    "reference/lineage",
    "reference/commands",
    "methods/progress",
    "es/index",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make site` builds it: a broken link or a page outside the navigation fails it."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=RESOURCES,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Any]:
    return {path: html.parse(str(path)).getroot() for path in sorted(site.rglob("*.html"))}


def test_every_page_of_docs_is_on_the_site(site: Path) -> None:
    docs = RESOURCES / "docs"
    expected = {path.relative_to(docs).with_suffix(".html") for path in docs.rglob("*.md")}
    assert expected - {path.relative_to(site) for path in site.rglob("*.html")} == {Path("images/README.html")}


def test_no_page_loads_anything_from_outside(site: Path, pages: dict[Path, Any]) -> None:
    outside = {
        (path.name, address)
        for path, page in pages.items()
        for address in page.xpath(LOADED)
        if urlsplit(address).scheme or address.startswith("//")
    }
    assert outside == set()
    styles = {
        (path.name, address)
        for path in site.rglob("*.css")
        for address in re.findall(r"(?:url\(|@import )[\"']?(https?:)?//", path.read_text(encoding="utf-8"))
    }
    assert styles == set()


def test_every_link_inside_the_site_leads_somewhere(site: Path, pages: dict[Path, Any]) -> None:
    names = {path: set(page.xpath("//@id | //a/@name")) for path, page in pages.items()}
    broken = []
    for path, page in pages.items():
        if path.name == "404.html":  # its addresses are those of a server
            continue
        for address in page.xpath("//a/@href"):
            parts = urlsplit(address)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if parts.scheme:
                continue
            if not target.exists() or (target in names and parts.fragment not in names[target] | {"", "__skip"}):
                broken.append(f"{path.relative_to(site)}: {address}")
    assert broken == []


def test_a_link_out_of_the_site_is_the_path_in_the_repository() -> None:
    class Page:
        class file:
            src_uri = "methods/linking.md"

    code = "\n```\n[a](../../b)\n```"
    text = f"the [card](../../src/card.md), [`data/a.toml`](../../data/a.toml), [words](../glossary.md){code}"
    shown = site_pages.on_page_markdown(text, Page, None, None)
    assert shown == f"the card (`src/card.md`), `data/a.toml`, [words](../glossary.md){code}"


def test_a_page_states_its_language(pages: dict[Path, Any], site: Path) -> None:
    assert pages[site / "es" / "index.html"].get("lang") == "es"
    assert pages[site / "index.html"].get("lang") == "en"


@pytest.mark.browser
def test_the_search_works_from_the_folder_and_asks_nobody(site: Path, browser) -> None:
    page = browser.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((site / "tutorial" / "first-figure.html").as_uri())
    page.locator("input.md-search__input").click()
    page.wait_for_function("!document.querySelector('.md-search-result__meta').innerText.startsWith('Init')")
    page.locator("input.md-search__input").press_sequentially("quarantine")
    first = page.locator(".md-search-result__link").first
    first.wait_for(state="visible", timeout=60_000)
    first.click()
    page.wait_for_url("**/*?h=quarantine*")
    assert page.url.startswith("file:")
    assert [address for address in asked if not address.startswith(("file:", "data:", "about:", "blob:"))] == []
    assert faults == []
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    "names", [FIRST_LOOK, pytest.param(["**/*"], marks=pytest.mark.long)], ids=["first look", "all pages"]
)
def test_no_page_is_wider_than_a_phone(names: list[str], site: Path, browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    wide = {}
    for path in (path for name in names for path in sorted(site.glob(f"{name}.html"))):
        page.goto(path.as_uri(), wait_until="domcontentloaded")
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 390:
            wide[str(path.relative_to(site))] = width
    page.close()
    assert wide == {}
