"""Profiles of the bundle: a country on one page and six slides, a local government on one page and four."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from chromium import chromium
from click.testing import CliRunner
from pptx import Presentation

from localsdg.cli.app import main
from localsdg.common.settings import Settings
from localsdg.figures.data.load import load_figures
from localsdg.figures.messages.messages import LANGUAGES
from localsdg.figures.profile.write import WrittenProfile, write_profile
from localsdg.warehouse.query import run_query

#: A country with local numbers, one with reviews alone, a region, governments with much, little and one review.
PLACES = {
    **{"Spain": 6, "Kenya": 6, "India": 6, "Sub-Saharan Africa": 6},
    **{"Barcelona": 4, "Bristol": 4, "Los Angeles": 4, "Asturias": 4, "Bhopal": 4, "Dallas": 4},
}


@pytest.fixture(scope="module")
def written(built, tmp_path_factory) -> dict[str, WrittenProfile]:
    folder = tmp_path_factory.mktemp("profiles")
    settings = Settings(home=built.home)
    return {place: write_profile(settings, place, folder, "en") for place in PLACES}


@pytest.mark.parametrize("place", PLACES)
def test_a_profile_has_six_slides_or_four(written, place) -> None:
    deck = Presentation(str(written[place].deck))
    assert len(deck.slides) <= PLACES[place]
    # a government with a single finding has a slide less
    findings = sum(len(section.figures) for section in written[place].profile.briefing.sections)
    assert len(deck.slides) == PLACES[place] or findings < PLACES[place] - 2
    assert all(slide.shapes.title.text_frame.text for slide in deck.slides)


@pytest.mark.long
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_prints_on_one_sheet(built, tmp_path, lang) -> None:
    program = chromium()
    settings = Settings(home=built.home)
    pages = {}
    places = PLACES if lang == "en" else ("Spain", "Barcelona")
    for place in places:
        page = write_profile(settings, place, tmp_path, lang, formats=("html",)).page
        pages[place] = sheets(program, page, tmp_path)
    assert pages == dict.fromkeys(places, 1)


def sheets(chromium: str, page: Path, folder: Path) -> int:
    """How many sheets Chromium prints the page on."""
    target = page.with_suffix(".pdf")
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'browser'}"]
    subprocess.run(
        [chromium, *options, "--no-pdf-header-footer", f"--print-to-pdf={target}", page.as_uri()],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return len(re.findall(rb"/Type\s*/Page\b", target.read_bytes()))


@pytest.mark.parametrize("place", PLACES)
def test_the_page_loads_nothing_and_runs_nothing(written, place) -> None:
    text = written[place].page.read_text(encoding="utf-8")
    assert "<script" not in text and "default-src 'none'" in text
    assert not re.search(r'(?:src|href)="(?!https?://|#)', text.replace('xlink:href="#', 'href="#'))
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_the_same_warehouse_gives_the_same_page(built, written, tmp_path) -> None:
    again = write_profile(Settings(home=built.home), "Barcelona", tmp_path, "en", formats=("html",))
    assert again.page.read_bytes() == written["Barcelona"].page.read_bytes()


def test_a_government_that_publishes_little_has_its_country_beside_it(written) -> None:
    briefing = written["Bhopal"].profile.briefing
    assert [section.section_id for section in briefing.sections] == ["own_reports", "its_country"]
    assert all(figure.area == "India" for figure in briefing.sections[-1].figures)


def test_numbers_of_a_profile_are_those_of_the_warehouse(built, written) -> None:
    (row,) = run_query(
        Settings(home=built.home),
        "select (select count(*) from core.review where local_government_id = 'barcelona') as n_reviews, "
        "(select count(distinct indicator_code) from core.own_indicator where local_government_id = 'barcelona') as n",
    ).to_pylist()
    numbers = {number.figure_id: number.value for number in written["Barcelona"].profile.briefing.key_numbers}
    assert numbers["c04-reviews"] == str(row["n_reviews"])
    assert numbers["c05-by-goal"].startswith(f"{row['n']} of ")


@pytest.mark.parametrize(
    ("place", "lang"),
    [
        *(("Asturias", lang) for lang in LANGUAGES),
        *((place, "en") for place in ("Barcelona", "Liverpool", "Cape Town", "Thunder Bay", "Madrid")),
    ],
)
def test_every_query_of_a_government_runs_and_its_titles_are_short(built, place, lang) -> None:
    found = load_figures(Settings(home=built.home), None, place, lang, ["c04-*", "c05-*", "c06-own-actions"])
    own = ("c04-reviews-", "c04-governments-", "c05-by-goal-", "c05-beside-", "c05-own-values-", "c06-own-actions-")
    most = 14 if lang == "en" else 18
    long = [one.title for one in found.figures if one.figure_id.startswith(own) and len(one.title.split()) > most]
    assert long == []


def test_the_command_writes_both_and_prints_where(built, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("LOCALSDG_HOME", str(built.home))
    done = CliRunner().invoke(main, ["profile", "City of Bristol", "--output", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert {path.name for path in tmp_path.iterdir()} >= {"profile-bristol.html", "profile-bristol.pptx"}
    done = CliRunner().invoke(main, ["profile", "Bristl", "--output", str(tmp_path)])
    assert done.exit_code != 0
