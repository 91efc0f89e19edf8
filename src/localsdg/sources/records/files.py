"""Files of records as text columns of their contract: read, mapped, and held against its columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.digits import ascii_digits
from localsdg.registry.sdg_codes import sdg_codes
from localsdg.sources.records.contract import ACTIONS, Contract, ValidationError, column_key
from localsdg.sources.records.mapping import MappedTable, RecordMapping, apply_mapping
from localsdg.sources.records.table_file import TableFile, empty, read_table

if TYPE_CHECKING:
    import pandas as pd

#: Types of columns that are read as numbers.
_NUMBERS = ("year", "count", "sdgs")


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
    traps: list[ValidationError] = field(default_factory=list)  # numbers that may be another target
    others: dict[int, list[str]] = field(default_factory=dict)  # row number -> cells of the columns that are left out
    columns: list[str] = field(default_factory=list)  # of the file, as written
    left_out: list[str] = field(default_factory=list)  # columns of the file that the contract does not have
    notes: list[str] = field(default_factory=list)  # what people should know of how it was read

    @property
    def n_rows(self) -> int:
        """Rows of the file, blank ones not counted."""
        return len(self.frame) + len(self.unreadable)


def read_records(
    path: Path, contract: Contract, *, where: object | None = None, mapping: RecordMapping | None = None
) -> Records:
    """Read a file by its content: a workbook, JSON, or CSV; `mapping` says which column is which.

    Raises `UsageError` when there is no such file or the mapping names a column that it lacks,
    and `LocalsdgError` when it is empty, damaged, in an unclear encoding or no data at all.
    """
    import pandas as pd

    where, mapping = where or path.name, mapping or RecordMapping()
    names = contract.column_names
    table = read_table(path, contract.prefix, mapping.wanted() | set(names), where=where, rows_key=mapping.rows_key)
    if not table.rows and not table.unreadable:
        raise empty(where, "a header alone" if table.header else "0 rows")
    mapped = apply_mapping(table, mapping, names, where=where)
    header, missing = _header_faults(table, contract, mapping) if table.header else ([], False)
    frame = pd.DataFrame(
        mapped.columns, index=pd.Index([row.number for row in mapped.rows], dtype="int64"), dtype="str", columns=names
    )
    for column in contract.columns:
        if column.type in _NUMBERS:  # Python reads other digits as well, DuckDB does not
            frame[column.name] = frame[column.name].map(ascii_digits)
    return Records(
        frame,
        table.unreadable,
        header,
        missing,
        table.n_cleaned,
        _traps(frame, mapped, contract),
        {row.number: cells for row, cells in zip(mapped.rows, mapped.others, strict=True)},
        [cell.strip() for cell in table.header if cell.strip()],
        mapped.left_out,
        [*table.notes, *_counts(table, mapped)],
    )


def _counts(table: TableFile, mapped: MappedTable) -> list[str]:
    """Notes on what was taken out of a file on the way."""
    counts = (("rows that hold no record", mapped.n_without), ("control characters taken out", table.n_cleaned))
    return [f"{what}: {n:,}" for what, n in counts if n]


def _header_faults(table: TableFile, contract: Contract, mapping: RecordMapping) -> tuple[list[ValidationError], bool]:
    """Missing, unknown and doubled columns; whether a required one is missing."""
    names, rule = [column_key(cell) for cell in table.header], f"{contract.prefix}-R12"
    given = {*names, *mapping.columns, *mapping.constants}
    absent = [name for name in contract.required if name not in given]
    if contract is ACTIONS and "description" in given:
        absent.remove("title") if "title" in absent else None
    faults = [
        ValidationError(
            table.header_row, name, "the column is missing", ", ".join(cell for cell in table.header if cell), rule
        )
        for name in absent
    ]
    if contract is not ACTIONS:
        known = ", ".join(contract.column_names)
        faults += [
            ValidationError(table.header_row, name or "(blank)", f"unknown column, expected {known}", "", rule)
            for name in dict.fromkeys(names)
            if name not in contract.column_names
        ]
    faults += [
        ValidationError(table.header_row, name, "the column is there twice", "", rule)
        for name in dict.fromkeys(names)
        if names.count(name) > 1 and name in contract.column_names and name not in mapping.columns
    ]
    return faults, bool(absent)


def _traps(frame: pd.DataFrame, mapped: MappedTable, contract: Contract) -> list[ValidationError]:
    """Cells that hold 8.1 as a number: the target 8.10 is the same number."""
    checked = [column.name for column in contract.columns if column.type == "sdgs"]
    faults = []
    for number, name in sorted(mapped.decimals):
        text = frame.at[number, name] if name in checked else ""
        if any(f"{part}0" in sdg_codes() for part in re.findall(r"\d+\.\d+", text)):
            what = "a number that may be 8.1 or 8.10: write SDG 8.1 or SDG 8.10, or make the cells text"
            what = what.replace("8.1", re.findall(r"\d+\.1(?!\d)", text)[0])
            faults.append(ValidationError(number, name, what, text, f"{contract.prefix}-R17"))
    return faults
