"""What figures there are: one entry of `catalogue.toml` each.

An entry names its claim, its metrics, its kind, the SQL file of `sql/figures/`
that gives its rows, and which of the title's sentences (`finding`) tells what
the rows say. A new metric needs an entry, and its words in `messages/`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from localsdg.common.errors import UsageError
from localsdg.figures.data.entry import Entry
from localsdg.figures.findings.title import FINDINGS
from localsdg.registry.evidence import claims

CATALOGUE_TOML = Path(__file__).parent / "catalogue.toml"

KINDS = ("line", "bar", "column", "grouped_bar", "stacked_bar", "dumbbell", "heat_map", "tile_map", "table")


@cache
def entries() -> dict[str, Entry]:
    """All entries by figure id, in the order of the file."""
    body = tomllib.loads(CATALOGUE_TOML.read_text(encoding="utf-8"))
    known = {field.name for field in fields(Entry)}
    catalogue = {}
    for figure_id, declared in body["figure"].items():
        unknown = sorted(set(declared) - known)
        if unknown or declared["kind"] not in KINDS or declared["finding"] not in FINDINGS:
            raise ValueError(f"catalogue.toml, {figure_id}: {unknown or (declared['kind'], declared['finding'])}")
        values = _frozen(declared)
        for changes in ("fallback", "local"):
            if changes in values:
                values[changes] = _frozen(values[changes])
        catalogue[figure_id] = Entry(figure_id, **values)
    return catalogue


def _frozen(declared: dict[str, Any]) -> dict[str, Any]:
    """The values of a table of the file, lists as tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in declared.items()}


def claim_codes(asked: str | Iterable[str] | None) -> tuple[str, ...]:
    """The ids of the named claims (`C04`) in the order of the registry, each once; () where none is named.

    Raises `UsageError` for a claim that does not exist.
    """
    named = [asked] if isinstance(asked, str) else list(asked or ())
    codes = [one.strip().upper() for one in named]
    for one, code in zip(named, codes, strict=True):
        if code not in claims():
            known = ", ".join(f"{one.claim_id} {one.title}" for one in claims().values())
            raise UsageError("no such claim", expected=known, got=one)
    return tuple(claim for claim in claims() if claim in codes)
