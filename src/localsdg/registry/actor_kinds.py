"""What kind of actor a name means: a local government, a ministry, a company, and others.

What the record states in brackets (`City of Bonn (Government)`) or in a column
wins, except that "Government" does not say of which level: there the name does.
Then well-known bodies, countries and regions; then the phrases of the name, see
`actor_lists`. A name without any is not classified, never guessed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from localsdg.registry.actor_cells import split_actors, strip_marks
from localsdg.registry.actor_lists import (
    Hit,
    actor_words,
    find_phrases,
    joined_key,
    joined_words,
    key_of,
    stated_wordings,
    whole_names,
    words_of,
)
from localsdg.registry.actor_places import kind_of_government, kind_of_place

__all__ = ["ACTOR_KINDS", "NOT_CLASSIFIED", "Actor", "actor_kind", "split_actors", "stated_kind"]

ACTOR_KINDS = (
    "local government",
    "region",
    "nation",
    "UN or intergovernmental",
    "civil society",
    "business",
    "academia",
    "philanthropy",
    "community",
    "network of cities",
    "parliament",
    "other",
)
NOT_CLASSIFIED = "not classified"
LOCAL = frozenset({"local government", "region"})
#: Kinds that "Government" may mean.
_OF_GOVERNMENT = LOCAL | {"nation", "parliament"}
#: A text of more words, or an address, is no name.
_LONGEST = 30
#: In a text of more words a common word says nothing.
_LONGEST_WEAK = 10
_BRACKET = re.compile(r"\s*[(\[]\s*([^()\[\]]*(?:\([^()]*\)[^()\[\]]*)*)[)\]]?")
#: The first of several bodies in one name: `City of Malmö / ICLEI`, `Ministry of Health (with UNICEF)`.
_PART = re.compile(r"(.+?)(?:[,;/|&+(:]|\s[-–—]\s|\swith\s)")
#: From this place on a phrase is a weak sign; no list has so high a place as the last.
_WEAK, _LAST = 4, 99
#: Up to this place a phrase is no common word of names of towns.
_CLEAR = 3
_QUALIFIED = re.compile(
    r"(.{2,40}?) (?:with|that|which|dedicated|based|working|for|from|in|on|que|qui|para|pour|mit|für) "
)
_YEARS = re.compile(r"(?:19|20)\d\d(?:-\d\d)?(?!\d)")
#: What stands before a kind at the end of a name: `…, NGO`, `… - Scientific Community`.
_MAY_SAY = re.compile("[,–—:]|- ")
_TAIL = re.compile(r"\s*(?:,|[-–—:]\s)\s*([^,()]+?)[\s.]*$")


@dataclass(frozen=True)
class Actor:
    """A name, the kind of actor it means, and on what that rests: stated, known, words or none."""

    name: str
    kind: str
    basis: str


@lru_cache(maxsize=100_000)
def stated_kind(text: str) -> str | None:
    """The kind that a register's own words state (`Non-governmental organization (NGO)`), or None.

    "Government" is a nation here; `actor_kind` sees whether the name says another level.
    """
    wordings = stated_wordings()
    key = key_of(text)
    if key in _own_kinds():
        return _own_kinds()[key]
    if key in wordings:
        return wordings[key]
    # `Government, lead entity`, `NGO/CSO`, `NGO, PT`: the first part that states one
    for part in re.split(r"[,/;:&]|\s-\s|\band\b", text):
        if part != text and (kind := wordings.get(key_of(part))):
            return kind
    # `NGO with consultative status`, `Non-profit that restores reefs`
    if head := _QUALIFIED.match(key):
        return wordings.get(head[1])
    # `youth NGO`, `Indonesian Government`
    words = key.split()
    return wordings[words[-1]] if len(words) in (2, 3) and words[-1] in actor_words("last word") else None


@cache
def _own_kinds() -> dict[str, str]:
    return {key_of(kind): kind for kind in ACTOR_KINDS}


@lru_cache(maxsize=100_000)
def actor_kind(text: str, stated: str | None = None) -> Actor:
    """The kind of an actor by its name, without the kind in brackets; `stated` is what a column says of it."""
    name, bracket = _without_kind(" ".join((html.unescape(text) if "&" in text else text).split()))
    by_name = kind_of_name(name)
    said = bracket or (stated_kind(stated) if stated else None)
    if said is None or (said == "nation" and by_name.kind in _OF_GOVERNMENT):
        return by_name
    if said in LOCAL and by_name.kind != NOT_CLASSIFIED:
        return by_name
    return Actor(name, said, "stated")


def _without_kind(text: str) -> tuple[str, str | None]:
    """A name without what is said of its kind or role, and the kind."""
    said: str | None = None
    kept, end = [], 0
    for found in _BRACKET.finditer(text) if "(" in text or "[" in text else ():
        kind = stated_kind(found[1])
        if kind or not found[1].strip() or key_of(found[1]) in actor_words("role"):
            said = said or kind
            kept.append(text[end : found.start()])
            end = found.end()
    name = strip_marks("".join(kept) + text[end:])
    if (
        said is None
        and _MAY_SAY.search(name)
        and (tail := _TAIL.search(name))
        and (kind := stated_wordings().get(key_of(tail[1])))
    ):
        said, name = kind, strip_marks(name[: tail.start()])
    return (name, said) if name else (text, None)


def kind_of_name(name: str) -> Actor:
    """The kind of an actor by its name alone."""
    read = _read(name)
    return Actor(name, read.kind, read.basis)


@dataclass(frozen=True)
class _Reading:
    """What a name says: kind, basis, and the place of the phrase that says it (-1 for a whole name)."""

    kind: str = NOT_CLASSIFIED
    basis: str = "none"
    place: int = _LAST


@lru_cache(maxsize=100_000)
def _read(name: str) -> _Reading:
    words = words_of(name)
    if len(words) > _LONGEST or "://" in name:
        return _Reading()
    if kind := _known_body(name, words) or kind_of_place(name, words):
        return _Reading(kind, "known", -1)
    hits = find_phrases(_quiet_capitals(words))
    if (not hits or any(hit.kind in _OF_GOVERNMENT for hit in hits)) and (kind := kind_of_government(name)):
        return _Reading(kind, "words", 0)
    part = first_part(name)
    n_first = len(words_of(part))
    leads = len(words) > n_first + 1 and all(hit.start >= n_first for hit in hits)
    if leads and (kind := kind_of_place(part, words[:n_first])):
        return _Reading(kind, "known", 0)  # Tonga, in partnership with …; but not `Holland, MI`
    if not hits:
        return _Reading()
    best = min(hits) if len({hit.kind for hit in hits}) == 1 else min(hits, key=_rank(n_first, words))
    if best.place >= _WEAK and len(words) > _LONGEST_WEAK:
        return _Reading()
    return _Reading(best.kind, "words" if best.place else "known", best.place)


def _known_body(name: str, words: list[str]) -> str | None:
    """Kind of a name that as a whole is a well-known body, with or without a year (`C40Cities2022`)."""
    names, joined = whole_names(), joined_words(words)
    kind = names.get(joined) or names.get(joined.lower())
    if not kind and name.endswith(")"):
        kind = names.get(joined_key(name[: name.rindex("(")])) if "(" in name else None
    if kind or not _YEARS.search(name):
        return kind
    undated = joined_key(_YEARS.sub("", name))
    return names.get(undated) or names.get(undated.lower())


def is_sure(actor: Actor) -> bool:
    """Whether a kind rests on more than a common word of the name: stated, well known, or a clear phrase."""
    return actor.basis == "stated" or (actor.basis != "none" and _read(actor.name).place <= _CLEAR)


def first_part(name: str) -> str:
    """The first of several bodies in one name; the name where it has one."""
    found = _PART.match(name)
    return found[1] if found else name


def _quiet_capitals(words: list[str]) -> list[str]:
    """Words of a name that is all in capitals in lower case: none of them is an acronym for that."""
    if len(words) > 2 and all(word.isupper() for word in words if not word.isdigit()):
        return [word.lower() for word in words]
    return words


def _rank(n_first: int, words: list[str]) -> Callable[[Hit], tuple]:
    """The order in which phrases decide: weak ones last, then those in the first part of a name.

    Then the lowest place, what comes before the first preposition ("Foundation of the
    University"), the longest, and of equals the last before a preposition.
    """
    small = actor_words("preposition")
    cut = next((at for at, word in enumerate(words) if at and word.lower() in small), len(words))
    return lambda hit: (
        hit.place >= _WEAK,
        hit.start >= n_first,
        hit.place,
        hit.start >= cut,
        hit.start - hit.end,
        -hit.start if hit.start < cut else hit.start,
    )
