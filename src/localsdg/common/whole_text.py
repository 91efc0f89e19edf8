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
    number, is_header, is_record = 0, True, None
    for record in csv_reader(chain(_noted(lines, taken), [_END]), delimiter):
        if len(record) == 1 and record[0] == _END:
            return
        if record and record[-1].endswith(_END):
            break
        if len(taken) > 1 and swallows_lines(taken, record, delimiter, is_record):
            raise OpenQuote(
                "a quote takes lines that are not its own",
                where=where,
                expected="a closing quote in the line that it opens in, or cells of several lines quoted in whole",
                got=f"one in line {number + 1:,} that closes in line {number + len(taken):,}",
                next_step=next_step,
            )
        number += len(taken)
        taken.clear()
        if record and is_header:
            is_header, is_record = False, record_test(record)
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


def swallows_lines(lines: list[str], record: list[str], delimiter: str, is_record: IsRecord | None = None) -> bool:
    """Whether a record of several lines holds what are records of their own, because a quote did not close.

    It does where the strict rules of CSV do not read it, and where `is_record` finds the cells of
    a line within a cell to be a record, which no rule of CSV shows.
    """
    try:
        next(csv_reader(lines, delimiter, strict=True), None)
    except csv.Error:
        return True
    return is_record is not None and any(map(is_record, records_within(record, delimiter)))


def records_within(record: list[str], delimiter: str) -> Iterator[list[str]]:
    """The cells of each line behind the first of a cell; behind the last of it are blanks for the other cells.

    They are blank because a year in them is the record's, whatever the line is.
    """
    for place, cell in enumerate(record):
        if "\n" not in cell and "\r" not in cell:
            continue
        within = cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")[1:]
        for number, line in enumerate(within, start=1):
            cells = next(csv_reader([line], delimiter), [])
            yield cells + [""] * (len(record) - place - 1) if number == len(within) else cells


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
            if end - start > 1 and swallows_lines(lines[start:end], record, delimiter, is_record):
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
