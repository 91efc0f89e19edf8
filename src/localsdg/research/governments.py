"""Local and regional governments by the names that people write: `Barcelona`, `City of Bristol`, `León, Spain`.

Names are those of the published file: the government's own, its aliases in all languages, its id, and each of
them without the words for its form (`City of`, `Ayuntamiento de`) and the state behind it (`Dallas, TX`). Nothing
is guessed: a name of several governments gives all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localsdg.common.close_matches import close_matches
from localsdg.registry.places import listed_places, name_key

if TYPE_CHECKING:
    import duckdb

GOVERNMENTS = (
    "select g.local_government_id, g.name, g.name_en, g.aliases, g.area_code, coalesce(a.name, '') as country "
    "from core.local_government as g left join core.area as a on a.area_code = g.area_code "
    "order by g.local_government_id"
)
#: Words for the form of a government, before or behind its name, as `name_key` writes them.
_FORM_BEFORE = re.compile(
    r"(?:(?:metropolitan |federal )?(?:city|municipality|town|county|district|province|region|state|government|"
    r"council|prefecture|commune|department|autonomous community|principality)(?: council)? of (?:the )?"
    r"|(?:ajuntament|ayuntamiento|municipalidad|municipio|prefeitura(?: municipal)?|camara municipal|gobierno "
    r"municipal|gobierno|ciudad|provincia|region|estado|comunidad autonoma|principado|alcaldia|gobernacion|"
    r"ville|mairie|commune|metropole|comune|citta|stadt|gemeente|gemeinde|kommune)"
    r"(?: (?:de la|de los|de las|de l|del|de|du|des|di|d|van))? )(.+)"
)
_FORM_BEHIND = re.compile(
    r"(.+?) (?:(?:metropolitan |special |capital )?(?:city|municipality|town|county|district|province|region|state|"
    r"prefecture|kommune|regency|governorate)(?: (?:council|government|assembly|administration))?"
    r"|(?:city |county |town )?council|(?:municipal|city) corporation|metropolitan assembly)"
)
#: `Dallas, TX`: a state or province in capitals, which `name_key` no longer shows.
_STATE_BEHIND = re.compile(r"^(.+?),? ?(?:, ?[A-Z]{2}|\([^()]+\))$")


@dataclass(frozen=True)
class Government:
    """A local or regional government of the published file; `area_code` and `country` are '' where not known."""

    government_id: str
    name: str
    area_code: str
    country: str

    @property
    def label(self) -> str:
        """Name and country as they may be written, and the id: `Bristol, United Kingdom (bristol)`."""
        return f"{self.name}{', ' + self.country if self.country else ''} ({self.government_id})"


@dataclass(frozen=True)
class Governments:
    """What an asked name means: those it may mean (one where it is sure), else near ones."""

    meant: tuple[Government, ...]
    near: tuple[Government, ...] = ()


def find_governments(con: duckdb.DuckDBPyConnection, asked: str) -> Governments:
    """The governments that an id or a name means, in a country where `, country` or `(country)` follows the name."""
    listed = con.sql(GOVERNMENTS).to_arrow_table().to_pylist()
    text = " ".join(asked.split())
    by_id = {row["local_government_id"]: row for row in listed}
    if row := by_id.get(text.casefold()):
        return Governments((_government(row),))
    for name, countries in _readings(text):
        rows = [row for row in listed if not countries or row["area_code"] in countries]
        if meant := _named(name, rows):
            return Governments(meant)
    return Governments((), _near(text, listed))


def _readings(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The text as a name, then as a name and the codes of the country behind it."""
    yield text, frozenset()
    name, comma, country = text.rpartition(",")
    if not comma and text.endswith(")"):
        name, comma, country = text[:-1].rpartition("(")
    if codes := frozenset(place.area_code for place in listed_places(country) if place.kind == "country"):
        yield name.strip(), codes


def _named(name: str, listed: list[dict[str, Any]]) -> tuple[Government, ...]:
    """Those of the very name, else those of the name without the words for their form."""
    key = name_key(name)
    wanted = ({key}, _short_keys([name]) | {key})
    for keys_of, keys in zip((_keys, _short_keys), wanted, strict=True):
        found = [row for row in listed if keys & keys_of(_names(row))]
        if found and key:
            return tuple(map(_government, found))
    return ()


def _names(row: dict[str, Any]) -> list[str]:
    return [name for name in (row["name"], row["name_en"], *(row["aliases"] or ())) if name]


def _keys(names: Iterable[str]) -> set[str]:
    return {name_key(name) for name in names} - {""}


def _short_keys(names: Iterable[str]) -> set[str]:
    """The keys of names, of what is before a state or a bracket, and of both without words for their form."""
    keys = _keys([*names, *(hit[1] for name in names if (hit := _STATE_BEHIND.match(name)))])
    for form in (_FORM_BEFORE, _FORM_BEHIND):
        keys |= {hit[1] for key in keys if (hit := form.fullmatch(key))}
    return keys


def _near(text: str, listed: list[dict[str, Any]]) -> tuple[Government, ...]:
    """At most three governments whose name begins alike or resembles the text in its letters."""
    key = name_key(text.partition(",")[0])
    if len(key) < 3:
        return ()
    names = {name_key(name): row for row in reversed(listed) for name in (row["name"], row["name_en"]) if name}
    begun = [name for name in names if name.startswith(key) or f" {key} " in f" {name} "]
    close = begun or close_matches(key, names, likeness=0.7)
    rows = {names[name]["local_government_id"]: names[name] for name in close}
    return tuple(map(_government, list(rows.values())[:3]))


def _government(row: dict[str, Any]) -> Government:
    return Government(row["local_government_id"], row["name"], row["area_code"] or "", row["country"])
