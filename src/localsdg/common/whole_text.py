"""What cuts a text file short without a word: null bytes, and a quote that never closes.

The service pads a bulk CSV with null bytes, so those at the end are cut off.
A null byte before further data comes from a disk or a transfer that failed:
reading up to it would lose all that follows. A CSV reader that meets a quote
without an end takes the rest of the file for one cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain

from localsdg.common.csv_files import csv_reader
from localsdg.common.errors import LocalsdgError

AGAIN = "download the file again and run the same command"
NULL = b"\x00"
#: What may be between and behind the null bytes of a padding.
_PADDING = b"\x00 \t\r\n"
_END = "\x1aend of the file\x1a"
_LARGEST_CELL = 2**31 - 1


class NullBytes(LocalsdgError):
    """Null bytes with data behind them."""


class OpenQuote(LocalsdgError):
    """A quote that never closes, so that the end of the file is part of a cell."""


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


def csv_records(
    lines: Iterable[str], *, where: object, delimiter: str = ",", next_step: str = AGAIN
) -> Iterator[list[str]]:
    """Records of a CSV as the csv module splits them, blank lines (`[]`) included.

    Forgives what Excel forgives (`5" pipe`, `"x"y`). Raises `OpenQuote` behind
    the last record where a quote never closes.
    """
    for record in csv_reader(chain(lines, [_END]), delimiter):
        if len(record) == 1 and record[0] == _END:
            return
        yield record
    raise OpenQuote(
        "a quote never closes",
        where=where,
        expected="a closing quote",
        got="the end of the file",
        next_step=next_step,
    )


def records_and_open_quotes(text: str, delimiter: str) -> tuple[list[list[str]], set[int]]:
    """Records of a CSV that people wrote, blank lines left out, and the places of broken ones.

    A line with a quote that never closes is a record of one cell, and its
    place is in the set; the lines behind it are records of their own. `text`
    has line feeds alone as line ends.
    """
    lines = io.StringIO(text).readlines()
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"  # so that an open quote holds it, and the end is no cell of its own
    every = list(csv.reader(chain(lines, [_END]), delimiter=delimiter))
    if every[-1] == [_END]:
        return [record for record in every[:-1] if record], set()
    records: list[list[str]] = []
    broken: set[int] = set()
    start = 0
    while start < len(lines):
        reader = csv.reader(chain(lines[start:], [_END]), delimiter=delimiter)
        whole = 0
        for record in reader:
            if reader.line_num > len(lines) - start:
                break
            whole = reader.line_num
            if record:
                records.append(record)
        start += whole
        if start < len(lines):
            broken.add(len(records))
            records.append([lines[start].rstrip("\n")])
            start += 1
    return records, broken
