"""JSON that every reader takes: NaN and infinity, which JSON does not have, are null."""

from __future__ import annotations

import json
from typing import Any


def json_text(value: Any, **options: Any) -> str:
    """The value as `json.dumps` writes it, without escapes of letters; no number becomes `NaN` or `Infinity`."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, **options)
    except ValueError:
        # read again: the numbers may be anywhere
        default = {"default": options["default"]} if "default" in options else {}
        finite = json.loads(json.dumps(value, **default), parse_constant=lambda name: None)
        return json.dumps(finite, ensure_ascii=False, allow_nan=False, **options)
