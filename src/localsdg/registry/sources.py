"""The sources, their publishers and their terms, from `sources.toml` and `key_sources.toml`."""

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
    """All sources that are pulled and staged, by id."""
    return _declared("sources.toml")


@cache
def key_sources() -> dict[str, Source]:
    """Sources of the keys and names in the reviewed list of local governments, by id; nothing pulls them."""
    return _declared("key_sources.toml")


def _declared(name: str) -> dict[str, Source]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return {key: Source(key, **body) for key, body in tomllib.loads(text).items()}
