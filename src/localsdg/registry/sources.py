"""The sources, their publishers and their terms, from `sources.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """One publisher's data set."""

    source_id: str
    name: str
    publisher: str
    homepage: str
    licence: str
    attribution: str


@cache
def sources() -> dict[str, Source]:
    """All declared sources by id."""
    text = (Path(__file__).parent / "sources.toml").read_text(encoding="utf-8")
    return {key: Source(key, **body) for key, body in tomllib.loads(text).items()}
