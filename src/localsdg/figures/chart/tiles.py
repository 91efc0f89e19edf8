"""Where the tile of each country is on the map: `tiles.csv`, made by `maintenance/bundle/tiles.py`.

A tile has no border and no size of its own, so that the map draws no border that is disputed and no large
country hides a small one.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TILES_CSV = Path(__file__).parent / "tiles.csv"


@dataclass(frozen=True)
class Tile:
    """One square; `column` from the left and `row` from the top, from 0."""

    area_code: str
    iso3: str
    column: int
    row: int


@cache
def tiles() -> dict[str, Tile]:
    """The tiles by M49 code, in reading order."""
    with TILES_CSV.open(encoding="utf-8", newline="") as handle:
        return {
            line["area_code"]: Tile(line["area_code"], line["iso3"], int(line["column"]), int(line["row"]))
            for line in csv.DictReader(handle)
        }


def size() -> tuple[int, int]:
    """Columns and rows of the map."""
    return 1 + max(tile.column for tile in tiles().values()), 1 + max(tile.row for tile in tiles().values())
