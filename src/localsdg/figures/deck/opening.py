"""The first slides: place and date of the data, the key numbers, and the agenda of a full deck."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.palette import GREY, INK
from localsdg.figures.deck import slide as deck_slide
from localsdg.figures.deck.canvas import ACCENT
from localsdg.figures.deck.chart_data import plain
from localsdg.figures.deck.frame import EMU, Box
from localsdg.figures.deck.text import LINE, fit, text_width

if TYPE_CHECKING:
    from localsdg.figures.briefing.briefing import KeyNumber
    from localsdg.figures.chart.layout import Block
    from localsdg.figures.data.figure import Figure
    from localsdg.figures.deck.canvas import Canvas
    from localsdg.figures.deck.stamp import Stamp
    from localsdg.figures.messages.messages import Words

#: Sizes of a key number and of the words below it.
_VALUE, _WORDS = (66.0, 60.0, 54.0, 48.0, 42.0, 38.0, 34.0, 30.0, 26.0), (22.0, 20.0, 18.0, 16.0, 14.0)
_GAP = 24.0
#: A number and what follows it, and how much smaller that is.
_NUMBER, _REST = re.compile(r"(\D{0,3}\d[\d.,\u00a0]*) (.+)"), 0.5


def add_cover(canvas: Canvas, figures: list[Figure], w: Words, stamp: Stamp) -> Any:
    """The title, the place, the date of the data, the event and the version of the warehouse."""
    lines = [
        " · ".join(part for part in (stamp.area, w.as_known) if part),
        as_of(figures, w, stamp),
        stamp.event or w.say("deck.event"),
        w.say("deck.warehouse", version=stamp.version, date=w.date(stamp.built_at[:10])),
    ]
    slide = canvas.add_cover(w.say("deck.title"), lines)
    deck_slide.add_notes(slide, [*lines, w.say("deck.how")])
    return slide


def as_of(figures: list[Figure], w: Words, stamp: Stamp) -> str:
    """The date of the data behind most of the figures, with their newest year; else their newest release."""
    dates: dict[str, list[int]] = {}
    for figure in figures:
        year = max((row["year"] for row in figure.rows if row.get("year")), default=0)
        if dated := figure.as_of.removesuffix(w.say("as_of.newest", year=year)):
            dates.setdefault(dated, []).append(year)
    if dates:
        dated, years = max(dates.items(), key=lambda pair: len(pair[1]))
        return dated[:1].upper() + dated[1:] + (w.say("as_of.newest", year=max(years)) if max(years) else "")
    held = {row["release"] for figure in figures for row in figure.rows if row.get("release")}
    for source in sorted(stamp.releases, key=lambda source: source != "unsd"):
        if newest := max((release for release in stamp.releases[source] if release in held), default=""):
            return f"{w.say(f'source.{source}', source)}: {newest}"
    return ""


def add_key_numbers(
    canvas: Canvas, numbers: tuple[KeyNumber, ...], w: Words, head: tuple[str, str, str] | None = None
) -> tuple[Any, list[Any]]:
    """One slide of large numbers, three in a row; returns it and the numbers' shapes.

    `head` are the words above its title, its title and those below; without it the slide is named by its numbers.
    """
    slide, top = canvas.add_page(*(head or ("", w.say("deck.numbers"), "")))
    frame = canvas.frame
    columns = min(len(numbers), 3)
    width = (frame.inner - _GAP * (columns - 1)) / columns
    size = min(_value_size(one.value, width - 26) for one in numbers)
    lines = [numbers[place : place + columns] for place in range(0, len(numbers), columns)]
    heights = [max(_height(one, width, size) for one in line) for line in lines]
    spare = max(frame.bottom - 12 - top - sum(heights), 0.0) / (len(lines) + 1)
    top += min(spare, 40.0)
    shapes = []
    for line, height in zip(lines, heights, strict=True):
        for column, number in enumerate(line):
            box = Box(frame.margin + column * (width + _GAP), top, width, height)
            shapes.append(_add_number(slide, box, number, size))
        top += height + min(spare, 60.0)
    said = [f"{one.value} {one.words}" + (f" ({one.year})" if one.year else "") for one in numbers]
    deck_slide.add_notes(slide, [w.say("deck.say"), *said, w.say("deck.say_numbers")])
    return slide, shapes


def _add_number(slide: Any, box: Box, number: KeyNumber, size: float) -> Any:
    """A number, the words below it and its year, beside a thin bar."""
    from pptx.dml.color import RGBColor
    from pptx.enum.shapes import MSO_SHAPE

    bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *Box(box.left, box.top, 5, box.height).emu)
    bar.name = f"bar {number.figure_id}"
    bar.fill.solid()
    bar.fill.fore_color.rgb = RGBColor.from_string(ACCENT[1:].upper())
    bar.line.fill.background()
    bar.shadow.inherit = False
    deck_slide.set_decorative(bar)
    main, rest = _split(number.value)
    under = _words(number, box.width)
    paragraphs = [
        (main, size, ACCENT, True),
        (" ".join(under.lines), under.size, INK, False),
        *([(str(number.year), 14.0, GREY, False)] if number.year else []),
    ]
    place = Box(box.left + 18, box.top, box.width - 18, box.height)
    shape = deck_slide.add_text(slide, place, paragraphs, f"key number {number.figure_id}")
    if rest:
        first = shape.text_frame.paragraphs[0]
        run = first.add_run()
        run.text, run.font.bold = f" {rest}", True
        run.font.size = round(size * _REST * EMU)
        run.font.color.rgb = first.runs[0].font.color.rgb
    return shape


def _words(number: KeyNumber, width: float) -> Block:
    return fit(plain(number.words), width - 26, _WORDS, 4)


def _height(number: KeyNumber, width: float, size: float) -> float:
    """Points that a number takes with its words and its year."""
    under = _words(number, width)
    return (size + len(under.lines) * under.size + 14 * bool(number.year)) * LINE + 6


def _split(value: str) -> tuple[str, str]:
    """A number, and what follows it in smaller type: `10 of 31` -> `10`, `of 31`; `8.5%` is whole."""
    match = _NUMBER.match(plain(value))
    return (match[1], match[2]) if match else (plain(value), "")


def _value_size(value: str, width: float) -> float:
    """The largest size in which a number fits into one line."""
    main, rest = _split(value)
    wide = [
        text_width(main, size, bold=True) + text_width(f" {rest}" if rest else "", size * _REST, bold=True)
        for size in _VALUE
    ]
    return next((size for size, needed in zip(_VALUE, wide, strict=True) if needed <= width), _VALUE[-1])


def add_agenda(canvas: Canvas, w: Words) -> Any:
    """The slide of the agenda, still without its lines."""
    slide, _ = canvas.add_page("", w.say("deck.agenda"))
    return slide


def fill_agenda(canvas: Canvas, slide: Any, parts: list[tuple[str, list[Any]]], w: Words) -> None:
    """A line a part of the deck, in two columns; a click on it shows the part's first slide."""
    frame = canvas.frame
    per_column = -(-len(parts) // 2)
    width = (frame.inner - _GAP) / 2
    top = _below_title(canvas, slide)
    step = min((frame.bottom - top) / per_column, 48.0)
    numbers = {one.slide_id: number for number, one in enumerate(canvas.deck.slides, start=1)}
    said = []
    for place, (name, slides) in enumerate(parts):
        column, row = divmod(place, per_column)
        left = frame.margin + column * (width + _GAP)
        number = str(numbers[slides[0].slide_id])
        block = fit(plain(name), width - 60, (18.0, 17.0, 16.0, 15.0, 14.0), 1 if step < 40 else 2)
        line = [(" ".join(block.lines), block.size, INK, False)]
        shape = deck_slide.add_text(slide, Box(left, top + row * step, width - 50, step), line, f"agenda {place + 1}")
        at_right = Box(left + width - 44, top + row * step, 44, step)
        page = deck_slide.add_text(slide, at_right, [(number, block.size, GREY, False)], f"agenda page {place + 1}")
        shape.click_action.target_slide = page.click_action.target_slide = slides[0]
        said.append(f"{name}: {number}")
    deck_slide.add_notes(slide, [w.say("deck.agenda"), *said])


def _below_title(canvas: Canvas, slide: Any) -> float:
    shape = slide.shapes.title
    scale = canvas.brand.scale if canvas.brand and canvas.brand.heading else 1.0
    return (shape.top + shape.height) / EMU / scale + 16
