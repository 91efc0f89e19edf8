"""What the terms of a source say of passing its data on, from `redistribution.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Redistribution:
    """Whether data may be passed on, and why; True only where the terms permit it."""

    is_allowed: bool
    why: str


#: Terms that the list does not know: nothing is taken for a permission.
_UNKNOWN = Redistribution(False, "the terms are not among those that are known to permit it")


def redistribution(licence: str | None) -> Redistribution:
    """What terms, as the warehouse records them, say of redistribution."""
    if not (licence or "").strip():
        return Redistribution(False, "no terms are stated")
    return next((found for text, found in _terms() if text.lower() in str(licence).lower()), _UNKNOWN)


@cache
def _terms() -> list[tuple[str, Redistribution]]:
    body = tomllib.loads((Path(__file__).parent / "redistribution.toml").read_text(encoding="utf-8"))
    return [(one["text"], Redistribution(one["is_allowed"], one["why"])) for one in body["terms"]]
