"""Reads record files (CSV, xlsx, JSON lines) into text columns of a contract.

Rows are numbered as a person counts them: the header is row 1, blank rows
count; in JSON lines the line is the row.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.clean_text import Cleaner
from localsdg.common.csv_files import decode_utf8
from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.sources.records.contract import Contract, ValidationError
from localsdg.sources.unsd.bulk_file import AGAIN, is_workbook, is_zip, plain_text

if TYPE_CHECKING:
    import pandas as pd

_SEPARATORS = (",", ";", "\t")
Row = tuple[int, list[str]]  # its number, and its cells


@dataclass
class Records:
    """What a file holds: its good rows, the rows that cannot be read, and faults of its header.

    `frame` has one text column for each column of the contract, `''` for
    blank, and row numbers as index. `missing` are required columns that the
    file does not have: then no row can be used.
    """

    frame: pd.DataFrame
    unreadable: list[ValidationError] = field(default_factory=list)
    header: list[ValidationError] = field(default_factory=list)
    missing: bool = False
    n_cleaned: int = 0  # control characters that were taken out of the cells

    @property
    def n_rows(self) -> int:
        """Rows of the file, blank ones not counted."""
        return len(self.frame) + len(self.unreadable)


def read_records(path: Path, contract: Contract, *, where: object | None = None) -> Records:
    """Read a file by its content: a workbook, JSON lines, or CSV.

    Raises `UsageError` when there is no such file, and `LocalsdgError` when it
    is empty, damaged, not UTF-8 or no data at all.
    """
    where, cleaner = where or path.name, Cleaner()
    unreadable: list[ValidationError] = []
    if not path.is_file():
        raise UsageError("no such file", where=path, expected="a CSV, xlsx or JSON lines file")
    if path.stat().st_size == 0:
        raise _empty(where, "0 bytes")
    if is_zip(path):
        if not is_workbook(path):
            raise LocalsdgError(
                "an archive where records should be",
                where=where,
                expected="CSV, xlsx or JSON lines",
                next_step="unpack it first",
            )
        rows = _workbook_rows(path, contract, where)
    elif _is_json(path):
        return _from_objects(cleaner.value(_json_text(path, where)), contract, where, cleaner)
    else:
        with tempfile.TemporaryDirectory(prefix="localsdg-") as folder:
            plain = plain_text(path, Path(folder) / "plain", where=where, only_utf8=True).path
            text = cleaner.value(plain.read_text(encoding="utf-8"))
        rows, unreadable = _csv_rows(text, contract, where)
    if not rows:
        raise _empty(where, "0 rows")
    return _from_rows(rows, unreadable, contract, where, cleaner)


def _is_json(path: Path) -> bool:
    with path.open("rb") as handle:
        start = handle.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:1] in (b"{", b"[") or path.suffix.lower() in (".jsonl", ".ndjson")


def _json_text(path: Path, where: object) -> str:
    return decode_utf8(path.read_bytes(), where=where, next_step="save it as UTF-8 and run the same command")


def _csv_rows(text: str, contract: Contract, where: object) -> tuple[list[Row], list[ValidationError]]:
    """(row number, cells) of every row that is not blank, the header first."""
    head = text.lstrip("\n\r").split("\n", 1)[0]
    separator = max(_SEPARATORS, key=lambda s: len({_key(cell) for cell in head.split(s)} & set(contract.column_names)))
    rows: list[Row] = []
    unreadable = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if not any(cell.strip() for cell in cells):
                continue
            width = len(rows[0][1]) if rows else _width(cells)
            if len(cells) < width or any(cell.strip() for cell in cells[width:]):
                unreadable.append(
                    ValidationError(
                        number,
                        "(row)",
                        f"expected {width} cells, found {len(cells)}",
                        separator.join(cells),
                        f"{contract.prefix}-R09",
                    )
                )
            else:
                rows.append((number, cells[:width]))
    except csv.Error as error:
        raise LocalsdgError(
            "the file cannot be split into rows",
            where=where,
            expected="CSV with closed quotes",
            got=f"{error}, near line {reader.line_num}",
            next_step="correct the line and run the same command",
        ) from error
    return rows, unreadable


def _width(header: list[str]) -> int:
    """Cells up to the last that names a column."""
    return max(number for number, cell in enumerate(header, start=1) if cell.strip())


def _workbook_rows(path: Path, contract: Contract, where: object) -> list[Row]:
    """Rows of the first sheet that has the required columns, else of the first sheet."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(path)
        sheets = [
            [
                (number, [_cell(cell) for cell in row])
                for number, row in enumerate(sheet.to_python(skip_empty_area=False), start=1)
            ]
            for sheet in map(workbook.get_sheet_by_name, workbook.sheet_names)
        ]
    except (CalamineError, OSError, ValueError) as error:
        raise LocalsdgError(
            "the workbook cannot be read", where=where, expected="a whole xlsx file", got=error, next_step=AGAIN
        ) from error
    filled = [[row for row in rows if any(cell.strip() for cell in row[1])] for rows in sheets]
    fits = [rows for rows in filled if rows and set(contract.required) <= set(map(_key, rows[0][1]))]
    return next(iter(fits or filled), [])


def _cell(value: object) -> str:
    """A cell as text: 2017.0 -> 2017, a day -> 2017-03-01."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value)


def _from_rows(
    rows: list[Row], unreadable: list[ValidationError], contract: Contract, where: object, cleaner: Cleaner
) -> Records:
    import pandas as pd

    rows = [(number, cleaner.value(cells)) for number, cells in rows]
    names = [_key(cell) for cell in rows[0][1][: _width(rows[0][1])]]
    header, missing = _header_faults(names, contract, rows[0][0])
    if len(rows) == 1 and not unreadable:
        raise _empty(where, "a header alone")
    numbers = [number for number, _ in rows[1:]]
    columns = {
        name: [cells[names.index(name)] if name in names else "" for _, cells in rows[1:]]
        for name in contract.column_names
    }
    frame = pd.DataFrame(columns, index=pd.Index(numbers, dtype="int64"), dtype="str")
    return Records(frame, unreadable, header, missing, cleaner.n_removed)


def _from_objects(text: str, contract: Contract, where: object, cleaner: Cleaner) -> Records:
    import pandas as pd

    rows, unreadable = {}, []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            body = json.loads(line)
            rows[number] = {_key(cleaner.value(name)): cleaner.value(_value(value)) for name, value in body.items()}
        except (ValueError, AttributeError, TypeError, RecursionError) as error:
            what = "expected one JSON object a line" + (f" ({error})" if isinstance(error, TypeError) else "")
            unreadable.append(ValidationError(number, "(row)", what, line, f"{contract.prefix}-R09"))
    if not rows and not unreadable:
        raise _empty(where, "0 lines")
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    header, missing = _header_faults(names, contract, 1) if rows else ([], False)
    columns = {name: [row.get(name, "") for row in rows.values()] for name in contract.column_names}
    frame = pd.DataFrame(columns, index=pd.Index(list(rows), dtype="int64"), dtype="str")
    return Records(frame, unreadable, header, missing, cleaner.n_removed)


def _value(value: object) -> str:
    """A JSON value as the text that a cell would hold; a list with semicolons."""
    parts = value if isinstance(value, list) else [value]
    if any(isinstance(part, dict | list) for part in parts):
        raise TypeError("a value is an object")
    return "; ".join("" if part is None else _cell(part) for part in parts)


def _header_faults(names: list[str], contract: Contract, row: int) -> tuple[list[ValidationError], bool]:
    """Missing, unknown and doubled columns; whether a required one is missing."""
    rule = f"{contract.prefix}-R12"
    known = ", ".join(contract.column_names)
    absent = [name for name in contract.required if name not in names]
    faults = [
        ValidationError(row, name, "the column is missing", ", ".join(n for n in names if n), rule) for name in absent
    ]
    faults += [
        ValidationError(row, name or "(blank)", f"unknown column, expected {known}", "", rule)
        for name in dict.fromkeys(names)
        if name not in contract.column_names
    ]
    faults += [
        ValidationError(row, name, "the column is there twice", "", rule)
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    return faults, bool(absent)


def _key(cell: str) -> str:
    """`Local government` and `local_government` are one column."""
    return re.sub(r"[\s_-]+", "_", cell.strip().lower())


def _empty(where: object, got: str) -> LocalsdgError:
    return LocalsdgError(
        "the file holds no records", where=where, expected="a header and one row or more", got=got, next_step=AGAIN
    )
