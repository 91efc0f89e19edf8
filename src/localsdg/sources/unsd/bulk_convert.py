"""Writes a bulk CSV of any dialect as the UN writes it: UTF-8, commas, points, a row an observation."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from localsdg.common.errors import LocalsdgError
from localsdg.sources.unsd.bulk_dialect import Dialect, cells_needed, year_columns
from localsdg.sources.unsd.bulk_layout import fixed_name, layout_key
from localsdg.sources.unsd.bulk_scan import NUMBERS, read_records
from localsdg.sources.unsd.decimal_marks import COMMA, read_number
from localsdg.sources.unsd.excel_codes import AGE_IS_A_DATE

#: Rule of a row that does not have the columns of the header.
RAGGED = "UNSD-R05"


@dataclass(frozen=True)
class RejectedRow:
    """A row that is left out of the clean CSV; `row` counts from 1 below the header."""

    row: int
    rule_id: str
    detail: str


@dataclass
class Converted:
    """The clean CSV: header, rows written, rows left out, and blank cells of a wide file."""

    header: list[str]
    n_written: int = 0
    n_read: int = 0
    blank_cells: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)


def convert(path: Path, target: Path, header: list[str], dialect: Dialect, *, where: object) -> Converted:
    """Write `path` (UTF-8) to `target` by its dialect.

    Every record is written, or is in `rejected`; of a wide file every cell of
    a year is written or counted as blank. Raises `LocalsdgError` where that
    does not add up.
    """
    years = year_columns(header, where=where) if dialect.wide else {}
    kept = [place for place in range(len(header)) if place not in years and place not in dialect.nameless]
    result = Converted([header[place] for place in kept] + (["TimePeriod", "Value"] if years else []))
    repairs = _repairs(header, dialect, years)
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(result.header)
        for record in _whole(path, header, dialect, result, where):
            for place, read_cell in repairs:
                record[place] = read_cell(record[place])
            if years:
                rows = [
                    [*(record[place] for place in kept), year, record[place]]
                    for place, year in years.items()
                    if record[place].strip()
                ]
                result.blank_cells += len(years) - len(rows)
                writer.writerows(rows)
                result.n_written += len(rows)
            else:
                writer.writerow([record[place] for place in kept])
                result.n_written += 1
    _require_all(result, len(years), where)
    return result


def _whole(path: Path, header: list[str], dialect: Dialect, result: Converted, where: object) -> Iterator[list[str]]:
    """Records with a cell for each column; the others go to `result.rejected`."""
    width, needed = len(header), cells_needed(header)
    rejecting = [
        (place, key, frozenset(dialect.rejected[key]))
        for place, cell in enumerate(header)
        if (key := layout_key(cell)) in dialect.rejected
    ]
    for record in read_records(path, dialect, where):
        result.n_read += 1
        rule: str | None = None
        detail = ""
        if any(cell.strip() for cell in record[width:]) or len(record) < needed:
            rule, detail = RAGGED, f"{len(record)} cells for {width} columns"
        record = record[:width] + [""] * (width - len(record))
        for place, key, cells in rejecting:
            if rule is None and record[place] in cells:
                rule, detail = AGE_IS_A_DATE, f"{key} {record[place]}"
        if rule:
            result.rejected.append(RejectedRow(result.n_read, rule, detail))
        else:
            yield record


def _repairs(header: list[str], dialect: Dialect, years: dict[int, str]) -> list[tuple[int, Callable[[str], str]]]:
    """Place of a column -> what makes its cells readable."""
    repairs: list[tuple[int, Callable[[str], str]]] = []
    for place, cell in enumerate(header):
        if pairs := dialect.replaced.get(layout_key(cell)):
            repairs.append((place, partial(_replaced, pairs)))
        elif place in years or fixed_name(cell) in NUMBERS:
            if dialect.delimiter != "," or dialect.decimal == COMMA:
                repairs.append((place, lambda text: read_number(text, dialect.decimal)))
    return repairs


def _replaced(pairs: Mapping[str, str], text: str) -> str:
    return pairs.get(text, text)


def _require_all(result: Converted, n_years: int, where: object) -> None:
    """What was read is written, rejected or blank."""
    whole = result.n_read - len(result.rejected)
    expected = whole * n_years if n_years else whole
    if result.n_written + result.blank_cells != expected:
        raise LocalsdgError(
            "cells are unaccounted for",
            where=where,
            expected=f"{expected:,} cells or rows",
            got=f"{result.n_written:,} written and {result.blank_cells:,} blank",
            next_step="report this with the file: rows were lost",
        )
