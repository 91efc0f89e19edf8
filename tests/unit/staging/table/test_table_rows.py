"""Rows of tables sorted by indicator: every row goes to an indicator or is counted as bad."""

from __future__ import annotations

from localsdg.sources.table.mapping import TableMapping, parse_mapping
from localsdg.staging.local.data_file import DataFile
from localsdg.staging.table.read import NO_INDICATOR, _n_values, _read_table, by_indicator


def mapping(columns: str, dataset: str = "", constants: str = "") -> TableMapping:
    return parse_mapping(
        f'[dataset]\nid = "toy"\n{dataset}\n[government]\nid = "sao-paulo"\n'
        f"[columns]\n{columns}\n[constants]\n{constants}",
        where="m",
    )


LONG = mapping('indicator="code"\nyear="y"\nvalue="v"\ntitle="t"\nunit="u"\nplace="p"\nplace_kind="k"\ntarget="n"')


def files_of(text: str, by: TableMapping) -> tuple[dict[str, DataFile], dict]:
    table = _read_table(text.encode(), "a.csv", by)
    files, stated = by_indicator([table], by)
    assert sum(file.rows_in for file in files) == _n_values(table, by)
    return {file.indicator_id: file for file in files}, stated


def test_rows_keep_their_numbers_and_get_the_known_header_cells() -> None:
    files, stated = files_of(
        "code;y;v;t;u;p;k;n\n1.2.1;2020;12,5;Poor;%;São Paulo;City;01.02.01\nX;2020;3;;;Mooca;District;13\n"
        "1.2.1;2021;13;;%;;;\n",
        LONG,
    )
    poor = files["1-2-1"]
    assert (poor.row_numbers, poor.separator, poor.rows_in) == ([1, 3], ";", 2)
    assert poor.columns["Value"] == ["12,5", "13"] and poor.columns["District"] == ["São Paulo", ""]
    assert files["X"].columns["District"] == ["Mooca (District)"]
    assert (stated["1-2-1"].titles, stated["1-2-1"].target, stated["X"].goals) == (
        {"und": "Poor"},
        "1.2",
        {"target": "13"},
    )


def test_a_row_that_names_no_indicator_is_bad_with_its_number() -> None:
    files, _ = files_of("code,y,v,t,u,p,k,n\nA,2020,1\n,2020,2,,,,,\nA,2021,3,,,,,,extra\n", LONG)
    [bad] = [file for indicator_id, file in files.items() if indicator_id.startswith(NO_INDICATOR)]
    assert set(bad.bad_rows) == {2, 3} and "no indicator in column code" in bad.bad_rows[2]
    assert files["A"].row_numbers == [1]


def test_a_code_in_other_digits_is_the_same_indicator() -> None:
    files, stated = files_of("code,y,v,t,u,p,k,n\n1.2.1,2020,1,,,,,\n１.２.１,２０２１,2,,,,,１.２\n", LONG)
    assert list(files) == ["1-2-1"] and files["1-2-1"].row_numbers == [1, 2]
    assert stated["1-2-1"].target == "1.2"
    by = mapping('indicator="code"', 'layout="wide"')
    files, _ = files_of("code,２０２０,2021\nA,5,6\n", by)
    assert files["A"].columns["Year"] == ["2020", "2021"]


def test_a_file_without_the_columns_carries_a_rule_and_what_it_has() -> None:
    table = _read_table(b"a,b\n1,2\n", "x.csv", LONG)
    assert table.rule == "R02" and "no column code, y, v" in table.detail and "a, b" in table.detail
    assert _read_table(b"<html></html>", "x.csv", LONG).rule == "R01"
    broken = _read_table(b"{", "x.json", mapping('indicator="i"\nyear="y"', 'rows = "[]/v"'))
    assert broken.rule == "R10" and broken.rows_in == 1


def test_columns_of_years_become_rows_and_blank_cells_none() -> None:
    wide = mapping('indicator="code"\ndimensions=["sex"]', 'layout = "wide"', 'unit = "%"')
    files, stated = files_of("code,sex,2019,2020/21,note\nA,F,1,,x\nA,M,2,3,\n", wide)
    assert files["A"].columns == {"Year": ["2019", "2019", "2020/21"], "Value": ["1", "2", "3"], "sex": ["F", "M", "M"]}
    assert stated["A"].unit == "%"


def test_an_indicator_in_two_tables_of_an_archive_is_one_table() -> None:
    tables = [_read_table(f"code,y,v\nA,{year},1\n".encode(), f"{year}.csv", LONG) for year in (2020, 2021)]
    [file], _ = by_indicator(tables, LONG)
    assert (file.entry, file.row_numbers, file.columns["Year"]) == ("2020.csv and 1 more", [1, 2], ["2020", "2021"])
