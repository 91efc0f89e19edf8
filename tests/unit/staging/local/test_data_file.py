"""Files as people save them: encodings, separators, headers, ragged rows."""

from __future__ import annotations

import pytest

from localsdg.staging.local.data_file import read_csv


@pytest.mark.parametrize(
    "content",
    [
        b"Year,Value,Regi\xc3\xb3n\n2010,1,Espa\xc3\xb1a\n",
        b"\xef\xbb\xbfYear,Value,Regi\xc3\xb3n\r\n2010,1,Espa\xc3\xb1a\r\n",
        b"Year,Value,Regi\xf3n\n2010,1,Espa\xf1a\n",
        b"Year;Value;Regi\xf3n\r\n2010;1;Espa\xf1a\r\n",
        "Year\tValue\tRegión\n2010\t1\tEspaña\n".encode("utf-16"),
        b"Year,Value,Regi\xc3\xb3n\r2010,1,Espa\xc3\xb1a\r",
        b"Year,Value,Regi\xc3\xb3n,,\n2010,1,Espa\xc3\xb1a,,\n\n",
    ],
)
def test_one_table_in_many_encodings(content: bytes) -> None:
    file = read_csv(content, "f.csv", "1-2-1")
    assert file.rule is None and file.rows_in == 1
    assert file.columns == {"Year": ["2010"], "Value": ["1"], "Región": ["España"]}


@pytest.mark.parametrize(
    ("content", "rule", "rows"),
    [
        (b"", "R01", 1),
        (b"\n\n", "R01", 1),
        (b"<!DOCTYPE html><html>", "R01", 1),
        (b"version https://git-lfs.github.com/spec/v1\noid", "R01", 1),
        (b"Indicador,Nombre\n1,2\n3,4\n", "R02", 2),
        (b"Year,Value,Value\n2010,1,2\n", "R02", 1),
    ],
)
def test_what_is_no_table_has_a_rule(content, rule, rows) -> None:
    file = read_csv(content, "f.csv", "x")
    assert (file.rule, file.rows_in) == (rule, rows)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Jahr;Wert;Geschlecht", ["Year", "Value", "Geschlecht"]),
        ("Año,Sexo,Valor", ["Year", "Sexo", "Value"]),
        ("année\tsexe\tValeur", ["Year", "sexe", "Value"]),
        ("TIME_PERIOD,SEX,OBS_VALUE", ["Year", "SEX", "Value"]),
        ("السنة,القيمة", ["Year", "Value"]),
        ("年份,数值", ["Year", "Value"]),
        # the platform's own names come first, and of two others none is chosen
        ("Year,Any,Value,Period", ["Year", "Any", "Value", "Period"]),
        ("Period,Jahr,Value", None),
        ("Year,Sexo", None),
    ],
)
def test_year_and_value_in_other_languages(header: str, expected: list[str] | None) -> None:
    file = read_csv(f"{header}\n2010{_sign(header)}1\n".encode(), "f.csv", "x")
    assert (file.rule, list(file.columns)) == (None, expected) if expected else file.rule == "R02"


def _sign(header: str) -> str:
    return next(sign for sign in ",;\t" if sign in header)


def test_a_doubled_column_goes_only_where_it_says_the_same() -> None:
    assert list(read_csv(b"Year,Value,Sex,Sex\n2010,1,F,F\n", "f", "x").columns) == ["Year", "Value", "Sex"]
    assert list(read_csv(b"Year,Value,Sex,Sex\n2010,1,F,M\n", "f", "x").columns)[-1] == "Sex (4)"


def test_a_ragged_row_is_counted_and_named() -> None:
    file = read_csv(b"Year,Sex,Value\n2010,,1\n2011,F\n2012,F,3,extra\n2013,F,4,,\n", "f", "x")
    assert file.rows_in == 4 and file.row_numbers == [1, 4]
    assert file.bad_rows == {2: "2 cells, year and value need 3", 3: "4 cells for 3 columns"}
