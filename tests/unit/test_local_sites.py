"""The list of sites, a site that a user names, addresses and languages: no network, no snapshots."""

from __future__ import annotations

from pathlib import Path

import pytest

from localsdg.common.errors import UsageError
from localsdg.registry.local_sites import KINDS, LEVELS, Site, government_id, site_slug
from localsdg.sources.opensdg.bodies import probe_says_unchanged
from localsdg.sources.opensdg.site import (
    archive_url,
    declare_site,
    list_sites,
    same_address,
    split_address,
    wanted_languages,
)

SIXTEEN = {
    "andalucia-municipios",
    "asturias",
    "auburn-al",
    "barcelona",
    "bristol",
    "canarias-istac",
    "cape-town",
    "ingolstadt",
    "liverpool",
    "los-angeles",
    "madrid",
    "san-diego",
    "schleswig-holstein",
    "thunder-bay",
    "tijuana",
    "valencia-ods",
}
HEADER = "site_id,local_government,country_iso3,base_url\n"
LINE = "mini,Mini,ESP,https://mini.test/data\n"


def listed(tmp_path: Path, text: str | bytes) -> dict[str, Site]:
    file = tmp_path / "sites.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list_sites(file)


def test_the_bundled_list_holds_the_sixteen_and_is_whole() -> None:
    sites = list_sites()
    assert SIXTEEN <= set(sites)
    faults = []
    for site in sites.values():
        if site.kind not in KINDS or site.level not in LEVELS:
            faults.append(f"{site.site_id}: kind or level")
        if len(site.area_code) != 3 or "data:" not in site.licence:
            faults.append(f"{site.site_id}: area code or licence")
        if not split_address(site.base_url)[0] and not archive_url(site):
            faults.append(f"{site.site_id}: no address")
        if split_address(site.base_url) != (site.base_url, ""):
            faults.append(f"{site.site_id}: {site.base_url} is not the base")
        if site.local_government_id != government_id(site.local_government, site.country_iso3):
            faults.append(f"{site.site_id}: not the id of the reviewed list")
        if site.languages and not wanted_languages(site, None):
            faults.append(f"{site.site_id}: no language to read")
    assert faults == []


def test_the_bundled_list_says_what_the_data_say(data_root: Path) -> None:
    """Country, repository and languages as the collection of the sixteen has them."""
    import csv

    sites, faults = list_sites(), []
    for row in csv.DictReader((data_root / "local" / "opensdg_sites.csv").open(encoding="utf-8")):
        site = sites[row["site"]]
        found = (site.local_government, site.country_iso3, site.repository)
        if found != (row["local_government"], row["country_iso3"], row["repository"]):
            faults.append((site.site_id, found))
        if row["built_languages"] and set(site.languages) != set(row["built_languages"].split()):
            faults.append((site.site_id, site.languages))
        if site.base_url and site.base_url != row["built_base_url_guess"]:
            faults.append((site.site_id, site.base_url))
    assert faults == []


def test_an_own_list_needs_four_columns_and_one_line(tmp_path: Path) -> None:
    sites = listed(tmp_path, b"\xef\xbb\xbf" + (HEADER + LINE + "\n").encode())
    site = sites["mini"]
    assert (site.local_government_id, site.kind, site.licence) == ("mini-esp", "production", "not stated")
    assert site.languages == () and site.area_code == "724"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["header", "row 1", "site_id"]),
        ("site_id,local_government,base_url\n", ["header", "country_iso3"]),
        (HEADER.replace("base_url", "base_uri"), ["header", "base_uri"]),
        (HEADER + LINE + LINE, ["twice", "row 3", "site_id", "mini"]),
        (HEADER + "Mini,Mini,ESP,https://mini.test\n", ["row 2", "column site_id", "Mini"]),
        (HEADER + "mini,,ESP,https://mini.test\n", ["row 2", "column local_government", "a blank"]),
        (HEADER + "mini,Mini,Spain,https://mini.test\n", ["column country_iso3", "Spain"]),
        (HEADER + "mini,Mini,ESP,mini.test\n", ["column base_url", "http"]),
        (HEADER + "mini,Mini,ESP,\n", ["no address", "base_url and repository"]),
        (HEADER + "mini,Mini, of the hills,ESP,https://mini.test\n", ["more cells", "row 2", "quotes"]),
        (HEADER.strip() + ",level\n" + LINE.strip() + ",town hall\n", ["column level", "city", "town hall"]),
        (HEADER.strip() + ",kind\n" + LINE.strip() + ",live\n", ["column kind", "staging", "live"]),
        (HEADER.strip() + ",area_code\n" + LINE.strip() + ",24\n", ["column area_code", "three digits"]),
        (HEADER.strip() + ",languages\n" + LINE.strip() + ",English\n", ["column languages", "English"]),
        (
            HEADER.strip() + ",languages,prefer_language\n" + LINE.strip() + ",en es,ca\n",
            ["prefer_language", "en es", "ca"],
        ),
        ("site_id,local_government\n".encode("utf-16"), ["UTF-8"]),
        (HEADER + '"mini,Mini\n', ["no CSV"]),
    ],
)
def test_a_bad_list_says_which_row_and_column(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        listed(tmp_path, text)
    line = str(caught.value)
    assert "\n" not in line and [word for word in words if word not in line] == []


def test_a_list_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="LOCALSDG_SITES"):
        list_sites(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("São Paulo", "sao-paulo"),
        ("Málaga ", "malaga"),
        ("Ærøskøbing / Łódź", "aeroskobing-lodz"),
        ("Straße", "strasse"),
        ("東京", "dong-jing-1300"),
        ("—", ""),
        ("City of Los Angeles", "city-of-los-angeles"),
    ],
)
def test_site_ids(text: str, expected: str) -> None:
    assert site_slug(text) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.github.io/data", ("https://a.github.io/data", "")),
        ("https://a.github.io/data/", ("https://a.github.io/data", "")),
        ("https://a.github.io/data/index.html", ("https://a.github.io/data", "")),
        ("https://a.github.io/data/en/", ("https://a.github.io/data", "en")),
        ("https://a.github.io/data/pt-br/index.html?x=1#top", ("https://a.github.io/data", "pt-br")),
        ("https://a.github.io/data/untranslated", ("https://a.github.io/data", "untranslated")),
        ("https://a.github.io/sdg", ("https://a.github.io/sdg", "")),
        ("HTTP://127.0.0.1:8766/", ("http://127.0.0.1:8766", "")),
        ("https://a.test/x/archive/HEAD.zip", ("https://a.test/x/archive/HEAD.zip", "")),
    ],
)
def test_addresses(url: str, expected: tuple[str, str]) -> None:
    assert split_address(url) == expected


def test_a_host_knows_no_capitals() -> None:
    assert same_address("https://StadtIngolstadt.github.io/sdg-data/de/", "https://stadtingolstadt.github.io/sdg-data")
    assert not same_address("https://a.github.io/data", "https://a.github.io/Data")


def test_a_site_without_a_build_is_read_from_its_repository() -> None:
    sites = list_sites()
    angeles = archive_url(sites["los-angeles"])
    assert angeles == "https://github.com/CityOfLosAngeles/open-sdg-data-starter/archive/HEAD.zip"
    assert archive_url(sites["bristol"]) == ""


@pytest.mark.parametrize(
    ("declared", "prefer", "asked", "there", "expected"),
    [
        (("en", "es"), "es", None, (), ("es",)),
        (("en", "untranslated"), "", None, (), ("untranslated",)),
        (("de", "fr"), "", None, (), ("de",)),
        ((), "", None, (), ()),
        ((), "de", None, (), ("de",)),
        ((), "de", "all", (), ()),
        (("en", "es"), "es", "all", (), ("en", "es")),
        (("en", "es"), "es", "en ca", (), ("en", "ca")),
        (("en", "es"), "es", ["en", "en"], (), ("en",)),
        (("en", "es"), "es", None, ("ca", "en"), ("ca",)),
        ((), "", ["all"], ("ca", "en"), ("ca", "en")),
    ],
)
def test_which_languages(declared, prefer, asked, there, expected) -> None:
    site = Site("x", "x", "X", "city", "ESP", languages=declared, prefer_language=prefer)
    assert wanted_languages(site, asked, there) == expected


def test_a_language_that_is_none_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="English"):
        wanted_languages(Site("x", "x", "X", "city", "ESP"), ["English"])


def test_a_site_that_nobody_has_seen() -> None:
    site = declare_site("https://new.github.io/data/pt/", name="Vila Nova de Gaia", country="prt", level="city")
    assert (site.site_id, site.local_government_id) == ("vila-nova-de-gaia", "vila-nova-de-gaia-prt")
    assert (site.base_url, site.prefer_language) == ("https://new.github.io/data", "pt")
    assert (site.country_iso3, site.level, site.kind) == ("PRT", "city", "production")
    assert site.area_code == "620"


def test_a_name_in_another_script_takes_the_id_of_its_government_or_is_transliterated() -> None:
    listed = declare_site("https://tokyo.github.io/data", name="東京", country="日本")
    assert (listed.site_id, listed.local_government_id, listed.area_code) == ("tokyo", "tokyo", "392")
    unlisted = declare_site("some/folder", name="Москва", country="Russia", level="city")
    assert (unlisted.site_id, unlisted.local_government_id) == ("moskva-4ed0", "moskva-4ed0-rus")
    assert unlisted.area_code == "643"
    unnamed = declare_site("https://tokyo.github.io/data", name="—", country="JPN")
    assert unnamed.site_id == "https-tokyo-github-io-data"


def test_a_known_address_gives_the_rest() -> None:
    known = list_sites()
    site = declare_site("https://SDG-Bristol.github.io/sdg-data-bristol/en/", known=known.values())
    assert (site.site_id, site.country_iso3, site.area_code) == ("bristol", "GBR", "826")
    assert site.local_government_id == "bristol"
    renamed = declare_site(known["bristol"].base_url, name="Bristol City Council", known=known.values())
    assert (renamed.site_id, renamed.local_government_id) == ("bristol", "bristol")


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"country": "ESP"}, "site_id"),
        ({"name": "X"}, "country_iso3"),
        ({"name": "X", "country": "ESP", "level": "town hall"}, "level"),
    ],
)
def test_what_is_missing_is_said(facts: dict, word: str) -> None:
    with pytest.raises(UsageError) as caught:
        declare_site("some/folder", **facts)
    assert word in str(caught.value) and "next: localsdg pull site" in str(caught.value)


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("Congo", "COG Congo or COD"),
        ("Scotland", "part of United Kingdom"),
        ("Africa", "no country"),
        ("Bolvia", "BOL Bolivia"),
        ("XYZ", "--country"),
    ],
)
def test_a_country_that_is_none_or_several_is_said(country: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        declare_site("some/folder", name="X", country=country)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("probe", "same"),
    [
        ({"size_bytes": 10, "timestamp": 1_700_000_000}, True),
        ({"size_bytes": 11, "timestamp": 1_700_000_000}, False),
        ({"size_bytes": 10, "timestamp": 1_893_454_200}, False),  # within the hour before the fetch
        ({"size_bytes": 10}, False),
        ({"size_bytes": None, "timestamp": 1_700_000_000}, False),
    ],
)
def test_what_a_probe_proves(probe: dict, same: bool) -> None:
    assert probe_says_unchanged(probe, 10, "2030-01-01T00:00:00+00:00") is same
