"""Make the keys of local governments: `python -m localsdg.maintenance.bundle.government_keys FOLDER ../shared/data`.

FOLDER holds the archives that `key_sources.ARCHIVES` names. Each government of
the reviewed list is looked for by name, country and level; what is not found,
or found twice, stays blank. `government_key_decisions.csv` has the decisions of
the review, each with its reason: a value must be in its source, a blank value
takes a wrong match out. No key comes from anywhere else.

Writes `registry/local_government_keys.csv` and `registry/local_government_names.csv`;
`--review` prints what each government was matched with, for people to read.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from localsdg.common.csv_files import read_rows
from localsdg.common.errors import LocalsdgError
from localsdg.maintenance.bundle.key_names import other_names
from localsdg.maintenance.bundle.key_sources import (
    KeySources,
    NutsRegion,
    Place,
    StatedPopulation,
    Subdivision,
    WikidataItem,
    read_sources,
)
from localsdg.registry.local_governments import (
    LOCAL_GOVERNMENT_KEYS_CSV,
    LOCAL_GOVERNMENT_NAMES_CSV,
    LocalGovernment,
    identities,
    normal,
    resolve,
)

DECISIONS_CSV = Path(__file__).with_name("government_key_decisions.csv")
COLUMNS = [
    "local_government_id",
    "name_en",
    "iso_3166_2",
    "nuts",
    "wikidata",
    "geonames_id",
    "latitude",
    "longitude",
    "population",
    "population_basis",
    "population_year",
    "keys_source",
]
#: Levels of a government that a populated place may stand for.
PLACE_LEVELS = frozenset({"city", "municipality", "city-state", "district", "village", "township"})
CITY_LEVELS = frozenset({"city", "municipality", "city-state"})
#: Types by which ISO 3166-2 lists a city itself, not the county or province around it.
CITY_TYPES = frozenset(
    {
        "Capital district",
        "City",
        "Federal entity",
        "Federal territory",
        "Land",
        "Metropolitan district",
        "Municipality",
        "Special municipality",
        "Unitary authority",
    }
)
#: A place is taken where no other of its name in the country has more than this share of its people.
_NAMESAKE_SHARE = 0.25
#: Fewest people of a stated population.
_FEWEST = 1_000
_LEVEL_WORDS = re.compile(r"^(?:metropolitan city of|landkreis) | (?:county|province|district|state)$")
_NUTS_TITLES = re.compile(r"^(?:region|principado de|comunitat|arr\.|prov\.) ")
_CITY_OF_NUTS = re.compile(r", (?:kreisfreie stadt|stadtkreis|city of)$")
_BODIES = re.compile(r"\b(?:government of|governmental?|council|authority|body|agency|chain|company|bank|brand)\b")
_CITY_WORDS = re.compile(r"\b(?:city|town|municipality|capital)\b")
_REGION_WORDS = re.compile(
    r"\b(?:autonomous (?:community|region)|federal region|state|province|department|county|country|nation)\b"
)


@dataclass(frozen=True)
class Keys:
    """Keys of one government, blank ones None; coordinates in degrees (WGS 84), population in persons."""

    local_government_id: str
    subdivision: Subdivision | None = None
    nuts: str | None = None
    wikidata: str | None = None
    place: Place | None = None
    place_population: int | None = None
    stated_population: StatedPopulation | None = None
    name_en: str | None = None

    def row(self) -> dict[str, object]:
        """The row of the file; `keys_source` names the sources by their ids in `key_sources.toml`."""
        used = {
            "cldr": self.name_en,
            "iso_codes": self.subdivision,
            "nuts": self.nuts,
            "wikidata": self.wikidata,
            "geonames": self.place,
            "cdp": self.stated_population,
        }
        stated = self.stated_population
        population = stated.population if stated else self.place_population
        values = (
            self.local_government_id,
            self.name_en,
            self.subdivision and self.subdivision.iso_3166_2,
            self.nuts,
            self.wikidata,
            self.place and self.place.geonames_id,
            self.place and self.place.latitude,
            self.place and self.place.longitude,
            population,
            population and ("government" if stated else "populated place"),
            stated and stated.population_year,
            "|".join(sorted(name for name, value in used.items() if value)),
        )
        return {name: "" if value is None else value for name, value in zip(COLUMNS, values, strict=True)}


class Matcher:
    """Looks governments up in the sources."""

    def __init__(self, sources: KeySources) -> None:
        self.sources = sources
        self.places: dict[tuple[str, str], dict[str, Place]] = {}
        for place in sources.places:
            for name in {normal(name) for name in (place.name, *place.names)}:
                self.places.setdefault((place.iso3, name), {})[place.geonames_id] = place
        self.subdivisions: dict[str, list[tuple[Subdivision, set[str]]]] = {}
        for subdivision in sources.subdivisions:
            names = (subdivision.name, subdivision.name_en, *subdivision.names)
            self.subdivisions.setdefault(subdivision.iso3, []).append((subdivision, _wanted(names)))
        self.items: dict[str, list[WikidataItem]] = {}
        for item in sources.wikidata_items:
            self.items.setdefault(normal(item.label), []).append(item)

    def keys(self, government: LocalGovernment) -> Keys:
        """What the sources have of a government by name, country and level; no country, or no level, no keys."""
        if not (government.iso3 and government.level):
            return Keys(government.local_government_id)
        place = self.place(government)
        return Keys(
            government.local_government_id,
            self.subdivision(government),
            self.nuts(government),
            self.wikidata(government),
            place,
            place.population or None if place else None,
            self.stated_population(government),
        )

    def stated_population(self, government: LocalGovernment) -> StatedPopulation | None:
        """The newest number that the government states of itself; below `_FEWEST` it is in thousands, or a slip."""
        found = [
            stated
            for stated in self.sources.stated_populations
            if stated.population >= _FEWEST
            and any(resolve(name, stated.iso3) == government.local_government_id for name in stated.names)
        ]
        return max(found, key=lambda stated: stated.population_year, default=None)

    def place(self, government: LocalGovernment) -> Place | None:
        """The populated place of a city or a smaller government: the one of its name, or by far the largest."""
        if government.level not in PLACE_LEVELS:
            return None
        found: dict[str, Place] = {}
        for name in (government.name, *government.aliases):
            found |= self.places.get((government.iso3 or "", normal(name)), {})
        by_size = sorted(found.values(), key=lambda place: -place.population)
        if len(by_size) > 1 and by_size[1].population > _NAMESAKE_SHARE * by_size[0].population:
            return None
        return by_size[0] if by_size else None

    def subdivision(self, government: LocalGovernment) -> Subdivision | None:
        """The subdivision of ISO 3166-2 that is the government's own: of a city only one that is a city."""
        is_city = government.level in CITY_LEVELS
        wanted = _wanted((government.name, *government.aliases))
        found = [
            subdivision
            for subdivision, spellings in self.subdivisions.get(government.iso3 or "", ())
            if (not is_city or subdivision.type in CITY_TYPES) and wanted & spellings
        ]
        first = [one for one in found if one.admin_level == min(other.admin_level for other in found)]
        return first[0] if len(first) == 1 else None

    def nuts(self, government: LocalGovernment) -> str | None:
        """The shortest code of NUTS whose region has the government's name; of a city only where NUTS says so."""
        if government.level not in CITY_LEVELS:
            found = self._nuts_regions(government, lambda label: not _CITY_OF_NUTS.search(label))
        elif government.level == "city-state":
            found = self._nuts_regions(government, lambda label: True)
        else:
            found = self._nuts_regions(government, lambda label: bool(_CITY_OF_NUTS.search(label)))
        codes = sorted((region.nuts for region in found), key=len)
        return codes[0] if codes and all(code.startswith(codes[0]) for code in codes) else None

    def _nuts_regions(self, government: LocalGovernment, is_kind: Callable[[str], bool]) -> list[NutsRegion]:
        wanted = _wanted((government.name, *government.aliases))
        return [
            region
            for region in self.sources.nuts_regions
            if region.iso3 == government.iso3
            and is_kind(normal(region.label))
            and wanted & _labels(normal(region.label))
        ]

    def wikidata(self, government: LocalGovernment) -> str | None:
        """The item with the government's name whose description is a place of its kind in its country."""
        wanted = {normal(name) for name in (government.name, *government.aliases)}
        words = _CITY_WORDS if government.level in CITY_LEVELS else _REGION_WORDS
        found = [
            item.wikidata
            for name in sorted(wanted)
            for item in self.items.get(name, ())
            if words.search(item.description)
            and not _BODIES.search(item.description)
            and self._is_in(item.description, government.iso3 or "")
        ]
        return found[0] if len(found) == 1 else None

    def _is_in(self, description: str, iso3: str) -> bool:
        """Whether a description names the country, or one of its first subdivisions, or is of another one."""
        own = {name for name in self.sources.countries[iso3]}
        if any(name in description for name in own):
            return True
        if any(name in description for names in self.sources.countries.values() for name in names):
            return False
        return any(
            name and name in description
            for one, _ in self.subdivisions.get(iso3, ())
            if one.admin_level == 1
            for name in (one.name, one.name_en)
        )


def _wanted(names: Iterable[str]) -> set[str]:
    """Normal forms of names without punctuation, with and without the word for the level."""
    forms = {_plain(name) for name in names} - {""}
    return forms | {_LEVEL_WORDS.sub("", form) for form in forms}


def _labels(label: str) -> set[str]:
    """What a label of NUTS may name: all of it, or one of its languages, with and without titles."""
    parts = {_CITY_OF_NUTS.sub("", part) for part in (label, *label.split("/"))}
    return {_plain(form) for part in parts for form in (part, _NUTS_TITLES.sub("", part))}


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[/-]", " ", normal(name)).split())


def decided(keys: Keys, decisions: dict[str, str], sources: KeySources) -> Keys:
    """Keys with the decisions of the review applied; raises `LocalsdgError` where a value is in no source."""
    for key, value in decisions.items():
        if key == "place":
            place = _one(sources.places, "geonames_id", value)
            keys = replace(keys, place=place, place_population=place.population or None if place else None)
        elif key == "iso_3166_2":
            keys = replace(keys, subdivision=_one(sources.subdivisions, key, value))
        elif key == "nuts":
            keys = replace(keys, nuts=getattr(_one(sources.nuts_regions, key, value), key, None))
        elif key == "wikidata":
            keys = replace(keys, wikidata=getattr(_one(sources.wikidata_items, key, value), key, None))
        elif key == "place_population" and not value:
            keys = replace(keys, place_population=None)
        elif key == "stated_population" and not value:
            keys = replace(keys, stated_population=None)
        elif key == "name_en":
            keys = replace(keys, name_en=getattr(_one(sources.subdivisions, key, value), key, None))
        else:
            raise LocalsdgError(
                "a decision cannot be applied",
                where=DECISIONS_CSV.name,
                expected="name_en, place, iso_3166_2, nuts, wikidata, or a blank place_population or stated_population",
                got=f"{keys.local_government_id}: {key} {value}",
            )
    return keys


def _one(entries: Iterable[Any], key: str, value: str) -> Any:
    """The entry of a source with a decided value; None where the decision is a blank."""
    if not value:
        return None
    found = [entry for entry in entries if getattr(entry, key) == value]
    if not found:
        raise LocalsdgError("a decided value is in no source", where=DECISIONS_CSV.name, got=f"{key} {value}")
    return found[0]


def read_decisions() -> dict[str, dict[str, str]]:
    """Government -> key -> decided value."""
    decisions: dict[str, dict[str, str]] = {}
    for row in read_rows(DECISIONS_CSV):
        if row["local_government_id"] not in identities():
            raise LocalsdgError(
                "a decision is about no known government", where=DECISIONS_CSV.name, got=row["local_government_id"]
            )
        decisions.setdefault(row["local_government_id"], {})[row["key"]] = row["value"]
    return decisions


def make_keys(sources: KeySources) -> list[Keys]:
    """Keys of all governments of the reviewed list, in its order."""
    matcher, decisions = Matcher(sources), read_decisions()
    return [
        decided(matcher.keys(government), decisions.get(government_id, {}), sources)
        for government_id, government in identities().items()
    ]


def _write(path: Path, columns: list[str], rows: Iterable[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _review(all_keys: list[Keys], sources: KeySources) -> str:
    """One line a government, for people: what it is, and what it was matched with."""
    nuts = {region.nuts: region.label for region in sources.nuts_regions}
    items = {item.wikidata: item.description for item in sources.wikidata_items}
    lines = []
    for keys in all_keys:
        government = identities()[keys.local_government_id]
        parts = [f"{government.local_government_id} | {government.name} | {government.level} | {government.iso3}"]
        if keys.subdivision:
            parts.append(f"{keys.subdivision.iso_3166_2} {keys.subdivision.name} ({keys.subdivision.type})")
        if keys.nuts:
            parts.append(f"{keys.nuts} {nuts[keys.nuts]}")
        if keys.wikidata:
            parts.append(f"{keys.wikidata} {items[keys.wikidata]}")
        if keys.place:
            population = f"{keys.place_population:,}" if keys.place_population else "no population"
            parts.append(f"{keys.place.name} {population} {keys.place.latitude} {keys.place.longitude}")
        if stated := keys.stated_population:
            parts.append(f"{' / '.join(stated.names)} {stated.population:,} in {stated.population_year}")
        lines.append(" | ".join(parts))
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> None:
    """Command line of the module."""
    parser = argparse.ArgumentParser(prog="python -m localsdg.maintenance.bundle.government_keys", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with the archives of the packages")
    parser.add_argument("data", type=Path, help="folder with local/actions")
    parser.add_argument("--review", action="store_true", help="print the matches and write nothing")
    args = parser.parse_args(argv)
    try:
        sources = read_sources(args.folder, args.data / "local" / "actions" / "cdp_city_targets_2021" / "targets.csv")
        all_keys = make_keys(sources)
    except LocalsdgError as error:
        raise SystemExit(f"error: {error}") from error
    if args.review:
        print(_review(all_keys, sources))
        return
    rows = [keys.row() for keys in all_keys]
    _write(LOCAL_GOVERNMENT_KEYS_CSV, COLUMNS, [row for row in rows if row["keys_source"]])
    subdivisions = {one.local_government_id: one.subdivision for one in all_keys if one.subdivision}
    places = {one.local_government_id: one.place for one in all_keys if one.place}
    names = other_names(sources, places, subdivisions)
    _write(
        LOCAL_GOVERNMENT_NAMES_CSV,
        ["local_government_id", "names"],
        [{"local_government_id": one, "names": "|".join(found)} for one, found in names.items() if found],
    )
    filled = Counter(column for row in rows for column in COLUMNS if row[column] != "")
    print(", ".join(f"{column} {filled[column]}" for column in COLUMNS[1:]), f"of {len(rows)} governments")
    print(f"{sum(map(len, names.values())):,} names in other languages and scripts")


if __name__ == "__main__":
    main()
