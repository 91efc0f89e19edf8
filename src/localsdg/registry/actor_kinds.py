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
    key_of,
    region_keys,
    stated_wordings,
    whole_names,
    words_of,
)
from localsdg.registry.local_governments import identities, normal
from localsdg.registry.places import name_key, names_of_countries, places

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
#: A text of more words is no name.
_LONGEST = 30
_BRACKET = re.compile(r"\s*[(\[]\s*([^()\[\]]*(?:\([^()]*\)[^()\[\]]*)*)[)\]]?")
#: The first of several bodies in one name: `City of Malmö / ICLEI`, `Ministry of Health (with UNICEF)`.
_PART = re.compile(r"(.+?)(?:[,;/|&+(:]|\s[-–—]\s|\swith\s)")
#: From this place on a phrase is a weak sign; no list has so high a place as the last.
_WEAK, _LAST = 4, 99
#: Up to this place a phrase is no common word of names of towns.
_CLEAR = 3
_YEARS = re.compile(r"(?:19|20)\d\d")
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
    return None


@cache
def _own_kinds() -> dict[str, str]:
    return {key_of(kind): kind for kind in ACTOR_KINDS}


@lru_cache(maxsize=100_000)
def actor_kind(text: str, stated: str | None = None) -> Actor:
    """The kind of an actor by its name, without the kind in brackets; `stated` is what a column says of it."""
    name, bracket = _without_kind(" ".join(html.unescape(text).split()))
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
    for found in _BRACKET.finditer(text):
        if not found[1].strip() or key_of(found[1]) in actor_words("role"):
            kept.append(text[end : found.start()])
            end = found.end()
        elif kind := stated_kind(found[1]):
            said = said or kind
            kept.append(text[end : found.start()])
            end = found.end()
    name = strip_marks("".join(kept) + text[end:])
    if said is None and (tail := _TAIL.search(name)) and (kind := stated_wordings().get(key_of(tail[1]))):
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
    if len(words) > _LONGEST:
        return _Reading()
    if kind := _known(name):
        return _Reading(kind, "known", -1)
    if kind := _government_of(name):
        return _Reading(kind, "words", 0)
    hits = find_phrases(_quiet_capitals(words))
    if not hits:
        return _Reading()
    best = min(hits, key=_rank(name, words))
    return _Reading(best.kind, "words" if best.place else "known", best.place)


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


def _rank(name: str, words: list[str]) -> Callable[[Hit], tuple]:
    """The order in which phrases decide: weak ones last, then those in the first part of a name.

    Then the lowest place, what comes before the first preposition ("Foundation of the
    University"), the longest, and of equals the last before a preposition.
    """
    part = len(words_of(first_part(name)))
    small = actor_words("preposition")
    cut = next((at for at, word in enumerate(words) if at and word.lower() in small), len(words))
    return lambda hit: (
        hit.place >= _WEAK,
        hit.start >= part,
        hit.place,
        hit.start >= cut,
        hit.start - hit.end,
        -hit.start if hit.start < cut else hit.start,
    )


def _known(name: str) -> str | None:
    """Kind of a name that as a whole is well known: a body, a country, a region, a local government."""
    names = whole_names()
    for key in (joined_key(name), joined_key(_YEARS.sub("", name)), joined_key(name).lower()):
        if key in names:
            return names[key]
    if name_key(name) in names_of_countries():
        # a city abroad may have the name of a country in some language: Granada
        return "nation" if normal(name) not in _governments() or name_key(name) in _english_names() else None
    if key_of(name) in region_keys():
        return "region"
    return _governments().get(normal(name))


@cache
def _english_names() -> frozenset[str]:
    return frozenset(name_key(place.name) for place in places())


@cache
def _governments() -> dict[str, str]:
    """Names of the reviewed list of local governments -> kind."""
    from localsdg.registry.local_words import place_levels

    regions = set(place_levels("region")) - {"county", "association", "national association"}
    kinds = {}
    for government in identities().values():
        level = government.level or ""
        kind = "network of cities" if "association" in level else "region" if level in regions else "local government"
        for name in (government.name, *government.aliases):
            kinds[normal(name)] = kind
    return kinds


def _government_of(name: str) -> str | None:
    """Kind of `Government of X`, `State of X` or `X Government`, where X is a country or a region."""
    place = _place_of(name)
    if place is None:
        return None
    if name_key(place) in names_of_countries():
        return "nation"
    if key_of(place) in region_keys():
        return "region"
    return None


@cache
def _government_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    def choice(use: str) -> str:
        return "|".join(sorted(map(re.escape, actor_words(use)), key=len, reverse=True))

    article = r"(?:(?:the|la|las|los|el|les|le|l|a|o|as|os)\s+)?"
    return (
        re.compile(rf"(?:the\s+)?(?:(?:{choice('government of')})\s+{article})+(.+)"),
        re.compile(rf"(?:the\s+)?(.+?)\s+(?:{choice('government after')})"),
    )


def _place_of(name: str) -> str | None:
    key = key_of(re.split(r"\s[-–]\s|[,(]", name)[0])
    before, after = _government_patterns()
    found = before.fullmatch(key) or after.fullmatch(key)
    return found[1] if found else None
