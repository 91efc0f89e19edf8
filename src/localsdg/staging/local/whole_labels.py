"""Labels that mean the whole: the entire population, or the indicator itself.

`whole` in `registry/local_words.csv` lists words of many languages; `SEXO._T` is a
total in the codes of SDMX, and `Bevölkerung gesamt` is the word with a noun that the
indicator is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from localsdg.common.clean_text import comparable
from localsdg.registry.local_words import word_set

#: Codes of SDMX, after the list that they are of: `_T` (total), also at the end of local codes, `_Z` (not applicable).
_TOTAL_CODE = re.compile(r"(?:\w+[.:])?(?:[A-Z0-9_]*_T|_Z)")
#: A label that translations would replace: `sex.total`.
_TRANSLATION_KEY = re.compile(r"\w+(?:[.:]\w+)*[.:](\w+)")
_AROUND = " .,:;|()[]{}<>\"'*-"
#: Forms for both genders: Aufstocker*innen, Aufstocker:innen.
_BOTH_GENDERS = re.compile(r"(?<=\w)[*:](?=in(?:nen)?\b)")
#: The one word that begins compounds: Gesamtemissionen.
_COMPOUND = "gesamt"


def label_key(text: str) -> str:
    """The form in which labels are compared; empty for a label of blanks and signs alone."""
    return comparable(_BOTH_GENDERS.sub("", text)).strip(_AROUND)


@lru_cache(maxsize=20_000)
def is_whole(text: str) -> bool:
    """Whether a label is blank, or a word for the whole in some language."""
    key = label_key(text)
    if found := _TRANSLATION_KEY.fullmatch(text.strip()):
        key = label_key(found[1])
    return not key or key in _keys("whole") or _TOTAL_CODE.fullmatch(text.strip()) is not None


def whole_cells(heading: str, cells: Iterable[str], titles: Iterable[str] = ()) -> tuple[str, ...]:
    """Of the cells of one column those that mean the whole, sorted.

    A cell that is a title of the indicator means the indicator itself. A word for the
    whole beside other words counts where nothing else in the column means the whole, one
    label alone has it, and the other words are in the heading or the titles, or are such as
    `population`: `Total exports` beside `Total imports` are two parts.
    """
    cells, own = set(cells), {label_key(title) for title in titles}
    exact = [cell for cell in cells if is_whole(cell) or label_key(cell) in own]
    if exact:
        return tuple(sorted(exact))
    known = _words(heading, *titles)
    partly = [cell for cell in cells if _is_whole_of(label_key(cell), known)]
    return tuple(sorted(partly)) if len({label_key(cell) for cell in partly}) == 1 else ()


@cache
def _keys(use: str) -> frozenset[str]:
    return frozenset(map(label_key, word_set(use)))


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in re.findall(r"\w+", label_key(text)))


@cache
def _label_words() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _keys("whole in a label"))))


def _is_whole_of(key: str, known: frozenset[str]) -> bool:
    # most labels have none of the words
    return _label_words().search(key) is not None and any(
        rest and (is_whole(rest) or all(_is_known(word, known) for word in _words(rest)))
        for word in _keys("whole in a label")
        for rest in _rests(key, word)
    )


def _rests(key: str, word: str) -> tuple[str, ...]:
    """What a label holds after or before a word; empty where it does neither begin nor end with it."""
    after, before = key.removeprefix(word), key.removesuffix(word)
    # scripts without spaces join their words
    is_joined = not word.isascii() and " " not in key
    rests = [rest for rest in (after,) if rest != key and (is_joined or word == _COMPOUND or not rest[:1].isalnum())]
    rests += [rest for rest in (before,) if rest != key and (is_joined or not rest[-1:].isalnum())]
    return tuple(rest.strip(_AROUND) for rest in rests)


def _is_known(word: str, known: frozenset[str]) -> bool:
    """Whether a word, in the singular or the plural, is one of the known, or a word that adds nothing."""
    if word in word_set("title stop word") or word in _keys("whole noun") or word in known:
        return True
    if not word.isascii():
        return any(word in other for other in known)
    return len(word) > 3 and any(
        abs(len(word) - len(other)) <= 2 and (word.startswith(other) or other.startswith(word))
        for other in known
        if len(other) > 3
    )
