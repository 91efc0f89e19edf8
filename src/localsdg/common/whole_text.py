"""What cuts a text file short without a word: null bytes, and a quote that never closes.

The service pads a bulk CSV with null bytes, so those at the end are cut off.
A null byte before further data comes from a disk or a transfer that failed:
reading up to it would lose all that follows. A CSV reader that meets a quote
without an end takes the rest of the file for one cell, and one that ends at the
next quote takes the lines up to there: so a cell of several lines is read a second
time, by the strict rules, and looked at for lines that are records of their own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from localsdg.common.csv_files import csv_reader
from localsdg.common.errors import LocalsdgError

AGAIN = "download the file again and run the same command"
NULL = b"\x00"
#: What may be between and behind the null bytes of a padding.
_PADDING = b"\x00 \t\r\n"
_END = "\x1aend of the file\x1a"
#: Columns of a file: ten times as many as the widest that is known.
COLUMN_LIMIT = 5_000
#: How often all lines of a file may be read again because of quotes that do not close.
_READ_AGAIN = 20
_WORD = re.compile(r"[^\W_]+")
#: Whether the cells of a line are a record of their own.
IsRecord = Callable[[list[str]], bool]
RecordTest = Callable[[list[str]], IsRecord | None]


class NullBytes(LocalsdgError):
    """Null bytes with data behind them."""


class OpenQuote(LocalsdgError):
    """A quote that never closes, or at another, so that lines of the file are part of a cell."""


def without_padding(body: bytes, *, where: object, next_step: str = AGAIN) -> bytes:
    """The bytes before the first null byte, where nothing but padding follows.

    Raises `NullBytes` where data follow.
    """
    return b"".join(unpadded([body], where=where, next_step=next_step))


def unpadded(chunks: Iterable[bytes], *, where: object, next_step: str = AGAIN) -> Iterator[bytes]:
    """The chunks up to the first null byte; reads to the end and raises as `without_padding`."""
    first: int | None = None
    offset = 0
    for chunk in chunks:
        data, rest = chunk, b""
        if first is not None:
            data, rest = b"", chunk
        elif (cut := chunk.find(NULL)) >= 0:
            first, data, rest = offset + cut, chunk[:cut], chunk[cut:]
        if behind := rest.strip(_PADDING):
            at = offset + len(data) + rest.index(behind)
            raise NullBytes(
                "null bytes in the middle of the file",
                where=where,
                expected="text, and null bytes at its end alone",
                got=f"one at byte {first:,} and further data at byte {at:,}",
                next_step=next_step,
            )
        if data:
            yield data
        offset += len(chunk)


def check_width(n_columns: int, where: object) -> None:
    """Raise `LocalsdgError` for a header of so many cells that it is none."""
    if n_columns > COLUMN_LIMIT:
        raise LocalsdgError(
            "the file has more columns than a table has",
            where=where,
            expected=f"at most {COLUMN_LIMIT:,} columns",
            got=f"{n_columns:,}",
            next_step="look at its header and separator, and run the same command",
        )


def csv_records(
    lines: Iterable[str],
    *,
    where: object,
    delimiter: str = ",",
    next_step: str = AGAIN,
    record_test: RecordTest = lambda header: None,
) -> Iterator[list[str]]:
    """Records of a CSV as the csv module splits them, blank lines (`[]`) included.

    Forgives what Excel forgives within a line (`5" pipe`, `"x"y`). Raises `OpenQuote` behind
    the last record where a quote never closes, and at a cell that holds lines which it should
    not: see `swallows_lines`, whose `is_record` the `record_test` makes from the header.
    """
    taken: list[str] = []
    number, width, is_record = 0, 0, None
    for record in csv_reader(chain(_noted(lines, taken), [_END]), delimiter):
        if len(record) == 1 and record[0] == _END:
            return
        if record and record[-1].endswith(_END):
            break
        if len(taken) > 1 and swallows_lines(taken, record, delimiter, is_record, width):
            raise OpenQuote(
                "a quote takes lines that are not its own",
                where=where,
                expected="a closing quote in the line that it opens in, or cells of several lines quoted in whole",
                got=f"one in line {number + 1:,} that closes in line {number + len(taken):,}",
                next_step=next_step,
            )
        number += len(taken)
        taken.clear()
        if record and not width:
            width, is_record = len(record), record_test(record)
        yield record
    raise OpenQuote(
        "a quote never closes",
        where=where,
        expected="a closing quote",
        got="the end of the file",
        next_step=next_step,
    )


def _noted(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def swallows_lines(
    lines: list[str], record: list[str], delimiter: str, is_record: IsRecord | None = None, width: int = 0
) -> bool:
    """Whether a record of several lines holds what are records of their own, because a quote did not close.

    It does where the strict rules of CSV do not read it, and where the lines of a cell are records,
    which no rule of CSV shows: see `holds_records`.
    """
    try:
        next(csv_reader(lines, delimiter, strict=True), None)
    except csv.Error:
        return True
    return holds_records(record, delimiter, is_record, width)


def holds_records(record: list[str], delimiter: str, is_record: IsRecord | None, width: int) -> bool:
    """Whether the lines of a cell are records of their own, under a header of `width` cells.

    The cells of the record before the cell belong to its first line, those behind it to its last:
    so the last line is a record where the first is one too, or where it has enough of its own.
    """
    for place, cell in enumerate(record):
        if "\n" not in cell and "\r" not in cell:
            continue
        lines = cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        begin, *between, end = (next(csv_reader([line], delimiter), [""]) for line in lines)
        first, last = _first_row(record[:place], begin, width, delimiter), end + record[place + 1 :]
        if is_record is not None and (
            any(map(is_record, [*between, end + [""] * (len(record) - place - 1)]))
            or (is_record(first) and is_record(last))
        ):
            return True
        if any(_is_alike(row, first, width) for row in between):
            return True
        if len(first) == width and (_is_alike(last, first, width) or _are_rows([first, *between, last], width)):
            return True
    return False


def _first_row(before: list[str], cells: list[str], width: int, delimiter: str) -> list[str]:
    """The record that the first line is; the separators that the quote was for are no ends of cells."""
    more = max(len(before) + len(cells) - width, 0) if width else 0
    return [*before, delimiter.join(cells[: more + 1]), *cells[more + 1 :]]


def _is_alike(row: list[str], first: list[str], width: int) -> bool:
    """Whether a row is as wide as the header and begins with a number or a code as `first` does."""
    return _is_row(row, width) and _code_form(row[0]) is not None and _code_form(row[0]) == _code_form(first[0])


def _are_rows(rows: list[list[str]], width: int) -> bool:
    """Whether three lines or more are all as wide as the header."""
    return len(rows) > 2 and all(_is_row(row, width) for row in rows)


def _is_row(row: list[str], width: int) -> bool:
    """Whether a line has the header's cells, two of them filled, and its separators are no marks of a sentence."""
    if width < 2 or len(row) != width or sum(bool(cell.strip()) for cell in row) < 2:
        return False
    if all(cell[:1] == " " for cell in row[1:] if cell.strip()):
        return False
    return not (width == 2 and row[0][-1:].isdigit() and row[1][:1].isdigit())  # 10,000


def _code_form(cell: str) -> tuple[bool, str] | None:
    """The form of a number or a code (`A-17`), None for words."""
    cell = cell.strip()
    if " " in cell or not any(sign.isdigit() for sign in cell):
        return None
    return cell.isdigit(), _WORD.sub("x", cell)


def records_and_open_quotes(
    text: str, delimiter: str, record_test: RecordTest = lambda header: None
) -> tuple[list[list[str]], set[int]]:
    """Records of a CSV that people wrote, blank lines left out, and the places of broken ones.

    A line with a quote that never closes, or that takes lines which are not its own (see
    `swallows_lines`), is a record of one cell, and its place is in the set; the lines behind it
    are records of their own. `record_test` makes the test of a record from the header. `text`
    has line feeds alone as line ends. Raises `csv.Error` where so many quotes are open that
    the file is no table.
    """
    lines = io.StringIO(text).readlines()
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"  # so that an open quote holds it, and the end is no cell of its own
    records: list[list[str]] = []
    broken: set[int] = set()
    is_record: IsRecord | None = None
    start, left = 0, _READ_AGAIN * len(lines) + 100_000
    while start < len(lines):
        # by their numbers from the second time on: no list of a million lines is copied for one of them
        rest = (lines[number] for number in range(start, len(lines))) if start else iter(lines)
        reader, first = csv.reader(chain(rest, [_END]), delimiter=delimiter), start
        for record in reader:
            end = first + reader.line_num
            if end > len(lines):  # it is the end, or holds it
                break
            width = len(records[0]) if records else 0
            if end - start > 1 and swallows_lines(lines[start:end], record, delimiter, is_record, width):
                break
            if record:
                is_record = is_record if records else record_test(record)
                records.append(record)
            start = end
        if start < len(lines):
            broken.add(len(records))
            records.append([lines[start].rstrip("\n")])
            start += 1
            left -= reader.line_num
            if left < 0:
                raise csv.Error(f"quotes that do not close in {len(broken):,} lines and more")
    return records, broken
