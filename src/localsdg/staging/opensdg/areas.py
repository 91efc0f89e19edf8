"""Whose number is a row? The place that a row, or its metadata, names -> a kind of area.

Local files show the nation, the region and the neighbours beside their own
figure. Never compare Spain's row as Asturias'.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from localsdg.registry.place_names import is_nation, nation_names, region_names, regions

#: Columns that hold places, by normalised name. `PARTS` hold places inside the site's own area.
_AREA = re.compile(
    r"(geographical |geographic )?(area|areas|area name|region|regions|region name|geography|"
    r"geocode|geo code)"
    r"|general territorio|territorio|territori|territory|ca|ccaa|comunidad autonoma|comunitat autonoma"
    r"|provincia|province|county|comarca|country|pais|pays|land|bundesland|state|estado|coverage"
    r"|geographical coverage|city|ciudad|ciutat|stadt|ville|kommune|gebiet|raumbezug|ambito territorial"
    r"|ambito|place|lugar|local authority|authority|nuts|jurisdiction|island|isla|gebietseinheit|localidad"
)
_PARTS = re.compile(
    r"(ward|ward name|wards|district|districts|distrito|distritos|districte|districtes|stadtbezirk|bezirk"
    r"|stadtteil|barrio|barrios|barri|barris|neighbourhood|neighborhood|quartier|arrondissement"
    r"|council district|community area|planning area|borough|suburb|subcouncil|municipio|municipi"
    r"|municipality|gemeinde|commune|census tract|zip code|postcode)( name| code)?"
)
#: Words around a name that say the kind of government, not another place.
_TITLES = re.compile(
    r"\b(the|city of|city|town of|municipality of|county of|province of|state of|region of|principality of|"
    r"principado de|ayuntamiento de|ajuntament de|ciudad de|ciutat de|municipio de|stadt|freistaat|"
    r"land|government of|gobierno de|junta de|council|municipalities of|municipios de|comunidad de|"
    r"comunidad autonoma de|comunidad foral de|region de|istac|total)\b"
)
_LARGER = re.compile(
    r"\b(metropolitan|metropolitana|metropolita|metro|province|provincia|county|comarca|region|judicial|"
    r"combined authority|city region|area metropolitana|landkreis|district council|isla)\b"
)
_WORLD = {
    "world",
    "global",
    "mundo",
    "mon",
    "welt",
    "europe",
    "european",
    "european union",
    "eu",
    "ue",
    "europa",
    "union europea",
    "unio europea",
    "eu27",
    "eu28",
    "ue27",
    "oecd",
    "ocde",
    "oecd average",
    "dac",
    "dac-lander",
    "latin america",
    "africa",
    "america",
    "asia",
}
_TOTAL = {
    "",
    "total",
    "all",
    "gesamt",
    "insgesamt",
    "totals",
    "overall",
    "ambos sexos",
    "todos",
    "tots",
    "both sexes",
    "both",
    "alle",
    "todas",
    "t",
}

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
        return self.level in ("region", "state", "province", "county", "association") or bool(
            region_names(plain(self.name), self.iso3)
        )

    @property
    def names(self) -> frozenset[str]:
        """What files call the own area, normalised."""
        return _own_names(self.name, self.level, self.iso3)


def plain(text: str) -> str:
    """Lower case without accents, brackets' content kept, spaces single."""
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[_/]+", " ", text).split()).strip(" .:")


def column_kind(name: str, values: set[str], home: Home) -> str | None:
    """What a column holds: `area`, `part` (places inside), `mixed`, or None for no places.

    The name decides; a column of another name is `mixed` when the own area
    or its nation stands in it: its other values may be no places at all.
    """
    key = re.sub(r"[._-]+", " ", plain(name)).strip()
    if _PARTS.fullmatch(key):
        return "part"
    if _AREA.fullmatch(key):
        return "area"
    seen = {plain(value) for value in values}
    if seen & home.names or (seen & _nation_names(home.iso3, short=False)):
        return "mixed"
    return None


def place_of(value: str, kind: str, home: Home) -> Place | None:
    """The place that a cell of an area column names; None where it names none (blank, total)."""
    key = plain(value)
    if key in _TOTAL:
        return None
    name = value.strip()
    if code := _UK_CODE.fullmatch(name):
        return Place(_uk_code(code[1].upper(), int(code[2])), name)
    if key in home.names:
        return Place("own", home.name)
    if key in _WORLD:
        return Place("other", name)
    if key in _nation_names(home.iso3):
        return Place("national", name)
    if region_names(key, home.iso3) or region_names(_bare(key), home.iso3):
        return Place("other" if home.is_region else "regional", name)
    bare = _bare(key)
    if bare in home.names:
        return Place("own", home.name)
    own = next((one for one in home.names if len(one) > 3 and bare.startswith(one)), None)
    if own and _LARGER.search(bare):
        return Place("regional", name)
    if own and re.match(r"\s*\(", bare[len(own) :]):
        # a group of people in the own area: Barcelona(0-15 population)
        return Place("own", home.name, is_exact=False)
    if is_nation(key):
        return Place("other", name)
    if kind == "part" or (home.is_region and re.fullmatch(r"es\d{3}|[a-z]\d{2,5}|d\d{1,2}", key)):
        return Place("part", name)
    if re.fullmatch(r"d\d{1,3}|district \d+|distrito \d+", key):
        return Place("part", name)
    if key in ("neighbourhood", "neighborhood", "barrio", "district"):
        return Place("part", name)
    if key in ("city", "ciudad", "stadt", "city wide", "citywide"):
        return Place("own", home.name)
    if kind == "mixed":
        return Place("unknown", name)
    if re.search(r"\bcounty\b", key) and home.level in ("city", "municipality", "town"):
        return Place("regional", name)
    return Place("other", name)


def coverage_of(text: str, title: str, home: Home) -> tuple[Place, str]:
    """The area of a whole file and what says so: `metadata`, `title` or `assumed`."""
    for basis, words in (("metadata", text), ("title", title)):
        place = _named_in(words, home, whole=basis == "metadata")
        if place:
            return place, basis
    return Place("own", home.name), "assumed"


def _named_in(text: str, home: Home, *, whole: bool) -> Place | None:
    key = plain(text)
    if not key:
        return None
    own_words = ("local", "municipal", *(("regional", "autonomico") if home.is_region else ()))
    if whole and key in own_words:
        return Place("own", home.name)
    if whole and key == "regional":
        return Place("regional", text.strip())
    larger = _LARGER.search(key)
    if any(re.search(rf"\b{re.escape(one)}\b", key) for one in home.names if len(one) > 3):
        if larger and not re.search(r"\b(city|ciudad|ciutat|and|y|i)\b|,", key) and whole:
            return Place("regional", text.strip())
        return Place("own", home.name)
    for names in regions(home.iso3):
        for one in names:
            if len(one) > 4 and (whole or one != "state") and re.search(rf"\b{re.escape(one)}\b", key):
                kind = "other" if home.is_region else "regional"
                return Place(kind, text.strip() if whole else one.title())
    for one in _nation_names(home.iso3, short=False):
        if len(one) > 3 and re.search(rf"\b{re.escape(one)}\b", key) and whole:
            return Place("national", text.strip())
    if whole and larger:
        return Place("regional", text.strip())
    if whole and any(re.search(rf"\b{re.escape(one)}\b", key) for one in _WORLD if len(one) > 3):
        return Place("other", text.strip())
    return None


def _bare(key: str) -> str:
    return " ".join(_TITLES.sub(" ", key).replace(",", " ").split())


@lru_cache(maxsize=64)
def _own_names(name: str, level: str, iso3: str) -> frozenset[str]:
    key = plain(re.sub(r"\(.*?\)", " ", name))
    names = {key, _bare(key), key.split(",")[0].strip(), _bare(key.split(",")[0])}
    for one in list(names):
        if region := region_names(one, iso3):
            # the city of Madrid is not the Comunidad de Madrid
            if level not in ("city", "municipality", "town") or one == key:
                names |= set(region)
    return frozenset(one for one in names if one)


@lru_cache(maxsize=64)
def _nation_names(iso3: str, *, short: bool = True) -> frozenset[str]:
    return frozenset(name for name in nation_names(iso3) if short or len(name) > 3)


def _uk_code(nation: str, kind: int) -> str:
    """UK register of geographic codes: E06 to E09 are local authorities, E05 wards, E12 regions."""
    if kind in {"E": (6, 7, 8, 9), "W": (6,), "S": (12,), "N": (9,)}[nation]:
        return "own"
    if kind in {"E": (12,), "W": (), "S": (), "N": ()}[nation]:
        return "regional"
    return "national" if kind == 92 else "part"
