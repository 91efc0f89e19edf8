"""The slides of a profile: six for a country or a region, four for a local government.

Title and key numbers, findings of the argument, and what is missing beside what the numbers do not say.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localsdg.figures.briefing.briefing import brief
from localsdg.figures.chart.palette import GREY, INK
from localsdg.figures.deck import opening
from localsdg.figures.deck import slide as deck_slide
from localsdg.figures.deck.canvas import ACCENT
from localsdg.figures.deck.chart_data import plain
from localsdg.figures.deck.finding import add_finding, foot, table_cells
from localsdg.figures.deck.frame import Box
from localsdg.figures.deck.text import LINE, fit, wrap

if TYPE_CHECKING:
    from localsdg.figures.briefing.briefing import Briefing
    from localsdg.figures.data.figure import Figure, NoData, Result
    from localsdg.figures.deck.canvas import Canvas
    from localsdg.figures.deck.stamp import Stamp
    from localsdg.figures.messages.messages import Words

#: Findings of a profile by the outline of its briefing: with the first and the last slide six and four.
FINDINGS = {"world": 4, "country": 4, "local_government": 2}
#: Sizes of a sentence on the last slide.
_TEXT = (22.0, 20.0, 18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0)
_GAP, _SPACE = 32.0, 8.0


def profile(canvas: Canvas, result: Result, w: Words, stamp: Stamp) -> list[tuple[str, list[Any]]]:
    """The slides of a profile, as sections: their names and slides."""
    briefing = brief(result, w, stamp.outline, FINDINGS[stamp.outline])
    findings = [(section.title, figure) for section in briefing.sections for figure in section.figures]
    parts = [(w.say("deck.opening"), [_add_first(canvas, briefing, [one for _, one in findings], w, stamp)])]
    for title, figure in findings:
        parts.append((title, add_finding(canvas, _on_one_slide(canvas, figure), title, w, stamp)))
    return [*parts, (w.say("deck.closing"), [_add_last(canvas, briefing, result, w, stamp)])]


def _add_first(canvas: Canvas, briefing: Briefing, figures: list[Figure], w: Words, stamp: Stamp) -> Any:
    """The place, the date of its data, and its key numbers."""
    under = " · ".join(part for part in (opening.as_of(figures, w, stamp), w.as_known) if part)
    head = (w.say("profile.title"), stamp.area, under)
    if briefing.key_numbers:
        return opening.add_key_numbers(canvas, briefing.key_numbers, w, head)[0]
    slide, _ = canvas.add_page(*head)
    deck_slide.add_notes(slide, [stamp.area, under])
    return slide


def _on_one_slide(canvas: Canvas, figure: Figure) -> Figure:
    """A table with as many rows as one slide holds; the file of its numbers has all."""
    if figure.kind != "table":
        return figure
    headers, rows = table_cells(figure)
    lines = sum(len(wrap(plain(text), canvas.frame.inner, 12.0)) for text in foot(figure) if text)
    room = canvas.frame.height - 150 - min(lines, 8) * 14.0 - 30
    _, pages = deck_slide.split_rows(headers, rows, canvas.frame.inner, room)
    return replace(figure, rows=figure.rows[: len(pages[0])])


def _add_last(canvas: Canvas, briefing: Briefing, result: Result, w: Words, stamp: Stamp) -> Any:
    """What is missing and why, beside what these numbers do not say."""
    slide, top = canvas.add_page("", w.say("profile.missing"))
    frame = canvas.frame
    width = (frame.inner - _GAP) / 2
    missing = reasons(result.missing, with_titles=stamp.outline != "local_government") or [w.say("profile.nothing")]
    columns = ((frame.margin, w.say("profile.missing"), missing), (frame.margin + width + _GAP, "", briefing.limits))
    for place, (left, _, texts) in enumerate(columns):
        head = w.say("deck.why" if place == 0 else "profile.limits")
        size = _size([plain(text) for text in texts], width, frame.bottom - top - 44)
        deck_slide.add_text(slide, Box(left, top + 4, width, 24), [(head, 16.0, ACCENT, True)], f"head {place + 1}")
        y = top + 36
        for number, text in enumerate(texts, start=1):
            block = fit(plain(text), width - 8, (size,), 6)
            if y + block.height > frame.bottom:
                break
            look = [(" ".join(block.lines), size, INK if place == 0 else GREY, False)]
            deck_slide.add_text(slide, Box(left, y, width, block.height + 2), look, f"text {place + 1}.{number}")
            y += block.height + _SPACE
    deck_slide.add_notes(slide, [w.say("profile.missing"), *missing, w.say("profile.limits"), *briefing.limits])
    return slide


def reasons(missing: tuple[NoData, ...], *, with_titles: bool, most: int = 400) -> list[str]:
    """Why figures have no data, each reason once, those of more figures first, in about `most` letters each.

    The reasons of a local government name what is missing; others do with the titles of the figures, at most two.
    """
    titles: dict[str, list[str]] = {}
    for one in missing:
        titles.setdefault(one.reason, []).append(one.title)
    told = sorted(titles, key=lambda reason: -len(titles[reason]))
    if not with_titles:
        return told
    texts = []
    for reason in told:
        named = "; ".join(titles[reason][:2]) + "; …" * (len(titles[reason]) > 2)
        room = max(most - len(reason), 30)
        texts.append(f"{named if len(named) <= room else named[:room].rpartition(' ')[0] + ' …'} – {reason}")
    return texts


def _size(texts: list[str], width: float, room: float) -> float:
    """The largest size in which the texts fit below one another."""
    for size in _TEXT:
        if sum(len(wrap(text, width - 8, size)) * size * LINE + _SPACE for text in texts) <= room:
            return size
    return _TEXT[-1]
