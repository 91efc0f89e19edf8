"""Whether a manifest has the shape that its readers rely on.

Manifests are copied, merged and edited by people. One with a number where a
text belongs, or a file name that leads out of its folder, is found here, where
it costs one snapshot, and not later, where it would end the build.
"""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath

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
        if name is not None and (PurePosixPath(name).name != name or "\\" in name or name == ".."):
            raise ValueError(f"the name of a file is no plain name: {_shown(name)}")
    names = Counter(record.get("name") for record in files)
    if twice := [name for name, count in names.items() if count > 1]:
        raise ValueError(f"a file is listed twice: {_shown(twice[0])}")


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
