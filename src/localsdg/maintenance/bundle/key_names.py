"""Names of local governments in other languages and scripts, where they mean one government only."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher

from text_unidecode import unidecode

from localsdg.maintenance.bundle.key_sources import KeySources, Place, Subdivision
from localsdg.registry.local_governments import identities, normal
from localsdg.registry.places import country_iso3

#: Spellings that GeoNames lists beside names: codes of airports, and letters of other scripts turned into a-z.
_CODE = re.compile(r"[A-Z0-9]{1,4}")
_SHORTEST_LATIN = 4
_LONGEST = 60
#: How much a name of GeoNames must resemble a reviewed one: its list also holds former names, parts of the city,
#: airports and slips (Япония for Sado), which share few letters with it. Latin letters, and others turned into them.
_LATIN_LIKENESS, _OTHER_LIKENESS = 0.5, 0.35


def other_names(
    sources: KeySources, places: dict[str, Place], subdivisions: dict[str, Subdivision]
) -> dict[str, list[str]]:
    """Government -> names beside those of the reviewed list, sorted; `places` and `subdivisions` are its matches.

    A name is left out where another place of GeoNames in the country has it
    too, where two governments would have it, and where the reviewed list gives
    it to any government of the country.
    """
    owners = _owners_of_names(sources)
    reviewed = {
        (one.iso3, normal(name)) for one in identities().values() for name in (one.name, *one.aliases) if one.iso3
    }
    found: dict[str, dict[str, str]] = {}
    for government_id, government in identities().items():
        place, subdivision = places.get(government_id), subdivisions.get(government_id)
        own = {place.geonames_id} if place else set()
        own_names = (government.name, *government.aliases)
        names = [name for name in (place.names if place else ()) if _resembles(name, own_names)]
        names += subdivision.names if subdivision else ()
        kept = found.setdefault(government_id, {})
        for name in sorted(filter(is_name, names)):
            key = (government.iso3, normal(name))
            if key not in reviewed and not owners[key] - own and not country_iso3(name):
                kept.setdefault(key[1], name)
    claims = Counter((identities()[one].iso3, key) for one, kept in found.items() for key in kept)
    return {
        one: sorted(name for key, name in kept.items() if claims[identities()[one].iso3, key] == 1)
        for one, kept in found.items()
    }


def _owners_of_names(sources: KeySources) -> dict[tuple[str | None, str], set[str]]:
    """(country, normal form) -> ids of the places of GeoNames that have this name, in the countries of the list."""
    countries = {one.iso3 for one in identities().values() if one.iso3}
    owners: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for place in sources.places:
        if place.iso3 in countries:
            for name in {place.name, *place.names}:
                owners[place.iso3, normal(name)].add(place.geonames_id)
    return owners


def _resembles(name: str, own_names: Iterable[str]) -> bool:
    """Whether a name of a place is like one of the government's in letters; Chinese signs have none to compare."""
    if any("CJK" in unicodedata.name(letter, "") for letter in name):
        return True
    own = [re.sub(r"[^a-z]", "", unidecode(normal(one))) for one in own_names]
    letters = re.sub(r"[^a-z]", "", unidecode(normal(name)))
    if not _is_latin(name):
        # Arabic and Hebrew write few vowels
        pairs = [pair for one in own for pair in ((letters, one), (_consonants(letters), _consonants(one)))]
        return any(_likeness(*pair) >= _OTHER_LIKENESS for pair in pairs)
    n_words = max(len(one.split()) for one in own_names if _is_latin(one))
    return len(name.split()) <= n_words and any(_likeness(letters, one) >= _LATIN_LIKENESS for one in own)


def _consonants(letters: str) -> str:
    return re.sub(r"[aeiouyw]", "", letters)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _is_latin(name: str) -> bool:
    return all("LATIN" in unicodedata.name(letter, "") for letter in name if letter.isalpha())


def is_name(name: str) -> bool:
    """Whether a spelling is a name that people write: no code, no transliteration, no list of two."""
    if "|" in name or " - " in name or len(name) > _LONGEST or _CODE.fullmatch(name) or not any(map(str.isalpha, name)):
        return False
    if any(unicodedata.category(letter) in ("Cf", "Cc") or letter in "(),;/،" for letter in name):
        return False
    if _is_latin(name):
        return name[0].isupper() and len(name) >= _SHORTEST_LATIN
    return not any("LATIN" in unicodedata.name(letter, "") for letter in name)
