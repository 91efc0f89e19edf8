"""Metadata of an Open SDG site: a build's `meta/all.json`, or the files of its repository.

Every route ends in the same shape: language -> indicator id -> field -> value.
A repository keeps the fields in Markdown with YAML front matter, in YAML or in
two-column CSV with headings of its own, in one folder or in two.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import zipfile
from pathlib import Path

from localsdg.errors import LocalsdgError
from localsdg.staging.opensdg_files import decode

Fields = dict[str, object]
Metadata = dict[str, dict[str, Fields]]

#: Headings of metadata kept as CSV -> field.
_CSV_HEADINGS = {
    "indicator available": "national_indicator_available",
    "indicator name": "indicator_name",
    "unit of measurement": "computation_units",
    "reporting status": "reporting_status",
    "non-statistical indicator": "data_non_statistical",
    "graph title": "graph_title",
    "geographical coverage": "national_geographical_coverage",
    "indicator description": "national_indicator_description",
    "definitions": "computation_definitions",
}
#: Names that sites give to a field of the platform.
_ALIASES = {
    "unidad_medida": "computation_units",
    "nombre": "graph_title",
    "definicion": "computation_definitions",
    "UNIT_MEASURE": "computation_units",
    "STAT_CONC_DEF": "computation_definitions",
}
#: Folders of a repository that hold metadata; the later one wins, as in the platform's build.
_FOLDERS = ("global-meta", "csv-meta", "indicator-config", "meta")
_PLACE = re.compile(
    r"(?:^|/)(?P<folder>global-meta|csv-meta|indicator-config|meta)/(?:(?P<language>[a-z]{2})/)?"
    r"(?:indicator_)?(?P<id>\d+-[^/]*|[a-z]+\d*-[^/]*)\.(?P<kind>md|yml|yaml|csv)$"
)
_KEY = re.compile(r"[A-Za-z_][\w-]*(\.[\w-]+)+")


def read_all_json(path: Path) -> dict[str, Fields]:
    """`{indicator id: {field: value}}` of a build; raises `LocalsdgError` when it is not that."""
    try:
        body = json.loads(decode(path.read_bytes()))
    except ValueError as error:
        raise LocalsdgError(
            "the metadata cannot be read", where=path, expected="meta/all.json of a built site",
            got=error, next_step="pull the site again",
        ) from error
    if isinstance(body, list) and not body:
        body = {}  # a build without indicators writes an empty list
    if not isinstance(body, dict):
        raise LocalsdgError(
            "the metadata is not a list by indicator", where=path, expected="{id: {field: value}}",
            got=type(body).__name__, next_step="pull the site again",
        )
    return {
        str(one).replace(".", "-"): _alias(fields) for one, fields in body.items()
        if isinstance(fields, dict)
    }


def read_repository(archive: zipfile.ZipFile) -> Metadata:
    """Metadata of a repository's files, by language; `untranslated` is the site's own."""
    found: Metadata = {"untranslated": {}}
    places = [(one, _PLACE.search(one)) for one in archive.namelist()]
    rank = {folder: place for place, folder in enumerate(_FOLDERS)}
    for entry, place in sorted(
        ((e, p) for e, p in places if p), key=lambda pair: (rank[pair[1]["folder"]], pair[0])
    ):
        fields = _alias(_parse(decode(archive.read(entry)), place["kind"]))
        known = found.setdefault(place["language"] or "untranslated", {})
        # what a later file leaves empty does not take away what an earlier one says
        stated = {key: value for key, value in fields.items() if stated_text(value)}
        known[place["id"]] = {**fields, **known.get(place["id"], {}), **stated}
    return found


def stated_text(value: object) -> str:
    """A field as text; empty for what a build writes for nothing (`None`, `[]`, `null`)."""
    text = "" if value is None else str(value).strip()
    return "" if text in ("None", "null", "[]", "{}", "nan") else text


def flag(value: object) -> bool:
    """A yes/no field, in the spellings of builds and hands."""
    return stated_text(value).lower() in ("true", "yes", "y", "1")


def is_key(text: str) -> bool:
    """A translation key (`global_indicators.1-2-1-title`) where a text should be."""
    return bool(_KEY.fullmatch(text)) and " " not in text


def as_list(value: object) -> list:
    """A list field; builds that write text write the list as Python does."""
    if isinstance(value, list):
        return value
    text = stated_text(value)
    if not text.startswith("["):
        return []
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return []
    return found if isinstance(found, list) else []


def _alias(fields: Fields) -> Fields:
    for theirs, ours in _ALIASES.items():
        if stated_text(fields.get(theirs)) and not stated_text(fields.get(ours)):
            fields = {**fields, ours: fields[theirs]}
    return fields


def _parse(text: str, kind: str) -> Fields:
    if kind == "csv":
        return _two_columns(text)
    if kind == "md":
        parts = re.split(r"^---\s*$", text, maxsplit=2, flags=re.M)
        text = parts[1] if len(parts) > 1 and not parts[0].strip() else ""
    return _yaml(text)


def _two_columns(text: str) -> Fields:
    rows = (row for row in csv.reader(io.StringIO(text.replace("\r", ""))) if len(row) > 1)
    return {_CSV_HEADINGS.get(key.strip().lower(), key.strip()): value for key, value, *_ in rows}


def _yaml(text: str) -> Fields:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        # every scalar stays text: 1.10 is a code and 2020-01-01 a date as written
        body = yaml.load(text.lstrip("\ufeff"), Loader=_text_loader(loader))
    except yaml.YAMLError:
        # front matter that a hand broke: the simple lines are still good
        body = dict(re.findall(r"^([A-Za-z_]\w*):[ \t]*(\S.*?)[ \t]*$", text, flags=re.M))
    return body if isinstance(body, dict) else {}


_LOADERS: dict[type, type] = {}


def _text_loader(base: type) -> type:
    if base not in _LOADERS:
        _LOADERS[base] = type("TextLoader", (base,), {"yaml_implicit_resolvers": {}})
    return _LOADERS[base]
