"""The result of a query as a file: CSV, JSON, Parquet or a workbook.

CSV, JSON and Parquet carry all digits. In a CSV a text that a spreadsheet would run
has an apostrophe before it. JSON has no NaN and no infinity: they
become null, and are counted. A workbook holds text as text, whatever it
begins with, and says on a second sheet where its numbers come from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import text
from localsdg.common.errors import UsageError
from localsdg.common.formula_guard import RUNS, guard_formula, is_number
from localsdg.common.output_files import write_whole
from localsdg.common.scratch import scratch_folder
from localsdg.warehouse.query import About

if TYPE_CHECKING:
    import pyarrow as pa

#: Format of a file by the end of its name; the longer ending first.
ENDINGS = {
    ".csv.gz": "csv",
    ".csv": "csv",
    ".json": "json",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}
#: Formats of which a terminal shows nothing readable.
BINARY = ("parquet", "xlsx")
_FLOATS = re.compile("double|float")
_COPY = {
    "csv": "format csv, header",
    "json": "format json, array true",
    "parquet": "format parquet, compression zstd",
}


def ending_of(path: Path) -> str | None:
    """The known ending of a name, in any letter case; None where it has none."""
    return next((ending for ending in ENDINGS if path.name.lower().endswith(ending)), None)


def write_result(
    table: pa.Table, kind: str, target: Path, *, gzip: bool = False, about: About | None = None
) -> list[str]:
    """Write a result to a file, whole or not at all; returns what the format could not hold, in words.

    `kind` is csv, json, parquet or xlsx; `gzip` is for csv. Raises
    `UsageError` where the format cannot hold the result.
    """
    notes: list[str] = []
    write_whole(target, lambda draft: notes.extend(_write(table, kind, draft, gzip, about)))
    return notes


def result_bytes(table: pa.Table, kind: str, about: About | None = None) -> tuple[bytes, list[str]]:
    """The bytes of `write_result`, and its notes."""
    with scratch_folder() as folder:
        path = folder / "result"
        notes = _write(table, kind, path, False, about)
        return path.read_bytes(), notes


def unique_names(names: list[str]) -> list[str]:
    """Column names of which none occurs twice, in any letter case: `a`, `a_2`, `a_3`."""
    taken = {name.lower() for name in names}
    seen: Counter[str] = Counter()
    renamed = []
    for name in names:
        seen[name.lower()] += 1
        number, new = seen[name.lower()], name
        while number > 1 and (new == name or new.lower() in taken):
            new, number = f"{name}_{number}", number + 1
        taken.add(new.lower())
        renamed.append(new)
    return renamed


def _write(table: pa.Table, kind: str, path: Path, gzip: bool, about: About | None) -> list[str]:
    import duckdb

    # a file has one column of a name
    table = table.rename_columns(unique_names(table.column_names))
    if kind == "xlsx":
        from localsdg.warehouse.workbook import write_workbook

        return write_workbook(table, path, about or About())
    notes = []
    if kind == "csv":
        table, guarded = _guarded(table)
        if guarded:
            notes.append(f"{guarded:,} texts that a spreadsheet would run as a formula have an apostrophe before them")
    if kind == "json":
        table, lost = _finite(table)
        if lost:
            notes.append(f"{lost:,} numbers are NaN or infinite, which JSON cannot hold: written as null")
    options = _COPY[kind] + (", compression gzip" if gzip else "")
    con = duckdb.connect()
    try:
        con.register("result", table)
        con.execute(f"copy (select * from result) to {text(path)} ({options})")
    except duckdb.Error as error:
        raise UsageError(
            "the result cannot be written",
            where=path,
            expected=f"a result that {kind} can hold",
            got=str(error).splitlines()[0],
        ) from error
    finally:
        con.close()
    return notes


def _guarded(table: pa.Table) -> tuple[pa.Table, int]:
    """The table with every text that a spreadsheet would run guarded, names of columns too; and how many cells."""
    import pyarrow as pa
    import pyarrow.compute as pc

    changed = 0
    table = table.rename_columns([guard_formula(name) for name in table.column_names])
    for place, field in enumerate(table.schema):
        column = table.column(place)
        if pa.types.is_dictionary(field.type):
            column = column.cast(field.type.value_type)
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            continue
        if not pc.any(pc.match_substring_regex(column, RUNS)).as_py():
            continue
        cells = column.to_pylist()
        safe = [cell if cell is None or is_number(cell) else guard_formula(cell) for cell in cells]
        changed += sum(one != other for one, other in zip(cells, safe, strict=True))
        table = table.set_column(place, field.name, pa.chunked_array([pa.array(safe, column.type)]))
    return table, changed


def _finite(table: pa.Table) -> tuple[pa.Table, int]:
    """The table with null for NaN and infinity, also within lists, structs and maps; and how many."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lost = 0
    for place, field in enumerate(table.schema):
        column = table.column(place)
        if pa.types.is_floating(field.type):
            good = pc.is_finite(column)
            n_bad = pc.sum(pc.invert(good)).as_py() or 0
            if n_bad:
                column = pc.if_else(good, column, pa.scalar(None, field.type))
                table = table.set_column(place, field, column)
                lost += n_bad
        elif pa.types.is_nested(field.type) and _FLOATS.search(str(field.type)):
            counted: Counter[str] = Counter()
            cells = [_finite_cell(cell, counted.update) for cell in column.to_pylist()]
            if counted:
                table = table.set_column(place, field, pa.chunked_array([pa.array(cells, field.type)]))
                lost += counted.total()
    return table, lost


def _finite_cell(value: object, count: Callable[[list[str]], object]) -> object:
    from math import isfinite

    if isinstance(value, float) and not isfinite(value):
        count(["lost"])
        return None
    if isinstance(value, dict):
        return {key: _finite_cell(part, count) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_finite_cell(part, count) for part in value)
    return value
