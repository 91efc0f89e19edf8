"""What local files call their nation and its first-level parts."""

from __future__ import annotations

import csv
from contextlib import suppress
from functools import cache
from pathlib import Path

from localsdg.common.clean_text import comparable

#: country_iso3, kind (`nation` or `region`), names: lower case without accents, `|` between the names of one
#: place; English, own languages, ISO codes, and the codes that local sites use.
PLACE_NAMES_CSV = Path(__file__).parent / "place_names.csv"


@cache
def _names(kind: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    places: dict[str, list[tuple[str, ...]]] = {}
    with PLACE_NAMES_CSV.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] == kind:
                places.setdefault(row["country_iso3"], []).append(tuple(row["names"].split("|")))
    return {iso3: tuple(names) for iso3, names in places.items()}


@cache
def nation_names(iso3: str) -> tuple[str, ...]:
    """Names of a nation in the form in which texts are compared, among them the nation as such (`nacional`).

    The list comes first, then the names in English and the nation's own languages, and its ISO codes.
    """
    listed = (_names("nation").get(iso3) or ((),))[0]
    return tuple(filter(None, dict.fromkeys(map(comparable, (*listed, *_cldr_names(iso3), iso3)))))


def _cldr_names(iso3: str) -> tuple[str, ...]:
    """Names of a nation of the Unicode CLDR, in English and in the languages that are official there."""
    from babel import Locale, UnknownLocaleError
    from babel.core import get_global
    from babel.languages import get_official_languages

    (code, *_) = get_global("territory_aliases").get(iso3, [""])
    names = []
    for language in ("en", *(get_official_languages(code, regional=True, de_facto=True) if code else ())):
        with suppress(UnknownLocaleError, ValueError):
            names.append(Locale.parse(language).territories.get(code, ""))
    return tuple(names)


def is_nation(name: str) -> bool:
    """Whether a name is the English or the own name of some nation of the list."""
    return name in _own_and_english_names()


@cache
def _own_and_english_names() -> frozenset[str]:
    return frozenset(comparable(name) for (names,) in _names("nation").values() for name in names[:2])


def regions(iso3: str) -> tuple[tuple[str, ...], ...]:
    """The first-level parts of a nation, each with all its names."""
    return _names("region").get(iso3, ())


def region_names(name: str, iso3: str) -> tuple[str, ...]:
    """All names of the first-level part of a nation that is called `name`; empty where there is none."""
    return _regions_by_name(iso3).get(name, ())


@cache
def _regions_by_name(iso3: str) -> dict[str, tuple[str, ...]]:
    """Name -> all names of the first region of the list that has it."""
    return {name: names for names in reversed(regions(iso3)) for name in names}
