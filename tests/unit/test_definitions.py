"""What a series measures in a release: by the source's own words, else by the day of the release."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from evidence_helpers import SQL, insert, observe, run_model, warehouse_with_areas

from localsdg.common.database import model
from localsdg.registry.definitions import defined_series, listed_definition, listed_definitions, stated_definition
from localsdg.registry.evidence import evidence_series
from localsdg.registry.releases import release_days, release_order
from localsdg.registry.tables import create_table_sql, tables
from localsdg.warehouse.definitions import insert_definitions

L125, L190, L215, L300 = (
    "$1.25 a day (2005 PPP)",
    "$1.90 a day (2011 PPP)",
    "$2.15 a day (2017 PPP)",
    "$3.00 a day (2021 PPP)",
)


@pytest.mark.parametrize(
    ("release", "days"),
    [
        ("2023-12-17", (date(2023, 12, 17), date(2023, 12, 17))),
        ("2024-02", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2019.Q2.G.01", (date(2019, 6, 30), date(2019, 6, 30))),
        ("2025.Q3.G.02", (date(2025, 12, 12), date(2025, 12, 12))),
        ("2025_Q3.2_AllData_Before_20251212", (date(2025, 12, 12), date(2025, 12, 12))),
        ("spring 2024", (date(2024, 1, 1), date(2024, 12, 31))),
        ("newest", None),
    ],
)
def test_days_of_a_release(release, days):
    assert release_days(release) == days


@pytest.mark.parametrize(
    ("release", "line"),
    [
        ("2015-10-03", L125),
        ("2015-10-04", L190),
        ("2019.Q2.G.01", L190),
        ("2020-10-19", L190),
        ("2022.Q2.G.02", L190),
        ("2022-07", L190),
        ("2022-07-10", L190),
        ("2022-09-14", L215),
        ("2022.Q4.G.01", L215),
        ("2023-12-17", L215),
        ("2023.Q4.G.01", L215),
        ("2024", L215),
        ("2025-05-31", L215),
        ("2025-06", L300),
        ("2025.Q2.G.01", L300),
        ("2025.Q3.G.02", L300),
        ("2026.Q1.G.01", L300),
        # the day is not known, or the line changed within the month or year
        ("2022-09", None),
        ("2025", None),
        ("newest", None),
    ],
)
@pytest.mark.parametrize("series", ["SI_POV_DAY1", "SI_POV_EMP1"])
def test_the_poverty_line_of_a_release(series, release, line):
    assert listed_definition(series, release) == line


def test_the_list_leaves_no_day_out_and_names_each_once():
    assert defined_series() <= evidence_series()
    for series in defined_series():
        rows = [one for one in listed_definitions() if one.series_code == series]
        assert (rows[0].from_day, rows[-1].until_day) == (date.min, date.max)
        for before, after in zip(rows, rows[1:], strict=False):
            assert (after.from_day - before.until_day).days == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Below $2.15 a day at 2017 PPP.", L215),
        ("2017 PPP", L215),
        ("PPPs of 2017", L215),
        ("US$ 1,90", L190),
        ("living on less than 1.9 a day", L190),
        ("International line of $3 (PPP 2021)", L300),
        ("$2.15 a day (2011 PPP)", "$2.15 a day (2011 PPP)"),
        ("below $4.20 per day (2027 PPP)", "$4.20 a day (2027 PPP)"),
        ("below $4.20 per day", "$4.20 a day"),
        # texts of the source that name no line, or several
        ("Estimated from unit-record income data. Urban only. PPP is regression based.", None),
        ("Survey of 2011. PPP is regression based.", None),
        ("costs of sending $200 from 2017", None),
        ("$1.90 a day was replaced by $2.15 a day", None),
        (None, None),
    ],
)
def test_the_line_that_a_text_of_the_source_names(text, line):
    assert stated_definition("SI_POV_DAY1", [None, text]) == line


# --------------------------------------------------------------- core.observation, core.series_definition
def core(*rows: dict) -> duckdb.DuckDBPyConnection:
    """`core.observation` and what is made of it, from staged rows with the facts that matter."""
    con = duckdb.connect()
    con.execute("create schema core; create schema staging")
    staging = ("observation", "breakdown", "observation_key", "series")
    for name in (*(f"staging.{name}" for name in staging), "core.observation_flag", "core.unit"):
        con.execute(create_table_sql(tables()[name]))
    usual = {
        "release": "2020-10-19",
        "snapshot_sha256": "0" * 64,
        "series_code": "SI_POV_DAY1",
        "area_code": "404",
        "value_status": "number",
        "value_raw": "10",
        "value": 10.0,
        "unit": "PERCENT",
        "published_breakdown": "",
    }
    for number, row in enumerate(rows):
        full = {**usual, "year": 2010 + number, **row}
        insert(con, "staging.observation", [{"published_series_code": full["series_code"], **full}])
    con.execute(
        "insert into staging.observation_key by name "
        "select observation_key, rowid as staged_row, 1 as n_rows, true as is_consistent from staging.observation"
    )
    con.execute(
        "insert into staging.breakdown by name select distinct dataset_id, release, series_code, "
        "published_series_code, published_breakdown, '' as breakdown, map {} as dimensions, true as is_total "
        "from staging.observation"
    )
    listed = {"release": "2023-12-17", "series_code": "SL_TLF_NEET", "snapshot_sha256": "1" * 64}
    insert(con, "staging.series", [{**listed, "description": "Youth not in employment - 13th ICLS (%)"}])
    insert_definitions(con)
    for name in ("observation", "series_definition"):
        con.execute(f"create table core.{name} as {model(SQL / 'core' / f'{name}.sql')}")
    return con


def definitions(*rows: dict) -> list[str | None]:
    """The definitions of staged rows, in their order."""
    return [row[0] for row in core(*rows).execute("select definition from core.observation order by year").fetchall()]


def test_releases_with_different_lines():
    releases = ["2019.Q3.G.01", "2020-10-19", "2022-07-10", "2023-12-17", "2025.Q3.G.02", "newest"]
    found = definitions(*({"release": release} for release in releases))
    assert found == [L190, L190, L190, L215, L300, None]


def test_a_footnote_goes_before_the_list_and_a_contradiction_is_reported():
    con = core(
        {"release": "2022-07-10"},
        {"release": "2022-07-10", "footnotes": "Below $2.15 a day at 2017 PPP"},
        {"release": "2023-12-17", "footnotes": "Below $2.15 a day at 2017 PPP"},
        {"release": "newest", "footnotes": "2017 PPP"},
        {"release": "no date"},
    )
    rows = con.execute("select definition from core.observation order by year").fetchall()
    assert [row[0] for row in rows] == [L190, L215, L215, L215, None]
    found = con.execute(
        "select release, definition, listed_definition, definition_basis, n_rows from core.series_definition"
    ).fetchall()
    assert sorted(found, key=lambda row: (release_order(row[0]), row[1])) == [
        ("newest", L215, None, "source", 1),
        ("no date", None, None, "not known", 1),
        ("2022-07-10", L190, L190, "list", 1),
        ("2022-07-10", L215, L190, "contradicted", 1),
        ("2023-12-17", L215, L215, "list", 1),
    ]
    audits = {name: model(SQL / "audits" / f"definition_{name}.sql") for name in ("contradicted", "not_known")}
    assert [row[:4] for row in con.execute(audits["contradicted"]).fetchall()] == [
        ("unsd", "2022-07-10", "SI_POV_DAY1", L215)
    ]
    assert [row[1] for row in con.execute(audits["not_known"]).fetchall()] == ["no date"]


def test_base_periods_prices_and_classifications():
    price = "Net ODA, by donor (millions of constant 2021 United States dollars)"
    oda = {"series_code": "DC_ODA_TOTL", "release": "2023-12-17"}
    assert definitions(
        {"series_code": "SN_ITK_DEFC"},
        {"series_code": "EN_X_INDEX", "base_period": "2014-2016"},
        {"series_code": "EN_X_INDEX", "base_period": "2020"},
        {**oda, "description": price},
        {**oda, "description": price, "base_period": "2021"},
        {"series_code": "SL_TLF_NEET", "release": "2022-07-10"},
        {"series_code": "SL_TLF_NEET", "release": "2023-12-17"},  # by the list of the release
        {"release": "2020-10-19", "base_period": "2011"},  # of the line itself
        {"release": "2020-10-19", "base_period": "2017"},
        {"release": "2020-10-19", "base_period": "2017 PPP"},
    ) == [
        None,
        "base period 2014-2016",
        "base period 2020",
        "at constant prices of 2021",
        "base period 2021",
        None,
        "13th ICLS",
        L190,
        L190 + "; base period 2017",
        L215,  # stated by the base period
    ]


def test_a_renamed_series_has_the_definition_of_its_newest_code():
    old = {"series_code": "SI_POV_DAY1", "published_series_code": "SI_POV_OLD"}
    assert definitions({**old, "release": "2019.Q3.G.01"}, {"release": "2023-12-17"}) == [L190, L215]


# --------------------------------------------------------------- evidence
def test_countries_are_counted_by_the_line_of_the_newest_values():
    """Afghanistan 2 % at $1.90 is not carried into a year that others measure at $2.15."""
    con = warehouse_with_areas()
    observe(
        con,
        "SI_POV_DAY1",
        {"year": 2010, "raw": 2, "area_code": "004", "definition": L190},
        {"year": 2010, "raw": 2, "area_code": "050", "definition": L190},
        {"year": 2012, "raw": 8, "area_code": "050", "definition": L215},
        {"year": 2012, "raw": 1, "area_code": "356", "definition": L215},
    )
    rows = [
        row
        for row in run_model(con, "c01_countries_below_3_pct", "area_code, year, value, n_areas, definition")
        if row[0] == "062"
    ]
    assert rows == [("062", 2010, 2.0, 2, L190), ("062", 2011, 2.0, 2, L190), ("062", 2012, 1.0, 2, L215)]


def test_a_sum_adds_one_definition():
    con = warehouse_with_areas()
    prices = "at constant prices of 2015"
    observe(
        con,
        "VC_DSR_GDPLS",
        {"year": 2015, "raw": 5, "area_code": "004", "definition": prices},
        {"year": 2015, "raw": 7, "area_code": "050", "definition": prices},
        {"year": 2015, "raw": 1000, "area_code": "356"},
    )
    rows = run_model(con, "c11_disaster_losses", "area_code, value, n_areas, definition")
    assert [row for row in rows if row[0] == "062"] == [("062", 12.0, 2, prices)]
    assert [row for row in rows if row[0] == "356"] == [("356", 1000.0, 1, None)]
