"""Ready answers: the example queries on a tiny warehouse."""

from __future__ import annotations

import pytest
from evidence_helpers import (
    AREA,
    SQL,
    empty_warehouse,
    insert,
    model_sql,
    observe,
    run_model,
    warehouse_with_areas,
)

EXAMPLES = sorted(path.stem for path in (SQL / "examples").glob("*.sql"))
OUR_EXAMPLES = (
    "extreme_poverty_by_region",
    "furthest_from_ending_poverty",
    "changed_between_releases",
)


@pytest.mark.parametrize("name", OUR_EXAMPLES)
def test_example_begins_with_its_description_and_runs(name):
    assert name in EXAMPLES
    first = model_sql(name, "examples").splitlines()[0]
    assert first.startswith("-- ") and len(first) > 20 and "name:" not in first
    con = empty_warehouse()
    con.execute(f"create view evidence.{name} as {model_sql(name, 'examples')}")
    assert con.execute(f"select * from evidence.{name}").fetchall() == []


def test_example_extreme_poverty_by_region():
    con = warehouse_with_areas()
    con.execute("delete from core.area_grouping where grouping_code = '001'")  # World needs none
    observe(
        con,
        "SI_POV_DAY1",
        {"year": 2015, "raw": 15, "area_code": "062"},
        {"year": 2015, "raw": 10, "area_code": "001"},
        {"year": 2013, "raw": 24, "area_code": "199"},
        {"year": 2015, "raw": 12, "area_code": "900"},  # in no scheme
        {"year": 2015, "raw": 13, "area_code": "901"},  # in a scheme that is not asked for
        {"year": 2015, "raw": 40, "area_code": "004"},  # a country
        {"year": 2016, "raw": "NA", "area_code": "001"},
        {"year": 2015, "raw": 11, "area_code": "001", "is_total": False},
    )
    assert run_model(
        con,
        "extreme_poverty_by_region",
        "year, area_code, area_name, value, release",
        "examples",
        order_by="",
    ) == [
        (2013, "199", "Least Developed Countries", 24.0, "2020-10-19"),
        (2015, "001", "World", 10.0, "2020-10-19"),
        (2015, "062", "Central and Southern Asia", 15.0, "2020-10-19"),
    ]


def test_example_furthest_from_ending_poverty():
    con = empty_warehouse()
    codes = [f"{number:03d}" for number in range(101, 113)]
    insert(con, "core.area", [{**AREA, "area_code": code, "name": f"A{code}"} for code in codes])
    insert(con, "core.area", [{**AREA, "area_code": "202", "name": "Africa", "kind": "region"}])
    insert(
        con,
        "evidence.progress",
        [
            {"series_code": "SI_POV_DAY1", "area_code": code, "latest_value": value}
            for code, value in [*((code, float(code) - 100) for code in codes), ("202", 90.0)]
        ],
    )
    insert(
        con,
        "evidence.progress",
        [
            {"series_code": "SI_POV_DAY1", "area_code": "101"},  # no value
            {"series_code": "SI_POV_NAHC", "area_code": "101", "latest_value": 99.0},
        ],
    )
    rows = run_model(con, "furthest_from_ending_poverty", "area_name, latest_value", "examples", order_by="")
    assert rows == [(f"A{code}", float(code) - 100) for code in reversed(codes[2:])]


def test_example_furthest_leaves_out_countries_without_a_value():
    con = warehouse_with_areas()
    insert(
        con,
        "evidence.progress",
        [
            {"series_code": "SI_POV_DAY1", "area_code": "004"},
            {"series_code": "SI_POV_DAY1", "area_code": "050", "latest_value": 1.0},
        ],
    )
    rows = run_model(con, "furthest_from_ending_poverty", "area_code", "examples", order_by="")
    assert rows == [("050",)]


def test_example_changed_between_releases():
    con = warehouse_with_areas()
    releases = [("S1", "r1", 1, False), ("S1", "r2", 2, False), ("S1", "r3", 3, False)]
    # S2: the newest release is partial; S3: nothing changed in its last pair
    releases += [("S2", "r1", 1, False), ("S2", "r2", 2, False), ("S2", "r4", 3, True)]
    releases += [("S3", "r1", 1, False), ("S3", "r2", 2, False), ("S3", "r3", 3, False)]
    insert(
        con,
        "core.series_release",
        [
            {"series_code": code, "release": release, "release_rank": rank, "is_partial": partial}
            for code, release, rank, partial in releases
        ],
    )
    insert(
        con,
        "core.series",
        [{"series_code": code, "description": f"D{code}"} for code in ("S1", "S2", "S3")],
    )
    changes = [
        ("S1", 2015, "r1", "r2", 10.0, 90.0, "changed"),  # an older pair
        ("S1", 2015, "r2", "r3", 10.0, 9.9, "changed"),  # -1 %
        ("S1", 2016, "r2", "r3", None, 8.0, "added"),
        ("S1", 2017, "r2", "r3", 0.0, 8.0, "changed"),  # from zero: no relative size
        ("S2", 2015, "r1", "r2", -4.0, -6.0, "changed"),  # -50 %
        ("S3", 2015, "r1", "r2", 1.0, 50.0, "changed"),
    ]
    insert(
        con,
        "audit.value_change",
        [
            {
                "series_code": code,
                "area_code": "004",
                "year": year,
                "breakdown": "",
                "old_release": old_release,
                "new_release": new_release,
                "old_value": old,
                "new_value": new,
                "change": change,
            }
            for code, year, old_release, new_release, old, new, change in changes
        ],
    )
    columns = "series_code, area_name, year, old_release, new_release, change, change_pct"
    assert run_model(con, "changed_between_releases", columns, "examples", order_by="") == [
        ("S2", "Afghanistan", 2015, "r1", "r2", "changed", -50.0),
        ("S1", "Afghanistan", 2015, "r2", "r3", "changed", pytest.approx(-1.0)),
        ("S1", "Afghanistan", 2017, "r2", "r3", "changed", None),
        ("S1", "Afghanistan", 2016, "r2", "r3", "added", None),
    ]
