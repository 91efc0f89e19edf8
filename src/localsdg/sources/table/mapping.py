"""The mapping of a table: which column is what, and whose numbers they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from localsdg.common.errors import UsageError
from localsdg.common.parsed_text import toml_of
from localsdg.registry.local_governments import identities
from localsdg.registry.local_sites import LANGUAGE, LEVELS, country_code, government_id, site_slug
from localsdg.registry.places import find_place

SOURCE = "table"
#: Role of a mapping in a snapshot, and ending of a table's file -> its role.
MAP_ROLE = "table_map"
ROLES = {".csv": "table_csv", ".tsv": "table_csv", ".json": "table_json", ".zip": "table_zip"}
EXAMPLE = Path(__file__).with_name("example.toml")
LAYOUTS = ("long", "wide")
SHOW_EXAMPLE = "localsdg pull table --example"

_SECTIONS: dict[str, frozenset[str]] = {
    "dataset": frozenset({"id", "licence", "language", "layout", "rows"}),
    "government": frozenset({"id", "name", "country", "level"}),
    "columns": frozenset(
        {"indicator", "year", "value", "title", "unit", "target", "place", "place_kind", "status", "dimensions"}
    ),
    "constants": frozenset({"indicator", "title", "unit", "target", "year"}),
}


@dataclass(frozen=True)
class Government:
    """Whose numbers they are."""

    local_government_id: str
    name: str
    country_iso3: str
    level: str = ""


@dataclass(frozen=True)
class TableMapping:
    """How to read one government's tables.

    `columns` maps a role (indicator, year, value, title, unit, target, place,
    place_kind, status) to the name of a column, `constants` a role to the text
    of every row. `rows` is the way to one value of a JSON file (see
    `nested.flatten`), '' for CSV. With the layout `wide` every column whose
    name is a year holds values.
    """

    site_id: str
    government: Government
    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    dimensions: tuple[str, ...] = ()
    licence: str = "not stated"
    language: str = ""
    layout: str = "long"
    rows: str = ""

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that a file must have."""
        return tuple(self.columns[role] for role in ("indicator", "year", "value") if role in self.columns)

    def facts(self) -> dict[str, object]:
        """What a snapshot's manifest carries of the site, in the form of an Open SDG site's."""
        return {
            "site_id": self.site_id,
            "local_government_id": self.government.local_government_id,
            "local_government": self.government.name,
            "level": self.government.level,
            "country_iso3": self.government.country_iso3,
            "area_code": country_code(self.government.country_iso3),
            "languages": [self.language] if self.language else [],
            "licence": self.licence,
            "kind": "production",
        }


def read_mapping(path: Path) -> TableMapping:
    """The mapping in a file; raises `UsageError` with the place of what does not fit."""
    try:
        return parse_mapping(path.read_text(encoding="utf-8-sig"), where=path.name)
    except OSError as error:
        raise UsageError(
            "the mapping cannot be read", where=path, expected="a TOML file", got=error.strerror, next_step=SHOW_EXAMPLE
        ) from error
    except UnicodeDecodeError as error:
        raise _fault("the mapping is not UTF-8", path.name, "UTF-8", str(error)) from error


def parse_mapping(text: str, *, where: str) -> TableMapping:
    """The mapping in a text; `where` names it in errors. Raises `UsageError`."""
    try:
        body = toml_of(text)
    except ValueError as error:
        raise _fault("the mapping is no TOML", where, "a TOML file", str(error)) from error
    _check_names(body, where)
    dataset = _texts(body, "dataset", where)
    columns = dict(body.get("columns", {}))
    dimensions = columns.pop("dimensions", [])
    if not isinstance(dimensions, list) or not all(isinstance(name, str) for name in dimensions):
        raise _fault("a list of columns is expected", f"{where}, columns.dimensions", '["sex", "age"]', dimensions)
    mapping = TableMapping(
        site_id=_site_id(dataset.get("id", ""), where),
        government=_government(_texts(body, "government", where), where),
        columns=_texts({"columns": columns}, "columns", where),
        constants=_texts(body, "constants", where),
        dimensions=tuple(dimensions),
        licence=dataset.get("licence", "not stated"),
        language=dataset.get("language", ""),
        layout=dataset.get("layout", "long"),
        rows=dataset.get("rows", ""),
    )
    _check_whole(mapping, where)
    return mapping


def _check_names(body: dict, where: str) -> None:
    """Raise for a section or a name that is unknown: a typing error would else be left out in silence."""
    for section, content in body.items():
        if section not in _SECTIONS or not isinstance(content, dict):
            raise _fault("unknown section", where, ", ".join(f"[{name}]" for name in _SECTIONS), f"[{section}]")
        if unknown := sorted(set(content) - _SECTIONS[section]):
            raise _fault("unknown name", f"{where}, [{section}]", ", ".join(sorted(_SECTIONS[section])), unknown[0])


def _texts(body: dict, section: str, where: str) -> dict[str, str]:
    """The names of a section that are stated, as clean text."""
    texts = {}
    for name, value in body.get(section, {}).items():
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise _fault("a text is expected", f"{where}, {section}.{name}", "a text in quotes", value)
        if text := " ".join(str(value).split()):
            texts[name] = text
    return texts


def _site_id(given: str, where: str) -> str:
    if not given or given != site_slug(given):
        raise _fault(
            "the data set needs an id",
            f"{where}, dataset.id",
            "lower-case letters, digits and hyphens",
            given or "none",
        )
    return given


def _government(stated: dict[str, str], where: str) -> Government:
    """The government by its id in the reviewed list, else by name and country."""
    place = f"{where}, [government]"
    if known := identities().get(stated.get("id", "")):
        return Government(known.local_government_id, known.name, known.iso3 or "", known.level or "")
    name, country = stated.get("name", ""), stated.get("country", "")
    if not name or not country:
        raise _fault(
            "the government is not in the list" if "id" in stated else "the government is not named",
            place,
            "an id of core.local_government, or name and country",
            stated.get("id") or name or country or "neither",
        )
    match = find_place(country, countries_only=True)
    if match.place is None or not match.place.iso3:
        raise _fault(match.problem or "the country has no ISO code", place, match.expected, country)
    level = stated.get("level", "")
    if level and level not in LEVELS:
        raise _fault("unknown level", f"{where}, government.level", ", ".join(LEVELS), level)
    # an id of one's own is not kept: a provisional id is made of name and country, so that all sources agree
    return Government(government_id(name, match.place.iso3, level), name, match.place.iso3, level)


def _check_whole(mapping: TableMapping, where: str) -> None:
    """Raise where a required column is not named, or the layout and the columns contradict each other."""
    if mapping.layout not in LAYOUTS:
        raise _fault("unknown layout", f"{where}, dataset.layout", " or ".join(LAYOUTS), mapping.layout)
    if mapping.language and not LANGUAGE.fullmatch(mapping.language):
        raise _fault("unknown language", f"{where}, dataset.language", "a code such as en or pt", mapping.language)
    stated = {*mapping.columns, *mapping.constants}
    needed = {"indicator"} if mapping.layout == "wide" else {"indicator", "year", "value"}
    if mapping.rows:
        needed -= {"value"}
    if missing := sorted(needed - stated):
        raise _fault(
            "a required column is not named", f"{where}, [columns]", ", ".join(sorted(needed)), f"no {missing[0]}"
        )


def _fault(what: str, where: str, expected: object, got: object) -> UsageError:
    return UsageError(what, where=where, expected=expected, got=got, next_step=SHOW_EXAMPLE)
