"""One pass over a bulk CSV: counts its records and finds how it is written.

The count is by the csv module, and so independent of DuckDB, which stages the
file later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from localsdg.common.errors import LocalsdgError
from localsdg.common.whole_text import IsRecord, csv_records
from localsdg.sources.unsd.bulk_dialect import Dialect, cells_needed, year_columns
from localsdg.sources.unsd.bulk_layout import fixed_name, layout_key
from localsdg.sources.unsd.decimal_marks import COMMA, MARKS, POINT, Marks
from localsdg.sources.unsd.excel_codes import REPAIRS, find_rewritten

_YEAR = re.compile(r"\s*\d{4}(?:\.0)?\s*")
NUMBERS = ("Value", "UpperBound", "LowerBound")


@dataclass(frozen=True)
class Scan:
    """Records below the header, how they are written, and what people should know."""

    n_records: int
    dialect: Dialect
    notes: tuple[str, ...]


def read_records(path: Path, dialect: Dialect, where: object) -> Iterator[list[str]]:
    """The records of a UTF-8 text below its header; raises `OpenQuote` behind the last."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for _ in range(dialect.skip_lines):
            handle.readline()
        records = csv_records(handle, where=where, delimiter=dialect.delimiter, record_test=record_test)
        next(records, None)
        yield from filter(None, records)


def record_test(header: list[str]) -> IsRecord | None:
    """Whether cells are an observation under the header: as many, with a year in its place."""
    places = [place for place, cell in enumerate(header) if fixed_name(cell) == "TimePeriod"]
    if len(places) != 1:
        return None
    return lambda cells: len(cells) == len(header) and _YEAR.fullmatch(cells[places[0]]) is not None


def scan(path: Path, header: list[str], dialect: Dialect, *, where: object, decimal: str | None = None) -> Scan:
    """Read a UTF-8 text once; `dialect` holds its encoding, delimiter and skipped lines.

    `decimal` is `comma` or `point` where a person said it. Raises
    `LocalsdgError` for a column without a name that holds something, for a
    quote that never closes, and where the decimal mark is not clear.
    """
    years = year_columns(header, where=where)
    width, needed = len(header), cells_needed(header)
    watched: dict[str, set[str]] = {layout_key(cell): set() for cell in header if layout_key(cell) in REPAIRS}
    seen = [(cells, _place(header, key)) for key, cells in watched.items()]
    nameless = tuple(place for place, cell in enumerate(header) if not cell.strip())
    numbers = _Numbers(header, years, dialect)
    n_records, trimmed = 0, False
    for record in read_records(path, dialect, where):
        n_records += 1
        if len(record) != width:
            if len(record) > width and not any(cell.strip() for cell in record[width:]):
                trimmed = True
            elif len(record) < needed or len(record) > width:
                continue
            record = record + [""] * (width - len(record))
        for cells, place in seen:
            cells.add(record[place])
        if nameless:
            _require_blank(record, nameless, n_records, where)
        numbers.add(record)
    rewritten = find_rewritten(watched)
    mark, note = numbers.mark(where, decimal)
    settled = replace(
        dialect,
        decimal=mark,
        wide=bool(years),
        trimmed=trimmed,
        nameless=nameless,
        replaced=rewritten.replaced,
        rejected=rewritten.rejected,
    )
    return Scan(n_records, settled, tuple(filter(None, [settled.words, note, *rewritten.notes])))


class _Numbers:
    """Watches the numbers of a file: all of them, or with commas between the cells only those with one."""

    def __init__(self, header: list[str], years: dict[int, str], dialect: Dialect) -> None:
        self.places = [place for place, cell in enumerate(header) if fixed_name(cell) in NUMBERS]
        self.places += list(years)
        self.in_doubt = dialect.delimiter != ","
        self.marks, self.has_point = Marks(), False

    def add(self, record: list[str]) -> None:
        for place in self.places:
            cell = record[place]
            if self.in_doubt or "," in cell:
                self.marks.add(cell)
            elif not self.has_point and "." in cell:
                self.has_point = True

    def mark(self, where: object, given: str | None) -> tuple[str, str | None]:
        """The decimal mark, and a note where a number had two readings.

        With commas between the cells the file is written as the UN writes it,
        where 24,644 has one reading; decimal commas are taken for such where
        no number says otherwise.
        """
        if self.in_doubt:
            mark = self.marks.mark(where=where, given=MARKS.get(given or ""))
            return mark, self.marks.note(mark)
        if given:
            return MARKS[given], None
        comma, point, unclear = (self.marks.counts[name] for name in (COMMA, POINT, "unclear"))
        return (COMMA if comma and not (point or unclear or self.has_point) else POINT), None


def _place(header: list[str], key: str) -> int:
    return next(place for place, cell in enumerate(header) if layout_key(cell) == key)


def _require_blank(record: list[str], places: tuple[int, ...], number: int, where: object) -> None:
    for place in places:
        if record[place].strip():
            raise nameless_column(place, len(record), record[place], number, where)


def nameless_column(place: int, width: int, cell: str, number: int, where: object) -> LocalsdgError:
    """The error for a column without a name that holds something; `place` counts from 0, rows from 1."""
    return LocalsdgError(
        "a column has no name",
        where=where,
        expected="a name above every column that holds something",
        got=f"none above column {place + 1} of {width}, with {cell.strip()[:40]!r} in row {number}",
        next_step="name the column or empty it, and pull the file again",
    )
