"""Published shares outside 0 to 100 that no flag names: a city's own, or a series that nobody declared."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest
from evidence_helpers import empty_warehouse, insert

from localsdg.registry.evidence import metrics
from localsdg.registry.tables import create_table_sql, tables
from localsdg.warehouse import withheld

SHARE = replace(metrics()["c03_local_poverty"], unit="PERCENT")
ROW = {
    "metric_id": SHARE.metric_id,
    "area_code": "724",
    "year": 2020,
    "breakdown": "",
    "basis": "published",
    "release": "madrid@2022",
    "caveat": "Mind.",
    "local_government_id": "madrid",
}


def guarded(metric=SHARE, **changes) -> tuple[list[tuple], duckdb.DuckDBPyConnection]:
    con = empty_warehouse()
    con.execute(
        "create table withheld_value (metric_id varchar, source varchar, name varchar, release varchar, value double)"
    )
    con.execute("attach ':memory:' as wh")
    con.execute("create schema if not exists audit")
    con.execute(create_table_sql(tables()["audit.correction"]))
    con.execute("create schema wh.evidence")
    con.execute(create_table_sql(tables()["evidence.metric_value"], "wh.evidence.metric_value"))
    insert(con, "wh.evidence.metric_value", [{**ROW, **changes}])
    withheld.guard(con, metric)
    return con.execute("select value, caveat from wh.evidence.metric_value").fetchall(), con


@pytest.mark.parametrize("value", [152.63, -0.1, 100.5])
def test_a_share_of_a_city_that_cannot_be_true_is_withheld(value):
    found, con = guarded(value=value)
    assert found == [(None, f"withheld: {value:g}, expected 0 to 100. Mind.")]
    insert(con, "core.series_release", [])
    con.execute(create_table_sql(tables()["core.observation_flag"]))
    [item] = withheld.items(con)
    assert (item.source, item.set_aside_kind, item.rule_id) == ("opensdg", "value", "WH-009")
    assert item.set_aside_name == f"{SHARE.metric_id} madrid 2020" and item.release == "madrid@2022"
    assert item.detail == f"{value:g}, expected 0 to 100"


@pytest.mark.parametrize(
    "changes",
    [
        {"value": 100},
        {"value": 0},
        {"value": None},
        {"value": 152, "metric_id": "another"},
    ],
)
def test_what_is_fine_is_left(changes):
    assert guarded(**changes)[0] == [(changes["value"], "Mind.")]


def test_one_computed_share_that_cannot_be_true_is_withheld_and_named_and_blocks_nothing():
    found, con = guarded(value=152, basis="computed", local_government_id=None, release=None)
    assert found == [(None, "withheld: 152, expected 0 to 100. Mind.")]
    insert(con, "core.series_release", [])
    con.execute(create_table_sql(tables()["core.observation_flag"]))
    [item] = withheld.items(con)
    assert (item.rule_id, item.set_aside_name) == ("WH-009", f"{SHARE.metric_id} 724 2020")


def test_a_metric_in_another_unit_has_no_such_bounds():
    assert guarded(replace(SHARE, unit="points"), value=152)[0] == [(152.0, "Mind.")]


def test_a_unsd_value_is_named_by_its_area():
    con = guarded(value=152, local_government_id=None)[1]
    assert con.execute("select source, name from withheld_value").fetchall() == [
        ("unsd", f"{SHARE.metric_id} 724 2020")
    ]
