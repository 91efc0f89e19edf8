"""Tables of the published file as an Excel workbook."""

from __future__ import annotations

from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from localsdg.common.errors import UsageError
from localsdg.common.progress import silent
from localsdg.warehouse.export import xlsx_book
from localsdg.warehouse.export.folder import Exported, Request, export
from localsdg.warehouse.export.selection import Filters, choose_tables
from localsdg.warehouse.query import citations, open_published, run_query

FILTERS = Filters(series=("SI_POV_DAY1",), areas=("724", "004", "001"))
NAMES = ("observation", "series", "review")


def take(built, folder, names=NAMES, filters=FILTERS) -> Exported:
    return export(built, Request("xlsx", names, filters, folder), silent())


@pytest.fixture(scope="module")
def exported(built, tmp_path_factory) -> Exported:
    return take(built, tmp_path_factory.mktemp("xlsx") / "a")


@pytest.fixture(scope="module")
def book(exported) -> CalamineWorkbook:
    return CalamineWorkbook.from_path(str(exported.folder / xlsx_book.NAME))


def test_data_then_citations_then_columns(built, book) -> None:
    assert book.sheet_names == ["About", *NAMES, "Citations", "Columns"]
    cited = [row[0] for row in book.get_sheet_by_name("Citations").to_python()]
    assert cited == ["cite as", *citations(built)]
    columns = book.get_sheet_by_name("Columns").to_python()
    described = {(row[0], row[1]) for row in columns[1:]}
    for name in NAMES:
        assert {(name, column) for column in book.get_sheet_by_name(name).to_python()[0]} <= described
    about = dict(row[:2] for row in book.get_sheet_by_name("About").to_python())
    (version,) = run_query(built, "select version from meta.release").column(0).to_pylist()
    assert about["Warehouse version"] == version and about["Filter"] == "series SI_POV_DAY1; area 724, 004, 001"
    assert about["Sheet observation"].endswith("Filter is_total for the headline.")


def test_cells_are_the_values_of_the_warehouse(built, book) -> None:
    header, *cells = book.get_sheet_by_name("observation").to_python()
    rows = [dict(zip(header, row, strict=True)) for row in cells]
    ours = run_query(
        built,
        "select series_code, area_code, year, value, is_total from main.observation where series_code = 'SI_POV_DAY1' "
        "and area_code in ('724', '004', '001') order by series_code, area_code, year, breakdown",
    ).to_pylist()
    assert [{name: row[name] for name in ours[0]} for row in rows] == ours and len(ours) > 50
    assert rows[0]["area_code"] == "001"


def test_the_same_bytes_each_time(built, exported, tmp_path) -> None:
    again = take(built, tmp_path / "a")
    assert (again.folder / xlsx_book.NAME).read_bytes() == (exported.folder / xlsx_book.NAME).read_bytes()


def test_a_large_table_is_in_where_it_is_named_and_else_said_to_be_out(built, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(xlsx_book, "LARGE", 100)
    monkeypatch.setattr(xlsx_book, "choose", lambda con, request: choose_tables(con, ("goal", "target"), Filters()))
    taken = take(built, tmp_path / "a", names=())
    sizes = {table["name"]: (table["rows_written"], table["rows_left_out"]) for table in taken.manifest["tables"]}
    assert sizes == {"goal": (17, 0), "target": (0, 169)}
    assert any(
        note.startswith("target is left out, 169 rows: name it with --table") for note in taken.manifest["notes"]
    )


def test_a_table_larger_than_a_sheet_is_refused_with_a_next_step(built, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(xlsx_book, "MAX_ROWS", 100)
    with pytest.raises(UsageError, match=r"larger than a sheet.*localsdg export --format csv --table target"):
        take(built, tmp_path / "a", names=("target",), filters=Filters())
    assert list(tmp_path.iterdir()) == []


def test_no_two_sheets_have_one_name(built) -> None:
    con = open_published(built)
    (table,) = choose_tables(con, ("goal",))
    con.close()
    long = [replace(table, file=f"core_{'a' * 40}{end}") for end in ("x", "y", "z")]
    names = xlsx_book.sheet_names([table, *long])
    assert len(set(names.values())) == 4 and all(len(name) <= 31 for name in names.values())
