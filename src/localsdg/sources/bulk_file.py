"""Bulk files of UN observations, as the service or a person hands them over.

A bulk CSV may be gzipped, padded with null bytes, cut off, or be an error
page that was saved as data. `plain_csv` gives a clean copy that DuckDB can
read with several threads, and counts the records on its own, so that what is
staged can be held against a number that DuckDB had no part in.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from localsdg.errors import LocalsdgError

_CHUNK = 1 << 22
_GZIP = b"\x1f\x8b"
#: A zip archive, and one with nothing in it.
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
AGAIN = "download the file again and run the same command"


@dataclass(frozen=True)
class PlainCsv:
    """A clean CSV: where it stands, its header cells and its number of records."""

    path: Path
    header: list[str]
    n_records: int
    padded: bool


def plain_csv(source: Path, target: Path, *, where: object | None = None) -> PlainCsv:
    """Write `source` to `target` as plain UTF-8 CSV, cut at the first null byte.

    Reads plain and gzipped files. Raises `LocalsdgError` for a file that is
    empty, truncated, not UTF-8, a web page, or ends within a quote.
    """
    where = where or source.name
    decoder = codecs.getincrementaldecoder("utf-8")()
    padded = False
    try:
        with target.open("wb") as out:
            for number, chunk in enumerate(_raw_chunks(source)):
                if number == 0:
                    chunk = chunk.removeprefix(codecs.BOM_UTF8)
                    _refuse_markup(chunk, where)
                cut = chunk.find(b"\x00")
                if cut >= 0:
                    chunk, padded = chunk[:cut], True
                decoder.decode(chunk)
                out.write(chunk)
                if padded:
                    break
            decoder.decode(b"", final=True)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LocalsdgError(
            "the gzip file is cut off or damaged", where=where,
            expected="a whole gzip file", got=error, next_step=AGAIN,
        ) from error
    except UnicodeDecodeError as error:
        raise LocalsdgError(
            "the file is not UTF-8", where=where, expected="UTF-8 text",
            got=f"byte {error.object[error.start]:#04x}",
            next_step="save it as CSV UTF-8 and run the same command",
        ) from error
    header = first_record(target, where)
    return PlainCsv(target, header, _count_records(target, where), padded)


def first_record(path: Path, where: object) -> list[str]:
    """Header cells of a bulk CSV, plain or gzipped; raises `LocalsdgError` when it is empty."""
    with path.open("rb") as probe:
        opener = gzip.open if probe.read(2) == _GZIP else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as handle:
        header = next(csv.reader(handle), [])
    if not any(cell.strip() for cell in header):
        raise LocalsdgError(
            "the file is empty", where=where,
            expected="a header row and observations", got="0 rows", next_step=AGAIN,
        )
    return header


def is_zip(path: Path) -> bool:
    """True for zip archives, among them every xlsx."""
    with path.open("rb") as handle:
        return handle.read(4) in _ZIP


def is_workbook(path: Path) -> bool:
    """True for an xlsx; raises `LocalsdgError` for a zip that is cut off."""
    return any(name == "[Content_Types].xml" for name in zip_names(path))


def zip_names(path: Path) -> list[str]:
    """Members of an archive; raises `LocalsdgError` when it is cut off or damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            bad = archive.testzip()
            names = archive.namelist()
    except RuntimeError as error:  # how zipfile says that a member is encrypted
        raise LocalsdgError(
            "the archive has a password", where=path.name, expected="an archive that opens",
            got=error, next_step="unpack it and pull the files in it",
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        bad, names = str(error), []
    if bad:
        raise LocalsdgError(
            "the file is cut off or damaged", where=path.name,
            expected="a whole xlsx or zip file", got=bad, next_step=AGAIN,
        )
    return names


def _raw_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as probe:
        opener = gzip.open if probe.read(2) == _GZIP else open
    with opener(path, "rb") as handle:
        while chunk := handle.read(_CHUNK):
            yield chunk


def _refuse_markup(chunk: bytes, where: object) -> None:
    start = chunk[:512].lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
        raise LocalsdgError(
            "a web page stands where data should be", where=where,
            expected="CSV", got=chunk[:60].decode("utf-8", "replace"), next_step=AGAIN,
        )


def _count_records(path: Path, where: object) -> int:
    """Records of a clean CSV by the csv module, blank lines not counted, the header neither."""
    csv.field_size_limit(2**31 - 1)
    for strict in (True, False):
        with path.open(encoding="utf-8", newline="") as handle:
            try:
                return sum(1 for record in csv.reader(handle, strict=strict) if record) - 1
            except csv.Error as error:
                if "unexpected end of data" in str(error):
                    raise LocalsdgError(
                        "a quote never closes", where=where, expected="a closing quote",
                        got="the end of the file", next_step=AGAIN,
                    ) from error
    raise AssertionError("a lenient reader takes every text")
