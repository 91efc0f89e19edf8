"""Bulk files as spreadsheets and other tools save them end as the UN's own rows."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from localsdg.common.errors import LocalsdgError
from localsdg.sources.unsd.bulk_dialect import Dialect
from localsdg.sources.unsd.bulk_file import PlainCsv, plain_csv, snapshot_csv
from localsdg.sources.unsd.decimal_marks import DecimalUnclear, Marks, plain_number, read_number
from localsdg.sources.unsd.excel_codes import age_of_date, indicator_of_date, is_age, plain_code
from localsdg.sources.unsd.workbook import read_sheet

HEADER = ["Indicator", "SeriesCode", "GeoAreaCode", "GeoAreaName", "TimePeriod", "Value", "FootNote", "[Age]"]
ROWS = [
    ["1.2.1", "SI_POV_NAHC", "724", "España", "2015", "22.1", "", "15+"],
    ["1.2.1", "SI_POV_NAHC", "384", "Côte d'Ivoire", "2016", "<2.5", 'a; "b", c', "10-14"],
    ["1.2.1", "SI_POV_NAHC", "4", "Åland", "2017", "NA", "two\nlines", ""],
]


def saved(
    path: Path,
    header: list[str] = HEADER,
    rows: list[list[str]] = ROWS,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    comma: bool = False,
) -> Path:
    """The rows as a tool saves them; `comma` puts decimal commas into the values."""
    value = header.index("Value") if "Value" in header else len(header)
    with path.open("w", encoding=encoding, newline="") as handle:
        writer = csv.writer(handle, delimiter=delimiter)
        writer.writerow(header)
        for row in rows:
            writer.writerow(
                [cell.replace(".", ",") if comma and place == value else cell for place, cell in enumerate(row)]
            )
    return path


def both_ways(path: Path, folder: Path, **options) -> tuple[PlainCsv, list[list[str]]]:
    """The clean rows, which are the same when the manifest's `extra` is read back."""
    plain = plain_csv(path, folder / "first.csv", **options)
    with plain.path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))
    again = snapshot_csv(path, folder / "second.csv", rows=plain.n_records, extra=plain.as_extra(), where="f")
    with again.path.open(encoding="utf-8-sig", newline="") as handle:
        assert list(csv.reader(handle)) == rows
    assert (again.n_records, again.header, again.rejected) == (plain.n_records, plain.header, plain.rejected)
    assert plain.n_records == len(rows) - 1 + len(plain.rejected)
    return plain, rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("comma", [False, True])
def test_every_save_gives_the_same_rows(encoding: str, delimiter: str, comma: bool, tmp_path: Path) -> None:
    plain, rows = both_ways(saved(tmp_path / "x.csv", encoding=encoding, delimiter=delimiter, comma=comma), tmp_path)
    expected = [list(row) for row in ROWS]
    if comma and delimiter == ",":  # "22,1" beside "<2,5": no point says otherwise
        assert plain.dialect.decimal == ","
    assert rows == [HEADER, *expected]
    usual = delimiter == "," and not comma and encoding in ("utf-8", "utf-8-sig")
    assert bool(plain.notes) == (not usual)


def test_a_line_that_names_the_separator_is_no_header(tmp_path: Path) -> None:
    path = saved(tmp_path / "y.csv", delimiter=";", comma=True)
    path.write_text("sep=;\r\n" + path.read_text(encoding="utf-8"), encoding="utf-8", newline="")
    assert both_ways(path, tmp_path)[1] == [HEADER, *ROWS]


# ------------------------------------------------------------------ decimal marks


def values(tmp_path: Path, *cells: str, delimiter: str = ";", **options) -> list[str]:
    rows = [["1.2.1", "S", "4", "A", "2015", cell, "", ""] for cell in cells]
    return [
        row[5]
        for row in both_ways(saved(tmp_path / "v.csv", rows=rows, delimiter=delimiter), tmp_path, **options)[1][1:]
    ]


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["22,1", "1.234,5", "> 95,5", "NA", "3"], ["22.1", "1234.5", "> 95.5", "NA", "3"]),
        (["22,1", "24,644"], ["22.1", "24.644"]),  # follows the clear one, and a note says so
        (["22.1", "24,644"], ["22.1", "24,644"]),  # as the UN writes: staging reads 24644
        (["22,1", "22.1"], ["22.1", "22.1"]),  # each has one reading
        (["24 644,5", "1\u202f234", "1'000"], ["24644.5", "1234", "1000"]),
        (["1,5E+05", "12"], ["1.5E+05", "12"]),
        (["12", "NA", ""], ["12", "NA", ""]),
    ],
)
def test_the_form_of_the_numbers_decides(cells: list[str], read: list[str], tmp_path: Path) -> None:
    assert values(tmp_path, *cells) == read


@pytest.mark.parametrize("cells", [["24,644"], ["24,644", "12"], ["1.234", "NA"], ["24,644", "22,1", "22.1"]])
def test_numbers_with_two_readings_need_a_person(cells: list[str], tmp_path: Path) -> None:
    with pytest.raises(DecimalUnclear, match=r"is not clear .* such as (24,644|1\.234)"):
        values(tmp_path, *cells)
    assert values(tmp_path, "24,644", decimal="comma") == ["24.644"]
    assert values(tmp_path, "24,644", decimal="point") == ["24,644"]


@pytest.mark.parametrize("cells", [["24,644"], ["24,644", "0,5"], ["22,1", "22.1"], ["22,1", "1.234"]])
def test_with_commas_between_cells_a_number_is_the_un_s(cells: list[str], tmp_path: Path) -> None:
    """One odd cell does not change how the others are read; staging marks it as unparsed."""
    assert values(tmp_path, *cells, delimiter=",") == cells


def test_a_note_says_how_an_unclear_number_was_read(tmp_path: Path) -> None:
    plain = plain_csv(
        saved(tmp_path / "n.csv", rows=[[*ROWS[0][:5], cell, "", ""] for cell in ("22,1", "24,644")], delimiter=";"),
        tmp_path / "out.csv",
    )
    assert plain.notes[1:] == (
        "1 numbers such as 24,644 have two readings; read with a decimal comma, 24,644 is 24.644",
    )


def test_what_is_no_number_stays_as_it_is() -> None:
    for cell in ("NA", "1,23,4", "2015-2017", "", "a,b", "12.345.6"):
        assert plain_number(cell, ",") == read_number(cell, ".") == cell
    marks = Marks()
    for cell in ("NA", "12", "1,23,4"):
        marks.add(cell)
    assert marks.mark(where="f", given=None) == "." and not marks.counts


# ------------------------------------------------------------------ layouts

WIDE = ["SeriesCode", "GeoAreaCode", "[Sex]"]


@pytest.mark.parametrize(
    "years",
    [
        ["2015", "2016", "2017"],
        ["[2015]", "[2016]", "[2017]"],
        ["Y2015", "Y2016", "Y2017"],
        ["2015.0", "2016.0", "2017.0"],
    ],
)
def test_a_column_a_year_becomes_a_row_an_observation(years: list[str], tmp_path: Path) -> None:
    rows = [["A", "4", "MALE", "1.5", "", "NA"], ["A", "8", "", " ", "", ""], ["B", "4", "", "0", "7", "8"]]
    plain, found = both_ways(saved(tmp_path / "w.csv", [*WIDE, *years], rows), tmp_path)
    assert found == [
        [*WIDE, "TimePeriod", "Value"],
        ["A", "4", "MALE", "2015", "1.5"],
        ["A", "4", "MALE", "2017", "NA"],
        ["B", "4", "", "2015", "0"],
        ["B", "4", "", "2016", "7"],
        ["B", "4", "", "2017", "8"],
    ]
    # 3 rows of 3 years = 5 observations and 4 blank cells
    assert (plain.n_records, plain.as_extra()["blank_cells"]) == (5, 4)


def test_a_wide_file_with_decimal_commas_and_semicolons(tmp_path: Path) -> None:
    path = saved(tmp_path / "w.csv", [*WIDE, "2015", "2016"], [["A", "4", "", "1,5", "1.000,25"]], delimiter=";")
    assert [row[-1] for row in both_ways(path, tmp_path)[1][1:]] == ["1.5", "1000.25"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ([*WIDE, "2015", "Y2015"], "a column is there twice"),
        ([*WIDE, "TimePeriod", "Value", "2015"], "long and wide at once"),
    ],
)
def test_what_is_wide_and_something_else_is_refused(header: list[str], message: str, tmp_path: Path) -> None:
    with pytest.raises(LocalsdgError, match=message):
        plain_csv(saved(tmp_path / "w.csv", header, []), tmp_path / "out.csv")


def test_columns_without_name_and_content_are_left_out(tmp_path: Path) -> None:
    header = [*HEADER[:2], "", *HEADER[2:], "", " "]
    rows = [[*row[:2], "", *row[2:], "", ""] for row in ROWS]
    rows[1] = rows[1][:-2]  # a row that ends with the last column that has a name is whole
    plain, found = both_ways(saved(tmp_path / "n.csv", header, rows), tmp_path)
    assert found == [HEADER, *ROWS] and plain.dialect.nameless == (2, 9, 10)
    rows[2][-1] = "note to self"
    with pytest.raises(LocalsdgError, match=r"a column has no name .* column 11 of 11, with 'note to self' in row 3"):
        plain_csv(saved(tmp_path / "n.csv", header, rows), tmp_path / "out.csv")


def test_blank_cells_behind_the_last_column_are_trimmed_and_others_reject_the_row(tmp_path: Path) -> None:
    rows = [[*ROWS[0], "", ""], ROWS[1], [*ROWS[2], "", "x"], ROWS[2][:4]]
    plain, found = both_ways(saved(tmp_path / "t.csv", rows=rows), tmp_path)
    assert found == [HEADER, *ROWS[:2]]
    assert [(one.row, one.rule_id) for one in plain.rejected] == [(3, "UNSD-R05"), (4, "UNSD-R05")]


# ------------------------------------------------------------------ codes that a spreadsheet rewrote


@pytest.mark.parametrize(
    ("cell", "age"),
    [
        ("14-Oct", "10-14"),
        ("9-May", "5-9"),
        ("5-Sep", "5-9"),
        ("Oct-14", "10-14"),
        ("Oct-19", "10-19"),
        ("14. Okt", "10-14"),
        ("14-juil.", "7-14"),
        ("14/10/2025", "10-14"),
        ("10/14/2025", "10-14"),
        ("2025-10-14 00:00:00", "10-14"),
        ("14.10.2025", "10-14"),
        ("45579", "10-14"),
        ("May-49", "5-49"),
        ("1949-10-01", "10-49"),
        ("4-Jan", "1-4"),
        ("Jan-04", "1-4"),
        ("2014-01-01", "1-14"),
        ("10-Oct", ""),
        ("##########", ""),
        ("#NAME?", ""),
        ("2025-13-45", ""),
        ("2027-10-01", ""),
        ("10-14", None),
        ("15+", None),
        ("<5Y", None),
        ("ALLAGE", None),
        ("Y15T49", None),
        ("M36T47", None),
        ("<=45Y", None),
        ("_T", None),
        ("LT_45Y", None),
        ("5", None),
        ("", None),
        ("75 years and over", None),
    ],
)
def test_an_age_that_became_a_date_is_read_back(cell: str, age: str | None) -> None:
    assert age_of_date(cell) == age


def test_every_known_age_has_the_form_of_an_age() -> None:
    from localsdg.registry.dimensions import CODES_CSV

    with CODES_CSV.open(encoding="utf-8", newline="") as handle:
        ages = {
            row[key] for row in csv.DictReader(handle) if row["dimension"] == "age" for key in ("code", "canonical")
        } - {"total"}
    assert [age for age in sorted(ages) if not is_age(age) or age_of_date(age) is not None] == []


def test_indicators_and_codes(tmp_path: Path) -> None:
    assert [
        indicator_of_date(cell) for cell in ("01.02.2001", "2001-02-01", "1.2.1", "3.b.1", "1.5.4,11.b.2", "20.02.2001")
    ] == ["1.2.1", "1.2.1", None, None, None, ""]
    assert [plain_code(cell) for cell in ("36,002", "4,0", "3.6002E+04", "2 015", "4.0", "004", "ESP", "2015.5")] == [
        "36002",
        "4",
        "36002",
        "2015",
        None,
        None,
        None,
        None,
    ]


def test_a_file_with_ages_that_became_dates(tmp_path: Path) -> None:
    ages = ["10-14", "14-Oct", "9-May", "10-Oct", ""]
    rows = [[*ROWS[0][:5], str(number), "", age] for number, age in enumerate(ages)]
    plain, found = both_ways(saved(tmp_path / "a.csv", rows=rows), tmp_path)
    assert [row[-1] for row in found[1:]] == ["10-14", "10-14", "5-9", ""]
    assert [(one.row, one.rule_id, one.detail) for one in plain.rejected] == [(4, "UNSD-R09", "age 10-Oct")]
    assert plain.as_extra()["dialect"]["replaced"] == {"age": {"14-Oct": "10-14", "9-May": "5-9"}}


def workbook(path: Path, rows: list[list]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet, day = book.add_worksheet("data"), book.add_format({"num_format": "d-mmm"})
    for at, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            if isinstance(cell, dt.date):
                sheet.write_datetime(at, place, cell, day)
            else:
                sheet.write(at, place, cell)
    book.close()
    return path


def test_a_workbook_with_dates_for_ages_and_columns_without_a_name(tmp_path: Path) -> None:
    header = ["SeriesCode", "GeoAreaCode", "TimePeriod", "Value", "Age"]
    rows = [
        ["A", 4, 2015, "1", dt.datetime(2025, 10, 14)],
        ["A", 4, 2015, "2", dt.datetime(2025, 10, 10)],
        ["A", 4, 2015, "3", "15+", ""],
    ]
    sheet = read_sheet(workbook(tmp_path / "x.xlsx", [header, *rows]))
    assert sheet.frame["Age"].tolist() == ["10-14", "15+"]
    assert (sheet.n_records, [one.row for one in sheet.rejected]) == (3, [2])
    rows[2][5] = "note"
    with pytest.raises(LocalsdgError, match=r"column 6 of 6, with 'note' in row 3"):
        read_sheet(workbook(tmp_path / "y.xlsx", [header, *rows]))


def test_a_wide_workbook(tmp_path: Path) -> None:
    sheet = read_sheet(
        workbook(
            tmp_path / "w.xlsx",
            [["Series Code", "GeoAreaCode", "Sex", 2015, 2016], ["A", 4, "MALE", 1.5, None], ["A", 8, "", None, 2]],
        )
    )
    assert sheet.frame.to_dict("records") == [
        {"Series Code": "A", "GeoAreaCode": "4", "Sex": "MALE", "TimePeriod": "2015", "Value": "1.5"},
        {"Series Code": "A", "GeoAreaCode": "8", "Sex": "", "TimePeriod": "2016", "Value": "2"},
    ]
    assert (sheet.n_records, sheet.as_extra()["blank_cells"]) == (2, 2)


def test_a_dialect_survives_the_manifest() -> None:
    for dialect in (Dialect(), Dialect("cp1252", ";", ",", 1, True, True, (3,), {"age": {"a": "b"}}, {"age": ["c"]})):
        assert Dialect.from_extra(dialect.as_extra()) == dialect
    assert Dialect().as_extra() == {} and Dialect().words == ""
