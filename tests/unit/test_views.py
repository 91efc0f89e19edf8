"""Views of metrics and examples: each column has words, from the registry or from the query itself."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from localsdg.common.errors import LocalsdgError
from localsdg.warehouse.views import comments, create_views, example_views, metric_views

QUERY = """-- What it is, it's said here.
-- column year: The 'odd' year.
-- column own_thing: A thing of its own.
select cast(1 as integer) as year, cast(2 as integer) as own_thing, cast('x' as varchar) as title -- end"""


def made(folder: Path, text: str) -> tuple[duckdb.DuckDBPyConnection, list]:
    (folder / "examples").mkdir()
    (folder / "examples" / "mine.sql").write_text(text + ";\n")
    con = duckdb.connect()
    con.execute("create schema evidence")
    views = example_views(folder)
    create_views(con, views)
    return con, views


def test_an_example_describes_its_own_columns(tmp_path: Path) -> None:
    con, views = made(tmp_path, QUERY)
    con.execute("; ".join(comments(con, views)))
    found = dict(con.execute("select column_name, comment from duckdb_columns() where table_name = 'mine'").fetchall())
    assert found == {
        "year": "The 'odd' year. Unit: year.",
        "own_thing": "A thing of its own.",
        "title": "Official title in English.",
    }
    assert con.execute("select comment from duckdb_views() where view_name = 'mine'").fetchall() == [
        ("What it is, it's said here.",)
    ]


def test_a_column_that_nothing_describes_stops_the_build(tmp_path: Path) -> None:
    con, views = made(tmp_path, QUERY.replace("-- column own_thing: A thing of its own.\n", ""))
    with pytest.raises(LocalsdgError, match=r"evidence.mine.own_thing.*-- column own_thing"):
        comments(con, views)


def test_views_of_metrics_differ_in_their_condition_and_unit() -> None:
    views = {one.name: one for one in metric_views()}
    one, other = views["evidence.c01_extreme_poverty"], views["evidence.c04_governments_that_repeat"]
    assert one.column("value").unit == "PERCENT" != other.column("value").unit
    assert one.column("year") == other.column("year")
    assert one.select.replace("c01_extreme_poverty", "c04_governments_that_repeat") == other.select
