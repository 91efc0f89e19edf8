"""The parts of a slide: title, words, foot, number, notes, table; all in points.

Every place is counted from the slide's `Frame`. Text is measured (`text.fit`),
so that it shrinks to a smallest size and only then loses words; the notes hold it whole.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from localsdg.figures.chart.layout import signs_held
from localsdg.figures.chart.palette import GREY, INK, PAPER, SERIES
from localsdg.figures.deck.chart_data import plain
from localsdg.figures.deck.frame import EMU, SIZES, Box, frame, frame_of
from localsdg.figures.deck.text import LINE, fit, text_width, wrap
from localsdg.figures.messages.messages import words

FONT = "Arial"
#: Lines of a title, and the sizes in which it may have so many: the largest that holds it.
TITLE = ((2, (28.0, 26.0, 24.0, 22.0)), (3, (24.0, 22.0, 20.0, 18.0)), (4, (18.0, 16.0)))
KICKER = (14.0, 13.0, 12.0)
SUBTITLE, FOOT = (17.0, 16.0, 15.0, 14.0), (12.0, 11.5, 11.0)
#: Lines of the foot on a slide of 16:9; a narrower one has more of them.
_FOOT_LINES = 4
CELL = (16.0, 15.0, 14.0)
_ACCENT = SERIES[0][0]
_LAYOUT = "Title Only"
_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_SENTENCE = re.compile(r"(?<=[.!?]) +(?=\S)")
#: Room that a text box has beside the measured lines.
_SPARE = 8.0
_DECORATIVE = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
    "</a:ext></a:extLst>"
)


def new_presentation(size: str = "16:9") -> Any:
    """An empty deck, `16:9` or `4:3`: one layout, our font and colours in its theme."""
    from pptx import Presentation

    deck: Any = Presentation()
    page = frame(size)
    across = page.width * EMU / deck.slide_width
    deck.slide_width, deck.slide_height = round(page.width * EMU), round(page.height * EMU)
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
    page = frame_of(deck)
    top, width = 20.0, page.inner - _SPARE
    if kicker:
        block = fit(plain(kicker), width, KICKER, 1, bold=True)
        add_text(slide, page.across(top, 20), [(block.lines[0], block.size, _ACCENT, True)], "kicker")
        top += 22
    block = fit_title(title, width)
    shape = slide.shapes.title
    # no wider than its longest line, so that no office leaves a word alone in the last
    broad = max(text_width(line, block.size, bold=True) for line in block.lines) + _SPARE if len(block.lines) > 1 else 0
    shape.left, shape.top, shape.width, shape.height = Box(
        page.margin, top, min(broad, page.inner) or page.inner, block.height + 4
    ).emu
    _write(shape.text_frame, [(" ".join(block.lines), block.size, INK, True)])
    top += block.height + 6
    if subtitle:
        under = fit(plain(subtitle), width, SUBTITLE, 1)
        if under.lines[-1].endswith("…"):
            under = fit(plain(subtitle), width, SUBTITLE, 2)
        place = page.across(top, under.height + 2)
        add_text(slide, place, [(" ".join(under.lines), under.size, GREY, False)], "subtitle")
        top += under.height + 8
    return slide, top


def fit_title(title: str, width: float) -> Any:
    """A title in as few lines and as large as it is whole; one of more than four lines ends in …."""
    heading = signs_held(plain(title))
    blocks = (fit(heading, width, sizes, most, bold=True) for most, sizes in TITLE)
    return next((block for block in blocks if not block.lines[-1].endswith("…")), None) or fit(
        heading, width, TITLE[-1][1], TITLE[-1][0], bold=True
    )


def add_foot(slide: Any, paragraphs: list[str], figure_id: str) -> float:
    """Source, coverage and caveat at the foot of the slide; returns the point above them.

    Where the room is not enough each paragraph gives its last sentences, the longest first,
    and keeps its first; what is left out is marked by ….
    """
    page = frame_of(slide)
    width = page.inner - _SPARE
    most = round(_FOOT_LINES * (SIZES["16:9"].inner / page.inner) ** 0.5)
    # a day such as 2023-12-17 is not broken at the end of a line
    texts = [_DAY.sub("\\1\u2011\\2\u2011\\3", plain(text)) for text in paragraphs if text]
    size = next((size for size in FOOT if _count(texts, size, width) <= most), FOOT[-1])
    texts = _shortened(texts, most, size, width)
    height = _count(texts, size, width) * size * LINE + 4
    top = page.bottom - height
    add_text(slide, page.across(top, height), [(text, size, GREY, False) for text in texts], "foot")
    if figure_id:
        place = Box(page.margin, page.bottom, page.inner - 80, 18)
        add_text(slide, place, [(figure_id, 11.0, GREY, False)], "figure id")
    return top


def _shortened(texts: list[str], most: int, size: float, width: float) -> list[str]:
    """The paragraphs in at most `most` lines: less sentences, at last less words."""
    parts = [_SENTENCE.split(text) for text in texts]
    whole = [len(sentences) for sentences in parts]

    def joined() -> list[str]:
        pairs = zip(parts, whole, strict=True)
        return [" ".join(kept) + (" …" if len(kept) < number else "") for kept, number in pairs]

    while _count(joined(), size, width) > most and any(len(kept) > 1 for kept in parts):
        longest = max(range(len(parts)), key=lambda n: (len(parts[n]) > 1, len(" ".join(parts[n]))))
        parts[longest].pop()
    kept = joined()
    for place in range(len(kept) - 1, -1, -1):
        if _count(kept, size, width) <= most:
            break
        rest = max(most - _count(kept, size, width) + len(wrap(kept[place], width, size)), 1)
        kept[place] = " ".join(fit(kept[place], width, (size,), rest).lines)
    return kept[:most]


def _count(paragraphs: list[str], size: float, width: float) -> int:
    return sum(len(wrap(text, width, size)) for text in paragraphs)


def add_strip(slide: Any, colours: list[str]) -> None:
    """A band of colours along the foot, an ornament."""
    from pptx.dml.color import RGBColor
    from pptx.enum.shapes import MSO_SHAPE

    page = frame_of(slide)
    width = page.width / len(colours)
    for place, colour in enumerate(colours):
        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *Box(place * width, page.height - 14, width, 14).emu)
        shape.name = f"goal {place + 1}"
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor.from_string(colour[1:].upper())
        shape.line.fill.background()
        shape.shadow.inherit = False
        set_decorative(shape)


def add_number(slide: Any) -> None:
    """The slide's number, bottom right, as a field of the layout."""
    page = frame_of(slide)
    for shape in slide.slide_layout.placeholders:
        if shape.element.xpath('.//p:ph[@type="sldNum"]'):
            number = copy.deepcopy(shape.element)
            taken = map(int, slide.shapes.element.xpath(".//p:cNvPr/@id"))
            number.xpath(".//p:cNvPr")[0].set("id", str(max(taken) + 1))
            slide.shapes.element.append(number)
            own = slide.shapes[-1]
            own.left, own.top, own.width, own.height = Box(page.width - page.margin - 70, page.bottom, 70, 18).emu
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
        column.width = round(width * EMU)
    for line, cells in enumerate([headers, *rows]):
        height = row_height(cells, widths, size, bold=line == 0)
        table.rows[line].height = round(height * EMU)
        for column, text in enumerate(cells):
            cell = table.cell(line, column)
            cell.margin_left = cell.margin_right = 6 * EMU
            cell.margin_top = cell.margin_bottom = 3 * EMU
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
    return lines * size * LINE + 7


def split_rows(
    headers: list[str], rows: list[list[str]], width: float, room: float
) -> tuple[float, list[list[list[str]]]]:
    """A size, and the rows in as many slides as they need: one slide in the largest size that
    holds all, else several in the smallest."""
    for size in CELL:
        widths = column_widths(headers, rows, width, size)
        if sum(row_height(line, widths, size) for line in [headers, *rows]) <= room:
            return size, [rows]
    size = CELL[-1]
    widths = column_widths(headers, rows, width, size)
    first = row_height(headers, widths, size, bold=True)
    heights = [row_height(line, widths, size) for line in rows]
    n = len(_pages(heights, room - first))
    # as even as so many slides allow: no last row alone
    lower = (least for least in range(round(sum(heights) / n), round(room - first)) if len(_pages(heights, least)) == n)
    pages = _pages(heights, next(lower, room - first))
    return size, [[rows[place] for place in page] for page in pages]


def _pages(heights: list[float], room: float) -> list[list[int]]:
    """The places of the rows by slide, each slide filled up to `room`."""
    pages: list[list[int]] = [[]]
    used = 0.0
    for place, height in enumerate(heights):
        if pages[-1] and used + height > room:
            pages.append([])
            used = 0.0
        pages[-1].append(place)
        used += height
    return pages


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
    """Name and alternative text of a chart, table, picture or group; it is read before the foot of its slide."""
    element = frame._element
    properties = element.xpath("./*/p:cNvPr")[0]
    properties.set("name", plain(name))
    properties.set("descr", plain(text))
    for foot in element.xpath('../p:sp[p:nvSpPr/p:cNvPr/@name="foot"]')[:1]:
        foot.addprevious(element)


def set_decorative(shape: Any) -> None:
    """Mark a shape as an ornament, which a screen reader passes over."""
    from pptx.oxml import parse_xml

    shape._element.xpath("./*/p:cNvPr")[0].append(parse_xml(_DECORATIVE))
