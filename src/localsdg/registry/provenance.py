"""How the rows of each table name the data sets that they rest on, from `provenance.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

#: Columns that name a data set, where a release is beside it.
DATASET = "dataset_id"


@dataclass(frozen=True)
class Provenance:
    """The columns by which the rows of a table name what they rest on.

    `has_dataset`: `dataset_id` says whose releases the `releases` are. `keys` lead to rows of
    other tables. `publications` name what is no data set. `sources` are behind every row.
    """

    has_dataset: bool = False
    releases: tuple[str, ...] = ()
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    publications: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All of these columns."""
        dataset = (DATASET,) if self.has_dataset else ()
        return tuple(dict.fromkeys((*dataset, *self.releases, *self.keys, *self.publications)))

    @property
    def is_empty(self) -> bool:
        """True where nothing names what the rows rest on."""
        return not self.columns and not self.sources


def provenance(table: str, columns: Collection[str]) -> Provenance | None:
    """How the rows of a table with these columns name their data sets.

    None for what localsdg states itself or what describes the build: `meta` and some tables of `audit`. An empty
    one where the columns name nothing.
    """
    declared = _declared()
    own = declared.get(table, {})
    if own.get("is_own") or table.startswith("meta."):
        return None
    releases = tuple(name for name in declared["releases"] if name in columns)
    has_dataset = DATASET in columns and bool(releases)
    keys = own.get("keys") or {}
    if not keys and not has_dataset:
        found = [name for name in declared["keys"] if name in columns and (name == "site_id" or not releases)]
        keys = {name: declared["keys"][name] for name in found[:1]}
    return Provenance(
        has_dataset=has_dataset,
        releases=releases,
        keys={name: tuple(tables) for name, tables in keys.items() if name in columns},
        publications=tuple(name for name in declared["publications"] if name in columns),
        sources=tuple(own.get("sources", ())),
    )


def source_of_text(text: str) -> str | None:
    """The source whose data sets are all meant by a text in the place of a release."""
    return next((source for part, source in _declared()["texts"].items() if part in text), None)


def texts_of_source(source: str) -> tuple[str, ...]:
    """The texts in the place of a release that mean all data sets of a source."""
    return tuple(part for part, meant in _declared()["texts"].items() if meant == source)


@cache
def _declared() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "provenance.toml").read_text(encoding="utf-8"))
