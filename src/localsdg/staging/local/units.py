"""Units of local values: in a column, in the metadata, in the title, or nowhere.

Percent in its many spellings becomes PERCENT (0 to 100), as in the UN's codes; all
other units stay as the publisher writes them; none is NOT STATED.
"""

from __future__ import annotations

import re
from functools import cache

from localsdg.common.clean_text import comparable
from localsdg.registry.local_words import listed_words, word_set

NOT_STATED = "NOT STATED"
PERCENT = "PERCENT"
#: Header cells of a unit column, in the order of preference.
UNIT_COLUMNS = listed_words("unit column")


def _any_of(use: str) -> str:
    return "|".join(map(re.escape, listed_words(use)))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Per cent as a unit; what makes another unit of it (points, a difference); per cent in a title."""
    return (
        re.compile(rf"(units[.]|unidad medida[.])?({_any_of('percent code')})|.*({_any_of('percent')}).*"),
        re.compile(_any_of("not percent")),
        re.compile(rf"\b({_any_of('percent in a title')})\b|\(%\)|^% "),
    )


def unit_of(text: str) -> str | None:
    """One unit, normalised; None where the text states none."""
    key = comparable(text)
    if not key or key in word_set("no unit"):
        return None
    percent, other, _ = _patterns()
    if percent.fullmatch(key) and not other.search(key):
        return PERCENT
    return " ".join(text.split())


def file_unit(metadata_unit: str, title: str) -> tuple[str, str]:
    """Unit of a file without a unit column, and what states it: metadata, title or none."""
    if unit := unit_of(metadata_unit):
        return unit, "metadata"
    if _patterns()[2].search(comparable(title)):
        return PERCENT, "title"
    return NOT_STATED, "none"
