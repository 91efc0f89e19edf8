"""Whether a manifest has the shape that its readers rely on.

Manifests are copied, merged and edited by people. One with a number where a
text belongs, or a file name that leads out of its folder, is found here, where
it costs one snapshot, and not later, where it would end the build.
"""

from __future__ import annotations

import re
from collections import Counter

_TEXT, _NUMBER, _OBJECT = "a text", "a whole number", "an object"
_SNAPSHOT = {
    "source": _TEXT,
    "release": _TEXT,
    "fetched_at": _TEXT,
    "licence": _TEXT,
    "attribution": _TEXT,
    "origin": _TEXT,
    "tool_version": _TEXT,
    "extra": _OBJECT,
}
_FILE = {
    "name": _TEXT,
    "role": _TEXT,
    "sha256": _TEXT,
    "bytes": _NUMBER,
    "rows": _NUMBER,
    "url": _TEXT,
    "params": _OBJECT,
    "status": _NUMBER,
    "headers": _OBJECT,
    "fetched_at": _TEXT,
    "extra": _OBJECT,
}
#: Fields of a file that may be null.
_OPTIONAL = frozenset({"rows", "url", "status", "fetched_at"})
#: Names that a snapshot has for itself.
_OWN_NAMES = frozenset({"manifest.json", "manifest.partial.jsonl"})
#: Names that are devices on Windows, whatever their ending, and so can be no file of a copied home.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\..*)?", re.I | re.S)
#: Separators, what Windows has no name with, control characters, and half a character.
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]')
#: Bytes of a name: file systems take 255, and what is being written has a dot and an ending more.
LONGEST_NAME = 240
_TYPES = {_TEXT: str, _NUMBER: int, _OBJECT: dict}


def check_manifest(body: object) -> None:
    """Raise `ValueError` for a manifest that is no object, or with a field of another type.

    Fields that are left out or unknown are not looked at: the dataclasses
    of the snapshot refuse those.
    """
    manifest = _checked(body, _SNAPSHOT, "the manifest")
    files = manifest.get("files")
    if not isinstance(files, list):
        raise ValueError(f"files is not a list: {_shown(files)}")
    for record in files:
        _checked(record, _FILE, "an entry of files", _OPTIONAL)
        name = record.get("name")
        if name is not None and (fault := name_fault(name)):
            raise ValueError(f"the name of a file is no plain name ({fault}): {_shown(name)}")
    names = Counter(record.get("name") for record in files)
    if twice := [name for name, count in names.items() if count > 1]:
        raise ValueError(f"a file is listed twice: {_shown(twice[0])}")


def name_fault(name: str) -> str | None:
    """Why a text cannot be the name of a file or folder of a snapshot; None where it can, on any machine."""
    if not name.strip():
        return "it is empty"
    if character := _NOT_IN_NAMES.search(name):
        return f"it has {character[0]!a}"
    if name.startswith("."):
        return "it begins with a dot"
    if name != name.strip() or name.endswith("."):
        return "it begins or ends with a blank, or ends with a dot"
    if name.casefold() in _OWN_NAMES:
        return "a snapshot has that name for itself"
    if _DEVICES.fullmatch(name):
        return "it is a device on Windows"
    if (size := len(name.encode())) > LONGEST_NAME:
        return f"it has {size} bytes, more than {LONGEST_NAME}"
    return None


def _checked(body: object, fields: dict[str, str], what: str, optional: frozenset[str] = frozenset()) -> dict:
    """The body as the object that it is; raises where it is none or a field has another type."""
    if not isinstance(body, dict):
        raise ValueError(f"{what} is not an object: {_shown(body)}")
    for name, expected in fields.items():
        if name not in body or (body[name] is None and name in optional):
            continue
        value = body[name]
        if not isinstance(value, _TYPES[expected]) or isinstance(value, bool):
            raise ValueError(f"{name} is not {expected}: {_shown(value)}")
    return body


def _shown(value: object) -> str:
    return repr(value)[:60]
