"""What a reader needs to find the way in the published file: kinds of areas, totals, units, comments."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from localsdg.common.entities import decode_entities
from localsdg.common.settings import Settings
from localsdg.warehouse.query import run_query


@pytest.fixture(scope="module")
def ask(built: Settings) -> Callable[[str], list[dict]]:
    return lambda sql: run_query(built, sql).to_pylist()


def test_countries_are_those_of_m49_and_each_has_an_iso_code(ask: Callable) -> None:
    kinds = {row["kind"]: row["n"] for row in ask("select kind, count(*) as n from core.area group by kind")}
    assert set(kinds) == {"world", "country", "former country", "region", "grouping", "other area"}
    assert kinds["world"] == 1 and kinds["country"] == 248
    assert not ask("from core.area where (kind = 'country') <> (iso3 is not null)")
    former = ask("select area_code from core.area where kind = 'former country' order by 1")
    assert [row["area_code"] for row in former] == ["530", "736", "890", "891"]


def test_a_region_or_group_names_the_schemes_that_it_is_of(ask: Callable) -> None:
    assert not ask(
        "from core.area where kind in ('region', 'grouping') and schemes is null and name not like '%Channel%'"
    )
    assert not ask("from core.area where kind in ('country', 'former country') and schemes is not null")
    listed = ask(
        "select a.area_code from core.area as a join core.area_grouping as g on g.grouping_code = a.area_code "
        "where not list_contains(a.schemes, g.scheme)"
    )
    assert not listed


def test_series_without_totals_are_listed_and_their_usual_breakdown_gives_rows(ask: Callable) -> None:
    counted = ask(
        "select series_code, bool_or(is_total) as has_total, "
        "100.0 * count(distinct (area_code, year)) filter (is_total) / count(distinct (area_code, year)) as total_pct "
        "from core.latest_observation group by series_code order by series_code"
    )
    stated = {row["series_code"]: row for row in ask("from core.series where has_total is not null")}
    assert len(counted) > 80 and {row["series_code"] for row in counted} == set(stated)
    assert not [
        row["series_code"]
        for row in counted
        if row["has_total"] != stated[row["series_code"]]["has_total"]
        or abs(row["total_pct"] - stated[row["series_code"]]["total_pct"]) > 1e-9
    ]
    listed = ask("from evidence.series_without_total")
    assert {row["series_code"] for row in listed} == {row["series_code"] for row in counted if row["total_pct"] < 100}
    assert {"SE_TOT_CPLR", "SL_DOM_TSPD"} <= {row["series_code"] for row in listed if not row["has_total"]}
    by_breakdown = ask(
        "select s.series_code, count(o.series_code) as n from evidence.series_without_total as s "
        "left join core.latest_observation as o on o.series_code = s.series_code and o.breakdown = s.usual_breakdown "
        "group by s.series_code having n = 0"
    )
    assert not by_breakdown


def test_every_unit_of_un_data_has_one_code_and_unknown_texts_of_local_data_are_counted(ask: Callable) -> None:
    assert not ask("select distinct unit from core.observation where unit_code is null")
    [pm] = ask("select list(distinct unit order by unit) as units from core.observation where unit_code = 'MGR_M_3'")
    assert pm["units"] == ["MGR_M_3", "mgr/m^3"]
    assert not ask(
        "select unit from core.local_observation as o join core.unit as u using (unit) "
        "where o.unit_code is distinct from u.unit_code"
    )
    [local] = ask(
        "select count(*) filter (unit_code is null) as n_unknown, count(*) as n, "
        "(select sum(n_local_rows) from core.unit where unit_code is null) as n_listed from core.local_observation"
    )
    assert local["n_unknown"] == local["n_listed"] and 0 < local["n_unknown"] < 0.1 * local["n"]


def test_a_number_says_its_unit_and_no_comment_is_a_mere_name(ask: Callable) -> None:
    comments = ask(
        "select schema_name || '.' || table_name || '.' || column_name as name, data_type, "
        "coalesce(comment, '') as comment from duckdb_columns() where database_name = current_database() "
        "and schema_name in ('main', 'core', 'evidence', 'audit', 'meta') order by 1"
    )
    faults = [
        f"{row['name']}: no unit in '{row['comment']}'"
        for row in comments
        if row["data_type"] == "DOUBLE" and not re.search(r"\bunit\b|_unit\b", row["comment"], re.IGNORECASE)
    ]
    faults += [
        f"{row['name']}: '{row['comment']}'"
        for row in comments
        if len(row["comment"].split()) < 3 and not row["name"].startswith("meta.")
    ]
    assert len(comments) > 2000 and not faults


def test_no_text_holds_a_reference_of_html(ask: Callable) -> None:
    columns = ask(
        "select schema_name || '.' || table_name as name, column_name from duckdb_columns() "
        "where database_name = current_database() and schema_name = 'core' and data_type = 'VARCHAR' "
        "and table_name not like 'latest%' order by all"
    )
    texts = " union ".join(
        f"select '{row['name']}.{row['column_name']}' as name, \"{row['column_name']}\" as text from {row['name']} "
        f"where contains(\"{row['column_name']}\", '&')"
        for row in columns
    )
    found = ask(f"select * from ({texts}) where regexp_matches(text, '&#?[A-Za-z0-9]+;')")
    assert len(columns) > 200
    assert not [row for row in found if decode_entities(row["text"]) != row["text"]]
