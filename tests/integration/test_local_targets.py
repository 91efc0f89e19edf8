"""Targets that governments set themselves, counted again from the files as the government publishes them."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest
import yaml

#: Indicator, number of its line, cells of the rows it is of, and which way its own words go: read by hand.
TARGETS = [
    ("12-5-1", 1, {}, "down"),
    ("1-1-2", 1, {}, "down"),
    ("1-2-1", 1, {"Geographical_Area": "Barcelona"}, "down"),
    ("1-3-1", 1, {"Geographical_Area": "Barcelona", "Poverty_Threshold": "40% median"}, "down"),
    ("3-3-2", 2, {"Gender": "Women"}, "down"),
    ("11-6-1", 2, {"Air_Pollutants": "PM10"}, "down"),
    ("8-9-3", 2, {"Units": "Euros per total stay"}, "up"),
    ("16-2-3", 1, {}, "up"),
    ("12-3-2", 1, {}, "down"),
    ("14-b-1", 1, {}, "up"),
    ("15-5-1", 1, {}, "up"),
]
CUTS = [
    (0.95, "on track or target met"),
    (0.5, "moderate progress, acceleration needed"),
    (0.1, "marginal progress, significant acceleration needed"),
    (0.0, "stagnation"),
]


def counted(site, indicator_id: str, sequence: int, cells: dict[str, str], direction: str) -> dict:
    """One target by the Technical Note of the SDG Progress Chart, written again from its text."""
    front = (site / "meta" / f"{indicator_id}.md").read_text(encoding="utf-8").split("---")[1]
    target = float(yaml.safe_load(front)["graph_target_lines"][sequence - 1]["value"])
    (path,) = (site / "data").glob(f"*_{indicator_id}.csv")
    table = pd.read_csv(path)
    others = [name for name in table.columns if name not in ("Year", "Value", "Units", *cells)]
    for name, value in cells.items():
        table = table[table[name] == value]
    table = table[table[others].isna().all(axis=1) & table["Value"].notna()]
    values = dict(zip(table["Year"].astype(str).str[:4].astype(int), table["Value"].astype(float), strict=True))
    latest = max(values)
    earlier = sorted(set(values) - {latest})
    first = next((year for year in earlier if year >= 2015), earlier[-1])
    v0, v1 = values[first], values[latest]
    projected = v1 * (v1 / v0) ** ((2030 - latest) / (latest - first))
    if "%" in table["Units"].iloc[0] or table["Units"].iloc[0] == "Percentage":
        projected = min(projected, 100.0)
    sign = 1 if direction == "up" else -1
    way = (projected - v0) / (target - v0)
    if sign * (v1 - target) >= 0:
        status = CUTS[0][1]
    elif sign * (v0 - target) >= 0:
        status, way = "regression", None
    else:
        status = next((name for least, name in CUTS if way >= least), "regression")
    return {"target": target, "years": (first, latest), "values": (v0, v1), "e": projected, "r": way, "status": status}


@pytest.mark.parametrize(("indicator_id", "sequence", "cells", "direction"), TARGETS)
def test_a_target_is_as_counted_by_hand(built, data_root, indicator_id, sequence, cells, direction) -> None:
    expected = counted(data_root / "local" / "opensdg" / "barcelona", indicator_id, sequence, cells, direction)
    with duckdb.connect(str(built.published), read_only=True) as con:
        target, y0, y1, v0, v1, e, r, status = con.execute(
            "select target_value, baseline_year, latest_year, baseline_value, latest_value, projected_value, "
            "way_covered, status from evidence.local_progress "
            "where site_id = 'barcelona' and local_indicator_id = ? and sequence = ?",
            [indicator_id, sequence],
        ).fetchone()
    assert (target, (y0, y1), (v0, v1), status) == (
        expected["target"],
        expected["years"],
        expected["values"],
        expected["status"],
    )
    assert e == pytest.approx(expected["e"])
    assert r == pytest.approx(expected["r"]) if expected["r"] is not None else r is None


def test_every_line_of_the_site_is_judged_once(built, data_root) -> None:
    lines = {}
    for path in sorted((data_root / "local" / "opensdg" / "barcelona" / "meta").glob("*.md")):
        stated = yaml.safe_load(path.read_text(encoding="utf-8-sig").split("---")[1]).get("graph_target_lines")
        if stated:
            lines[path.stem] = [float(line["value"]) for line in stated]
    with duckdb.connect(str(built.published), read_only=True) as con:
        found = con.execute(
            "select local_indicator_id, list(target_value order by sequence) from evidence.local_progress "
            "where site_id = 'barcelona' group by 1"
        ).fetchall()
    assert dict(found) == lines and len(lines) == 154
