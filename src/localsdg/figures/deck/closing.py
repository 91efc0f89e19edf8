"""The last slides: what the numbers do not say, the sources, and what no slide shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.chart.palette import INK
from localsdg.figures.deck import slide as deck_slide
from localsdg.figures.deck.canvas import ACCENT
from localsdg.figures.deck.chart_data import plain
from localsdg.figures.deck.frame import Box
from localsdg.figures.deck.text import LINE, wrap

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure, NoData
    from localsdg.figures.deck.canvas import Canvas
    from localsdg.figures.messages.messages import Words

_LIMIT = (24.0, 22.0, 20.0, 18.0, 16.0)
_SPACE = 14.0


def add_limits(canvas: Canvas, limits: tuple[str, ...], w: Words) -> Any:
    """What these numbers do not say, a sentence each."""
    slide, top = canvas.add_page("", w.say("deck.limits"))
    frame = canvas.frame
    top += 10
    texts = [plain(text) for text in limits]
    width = frame.inner - 34
    for size in _LIMIT:
        heights = [len(wrap(text, width - 8, size)) * size * LINE + _SPACE for text in texts]
        if top + sum(heights) <= frame.bottom - 10:
            break
    for number, (text, height) in enumerate(zip(texts, heights, strict=True), start=1):
        mark = deck_slide.add_text(
            slide,
            Box(frame.margin, top, 28, height - _SPACE + 4),
            [(str(number), size, ACCENT, True)],
            f"mark {number}",
        )
        deck_slide.set_decorative(mark)
        place = Box(frame.margin + 34, top, width, height - _SPACE + 4)
        deck_slide.add_text(slide, place, [(text, size, INK, False)], f"limit {number}")
        top += height
    deck_slide.add_notes(slide, [w.say("deck.say"), *limits])
    return slide


def add_sources(
    canvas: Canvas, shown: list[tuple[int, Figure]], w: Words, missing: tuple[NoData, ...] = ()
) -> list[Any]:
    """Each source line, with the numbers of the slides that rest on it; over as many slides as they need.

    `missing` has no slide of its own in a short deck: the notes of the first of these name it.
    """
    lines: dict[str, list[int]] = {}
    for number, figure in shown:
        lines.setdefault(_without_series(figure.source, w), []).append(number)
    rows = [[_ranges(numbers), source] for source, numbers in lines.items()]
    example = shown[0][1].figure_id if shown else "c01-extreme-poverty"
    trace = w.say("deck.trace_any", figure=example)
    headers = [w.say("deck.slide"), w.say("deck.source")]
    slides = _add_pages(canvas, w.say("deck.sources"), headers, rows, w, [trace], "sources")
    if missing:
        lacking = [f"{figure.title}: {figure.reason}" for figure in missing]
        deck_slide.add_notes(slides[0], [slides[0].notes_slide.notes_text_frame.text, w.say("deck.missing"), *lacking])
    return slides


def add_left_out(canvas: Canvas, weak: list[Figure], w: Words) -> list[Any]:
    """Findings too weak for a slide, and why."""
    rows = [[figure.title, figure.finding.why] for figure in weak]
    headers = [w.say("deck.finding"), w.say("deck.why_not")]
    return _add_pages(canvas, w.say("deck.left_out"), headers, rows, w, [], "left out")


def add_missing(canvas: Canvas, missing: tuple[NoData, ...], w: Words) -> list[Any]:
    """What has no data and why, a row a claim and reason."""
    headers = [w.say("word.claim"), w.say("deck.what"), w.say("deck.why")]
    by_reason: dict[tuple[str, str], list[str]] = {}
    for figure in missing:
        by_reason.setdefault((figure.claim_id, figure.reason), []).append(figure.title)
    rows = [
        [f"{claim} {w.say(f'claim.{claim}')}", w.say("word.apart").join(titles), reason]
        for (claim, reason), titles in by_reason.items()
    ]
    return _add_pages(canvas, w.say("deck.missing"), headers, rows, w, [], "no data")


def _add_pages(
    canvas: Canvas, title: str, headers: list[str], rows: list[list[str]], w: Words, under: list[str], name: str
) -> list[Any]:
    """A table over as many slides as it needs; `under` are lines at the foot of each."""
    slide, top = canvas.add_page("", title)
    bottom = deck_slide.add_foot(slide, under, "") if under else canvas.frame.bottom
    size, pages = deck_slide.split_rows(headers, rows, canvas.frame.inner, bottom - top - 12)
    slides = []
    for number, page in enumerate(pages, start=1):
        if number > 1:
            slide, top = canvas.add_page("", f"{title} {w.say('deck.page', n=number, total=len(pages))}")
            if under:
                deck_slide.add_foot(slide, under, "")
        frame = deck_slide.add_table(slide, canvas.frame.across(top, 20), headers, page, size)
        deck_slide.describe(frame, name, "; ".join(" ".join(line) for line in page))
        deck_slide.add_notes(slide, [title, *(" · ".join(line) for line in page), *under])
        slides.append(slide)
    return slides


def _without_series(source: str, w: Words) -> str:
    """The source line without its label, which the column has, and without the series, which its slide has."""
    series = w.say("word.series").partition("{")[0]
    apart = w.say("word.apart")
    parts = source.removeprefix(w.say("word.source", text="")).split(apart)
    text = apart.join(part for part in parts if not part.startswith(series))
    return text[:1].upper() + text[1:]


def _ranges(numbers: list[int]) -> str:
    """`2, 4–6` of 2, 4, 5 and 6."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
