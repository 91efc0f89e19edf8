"""An address that cannot be read ends in one line without its secrets, whoever reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from localsdg.common.addresses import read_address
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.settings import load_settings
from localsdg.pipeline.doctor.endpoints import ask
from localsdg.registry.local_sites import SiteListError, check_field
from localsdg.sources.http.client import HttpClient
from localsdg.sources.http.failures import FetchError
from localsdg.sources.opensdg.site import declare_site
from localsdg.sources.table.pull import pull_table
from localsdg.sources.unsd.service import UnsdClient

UNREADABLE = (
    "http://u:GEHEIM@[::1/t.csv",
    "http://u:GEHEIM@ho\u2100st/t.csv",
    "http://u:GEHEIM@host:port/t.csv",
    "http://u:GEHEIM@host:99999999/t.csv",
    "http://:GEHEIM@/t.csv",
)


def _table(address: str, folder: Path) -> None:
    mapping = folder / "map.toml"
    mapping.write_text(
        '[dataset]\nid = "x-tables"\nlicence = "CC-BY-4.0"\nlanguage = "en"\n'
        '[government]\nname = "Springfield"\ncountry = "USA"\nlevel = "city"\n'
        '[columns]\nindicator = "code"\nyear = "year"\nvalue = "value"\n'
    )
    pull_table(load_settings({"LOCALSDG_HOME": str(folder)}), address, mapping)


def _site(address: str, _: Path) -> None:
    declare_site(address, name="Springfield", country="USA", level="city")


def _service(address: str, _: Path) -> None:
    with HttpClient() as http:
        UnsdClient(address, http)


@pytest.mark.parametrize("address", UNREADABLE)
@pytest.mark.parametrize("use", [_table, _site, _service])
def test_what_a_user_types(address: str, use: Callable[[str, Path], None], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the address cannot be used") as caught:
        use(address, tmp_path)
    assert "GEHEIM" not in str(caught.value) and "%2F" in str(caught.value)


@pytest.mark.parametrize("address", UNREADABLE[:2])
def test_what_a_list_of_sites_has(address: str) -> None:
    for column in ("base_url", "repository"):
        with pytest.raises(SiteListError):
            check_field(column, address, "line 2")


@pytest.mark.parametrize("address", UNREADABLE)
def test_what_is_asked_for(address: str) -> None:
    with HttpClient() as http, pytest.raises((FetchError, LocalsdgError)) as caught:
        http.get(address)
    assert "GEHEIM" not in str(caught.value)


def test_what_the_doctor_asks() -> None:
    assert ask({"site": UNREADABLE[0]}, seconds=3.0)["site"] == "the address cannot be used"


@pytest.mark.parametrize(
    "address", ["http://[::1]:80/x", " https://u:p%2Fw@a.org ", "HTTP://A.org:8080/x?y=1", "https://zürich.ch/x"]
)
def test_good_ones(address: str) -> None:
    assert read_address(address).hostname
