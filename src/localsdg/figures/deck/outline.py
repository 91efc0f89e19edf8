"""Which slides a deck has, in which order: short and full."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localsdg.figures.briefing.briefing import FINDINGS, brief, catalogue_id
from localsdg.figures.deck import closing, opening
from localsdg.figures.deck.finding import add_finding
from localsdg.figures.deck.profile import profile

if TYPE_CHECKING:
    from localsdg.figures.briefing.briefing import Briefing
    from localsdg.figures.data.figure import Figure, Result
    from localsdg.figures.deck.canvas import Canvas
    from localsdg.figures.deck.stamp import Stamp
    from localsdg.figures.messages.messages import Words

#: The name of each section of a deck, and its slides.
Parts = list[tuple[str, list[Any]]]
#: The slides of each figure, by its id in the catalogue.
Places = dict[str, list[Any]]


def short(canvas: Canvas, result: Result, w: Words, stamp: Stamp) -> Parts:
    """The deck that is shown as it is: key numbers, the argument, what the numbers do not say, sources.

    Where the argument has less findings than a deck has room for, others that are asked for follow it.
    """
    briefing = brief(result, w, stamp.outline)
    sections = [(section.title, list(section.figures)) for section in briefing.sections]
    if more := _others(result, sections):
        sections.append((w.say("deck.more") if sections else "", more))
    figures = [figure for _, findings in sections for figure in findings]
    first = [opening.add_cover(canvas, figures or list(result.figures), w, stamp)]
    numbers = _add_numbers(canvas, briefing, w)
    parts: Parts = [(w.say("deck.opening"), first + numbers.slides)]
    at: Places = {}
    for title, findings in sections:
        for figure in findings:
            name = title or claim_title(figure)
            at[catalogue_id(figure)] = add_finding(canvas, figure, name, w, stamp, one_slide=True)
            _append(parts, name, at[catalogue_id(figure)])
    numbers.link(at)
    if figures:
        shown = _shown(canvas, result, numbers, at)
        last = [closing.add_limits(canvas, briefing.limits, w), *closing.add_sources(canvas, shown, w, result.missing)]
    else:
        last = _left_out(canvas, result, w)
    return [*parts, (w.say("deck.closing"), last)]


def full(canvas: Canvas, result: Result, w: Words, stamp: Stamp) -> Parts:
    """Every figure by claim, with an agenda; behind the closing those that are weak, and what has no data."""
    briefing = brief(result, w, stamp.outline)
    first = [opening.add_cover(canvas, list(result.figures), w, stamp)]
    numbers = _add_numbers(canvas, briefing, w)
    agenda = opening.add_agenda(canvas, w)
    claims: Parts = []
    at: Places = {}
    for figure in sorted(result.figures, key=lambda figure: figure.finding.strength == "weak"):
        is_weak = figure.finding.strength == "weak"
        kicker = f"{w.say('deck.weak')} · {figure.finding.why}" if is_weak else claim_title(figure)
        at[catalogue_id(figure)] = slides = add_finding(canvas, figure, kicker, w, stamp)
        _append(claims, w.say("deck.weak") if is_weak else claim_title(figure), slides)
    numbers.link(at)
    limits = (w.say("deck.limits"), [closing.add_limits(canvas, briefing.limits, w)])
    rest: Parts = []
    if shown := _shown(canvas, result, numbers, at):
        rest.append((w.say("deck.sources"), closing.add_sources(canvas, shown, w)))
    if result.missing:
        rest.append((w.say("deck.missing"), closing.add_missing(canvas, result.missing, w)))
    opening.fill_agenda(canvas, agenda, [*claims, limits, *rest], w)
    return [(w.say("deck.opening"), [*first, *numbers.slides, agenda]), *claims, limits, *rest]


#: What `--deck` takes, and what makes it.
OUTLINES: dict[str, Callable[[Canvas, Result, Words, Stamp], Parts]] = {
    "short": short,
    "full": full,
    "profile": profile,
}


@dataclass(frozen=True)
class _Numbers:
    """The slide of key numbers, their shapes on it, and the figures that they are of."""

    slides: list[Any]
    shapes: list[Any]
    figures: list[str]

    def link(self, at: Places) -> None:
        """A click on a number shows its finding, where the deck has it."""
        for shape, figure in zip(self.shapes, self.figures, strict=True):
            if figure in at:
                shape.click_action.target_slide = at[figure][0]


def claim_title(figure: Figure) -> str:
    """`C04 · Localization: ownership`."""
    return f"{figure.claim_id} · {figure.claim}"


def _append(parts: Parts, name: str, slides: list[Any]) -> None:
    """Put slides into the section of a name, which is the last one or new."""
    if parts[-1:] and parts[-1][0] == name:
        parts[-1][1].extend(slides)
    else:
        parts.append((name, list(slides)))


def _others(result: Result, sections: list[tuple[str, list[Figure]]]) -> list[Figure]:
    """Figures beside the argument that fill a deck, in the order of the catalogue; weak ones never."""
    taken = {figure.figure_id for _, findings in sections for figure in findings}
    firm = [figure for figure in result.figures if figure.finding.strength != "weak" and figure.figure_id not in taken]
    return firm[: max(FINDINGS - len(taken), 0)]


def _add_numbers(canvas: Canvas, briefing: Briefing, w: Words) -> _Numbers:
    """The slide of key numbers; none where there is no number."""
    if not briefing.key_numbers:
        return _Numbers([], [], [])
    slide, shapes = opening.add_key_numbers(canvas, briefing.key_numbers, w)
    return _Numbers([slide], shapes, [number.figure_id for number in briefing.key_numbers])


def _shown(canvas: Canvas, result: Result, numbers: _Numbers, at: Places) -> list[tuple[int, Figure]]:
    """Each figure that a slide shows, with the slide's number, in the order of the slides."""
    order = {slide.slide_id: number for number, slide in enumerate(canvas.deck.slides, start=1)}
    figures = {catalogue_id(figure): figure for figure in result.figures}
    shown = [(order[slides[0].slide_id], figures[one]) for one, slides in at.items()]
    shown += [(order[numbers.slides[0].slide_id], figures[one]) for one in numbers.figures]
    return sorted(shown, key=lambda pair: pair[0])


def _left_out(canvas: Canvas, result: Result, w: Words) -> list[Any]:
    """Why there is no finding to show: figures that are weak, and what has no data."""
    slides = closing.add_left_out(canvas, list(result.figures), w) if result.figures else []
    return slides + (closing.add_missing(canvas, result.missing, w) if result.missing else [])
