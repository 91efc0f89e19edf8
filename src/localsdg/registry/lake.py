"""Which tables a writer of a lake replaces, from `lake.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from localsdg.registry.tables import Table, schema_tables

#: The column of what one local site publishes, and the source of such tables.
SITE, OF_SITES = "site_id", "opensdg"


@dataclass(frozen=True)
class LakeTable:
    """A table as one writer writes it.

    `part` is the column by whose values rows are compared and replaced; None replaces
    the table as a whole. `is_merged`: parts that the writer does not have are left as they are.
    """

    table: Table
    part: str | None = None
    is_merged: bool = False


def lake_sources() -> list[str]:
    """The sources that can be published alone."""
    return sorted(_declared()["sources"])


def lake_tables(sources: Collection[str] = ()) -> list[LakeTable]:
    """The tables that a writer of these sources writes: theirs, and the lists. All tables where none is named."""
    declared = _declared()
    stored = [table for table in schema_tables("core", "evidence", "audit", "meta") if table.kind == "table"]
    if not sources:
        return [LakeTable(table, declared["parts"].get(table.name)) for table in stored]
    own = {name for source in sources for name in declared["sources"][source]}
    return [
        LakeTable(
            table,
            declared["lists"].get(table.name) or declared["parts"].get(table.name),
            is_merged=table.name in declared["lists"],
        )
        for table in stored
        if table.name in own or table.name in declared["lists"]
    ]


def declared_names() -> list[str]:
    """Every table that has a line as one of a source or as a list."""
    declared = _declared()
    return [name for names in declared["sources"].values() for name in names] + list(declared["lists"])


@cache
def _declared() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "lake.toml").read_text(encoding="utf-8"))
