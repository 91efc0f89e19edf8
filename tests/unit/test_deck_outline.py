"""Which slides a short and a full deck have: the argument, the agenda, the sections, the appendix."""

from __future__ import annotations

from dataclasses import replace

import pytest
from deck_helpers import STAMP, bars, figure, notes_of, row, words_of, written

from localsdg.figures.data.figure import Figure, NoData
from localsdg.figures.deck.ppt_sections import read_sections
from localsdg.figures.findings.message import Finding
from localsdg.figures.messages.messages import LANGUAGES, words

#: Two for each step of the argument, one that is in no step, and a weak one.
IDS = (
    "c01-extreme-poverty",
    "c01-extreme-poverty-areas",
    "c02-unprotected",
    "c04-reviews",
    "c07-women",
    "c06-who-together",
    "c06-leads",
    "c06-local-role",
    "c11-hunger",
)
WEAK = Finding(strength="weak", why="One value alone.")
MISSING = (NoData("c09-waste", "C09", "Waste", "Published for countries only."),)


def world() -> list[Figure]:
    return [*(bars(one) for one in IDS), bars("c13-homicide"), bars("c04-level", finding=WEAK)]


def titles(deck) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in deck.slides]


def kickers(deck) -> list[str]:
    return [next((one.text_frame.text for one in slide.shapes if one.name == "kicker"), "") for slide in deck.slides]


def test_a_short_deck_is_an_argument_of_one_finding_a_slide(tmp_path) -> None:
    deck = written(tmp_path, *world(), missing=MISSING)
    found = titles(deck)
    assert len(found) == 12
    assert found[1] == "The numbers to remember" and found[-2:] == ["What these numbers do not say", "Sources"]
    steps = [words("en").say(f"section.{one}") for one in ("not_by_accident", "closest", "coalitions", "missing")]
    assert [*dict.fromkeys(kickers(deck)[2:10])] == steps
    assert "Title of c04-level" not in found, "a weak finding is on no slide"
    limits = words_of(deck.slides[-2])
    assert all(words("en").say(f"limit.{one}") in limits for one in ("national", "register", "cause"))
    assert "Waste: Published for countries only." in notes_of(deck.slides[-1])


def test_the_key_numbers_are_large_and_lead_to_their_slides(tmp_path) -> None:
    deck = written(tmp_path, *world())
    numbers = [one for one in deck.slides[1].shapes if one.name.startswith("key number")]
    assert [one.text_frame.paragraphs[0].text for one in numbers] == ["8.5%"] * 4
    assert all(one.text_frame.paragraphs[0].runs[0].font.size.pt >= 40 for one in numbers)
    linked = {one.name.split()[-1]: one.click_action.target_slide for one in numbers}
    assert linked["c02-unprotected"].shapes.title.text_frame.text == "Title of c02-unprotected"


def test_the_first_slide_has_place_and_date_of_the_data(tmp_path) -> None:
    made = bars("c08-slums")
    made = replace(made, rows=tuple(one | {"release": "2020-10-19"} for one in made.rows))
    text = words_of(written(tmp_path, made).slides[0])
    assert "World" in text and "2020-10-19" in text and "30 January 2024" in text
    dated = written(tmp_path, bars("c08-slums", as_of="UN data as of December 2023"))
    assert "UN data as of December 2023" in words_of(dated.slides[0])


def test_fewer_figures_give_a_shorter_whole_deck(tmp_path) -> None:
    deck = written(tmp_path, bars("c13-homicide"))
    assert titles(deck)[1:] == ["Title of c13-homicide", "What these numbers do not say", "Sources"]


def test_a_deck_without_a_finding_says_why(tmp_path) -> None:
    deck = written(tmp_path, bars("c04-level", finding=WEAK), missing=MISSING)
    assert titles(deck)[1:] == [words("en").say("deck.left_out"), words("en").say("deck.missing")]
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert tables[0].cell(1, 1).text == "One value alone."


@pytest.mark.parametrize("kind", ["short", "full"])
def test_every_slide_is_in_one_section(tmp_path, kind) -> None:
    deck = written(tmp_path, *world(), missing=MISSING, kind=kind)
    sections = read_sections(deck)
    assert [one for _, ids in sections for one in ids] == [slide.slide_id for slide in deck.slides]
    names = [name for name, _ in sections]
    assert len(set(names)) == len(names) and names[0] == "Opening"


def test_the_agenda_of_a_full_deck_leads_to_every_part(tmp_path) -> None:
    deck = written(tmp_path, *world(), missing=MISSING, kind="full")
    agenda = deck.slides[2]
    lines = [one for one in agenda.shapes if one.name.startswith("agenda") and "page" not in one.name]
    pages = [one for one in agenda.shapes if one.name.startswith("agenda page")]
    numbers = {slide.slide_id: number for number, slide in enumerate(deck.slides, start=1)}
    for line, page in zip(lines, pages, strict=True):
        assert numbers[line.click_action.target_slide.slide_id] == int(page.text_frame.text)
    parts = [name for name, _ in read_sections(deck)]
    assert [one.text_frame.text for one in lines] == parts[1:]
    assert parts[-1] == words("en").say("deck.missing")


def test_a_full_deck_has_every_figure_weak_ones_behind(tmp_path) -> None:
    deck = written(tmp_path, *world(), missing=MISSING, kind="full")
    found = titles(deck)
    assert {f"Title of {one}" for one in (*IDS, "c13-homicide", "c04-level")} < set(found)
    place = found.index("Title of c04-level")
    assert place > found.index("Title of c13-homicide")
    assert kickers(deck)[place] == "Weak figures · One value alone."


def test_a_long_table_has_one_slide_in_a_short_deck_and_says_so(tmp_path) -> None:
    table = figure("table", [row(f"row {n}", 1.0) for n in range(40)], figure_id="c01-progress-goals")
    deck = written(tmp_path, table)
    assert titles(deck).count("World: it fell") == 1
    shown = next(one.table for one in deck.slides[1].shapes if one.has_table)
    assert kickers(deck)[1] == f"What is missing · {len(shown.rows) - 1} of 40 rows"
    full = written(tmp_path, table, kind="full")
    tables = [one.table for slide in full.slides for one in slide.shapes if one.has_table]
    assert sum(len(one.rows) - 1 for one in tables if one.cell(1, 0).text.startswith("row")) == 40


def test_each_source_names_its_slides(tmp_path) -> None:
    sources = {
        "c11-hunger": "Source: a; series X_1; release 1",
        "c13-homicide": "Source: b",
        "c14-neet": "Source: a; series X_2, X_3; release 1",
    }
    figures = [bars(one, source=source) for one, source in sources.items()]
    table = next(one.table for one in written(tmp_path, *figures).slides[-1].shapes if one.has_table)
    lines = [(table.cell(line, 0).text, table.cell(line, 1).text) for line in range(1, len(table.rows))]
    # slide 2 has the key numbers; the series are at the foot of each slide
    assert lines == [("2–4", "A; release 1"), ("5", "B")]


@pytest.mark.parametrize("size", ["16:9", "4:3"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_limits_and_agenda_fit_in_every_language(tmp_path, lang, size) -> None:
    from localsdg.figures.deck.text import LINE, wrap

    long = [bars(one, claim=words(lang).say(f"claim.{one[:3].upper()}")) for one in IDS]
    for kind in ("short", "full"):
        path = tmp_path / kind
        from pptx import Presentation

        from localsdg.figures.data.figure import Result
        from localsdg.figures.deck.deck import write_deck

        deck = Presentation(
            write_deck(Result(tuple(long), ()), path / "d.pptx", lang, replace(STAMP, area="x"), kind, size=size)
        )
        for slide in deck.slides:
            for shape in slide.shapes:
                if shape.name.split()[0] in ("key", "limit", "agenda", "about"):
                    # what follows a key number is in its line, in smaller type
                    runs = [one.runs[0] for one in shape.text_frame.paragraphs]
                    high = sum(
                        len(wrap(run.text, shape.width / 12700, run.font.size.pt, bold=bool(run.font.bold)))
                        * run.font.size.pt
                        * LINE
                        for run in runs
                    )
                    assert high <= shape.height / 12700 + 1, (lang, shape.name, shape.text_frame.text)
                    assert shape.top + shape.height <= deck.slide_height
