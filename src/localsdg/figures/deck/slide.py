"""The parts of a slide: 16:9, title, words, foot, number, notes, table; all in points.

A slide is 960 x 540 points. Text is measured (`layout.fit`), so that it
shrinks to a floor and then ends in an ellipsis; the notes hold it whole.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from localsdg.figures.chart.layout import HEIGHT, MARGIN, WIDTH, signs_held
from localsdg.figures.chart.palette import GREY, INK, PAPER, SERIES
from localsdg.figures.deck.chart_data import plain
from localsdg.figures.deck.text import fit, text_width, wrap
from localsdg.figures.messages.messages import words

FONT = "Arial"
#: The largest size that holds the title in two lines, else the other in three.
TITLE, LONG_TITLE = (28.0, 26.0, 24.0, 22.0, 20.0), (20.0, 19.0, 18.0, 17.0, 16.0)
KICKER = (14.0, 13.0, 12.0)
SUBTITLE, FOOT = (17.0, 16.0, 15.0, 14.0), (12.0, 11.5, 11.0, 10.5, 10.0)
CELL = (15.0, 14.0, 13.0, 12.0)
_INNER = WIDTH - 2 * MARGIN
_ACCENT = SERIES[0][0]
_LAYOUT = "Title Only"


@dataclass(frozen=True)
class Box:
    """A rectangle on a slide, in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[int, int, int, int]:
        """The same in the units of the file."""
        left, top, width, height = (round(side * 12700) for side in (self.left, self.top, self.width, self.height))
        return left, top, width, height


def new_presentation() -> Any:
    """An empty 16:9 deck: one layout, our font and colours in its theme."""
    from pptx import Presentation

    deck: Any = Presentation()
    across = WIDTH * 12700 / deck.slide_width
    deck.slide_width, deck.slide_height = round(WIDTH * 12700), round(HEIGHT * 12700)
    for layout in list(deck.slide_layouts):
        if layout.name != _LAYOUT:
            deck.slide_layouts.remove(layout)
    down = deck.slide_height / (7.5 * 914400)
    for shape in (*deck.slide_master.shapes, *deck.slide_layouts[0].shapes):
        if shape._element.xpath(".//a:xfrm"):
            shape.left, shape.width = round(shape.left * across), round(shape.width * across)
            shape.top, shape.height = round(shape.top * down), round(shape.height * down)
    _theme(deck)
    return deck


def _theme(deck: Any) -> None:
    """Arial, which every office has or has a twin of, and our colours for what people add."""
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.oxml import parse_xml

    part = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = parse_xml(part.blob)
    for font in theme.xpath("//a:majorFont/a:latin | //a:minorFont/a:latin"):
        font.set("typeface", FONT)
    for place, (colour, _, _) in enumerate(SERIES, start=1):
        for accent in theme.xpath(f"//a:clrScheme/a:accent{place}"):
            accent[0].set("val", colour[1:].upper())
    from lxml import etree

    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def add_slide(deck: Any, kicker: str, title: str, subtitle: str = "") -> tuple[Any, float]:
    """A slide with its head; returns it and the point below its subtitle."""
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    top = 20.0
    if kicker:
        block = fit(plain(kicker), _INNER - 8, KICKER, 1, bold=True)
        add_text(slide, Box(MARGIN, top, _INNER, 20), [(block.lines[0], block.size, _ACCENT, True)], "kicker")
        top += 22
    heading = signs_held(plain(title))
    block = fit(heading, _INNER - 8, TITLE, 2, bold=True)
    if len(block.lines) == 2 and block.lines[-1].endswith("…"):
        block = fit(heading, _INNER - 8, LONG_TITLE, 3, bold=True)
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = Box(MARGIN, top, _INNER, block.height + 4).emu
    _write(shape.text_frame, [(" ".join(block.lines), block.size, INK, True)])
    top += block.height + 6
    if subtitle:
        under = fit(plain(subtitle), _INNER - 8, SUBTITLE, 2)
        add_text(
            slide,
            Box(MARGIN, top, _INNER, under.height + 2),
            [(" ".join(under.lines), under.size, GREY, False)],
            "subtitle",
        )
        top += under.height + 8
    return slide, top


def add_foot(slide: Any, paragraphs: list[str], figure_id: str) -> float:
    """Source, coverage and caveat at the foot of the slide; returns the point above them.

    The last paragraph gives way when the room is not enough.
    """
    texts = [plain(text) for text in paragraphs if text]
    width, most = _INNER - 8, 8
    size = next((size for size in FOOT if _count(texts, size, width) <= most), FOOT[-1])
    while texts and _count(texts, size, width) > most:
        rest = most - _count(texts[:-1], size, width)
        if rest > 0:
            texts[-1] = " ".join(fit(texts[-1], width, (size,), rest).lines)
        else:
            texts.pop()
    height = _count(texts, size, width) * size * 1.22 + 4
    top = HEIGHT - 26 - height
    add_text(slide, Box(MARGIN, top, _INNER, height), [(text, size, GREY, False) for text in texts], "foot")
    if figure_id:
        add_text(slide, Box(MARGIN, HEIGHT - 26, _INNER - 80, 18), [(figure_id, 11.0, GREY, False)], "figure id")
    return top


def _count(paragraphs: list[str], size: float, width: float) -> int:
    return sum(len(wrap(text, width, size)) for text in paragraphs)


def add_strip(slide: Any, colours: list[str]) -> None:
    """A band of colours along the foot, an ornament."""
    from pptx.dml.color import RGBColor
    from pptx.enum.shapes import MSO_SHAPE

    width = WIDTH / len(colours)
    for place, colour in enumerate(colours):
        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *Box(place * width, HEIGHT - 14, width, 14).emu)
        shape.name = f"goal {place + 1}"
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor.from_string(colour[1:].upper())
        shape.line.fill.background()
        shape.shadow.inherit = False


def add_number(slide: Any) -> None:
    """The slide's number, bottom right, as a field of the layout."""
    for shape in slide.slide_layout.placeholders:
        if shape.element.xpath('.//p:ph[@type="sldNum"]'):
            number = copy.deepcopy(shape.element)
            taken = map(int, slide.shapes.element.xpath(".//p:cNvPr/@id"))
            number.xpath(".//p:cNvPr")[0].set("id", str(max(taken) + 1))
            slide.shapes.element.append(number)
            own = slide.shapes[-1]
            own.left, own.top, own.width, own.height = Box(WIDTH - MARGIN - 70, HEIGHT - 26, 70, 18).emu
            for properties in number.xpath(".//a:fld/a:rPr"):
                properties.set("sz", "1100")


def add_text(slide: Any, box: Box, paragraphs: list[tuple[str, float, str, bool]], name: str) -> Any:
    """A text box; each paragraph is (text, size, colour, bold)."""
    shape = slide.shapes.add_textbox(*box.emu)
    shape.name = name
    _write(shape.text_frame, paragraphs)
    return shape


def _write(frame: Any, paragraphs: list[tuple[str, float, str, bool]]) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
    from pptx.util import Pt

    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.TOP
    for place, (text, size, colour, bold) in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = RGBColor.from_string(colour[1:].upper())


def add_table(slide: Any, box: Box, headers: list[str], rows: list[list[str]], size: float) -> Any:
    """A native table of text; columns as wide as their words ask for."""
    from pptx.enum.text import MSO_ANCHOR

    frame = slide.shapes.add_table(len(rows) + 1, len(headers), *box.emu)
    table = frame.table
    widths = column_widths(headers, rows, box.width, size)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = round(width * 12700)
    for line, cells in enumerate([headers, *rows]):
        height = row_height(cells, widths, size, bold=line == 0)
        table.rows[line].height = round(height * 12700)
        for column, text in enumerate(cells):
            cell = table.cell(line, column)
            cell.margin_left = cell.margin_right = 6 * 12700
            cell.margin_top = cell.margin_bottom = 3 * 12700
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            _write_cell(cell, plain(text), size, line == 0)
    return frame


def _write_cell(cell: Any, text: str, size: float, head: bool) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    run = cell.text_frame.paragraphs[0].add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(size), head
    run.font.color.rgb = RGBColor.from_string((PAPER if head else INK)[1:].upper())


def column_widths(headers: list[str], rows: list[list[str]], width: float, size: float) -> list[float]:
    """Widths that add to `width`: a column's longest cell, long ones cut to a fair share first."""
    wanted = [
        max(text_width(plain(line[place]), size, bold=line is headers) for line in [headers, *rows]) + 16
        for place in range(len(headers))
    ]
    fair = width / len(wanted)
    room = width - sum(min(column, fair) for column in wanted)
    over = sum(max(column - fair, 0) for column in wanted)
    return [
        min(column, fair) + (max(column - fair, 0) * room / over if over else room / len(wanted)) for column in wanted
    ]


def row_height(cells: list[str], widths: list[float], size: float, *, bold: bool = False) -> float:
    """Points that a line of a table takes, its longest cell wrapped."""
    lines = max(len(wrap(plain(text), width - 14, size, bold=bold)) for text, width in zip(cells, widths, strict=True))
    return lines * size * 1.2 + 7


def split_rows(
    headers: list[str], rows: list[list[str]], width: float, room: float
) -> tuple[float, list[list[list[str]]]]:
    """A size, and the rows in as many slides as they need: one slide in the largest size that
    holds all, else the middle size over several."""
    for size in CELL:
        widths = column_widths(headers, rows, width, size)
        if sum(row_height(line, widths, size) for line in [headers, *rows]) <= room:
            return size, [rows]
    size = CELL[-2]
    widths = column_widths(headers, rows, width, size)
    pages: list[list[list[str]]] = [[]]
    used = first = row_height(headers, widths, size)
    for line in rows:
        height = row_height(line, widths, size)
        if pages[-1] and used + height > room:
            pages.append([])
            used = first
        pages[-1].append(line)
        used += height
    return size, pages


def add_notes(slide: Any, paragraphs: list[str]) -> None:
    """Speaker notes, a paragraph each."""
    slide.notes_slide.notes_text_frame.text = "\n".join(
        "\n".join(plain(line) for line in paragraph.split("\n")) for paragraph in paragraphs if paragraph
    )


def set_language(slide: Any, lang: str) -> None:
    """The language of a slide's and its notes' words, for spelling and for reading aloud."""
    for tree in (slide._element, slide.notes_slide._element):
        for properties in tree.xpath(".//a:rPr"):
            properties.set("lang", words(lang).locale.replace("_", "-"))


def describe(frame: Any, name: str, text: str) -> None:
    """Name and alternative text of a chart or table."""
    properties = frame._element.xpath("./p:nvGraphicFramePr/p:cNvPr")[0]
    properties.set("name", plain(name))
    properties.set("descr", plain(text))
