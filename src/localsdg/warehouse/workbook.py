"""The result of a query as an Excel workbook: one sheet of data, one sheet on where it comes from."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_text
from localsdg.common.errors import UsageError
from localsdg.warehouse.query import About, plain_text

if TYPE_CHECKING:
    import pyarrow as pa

#: What a sheet of Excel holds: rows (with the header), columns, characters of a cell.
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 1_048_576, 16_384, 32_767
#: Whole numbers beyond this lose digits in a spreadsheet, which counts in doubles.
_EXACT = 2**53
_BATCH = 10_000


def write_workbook(table: pa.Table, path: Path, about: About) -> list[str]:
    """Write the sheets `data` and `about`; returns what the format could not hold, in words.

    Text stays text (`=1+1`, addresses, codes such as 001). Maps, lists and
    structs become text, as do dates before 1900, numbers of more than 15
    digits, NaN and infinity. A text of more than 32,767 characters is cut, and
    control characters are left out; both are counted. Raises `UsageError` for
    more rows or columns than a sheet has.
    """
    if table.num_rows >= MAX_ROWS or table.num_columns > MAX_COLUMNS:
        raise UsageError(
            "the result is larger than a sheet",
            expected=f"at most {MAX_ROWS - 1:,} rows and {MAX_COLUMNS:,} columns in .xlsx",
            got=f"{table.num_rows:,} rows and {table.num_columns:,} columns",
            next_step="give --output a name that ends in .parquet or .csv, or ask for less",
        )
    book = new_book(path, about.built_at)
    changes: Counter[str] = Counter()
    sheet = Sheet(book, "data", changes)
    sheet.write_row(0, table.column_names, bold=True)
    sheet.sheet.freeze_panes(1, 0)
    row_number = 1
    for batch in table.to_batches(max_chunksize=_BATCH):
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            sheet.write_row(row_number, cells)
            row_number += 1
    notes = change_notes(changes)
    second = Sheet(book, "about", Counter())
    for number, (name, text) in enumerate([*about.facts, *(("Note", note) for note in notes)]):
        second.write_row(number, (name, text))
    second.sheet.set_column(0, 0, 20)
    second.sheet.set_column(1, 1, 120)
    book.close()
    return notes


def new_book(path: Path, built_at: str) -> Any:
    """A workbook that is written row by row, so that memory stays small; `built_at` is the date in its properties."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    if built_at:
        # the same warehouse gives the same bytes
        book.set_properties({"created": datetime.fromisoformat(built_at[:19])})
    return book


def change_notes(changes: Counter[str]) -> list[str]:
    """What was changed to fit, in words."""
    return [f"{count:,} {what}" for what, count in sorted(changes.items())]


class Sheet:
    """Writes cells by their type, and counts what was changed to fit. The sheet of xlsxwriter is `sheet`."""

    def __init__(self, book: Any, name: str, changes: Counter[str], *, wrap: bool = False) -> None:
        self.sheet = book.add_worksheet(name)
        self._changes = changes
        #: Long texts in several lines, from the top of the cell.
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"}) if wrap else None
        self._bold = book.add_format({"bold": True})
        self._date = book.add_format({"num_format": "yyyy-mm-dd"})
        self._time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def write_row(self, row: int, cells: Any, *, bold: bool = False) -> None:
        """Write the cells of a row, in the order of the rows; null leaves a cell empty."""
        for column, value in enumerate(cells):
            if value is None:
                continue
            if isinstance(value, bool):
                self.sheet.write_boolean(row, column, value)
            elif isinstance(value, int | float | Decimal) and _is_exact(value):
                self.sheet.write_number(row, column, value)
            elif isinstance(value, date) and value.year >= 1900 and not getattr(value, "tzinfo", None):
                form = self._time if isinstance(value, datetime) else self._date
                self.sheet.write_datetime(row, column, value, form)
            else:
                self.sheet.write_string(row, column, self._text(value), self._bold if bold else self._wrapped)

    def _text(self, value: object) -> str:
        given = plain_text(value)
        text = clean_text(given)
        if text != given:
            self._changes["cells had control characters, which were left out"] += 1
        units = text.encode("utf-16-le")  # as Excel counts
        if len(units) > 2 * MAX_CELL:
            self._changes[f"cells were cut to {MAX_CELL:,} characters"] += 1
            return units[: 2 * MAX_CELL].decode("utf-16-le", "ignore")
        return text


def _is_exact(value: int | float | Decimal) -> bool:
    """Whether a spreadsheet shows the number as it is."""
    if isinstance(value, int):
        return abs(value) <= _EXACT
    if isinstance(value, Decimal):
        return value.is_finite() and len(value.as_tuple().digits) <= 15
    return isfinite(value)
