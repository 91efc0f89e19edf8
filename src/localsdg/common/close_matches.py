"""The names nearest to one that is not there, for an error that says what was meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def close_matches(asked: str, names: Iterable[str], most: int = 3, likeness: float = 0.6) -> list[str]:
    """At most `most` names like `asked`, in any letter case, the likest first; `likeness` is from 0 to 1."""
    by_folded = {name.casefold(): name for name in names}
    return [by_folded[near] for near in get_close_matches(asked.casefold(), by_folded, most, likeness)]
