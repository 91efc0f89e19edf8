"""Metrics that are computed ahead of their turn: the rows, and the order of the build's own connection."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest
from evidence_helpers import SQL, observe, warehouse_with_areas

from localsdg.common.database import model
from localsdg.registry.breakdowns import create_macros
from localsdg.warehouse.metrics_ahead import MetricsAhead
from localsdg.warehouse.models import COVERAGE, evidence_models
from localsdg.warehouse.run_models import compute_metric
from localsdg.warehouse.withheld import hide

METRICS = ("evidence.c01_extreme_poverty", "evidence.c01_working_poor", "evidence.c02_social_protection")

NO_VALUE = (
    "select a.area_code, 2020 as year, cast(error('no such thing') as double) as value, '' as release "
    "from core.area as a"
)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = warehouse_with_areas()
    for series in ("SI_POV_DAY1", "SI_POV_EMP1", "SI_COV_BENFTS"):
        observe(con, series, *({"area_code": area, "year": 2020, "raw": "7.25"} for area in ("356", "004", "050")))
    create_macros(con)
    con.execute("create table core.observation_flag (series_code varchar)")
    hide(con)
    con.execute("create temp table withheld_breakdown as from core.latest_breakdown limit 0")
    con.execute("set threads = 1")
    return con


def test_rows_computed_ahead_are_those_of_the_build_s_own_connection(con: duckdb.DuckDBPyConnection) -> None:
    coverage = model(SQL / "evidence" / f"{COVERAGE}.sql")
    models = [one for one in evidence_models(SQL, METRICS) if one.is_metric]
    expected = {one.target: compute_metric(con, one, coverage) for one in models}
    assert sum(rows.values.num_rows for rows in expected.values()) >= 9
    with MetricsAhead(con, 2) as ahead:
        ahead.start(models, coverage)
        ahead.start(models, coverage)  # those that have begun do not begin again
        assert {one.target: ahead.rows(one) for one in models} == expected
        assert ahead.rows(replace(models[0], target="evidence.another")) is None


def test_the_error_of_a_metric_comes_in_its_turn(con: duckdb.DuckDBPyConnection) -> None:
    [one] = evidence_models(SQL, METRICS[:1])
    broken = replace(one, select=NO_VALUE)
    with MetricsAhead(con, 2) as ahead:
        ahead.start([broken], model(SQL / "evidence" / f"{COVERAGE}.sql"))
        with pytest.raises(duckdb.Error, match="no such thing"):
            ahead.rows(broken)
    assert con.execute("select 1").fetchone() == (1,)


def test_a_metric_reads_what_the_build_added_while_others_were_computed(con: duckdb.DuckDBPyConnection) -> None:
    coverage = model(SQL / "evidence" / f"{COVERAGE}.sql")
    first, second = [one for one in evidence_models(SQL, METRICS) if one.is_metric][:2]
    with MetricsAhead(con, 1) as ahead:
        ahead.start([first], coverage)
        assert ahead.rows(first)
        con.execute(
            "create view evidence.added as select area_code, 2020 as year, 7.5::double as value, '' as release "
            "from core.area as a where kind = 'world'"
        )
        ahead.start([replace(second, select="select * from evidence.added")], coverage)
        found = ahead.rows(second)
    assert found and found.values["value"].to_pylist() == [7.5]
