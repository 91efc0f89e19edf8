"""Which way a sentence about a target says that the value has to go.

`Reduce the rate to below 2 %` is down, `over 1,000 companies` is up. The words are in
`registry/local_words.csv`, in the languages of the sites.
"""

from __future__ import annotations

import re
from functools import cache

from localsdg.common.clean_text import comparable
from localsdg.registry.local_words import listed_words

_NUMBER = r"[^\w\s]{0,2}(?P<number>\d[\d.,]*)"
#: Signs that the form in which texts are compared would lose.
_SIGNS = str.maketrans({"≤": "<", "≥": ">", "＜": "<", "＞": ">"})


def stated_direction(text: str, value: float) -> str | None:
    """`up` or `down`; None where the text states neither, or both.

    A comparison with the target's own number decides (`below 9.5`, `50 % or more`), because the same
    sentence may hold another one (`by at least 50 %`). Else what has to be done (reduce, increase), else
    the only comparison that the text has.
    """
    text = comparable(text.translate(_SIGNS))
    compared = {
        direction
        for direction in ("up", "down")
        for pattern in _comparisons(direction)
        for match in pattern.finditer(text)
        if value in _readings(match["number"])
    }
    done = {direction for direction in ("up", "down") if _words(f"target goes {direction}").search(text)}
    named = {direction for direction in ("up", "down") if _words(f"target limit {direction}").search(text)}
    for found in (compared, done, named):
        if found:
            return found.pop() if len(found) == 1 else None
    return None


@cache
def _comparisons(direction: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A comparison before a number, with at most one word between, and one after it."""
    return (
        re.compile(rf"{_words(f'target limit {direction}').pattern}\s*(?:[a-z]+\s+)?{_NUMBER}"),
        re.compile(rf"{_NUMBER}\s*%?\s*(?:[a-z]+\s+)?{_words(f'target limit after {direction}').pattern}"),
    )


@cache
def _words(use: str) -> re.Pattern[str]:
    """Finds the words of a use; a sign (`<`) needs no space around it."""
    listed = sorted(listed_words(use), key=len, reverse=True)
    whole = "|".join(re.escape(word) for word in listed if word[0].isalpha())
    signs = "|".join(re.escape(word) for word in listed if not word[0].isalpha())
    # "no more than" is the opposite of "more than"
    return re.compile(rf"(?:(?<!\bno )(?<!\bnot )(?<!\bnao )\b(?:{whole})\b{'|' + signs if signs else ''})")


def _readings(number: str) -> set[float]:
    """The numbers that a text can mean: 1,234 is a thousand in one language and less than two in another."""
    found = set()
    for point, thousands in ((".", ","), (",", ".")):
        text = number.rstrip(".,").replace(thousands, "").replace(point, ".")
        if text.count(".") <= 1:
            found.add(float(text))
    return found
