"""Local governments, their indicators and their reviews, as rows of the tiny warehouse of `evidence_helpers`."""

from __future__ import annotations

from evidence_helpers import insert, warehouse_with_areas

SHA = "0" * 64
GOVERNMENT = {"name": "A place", "level": "city", "area_code": "004", "is_provisional": False}
INDICATOR = {
    "match": "official",
    "is_placeholder": False,
    "unit": "PERCENT",
    "release": "town@2026-11-01",
    "snapshot_sha256": SHA,
}
LOCAL_ROW = {
    "row_number": 1,
    "value_status": "number",
    "unit": "PERCENT",
    "is_headline": True,
    "reference_area_kind": "own",
    "dimensions": {},
    "release": "town@2026-11-01",
    "snapshot_sha256": SHA,
    "value_raw": "as published",
}
SITE = {"site_id": "town", "local_government_id": "town", "release": "town@2026-11-01", "snapshot_sha256": SHA}
#: A row of the nation in a local file.
NATION = {"reference_area_kind": "national", "reference_area_basis": "row", "reference_area_name": "España"}
#: What the row of a poverty number states.
POOR = {"poverty_threshold": "national", "population_unit": "persons"}
LINES = "comparability, reason, gap, national_value, national_year"
ROWS = "area_code, year, breakdown, value, n_areas, coverage_pct"
PARTS = "area_code, year, breakdown, value, n_areas, n_total, denominator, coverage_pct"


def government(con, name: str, **facts) -> None:
    insert(con, "core.local_government", [{**GOVERNMENT, "local_government_id": name, **facts}])


def indicator(con, site: str, code: str | None, *rows: dict, **facts) -> None:
    """An indicator of a site and its rows; the site is of the government of the same name."""
    local_id = facts.pop("local_indicator_id", (code or "own").replace(".", "-"))
    where = {"site_id": site, "local_government_id": site, "local_indicator_id": local_id}
    insert(con, "core.local_indicator", [{**INDICATOR, **where, "indicator_code": code, **facts}])
    insert(
        con,
        "core.local_observation",
        [
            {**LOCAL_ROW, **where, "row_number": number, "end_year": row["year"], "year_text": str(row["year"]), **row}
            for number, row in enumerate(rows, start=1)
        ],
    )


def review(con, name: str, year: int | None, who: str, kind: str = "VLR", **facts) -> None:
    insert(
        con,
        "core.review",
        [
            {
                "review_id": name,
                "local_government_id": who,
                "review_year": year,
                "kind": kind,
                "release": "2026-11",
                "snapshot_sha256": SHA,
                **facts,
            }
        ],
    )


def here(value: float, **facts) -> dict:
    return {"year": 2015, "value": value, "dimensions": {"Region": "Asturias"}, **POOR, **facts}


def there(value: float, **facts) -> dict:
    return {"year": 2015, "value": value, "dimensions": {"Region": "España"}, **NATION, **POOR, **facts}


def reviews():
    """Seven dated reviews and one without a year.

    2018: a (004) VLR; 2019: b (004) VLR, c (356) VLR, nowhere VLR, union (004, association) VSR;
    2021: a again, union again; c without a year.
    """
    con = warehouse_with_areas()
    government(con, "a")
    government(con, "b", level=None)
    government(con, "c", area_code="356", is_provisional=True)
    government(con, "nowhere", area_code=None)
    government(con, "union", level="national association")
    review(con, "a18", 2018, "a")
    review(con, "b19", 2019, "b")
    review(con, "c19", 2019, "c")
    review(con, "n19", 2019, "nowhere")
    review(con, "u19", 2019, "union", "VSR")
    review(con, "a21", 2021, "a", release="2026-12")
    review(con, "u21", 2021, "union", "VSR")
    review(con, "c", None, "c")
    return con


def sites():
    """Three sites. town: 1.1.1, 1.2.1 own. city: 1.2.1 own. hill: a placeholder and a proxy."""
    con = warehouse_with_areas()
    insert(
        con,
        "core.indicator",
        [
            {"indicator_code": code, "target_code": code[:3], "goal_code": code[0], "title": "T"}
            for code in ("1.1.1", "1.2.1", "1.3.1", "1.4.1", "2.1.1")
        ],
    )
    for name, area in (("town", "004"), ("city", "050"), ("hill", "356")):
        government(con, name, area_code=area)
    row = {"year": 2015, "value": 1, "is_headline": False}
    done = {"reporting_status": "complete"}
    indicator(con, "town", "1.1.1", row, **done)
    indicator(con, "town", "1.2.1", {**row, "reference_area_kind": "part"}, row, **done)
    indicator(con, "town", "1.3.1", {**row, "reference_area_kind": "national"}, **done)
    indicator(con, "town", "1.4.1", {**row, "value": None, "value_status": "not available"})
    city = {"release": "city@2026-12-24"}
    indicator(con, "city", "1.2.1", row, local_indicator_id="a", **city)
    indicator(con, "city", "1.2.1", row, local_indicator_id="b", **city)
    indicator(con, "hill", "2.1.1", row, is_placeholder=True, exclusion_rule="OSDG-P01", **done)
    indicator(con, "hill", "1.1.1", row, match="proxy")
    return con
