"""A cell that names several actors -> their names.

Semicolons, bars, line breaks and bullets separate names; commas only where the
parts look like names of their own ("Ministry of Water, Sanitation and Hygiene"
is one). A kind in brackets ends a name. What has none of these stays one name.
"""

from __future__ import annotations

import re

from localsdg.registry.actor_lists import actor_words, find_phrases, key_of, stated_wordings, words_of

_BULLET = re.compile(
    r"[•●▪◦‣○■□◆➢➤✓\uf0b7\u2022·]|(?:^|\n)\s*(?:[-–—*]\s|\d{1,2}\s?[.)](?=\s*\D)|\(\d{1,2}\)\s|[a-h]\)\s)"
)
_MARKS = " \t\r\n.,;:|-–—*•·/"
_ACRONYM = re.compile(r"[A-Z][A-Z0-9&/-]{1,9}")
_OPEN, _CLOSE = "([", ")]"


def strip_marks(name: str) -> str:
    """A name without separators and bullets at its ends, blanks single; a full stop of `S.A.` stays."""
    text = " ".join(name.split()).strip(" \t,;:|*•·–—/")
    text = re.sub(r"^[-.]+\s*|\s+-+$", "", text)
    if text.endswith(".") and not re.search(r"\b[A-Za-z]\.$|\b(?:Inc|Ltd|Co|Corp|St|Jr)\.$", text):
        text = text.rstrip(". ")
    return text


def split_actors(text: str) -> list[str]:
    """The names in a cell of partners, each once, in their order, with their brackets.

    Headings ("Partners:"), numbers of lists, and words for nobody ("none", "-") are no names.
    """
    names = []
    for line in _lines(text):
        for part in _at_kinds(line):
            names += _at_commas(part)
    cleaned = [strip_marks(_without_heading(name)) for name in names]
    found: dict[str, str] = {}
    for name in cleaned:
        key = key_of(name) or name.casefold()
        if name and any(letter.isalpha() for letter in name) and key not in actor_words("no name"):
            found.setdefault(key, name)
    return list(found.values())


def _lines(text: str) -> list[str]:
    """Parts of a cell between bullets, line breaks, bars and semicolons; those within brackets separate nothing."""
    parts, depth, start = [], 0, 0
    text = _BULLET.sub("\n", text)
    for at, letter in enumerate(text):
        if letter in _OPEN:
            depth += 1
        elif letter in _CLOSE:
            depth = max(0, depth - 1)
        elif letter in "\n|" or (letter == ";" and (depth == 0 or _never_closed(text, at))):
            parts.append(text[start:at])
            start, depth = at + 1, 0
    return [*parts, text[start:]]


def _never_closed(text: str, at: int) -> bool:
    """Whether the bracket that is open at a place is not closed before another opens."""
    rest = re.search(r"[()\[\]\n]", text[at:])
    return rest is None or rest[0] in "([\n"


def _without_heading(name: str) -> str:
    """What follows a heading (`Partners: …`); the name where it has none."""
    head, colon, rest = name.partition(":")
    return rest if colon and key_of(head) in actor_words("heading") else name


def _at_kinds(line: str) -> list[str]:
    """Parts of a line that each end in a kind in brackets; the line where it has fewer than two."""
    ends = [
        found.end()
        for found in re.finditer(r"[(\[]([^()\[\]]*(?:\([^()]*\)[^()\[\]]*)?)[)\]]", line)
        if key_of(found[1]) in stated_wordings()
    ]
    if not ends:
        return [line]
    parts, start = [], 0
    for end in ends:
        parts.append(line[start:end])
        start = end
    rest = line[start:]
    if key_of(rest) in actor_words("role") or not words_of(rest):
        parts[-1] += rest
    elif rest.lstrip()[:1] in ",.;&" or rest.lstrip().lower().startswith(("and ", "y ", "et ", "e ", "und ")):
        parts.append(rest)
    else:
        parts[-1] += rest
    return [re.sub(r"^[\s,.;&-]*(?:(?:and|y|et|und|e|i)\s+)?", "", part) for part in parts]


def _at_commas(part: str) -> list[str]:
    pieces = _pieces(part)
    if len(pieces) < 2:
        return [part]
    strong = sum(map(_looks_like_name, pieces))
    return pieces if strong / len(pieces) >= 0.6 else [part]


def _pieces(part: str) -> list[str]:
    """What is between the commas outside brackets; a legal form belongs to what precedes it."""
    pieces, depth, start = [], 0, 0
    for at, letter in enumerate(part):
        depth = depth + (letter in _OPEN) - (letter in _CLOSE and depth > 0)
        if letter == "," and depth == 0:
            pieces.append(part[start:at])
            start = at + 1
    pieces.append(part[start:])
    joined: list[str] = []
    for piece in pieces:
        if joined and (key_of(piece) in actor_words("legal form") or key_of(piece) in stated_wordings()):
            joined[-1] += "," + piece
        elif piece.strip():
            joined.append(piece)
    return joined


def _looks_like_name(piece: str) -> bool:
    text = re.sub(r"^\s*(?:and|y|et|und|e|i|&)\s+", "", piece).strip()
    if not text or not (text[0].isupper() or text[0].isdigit()):
        return False
    if _ACRONYM.fullmatch(text):
        return True
    return len(words_of(text)) <= 12 and any(hit.place <= 3 for hit in find_phrases(words_of(text)))
