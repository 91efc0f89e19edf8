"""A file of records as a plain table: its header and its rows, all text, before any contract.

Rows are numbered as a person counts them: the header is row 1, blank rows
count; in JSON lines the line is the row, in a JSON array the place in it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from localsdg.common.clean_text import Cleaner
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.scratch import scratch_folder
from localsdg.common.text_encoding import UTF_8, encoding_name, utf8_with_odd_lines
from localsdg.common.unpacking import UnpacksTooMuch
from localsdg.common.whole_text import AGAIN, IsRecord, check_width, holds_records
from localsdg.common.workbook_size import check_workbook
from localsdg.common.zip_files import UNREADABLE_ZIP
from localsdg.sources.records.contract import ValidationError, column_key
from localsdg.sources.records.json_table import DecimalText, objects_of
from localsdg.sources.unsd.bulk_file import is_workbook, is_zip, plain_text, unpacked_bytes

_SEPARATORS = (",", ";", "\t")
Row = tuple[int, list[str]]  # its number, and its cells
#: Columns that hold a year or a day, by which a line within a cell is known to be a row of its own.
_DATED = frozenset({"year", "end_year", "review_year", "decided_at"})
_DATE = re.compile(r"\s*\d{4}(?:-\d\d?-\d\d?.*)?\s*")


@dataclass
class TableFile:
    """What a file holds: header cells as written, rows that can be read, and those that cannot.

    `decimals` are the places (row, column) of cells that the file holds as numbers with decimals,
    `notes` what people should know of how the file was read.
    """

    header: list[str]
    rows: list[Row]
    unreadable: list[ValidationError] = field(default_factory=list)
    decimals: set[tuple[int, int]] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    n_cleaned: int = 0  # control characters that were taken out of the cells
    header_row: int = 1


def read_table(path: Path, prefix: str, wanted: Collection[str], *, where: object, rows_key: str = "") -> TableFile:
    """Read a file by its content: a workbook, JSON, or CSV, each also gzipped.

    `wanted` are keys of columns (see `column_key`) by which the sheet of a workbook and the
    separator of a CSV are known; `rows_key` is the key of a JSON object that holds the records,
    and `prefix` that of the rules. Raises `UsageError` when there is no such file, and
    `LocalsdgError` when it is empty, damaged, in an unclear encoding or no data at all.
    """
    if not path.is_file():
        raise UsageError("no such file", where=path, expected="a CSV, xlsx or JSON file")
    if path.stat().st_size == 0:
        raise empty(where, "0 bytes")
    if is_zip(path):
        if not is_workbook(path):
            raise LocalsdgError(
                "an archive where records should be",
                where=where,
                expected="CSV, xlsx or JSON",
                next_step="unpack it first",
            )
        return _from_workbook(path, prefix, wanted, where)
    cleaner = Cleaner()
    text, notes = text_of(path, where)
    text = cleaner.value(text)
    table = (
        _from_json(text, prefix, where, rows_key, cleaner)
        if _is_json(text, path)
        else _from_csv(text, prefix, wanted, where)
    )
    table.notes, table.n_cleaned = notes + table.notes, cleaner.n_removed
    return table


def _is_json(text: str, path: Path) -> bool:
    return text.lstrip()[:1] in ("{", "[") or any(end in (".jsonl", ".ndjson") for end in path.suffixes)


def text_of(path: Path, where: object) -> tuple[str, list[str]]:
    """The text of a file, plain or gzipped, and a note where its encoding is not UTF-8 throughout.

    Raises `LocalsdgError` for a file that is too large, damaged or no text, or in an unclear encoding.
    """
    body = unpacked_bytes(path, where=where)
    # `plain_text` cuts off a padding of null bytes, and refuses web pages
    is_plain = b"\0" not in body and not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    with suppress(UnicodeDecodeError):
        text = body.decode("utf-8-sig")
        if is_plain:
            return text, []
    if is_plain and (mixed := utf8_with_odd_lines(body)):
        text, lines = mixed
        shown = ", ".join(f"{line:,}" for line in lines[:3])
        return text, [
            f"{len(lines):,} of {text.count(chr(10)):,} lines are not UTF-8; what cannot be read in them is "
            f"\N{REPLACEMENT CHARACTER} now: line {shown}"
        ]
    with scratch_folder() as folder:
        plain = plain_text(path, folder / "plain", where=where)
        note = [] if plain.encoding == UTF_8 else [f"read as {encoding_name(plain.encoding)}, as it is not UTF-8"]
        return plain.path.read_text(encoding="utf-8"), note


def _from_csv(text: str, prefix: str, wanted: Collection[str], where: object) -> TableFile:
    """Rows of every line that is not blank, the header first."""
    head = text.lstrip("\n\r").split("\n", 1)[0]
    separator = max(
        _SEPARATORS,
        key=lambda sign: (
            len({column_key(cell.strip(' "')) for cell in head.split(sign)} & set(wanted)),
            head.count(sign),
        ),
    )
    table = TableFile([], [])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    is_row: IsRecord | None = None
    try:
        for number, cells in enumerate(reader, start=1):
            if not any(cell.strip() for cell in cells):
                continue
            if not table.header:
                table.header, table.header_row = cells[: _width(cells)], number
                check_width(len(table.header), where)
                is_row = _row_test(table.header)
                continue
            if holds_records(cells, separator, is_row, len(table.header)):
                raise csv.Error(f"a quote that takes lines which are rows of their own, up to line {reader.line_num}")
            width = len(table.header)
            if len(cells) < width or any(cell.strip() for cell in cells[width:]):
                what = f"expected {width} cells, found {len(cells)}"
                table.unreadable.append(ValidationError(number, "(row)", what, separator.join(cells), f"{prefix}-R09"))
            else:
                table.rows.append((number, cells[:width]))
    except csv.Error as error:
        raise LocalsdgError(
            "the file cannot be split into rows",
            where=where,
            expected="CSV with closed quotes",
            got=f"{error}, near line {reader.line_num}",
            next_step="correct the line and run the same command",
        ) from error
    return table


def _row_test(header: Sequence[str]) -> IsRecord | None:
    """Whether cells are a row under the header: as many, with a year or a day in the place of one."""
    dated = [place for place, cell in enumerate(header) if column_key(cell) in _DATED]
    if not dated or len(header) < 3:
        return None
    return lambda cells: len(cells) == len(header) and any(_DATE.fullmatch(cells[place]) for place in dated)


def _width(header: Sequence[str]) -> int:
    """Cells up to the last that names a column."""
    return max(number for number, cell in enumerate(header, start=1) if cell.strip())


def _from_workbook(path: Path, prefix: str, wanted: Collection[str], where: object) -> TableFile:
    """Rows of the sheet with the most of the wanted columns; a note names the others that hold something."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        check_workbook(path, where)
        workbook = CalamineWorkbook.from_path(path)
        sheets = {
            name: list(enumerate(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1))
            for name in workbook.sheet_names
        }
    except UnpacksTooMuch:
        raise
    except (CalamineError, *UNREADABLE_ZIP) as error:
        raise LocalsdgError(
            "the workbook cannot be read", where=where, expected="a whole xlsx file", got=error, next_step=AGAIN
        ) from error
    filled = {
        name: [(n, row) for n, row in rows if any(cell_text(cell).strip() for cell in row)]
        for name, rows in sheets.items()
    }
    filled = {name: rows for name, rows in filled.items() if rows}
    if not filled:
        return TableFile([], [])
    chosen = _sheet_of_records(filled, set(wanted), where)
    table = _from_sheet(filled.pop(chosen), prefix, where)
    if filled:
        others = ", ".join(f"{name} ({len(rows):,} row{'s' if len(rows) > 1 else ''})" for name, rows in filled.items())
        table.notes.append(f"the records are the sheet {chosen}; other sheets are left out: {others}")
    return table


def _sheet_of_records(filled: dict[str, list[tuple[int, list]]], wanted: set[str], where: object) -> str:
    """The sheet with the most of the wanted columns; raises where two that hold rows have as many."""
    fits = {name: len({column_key(cell_text(cell)) for cell in rows[0][1]} & wanted) for name, rows in filled.items()}
    best = [name for name in filled if fits[name] == max(fits.values())]
    with_rows = [name for name in best if len(filled[name]) > 1]
    if len(with_rows) > 1 and fits[best[0]]:
        raise LocalsdgError(
            "several sheets may hold the records",
            where=where,
            expected="one sheet with the columns of records",
            got=", ".join(f"{name} ({len(filled[name]) - 1:,} rows)" for name in with_rows[:10]),
            next_step="keep one sheet, or save each as a file, and run the same command",
        )
    return (with_rows or best)[0]


def _from_sheet(rows: list[tuple[int, list]], prefix: str, where: object) -> TableFile:
    cleaner = Cleaner()
    header = [cell_text(cell) for cell in rows[0][1]]
    width = _width(header)
    check_width(width, where)
    table = TableFile(cleaner.value(header[:width]), [], header_row=rows[0][0])
    for number, cells in rows[1:]:
        texts = cleaner.value([cell_text(cell) for cell in cells])
        if any(text.strip() for text in texts[width:]):
            what, found = f"expected {width} cells, found {_width(texts)}", ",".join(texts[: _width(texts)])
            table.unreadable.append(ValidationError(number, "(row)", what, found, f"{prefix}-R09"))
            continue
        table.rows.append((number, texts[:width]))
        table.decimals |= {
            (number, at) for at, cell in enumerate(cells) if isinstance(cell, float) and not cell.is_integer()
        }
    table.n_cleaned = cleaner.n_removed
    return table


def cell_text(value: object) -> str:
    """A cell as text: 2017.0 -> 2017, a day -> 2017-03-01."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value)


def _from_json(text: str, prefix: str, where: object, rows_key: str, cleaner: Cleaner) -> TableFile:
    objects, broken, note = objects_of(text, where=where, rows_key=rows_key)
    header = list(dict.fromkeys(name for _, cells in objects for name in cells))
    check_width(len(header), where)
    at = {name: position for position, name in enumerate(header)}
    table = TableFile(cleaner.value(header), [], notes=[note] if note else [])
    for number, cells in objects:
        row = [""] * len(header)
        for name, value in cells.items():
            row[at[name]] = str(value)
            if isinstance(value, DecimalText):
                table.decimals.add((number, at[name]))
        table.rows.append((number, cleaner.value(row)))
    table.unreadable = [ValidationError(n, "(row)", what, got, f"{prefix}-R09") for n, what, got in broken]
    return table


def empty(where: object, got: str) -> LocalsdgError:
    """The error for a file without records."""
    return LocalsdgError(
        "the file holds no records", where=where, expected="a header and one row or more", got=got, next_step=AGAIN
    )
