"""The result of a query as CSV, JSON, Parquet and a workbook."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from localsdg.common.errors import UsageError
from localsdg.warehouse import workbook
from localsdg.warehouse.query import About, cell_text, plain_text, print_table
from localsdg.warehouse.result_files import ending_of, result_bytes, unique_names, write_result

ABOUT = About((("SQL", "select 1"), ("Cite as", "UNSD")), "2026-11-26 10:00:00")


def table(sql: str) -> pa.Table:
    return duckdb.sql(sql).to_arrow_table()


def sheets(path: Path) -> dict[str, list[list]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_json_is_valid_whatever_the_numbers_and_characters() -> None:
    body, notes = result_bytes(
        table(
            "select 'nan'::double as a, '-inf'::float as b, 1.5::double as c, "
            "chr(1) || chr(27) || chr(8232) as d, "
            "map {'x': 'nan'::double, 'y': 2.0::double} as e, [{'z': 'inf'::double}] as f, map {'sex': 'F'} as g"
        ),
        "json",
    )
    (row,) = json.loads(body, parse_constant=pytest.fail)
    assert row == {
        "a": None,
        "b": None,
        "c": 1.5,
        "d": "\x01\x1b\u2028",
        "e": {"x": None, "y": 2.0},
        "f": [{"z": None}],
        "g": {"sex": "F"},
    }
    assert notes == ["4 numbers are NaN or infinite, which JSON cannot hold: written as null"]


@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "xlsx"])
def test_no_rows_and_doubled_names_are_fine(kind: str, tmp_path: Path) -> None:
    empty, doubled = table("select 1 as a where false"), table("select 1 as a, 2 as a, 3 as A, 4 as a_2")
    for number, one in enumerate((empty, doubled)):
        assert write_result(one, kind, tmp_path / f"{number}.{kind}") == []
    assert unique_names(["a", "a", "A", "a_2", "b"]) == ["a", "a_3", "A_4", "a_2", "b"]


def test_a_compressed_csv_is_read_back(tmp_path: Path) -> None:
    write_result(table("select 1 as a"), "csv", tmp_path / "a.csv.gz", gzip=True)
    assert (tmp_path / "a.csv.gz").read_bytes()[:2] == b"\x1f\x8b"
    assert duckdb.sql(f"select a from '{tmp_path}/a.csv.gz'").fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.CSV", ".csv"),
        ("a.csv.gz", ".csv.gz"),
        ("a.xlsx", ".xlsx"),
        ("a.xls", None),
        ("csv", None),
        ("a.csv.zip", None),
    ],
)
def test_endings(name: str, ending: str | None) -> None:
    assert ending_of(Path(name)) == ending


def test_a_workbook_keeps_text_as_text_and_says_where_it_comes_from(tmp_path: Path) -> None:
    notes = write_result(
        table(
            "select '=1+1' as f, '001' as code, 'http://x.org' as u, map {'sex': 'F', 'age': '15-49'} as m, "
            "[1.0::double, 2.5::double] as l, {'x': 1} as s, 0.1::double as n, 'nan'::double as bad, "
            "12345678901234567890::hugeint as big, 1.25::decimal(9, 2) as d, true as b, null::integer as z, "
            "date '2020-01-02' as day, date '1850-01-01' as old, chr(1) || 'x' || chr(10) || 'y' as c, "
            "repeat('🙂', 20000) as long"
        ),
        "xlsx",
        tmp_path / "a.xlsx",
        about=ABOUT,
    )
    found = sheets(tmp_path / "a.xlsx")
    header, row = found["data"]
    cells = dict(zip(header, row, strict=True))
    assert cells.pop("day").isoformat() == "2020-01-02" and cells.pop("long") == "🙂" * 16383
    assert cells == {
        "f": "=1+1",
        "code": "001",
        "u": "http://x.org",
        "m": "sex=F; age=15-49",
        "l": "1.0, 2.5",
        "s": "x=1",
        "n": 0.1,
        "bad": "nan",
        "big": "12345678901234567890",
        "d": 1.25,
        "b": True,
        "z": "",
        "old": "1850-01-01",
        "c": "x\ny",
    }
    assert notes == ["1 cells had control characters, which were left out", "1 cells were cut to 32,767 characters"]
    assert found["about"] == [["SQL", "select 1"], ["Cite as", "UNSD"], *(["Note", one] for one in notes)]


def test_the_same_result_gives_the_same_workbook() -> None:
    one, other = (result_bytes(table("select 1 as a"), "xlsx", ABOUT)[0] for _ in range(2))
    assert one == other


def test_a_result_larger_than_a_sheet_is_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 4)
    write_result(table("select * from range(3)"), "xlsx", tmp_path / "fits.xlsx")
    with pytest.raises(UsageError, match="larger than a sheet"):
        write_result(table("select * from range(4)"), "xlsx", tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ([("sex", "F"), ("age", None)], "sex=F; age="),
        ({"a": [1, 2]}, "a=1, 2"),
        ([], ""),
        ("[bold]x", "[bold]x"),
        (1.23456789, "1.23456789"),
    ],
)
def test_values_as_a_person_reads_them(value, text: str) -> None:
    assert plain_text(value) == text
    assert cell_text(1.23456789) == "1.2346" and cell_text("[bold]x") == r"\[bold]x"


@pytest.mark.parametrize("limit", [0, 50])
def test_a_table_shows_the_name_of_a_column_as_text(limit: int, capsys: pytest.CaptureFixture) -> None:
    print_table(table('select 1 as "a[red]", 2 as "b\x1b[31mc", 3 as "/[/d]"'), limit)
    shown = capsys.readouterr().out
    assert "a[red]" in shown and "b[31mc" in shown and "/[/d]" in shown and "\x1b" not in shown


def test_a_column_a_line_shows_the_name_of_a_column_as_text(capsys: pytest.CaptureFixture) -> None:
    columns = ", ".join(f"repeat('x', 30) as c{number}" for number in range(30))
    print_table(table(f'select {columns}, 3 as "b\x1b[31m[/d]"'), 1)
    shown = capsys.readouterr().out
    assert "b[31m[/d]: 3" in shown and "\x1b" not in shown


def test_a_csv_holds_no_formula_and_every_number() -> None:
    body, notes = result_bytes(
        table(
            "select '=cmd|\"/C calc\"!A1' as \"=1+1\", '-1.5' as number, -2.5::double as real, "
            "'\u00a0@SUM(A1)' as blank, '''=x' as quoted, 'a=b' as plain, null::varchar as nothing, "
            "'+1'::enum('+1', '+a') as digit, '+a'::enum('+1', '+a') as listed"
        ),
        "csv",
    )
    head, row = csv.reader(body.decode().splitlines())
    assert head[0] == "'=1+1"
    assert row == ['\'=cmd|"/C calc"!A1', "-1.5", "-2.5", "'\u00a0@SUM(A1)", "''=x", "a=b", "", "+1", "'+a"]
    assert notes == ["4 texts that a spreadsheet would run as a formula have an apostrophe before them"]
