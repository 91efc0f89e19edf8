"""`localsdg figures --format pptx`: form, template and size of the deck, and the decks that it keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from figure_helpers import settings, value
from pptx import Presentation
from pptx.util import Pt

from localsdg.cli.app import main
from localsdg.figures.deck.ppt_sections import read_sections

ROWS = [value(year, amount, area) for area in ("001", "404", "724") for year, amount in ((1990, 36), (2015, 10))]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Writes the deck of C01 in a tiny home; gives what was printed and the names in the folder."""
    settings(tmp_path, ROWS)
    monkeypatch.setenv("LOCALSDG_HOME", str(tmp_path))

    def run(*arguments: str, claim: str = "C01") -> tuple[int, str, list[str]]:
        folder = tmp_path / "out"
        call = ["figures", "--claim", claim, "--format", "pptx", "--output", str(folder), *arguments]
        found = CliRunner().invoke(main, call)
        return found.exit_code, found.output, sorted(one.name for one in folder.glob("*"))

    return run


def deck_of(folder: Path):
    return Presentation(folder / "out" / "localsdg-C01.pptx")


def test_form_and_size(run, tmp_path) -> None:
    assert run()[2] == ["localsdg-C01-sql.md", "localsdg-C01.pptx"]
    assert "Contents" not in [slide.shapes.title.text_frame.text for slide in deck_of(tmp_path).slides]
    run("--deck", "full", "--size", "4:3")
    deck = deck_of(tmp_path)
    assert "Contents" in [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert (deck.slide_width, deck.slide_height) == (Pt(720), Pt(540))
    assert [name for name, _ in read_sections(deck)][0] == "Opening"


def test_the_first_slide_names_the_event_that_is_asked_for(run, tmp_path) -> None:
    run()
    assert "30 January 2024" in words_on(deck_of(tmp_path).slides[0])
    run("--event", "Cities Forum, Nairobi, 3 March 2027")
    first = words_on(deck_of(tmp_path).slides[0])
    assert "Cities Forum, Nairobi, 3 March 2027" in first and "30 January 2024" not in first


def words_on(slide) -> str:
    return " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_a_template_is_used_and_its_layouts_are_named(run, tmp_path) -> None:
    template = tmp_path / "ours.pptx"
    Presentation().save(template)
    code, text, _ = run("--template", str(template))
    assert code == 0 and "template: layout “Title Slide” for the first slide, “Title Only” for the others" in text
    assert deck_of(tmp_path).slides[1].slide_layout.name == "Title Only"
    template.write_bytes(b"no presentation")
    code, text, _ = run("--template", str(template))
    assert code == 1 and "the template cannot be read" in text


def test_an_edited_deck_is_kept_and_the_command_says_so(run, tmp_path) -> None:
    run()
    path = tmp_path / "out" / "localsdg-C01.pptx"
    deck = Presentation(path)
    deck.slides[0].shapes.title.text_frame.text = "Mine"
    deck.save(path)
    mine = path.read_bytes()
    code, text, names = run()
    assert code == 0 and f"kept: {path}: it was changed after localsdg wrote it; the new deck is" in text
    assert "localsdg-C01-2.pptx" in names and path.read_bytes() == mine
    settings(tmp_path, [])  # no figure is left
    code, text, names = run()
    assert code == 1 and f"kept: {path}: it was changed" in text and path.read_bytes() == mine


def test_a_deck_goes_when_no_figure_is_left(run, tmp_path) -> None:
    assert len(run()[2]) == 2
    settings(tmp_path, [])
    assert run()[2] == []
