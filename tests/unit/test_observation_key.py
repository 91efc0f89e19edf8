"""One observation of rows that repeat it, and a word where they do not agree."""

from __future__ import annotations

import duckdb
import pytest
from evidence_helpers import SQL, insert

from localsdg.common.database import model
from localsdg.registry.tables import create_table_sql, tables

ROW = {
    "dataset_id": "unsd",
    "release": "2020-10",
    "series_code": "A",
    "published_series_code": "A",
    "published_breakdown": "",
    "area_code": "404",
    "year": 2015,
    "value": 5.0,
    "value_raw": "5",
    "unit": "PERCENT",
}


def keys(*changes: dict) -> list[tuple[int, bool]]:
    """Rows and agreement of each observation of these rows."""
    with duckdb.connect() as con:
        con.execute("create schema staging")
        for name in ("staging.observation", "staging.breakdown"):
            con.execute(create_table_sql(tables()[name]))
        insert(con, "staging.observation", [ROW | change for change in changes])
        same = ("dataset_id", "release", "published_series_code", "published_breakdown")
        insert(con, "staging.breakdown", [{**{name: ROW[name] for name in same}, "breakdown": ""}])
        found = con.execute(f"select n_rows, is_consistent from ({model(SQL / 'staging/observation_key.sql')})")
        return found.fetchall()


def test_a_row_that_repeats_under_another_indicator_is_one_observation() -> None:
    assert keys({"indicator_code": "1.1.1"}, {"indicator_code": "10.1.1"}) == [(2, True)]


@pytest.mark.parametrize("change", [{"value": 6.0, "value_raw": "6"}, {"unit": "NUMBER"}, {"censoring": "<"}])
def test_rows_that_do_not_agree_are_said_to_differ(change: dict) -> None:
    assert keys({}, change) == [(2, False)]


def test_another_year_or_area_is_another_observation() -> None:
    assert keys({}, {"year": 2016}, {"area_code": "800"}) == [(1, True)] * 3
