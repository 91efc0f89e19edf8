"""What a query rests on: no data set that the citation leaves out can change the result."""

from __future__ import annotations

import duckdb
import pytest
from small_warehouse import DATASETS, ROWS, small_warehouse

from localsdg.registry.provenance import provenance
from localsdg.registry.tables import schema_tables
from localsdg.warehouse.query_sources import Sources, query_sources
from localsdg.warehouse.result_hash import rows_sha256


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """A warehouse with six data sets."""
    return small_warehouse()


def result(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    return rows_sha256(con.sql(sql).to_arrow_table())


def sources(con: duckdb.DuckDBPyConnection, sql: str) -> Sources:
    whole = result(con, sql)

    def is_same(other: str) -> bool:
        try:
            return result(con, other) == whole
        except duckdb.Error:
            return False

    return query_sources(con, sql, is_same)


def cited(con: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    found = {(one.source, one.version) for one in sources(con, sql).datasets}
    return {name for name, dataset in DATASETS.items() if dataset in found}


def forget(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Remove the rows of a data set from all tables."""
    _, release = DATASETS[name]
    site = release.partition("@")[0] if "@" in release else ""
    for table in ROWS:
        columns = [row[0] for row in con.execute(f"describe {table}").fetchall()]
        for column in ("release", "list_release"):
            if column in columns:
                con.execute(f"delete from {table} where list_contains(string_split({column}, '; '), ?)", [release])
        if site and "site_id" in columns:
            con.execute(f"delete from {table} where site_id = ?", [site])
    for table, key in (("core.action_partner", "action_id"),):
        con.execute(f"delete from {table} where {key} not in (select {key} from core.action)")
    con.execute(
        "delete from core.local_government where local_government_id not in (select local_government_id from "
        "core.local_site union all select local_government_id from core.review union all "
        "select local_government_id from core.action)"
    )


UN20, UN23, BRISTOL, AUBURN, REVIEWS, CDP = DATASETS
#: A query, and what it rests on.
QUERIES = [
    ("select value from main.observation where series_code = 'A' and area_code = '001'", {UN23}),
    ("select VALUE from OBSERVATION where Series_Code = 'B'", {UN20}),
    ("select value from core.observation where release = '2020-10-19'", {UN20}),
    ("select count(*) from core.observation", {UN20, UN23}),
    ("select * from observation o where series_code = 'A' order by value desc limit 1", {UN23}),
    ("with x as (select * from observation) select avg(value) from x where series_code = 'A'", {UN23}),
    ("with observation as (select 1 as value) select value from observation", set()),
    ("with observation as (select * from main.observation where series_code = 'A') select value from observation",
     {UN23}),
    ("select * exclude (dimensions), 1 from observation where series_code = 'A'", {UN23}),
    ("from observation select columns('val.*') where series_code = 'A' and year between 2010 and 2020", {UN23}),
    (
        "select value from observation where series_code = 'A' union all "
        "select value from core.local_observation where site_id = 'bristol'",
        {UN23, BRISTOL},
    ),
    ("select value from core.observation o join core.local_site s on s.site_id = 'auburn' where o.series_code = 'B'",
     {UN20, AUBURN}),
    ("select a.value from observation a anti join core.review r on r.review_year = a.year", {UN20, UN23, REVIEWS}),
    ("select value from observation where year not in (select review_year from core.review)", {UN20, UN23, REVIEWS}),
    (
        "select count(*) from core.local_government g where not exists "
        "(select 1 from core.review r where r.local_government_id = g.local_government_id)",
        {BRISTOL, AUBURN, REVIEWS},
    ),
    (
        "select g.name from local_government g left join core.local_observation o using (local_government_id) "
        "where o.site_id is null",
        {BRISTOL, AUBURN, REVIEWS},
    ),
    (
        "select g.name, o.value from local_government g left join core.local_observation o "
        "using (local_government_id) where g.name = 'bristol'",
        {BRISTOL},
    ),
    ("select g.name from core.local_observation o right join local_government g using (local_government_id)",
     {BRISTOL, AUBURN, REVIEWS}),
    ("select site_id, row_number() over (order by site_id) from core.local_indicator_link", {BRISTOL, AUBURN}),
    ("select site_id from core.local_site qualify row_number() over (order by release desc) = 1", {BRISTOL, AUBURN}),
    ("with core_x as (select 1) select * from main.observation, core_x where series_code = 'B'", {UN20}),
    ("pivot core.local_observation on site_id using count(*) group by dataset_id", {BRISTOL, AUBURN}),
    (
        "with recursive t(n) as (select 1 union all select n + 1 from t where n < 3) "
        "select n from t where n < (select count(*) from core.local_site)",
        {BRISTOL, AUBURN},
    ),
    ("select (select max(value) from core.observation i where i.series_code = o.series_code and release = '2020-10-19')"
     " from observation o where o.series_code = 'A'", {UN20, UN23}),
    ("select partner from core.action_partner", {CDP}),
    ("select value from evidence.metric_value where metric_id = 'm1'", {UN20, REVIEWS}),
    ("select value from evidence.metric_value where metric_id = 'm2'", {BRISTOL, AUBURN}),
    ("select value from evidence.metric_value where metric_id = 'm3'", set()),
    ("select description from core.series where series_code = 'B'", {UN23}),
    ("select version from meta.release", set()),
    ("select 1", set()),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), QUERIES, ids=[sql[:60] for sql, _ in QUERIES])
def test_the_data_sets_behind_a_result_are_cited_and_all_others_do_not_change_it(con, sql, expected) -> None:
    found = cited(con, sql)
    assert found == expected
    before = result(con, sql)
    for name in DATASETS.keys() - found:
        forget(con, name)
    assert result(con, sql) == before


def test_what_a_row_names_that_is_no_data_set_is_a_publication(con) -> None:
    found = sources(con, "select value from evidence.metric_value where metric_id = 'm3'")
    assert found.publications == ("UCLG (2022-10)",) and found.datasets == ()
    assert found.tables == ("evidence.metric_value",)


def test_a_table_of_which_the_rows_cannot_be_told_is_named(con) -> None:
    sql = "pivot core.local_observation on site_id using count(*) group by dataset_id"
    assert sources(con, sql).whole == ("core.local_observation",)
    assert sources(con, "select * from core.local_observation where site_id = 'bristol'").whole == ()


@pytest.mark.parametrize(
    "sql",
    [
        "select * from query_table('core.observation')",
        "select * from query('select value from core.' || 'observation')",
        "select * from \"query\" /* x */ ('select value from core.observation')",
        "select * from json_execute_serialized_sql(json_serialize_sql('select value from core.observation'))",
    ],
)
def test_tables_that_are_named_in_a_text_are_cited(con, sql) -> None:
    found = sources(con, sql)
    assert "core.observation" in found.whole
    assert {"2020-10-19", "2023-12-17"} <= {one.version for one in found.datasets}


def test_every_table_says_how_its_rows_name_their_data_sets() -> None:
    unknown = [
        table.name
        for table in schema_tables("core", "evidence", "audit", "meta")
        if (rule := provenance(table.name, table.column_names)) is not None and rule.is_empty
    ]
    assert unknown == [], "add a line to src/localsdg/registry/provenance.toml"
