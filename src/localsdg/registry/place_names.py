"""What local files call their nation and its first-level parts."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

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


def nation_names(iso3: str) -> tuple[str, ...]:
    """Names of a nation, among them the nation as such (`nacional`); its ISO code where the list lacks it."""
    names = _names("nation").get(iso3)
    return names[0] if names else (iso3.lower(),)


def is_nation(name: str) -> bool:
    """Whether a name is the English or the own name of some nation of the list."""
    return name in _own_and_english_names()


@cache
def _own_and_english_names() -> frozenset[str]:
    return frozenset(name for (names,) in _names("nation").values() for name in names[:2])


def regions(iso3: str) -> tuple[tuple[str, ...], ...]:
    """The first-level parts of a nation, each with all its names."""
    return _names("region").get(iso3, ())


def region_names(name: str, iso3: str) -> tuple[str, ...]:
    """All names of the first-level part of a nation that is called `name`; empty where there is none."""
    return next((names for names in regions(iso3) if name in names), ())
