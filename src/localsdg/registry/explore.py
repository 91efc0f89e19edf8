"""What the page of `localsdg explore` shows of each table, declared in `explore.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("explore.toml")
#: The group of tables that are not declared.
UNDECLARED = "more"


@dataclass(frozen=True)
class ExploreTable:
    """One table of the page; `source_table` is what it is copied from, None for the view of its name in `main`."""

    name: str
    group: str = UNDECLARED
    source_table: str | None = None
    key: str | None = None
    label: str | None = None
    facets: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExploreRegistry:
    """All of `explore.toml`: groups by id, tables by name, links by column name."""

    groups: dict[str, str]
    tables: dict[str, ExploreTable]
    links: dict[str, str]
    never_mixed: tuple[str, ...]


@cache
def explore_registry() -> ExploreRegistry:
    """The declarations, read once."""
    given = tomllib.loads(FILE.read_text(encoding="utf-8"))
    tables = {}
    for name, one in given["table"].items():
        lists = {key: tuple(one.pop(key, ())) for key in ("facets", "search", "sources")}
        tables[name] = ExploreTable(name, source_table=one.pop("from", None), **(lists | one))
    return ExploreRegistry(given["groups"], tables, given["links"], tuple(given["never_mixed"]["columns"]))
