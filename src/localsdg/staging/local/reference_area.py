"""Whose number is a row? The place that a row, or its metadata, names -> a kind of area.

Local files show the nation, the region and the neighbours beside their own
figure. Never compare Spain's row as Asturias'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from localsdg.common.clean_text import comparable
from localsdg.registry.local_governments import identities, resolve
from localsdg.registry.local_words import place_levels, word_pattern, word_set
from localsdg.registry.place_names import is_nation, nation_names, region_names, regions
from localsdg.staging.local.whole_labels import is_whole

#: Names of so many letters are found as whole values alone, not inside a text.
_SHORT = 3
_UK_CODE = re.compile(r"([EWSN])(\d{2})\d{6}", re.I)


@dataclass(frozen=True)
class Place:
    """Kind and name of a reference area; `is_exact` is false for a group inside the own area."""

    kind: str
    name: str
    is_exact: bool = True


@dataclass(frozen=True)
class Home:
    """The site's own government, as its declared facts give it."""

    name: str
    level: str
    iso3: str

    @property
    def is_region(self) -> bool:
        """The government is itself a first-level part of its nation, or a league of its towns."""
        return self.level in place_levels("region") or bool(region_names(comparable(self.name), self.iso3))

    @property
    def is_wide(self) -> bool:
        """The government is of more than a town, so that words such as `province of` may belong to its name."""
        return self.is_region or self.level not in place_levels("town")

    @property
    def names(self) -> frozenset[str]:
        """What files call the own area, normalised."""
        return _own_names(self.name, self.level, self.iso3)


def column_kind(name: str, values: set[str], home: Home) -> str | None:
    """What a column holds: `area`, `part` (places inside), `mixed`, or None for no places.

    The name decides; a column of another name is `mixed` when the own area
    or its nation is among its values: the others may be no places at all.
    """
    key = re.sub(r"[._-]+", " ", comparable(name)).strip()
    if re.sub(r" (name|code)$", "", key) in word_set("part column"):
        return "part"
    if key in word_set("area column"):
        return "area"
    if word_pattern("column of lines").search(key):
        return None  # Asturias' share below the line of Spain is not Spain's
    nation = _nation_names(home.iso3, short=False)
    keys = map(comparable, values)
    return "mixed" if any(key in nation or is_own_name(key, home) for key in keys) else None


@lru_cache(maxsize=20_000)  # the files of a site name the same places
def place_of(value: str, kind: str, home: Home) -> Place | None:
    """The place that a cell of an area column names; None where it names none (blank, total)."""
    key, name = comparable(value), value.strip()
    if is_whole(value):
        return None
    if code := _UK_CODE.fullmatch(name):
        return Place(_uk_code(code[1].upper(), int(code[2])), name)
    if is_own_name(key, home):
        return Place("own", home.name)
    if wider := _wider_kind(key, home):
        return Place(wider, name)
    if near := _near_own(key, name, home):
        return near
    elsewhere = _kind_elsewhere(key, kind, home)
    return Place(elsewhere, home.name if elsewhere == "own" else name)


def names_place(value: str, home: Home) -> bool:
    """Whether a whole text is the name of the own area, of its nation, of a region or of more than a nation."""
    key = comparable(value)
    if key in _nation_names(home.iso3):
        return True
    return len(key) > _SHORT and (is_own_name(key, home) or _wider_kind(key, home) is not None)


def _wider_kind(key: str, home: Home) -> str | None:
    """The kind of a place that is a nation, a region of the own one, or more than a nation; None for others."""
    bare = _bare(key, of_region=True)
    if key in word_set("beyond the nation") or bare in word_set("beyond the nation"):
        return "other"
    nation = _nation_names(home.iso3)
    if key in nation or bare in nation:
        return "national"
    if region_names(key, home.iso3) or region_names(bare, home.iso3):
        return "other" if home.is_region else "regional"
    return None


@lru_cache(maxsize=20_000)
def is_own_name(key: str, home: Home) -> bool:
    """Whether a comparable name is that of the own area, with whatever states its kind or where it lies.

    `Peterborough (City)`, `City of Peterborough`, `Auburn, Alabama`; not `Madrid, Comunidad de` of the city.
    """
    if key in home.names:
        return True
    name, *additions = _parts(key) or ("",)
    if not _is_named(name, home):
        return False
    beyond = _nation_names(home.iso3)
    # Auburn in Alabama is not Auburn in Maine
    stated = {part for addition in _parts(comparable(home.name))[1:] for part in region_names(addition, home.iso3)}
    return all(
        not _bare(addition, of_region=home.is_wide)
        or addition in beyond
        or (addition in stated if stated else region_names(addition, home.iso3))
        or _is_named(addition, home)
        for addition in additions
    )


def _parts(key: str) -> list[str]:
    """A name, and what is added to it after commas, after dashes and in brackets."""
    return [part for text in re.split(r"[,;()\[\]]| - ", key) if (part := text.strip(" .:-"))]


def _is_named(name: str, home: Home) -> bool:
    """Whether a name without additions is that of the own area."""
    bare, own = _bare(name, of_region=home.is_wide), _bare(comparable(home.name), of_region=home.is_wide)
    if bare in home.names or any(bare.removesuffix(suffix) in home.names for suffix in word_set("government suffix")):
        return True
    # Mexico is not Mexico City
    return bool(bare) and bare == own and bare not in _nation_names(home.iso3) and not region_names(bare, home.iso3)


def _near_own(key: str, name: str, home: Home) -> Place | None:
    """A larger or smaller area that is called after the own one, or a group of people in it."""
    bare = _bare(key, of_region=True)
    longest_first = sorted(home.names, key=lambda own: (-len(own), own))
    own = next((own for own in longest_first if len(own) > _SHORT and bare.startswith(own)), None)
    if bare in home.names or (own and word_pattern("larger area").search(key)):
        return Place("regional", name)
    if own and re.match(r"\s*\(", bare[len(own) :]):
        # a group of people in the own area: Barcelona(0-15 population)
        return Place("own", home.name, is_exact=False)
    return None


def _kind_elsewhere(key: str, kind: str, home: Home) -> str:
    """The kind of a place whose name is neither that of the own area nor that of the nation."""
    if is_nation(key):
        return "other"
    if kind == "part" or (home.is_region and re.fullmatch(r"es\d{3}|[a-z]\d{2,5}|d\d{1,2}", key)):
        return "part"
    if re.fullmatch(r"d\d{1,3}|district \d+|distrito \d+", key) or key in word_set("a part"):
        return "part"
    if key in word_set("the whole town"):
        return "own"
    if kind == "mixed":
        return "unknown"
    is_county = re.search(r"\bcounty\b", key) and home.level in place_levels("town")
    return "regional" if is_county else "other"


def coverage_of(text: str, title: str, home: Home) -> tuple[Place, str]:
    """The area of a whole file and what states it: `metadata`, `title` or `assumed`."""
    if place := _named_in_metadata(text.strip(), home):
        return place, "metadata"
    if place := _named_in_title(title, home):
        return place, "title"
    return Place("own", home.name), "assumed"


def _named_in_metadata(text: str, home: Home) -> Place | None:
    """The place that a field for the coverage names."""
    key = comparable(text)
    if not key:
        return None
    own_words = ("local", "municipal", *(("regional", "autonomico") if home.is_region else ()))
    if key in own_words:
        return Place("own", home.name)
    if key == "regional":
        return Place("regional", text)
    is_larger = word_pattern("larger area").search(key) is not None
    if _names_in(key, home.names):
        is_beside = re.search(r"\b(city|ciudad|ciutat|and|y|i)\b|,", key)
        return Place("regional", text) if is_larger and not is_beside else Place("own", home.name)
    if _names_in(key, _all_region_names(home.iso3), longer_than=4):
        return Place("other" if home.is_region else "regional", text)
    if _names_in(key, _nation_names(home.iso3, short=False)):
        return Place("national", text)
    if is_larger:
        return Place("regional", text)
    return Place("other", text) if _names_in(key, word_set("beyond the nation")) else None


def _named_in_title(title: str, home: Home) -> Place | None:
    """The own area or a region that a title names; nations and continents are in titles for other reasons."""
    key = comparable(title)
    if not key:
        return None
    if _names_in(key, home.names):
        return Place("own", home.name)
    # `state` is the name of a region in one list, and a common word in titles
    names = [name for name in _all_region_names(home.iso3) if name != "state"]
    named = _names_in(key, names, longer_than=4)
    return Place("other" if home.is_region else "regional", named.title()) if named else None


def _names_in(key: str, names: Iterable[str], longer_than: int = _SHORT) -> str | None:
    """The first of the names that is in a text as whole words; short ones are too common to decide."""
    # the pattern is built only for a name that is in the text at all
    return next(
        (
            name
            for name in names
            if len(name) > longer_than and name in key and re.search(rf"\b{re.escape(name)}\b", key)
        ),
        None,
    )


@lru_cache(maxsize=64)
def _all_region_names(iso3: str) -> tuple[str, ...]:
    return tuple(name for names in regions(iso3) for name in names)


@lru_cache(maxsize=20_000)
def _bare(key: str, *, of_region: bool) -> str:
    """A name without the words that state the kind of government; with `of_region` also those of regions."""
    for use in ("government title", *(["title of a region"] if of_region else [])):
        key = word_pattern(use).sub(" ", key)
    return " ".join(re.sub(r"\(\s*\)|,", " ", key).split()).strip(" .:-'")


@lru_cache(maxsize=64)
def _own_names(name: str, level: str, iso3: str) -> frozenset[str]:
    key = comparable(re.sub(r"\(.*?\)", " ", name))
    before_comma = key.split(",")[0].strip()
    is_town = level in place_levels("town")
    names = {key, before_comma}
    for full in (key, before_comma):
        bare = _bare(full, of_region=not is_town)
        # Cape Town is not called Cape
        ending = full.rpartition(" ")[2]
        names.add(f"{bare} {ending}" if ending in word_set("end of a name") else bare)
    for own in list(names):
        # the city of Madrid is not the Comunidad de Madrid
        if not is_town or own == key:
            names |= set(region_names(own, iso3))
    if government := identities().get(resolve(name, iso3) or ""):
        names |= set(map(comparable, government.aliases))
    return frozenset(filter(None, names))


@lru_cache(maxsize=64)
def _nation_names(iso3: str, *, short: bool = True) -> frozenset[str]:
    # three letters are an abbreviation, three signs of Chinese a name
    return frozenset(name for name in nation_names(iso3) if short or len(name) > 3 or not name.isascii())


def _uk_code(nation: str, kind: int) -> str:
    """UK register of geographic codes: E06 to E09 are local authorities, E05 wards, E12 regions."""
    if kind in {"E": (6, 7, 8, 9), "W": (6,), "S": (12,), "N": (9,)}[nation]:
        return "own"
    if kind in {"E": (12,), "W": (), "S": (), "N": ()}[nation]:
        return "regional"
    return "national" if kind == 92 else "part"
