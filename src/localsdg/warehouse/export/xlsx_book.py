"""Tables as one Excel workbook: a sheet a table, then citations, the columns, and what the workbook is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.errors import UsageError
from localsdg.warehouse.export.csv_folder import as_text
from localsdg.warehouse.export.job import Job, data_type
from localsdg.warehouse.export.selection import ExportTable, choose_tables
from localsdg.warehouse.query import plain_text
from localsdg.warehouse.workbook import MAX_COLUMNS, MAX_ROWS, Sheet, change_notes, new_book

if TYPE_CHECKING:
    import duckdb

    from localsdg.warehouse.export.folder import Request

NAME = "localsdg.xlsx"
#: Rows beyond which a table is in a workbook only where it is named: half a million take minutes to open.
LARGE = 50_000
#: Sheets that describe the data; none is the name of a table, whose names are in small letters.
ABOUT, CITATIONS, COLUMNS = "About", "Citations", "Columns"
_BATCH = 5_000
_NARROWEST, _WIDEST = 9, 44
#: Height of a line of text in points.
_LINE = 15
#: Rows by which the width of a column is chosen.
_SAMPLE = 200

HOW = """localsdg.xlsx has a sheet for each table, after a sheet About; behind them are Citations and Columns. Codes are
text (area 004 stays 004), and no text is ever run as a formula. A map is written as `name=code; name=code`, a list
as `part; part`. Tables of more than 50,000 rows are in a workbook only where --table names them."""


def choose(con: duckdb.DuckDBPyConnection, request: Request) -> list[ExportTable]:
    """The tables; raises `UsageError` for a named one that is larger than a sheet."""
    tables = choose_tables(con, request.names, request.filters)
    if request.names:
        for table in tables:
            _check_size(table)
    return tables


def write(job: Job) -> None:
    """Write the workbook; a large table that nobody named is left out, with a note."""
    book = new_book(job.folder / NAME, job.info.built_at)
    about = Sheet(book, ABOUT, Counter(), wrap=True)
    names = sheet_names(job.tables)
    for table in job.tables:
        job.step(table)
        if _is_left_out(job, table):
            job.left_out[table.file] = table.n_rows
            job.notes.append(
                f"{table.file} is left out, {table.n_rows:,} rows: name it with --table {table.file}, with a filter "
                "(--series, --area, --goal), or take --format csv or parquet"
            )
            continue
        changes: Counter[str] = Counter()
        _write_table(job, book, names[table.file], table, changes)
        job.notes.extend(f"{table.file}: {words}" for words in change_notes(changes))
    kept = [table for table in job.tables if table.file not in job.left_out]
    _write_citations(book, job)
    _write_columns(book, kept)
    _write_about(about, job, kept)
    book.close()


def count(folder: Path, tables: Sequence[ExportTable]) -> dict[str, int]:
    """The rows of each sheet below its header, as another reader of workbooks counts them."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(folder / NAME))
    names = sheet_names(tables)
    counts = {}
    for table in tables:
        is_there = names[table.file] in book.sheet_names
        counts[table.file] = book.get_sheet_by_name(names[table.file]).height - 1 if is_there else 0
    return counts


def sheet_names(tables: Sequence[ExportTable]) -> dict[str, str]:
    """The sheet of each table: its name, cut to the 31 characters that Excel allows, none of them twice."""
    names: dict[str, str] = {}
    for table in tables:
        name, number = table.file[:31], 1
        while name in names.values():
            number += 1
            name = f"{table.file[: 30 - len(str(number))]}_{number}"
        names[table.file] = name
    return names


def _check_size(table: ExportTable) -> None:
    if table.n_rows >= MAX_ROWS or len(table.columns) > MAX_COLUMNS:
        raise UsageError(
            "the table is larger than a sheet",
            where=table.file,
            expected=f"at most {MAX_ROWS - 1:,} rows and {MAX_COLUMNS:,} columns",
            got=f"{table.n_rows:,} rows and {len(table.columns):,} columns",
            next_step=f"localsdg export --format csv --table {table.file}, or a filter: --series, --area, --goal",
        )


def _is_left_out(job: Job, table: ExportTable) -> bool:
    return not job.names and table.n_rows > LARGE


def _write_table(job: Job, book: Any, name: str, table: ExportTable, changes: Counter[str]) -> None:
    """One sheet: header frozen and with filters, widths by the first rows, codes as text."""
    sheet = Sheet(book, name, changes)
    cursor = job.con.cursor()
    try:
        shown = [
            f"{as_text(column)} as c{place}" if column.is_nested else f'"{column.name}"'
            for place, column in enumerate(table.columns)
        ]
        cursor.execute(table.select(shown))
        first = cursor.fetchmany(_BATCH)
        _set_widths(book, sheet, table, first[:_SAMPLE])
        sheet.write_row(0, [column.name for column in table.columns], bold=True)
        rows = chain(first, chain.from_iterable(iter(lambda: cursor.fetchmany(_BATCH), [])))
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, row)
    finally:
        cursor.close()
    sheet.sheet.freeze_panes(1, 0)
    _set_print(sheet)
    if table.columns:
        sheet.sheet.autofilter(0, 0, table.n_rows, len(table.columns) - 1)


def _set_widths(book: Any, sheet: Sheet, table: ExportTable, sample: Sequence[Sequence[object]]) -> None:
    """Wide enough for most cells, and thousands apart in counts; a year is no count."""
    counts = book.add_format({"num_format": "#,##0"})
    for place, column in enumerate(table.columns):
        longest = max((len(plain_text(row[place])) for row in sample), default=0)
        width = min(max(longest, len(column.name) + 3, _NARROWEST), _WIDEST)
        is_count = data_type(column) == "integer" and column.unit != "year" and not column.name.endswith("year")
        sheet.sheet.set_column(place, place, width, counts if is_count else None)


def _write_lines(sheet: Sheet, lines: Iterable[Sequence[object]], widths: Sequence[int], *, header: bool) -> None:
    for place, width in enumerate(widths):
        sheet.sheet.set_column(place, place, width)
    for number, cells in enumerate(lines):
        # no program fits the height of a row to text that another one wrapped
        n_lines = max(-(-len(str(cell or "")) // width) for cell, width in zip(cells, widths, strict=True))
        sheet.sheet.set_row(number, _LINE * max(n_lines, 1))
        sheet.write_row(number, cells, bold=header and number == 0)
    _set_print(sheet)
    if header:
        sheet.sheet.freeze_panes(1, 0)


def _set_print(sheet: Sheet) -> None:
    """Printed across, all columns on one page's width, the header on each page."""
    sheet.sheet.set_landscape()
    sheet.sheet.fit_to_pages(1, 0)
    sheet.sheet.repeat_rows(0)


def _write_citations(book: Any, job: Job) -> None:
    lines = [("cite as",), *((line,) for line in job.info.citation_lines)]
    _write_lines(Sheet(book, CITATIONS, Counter(), wrap=True), lines, [110], header=True)


def _write_columns(book: Any, tables: Sequence[ExportTable]) -> None:
    names = sheet_names(tables)
    lines: list[tuple] = [("sheet", "column", "type", "unit", "description", "one of")]
    lines += [
        (names[table.file], one.name, data_type(one), one.unit, one.description, ", ".join(one.allowed) or None)
        for table in tables
        for one in table.columns
    ]
    _write_lines(Sheet(book, COLUMNS, Counter(), wrap=True), lines, [20, 24, 10, 18, 80, 40], header=True)


def _write_about(sheet: Sheet, job: Job, tables: Sequence[ExportTable]) -> None:
    facts = [fact for fact in job.info.facts if fact[0] != "Cite as"]
    lines: list[tuple] = [*facts[:5], ("How to cite", f"see the sheet {CITATIONS}; columns are explained in {COLUMNS}")]
    for table in tables:
        limits = f" Rows of {'; '.join(table.limits)} only." if table.limits else ""
        mind = f" Mind: {table.usage_warning}" if table.usage_warning else ""
        lines.append((f"Sheet {table.file}", f"{table.n_rows:,} rows. {table.description}{limits}{mind}"))
    lines += [("Note", note) for note in job.notes]
    lines += facts[5:]
    _write_lines(sheet, lines, [26, 120], header=False)
