"""Small CSV files and texts, read in one way; the csv module's limit on a cell is set here alone."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

# of the whole process: a cell may be as long as its file, which is in memory anyway
csv.field_size_limit(2**31 - 1)


def csv_reader(lines: Iterable[str], delimiter: str = ",", *, strict: bool = False) -> Iterator[list[str]]:
    """Records as the csv module splits them; `strict` raises `csv.Error` for quotes that Excel would forgive."""
    return csv.reader(lines, delimiter=delimiter, strict=strict)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV with a header, UTF-8 with or without a byte order mark, as text by column."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))
