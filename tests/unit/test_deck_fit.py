"""Text and charts find their room on a slide: any common font, wide slides and narrow ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from deck_helpers import STAMP, chart_of, figure, line, row, written
from PIL import ImageFont
from pptx import Presentation
from pptx.util import Pt

from localsdg.common.errors import LocalsdgError
from localsdg.figures.chart import layout, palette
from localsdg.figures.data.figure import Result
from localsdg.figures.deck import slide as deck_slide
from localsdg.figures.deck.axes import fit_ends, legend_height
from localsdg.figures.deck.deck import write_deck
from localsdg.figures.deck.frame import Box, frame_of
from localsdg.figures.deck.text import text_width
from localsdg.figures.deck.tile_grid import Tile, add_tiles

FONT = Path("/usr/share/fonts/truetype/dejavu")
TEXTS = (
    "More than half the world has no social protection (53.1%)",
    "Más de la mitad del mundo carece de protección social: 53,1 %",
    "Œuvre d’aujourd’hui : 1 234 € à 5 %, « déjà » – ÉTAT",
    "WWWW MMMM iiii llll 0123456789",
)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("name", "bold"), [("DejaVuSans.ttf", False), ("DejaVuSans-Bold.ttf", True)])
def test_a_line_has_room_in_the_widest_font_and_little_more(text, name, bold) -> None:
    if not (FONT / name).exists():
        pytest.skip("no DejaVu Sans here (fonts-dejavu): widths are not compared with it")
    drawn = ImageFont.truetype(str(FONT / name), 1000).getlength(text) / 1000
    assert drawn <= text_width(text, 1, bold=bold) <= 1.06 * drawn
    assert text_width(text, 1, bold=bold) >= layout.text_width(text, 1, bold=bold)


def test_a_deck_is_wide_or_narrow(tmp_path) -> None:
    path = write_deck(
        Result((figure("bar", [row("a", 1.0)]),), ()), tmp_path / "d.pptx", "en", STAMP, "full", size="4:3"
    )
    deck = Presentation(path)
    assert (frame_of(deck).width, frame_of(deck).height) == (720, 540) == (frame_of(deck.slides[1]).width, 540)
    for slide in deck.slides:
        assert all(shape.left >= 0 and shape.left + shape.width <= deck.slide_width + 2 for shape in slide.shapes)
    with pytest.raises(LocalsdgError, match="16:9 or 4:3"):
        deck_slide.new_presentation("16:10")


@pytest.mark.parametrize(("size", "most"), [("16:9", 4), ("4:3", 5)])
def test_a_foot_loses_last_sentences_and_keeps_the_first_of_each(size, most) -> None:
    slide = deck_slide.new_presentation(size)
    page, _ = deck_slide.add_slide(slide, "", "A title")
    texts = [
        "Source: a list of 2023-12-17.",
        "It rests on 3 of 4. " + "A note. " * 60,
        "Mind the line. " + "Never add them. " * 40,
    ]
    top = deck_slide.add_foot(page, texts, "c01-made-up")
    foot = next(shape for shape in page.shapes if shape.name == "foot")
    kept = [paragraph.text for paragraph in foot.text_frame.paragraphs]
    assert kept[0] == "Source: a list of 2023\u201112\u201117." and kept[1].startswith("It rests on 3 of 4.")
    assert kept[2].startswith("Mind the line.") and kept[1].endswith(" …") and kept[2].endswith(" …")
    assert top > 540 - 26 - (most + 0.5) * 12 * 1.2 - 4
    assert foot.text_frame.paragraphs[0].runs[0].font.size.pt >= 11


def test_a_title_is_as_broad_as_its_lines() -> None:
    slide, _ = deck_slide.add_slide(
        deck_slide.new_presentation(), "", "10 of 31 indicator series are on track for 2030, 6 going back"
    )
    shape = slide.shapes.title
    lines = layout.wrap(shape.text_frame.text, shape.width / 12700 - 8, 28, bold=True, measure=text_width)
    assert len(lines) == 2 and min(len(one) for one in lines) > 20


def test_a_title_of_fourteen_long_words_is_whole() -> None:
    title = "Intergovernmental organizations and internationally recognized municipalities " * 2
    for width in (880.0, 640.0):
        block = deck_slide.fit_title(title.strip(), width)
        assert " ".join(block.lines) == title.strip() and block.size >= 16


def test_what_is_read_comes_in_order_and_ornaments_are_none(tmp_path) -> None:
    deck = written(tmp_path, figure("bar", [row("a", 1.0)]))
    slides = [[shape.name for shape in slide.shapes] for slide in deck.slides]
    names = next(names for names in slides if "figure id" in names)
    order = [names.index(name) for name in ("kicker", "c01-made-up", "foot", "figure id")]
    assert order == sorted(order) and names[0].startswith("Title")
    strip = [shape for shape in deck.slides[0].shapes if shape.name.startswith("goal")]
    assert strip and all("decorative" in str(one._element.xpath(".//a:ext/*")) for one in strip)


def test_words_beside_values_fit_on_the_axis() -> None:
    low, high = fit_ends((0.0, 100.0), 500, [(0.0, 50)], [(100.0, 120)])
    scale = 500 / (high - low)
    assert (0 - low) * scale >= 49.9 and (high - 100) * scale >= 119.9
    assert fit_ends((0.0, 100.0), 500, [], [(10.0, 120)]) == (0.0, 100.0)


def test_words_left_of_a_bar_below_zero_are_right_of_the_names(tmp_path) -> None:
    chart = chart_of(written(tmp_path, figure("bar", [row("a", 1.1, "1.1 points"), row("b", -0.1, "-0.1 points")])))
    low, high = chart.value_axis.minimum_scale, chart.value_axis.maximum_scale
    width = float(chart._chartSpace.xpath(".//c:plotArea/c:layout//c:w/@val")[0]) * 900
    assert (-0.1 - low) / (high - low) * width > text_width("-0.1 points", 14)


def test_a_legend_has_as_many_lines_as_it_needs() -> None:
    names = [f"a series with a long name {n}" for n in range(5)]
    assert legend_height(names[:1], 900) == 0
    assert legend_height(names, 500) > legend_height(names, 900) > legend_height(names[:2], 900) > 20


def test_ends_of_many_lines_are_labelled_and_moved_apart(tmp_path) -> None:
    rows = [one for n in range(5) for one in line((2000, 9.0), (2010, 5.0 + n / 10), series=f"s{n}")]
    chart = chart_of(written(tmp_path, figure("line", rows)))
    labels = chart._chartSpace.xpath(".//c:dLbl")
    assert len(labels) == 5 and {one.xpath("string(./c:dLblPos/@val)") for one in labels} == {"r"}
    downs = [float(value) for value in chart._chartSpace.xpath(".//c:dLbl/c:layout//c:y/@val")]
    assert len(downs) == 4 and all(one - other > 0.03 for one, other in zip(downs, downs[1:], strict=False))


def test_limits_on_a_line_are_labelled_where_there_is_room(tmp_path) -> None:
    rows = line(*((2000 + n, 2.5) for n in range(20)), shown="< 2.5%", censoring="<")
    chart = chart_of(written(tmp_path, figure("line", rows)))
    places = [int(value) for value in chart._chartSpace.xpath(".//c:dLbl/c:idx/@val")]
    assert places[0] == 0 and places[-1] == 19 and 2 < len(places) < 15
    assert len(chart._chartSpace.xpath('.//c:dPt//a:srgbClr[@val="FFFFFF"]')) == 20


def test_years_that_do_not_fit_below_columns_are_turned(tmp_path) -> None:
    made = figure("column", line(*((1990 + n, 5.0 + n) for n in range(20))))
    path = write_deck(Result((made,), ()), tmp_path / "d.pptx", "en", STAMP, "full", size="4:3")
    for deck, turn in ((Presentation(path), "-5400000"), (written(tmp_path, made), "0")):
        chart = next(shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart)
        assert chart._chartSpace.xpath(".//c:catAx/c:txPr/a:bodyPr/@rot") == [turn]


def test_tiles_are_shapes_with_their_words_and_values() -> None:
    slide, top = deck_slide.add_slide(deck_slide.new_presentation(), "", "A title")
    tiles = [Tile(n % 28, n // 28, "KEN", "#08306b", f"Kenya {n}: 3") for n in range(28 * 17)]
    group = add_tiles(slide, tiles, [("1 to 3", "#deebf7"), ("no data", "#ffffff")], Box(36, top, 888, 300))
    deck_slide.describe(group, "a map", "where it is")
    shapes = [shape for shape in group.shapes if shape.name == "KEN"]
    assert len(shapes) == 476 and shapes[0]._element.xpath("./*/p:cNvPr/@descr") == ["Kenya 0: 3"]
    assert shapes[0].text_frame.paragraphs[0].runs[0].font.size >= Pt(10)
    assert max(shape.left + shape.width for shape in group.shapes) <= Pt(36 + 888)
    assert group._element.xpath("./*/p:cNvPr/@descr")[0] == "where it is"
    small = add_tiles(slide, [replace(tile, row=tile.row * 3) for tile in tiles], [], Box(36, top, 888, 300))
    assert not any(shape.text_frame.text for shape in small.shapes)


@pytest.mark.parametrize("colour", [palette.INK, palette.GREY, palette.SERIES[0][0], palette.PRINTED])
def test_colours_of_words_have_contrast(colour) -> None:
    assert palette.contrast(colour, palette.PAPER) >= 4.5
    # of the vermilion of the set it is 4.45
    assert all(palette.contrast(palette.ink_on(one), one) >= 4.4 for one, _, _ in palette.SERIES)
