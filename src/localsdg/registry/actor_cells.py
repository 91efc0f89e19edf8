"""A cell that names several actors -> their names.

Semicolons, bars, line breaks and bullets separate names; commas only where the
parts look like names of their own ("Ministry of Water, Sanitation and Hygiene"
is one). A kind in brackets ends a name. What has none of these stays one name.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from itertools import pairwise

from localsdg.registry.actor_lists import actor_words, find_phrases, key_of, stated_wordings, words_of
from localsdg.registry.actor_places import is_country, is_region, kind_of_government, kind_of_place

#: Bullets anywhere, dashes and numbers at the beginning of a line; the dot in `col·lectiu` is a letter.
_BULLET = re.compile(
    r"[•●▪◦‣○■□◆➢➤✓\uf0b7]|(?<!\w)·(?!\w)"
    r"|(?:^|\n)\s*(?:[-–—*]\s|\d{1,2}\s?[.)](?=\s*\D)|\(\d{1,2}\)\s|[a-h]\)\s)"
    r"|(?:^|[\n;])\s*o\s(?=[A-Z])"
)
_MARKS = " \t\r\n.,;:|-–—*•·/"
_ENDS = re.compile(r"^\(?[ivx]{1,5}\)\.?\s*|^[-.)\]]+\s*|^\d{1,2}\s?[.)]\s*(?=[^\W\d])|\s+-+$")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9&/-]{1,9}")
_OPEN, _CLOSE = "([", ")]"
_MAY_SEPARATE, _COMMA_OR_BRACKET = re.compile(r"[()\[\]\n|;]"), re.compile(r"[()\[\],]")
_BRACKET = re.compile(r"[(\[]([^()\[\]]*(?:\([^()]*\)[^()\[\]]*)?)[)\]]")
#: What separates a name from the kind in brackets before it.
_AND = re.compile(r"\s*[,.;&]\s*(?:(?:and|y|et|und|e|i)\s+)?|\s+(?:and|y|et|und|e|i)\s+")
_HEADING = re.compile(r"\s*([^:]{2,60}?)\s*(:|[-–—]\s)(.*)", re.S)
_INLINE = re.compile(r"(?:^|(?<=\s))(\d{1,2})[.)]\s*(?=[^\W\d_])")
_NUMBER = re.compile(r"(\d{1,2})\s+(?=[^\W\d_])")
_AND_FIRST = re.compile(r"^\s*(?:and|y|et|und|e|i|&)\s+")
_AND_LAST = re.compile(r"\s*(\S.*?)\s+(?:and|y|et|und|e|i|&)\s+(\S.*)")
#: So few pieces between commas must all say that they are names; of more, some must say so and most look like names.
_FEW, _SOME, _MOST = 3, 0.4, 0.8
#: Phrases up to this place show that a piece is a name, or after a ministry; names have at most so many words.
_CLEAR, _STRONG = 3, 2
_LONGEST = 12
#: The words on each side of a comma that a phrase may have.
_SPAN = 5


def strip_marks(name: str) -> str:
    """A name without separators and bullets at its ends, blanks single; a full stop of `S.A.` stays."""
    text = " ".join(name.split()).strip(" \t,;:|*•·–—/")
    text = _ENDS.sub("", text)
    if text.endswith(".") and not re.search(r"\b[A-Za-z]\.$|\b(?:Inc|Ltd|Co|Corp|St|Jr)\.$", text):
        text = text.rstrip(". ")
    return text


def split_actors(text: str) -> list[str]:
    """The names in a cell of partners, each once, in their order, with their brackets.

    Headings ("Partners:"), numbers of lists, and words for nobody ("none", "-") are no names.
    """
    return list(_names(text))


@lru_cache(maxsize=20_000)  # a build asks twice of each cell of a file
def _names(text: str) -> tuple[str, ...]:
    names = []
    for line in _lines(html.unescape(text)):
        for part in _at_kinds(line):
            names += _at_commas(part)
    cleaned = _without_numbers([strip_marks(_without_heading(name)) for name in names])
    found: dict[str, str] = {}
    for name in cleaned:
        key = key_of(name) or name.casefold()
        if name and any(letter.isalpha() for letter in name) and key not in actor_words("no name"):
            found.setdefault(key, name)
    return tuple(found.values())


def _without_numbers(names: list[str]) -> list[str]:
    """Names without their numbers, where the names of a cell are numbered one after the other."""
    numbers = [int(found[1]) if (found := _NUMBER.match(name)) else None for name in names]
    follows = sum(b is not None and a is not None and b == a + 1 for a, b in pairwise(numbers))
    return (
        [_NUMBER.sub("", name, count=1) if number else name for name, number in zip(names, numbers, strict=True)]
        if follows > 1
        else names
    )


def _lines(text: str) -> list[str]:
    """Parts of a cell between bullets, line breaks, bars and semicolons; those within brackets separate nothing."""
    parts, depth, start = [], 0, 0
    text = _BULLET.sub("\n", _without_inline_numbers(text))
    for found in _MAY_SEPARATE.finditer(text):
        at, letter = found.start(), found[0]
        if letter in _OPEN:
            depth += 1
        elif letter in _CLOSE:
            depth = max(0, depth - 1)
        elif letter in "\n|" or depth == 0 or _never_closed(text, at):
            parts.append(text[start:at])
            start, depth = at + 1, 0
    return [*parts, text[start:]]


def _without_inline_numbers(text: str) -> str:
    """A text with line breaks for the numbers of a list in one line: `1. UNDP 2. UNICEF`."""
    numbers = [int(number) for number in _INLINE.findall(text)]
    is_list = len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))
    return _INLINE.sub("\n", text) if is_list else text


def _never_closed(text: str, at: int) -> bool:
    """Whether the bracket that is open at a place is not closed before another opens."""
    rest = re.search(r"[()\[\]\n]", text[at:])
    return rest is None or rest[0] in "([\n"


def _without_heading(name: str) -> str:
    """What follows a heading (`Partners: …`, `Lead entity - …`); the name where it has none."""
    found = _HEADING.match(name)
    if not found:
        return name
    key = key_of(found[1])
    is_heading = key in actor_words("heading") or (found[2] == ":" and key in stated_wordings())
    return found[3] if is_heading and (found[2] == ":" or key in actor_words("role")) else name


def _at_kinds(line: str) -> list[str]:
    """Parts of a line that each end in a kind in brackets; the line where it has none."""
    ends = [found.end() for found in _BRACKET.finditer(line) if key_of(found[1]) in stated_wordings()]
    if not ends:
        return [line]
    starts = [0, *ends]
    parts = [line[start:end] for start, end in zip(starts, ends, strict=False)]
    rest = line[ends[-1] :]
    if _AND.match(rest) and key_of(rest) not in actor_words("role"):
        parts.append(rest)
    else:
        parts[-1] += rest
    return [part[found.end() :] if (found := _AND.match(part)) else part for part in parts]


def _at_commas(part: str) -> list[str]:
    """The names between the commas of a part, where they look like names; else the part."""
    pieces = _joined(_pieces(part))
    if len(pieces) < 2:
        return [part]
    # what a ministry is for is often a list: Women, Community and Youth
    least = _STRONG if any(hit.kind == "nation" for hit in find_phrases(words_of(pieces[0]))) else _CLEAR
    named = [_is_clear(piece, least) for piece in pieces]
    if len(pieces) <= _FEW:
        are_names = all(named)
    else:
        shaped = [clear or _is_shaped(piece) for clear, piece in zip(named, pieces, strict=True)]
        are_names = sum(named) >= _SOME * len(pieces) and sum(shaped) >= _MOST * len(pieces)
    return [*pieces[:-1], *_at_last_and(pieces[-1], least)] if are_names else [part]


def _at_last_and(piece: str, least: int) -> list[str]:
    """The last of a list of names, or two: `…, UNDP and UNICEF`."""
    found = _AND_LAST.fullmatch(piece)
    return [found[1], found[2]] if found and all(_is_clear(one, least) for one in found.groups()) else [piece]


def _pieces(part: str) -> list[str]:
    """What is between the commas outside brackets."""
    pieces, depth, start = [], 0, 0
    if "," not in part:
        return [part] if part.strip() else []
    for found in _COMMA_OR_BRACKET.finditer(part):
        letter = found[0]
        if letter in _OPEN:
            depth += 1
        elif letter in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0:
            pieces.append(part[start : found.start()])
            start = found.end()
    return [piece for piece in (*pieces, part[start:]) if piece.strip()]


def _joined(pieces: list[str]) -> list[str]:
    """Pieces that are names: a legal form, a kind, a place or what a unit belongs to is part of the name before."""
    are_countries = [_is_country(piece) for piece in pieces]
    if all(are_country or _is_region(piece) for piece, are_country in zip(pieces, are_countries, strict=True)):
        return pieces
    joined = pieces[:1]
    for at, piece in enumerate(pieces[1:], start=1):
        is_lone = are_countries[at] and not are_countries[at - 1] and not any(are_countries[at + 1 : at + 2])
        belongs = _is_unit(pieces[at - 1]) and not _is_unit(piece)
        spans = _has_phrase_across(joined[-1], piece)
        if is_lone or belongs or spans or _is_region(piece) or _is_addition(piece, at == len(pieces) - 1):
            joined[-1] += "," + piece
        else:
            joined.append(piece)
    return joined


def _has_phrase_across(before: str, piece: str) -> bool:
    """Whether a phrase goes on over a comma: `United Nations Educational, Scientific and Cultural Organization`."""
    first, words = words_of(before)[-_SPAN:], words_of(piece)[:_SPAN]
    return any(hit.start < len(first) < hit.end for hit in find_phrases([*first, *words]))


def _is_addition(piece: str, is_last: bool) -> bool:
    key = key_of(_BRACKET.sub("", piece))
    is_added = key in actor_words("legal form") or key in actor_words("addition")
    return not key or is_added or (is_last and key in stated_wordings())


def _is_country(piece: str) -> bool:
    """Whether a piece is a country; with a bracket that is no kind (`Canada (Government of)`) it is a name."""
    return is_country(_BRACKET.sub(lambda found: "" if key_of(found[1]) in stated_wordings() else found[0], piece))


def _is_region(piece: str) -> bool:
    return is_region(_BRACKET.sub("", piece))


def _is_unit(piece: str) -> bool:
    """Whether a piece is a part of a body that is named after it: `Faculty of Law`."""
    words = [word.lower() for word in words_of(piece)]
    small = actor_words("preposition")
    head = words[: next((at for at, word in enumerate(words) if at and word in small), len(words))]
    return any(word in actor_words("sub unit") for word in head)


def _is_clear(piece: str, least: int) -> bool:
    """Whether a piece is an acronym, a country, or has a phrase before its bracket that says what it is."""
    text = _AND_FIRST.sub("", _BRACKET.sub("", piece)).strip(_MARKS)
    if not _begins_as_name(text):
        return False
    if _ACRONYM.fullmatch(text) or is_country(text) or kind_of_government(text):
        return True
    words = words_of(text)
    if piece.rstrip().endswith(")") and kind_of_place(text, words):
        return True
    if len(words) > 1 and words[-1].lower() in actor_words("legal form"):
        return True
    return len(words) <= _LONGEST and any(hit.place <= least for hit in find_phrases(words))


def _is_shaped(piece: str) -> bool:
    """Whether a piece is written as a name: with a bracket, or with half of its words in capitals."""
    text = _AND_FIRST.sub("", piece).strip(_MARKS)
    words = words_of(text)
    capitals = sum(word[0].isupper() for word in words)
    is_capital = text.endswith(")") or (capitals > 1 and 2 * capitals >= len(words))
    return _begins_as_name(text) and is_capital and len(words) <= _LONGEST


def _begins_as_name(text: str) -> bool:
    return bool(text) and (text[0].isupper() or text[0].isdigit())
