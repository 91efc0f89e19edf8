"""What a speaker says to a figure, and what not: three sentences, one to avoid, and the source.

The sentences are the figure's own title and coverage, what the event said, and the words of
`messages/` ([shows], [never]) for the figure, see `speech.toml`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.figures.briefing.briefing import catalogue_id

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Figure
    from localsdg.figures.messages.messages import Words

SPEECH_TOML = Path(__file__).parent / "speech.toml"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\Wa-z_]|[«“¿¡])")


@dataclass(frozen=True)
class Speech:
    """The notes of a slide."""

    finding: str
    rests_on: str  # with its year and coverage
    meaning: str  # for what the event said
    never: str  # what the figure does not say, and its caveat
    source: str


@cache
def sentence_keys() -> dict[str, str]:
    """Figure id of the catalogue -> key of its sentences in [shows] and [never]."""
    groups = tomllib.loads(SPEECH_TOML.read_text(encoding="utf-8"))["sentence"]
    return {figure: key for key, figures in groups.items() for figure in figures}


def speech(figure: Figure, w: Words) -> Speech:
    """What to say to a figure, in the language of `w`.

    A figure without sentences of its own has the event's statement and its caveat alone.
    """
    key = sentence_keys().get(catalogue_id(figure), "")
    statement = figure.statement.rstrip(".")
    shows = w.say(f"shows.{key}", "") if key else ""
    meaning = (
        w.say("deck.meaning", statement=statement, shows=shows)
        if shows
        else w.say("deck.meaning_plain", statement=statement)
    )
    never = w.say(f"never.{key}", "") if key else ""
    avoid = [w.say("deck.never", never=never)] if never else []
    as_of = figure.as_of if figure.as_of not in figure.source else ""
    return Speech(
        sentence(figure.title),
        _rests_on(figure, w),
        meaning,
        " ".join([*avoid, figure.caveat]).strip(),
        " ".join(sentence(part) for part in (figure.source, as_of) if part),
    )


def first_sentence(text: str) -> str:
    """`One. Two.` -> `One.`"""
    return _SENTENCE_END.split(text.strip(), maxsplit=1)[0]


def sentence(text: str) -> str:
    """The text with a full stop, where it has no other end."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _rests_on(figure: Figure, w: Words) -> str:
    """The newest year of the figure's rows, and the first sentence of what they rest on."""
    year = max((row["year"] for row in figure.rows if row.get("year")), default=None)
    coverage = sentence(first_sentence(figure.coverage))
    if year is None:
        return coverage or w.say("deck.rests_undated")
    if not coverage:
        return w.say("deck.rests_plain", year=year)
    return coverage if str(year) in coverage else f"{w.say('deck.rests', year=year)} {coverage}"
