"""The deck of the bundle's World: every figure, read back from the file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pptx import Presentation

from localsdg.figures.chart.matrix import cells
from localsdg.figures.data.load import load_figures
from localsdg.figures.deck.deck import read_stamp, write_deck
from localsdg.figures.deck.ppt_sections import read_sections
from localsdg.figures.deck.sql_appendix import appendix_path
from localsdg.figures.deck.text import wrap
from localsdg.figures.messages.messages import words


@pytest.fixture(scope="module")
def result(built):
    return load_figures(built)


@pytest.fixture(scope="module")
def path(built, result, tmp_path_factory) -> Path:
    return write_deck(result, tmp_path_factory.mktemp("deck") / "d.pptx", "en", read_stamp(built), "full")


@pytest.fixture(scope="module")
def slides(path, result) -> dict:
    """The slides by figure id, as the text at their foot tells it."""
    found: dict = {}
    for slide in list(Presentation(path).slides)[1:]:
        for shape in slide.shapes:
            if shape.name == "figure id":
                found.setdefault(shape.text_frame.text, []).append(slide)
    return found


def numbers(chart) -> list[float]:
    """Every value of the chart but wholes, bridges and breaks, which repeat others."""
    series = list(chart.plots[0].series)
    pairs = [one for one in series if one._element.xpath('.//a:fld[@type="XVALUE"]')]
    if pairs:  # the values lie along x
        return [float(value) for one in pairs for value in one._element.xpath("./c:xVal//c:v/text()")]
    kept = [one for one in series if "(years without a value)" not in one.name]
    return [value for one in kept for value in one.values if value is not None]


def test_one_slide_a_figure(slides, result) -> None:
    firm = [one for one in result.figures if one.finding.strength != "weak"]
    weak = [one for one in result.figures if one.finding.strength == "weak"]
    assert list(slides) == [one.figure_id for one in (*firm, *weak)]
    tables = {one.figure_id for one in result.figures if one.kind == "table"}
    assert {len(pages) for one, pages in slides.items() if one not in tables} == {1}


def bottom(shape) -> float:
    """Points from the top of the slide to the last line of a text, or to the end of a table."""
    if shape.has_table:
        widths = [column.width / 12700 for column in shape.table.columns]
        return shape.top / 12700 + sum(max(row_heights(row, widths)) for row in shape.table.rows)
    return shape.top / 12700 + lines(shape.text_frame.paragraphs, shape.width / 12700)


def share_a_column(one, other) -> bool:
    """Whether a part of the one is above or below the other."""
    return one.left < other.left + other.width and other.left < one.left + one.width


def row_heights(row, widths: list[float]) -> list[float]:
    """Points that each cell of a row takes; a name may have the width of several cells that are joined."""
    heights = [row.height / 12700]
    for place, cell in enumerate(row.cells):
        width = sum(widths[place : place + (cell.span_width if cell.is_merge_origin else 1)])
        margins = (cell.margin_top + cell.margin_bottom) / 12700
        aside = (cell.margin_left + cell.margin_right) / 12700
        heights.append(lines(cell.text_frame.paragraphs, width - aside) + margins)
    return heights


def lines(paragraphs, width: float) -> float:
    """Points that paragraphs take, one below the other, in a wide font."""
    return sum(
        # what follows a key number is in its line, in smaller type
        len(wrap(run.text, width, run.font.size.pt, bold=bool(run.font.bold))) * run.font.size.pt * 1.17
        for paragraph in paragraphs
        for run in paragraph.runs[:1]
    )


def test_the_text_fits_its_place_in_a_wide_font(path) -> None:
    """Where an office has neither Arial nor a twin of it, no text runs into the next."""
    faults = []
    for number, slide in enumerate(Presentation(path).slides, start=1):
        shapes = [
            one
            for one in slide.shapes
            if one.has_table or (one.has_text_frame and one.text_frame.text) or one.has_chart
        ]
        shapes = sorted((one for one in shapes if "Number" not in one.name), key=lambda one: one.top)
        for above in shapes:
            under = [one.top for one in shapes if one.top > above.top and share_a_column(above, one)]
            room = min(under, default=540 * 12700) / 12700
            if not above.has_chart and bottom(above) > room + 1:
                faults.append((number, above.name, round(bottom(above)), room))
    assert faults == []


def test_the_charts_are_native_and_hold_the_rows(slides, result) -> None:
    for figure in result.figures:
        if figure.kind in ("table", "tile_map"):  # tiles are shapes, counted in the tests of maps
            continue
        if figure.kind == "heat_map":
            table = next(shape.table for shape in slides[figure.figure_id][0].shapes if shape.has_table)
            texts = [cell.text for row in table.rows for cell in row.cells]
            assert all(texts.count(text) >= number for text, number in Counter(cells(figure)["cell"]).items())
            continue
        chart = next(shape.chart for shape in slides[figure.figure_id][0].shapes if shape.has_chart)
        shown = numbers(chart)
        rows = sorted(row["value"] for row in figure.rows)
        wholes = [row["n_total"] for row in figure.rows] if figure.kind in ("bar", "column") else []
        if wholes and all(wholes):
            rows = sorted(rows + wholes)
        if figure.kind == "line":  # a figure of a report is a point of its own
            rows = sorted([*rows, *(point.value for point in figure.printed)])
        assert sorted(shown) == pytest.approx(rows), figure.figure_id
        assert all(shape.shape_type.name != "PICTURE" for shape in slides[figure.figure_id][0].shapes)


def test_the_notes_are_to_be_spoken_and_the_queries_are_beside_the_deck(path, slides, result) -> None:
    appendix = appendix_path(path).read_text(encoding="utf-8")
    for figure in result.figures:
        notes = slides[figure.figure_id][0].notes_slide.notes_text_frame.text
        for part in (figure.title, figure.source, figure.caveat, figure.statement.rstrip(".")):
            assert part in notes, figure.figure_id
        assert figure.sql not in notes and figure.sql.rstrip() in appendix
        assert f"localsdg explain {figure.figure_id}" in appendix


@pytest.mark.parametrize(("area", "lang"), [("001", "en"), ("724", "es"), ("404", "fr"), ("356", "pt")])
def test_a_short_deck_needs_no_edit(built, tmp_path, area, lang) -> None:
    stamp = read_stamp(built, area, lang)
    deck = Presentation(write_deck(load_figures(built, area=area, lang=lang), tmp_path / "d.pptx", lang, stamp))
    assert 10 <= len(deck.slides) <= 14
    assert [one for _, ids in read_sections(deck) for one in ids] == [slide.slide_id for slide in deck.slides]
    numbers = [one for one in deck.slides[1].shapes if one.name.startswith("key number")]
    assert len(numbers) == 5
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    last = titles.index(words(lang).say("deck.limits"))
    # the sources may go on, on a second slide
    assert all(title.startswith(words(lang).say("deck.sources")) for title in titles[last + 1 :])
    for slide in deck.slides:
        assert slide.notes_slide.notes_text_frame.text
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or shape.shape_type.name == "PICTURE":
                assert shape._element.xpath("./*/p:cNvPr/@descr")[0], shape.name


def test_the_command_writes_the_deck(built, cli, tmp_path) -> None:
    done = cli(built.home, "figures", "--claim", "C04", "--format", "pptx", "--output", tmp_path)
    assert done.exit_code == 0 and "deck: " in done.stdout
    assert sorted(one.name for one in tmp_path.iterdir()) == ["localsdg-C04-sql.md", "localsdg-C04.pptx"]
    assert len(Presentation(tmp_path / "localsdg-C04.pptx").slides) > 5
