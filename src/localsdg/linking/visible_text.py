"""A text as a reader sees it: without markup, unseen characters and odd spaces.

Every position can be led back to the text as it was given.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right

#: Characters that nobody sees, for a character class: soft hyphen, zero width, marks of direction.
UNSEEN = "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
#: For each step of cleaning: where its pieces begin, in the new text and in the old.
Steps = list[tuple[list[int], list[int]]]

_LINE_TAGS = "address|article|blockquote|br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|section|table|td|th|tr|ul"
_NOISE = re.compile(
    r"(?P<sup><sup\b[^<>]{0,300}>)"
    rf"|(?P<line></?(?:{_LINE_TAGS})\b[^<>]{{0,300}}>)"
    r"|(?P<tag></?[a-z][^<>]{0,300}>|<!--[^<>]{0,300}-->)"
    r"|(?P<entity>&\#?[a-z0-9]{1,31};)"
    rf"|(?P<unseen>[\x00{UNSEEN}]+)"
    r"|(?P<accent>[^\W\d_][\u0300-\u0304\u0308\u030a\u0327]+)"
    r"|(?P<space>\s{2,}|[^\S ])",
    re.IGNORECASE,
)
_DIGITS = {ord("０") + n: str(n) for n in range(10)}
_SAME_LENGTH = str.maketrans(
    {
        **{chr(code): digit for code, digit in _DIGITS.items()},
        **dict.fromkeys("‐‑‒−", "-"),
        **dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹", "^"),
        "．": ".",
        "，": ",",
        "＃": "#",
    }
)
_MORE_SPACE = re.compile(r" *\n[ \n]*| {2,}")


def _replacement(match: re.Match[str]) -> str:
    kind, found = match.lastgroup, match.group()
    if kind == "space":
        return "\n" if "\n" in found or "\r" in found else " "
    if kind == "entity":
        # one pass only: what an entity spells out is text, not markup; an unseen one goes
        return re.sub(rf"[\x00{UNSEEN}]", "", html.unescape(found)).replace("\xa0", " ")
    if kind == "accent":
        return unicodedata.normalize("NFC", found)
    return {"line": "\n", "sup": "^"}.get(kind or "", "")


def _replaced(pattern: re.Pattern[str], text: str) -> tuple[str, list[int], list[int]]:
    """The text with every match replaced, and where its pieces begin, new and old."""
    pieces: list[str] = []
    new, old = [0], [0]
    length = end = 0
    for match in pattern.finditer(text):
        put = _replacement(match) if pattern is _NOISE else ("\n" if "\n" in match.group() else " ")
        kept = text[end : match.start()]
        pieces += (kept, put)
        length += len(kept) + len(put)
        end = match.end()
        new.append(length)
        old.append(end)
    return "".join((*pieces, text[end:])), new, old


def read_seen(text: str) -> tuple[str, Steps]:
    """`seen_text`, and what `original_position` needs to lead back to the text as given."""
    steps = []
    for pattern in (_NOISE, _MORE_SPACE):
        text, new, old = _replaced(pattern, text)
        steps.append((new, old))
    return text.translate(_SAME_LENGTH), steps


def seen_text(text: str) -> str:
    """The text as it is read for citations, of which every evidence is a part.

    Tags are gone (those that break a line leave a line break, `<sup>` a `^`),
    entities are spelt out once, characters that nobody sees are dropped, runs
    of white space are one space or one line break, accents are composed,
    full-width digits and odd hyphens are plain, raised digits are `^`.
    """
    return read_seen(text)[0]


def original_position(position: int, steps: Steps) -> int:
    """Where in the text as given a character of the seen text stands (0-based)."""
    for new, old in reversed(steps):
        piece = bisect_right(new, position) - 1
        position = old[piece] + position - new[piece]
    return position


def same_length_lower(text: str) -> str:
    """Lower case of the same length (`İ` would become two characters)."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(one if len(one.lower()) != 1 else one.lower() for one in text)
    return low
