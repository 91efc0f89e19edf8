"""Which leads of a file of records are local or regional governments.

A column of local governments mostly holds plain names (Abeche, Los Angeles), that say
nothing of their kind, and are trusted. Registers of partnerships hold ministries,
companies and charities in the same place; there only names that say so are trusted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from localsdg.registry.actor_kinds import (
    LOCAL,
    NOT_CLASSIFIED,
    Actor,
    actor_kind,
    first_part,
    is_sure,
)
from localsdg.registry.actor_lists import actor_words, key_of, stated_wordings, words_of
from localsdg.registry.local_governments import resolve
from localsdg.registry.places import country_iso3

#: The share of others among the different names of a column, above which it is no list of local governments.
_OTHERS = 1 / 5
#: The most words of a name of a government.
_LONGEST = 12
#: `Boulder, CO`, `Calgary, AB`: not the legal forms `SA` and `AG`.
_US_PLACE = re.compile(r",\s(?!SA|AG|SL|SE|OY|BV)[A-Z]{2}$")


def local_leads(names: Sequence[str], countries: Sequence[str], stated_kinds: Sequence[str]) -> list[bool]:
    """For each name in a column of local governments of one file, whether it is a local or regional government.

    `countries` are names or ISO codes, `stated_kinds` what a column says of each; both
    may be blank. A name is one of the reviewed list, or says that it is one, or says
    nothing in a file that mostly names local governments.
    """
    return [is_local for _, is_local in file_leads(names, countries, stated_kinds)]


def file_leads(
    names: Sequence[str],
    countries: Sequence[str],
    stated_kinds: Sequence[str],
    in_local_column: Sequence[bool] | None = None,
) -> list[tuple[Actor | None, bool]]:
    """Actor (None for a blank name) and whether it is one local or regional government, as in `local_leads`.

    `in_local_column` says which names are from a column of local governments, as all are
    without it: a plain name from elsewhere is not trusted. Several governments, and groups
    of them, have their kind and are none.
    """
    trusted = [True] * len(names) if in_local_column is None else in_local_column
    rows = list(zip(names, countries, stated_kinds, strict=True))
    actors = [_lead(name, country, stated) for name, country, stated in rows]
    if not _lists_local_governments(actors):
        checked = [actor and _checked(actor) for actor in actors]
        return [(actor, actor is not None and actor.kind in LOCAL and _is_one(actor.name)) for actor in checked]
    read = [_trusted(actor) if actor and trust else actor for actor, trust in zip(actors, trusted, strict=True)]
    return [(actor, actor is not None and actor.kind in LOCAL) for actor in read]


def _lead(name: str, country: str, stated: str) -> Actor | None:
    name = name.strip()
    if not name:
        return None
    iso3 = country_iso3(country.strip()) if country.strip() else None
    actor = actor_kind(name, stated.strip() or None)
    if iso3 and resolve(name, iso3):
        return Actor(name, actor.kind if actor.kind in LOCAL else "local government", "known")
    is_elsewhere = iso3 and actor.kind == "nation" and actor.basis == "known" and country_iso3(name) not in (iso3, None)
    return Actor(name, NOT_CLASSIFIED, "none") if is_elsewhere else actor


def _lists_local_governments(actors: Sequence[Actor | None]) -> bool:
    """Whether the different names of a column are mostly local governments, or say nothing.

    Others count where a name clearly says so: a place may be called Bank or College.
    """
    different = {actor.name: actor for actor in actors if actor}
    return sum(map(_is_other, different.values())) <= _OTHERS * len(different)


def _is_other(actor: Actor) -> bool:
    """Whether an actor is clearly no local government.

    Towns are called after saints as companies are, College Park and Falls Church are towns,
    and "Government" does not say of which level.
    """
    return (
        actor.kind not in LOCAL
        and actor.kind != "community"
        and (actor.kind, actor.basis) != ("nation", "stated")
        and is_sure(actor)
        and (actor.kind, actor.basis) != ("business", "known")
        and not (actor.basis == "words" and (" " not in actor.name or _US_PLACE.search(actor.name)))
    )


def _trusted(actor: Actor) -> Actor:
    """A lead of a file of local governments."""
    if actor.kind in LOCAL or _is_other(actor):
        return actor
    return Actor(actor.name, "local government", "stated")


def _checked(actor: Actor) -> Actor:
    """A lead of a file of leads of any kind, whose own "Local / Regional Government" is not enough."""
    return Actor(actor.name, NOT_CLASSIFIED, "none") if actor.kind in LOCAL and actor.basis == "stated" else actor


def _is_one(name: str) -> bool:
    """Whether a name is that of one government, not of several or of a group."""
    part, words = key_of(first_part(name)), words_of(name)
    return (
        part not in stated_wordings()
        and len(words) <= _LONGEST
        and not re.match(r"\d", part)
        and not actor_words("several") & set(part.split())
    )
