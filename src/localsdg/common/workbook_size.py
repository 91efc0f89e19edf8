"""How many cells a workbook spans, read from its XML as a stream before any library makes a table of them.

A reader of workbooks makes a table from the first to the last cell of a sheet:
two cells, in A1 and XFD1048576, are 17 thousand million. What a sheet states
of its own size is not believed; the places of its cells are read.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from localsdg.common.unpacking import limits, too_much
from localsdg.common.zip_files import check_archive

_CHUNK = 1 << 20
#: A row or a cell of a sheet, with what its tag holds; a prefix of the namespace may come before it.
_TAG = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^<>]*)>?")
_PLACE = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]{0,7})(\d{1,9})\s*[\"']")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def check_workbook(path: Path, where: object) -> None:
    """Raise `UnpacksTooMuch` for an xlsx with more cells, members or bytes than are allowed.

    Raises `zipfile.BadZipFile` for one that is cut off, or that declares
    entities, which no spreadsheet writes.
    """
    with zipfile.ZipFile(path) as archive:
        check_archive(archive, path.stat().st_size, where)
        for member in archive.infolist():
            if member.filename.lower().startswith("xl/") and member.filename.lower().endswith("sheet1.bin"):
                raise zipfile.BadZipFile("it is a binary workbook (xlsb); save it as xlsx")
            n_rows, n_columns = _span(archive, member)
            if n_rows * n_columns > limits().cells:
                raise too_much(
                    "the workbook spans more cells than are allowed",
                    f"{where}, {member.filename}",
                    f"{limits().cells:,} cells",
                    f"{n_rows:,} rows of {n_columns:,} cells",
                    "MAX_CELLS",
                )


def _span(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[int, int]:
    """The last row and the last column of a sheet that hold a cell; 0 and 0 of another file."""
    last_row = last_column = row = column = 0
    for part in _parts(archive, member):
        for kind, attributes in _TAG.findall(part):
            place = _PLACE.search(attributes)
            if kind == b"row":
                row, column = (int(place[2]) if place else row + 1), 0
                continue
            column = _number(place[1]) if place and place[1] else column + 1
            last_column = max(last_column, column)
            last_row = max(last_row, row, int(place[2]) if place else 0)
    return last_row, last_column


def _parts(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A file of the workbook in parts that end where a tag begins."""
    rest = b""
    with archive.open(member) as source:
        while chunk := source.read(_CHUNK):
            text = rest + chunk
            if not rest and text.startswith(_UTF_16):
                raise zipfile.BadZipFile(f"{member.filename} is in UTF-16, which no spreadsheet writes")
            if _DECLARED.search(text):
                raise zipfile.BadZipFile(f"{member.filename} declares entities, which no spreadsheet writes")
            end = max(text.rfind(b"<"), len(text) - 4096)
            rest = text[end:]
            yield text[:end]
    yield rest


def _number(letters: bytes) -> int:
    """A column's letters as its number: A -> 1, XFD -> 16384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
