"""Slides of a deck, on our own master or on an organiser's template."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localsdg.figures.chart.palette import GOALS, GREY, INK, SERIES
from localsdg.figures.deck import rescale
from localsdg.figures.deck import slide as deck_slide
from localsdg.figures.deck.chart_data import plain
from localsdg.figures.deck.frame import EMU, Box, Frame, frame_of
from localsdg.figures.deck.template import Brand, open_template
from localsdg.figures.deck.text import LINE, fit, wrap

ACCENT = SERIES[0][0]
#: Sizes of the title of the first slide, and of the words below it.
COVER, UNDER = (40.0, 36.0, 34.0, 32.0, 30.0, 28.0, 26.0), (26.0, 24.0, 22.0, 20.0, 18.0, 16.0, 14.0)
_NUMBER = (
    '<a:fld xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr sz="1100"/><a:t>‹#›</a:t></a:fld>'
)


@dataclass(frozen=True)
class Canvas:
    """A deck that is being written; `brand` is None on our own master."""

    deck: Any
    brand: Brand | None = None

    @property
    def frame(self) -> Frame:
        """Size and margins of its slides."""
        return frame_of(self.deck)

    def add_cover(self, title: str, paragraphs: list[str]) -> Any:
        """The first slide: a title, and lines below it of which the first is the largest."""
        texts = [plain(text) for text in paragraphs if text]
        return self._plain_cover(title, texts) if self.brand is None else self._brand_cover(self.brand, title, texts)

    def add_page(self, kicker: str, title: str, subtitle: str = "") -> tuple[Any, float]:
        """A slide with its head; returns it and the point below its subtitle."""
        if self.brand is None:
            return deck_slide.add_slide(self.deck, kicker, title, subtitle)
        return self._brand_page(self.brand, kicker, title, subtitle)

    def finish(self) -> None:
        """Number the slides, and bring them to the size and colours of the template."""
        for number, slide in enumerate(self.deck.slides):
            if self.brand is None:
                if number:
                    deck_slide.add_number(slide)
                continue
            rescale.colour_slide(slide, self.brand)
            rescale.scale_slide(slide, self.brand.scale)
            if number:
                _add_own_number(slide, self.brand)
        if self.brand is not None:
            self.deck.slide_width, self.deck.slide_height = self.brand.size

    def _plain_cover(self, title: str, texts: list[str]) -> Any:
        slide, _ = deck_slide.add_slide(self.deck, "", title)
        block = _fit_cover(title, self.frame.inner - 56, COVER)
        high = block.height + 8
        top = self.frame.height * 0.42 - high
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = self.frame.across(top, high, inset=24).emu
        run = shape.text_frame.paragraphs[0].runs[0]
        run.text, run.font.size = " ".join(block.lines), round(block.size * EMU)
        box = self.frame.across(top + high + 16, self.frame.height * 0.48 - 30, inset=24)
        shape = deck_slide.add_text(slide, box, _under(texts, box), "about")
        for paragraph in shape.text_frame.paragraphs:
            paragraph.space_after = 8 * EMU
        deck_slide.add_strip(slide, list(GOALS.values()))
        return slide

    def _brand_cover(self, brand: Brand, title: str, texts: list[str]) -> Any:
        slide = self.deck.slides.add_slide(brand.cover)
        shape = slide.shapes.title
        place = _place(shape, brand) or self.frame.across(self.frame.height * 0.25, 110)
        sizes = [size for size in COVER if size * LINE * 2 <= max(place.height, 60)] or [COVER[-1]]
        _set_text(shape, _fit_cover(title, place.width - 16, tuple(sizes)))
        under, below = _subtitle(slide, brand)
        _remove_placeholders(slide, keep=[shape, *([under] if under is not None else [])])
        if under is None:
            below = self.frame.across(place.top + place.height + 12, self.frame.bottom - place.top - place.height - 12)
            deck_slide.add_text(slide, below, _under(texts, below), "about")
            return slide
        under.left, under.top, under.width, under.height = below.emu
        frame = under.text_frame
        for number, (text, size, _, _) in enumerate(_under(texts, below)):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text, run.font.size = text, round(size * EMU)
        return slide

    def _brand_page(self, brand: Brand, kicker: str, title: str, subtitle: str) -> tuple[Any, float]:
        slide = self.deck.slides.add_slide(brand.page)
        shape = slide.shapes.title
        place = brand.heading or self.frame.across(20, 60)
        block = deck_slide.fit_title(title, place.width - 16)
        high = max(place.height, block.height + 8)
        if brand.heading is None or high > place.height:
            shape.left, shape.top, shape.width, shape.height = Box(place.left, place.top, place.width, high).emu
        _set_text(shape, block)
        _remove_placeholders(slide, keep=[shape])
        top = place.top + high + 2
        for text, sizes, lines, name in (
            (kicker, deck_slide.KICKER, 1, "kicker"),
            (subtitle, deck_slide.SUBTITLE, 2, "subtitle"),
        ):
            if text:
                part = fit(plain(text), self.frame.inner - 8, sizes, lines, bold=name == "kicker")
                look = (" ".join(part.lines), part.size, ACCENT if name == "kicker" else GREY, name == "kicker")
                deck_slide.add_text(slide, self.frame.across(top, part.height + 2), [look], name)
                top += part.height + 4
        return slide, top + 4


def open_canvas(template: Path | None, size: str) -> Canvas:
    """An empty deck; a template has its own size. Raises `LocalsdgError` for a template that cannot be used."""
    if template is None:
        return Canvas(deck_slide.new_presentation(size))
    return Canvas(*open_template(template))


def _fit_cover(title: str, width: float, sizes: tuple[float, ...]) -> Any:
    """The title of the first slide: in two lines where one of the larger sizes has room, else in three."""
    block = fit(plain(title), width, sizes[:5], 2, bold=True)
    return block if not block.lines[-1].endswith("…") else fit(plain(title), width, sizes, 3, bold=True)


def _under(texts: list[str], box: Box) -> list[tuple[str, float, str, bool]]:
    """The lines of the first slide, in the largest sizes in which the box holds them."""
    for size in UNDER:
        sized = [(text, size if place == 0 else max(size * 0.72, 12.0)) for place, text in enumerate(texts)]
        lines = [(len(wrap(text, box.width - 16, one, bold=True)), one) for text, one in sized]
        if sum(count * one * LINE + 8 for count, one in lines) <= box.height:
            break
    return [(text, one, INK if place < 2 else GREY, place == 0) for place, (text, one) in enumerate(sized)]


def _subtitle(slide: Any, brand: Brand) -> tuple[Any, Box]:
    """The placeholder for the words below the title and where its layout has it; (None, no box) without one.

    LibreOffice gives it the number of the title: it is found by its type.
    """
    for kind in ("SUBTITLE", "BODY"):
        for holder in brand.cover.placeholders:
            box = _place(holder, brand)
            if holder.placeholder_format.type.name == kind and box is not None:
                own = [one for one in slide.placeholders if one.placeholder_format.type.name == kind]
                return own[0], box
    return None, Box(0, 0, 0, 0)


def _place(shape: Any, brand: Brand) -> Box | None:
    """Where a placeholder is by its layout, in the points of the frame."""
    sides = (shape.left, shape.top, shape.width, shape.height)
    if any(side is None for side in sides):
        return None
    left, top, width, height = (side / EMU / brand.scale for side in sides)
    return Box(left, top, width, height)


def _set_text(shape: Any, block: Any) -> None:
    """A title in its size, in the font, colour and place of the template."""
    paragraph = shape.text_frame.paragraphs[0]
    run = paragraph.add_run()
    run.text, run.font.size = " ".join(block.lines), round(block.size * EMU)


def _remove_placeholders(slide: Any, keep: list[Any]) -> None:
    """Placeholders that would ask for a click to add text."""
    kept = [shape._element for shape in keep]
    for shape in list(slide.placeholders):
        if not any(shape._element is one for one in kept):
            shape._element.getparent().remove(shape._element)


def _add_own_number(slide: Any, brand: Brand) -> None:
    """The slide's number where the template's layout has it, bottom right where it has none."""
    from pptx.oxml import parse_xml

    holders = [one for one in slide.slide_layout.placeholders if one.placeholder_format.type.name == "SLIDE_NUMBER"]
    if holders:
        element = copy.deepcopy(holders[0].element)
        element.xpath(".//p:cNvPr")[0].set("id", str(max(map(int, slide.shapes.element.xpath(".//p:cNvPr/@id"))) + 1))
        for place in element.xpath("./p:spPr/a:xfrm"):
            place.getparent().remove(place)
        slide.shapes.element.append(element)
        return
    frame = frame_of(slide)
    left, top, width, height = Box(frame.width - frame.margin - 70, frame.height - 26, 70, 18).emu
    shape = slide.shapes.add_textbox(*(round(side * brand.scale) for side in (left, top, width, height)))
    shape.name = "Slide Number"
    shape.text_frame.paragraphs[0]._p.insert(0, parse_xml(_NUMBER))
