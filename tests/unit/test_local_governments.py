"""The reviewed list of local governments: every listing and site finds its one identity."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from localsdg.registry import local_governments as who
from localsdg.registry.local_governments import identities, normal, provisional_id, resolve


@pytest.mark.parametrize(
    ("name", "iso3", "found"),
    [
        ("São Paulo", "BRA", "sao-paulo"),
        ("Sao Paulo", "BRA", "sao-paulo"),
        ("SAO  PAULO", "BRA", "sao-paulo"),
        ("São Paulo (State)", "BRA", "sao-paulo-state"),
        ("Malaga", "ESP", "malaga"),
        ("Málaga", "ESP", "malaga"),
        ("City of Barcelona", "ESP", "barcelona"),
        ("Hawaii", "USA", "hawaii"),
        ("Hawai'i", "USA", "hawaii"),
        ("Avcilar", "TUR", "avcilar"),
        ("İstanbul", "TUR", "istanbul"),
        # a city and a region of one name are two governments
        ("Valencia", "ESP", "valencia"),
        ("Valencia Region", "ESP", "valencia-region"),
        ("Jaén (Province)", "ESP", "jaen-province"),
        ("Jaén", "ESP", None),
        # a place of the same name in another country is another government
        ("Valencia", "VEN", None),
        ("Lincoln", "ARG", "lincoln-argentina"),
        ("Lincoln", "GBR", None),
        # without a country, only what is in the list without one
        ("Córdoba", None, "cordoba-unresolved"),
        ("Córdoba", "ESP", None),
        ("Barcelona", None, None),
        # no likeness is a match
        ("Barcelona Metropolitan Area", "ESP", None),
        ("Barcelon", "ESP", None),
    ],
)
def test_names_are_matched_exactly_within_a_country(name, iso3, found) -> None:
    assert resolve(name, iso3) == found


def test_the_list_holds_together() -> None:
    faults = [i for i in identities() if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", i)]
    faults += [one for one in identities().values() if one.iso3 and not re.fullmatch("[A-Z]{3}", one.iso3)]
    faults += [one for one in identities().values() if one.area_code and not re.fullmatch(r"\d{3}", one.area_code)]
    # M49 has no code of its own for one country of the listings
    faults += [one for one in identities().values() if bool(one.iso3) != bool(one.area_code) and one.iso3 != "TWN"]
    with who.LOCAL_GOVERNMENTS_CSV.open(encoding="utf-8") as handle:
        ids = [row["local_government_id"] for row in csv.DictReader(handle)]
    faults += [i for i, n in Counter(ids).items() if n > 1]
    faults += [f"{a} before {b}" for a, b in zip(ids, ids[1:], strict=False) if a >= b]
    assert not faults


def test_a_name_that_means_two_is_found(monkeypatch) -> None:
    monkeypatch.setattr(
        who,
        "identities",
        lambda: {
            "a": who.LocalGovernment("a", "Jaén", "city", "ESP", "724"),
            "b": who.LocalGovernment("b", "Province", "province", "ESP", "724", ("Jaen",)),
        },
    )
    with pytest.raises(ValueError, match="Jaen: a, b"):
        who._names.__wrapped__()


def test_a_provisional_id_is_never_one_of_the_list() -> None:
    assert provisional_id("Gérone", "ESP") == "gerone-esp"
    assert provisional_id("Москва", "RUS") == "moskva-4ed0-rus"
    assert provisional_id("Barcelona", None) == "barcelona-unknown"
    countries = {one.iso3.lower() for one in identities().values() if one.iso3} | {"unknown"}
    assert not [i for i in identities() if i.rsplit("-", 1)[-1] in countries]


def test_normal_forms() -> None:
    assert normal(" Straße  des Ørsted ") == "strasse des orsted"
    # accents go, marks that are vowels or sounds of their own stay
    assert normal("Αθήνα") == "αθηνα" and normal("أكادير") == "اكادير"
    assert normal("กรุงเทพ") == "กรุงเทพ" != normal("กรงเทพ") and normal("ば") != normal("は")


SCRIPTS = (
    "北九州市",
    "กรุงเทพมหานคร",
    "กรงเทพมหานคร",
    "Москва",
    "القاهرة",
    "泰州",
    "台州",
    "काठमाडौं",
    "서울",
    "Şəki",
    "Kitakyushu 北九州市",
    "თბილისი",
)


def test_ids_of_any_script_are_plain_and_differ() -> None:
    ids = [provisional_id(name, "XXX") for name in SCRIPTS]
    assert [one for one in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+-xxx", one)] == []
    assert len(set(ids)) == len(ids)
    assert ids[5:7] == ["tai-zhou-a635-xxx", "tai-zhou-f3f0-xxx"]  # the same at every time


def test_ids_of_the_list_are_those_of_their_names_as_before() -> None:
    """Adding scripts changed no id: Latin names give the words of the name and nothing else."""
    changed = [
        one.name
        for one in identities().values()
        if who.slug(one.name) != "-".join(re.findall("[a-z0-9]+", normal(one.name)))
    ]
    assert changed == []


@pytest.mark.parametrize(
    ("name", "iso3", "found"),
    [
        ("北九州市", "JPN", "kitakyushu"),
        ("Kitakyushu 北九州市", "JPN", "kitakyushu"),
        ("北九州市 (Kitakyushu)", "JPN", "kitakyushu"),
        ("臺北市", "TWN", "taipei"),
        ("Львів", "UKR", "lviv"),
        # one part alone does not say who is meant
        ("Yokohama 大阪市", "JPN", None),
        ("Yokohama 北九州市", "JPN", None),
        ("大阪府", "JPN", None),
    ],
)
def test_names_in_other_scripts(name, iso3, found) -> None:
    assert resolve(name, iso3) == found


def test_every_listing_and_every_site_is_in_the_list(data_root: Path) -> None:
    missing = []
    for name, country in (("vlr_facts.csv", "iso3"), ("opensdg_sites.csv", "country_iso3")):
        with (data_root / "local" / name).open(encoding="utf-8-sig", newline="") as handle:
            missing += [
                (row["local_government"], row[country])
                for row in csv.DictReader(handle)
                if resolve(row["local_government"], row[country]) is None
            ]
    assert not missing
