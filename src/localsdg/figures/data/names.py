"""Short names of what a chart labels: official indicators and cities."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from localsdg.registry.official_titles import official_titles, short_titles

if TYPE_CHECKING:
    from localsdg.figures.messages.messages import Words

#: A code of the UN's list of cities: `IN_MUMBAI`.
_CITY = re.compile(r"^[A-Z]{2}_(?=[A-Z])")
#: Words inside a name of a city that stay in lower case.
_SMALL = frozenset({"al", "and", "da", "das", "de", "del", "do", "dos", "e", "of", "y"})
#: The longest label that a bar has room for.
_LONGEST = 48


def indicator_name(code: str, w: Words) -> str:
    """The code of an official indicator and what it is about: its short name, else the start of its official title."""
    name = w.say(f"indicator.{code}", "")
    if not name and w.lang == "en":
        name = _short_english().get(code, "")
    titles = official_titles()
    name = name or _cut(titles.get(w.lang, {}).get(code) or titles["en"].get(code, ""))
    return f"{code} {name}".strip()


@cache
def _short_english() -> dict[str, str]:
    """Code -> its first short name in the list, which is the most common one."""
    return dict(reversed(short_titles()))


def _cut(title: str) -> str:
    """A title up to the last whole word that a label has room for."""
    if len(title) <= _LONGEST:
        return title
    return title[: _LONGEST + 1].rpartition(" ")[0].rstrip(",;:(") + "…"


def city_name(code: str) -> str:
    """The name in a code of a city, `IN_MUMBAI`; another text is kept as it is."""
    name, found = _CITY.subn("", code)
    if not found:
        return code
    first, *others = name.lower().split("_")
    return " ".join([first.title(), *(word if word in _SMALL else word.title() for word in others)])
