"""The top of the page: key numbers and the argument, for the area it opens with and for any that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localsdg.figures.briefing.briefing import FINDINGS, KEY_NUMBERS, Briefing, brief, catalogue_id, outlines
from localsdg.figures.chart.palette import SERIES
from localsdg.figures.data.catalogue import entries

if TYPE_CHECKING:
    from localsdg.figures.data.figure import Result
    from localsdg.figures.messages.messages import Words

#: The kinds of areas that the page opens with or that can be chosen on it.
KINDS = ("world", "country")


def briefing(result: Result, w: Words, kind: str) -> dict[str, Any]:
    """The key numbers, the sections with their findings, and the limits, ready for the template."""
    told: Briefing = brief(result, w, kind)
    return {
        "numbers": [vars(number) for number in told.key_numbers],
        "sections": [
            {
                "id": section.section_id,
                "title": section.title,
                "findings": [(catalogue_id(figure), figure.title) for figure in section.figures],
            }
            for section in told.sections
        ],
        "limits": told.limits,
    }


def outline_words(w: Words, shown: set[str]) -> dict[str, Any]:
    """What the script needs to tell the same argument of another area; `shown` are the figures of the page."""
    kinds = {
        kind: {
            "numbers": [one for one in outline["key_numbers"] if one in shown],
            "sections": [
                [w.say(f"section.{section['id']}"), [one for one in section["figures"] if one in shown]]
                for section in outline["section"]
            ],
        }
        for kind, outline in outlines().items()
        if kind in KINDS
    }
    keys = {one for kind in kinds.values() for one in kind["numbers"]}
    return {
        "kinds": kinds,
        "words": {one: w.say(f"key.{one}") for one in entries() if one in keys},
        "most": [KEY_NUMBERS, FINDINGS],
    }


def colours() -> list[str]:
    """Colours of compared areas, in their order."""
    return [colour for colour, _, _ in SERIES]
