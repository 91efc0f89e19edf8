"""Values as local files write them: one cell, and the style of a whole file."""

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
        ("1’234", None, 1234, "number"),
        ("1'234,5", None, 1234.5, "number"),
        ("12,34,567", None, 1234567, "number"),
        ("1.234.567", None, 1234567, "number"),
        # minus signs of every length, behind the number, and brackets
        ("−3.1", None, -3.1, "number"),
        ("–4.5", None, -4.5, "number"),
        ("—4.5", None, -4.5, "number"),
        ("﹣4.5", None, -4.5, "number"),
        ("－4.5", None, -4.5, "number"),
        ("- 4.5", None, -4.5, "number"),
        ("2.1-", None, -2.1, "number"),
        ("(2.1)", None, -2.1, "number"),
        ("(2.1%)", None, -2.1, "number"),
        ("-€5", None, -5, "number"),
        # digits of other scripts
        ("٢٠٫٥", None, 20.5, "number"),
        ("١٬٢٣٤", None, 1234, "number"),
        ("१२३", None, 123, "number"),
        ("１２．５", None, 12.5, "number"),
        ("%12", None, 12, "number"),
        ("12.3p", None, 12.3, "number"),
        ("12.3²", None, 12.3, "number"),
        ("1.2e3", None, 1200, "number"),
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
        ("....", None, None, "not available"),
        ("§", None, None, "not available"),
        ("s.d.", None, None, "not available"),
        ("Brak danych", None, None, "not available"),
        ("нет данных", None, None, "not available"),
        ("veri yok", None, None, "not available"),
        ("12,1 Pe", None, 12.1, "number"),
        ("12.1 e", None, 12.1, "number"),
        ("12,1 (e)", None, 12.1, "number"),
        ("12.1 bp", None, 12.1, "number"),
        ("not applicable", None, None, "not relevant"),
        ("abc", None, None, "unparsed"),
        ("5 km", None, None, "unparsed"),
        ("5 k", None, None, "unparsed"),
        ("1/2", None, None, "unparsed"),
        ("½", None, None, "unparsed"),
        ("12‰", None, None, "unparsed"),
        ("12-15", None, None, "unparsed"),
        ("(a)", None, None, "unparsed"),
        ("∞", None, None, "unparsed"),
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
