"""Slides from figures made by hand: text, tables, numbers, and the same bytes each time."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace

import pytest
from deck_helpers import STAMP, cells, chart_of, figure, line, row, words_of, written
from pptx.util import Emu

from localsdg.common.errors import LocalsdgError
from localsdg.figures.data.figure import NoData, Result
from localsdg.figures.deck.deck import deck_name, write_deck
from localsdg.figures.deck.slide import split_rows


def test_a_slide_has_its_finding_source_coverage_caveat_and_id(tmp_path) -> None:
    deck = written(tmp_path, figure("bar", [row("a", 1.0), row("b", 2.0)]))
    assert (deck.slide_width, deck.slide_height) == (Emu(960 * 12700), Emu(540 * 12700))
    slide = deck.slides[1]
    assert slide.shapes.title.text_frame.text == "World: it fell"
    for part in ("C01 · Poverty", "Source: a list", "Rests on 3 of 4.", "A note.", "Mind the line.", "c01-made-up"):
        assert part in words_of(slide)


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "=1+1",
        "+1",
        "@SUM(A1)",
        "http://x.org",
        "a\x00b",
    ],
)
@pytest.mark.parametrize("kind", ["bar", "table", "grouped_bar"])
def test_hostile_names_stay_text(tmp_path, name, kind) -> None:
    rows = [row(name, 1.0, series=name if kind == "grouped_bar" else ""), row("b", 2.0, series="x" * (kind != "bar"))]
    missing = (NoData("x", "C01", name, name),)
    deck = written(tmp_path, figure(kind, rows, title=f"{name} leads"), missing=missing)
    kept = name.replace("\x00", "")
    assert deck.slides[1].shapes.title.text_frame.text == f"{kept} leads"
    if kind == "table":
        table = next(shape.table for shape in deck.slides[1].shapes if shape.has_table)
        assert table.cell(1, 0).text == kept
        return
    chart = chart_of(deck)
    assert list(chart.plots[0].categories)[0] == kept and cells(chart)[1][0] == kept
    with zipfile.ZipFile(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet and b"<hyperlink" not in sheet


def test_a_long_title_is_cut_and_whole_in_the_notes(tmp_path) -> None:
    title = " ".join(f"word{n}" for n in range(120))
    deck = written(tmp_path, figure("bar", [row("a", 1.0)], title=title))
    slide = deck.slides[1]
    shape = slide.shapes.title
    assert shape.text_frame.text.endswith("…") and len(shape.text_frame.text) < len(title)
    assert shape.text_frame.paragraphs[0].runs[0].font.size.pt == 16
    assert title in slide.notes_slide.notes_text_frame.text
    short = written(tmp_path, figure("bar", [row("a", 1.0)])).slides[1].shapes.title
    assert short.text_frame.paragraphs[0].runs[0].font.size.pt == 28


def test_a_long_caveat_leaves_room_for_the_chart(tmp_path) -> None:
    caveat = " ".join(["never add them"] * 200)
    deck = written(tmp_path, figure("bar", [row("a", 1.0)], caveat=caveat))
    slide = deck.slides[1]
    chart = next(shape for shape in slide.shapes if shape.has_chart)
    foot = next(shape for shape in slide.shapes if shape.name == "foot")
    assert chart.height > Emu(180 * 12700) and chart.top + chart.height <= foot.top
    assert "Source: a list" in foot.text_frame.text and foot.text_frame.text.endswith("…")
    assert caveat in slide.notes_slide.notes_text_frame.text


@pytest.mark.parametrize("kind", ["bar", "column", "grouped_bar", "line", "table"])
def test_nothing_lies_upon_another_or_off_the_slide(tmp_path, kind) -> None:
    rows = line(*((2000 + n, float(n + 1)) for n in range(15)), series="x" if kind == "grouped_bar" else "")
    deck = written(tmp_path, figure(kind, rows, title="a rather long finding " * 9))
    places = sorted(
        (shape.top, shape.top + shape.height, shape.name)
        for shape in deck.slides[1].shapes
        if shape.left < deck.slide_width // 2
    )
    for (_, end, _), (start, _, name) in zip(places, places[1:], strict=False):
        assert start >= end - 12700, name
    assert places[-1][1] <= deck.slide_height


def test_what_has_no_data_is_a_table_over_as_many_slides_as_it_needs(tmp_path) -> None:
    missing = tuple(NoData(f"c{n}", "C01", f"what {n}", f"why {n}") for n in range(40))
    deck = written(tmp_path, figure("bar", [row("a", 1.0)]), missing=missing, kind="full")
    slides = [slide for slide in deck.slides if slide.shapes.title.text_frame.text.startswith("Figures without")]
    tables = [shape.table for slide in slides for shape in slide.shapes if shape.has_table]
    assert len(tables) > 1
    told = [table.cell(line, 2).text for table in tables for line in range(1, len(table.rows))]
    assert told == [f"why {n}" for n in range(40)]
    for slide in slides:
        frame = next(shape for shape in slide.shapes if shape.has_table)
        assert frame.top + sum(one.height for one in frame.table.rows) < deck.slide_height - Emu(26 * 12700)


def test_rows_that_share_a_reason_share_a_line(tmp_path) -> None:
    missing = tuple(NoData(f"c{n}", "C02", f"what {n}", "one reason") for n in range(3))
    slide = written(tmp_path, missing=missing).slides[1]
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    assert [table.cell(1, n).text for n in (1, 2)] == ["what 0; what 1; what 2", "one reason"]


def test_a_long_table_goes_on_under_the_same_head() -> None:
    size, pages = split_rows(["a"], [[str(n)] for n in range(30)], 800, 200)
    assert size == 14 and [one[0] for page in pages for one in page] == [str(n) for n in range(30)]
    assert split_rows(["a"], [["1"]], 800, 200) == (16, [[["1"]]])


def test_nothing_to_show_is_an_error(tmp_path) -> None:
    with pytest.raises(LocalsdgError, match="nothing to show"):
        write_deck(Result((), ()), tmp_path / "d.pptx", "en", STAMP)


def test_the_same_figures_give_the_same_bytes(tmp_path) -> None:
    result = Result((figure("bar", [row("a", 1.0)]), figure("line", line((2000, 1.0), (2001, 2.0)))), ())
    one = write_deck(result, tmp_path / "one.pptx", "en", STAMP).read_bytes()
    time.sleep(2.1)  # a zip's clock has steps of two seconds
    assert write_deck(result, tmp_path / "two.pptx", "en", STAMP).read_bytes() == one
    later = replace(STAMP, built_at="2027-01-01 00:00:00")
    assert write_deck(result, tmp_path / "two.pptx", "en", later).read_bytes() != one


def test_charts_say_what_they_show_and_slides_are_numbered(tmp_path) -> None:
    deck = written(tmp_path, figure("bar", [row("a", 1.0)]), figure("table", [row("a", 1.0)]))
    for slide in list(deck.slides)[1:3]:
        frame = next(shape for shape in slide.shapes if shape.has_chart or shape.has_table)
        text = frame._element.xpath("./p:nvGraphicFramePr/p:cNvPr/@descr")[0]
        assert "World: it fell" in text and "a: 1%" in text
        assert slide._element.xpath('.//a:fld[@type="slidenum"]')
        assert set(slide._element.xpath(".//a:rPr/@lang")) == {"en-GB"}
        ids = slide._element.xpath(".//p:cNvPr/@id")
        assert len(ids) == len(set(ids))
    assert deck.core_properties.created.isoformat()[:19] == "2026-11-23T16:02:44"


@pytest.mark.parametrize(
    ("title", "told"),
    [("World: from < 2.5% to ≥ 9%", "World: from <\u00a02.5% to ≥\u00a09%"), ("a < b, 1 > x", "a < b, 1 > x")],
)
def test_no_line_of_a_title_ends_in_the_sign_of_a_limit(tmp_path, title, told) -> None:
    deck = written(tmp_path, figure("bar", [row("a", 1.0)], title=title))
    assert deck.slides[1].shapes.title.text_frame.text == told


@pytest.mark.parametrize(
    ("claim", "area", "lang", "name"),
    [
        (None, "001", "en", "localsdg.pptx"),
        ("c04", "724", "es", "localsdg-C04-724.es.pptx"),
    ],
)
def test_a_deck_of_a_part_has_a_name_of_its_own(claim, area, lang, name) -> None:
    assert deck_name(claim, area, lang) == name
