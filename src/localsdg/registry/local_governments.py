"""Who is who: local and regional governments, one identity across sites, reviews and actions.

`local_governments.csv` is written and reviewed by people. A name in a file is
found in it by exact match of its normal form, within one country; nothing is
guessed at run time. Names in other languages and scripts are in
`local_government_names.csv` and count where the reviewed list has no match.
What is in neither gets a provisional id and is reported, so that someone can
add it, or add an alias.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LOCAL_GOVERNMENTS_CSV = Path(__file__).parent / "local_governments.csv"
#: Keys for joining, and names in other languages and scripts; made by `maintenance.bundle.government_keys`.
LOCAL_GOVERNMENT_KEYS_CSV = Path(__file__).parent / "local_government_keys.csv"
LOCAL_GOVERNMENT_NAMES_CSV = Path(__file__).parent / "local_government_names.csv"
#: Names that another language has for a local government, by its name in the reviewed list.
LOCAL_GOVERNMENT_TRANSLATIONS_CSV = Path(__file__).parent / "local_government_translations.csv"

#: Letters that Unicode does not take apart into a letter and an accent; and apostrophes,
#: which listings write in many ways (Hawaiʻi, Hawai'i, Hawaii).
_LETTERS = str.maketrans(
    {
        "ı": "i",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "'": "",
        "’": "",
        "‘": "",
        "ʻ": "",
        "ʼ": "",
        "`": "",
    }
)

_ACCENTED = re.compile(r"(\w?)([\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]+)")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff'’.-][A-Za-z\u00c0-\u024f\u1e00-\u1eff'’. -]*")
_PLAIN_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "DIGIT")


@dataclass(frozen=True)
class LocalGovernment:
    """One local or regional government of the reviewed list; blank facts are None."""

    local_government_id: str
    name: str
    level: str | None
    iso3: str | None
    area_code: str | None
    aliases: tuple[str, ...] = ()


@cache
def identities() -> dict[str, LocalGovernment]:
    """The reviewed list by id, in the order of the file."""
    with LOCAL_GOVERNMENTS_CSV.open(encoding="utf-8", newline="") as handle:
        return {row["local_government_id"]: _identity(row) for row in csv.DictReader(handle)}


def resolve(name: str, iso3: str | None) -> str | None:
    """Id of the government that a name means in a country, or None where the list has none.

    Exact match of the normal form of the name, of an alias, or of a name in another language. A name in two
    scripts (`Kitakyushu 北九州市`) is found where both parts are. A record
    without a country finds only what is in the list without one: a name
    alone does not say which Córdoba.
    """
    if found := _named(name, iso3):
        return found
    both = {_named(part, iso3) for part in _by_script(name)}
    return both.pop() if len(both) == 1 else None


def _named(name: str, iso3: str | None) -> str | None:
    key = (iso3 or None, normal(name))
    return _names().get(key) or _other_names().get(key)


def _by_script(name: str) -> list[str]:
    """The Latin part of a name and the rest, without brackets; nothing where it has one script."""
    if name.isascii() or not (latin := _LATIN.findall(name)):
        return []
    rest = " ".join(re.sub(r"[\W_]+", " ", _LATIN.sub(" ", name)).split())
    return [" ".join(latin).strip(" -,./"), rest] if rest else []


def provisional_id(name: str, iso3: str | None) -> str:
    """Id of a government that is not in the list: its name and country, unaccented.

    Never an id of the list, none of which ends in a country code.
    """
    return f"{slug(name) or 'unnamed'}-{(iso3 or 'unknown').lower()}"


def normal(name: str) -> str:
    """A name in lower case, without accents, apostrophes and doubled spaces.

    Marks stay where they are letters of their own, as the vowels of Thai and Hindi.
    """
    text = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    if not text.isascii():
        text = unicodedata.normalize("NFC", _ACCENTED.sub(_without_accents, text))
    return " ".join(text.split())


def _without_accents(hit: re.Match[str]) -> str:
    """A letter with its marks, without them unless its script writes vowels or sounds as marks."""
    letter, marks = hit[1], hit[2]
    is_plain = not letter or unicodedata.name(letter, "").startswith(_PLAIN_SCRIPTS)
    return letter if is_plain else letter + marks


def is_plain(name: str) -> bool:
    """Whether every letter and digit of a name has a form in a-z and 0-9 that needs no guess."""
    return not any(letter.isalnum() and not letter.isascii() for letter in normal(name))


def slug(name: str) -> str:
    """A plain id of a name, the same at every time: a-z, 0-9 and hyphens; '' where it has no letter.

    Where letters have no form in a-z, the name is written in Latin letters (by
    Unicode, without regard to language) and ends in four digits of its hash: 泰州
    and 台州 are both Tai Zhou, and two cities.
    """
    plain = normal(name)
    if is_plain(name):
        return "-".join(re.findall(r"[a-z0-9]+", plain))
    from text_unidecode import unidecode

    latin = "-".join(re.findall(r"[a-z0-9]+", re.sub("[`'@]", "", unidecode(plain).lower())))
    return "-".join(filter(None, (latin, hashlib.sha256(plain.encode("utf-8")).hexdigest()[:4])))


@cache
def _names() -> dict[tuple[str | None, str], str]:
    """(country, normal form) -> id; raises `ValueError` where a name means two of them."""
    ids: dict[tuple[str | None, str], str] = {}
    faults = []
    for government in identities().values():
        for name in (government.name, *government.aliases):
            other = ids.setdefault((government.iso3, normal(name)), government.local_government_id)
            if other != government.local_government_id:
                faults.append(f"{name}: {other}, {government.local_government_id}")
    if faults:
        raise ValueError("a name means two local governments: " + "; ".join(faults))
    return ids


@cache
def other_names() -> dict[str, tuple[str, ...]]:
    """Names of governments in other languages and scripts, beside those of the reviewed list."""
    with LOCAL_GOVERNMENT_NAMES_CSV.open(encoding="utf-8", newline="") as handle:
        return {row["local_government_id"]: tuple(row["names"].split("|")) for row in csv.DictReader(handle)}


@cache
def _other_names() -> dict[tuple[str | None, str], str]:
    """(country, normal form) -> id, of names in other languages and scripts."""
    known = identities()
    return {
        (known[one].iso3, normal(name)): one for one, names in other_names().items() if one in known for name in names
    }


def _identity(row: dict[str, str]) -> LocalGovernment:
    return LocalGovernment(
        row["local_government_id"],
        row["name"],
        row["level"] or None,
        row["iso3"] or None,
        row["area_code"] or None,
        tuple(alias for alias in row["aliases"].split("|") if alias),
    )
