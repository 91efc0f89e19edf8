"""JSON and TOML of files that others write or that a disk may damage: what is no such text is a `ValueError`.

Both parsers of the standard library call themselves for what is nested, and end with a
`RecursionError` a thousand levels deep, which is none of the errors that a reader of a damaged
file looks for.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from typing import Any

_TOO_DEEP = "it is nested too deep"


def json_of(text: str | bytes) -> Any:
    """The value of a JSON text; raises `ValueError` for all that is none."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None


def toml_of(text: str) -> dict[str, Any]:
    """The tables of a TOML text; raises `ValueError` for all that is none."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None


class RepeatedKey(dict):
    """A JSON object that has a key twice: it holds the last value of each, `key` is such a key."""

    key = ""


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For `object_pairs_hook`: the object, a `RepeatedKey` where it would lose a value."""
    body = dict(pairs)
    if len(body) == len(pairs):
        return body
    repeated = RepeatedKey(body)
    repeated.key = Counter(key for key, _ in pairs).most_common(1)[0][0]
    return repeated


def repeated_key(value: Any) -> str | None:
    """A key that an object in a JSON value has twice, None where there is none."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, RepeatedKey):
            return one.key
        if isinstance(one, dict | list):
            left += one.values() if isinstance(one, dict) else one
    return None
