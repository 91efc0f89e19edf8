"""The platform's starter: a new site begins as a copy of it, with invented numbers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from localsdg.staging.local.data_file import DataFile

STARTER_TXT = Path(__file__).parents[2] / "registry" / "starter_hashes.txt"


@cache
def starter_hashes() -> frozenset[str]:
    """sha256 of the starter's invented files, LF and CRLF."""
    return frozenset(STARTER_TXT.read_text(encoding="utf-8").split())


def has_starter_shape(file: DataFile) -> bool:
    """The starter's example, edited by hand: its columns, groups or comment lines are still there."""
    names = {name.casefold() for name in file.columns}
    if {"planet", "fruit"} <= names or file.has_comments:
        return True
    year = file.column("year")
    if year is not None and any(cell.lstrip().startswith("#") for cell in set(file.columns[year])):
        return True
    group = file.column("group")
    if group is None or len(file.columns) != 3:
        return False
    return file.texts(group) == {"", "A", "B"}
