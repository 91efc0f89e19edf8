"""JSON and TOML of files that others write or that a disk may damage: what is no such text is a `ValueError`.

Both parsers of the standard library call themselves for what is nested, and end with a
`RecursionError` a thousand levels deep, which is none of the errors that a reader of a damaged
file looks for.
"""

from __future__ import annotations

import json
import tomllib
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
