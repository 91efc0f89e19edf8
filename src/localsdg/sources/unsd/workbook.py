"""The xlsx files that the data portal serves, as served or as a spreadsheet saved them.

The sheet with the columns `SeriesCode` and `GeoAreaCode` holds the observations,
and a second one is refused; other sheets hold code descriptions. All cells are taken as text: the portal writes
values as text and years and codes as numbers. A sheet with a column a year
becomes one row an observation, and ages that a spreadsheet made dates are
read back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError
from localsdg.common.unpacking import UnpacksTooMuch
from localsdg.common.whole_text import AGAIN
from localsdg.common.workbook_size import check_workbook
from localsdg.common.zip_files import UNREADABLE_ZIP
from localsdg.sources.unsd.bulk_convert import RejectedRow
from localsdg.sources.unsd.bulk_dialect import Dialect, year_columns
from localsdg.sources.unsd.bulk_layout import fixed_name, layout_key
from localsdg.sources.unsd.bulk_scan import nameless_column
from localsdg.sources.unsd.excel_codes import AGE_IS_A_DATE, REPAIRS, find_rewritten

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Sheet:
    """The observations of a workbook.

    `frame` has one text column a header cell, '' for empty. `rejected` are
    rows that are not in it; `blank_cells` are years of a wide sheet that hold
    nothing, and `notes` are sentences for people.
    """

    frame: pd.DataFrame
    rejected: tuple[RejectedRow, ...] = ()
    blank_cells: int = 0
    notes: tuple[str, ...] = ()
    wide: bool = False

    @property
    def n_records(self) -> int:
        """Rows of the frame and rejected rows."""
        return len(self.frame) + len(self.rejected)

    def as_extra(self) -> dict:
        """What the manifest keeps."""
        extra: dict = {"blank_cells": self.blank_cells} if self.wide else {}
        return extra | ({"notes": list(self.notes)} if self.notes else {})


def read_workbook(path: Path, *, where: object | None = None) -> pd.DataFrame:
    """The frame of `read_sheet`."""
    return read_sheet(path, where=where).frame


def read_sheet(path: Path, *, where: object | None = None) -> Sheet:
    """The observations of a portal xlsx.

    Raises `LocalsdgError` when the file cannot be read, no sheet has the
    layout, or a column without a name holds something.
    """
    import pandas as pd

    where = where or path.name
    rows = _observation_rows(path, where)
    header = [_text(cell).strip() for cell in rows[0]]
    header += [""] * (max(map(len, rows)) - len(header))
    body = [[_text(cell) for cell in row] + [""] * (len(header) - len(row)) for row in rows[1:]]
    for place, name in enumerate(header):
        if not name:
            for number, row in enumerate(body, 1):
                if row[place].strip():
                    raise nameless_column(place, len(header), row[place], number, where)
    named = [place for place, name in enumerate(header) if name]
    rewritten = find_rewritten(
        {
            layout_key(header[place]): {row[place] for row in body}
            for place in named
            if layout_key(header[place]) in REPAIRS
        }
    )
    rejected = _repair(body, header, rewritten)
    left_out = {one.row for one in rejected}
    frame = pd.DataFrame(
        [[row[place] for place in named] for number, row in enumerate(body, 1) if number not in left_out],
        columns=[header[place] for place in named],
        dtype="str",
    )
    years = year_columns(list(frame.columns), where=where)
    frame, blank = _long(frame, years) if years else (frame, 0)
    words = Dialect(wide=bool(years)).words
    return Sheet(frame, rejected, blank, tuple(filter(None, [words, *rewritten.notes])), bool(years))


def _observation_rows(path: Path, where: object) -> Sequence[Sequence[object]]:
    """All rows of the sheet that holds observations."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        check_workbook(path, where)
        workbook = CalamineWorkbook.from_path(path)
        sheets = {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
        first_rows = {name: _first_row(sheet) for name, sheet in sheets.items()}
        name = _sheet_of_observations(sheets, first_rows, where)
        rows = sheets[name].to_python(skip_empty_area=True) if name else []
    except UnpacksTooMuch:
        raise
    except (CalamineError, *UNREADABLE_ZIP) as error:
        raise LocalsdgError(
            "the workbook cannot be read",
            where=where,
            expected="a whole xlsx file",
            got=error,
            next_step=AGAIN,
        ) from error
    if name is None:
        shown = "; ".join(f"{n}: {', '.join(row[:6]) or 'empty'}" for n, row in first_rows.items())
        raise LocalsdgError(
            "no sheet holds observations",
            where=where,
            expected="a sheet with the column SeriesCode",
            got=shown,
            next_step=AGAIN,
        )
    return rows


def _sheet_of_observations(sheets: dict, first_rows: dict[str, list[str]], where: object) -> str | None:
    """The sheet that names series; of areas too, where one does. Raises where two that hold rows do."""
    names = {sheet: set(map(fixed_name, row)) for sheet, row in first_rows.items()}
    series = [sheet for sheet in names if "SeriesCode" in names[sheet]]
    both = [sheet for sheet in series if "GeoAreaCode" in names[sheet]]
    with_rows = [sheet for sheet in both if len(both) == 1 or len(sheets[sheet].to_python(skip_empty_area=True)) > 1]
    if len(with_rows) > 1:
        raise LocalsdgError(
            "several sheets hold observations",
            where=where,
            expected="one sheet with the columns SeriesCode and GeoAreaCode",
            got=", ".join(with_rows[:10]),
            next_step="keep one sheet, or save each as a file, and run the same command",
        )
    return next(iter([*with_rows, *both, *series]), None)


def _repair(body: list[list[str]], header: list[str], rewritten) -> tuple[RejectedRow, ...]:
    """Put back what a spreadsheet rewrote, in place; returns the rows that cannot be used."""
    rejected: dict[int, RejectedRow] = {}
    for place, name in enumerate(header):
        key = layout_key(name)
        pairs, bad = rewritten.replaced.get(key, {}), frozenset(rewritten.rejected.get(key, ()))
        if not pairs and not bad:
            continue
        for number, row in enumerate(body, 1):
            if row[place] in bad:
                rejected[number] = RejectedRow(number, AGE_IS_A_DATE, f"{key} {row[place]}")
            row[place] = pairs.get(row[place], row[place])
    return tuple(rejected[number] for number in sorted(rejected))


def _long(frame: pd.DataFrame, years: dict[int, str]) -> tuple[pd.DataFrame, int]:
    """One row a cell of a year that holds something; and the number of those that hold nothing."""
    names = {frame.columns[place]: year for place, year in years.items()}
    others = [name for name in frame.columns if name not in names]
    melted = frame.melt(id_vars=others, value_vars=list(names), var_name="TimePeriod", value_name="Value")
    melted["TimePeriod"] = melted["TimePeriod"].map(names).astype("str")
    filled = melted["Value"].str.strip() != ""
    return melted[filled].reset_index(drop=True), int((~filled).sum())


def _first_row(sheet) -> list[str]:
    for row in sheet.iter_rows():
        return [_text(cell).strip() for cell in row]
    return []


def _text(cell: object) -> str:
    """2017.0 -> 2017: Excel keeps years and codes as floating point numbers."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
