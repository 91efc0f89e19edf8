"""What every package takes from one place: CSV texts, formulas, close names, archives, SQL quoting."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import duckdb
import pytest

from localsdg.common.close_matches import close_matches
from localsdg.common.csv_files import csv_reader, read_rows
from localsdg.common.database import identifier, scalar, text
from localsdg.common.formula_guard import guard_formula, is_formula, unguard_formula
from localsdg.common.html_text import html_to_text
from localsdg.common.zip_files import zip_bytes


def test_a_cell_of_more_than_the_csv_modules_own_limit_is_read() -> None:
    long = "x" * 200_000
    assert list(csv_reader([f"a;{long}\n"], ";")) == [["a", long]]
    with pytest.raises(csv.Error):
        list(csv_reader(['"a"b,c\n'], strict=True))


def test_rows_lose_their_byte_order_mark(tmp_path: Path) -> None:
    (path := tmp_path / "a.csv").write_bytes("\ufeffa,b\n1,é\n".encode())
    assert read_rows(path) == [{"a": "1", "b": "é"}]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-2", "@a", "\tx", "'=1", " =1"])
def test_no_spreadsheet_runs_a_guarded_cell_and_none_is_lost(cell: str) -> None:
    assert guard_formula(cell) == "'" + cell and unguard_formula(guard_formula(cell)) == cell


@pytest.mark.parametrize("cell", ["=1", "@SUM(A1)", "-f(x)", "+1+cmd|' /C calc'!A0", "-SUM(A1:A2)", " =1"])
def test_what_a_spreadsheet_runs_is_a_formula(cell: str) -> None:
    assert is_formula(cell)


@pytest.mark.parametrize(
    "cell",
    ["@UNHABITAT", "- 20 roofs", "-5 %", "a=b", "=> see", "- City of Bonn (Government)", "-UNDP(NGO)", "+ A; - B (UN)"],
)
def test_bullets_names_and_numbers_are_no_formula(cell: str) -> None:
    assert not is_formula(cell)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two <a href='x'>three</a><br>four</p>", "One\nTwo three\nfour"),
        ("see <img src=x onerror=alert(1)>", "see"),
        ("<script>alert(1)</script>A &amp; B", "A & B"),
        ("<script", ""),
        ("&ldquo;Open&rdquo;", "“Open”"),
        ("a < b and c > d, <name@example.org>, R&D;", "a < b and c > d, <name@example.org>, R&D;"),
    ],
)
def test_markup_is_reduced_to_text(markup: str, text: str) -> None:
    assert html_to_text(markup) == text


def test_close_names_are_found_in_any_letter_case() -> None:
    assert close_matches("si_pov_day", ["SI_POV_DAY1", "SH_STA_MORT"]) == ["SI_POV_DAY1"]


def test_the_same_files_give_the_same_archive() -> None:
    files = {"b.csv": b"2", "a/a.csv": b"1" * 1000}
    body = zip_bytes(files)
    assert body == zip_bytes(dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_names_and_texts_are_quoted_for_sql() -> None:
    con = duckdb.connect()
    literal, name = text("it's"), identifier('a "b"')
    row = con.execute(f"select {literal} as {name}").to_arrow_table().to_pylist()
    assert row == [{'a "b"': "it's"}]
    with pytest.raises(LookupError):
        scalar(con, "select 1 where false")
