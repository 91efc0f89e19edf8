"""The tiles of the map of countries: one equal square a country, as near to its place as there is room.

    python -m localsdg.maintenance.bundle.tiles OUTLINE

OUTLINE is `countries-10m.json` of the npm package `world-atlas`: the outline of Natural Earth (public domain) as
TopoJSON, whose ids are M49 codes. No border is drawn from it: of each country only the centre of its largest
part is taken, in the Equal Earth projection. The squares are those of the smallest sum of squared distances
(`scipy.optimize.linear_sum_assignment`), which is the same for the same file.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.stats import rankdata

from localsdg.figures.chart.tiles import TILES_CSV
from localsdg.registry.places import places

#: Columns and rows of the map.
COLUMNS, ROWS = 32, 19
#: How far the centres are spread to even out the room, from 0 (as on the globe) to 1 (every column alike full).
SPREAD = 0.62
#: Centres of places that the outline has as parts of another country, or not at all.
PARTS = {
    "175": (45.1, -12.8),  # Mayotte
    "254": (-53.1, 3.9),  # French Guiana
    "312": (-61.5, 16.2),  # Guadeloupe
    "474": (-61.0, 14.6),  # Martinique
    "535": (-68.3, 12.2),  # Bonaire, Sint Eustatius and Saba
    "638": (55.5, -21.1),  # Réunion
    "772": (-171.8, -9.2),  # Tokelau
}
#: Places without a population of their own.
UNINHABITED = frozenset({"010", "074", "086", "239", "260", "334", "581"})


def centres(outline: dict) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of the largest part of each country, by M49 code."""
    scale, shift = np.array(outline["transform"]["scale"]), np.array(outline["transform"]["translate"])
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in outline["arcs"]]

    def ring(numbers: list[int]) -> np.ndarray:
        return np.vstack([arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers])

    found: dict[str, tuple[float, float, float]] = {}
    for country in outline["objects"]["countries"]["geometries"]:
        parts = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        for part in parts:
            area, longitude, latitude = _centre(ring(part[0]))
            code = str(country.get("id", ""))
            if area > found.get(code, (0.0, 0.0, 0.0))[0]:
                found[code] = (area, longitude, latitude)
    return {code: (longitude, latitude) for code, (_, longitude, latitude) in found.items()}


def _centre(points: np.ndarray) -> tuple[float, float, float]:
    """Size and centre of a ring of longitudes and latitudes; the size as on a cylinder of equal areas."""
    # a ring over the line of the date goes on beyond 180 degrees
    x = np.degrees(np.unwrap(np.radians(points[:, 0])))
    y = np.sin(np.radians(points[:, 1]))
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    size = cross.sum() / 2
    if abs(size) < 1e-12:
        return 1e-12, float(x.mean()), float(points[:, 1].mean())
    across = ((x[:-1] + x[1:]) * cross).sum() / (6 * size)
    down = ((y[:-1] + y[1:]) * cross).sum() / (6 * size)
    return abs(float(size)), float(across), float(np.degrees(np.arcsin(np.clip(down, -1, 1))))


def equal_earth(longitude: np.ndarray, latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The Equal Earth projection (Šavrič, Patterson and Jenny 2018), x from 11 degrees east, the Bering Strait cut."""
    a = (1.340264, -0.081106, 0.000893, 0.003796)
    theta = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(latitude)))
    shifted = np.radians((longitude - 11 + 180) % 360 - 180)
    slope = 9 * a[3] * theta**8 + 7 * a[2] * theta**6 + 3 * a[1] * theta**2 + a[0]
    x = 2 * np.sqrt(3) * shifted * np.cos(theta) / (3 * slope)
    return x, a[3] * theta**9 + a[2] * theta**7 + a[1] * theta**3 + a[0] * theta


def layout(where: dict[str, tuple[float, float]]) -> dict[str, tuple[int, int]]:
    """Column and row of each country, from the left and from the top."""
    codes = sorted(where)
    x, y = equal_earth(*np.array([where[code] for code in codes]).T)
    across, down = _spread(x) * (COLUMNS - 1), (1 - _spread(y)) * (ROWS - 1)
    squares = [(column, row) for column in range(COLUMNS) for row in range(ROWS)]
    place = np.array(squares, dtype=float)
    cost = (across[:, None] - place[:, 0]) ** 2 + (down[:, None] - place[:, 1]) ** 2
    _, chosen = linear_sum_assignment(cost)
    return {code: squares[one] for code, one in zip(codes, chosen, strict=True)}


def _spread(values: np.ndarray) -> np.ndarray:
    """Values from 0 to 1, drawn towards equal steps between neighbours: Europe needs room, the Pacific has it."""
    plain = (values - values.min()) / (values.max() - values.min())
    even = (rankdata(values) - 1) / (len(values) - 1)
    return (1 - SPREAD) * plain + SPREAD * even


def main(arguments: list[str]) -> int:
    """Write `figures/chart/tiles.csv`, and report the places of the M49 list that the outline lacks."""
    where = centres(json.loads(Path(arguments[0]).read_text(encoding="utf-8"))) | PARTS
    wanted = {one.area_code: one for one in places() if one.kind == "country" and one.iso3 and one.area_code}
    wanted = {code: one for code, one in wanted.items() if code not in UNINHABITED}
    tiles = layout({code: where[code] for code in wanted if code in where})
    with TILES_CSV.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["area_code", "iso3", "column", "row"])
        for code, (column, row) in sorted(tiles.items(), key=lambda item: (item[1][1], item[1][0])):
            writer.writerow([code, wanted[code].iso3, column, row])
    lacking = ", ".join(f"{code} {wanted[code].name}" for code in sorted(set(wanted) - set(where)))
    print(f"{len(tiles)} tiles; not in the outline: {lacking or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
