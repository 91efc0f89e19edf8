"""Countries, regions and governments as actors: which names are theirs as a whole.

Names are compared as one word in lower case without accents (`cotedivoire`), which
is quicker than to resolve a place, and indifferent to apostrophes and hyphens.
"""

from __future__ import annotations

import re
from functools import cache

from localsdg.registry.actor_lists import HERE, actor_words, key_of, listed, words_of
from localsdg.registry.local_governments import identities, normal
from localsdg.registry.local_words import place_levels
from localsdg.registry.place_names import PLACE_NAMES_CSV
from localsdg.registry.places import names_of_countries, places

REGIONS_CSV = HERE / "region_names.csv"
#: Levels of the first parts of nations that are local governments, or none.
_NO_REGIONS = frozenset({"county", "association", "national association"})
_ARTICLE = r"(?:(?:the|la|las|los|el|les|le|l|a|o|as|os)\s)?"


def kind_of_place(name: str, words: list[str]) -> str | None:
    """`nation`, `region`, `local government` or `network of cities` where a name as a whole is one, else None."""
    joined = "".join(words).lower()
    kind = _kinds_of_places().get(joined.removeprefix("the"))
    if kind is None and not name.isascii():
        kind = _governments().get(normal(name))
    return kind


def kind_of_government(name: str) -> str | None:
    """Kind of `Government of X`, `State of X` or `X Government`, where X is a country or a region."""
    key = key_of(re.split(r"\s[-–]\s|[,(]", name, maxsplit=1)[0])
    words = key.split()
    if not words or not (words[-1] in _last_words() or _first_words() & {words[0], words[min(1, len(words) - 1)]}):
        return None
    before, after = _government_patterns()
    found = before.fullmatch(key) or after.fullmatch(key)
    kind = _kinds_of_places().get(found[1].replace(" ", "")) if found else None
    return kind if kind in ("nation", "region") else None


def is_country(name: str) -> bool:
    """Whether a name as a whole is that of a country."""
    return _joined(name) in _countries()


def is_region(name: str) -> bool:
    """Whether a name as a whole is that of a first-level part of a nation."""
    return _kinds_of_places().get(_joined(name)) == "region"


def _joined(name: str) -> str:
    return "".join(words_of(name)).lower().removeprefix("the")


@cache
def _kinds_of_places() -> dict[str, str]:
    """Whole names as one word -> kind; a city abroad may be called as a country in some language: Granada."""
    governments = {_joined(name): kind for name, kind in _governments().items()}
    english = {_joined(place.name) for place in places()}
    countries = {name: "nation" for name in _countries() if name in english or name not in governments}
    unsure = _countries() - countries.keys()
    kinds = governments | dict.fromkeys(_regions(), "region") | countries
    return {name: kind for name, kind in kinds.items() if name and name not in unsure}


@cache
def _countries() -> frozenset[str]:
    """Names of countries, also with `St.` for Saint and `&` for and."""
    keys = set()
    for name in names_of_countries():
        padded = f" {name} "
        for saint in ("saint", "st"):
            written = padded.replace(" saint ", f" {saint} ")
            keys |= {_joined(written), _joined(written.replace(" and ", " "))}
    return frozenset(keys - {""})


@cache
def _regions() -> frozenset[str]:
    own = {_joined(row["name"]) for row in listed(REGIONS_CSV)}
    others = {
        _joined(name)
        for row in listed(PLACE_NAMES_CSV)
        if row["kind"] == "region"
        for name in row["names"].split("|")
        if len(name) > 3
    }
    return frozenset(own | others)


@cache
def _governments() -> dict[str, str]:
    """Names of the reviewed list of local governments -> kind."""
    regions = set(place_levels("region")) - _NO_REGIONS
    kinds = {}
    for government in identities().values():
        level = government.level or ""
        kind = "network of cities" if "association" in level else "region" if level in regions else "local government"
        for name in (government.name, *government.aliases):
            kinds[normal(name)] = kind
    return kinds


@cache
def _first_words() -> frozenset[str]:
    return frozenset(words.split()[0] for words in actor_words("government of"))


@cache
def _last_words() -> frozenset[str]:
    return frozenset(words.split()[-1] for words in actor_words("government after"))


@cache
def _government_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    def choice(use: str) -> str:
        return "|".join(sorted(map(re.escape, actor_words(use)), key=len, reverse=True))

    return (
        re.compile(rf"(?:the\s)?(?:(?:{choice('government of')})\s{_ARTICLE})+(.+)"),
        re.compile(rf"(?:the\s)?(.+?)\s(?:{choice('government after')})"),
    )
