"""Quirks 1, 2, 4, 6, 8 and 10 of the source: what the typing model makes of one row."""

from __future__ import annotations

import math

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localsdg.common.database import model
from localsdg.common.settings import Settings
from localsdg.common.sql_text import fill
from localsdg.staging.ledger import create_ledger
from localsdg.staging.unsd import observations as unsd

SQL = Settings().sql / "staging" / "observation.sql"
ROW = {
    "goal": "1",
    "target": "1.1",
    "indicator": "1.1.1",
    "series_code": "SI_POV_DAY1",
    "description": "d",
    "area_code": "4",
    "area_name": "Afghanistan",
    "time_period": "2015",
    "value": "10",
    "time_detail": None,
    "upper_bound": None,
    "lower_bound": None,
    "base_period": None,
    "source": "s",
    "footnotes": None,
    "nature": "G",
    "units": "PERCENT",
    "observation_status": None,
    "reporting_type": None,
    "unit_multiplier": None,
    "further": None,
    "n_cleaned": "0",
    "breakdown": "",
    "snapshot_sha256": "x",
}


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """A work database with the lookups and the number parser."""
    con = duckdb.connect()
    create_ledger(con)
    unsd.prepare(con)
    return con


def typed(con: duckdb.DuckDBPyConnection, **changes: str | None) -> dict:
    """The staged row that one source row gives."""
    row = {**ROW, **changes}
    names = ", ".join(f"cast(? as varchar) as {name}" for name in row)
    select = fill(model(SQL), {"dataset": "unsd", "release": "r"})
    cursor = con.execute(f"with source_rows as (select {names}) {select_in(select)}", [*row.values()])
    names = [column[0] for column in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))


def select_in(select: str) -> str:
    """The model as a subquery, so that a CTE may stand before it."""
    return f"select * from ({select})"


@pytest.mark.parametrize(
    ("text", "value", "status", "censoring"),
    [
        ("10", 10.0, "number", None),
        ("24,644", 24644.0, "number", None),
        ("1,183,037.5", 1183037.5, "number", None),
        ("9.27E-02", 0.0927, "number", None),
        ("   26", 26.0, "number", None),
        ("-0.5", -0.5, "number", None),
        ("<2.5", 2.5, "censored", "<"),
        ("<0.1", 0.1, "censored", "<"),
        (">95", 95.0, "censored", ">"),
        ("> 95", 95.0, "censored", ">"),
        (">=80", 80.0, "censored", ">="),
        ("≤5", 5.0, "censored", "<="),
        ("<1,190.5", 1190.5, "censored", "<"),
        ("NA", None, "not available", None),
        ("NaN", None, "not available", None),
        ("NV", None, "not available", None),
        ("N", None, "not relevant", None),
        ("24,64", None, "unparsed", None),
        ("inf", None, "unparsed", None),
        ("1_000", None, "unparsed", None),
        ("<", None, "unparsed", None),
        ("about 5", None, "unparsed", None),
    ],
)
def test_value(con, text: str, value: float | None, status: str, censoring: str | None) -> None:
    row = typed(con, value=text)
    assert (row["value"], row["value_status"], row["censoring"]) == (value, status, censoring)
    assert row["value_raw"] == text.strip(), "the text of the source stays"
    assert row["rule_id"] is None, "what a value says is no reason to reject the row"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_every_plain_number_is_read_exactly(con, number: float) -> None:
    assert math.isclose(typed(con, value=repr(number))["value"], number, rel_tol=0, abs_tol=0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(min_value=1000, max_value=10**12))
def test_thousands_commas_never_change_a_number(con, number: int) -> None:
    assert typed(con, value=f"{number:,}")["value"] == number


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), min_size=1))
def test_no_text_breaks_the_parser(con, text: str) -> None:
    row = typed(con, value=text)
    has_number = row["value"] is not None
    assert has_number == (row["value_status"] in ("number", "censored"))
    assert (row["censoring"] is not None) == (row["value_status"] == "censored")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"series_code": " "}, "UNSD-R01"),
        ({"series_code": None}, "UNSD-R01"),
        ({"area_code": "ES"}, "UNSD-R02"),
        ({"area_code": None}, "UNSD-R02"),
        ({"time_period": None}, "UNSD-R03"),
        ({"time_period": "2015-2017"}, "UNSD-R03"),
        ({"time_period": "2015.5"}, "UNSD-R03"),
        ({"time_period": "2803"}, "UNSD-R03"),
        ({"value": None}, "UNSD-R04"),
        ({"value": "  "}, "UNSD-R04"),
    ],
)
def test_a_row_that_cannot_be_used_names_its_rule(con, changes: dict, rule: str) -> None:
    row = typed(con, **changes)
    assert row["rule_id"] == rule
    assert row["row_key"], "a rejected row can be found again"


@pytest.mark.parametrize(
    ("code", "padded"), [("4", "004"), ("004", "004"), ("1", "001"), ("724", "724"), ("99048", "99048")]
)
def test_area_codes_are_padded_to_three_digits_and_never_cut(con, code: str, padded: str) -> None:
    assert typed(con, area_code=code)["area_code"] == padded


def test_years_of_the_service_are_floats_in_text(con) -> None:
    assert typed(con, time_period="2007.0")["year"] == 2007


def test_time_detail_is_kept_where_it_says_more_than_the_year(con) -> None:
    assert typed(con, time_detail="2015-2017")["time_detail"] == "2015-2017"
    assert typed(con, time_detail="2015")["time_detail"] is None


@pytest.mark.parametrize(
    ("published", "stored"), [("PT", "PERCENT"), ("PERCENT", "PERCENT"), ("IX", "INDEX"), (None, "NOT STATED")]
)
def test_units_have_one_spelling(con, published: str | None, stored: str) -> None:
    assert typed(con, units=published)["unit"] == stored


def test_nature_na_is_a_code_and_not_a_null(con) -> None:
    assert typed(con, nature="NA")["nature"] == "NA"
    assert typed(con, nature="N")["nature"] == "N"
    assert typed(con, nature="_X")["nature"] == "NA"


def test_a_renamed_series_is_one_series_with_two_names(con) -> None:
    row = typed(con, series_code="EG_ELC_ACCS")
    assert (row["series_code"], row["published_series_code"]) == ("EG_ACS_ELEC", "EG_ELC_ACCS")


def test_codes_are_case_sensitive(con) -> None:
    assert typed(con, series_code="IT_USE_ii99")["series_code"] == "IT_USE_ii99"


def test_bounds_with_text_are_null_and_with_commas_are_numbers(con) -> None:
    row = typed(con, lower_bound="NA", upper_bound="1,516")
    assert (row["lower_bound"], row["upper_bound"]) == (None, 1516.0)


def test_carriage_returns_in_descriptions_are_trimmed(con) -> None:
    assert typed(con, description="Poverty (%)\r\n")["description"] == "Poverty (%)"
