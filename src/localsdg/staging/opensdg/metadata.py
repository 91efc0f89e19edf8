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

from localsdg.common.clean_text import clean_text
from localsdg.common.entities import decode_entities
from localsdg.common.errors import LocalsdgError
from localsdg.staging.contain import reason_of
from localsdg.staging.local.data_file import decode
from localsdg.staging.local.snapshot_content import MetadataFault
from localsdg.staging.opensdg.archive import read_entry
from localsdg.staging.opensdg.ids import id_of
from localsdg.staging.opensdg.yaml import TooComplex, read_yaml

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
    "indicador_disponible": "national_indicator_available",
    "definicion": "computation_definitions",
    "UNIT_MEASURE": "computation_units",
    "STAT_CONC_DEF": "computation_definitions",
}
#: Folders of a repository that hold metadata; the later one wins, as in the platform's build.
_FOLDERS = ("global-meta", "csv-meta", "indicator-config", "meta")
#: Folders that a site names in its configuration beside its data's: `path_pattern: our-meta/*-*.md`.
_PATTERN = re.compile(r"^\s*(?:-\s*)?path_pattern:\s*['\"]?(?P<folder>(?!data)[\w.-]+)/", re.MULTILINE)
_CONFIG_LIMIT = 1 << 20
_CONFIG = re.compile(r"(?:^|/)config_data\.ya?ml$")
_KEY = re.compile(r"[A-Za-z_][\w-]*(\.[\w-]+)+")


def read_all_json(path: Path) -> tuple[dict[str, Fields], list[MetadataFault]]:
    """`{indicator id: {field: value}}` of a build, and the entries that are no fields.

    Raises `LocalsdgError` when the file is not that.
    """
    try:
        # a number of 5,000 digits is no reason to lose the file
        body = json.loads(decode(path.read_bytes()), parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise LocalsdgError(
            "the metadata cannot be read",
            where=path,
            expected="meta/all.json of a built site",
            got=error,
            next_step="pull the site again",
        ) from error
    if isinstance(body, list) and not body:
        body = {}  # a build without indicators writes an empty list
    if not isinstance(body, dict):
        raise LocalsdgError(
            "the metadata is not a list by indicator",
            where=path,
            expected="{id: {field: value}}",
            got=type(body).__name__,
            next_step="pull the site again",
        )
    by_id: dict[str, Fields] = {}
    faults: list[MetadataFault] = []
    spelling: dict[str, str] = {}
    # the build writes 1-2-1 and 1-a-1: those forms win over 1.2.1 and 1-A-1
    for key, fields in sorted(body.items(), key=lambda pair: ("." in pair[0], pair[0] != pair[0].lower())):
        indicator_id = key.replace(".", "-")
        if not isinstance(fields, dict):
            reason = f"expected fields, found {type(fields).__name__}"
            faults.append(MetadataFault(path.name, indicator_id, reason))
        elif known := spelling.get(indicator_id.casefold()):
            faults.append(MetadataFault(path.name, known, f"{key} and {known} are one id"))
        else:
            spelling[indicator_id.casefold()] = indicator_id
            by_id[indicator_id] = _alias(fields)
    return by_id, faults


def read_repository(archive: zipfile.ZipFile) -> tuple[Metadata, list[MetadataFault], int]:
    """Metadata of a repository's files by language; the files that cannot be read; and how many
    control characters were taken out.

    `untranslated` is the site's own.
    """
    metadata: Metadata = {"untranslated": {}}
    faults: list[MetadataFault] = []
    n_cleaned = 0
    spelling: dict[str, str] = {}  # id whatever its letters -> id as it was met first
    first_of: dict[tuple[str, ...], str] = {}  # folder, language, id -> file
    for entry, place in _in_order(archive):
        stated_id = id_of(place["id"])
        indicator_id = spelling.setdefault(stated_id.casefold(), stated_id)
        key = (entry.filename[: place.end("folder")], place["language"] or "", indicator_id)
        first = first_of.setdefault(key, entry.filename)
        if _stem(first) != _stem(entry.filename):  # one indicator in two formats is one
            faults.append(MetadataFault(entry.filename, indicator_id, f"{first} has the same id and is used"))
            continue
        try:
            text = decode(read_entry(archive, entry))
            # the YAML parser refuses a file with a control character in it
            fields = _alias(_parse(clean_text(text), place["kind"].lower()))
            n_cleaned += len(text) - len(clean_text(text))
        except Exception as error:  # whatever one file holds, the others are read
            faults.append(MetadataFault(entry.filename, indicator_id, reason_of(error)))
            continue
        known = metadata.setdefault(place["language"] or "untranslated", {})
        # what a later file leaves empty does not take away what an earlier one says
        stated = {key: value for key, value in fields.items() if stated_text(value)}
        known[indicator_id] = {**fields, **known.get(indicator_id, {}), **stated}
    return metadata, faults, n_cleaned


def _in_order(archive: zipfile.ZipFile) -> list[tuple[zipfile.ZipInfo, re.Match[str]]]:
    """The metadata files of a repository, those that win last: of a folder `old/meta` before `meta`.

    In one folder `1-1-1` comes before `1.1.1` and `1-a-1` before `1-A-1`.
    """

    folders = _folders(archive)
    form = re.compile(
        rf"(?:^|/)(?P<folder>{'|'.join(map(re.escape, folders))})/(?:(?P<language>[a-z]{{2}})/)?"
        r"(?P<id>(?i:indica[a-z]+[ _-]+)?(?:\d+[-._][^/]*|[a-z]+\d*-[^/]*))\.(?P<kind>(?i:md|yml|yaml|csv))$"
    )

    def rank(found: tuple[zipfile.ZipInfo, re.Match[str]]) -> tuple:
        name, place = found[0].filename, found[1]
        is_odd = (
            re.search("[._ ]", place["id"].removeprefix("indicator_")) is not None,
            place["id"] != place["id"].lower(),
        )
        return (folders.index(place["folder"]), -name[: place.start("folder")].count("/"), *is_odd, name)

    return sorted(((entry, place) for entry in archive.infolist() if (place := form.search(entry.filename))), key=rank)


def _folders(archive: zipfile.ZipFile) -> tuple[str, ...]:
    """Folders of metadata, those that the site's configuration names among them."""
    named: list[str] = []
    for entry in archive.infolist():
        if _CONFIG.search(entry.filename) and entry.file_size <= _CONFIG_LIMIT:
            named += _PATTERN.findall(decode(read_entry(archive, entry)))
    return (*_FOLDERS[:-1], *dict.fromkeys(name for name in named if name not in _FOLDERS), _FOLDERS[-1])


def _stem(name: str) -> str:
    return re.sub(r"^indicator_", "", name.rpartition("/")[2].rpartition(".")[0])


def _integer(text: str) -> int | str:
    return int(text) if len(text) < 300 else text


def stated_text(value: object) -> str:
    """A field as text, references of HTML as signs; empty for what a build writes for nothing (`None`, `[]`)."""
    if not value and (value is None or isinstance(value, str)):
        return ""
    text = decode_entities(str(value)).strip()
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
        items = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return []  # MemoryError: nested deeper than the interpreter's parser goes
    return items if isinstance(items, list) else []


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

    try:
        body = read_yaml(text.lstrip("\ufeff"))
    except TooComplex:
        raise
    except (yaml.YAMLError, ValueError):
        # front matter with a typing error: the simple lines can still be read
        body = dict(re.findall(r"^([A-Za-z_]\w*):[ \t]*(\S.*?)[ \t]*$", text, flags=re.M))
    if body is not None and not isinstance(body, dict):
        raise ValueError(f"expected fields with values, found {type(body).__name__}")
    return body or {}
