"""Who is who: local and regional governments, one identity across sites, reviews and actions.

`local_governments.csv` is written and reviewed by people. A name in a file is
found in it by exact match of its normal form, within one country; nothing is
guessed at run time. What is not in the list gets a provisional id and is
reported, so that someone can add it, or add an alias.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LOCAL_GOVERNMENTS_CSV = Path(__file__).parent / "local_governments.csv"

#: Letters that Unicode does not take apart into a letter and an accent; and apostrophes,
#: which listings write in many ways (Hawaiʻi, Hawai'i, Hawaii).
_LETTERS = str.maketrans({
    "ı": "i", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th",
    "'": "", "’": "", "‘": "", "ʻ": "", "ʼ": "", "`": "",
})


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

    Exact match of the normal form of the name or of an alias. A record
    without a country finds only what stands in the list without one: a name
    alone does not say which Córdoba.
    """
    return _names().get((iso3 or None, normal(name)))


def provisional_id(name: str, iso3: str | None) -> str:
    """Id of a government that is not in the list: its name and country, unaccented.

    Never an id of the list, none of which ends in a country code.
    """
    return f"{slug(name) or 'unnamed'}-{(iso3 or 'unknown').lower()}"


def normal(name: str) -> str:
    """A name in lower case, without accents, apostrophes and doubled spaces."""
    text = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).split())


def slug(name: str) -> str:
    """The normal form with hyphens for whatever is no letter and no digit.

    Letters of other scripts stay: 北九州市 has no spelling in ours that is not a guess.
    """
    return re.sub(r"[\W_]+", "-", normal(name)).strip("-")


@cache
def _names() -> dict[tuple[str | None, str], str]:
    """(country, normal form) -> id; raises `ValueError` where a name means two of them."""
    found: dict[tuple[str | None, str], str] = {}
    faults = []
    for one in identities().values():
        for name in (one.name, *one.aliases):
            other = found.setdefault((one.iso3, normal(name)), one.local_government_id)
            if other != one.local_government_id:
                faults.append(f"{name}: {other}, {one.local_government_id}")
    if faults:
        raise ValueError("a name means two local governments: " + "; ".join(faults))
    return found


def _identity(row: dict[str, str]) -> LocalGovernment:
    return LocalGovernment(
        row["local_government_id"], row["name"], row["level"] or None,
        row["iso3"] or None, row["area_code"] or None,
        tuple(alias for alias in row["aliases"].split("|") if alias),
    )
