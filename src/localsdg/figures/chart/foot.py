"""The foot of a picture: source, age and caveat in two lines that are read from the back of a hall.

Whole sentences are left out where there is no room for them, the least needed first; the file of numbers,
the notes of the slide and the page have all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localsdg.figures.chart.layout import Block, fit, wrap

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure

#: Sizes of the foot: 12 are 24 pixels of 1080, or 18 points.
SIZES = (13.0, 12.0)
#: The most lines of a foot on a wide picture.
LINES = 2
#: The office behind a database, which its name stands for where there is little room.
_BRACKET = re.compile(r" \([^()]*\)")
#: The sign of a limit: no line ends in it.
_SIGN = re.compile(r"([<>≤≥≈]) ")
_SENTENCE_END = re.compile(r"(?<=[.!?]) +(?=[^a-z])")


@dataclass(frozen=True)
class _Sentence:
    text: int  # which of the texts it is part of
    sentence: str
    need: int  # 0 to 3: source, age, the first of the caveat, what marks mean; 4 where there is room


def foot(figure: Figure, width: float, lines: int = LINES) -> Block:
    """The foot of a figure in at most `lines` lines of `width` pixels."""
    return fit(_SIGN.sub("\\1\u00a0", foot_text(figure, width, lines)), width, SIZES, lines)


def foot_text(figure: Figure, width: float, lines: int = LINES) -> str:
    """Source, age, what the values rest on and caveat, as far as there is room, and the figure's id."""
    age = "" if figure.is_old else figure.as_of  # the subtitle has it
    short = _BRACKET.sub("", figure.source)
    # the newest year is in the subtitle
    for source, dated in ((figure.source, age), (short, age), (short, age.rpartition(", ")[0] or age)):
        sentences = _by_place(figure, source, dated)
        kept = _kept(figure, sentences, width, lines)
        if all(place in kept for place, one in enumerate(sentences) if one.need < 4):
            break
    return _joined(figure, sentences, kept)


def _kept(figure: Figure, sentences: list[_Sentence], width: float, lines: int) -> set[int]:
    """Places of the sentences that there is room for; of a text none is kept behind one that is left out."""
    kept: set[int] = set()
    cut: set[int] = set()
    for place in sorted(range(len(sentences)), key=lambda place: (sentences[place].need, place)):
        one = sentences[place]
        joined = _joined(figure, sentences, kept | {place})
        if kept and (one.text in cut or len(wrap(joined, width, SIZES[-1])) > lines):
            cut.add(one.text)
        else:
            kept.add(place)
    return kept


def as_sentence(text: str) -> str:
    """A text with a capital and a full stop; '' stays ''."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".") if text else ""


def sentences_of(text: str) -> list[str]:
    """The sentences of a text."""
    return _SENTENCE_END.split(text) if text else []


def _by_place(figure: Figure, source: str, age: str) -> list[_Sentence]:
    """Sentences in the order in which the foot has them."""
    texts = [
        [as_sentence(source)],
        [as_sentence(age)],
        *([note] for note in figure.notes),
        sentences_of(figure.coverage),
        [figure.uncertainty],
        sentences_of(figure.caveat),
    ]
    # figures that reports print have their words at their marks as well
    marks = len(figure.notes) - len(figure.printed)
    needed = {0: 0, 1: 1, len(texts) - 1: 2} | dict.fromkeys(range(2, 2 + marks), 3)
    return [
        _Sentence(place, sentence, needed.get(place, 4) if number == 0 else 4)
        for place, some in enumerate(texts)
        for number, sentence in enumerate(some)
        if sentence
    ]


def _joined(figure: Figure, sentences: list[_Sentence], kept: set[int]) -> str:
    texts = [one.sentence for place, one in enumerate(sentences) if place in kept]
    return " ".join([*texts, f"[{figure.figure_id}]"])
