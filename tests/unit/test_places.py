"""Names of places: every name that a person writes finds its area, or says which areas it may mean."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from localsdg.common.settings import Settings
from localsdg.registry.place_names_file import BABEL, write_names
from localsdg.registry.places import ALL_LANGUAGES_CSV, area_code_of, country_iso3, find_place, places

FOUND = {
    # everyday, formal and former names
    "Bolivia": "068",
    "Russia": "643",
    "Iran": "364",
    "Tanzania": "834",
    "Vietnam": "704",
    "South Korea": "410",
    "Turkey": "792",
    "Türkiye": "792",
    "UK": "826",
    "DR Congo": "180",
    "Ivory Coast": "384",
    "Hong Kong": "344",
    "Kosovo": "412",
    "Burma": "104",
    "Swaziland": "748",
    "the Gambia": "270",
    "Bahamas, The": "044",
    "Congo, Dem. Rep.": "180",
    "Congo, Rep.": "178",
    "Korea, Rep.": "410",
    "St. Lucia": "662",
    "Cote d'Ivoire": "384",
    "Federated States of Micronesia": "583",
    "Bolivia (Plurinational State of)": "068",
    "Kingdom of Spain": "724",
    "Federal Democratic Republic of Ethiopia": "231",
    "French Republic": "250",
    "Republic of the Union of Myanmar": "104",
    "Republic of Guinea": "324",
    "Plurinational State of Bolivia": "068",
    "Republic of the Congo": "178",
    "People's Republic of China": "156",
    "República de Chile": "152",
    "République du Sénégal": "686",
    "Timor-Leste (East Timor)": "626",
    "Least Developed Countries (LDC)": "199",
    "Tanzania\u200b": "834",
    # a name within a longer one is exact
    "Guinea": "324",
    "Guinea-Bissau": "624",
    "Equatorial Guinea": "226",
    "Niger": "562",
    "Sudan": "729",
    "Georgia": "268",
    "Ireland": "372",
    "Samoa": "882",
    "Dominica": "212",
    # codes
    "4": "004",
    "004": "004",
    "es": "724",
    "ESP": "724",
    "GB": "826",
    # other languages and scripts, without regard to accents and case
    "Espagne": "724",
    "ALEMANIA": "276",
    "Österreich": "040",
    "cote divoire": "384",
    "Brasil": "076",
    "Alemanya": "276",
    "Costa de Marfil": "384",
    "Россия": "643",
    "日本": "392",
    "مصر": "818",
    "ประเทศไทย": "764",
    "Áo": "040",
    # groups and regions
    "Least developed countries": "199",
    "LDCs": "199",
    "LLDC": "432",
    "SIDS": "722",
    "World": "001",
    "Mundo": "001",
    "Sub-Saharan Africa": "202",
    "sub saharan africa": "202",
    "Latin America": "420",
    "North Africa": "015",
    "Southeast Asia": "035",
    "United Kingdom (Scotland)": "829",
}


@pytest.mark.parametrize(("name", "code"), FOUND.items())
def test_a_name_finds_its_area(name: str, code: str) -> None:
    match = find_place(name)
    assert (match.reason, match.place and match.place.area_code) == ("found", code)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Micronesia", ["583", "057"]),
        ("Mikronesien", ["583", "057"]),
        ("Micronésie", ["583", "057"]),
        ("Congo", ["178", "180"]),
        ("Kongo", ["178", "180"]),
        ("Конго", ["178", "180"]),
        ("Korea", ["410", "408"]),
        ("Corée", ["410", "408"]),
        ("Virgin Islands", ["092", "850"]),
        ("America", ["840", "019"]),
        ("Saint-Martin", ["663", "534"]),
    ],
)
def test_an_ambiguous_name_gives_its_candidates(name: str, codes: list[str]) -> None:
    match = find_place(name)
    assert match.place is None and match.reason == "ambiguous"
    assert [one.area_code for one in match.candidates] == codes
    assert all(one.label in match.expected for one in match.candidates)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Bolvia", "068"),
        ("Germny", "276"),
        ("Botswanna", "072"),
        ("Philipines", "608"),
        ("Swazilnd", "748"),
        ("Dominican", "214"),
        ("MENA", "747"),
        ("Papua", "598"),
        ("United States of Mexico", "484"),
        ("Republick of Moldova", "498"),
    ],
)
def test_an_unknown_name_suggests_by_sense(name: str, first: str) -> None:
    match = find_place(name)
    assert match.place is None and match.reason == "unknown"
    assert match.candidates[0].area_code == first and "434" not in [one.area_code for one in match.candidates]


@pytest.mark.parametrize(("name", "codes"), [("Dominican", ["214"]), ("Niger Republic", ["562"])])
def test_a_shared_word_leaves_no_room_for_similar_letters(name: str, codes: list[str]) -> None:
    assert [one.area_code for one in find_place(name).candidates] == codes  # neither Dominica nor Nigeria


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ("LDCs|LDC|PMA|Países menos adelantados|Pays les moins avancés|Países menos desenvolvidos", "199"),
        ("SIDS|PEID|Pequenos Estados insulares em desenvolvimento|Petits États insulaires en développement", "722"),
        ("LLDCs|PDSL|Países en desarrollo sin litoral|Pays en développement sans littoral", "432"),
        ("Estados Unidos|Estados Unidos da América|États-Unis d’Amérique", "840"),
        ("Reino Unido da Grã-Bretanha e Irlanda do Norte|Royaume-Uni|UK", "826"),
        ("DR Congo|RD Congo|República Democrática do Congo|République démocratique du Congo", "180"),
        ("Irã|Irán|Iran|Islamic Republic of Iran", "364"),
    ],
)
def test_the_names_of_a_place_in_the_languages_of_the_figures(names: str, code: str) -> None:
    meant = {name: (find_place(name).place or find_place("World").place).area_code for name in names.split("|")}
    assert meant == dict.fromkeys(meant, code)


@pytest.mark.parametrize("name", ["Wakanda", "Zzz", "", "  ", "?", "x", "12345678"])
def test_what_is_like_nothing_suggests_nothing(name: str) -> None:
    match = find_place(name)
    assert match.place is None and match.candidates == () and "724" in match.expected


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Scotland", ["826", "829"]),
        ("Écosse", ["826"]),
        ("Zanzibar", ["834", "836"]),
        ("Barcelona", ["724"]),
        ("北九州市", ["392"]),
    ],
)
def test_a_part_of_a_country_says_which(name: str, codes: list[str]) -> None:
    match = find_place(name)
    assert match.reason == "part" and [one.area_code for one in match.candidates] == codes
    assert "is a part of" in match.problem


def test_a_country_is_asked_for() -> None:
    assert country_iso3("NA") is None and country_iso3("NAM") == "NAM"  # a missing value is not Namibia
    assert country_iso3("Micronesia") == "FSM"  # the region is no country
    assert [country_iso3(one) for one in ("Africa", "Congo", "Scotland", "", "World")] == [None] * 5
    assert country_iso3("Taiwan") == "TWN" and area_code_of("TWN") == "" and area_code_of("ESP") == "724"


def test_every_area_of_the_lists_is_found_by_its_names_and_codes() -> None:
    bundled = Settings().bundled
    names: list[tuple[str, str]] = []
    with (bundled / "m49" / "2024-04" / "m49.csv").open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle, delimiter=";"):
            names += [
                (row[one], row["M49 Code"])
                for one in ("Country or Area", "M49 Code", "ISO-alpha2 Code", "ISO-alpha3 Code")
            ]
            for part in ("Global", "Region", "Sub-region", "Intermediate Region"):
                names.append((row[f"{part} Name"], row[f"{part} Code"]))
    listed = json.loads((bundled / "unsd" / "2022.Q2.G.02" / "GeoArea_List.json").read_text(encoding="utf-8"))
    # codes above 999 are fishing areas and residuals, which the lists of names leave out
    names += [(one["geoAreaName"], one["geoAreaCode"].zfill(3)) for one in listed if len(one["geoAreaCode"]) < 4]
    ambiguous = {"Congo", "Micronesia", "NA"}
    wrong = {}
    for name, code in names:
        match = find_place(name) if name and name not in ambiguous else None
        if match and (match.place is None or match.place.area_code != code):
            wrong[name] = (code, match)
    assert wrong == {}
    assert {one.area_code for one in places()} >= {code for _, code in names if code}


def test_every_country_of_the_other_lists_is_found_or_told_apart(data_root: Path) -> None:
    """Names as the World Bank and the listings of reviews write them, against the codes beside them."""
    pairs = set()
    population = data_root / "un" / "population" / "population.csv"
    with population.open(encoding="utf-8-sig", newline="") as handle:
        pairs |= {(row["Country Name"], row["Country Code"]) for row in csv.DictReader(handle)}
    with (data_root / "local" / "vlr_facts.csv").open(encoding="utf-8-sig", newline="") as handle:
        pairs |= {(row["country"], row["iso3"]) for row in csv.DictReader(handle) if row["country"]}
    known = {one.iso3 for one in places() if one.iso3}
    wrong = sorted(
        (name, iso3, country_iso3(name))
        for name, iso3 in pairs
        if iso3 in known and "(as named by" not in name and country_iso3(name) != iso3
    )
    assert wrong == []


def test_the_file_of_all_languages_has_the_names_of_babel(tmp_path: Path) -> None:
    import babel

    if babel.__version__ != BABEL:
        pytest.skip(f"the file is of babel {BABEL}, not of {babel.__version__}")
    write_names(tmp_path / "names.csv")
    again = "python -m localsdg.registry.place_names_file"
    assert (tmp_path / "names.csv").read_bytes() == ALL_LANGUAGES_CSV.read_bytes(), f"write it again: {again}"
