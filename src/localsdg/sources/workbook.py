"""The xlsx files that the data portal serves.

The first sheet with a `SeriesCode` column holds the observations; other
sheets hold code descriptions. All cells are taken as text: the portal writes
values as text and years and codes as numbers.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.errors import LocalsdgError
from localsdg.sources.bulk_file import AGAIN

if TYPE_CHECKING:
    import pandas as pd


def read_workbook(path: Path, *, where: object | None = None) -> pd.DataFrame:
    """The observations of a portal xlsx: one text column a header cell, '' for empty.

    Raises `LocalsdgError` when the file cannot be read, or no sheet has the
    layout.
    """
    import pandas as pd
    from python_calamine import CalamineError, CalamineWorkbook

    where = where or path.name
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheets = {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
        first_rows = {name: _first_row(sheet) for name, sheet in sheets.items()}
        name = next((n for n, row in first_rows.items() if "SeriesCode" in row), None)
        rows = sheets[name].to_python(skip_empty_area=True) if name else []
    except (CalamineError, OSError, ValueError) as error:
        raise LocalsdgError(
            "the workbook cannot be read", where=where,
            expected="a whole xlsx file", got=error, next_step=AGAIN,
        ) from error
    if name is None:
        shown = "; ".join(f"{n}: {', '.join(row[:6]) or 'empty'}" for n, row in first_rows.items())
        raise LocalsdgError(
            "no sheet holds observations", where=where,
            expected="a sheet with the column SeriesCode", got=shown, next_step=AGAIN,
        )
    header = [str(cell).strip() for cell in rows[0]]
    width = max((i + 1 for i, cell in enumerate(header) if cell), default=0)
    body = [[_text(cell) for cell in row[:width]] for row in rows[1:]]
    return pd.DataFrame(body, columns=header[:width], dtype="str")


def _first_row(sheet) -> list[str]:
    for row in sheet.iter_rows():
        return [str(cell).strip() for cell in row]
    return []


def _text(cell: object) -> str:
    """2017.0 -> 2017: Excel keeps years and codes as floating point numbers."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
