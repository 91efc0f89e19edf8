"""Tables of the published file as a SQLite database."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from localsdg.common.errors import UsageError
from localsdg.warehouse.export.selection import Filters, choose_tables
from localsdg.warehouse.export.sqlite_file import count_sqlite, write_sqlite
from localsdg.warehouse.query import open_published

TABLES = ("goal", "series", "area", "observation", "local_government", "review", "core.observation")


@pytest.fixture(scope="module")
def con(built):
    with closing(open_published(built)) as con:
        yield con


@pytest.fixture(scope="module")
def chosen(con):
    return choose_tables(con, TABLES, Filters(series=("SI_POV_DAY1", "SH_STA_MORT")))


@pytest.fixture(scope="module")
def path(con, chosen, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "a.sqlite"
    write_sqlite(con, path, chosen, facts=[("Version", "1")])
    return path


def test_rows_in_are_rows_out_and_every_key_has_its_parent(con, chosen, path) -> None:
    counts = count_sqlite(path, chosen)
    assert counts == {table.file: table.n_rows for table in chosen}
    assert counts["core_observation"] > counts["observation"] > 1000
    assert counts["series"] == 2 and counts["goal"] == 17
    (observation,) = [table for table in chosen if table.file == "observation"]
    assert {(key.column, key.parent) for key in observation.foreign_keys} == {
        ("series_code", "series"),
        ("area_code", "area"),
    }
    with closing(sqlite3.connect(path)) as file:
        keys = {(row[3], row[2]) for row in file.execute("pragma foreign_key_list(observation)")}
        indexed = {row[1] for row in file.execute("pragma index_list(observation)")}
    assert keys == {("series_code", "series"), ("area_code", "area")}
    assert {"observation_area_code", "observation_year"} <= indexed


def test_values_are_those_of_the_warehouse_with_their_types(con, path) -> None:
    asked = (
        "select series_code, area_code, year, value, is_total, {dimensions} from {table} "
        "where area_code in ('724', '001') order by series_code, area_code, year, breakdown"
    )
    wanted = con.execute(
        asked.format(dimensions="dimensions", table="main.observation").replace(
            "where", "where series_code in ('SI_POV_DAY1', 'SH_STA_MORT') and"
        )
    ).fetchall()
    with closing(sqlite3.connect(path)) as file:
        got = file.execute(asked.format(dimensions="dimensions", table="observation")).fetchall()
        types = file.execute("select distinct typeof(value), typeof(is_total), typeof(area_code) from observation")
        assert set(types) <= {("real", "integer", "text"), ("null", "integer", "text")}
    assert [(*row[:-1], json.loads(row[-1])) for row in got] == wanted and len(got) > 30


def test_the_dictionary_is_in_the_file(con, chosen, path) -> None:
    with closing(sqlite3.connect(path)) as file:
        tables = dict(file.execute("select table_name, n_rows from table_info"))
        undescribed = file.execute("select * from column_info where coalesce(description, '') = ''").fetchall()
        named = file.execute("select table_name, column_name from column_info order by table_name, position").fetchall()
        facts = file.execute("select name, value from export_info").fetchall()
        limits = dict(file.execute("select table_name, limits from table_info"))
    assert tables == {table.file: table.n_rows for table in chosen}
    assert not undescribed and facts == [("Version", "1")]
    assert named == sorted(
        ((table.file, column.name) for table in chosen for column in table.columns), key=lambda one: one[0]
    )
    assert limits["observation"] == "series SI_POV_DAY1, SH_STA_MORT" and limits["goal"] is None


def test_the_same_bytes_each_time(con, chosen, path, tmp_path) -> None:
    again = tmp_path / "again.sqlite"
    write_sqlite(con, again, chosen, facts=[("Version", "1")])
    assert again.read_bytes() == path.read_bytes()


def test_a_key_is_declared_where_it_holds_and_named_where_it_does_not(con) -> None:
    tables = choose_tables(con, ("area", "observation"), Filters(areas=("724",), series=("SI_POV_DAY1",)))
    assert [len(table.foreign_keys) for table in tables] == [0, 1] and tables[0].n_rows == 1
    # the groups of Spain are no rows of an export that holds Spain alone
    grouping = choose_tables(con, ("area", "core.area_grouping"), Filters(areas=("724",)))[1]
    assert [key.column for key in grouping.foreign_keys] == ["area_code"]
    assert grouping.broken_keys and "grouping_code" in grouping.broken_keys[0]
    # a key with nulls is no primary key of SQL
    (links,) = choose_tables(con, ("action_link",))
    assert links.primary_key == () and links.row_order[0] == "action_id"


def test_an_area_takes_what_its_governments_publish(con) -> None:
    """Rows of cities of other countries are no part of an export of one; of an action the place is not known."""
    tables = choose_tables(con, ("local_indicator", "local_observation", "review", "action"), Filters(areas=("724",)))
    for table in tables[:3]:
        (elsewhere,) = con.execute(
            f"select count(*) from ({table.select(ordered=False)}) "
            "join core.local_government using (local_government_id) where area_code <> '724'"
        ).fetchone()
        assert table.n_rows > 0 and elsewhere == 0 and table.limits == ("area 724",) and not table.whole_despite
    assert tables[3].whole_despite == ("area",)


def test_a_goal_takes_the_series_of_its_indicators(con) -> None:
    observation, links, area = choose_tables(con, ("observation", "action_link", "area"), Filters(goals=("1",)))
    codes = {row[0] for row in con.execute(observation.select(["series_code"], ordered=False)).fetchall()}
    assert "SI_POV_DAY1" in codes and "SH_STA_MORT" not in codes
    goals = con.execute(links.select(["goal_code"], ordered=False)).fetchall()
    assert set(goals) == {("1",)}
    assert area.whole_despite == ("goal",) and area.limits == ()


@pytest.mark.parametrize(
    ("names", "filters", "words"),
    [
        (("observatoin",), Filters(), "observation"),
        ((), Filters(series=("SI_POV_DAY",)), "SI_POV_DAY1"),
        ((), Filters(areas=("9999",)), "core.area"),
        ((), Filters(goals=("18",)), "core.goal"),
    ],
)
def test_what_the_file_does_not_have_is_a_usage_error(con, names, filters, words) -> None:
    with pytest.raises(UsageError, match=words):
        choose_tables(con, names, filters)
