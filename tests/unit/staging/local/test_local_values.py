"""Values and years as local files write them."""

from __future__ import annotations

import duckdb
import pytest

from localsdg.staging.local.values import prepare_values


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    prepare_values(con)
    return con


@pytest.mark.parametrize(
    ("text", "comma", "value", "status"),
    [
        ("12.3", None, 12.3, "number"),
        ("25", None, 25, "number"),
        (" 7 ", None, 7, "number"),
        ("24,64", None, 24.64, "number"),
        ("0,123", None, 0.123, "number"),
        ("1.234,5", None, 1234.5, "number"),
        ("1,234.5", None, 1234.5, "number"),
        ("12,345,678", None, 12345678, "number"),
        ("1 234 567", None, 1234567, "number"),
        ("1\u00a0234", None, 1234, "number"),
        # one comma and three digits: only the rest of the file can tell
        ("1,234", None, None, "unparsed"),
        ("1,234", True, 1.234, "number"),
        ("1,234", False, 1234, "number"),
        ("1.234", True, 1234, "number"),
        ("1.234", None, 1.234, "number"),
        ("12%", None, 12, "number"),
        ("£1,200.50", None, 1200.5, "number"),
        ("−3.1", None, -3.1, "number"),
        ("12.3*", None, 12.3, "number"),
        ("12.3 (p)", None, 12.3, "number"),
        ("12.3 [1]", None, 12.3, "number"),
        ("2.43573E+11", None, 243573000000, "number"),
        ("< 5", None, 5, "censored"),
        ("≤5", None, 5, "censored"),
        (">95%", None, 95, "censored"),
        ("", None, None, None),
        ("NA", None, None, "not available"),
        ("..", None, None, "not available"),
        ("-", None, None, "not available"),
        ("n/a", None, None, "not available"),
        ("not applicable", None, None, "not relevant"),
        ("abc", None, None, "unparsed"),
        ("5 km", None, None, "unparsed"),
        ("inf", None, None, "unparsed"),
        ("1,2,3", None, None, "unparsed"),
    ],
)
def test_value(con, text, comma, value, status) -> None:
    query = (
        "select number, local_status_of(local_text($1), local_sign($1), number) "
        "from (select local_number_of(local_core($1), $2) as number)"
    )
    assert con.execute(query, [text, comma]).fetchone() == (value, status)


@pytest.mark.parametrize(
    ("text", "first", "last", "part"),
    [
        ("2019", 2019, 2019, False),
        ("2010.0", 2010, 2010, False),
        ("2019/20", 2019, 2020, False),
        ("2018-2020", 2018, 2020, False),
        ("2009–2010", 2009, 2010, False),
        ("2000 - 02", 2000, 2002, False),
        ("1999/00", 1999, 2000, False),
        ("1994/95 - 1996/97", 1994, 1997, False),
        ("2010-06-28", 2010, 2010, True),
        ("26/02/2020-12/10/2020", 2020, 2020, True),
        ("2009 Q1", 2009, 2009, True),
        ("2017-03", 2017, 2017, True),
        ("FY 2019", 2019, 2019, False),
        ("2803", 2803, 2803, False),
        ("202", None, None, False),
        ("1", None, None, False),
        ("", None, None, False),
        ("This is a non-statistical indicator", None, None, False),
    ],
)
def test_year(con, text, first, last, part) -> None:
    query = (
        "select local_first_year_of(period), local_last_year_of(period), local_is_part_year_of(period) "
        "from (select local_period($1) as period)"
    )
    assert con.execute(query, [text]).fetchone() == (first, last, part)
