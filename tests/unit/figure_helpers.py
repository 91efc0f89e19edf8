"""A tiny published warehouse for the figures: a file with the registry's tables and a few rows."""

from __future__ import annotations

from pathlib import Path

import duckdb

from localsdg.common.database import insert_rows
from localsdg.common.settings import Settings
from localsdg.figures.data import queries
from localsdg.registry.breakdowns import breakdown_label
from localsdg.registry.evidence import metrics
from localsdg.registry.tables import ensure_tables

TABLES = (*queries._NEEDED, "meta.release")
AREAS = (
    {"area_code": "001", "name": "World", "kind": "world"},
    {"area_code": "150", "name": "Europe", "kind": "region"},
    {"area_code": "202", "name": "Sub-Saharan Africa", "kind": "region"},
    {"area_code": "250", "name": "France", "kind": "country", "iso3": "FRA"},
    {"area_code": "404", "name": "Kenya", "kind": "country", "iso3": "KEN"},
    {"area_code": "724", "name": "Spain", "kind": "country", "iso3": "ESP"},
)
GROUPINGS = (("150", "724"), ("150", "250"), ("202", "404"), ("001", "724"), ("001", "404"))
POVERTY = "c01_extreme_poverty"


def value(year: int, amount: float, area: str = "001", metric: str = POVERTY, **more: object) -> dict:
    """A row of `evidence.metric_value`; its breakdown is the label of its `dimensions`."""
    known = metrics()[metric].caveat if metric in metrics() else ""
    dimensions = more.pop("dimensions", {})
    return {
        "metric_id": metric,
        "area_code": area,
        "year": year,
        "value": amount,
        "basis": "published",
        "release": "2020-10-19",
        "caveat": known,
        "dimensions": dimensions,
        "breakdown": breakdown_label(dimensions),
        **more,
    }


def settings(home: Path, rows: list[dict], *, without: str = "", **more: list[dict]) -> Settings:
    """Settings whose published file holds these metric values; `core_area=[…]` and so on add rows.

    A metric that is given is in the place of the registry's. `without` names a table
    that the file lacks, as one of an older version would.
    """
    found = Settings(home=home)
    found.published.parent.mkdir(parents=True, exist_ok=True)
    found.published.unlink(missing_ok=True)
    con = duckdb.connect(str(found.published))
    con.begin()
    ensure_tables(con, [name for name in TABLES if name != without])
    replaced = {one["metric_id"] for one in more.get("evidence_metric", [])}
    given: dict[str, list[dict]] = {
        "core.area": [*AREAS],
        "evidence.metric_value": rows,
        "core.area_grouping": [
            {"grouping_code": group, "area_code": area, "scheme": "SDG regions"} for group, area in GROUPINGS
        ],
        "evidence.metric": [
            {
                "metric_id": one.metric_id,
                "claim_id": one.claim_id,
                "title": one.title,
                "unit": one.unit,
                "definition": one.definition,
                "series_codes": list(one.series_codes),
                "is_over_reporters": one.over_reporters,
                "n_incomplete_years": one.incomplete_years,
                "status": "ok",
            }
            for one in metrics().values()
            if one.metric_id not in replaced
        ],
        "meta.dataset": [
            {
                "dataset": "unsd 2020-10-19",
                "source": "unsd",
                "release": "2020-10-19",
                "fetched_at": "2026-11-23T00:00:00Z",
            }
        ],
        "meta.licence": [{"source": "unsd", "name": "UN SDG Global Database"}],
        "meta.release": [{"version": "2026.11.23.1", "built_at": "2026-11-23T00:00:00"}],
    }
    for name, extra in more.items():
        given.setdefault(name.replace("_", ".", 1), []).extend(extra)
    for name, content in given.items():
        if name == without:
            continue
        if name == "evidence.metric" and not replaced:
            insert_rows(con, name, content)  # eighty with the same columns
        else:
            for row in content:
                marks = ", ".join("?" for _ in row)
                con.execute(f"insert into {name} ({', '.join(row)}) values ({marks})", list(row.values()))
    con.commit()
    con.close()
    return found
