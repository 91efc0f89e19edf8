"""Bulk files of UN observations, as the service or a person hands them over.

A bulk CSV may be gzipped, padded with null bytes, cut off, saved by a
spreadsheet in another encoding and with other separators, or be an error page
that was saved as data. `plain_csv` gives a clean UTF-8 CSV with commas that
DuckDB can read with several threads, and counts the records on its own, so
that what is staged can be compared with a number that DuckDB had no part in.
"""

from __future__ import annotations

import codecs
import csv
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from localsdg.common.errors import LocalsdgError
from localsdg.common.scratch import scratch_folder
from localsdg.common.text_encoding import UTF_8, WINDOWS, as_utf8, require_windows_text, sniff_utf16
from localsdg.common.unpacking import UNREADABLE_GZIP, copy_unpacked, open_gzip, require_in_memory
from localsdg.common.whole_text import AGAIN, NULL, check_width, csv_records, unpadded
from localsdg.common.zip_files import check_archive
from localsdg.sources.unsd.bulk_convert import RejectedRow, convert
from localsdg.sources.unsd.bulk_dialect import Dialect, find_header
from localsdg.sources.unsd.bulk_scan import record_test, scan

_CHUNK = 1 << 22
_GZIP = b"\x1f\x8b"
#: How the workbooks of Excel before 2007 begin.
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: A zip archive, and one with nothing in it.
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True)
class PlainCsv:
    """A clean CSV: where it is, its header cells, its number of records, and how it was written.

    `n_records` counts the rows of `path` and those in `rejected`, which are
    not in it. `notes` are sentences for people; `blank_cells` are years of a
    wide file that hold nothing.
    """

    path: Path
    header: list[str]
    n_records: int
    padded: bool
    dialect: Dialect = field(default_factory=Dialect)
    rejected: tuple[RejectedRow, ...] = ()
    blank_cells: int = 0
    notes: tuple[str, ...] = ()

    def as_extra(self) -> dict:
        """What the manifest keeps, so that staging reads the file in the same way."""
        extra: dict = {"padded": True} if self.padded else {}
        if dialect := self.dialect.as_extra():
            extra["dialect"] = dialect
        if self.dialect.wide:
            extra["blank_cells"] = self.blank_cells
        return extra | ({"notes": list(self.notes)} if self.notes else {})


def plain_csv(
    source: Path,
    target: Path,
    *,
    where: object | None = None,
    dialect: Dialect | None = None,
    decimal: str | None = None,
) -> PlainCsv:
    """A bulk CSV as plain UTF-8 with commas: `source` itself where it is that, else a copy at `target`.

    Reads plain and gzipped files. `dialect` is what an earlier call found;
    None finds it. `decimal` (`comma`, `point`) decides what the numbers of the
    file leave open. Raises `LocalsdgError` for a file that is empty, cut off,
    a web page, ends within a quote, has null bytes before data, or that has
    two readings.
    """
    where = where or source.name
    text = plain_text(
        source, target.with_name(target.name + ".utf8"), where=where, encoding=dialect.encoding if dialect else None
    )
    header, delimiter, skip_lines = find_header(text.path)
    _require_header(header, where)
    notes: tuple[str, ...] = ()
    n_records = None
    if dialect is None:
        given = Dialect(encoding=text.encoding, delimiter=delimiter, skip_lines=skip_lines)
        found = scan(text.path, header, given, where=where, decimal=decimal)
        dialect, notes, n_records = found.dialect, found.notes, found.n_records
    if not replace(dialect, encoding=UTF_8).as_extra():
        if n_records is None:
            n_records = _count_records(text.path, where)
        path = text.path
        if path != source:
            path = target
            os.replace(text.path, target)
        return PlainCsv(path, header, n_records, text.padded, dialect, notes=notes)
    result = convert(text.path, target, header, dialect, where=where)
    if text.path != source:
        text.path.unlink()
    return PlainCsv(
        target,
        result.header,
        result.n_written + len(result.rejected),
        text.padded,
        dialect,
        tuple(result.rejected),
        result.blank_cells,
        notes,
    )


def snapshot_csv(path: Path, target: Path, *, rows: int | None, extra: dict, where: object) -> PlainCsv:
    """The clean CSV of a file of a snapshot; `rows` and `extra` are what its manifest says of it.

    One that was looked at when it was taken in, and needs nothing, is read as
    it is: its records were counted then, and its hash says that it is the same
    file. A gzipped one is unpacked to `target`, because DuckDB reads packed files
    with one thread. Raises as `plain_csv` does.
    """
    if rows is not None and not extra.get("padded") and not extra.get("dialect"):
        if _is_gzip(path):
            _unpack(path, target, where)
            path = target
        return PlainCsv(path, first_record(path, where), rows, False)
    dialect = Dialect.from_extra(extra.get("dialect", {})) if rows is not None else None
    return plain_csv(path, target, where=where, dialect=dialect)


@dataclass(frozen=True)
class PlainText:
    """A UTF-8 text, the encoding that it had, and whether null bytes were cut off its end."""

    path: Path
    encoding: str
    padded: bool


def plain_text(
    source: Path, target: Path, *, where: object, encoding: str | None = None, only_utf8: bool = False
) -> PlainText:
    """`source` as UTF-8 text: itself where it is plain UTF-8, else a copy at `target`.

    `only_utf8` refuses every other encoding. Raises `LocalsdgError` for a gzip
    file that is cut off, a web page, an encoding that is not clear, and null
    bytes before data.
    """
    text = source
    if _is_gzip(source):
        text = target.with_name(target.name + ".unpacked")
        _unpack(source, text, where)
    start = next(_chunks(text), b"")[:512]
    encoding = encoding or sniff_utf16(start[: len(start) // 2 * 2][:64])
    if encoding is None or encoding == UTF_8:
        encoding = UTF_8 if _is_utf8(text, where, only_utf8) else WINDOWS
    if encoding == WINDOWS:
        require_windows_text(_chunks(text), where=where)
    elif encoding != UTF_8 and only_utf8:
        raise _not_utf8(where, f"UTF-16 ({start[:2]!r})")
    _refuse_markup(start.decode(encoding, "ignore"), where)
    padded = encoding == UTF_8 and any(NULL in chunk for chunk in _chunks(text))
    if encoding == UTF_8 and not padded and not start.startswith(codecs.BOM_UTF8):
        if text != source:
            os.replace(text, target)
            text = target
        return PlainText(text, encoding, False)
    with target.open("wb") as out:
        for chunk in unpadded(as_utf8(_chunks(text), encoding, where=where), where=where):
            out.write(chunk)
    if text != source:
        text.unlink()
    return PlainText(target, encoding, padded)


def first_record(path: Path, where: object) -> list[str]:
    """Header cells of a bulk CSV, plain or gzipped; raises `LocalsdgError` when it is empty."""
    opener = open_gzip if _is_gzip(path) else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as handle:
        header = next(csv.reader(handle), [])
    _require_header(header, where)
    return header


def is_zip(path: Path) -> bool:
    """True for zip archives, among them every xlsx."""
    with path.open("rb") as handle:
        return handle.read(4) in _ZIP


def is_workbook(path: Path) -> bool:
    """True for an xlsx; raises `LocalsdgError` for a zip that is cut off."""
    return any(name == "[Content_Types].xml" for name in zip_names(path))


def refuse_other_workbook(path: Path, *, where: object) -> None:
    """Raise `LocalsdgError` for a workbook that is no xlsx: an old Excel's, or OpenDocument."""
    with path.open("rb") as handle:
        start = handle.read(128)
    what = "an .xls workbook" if start.startswith(_OLD_EXCEL) else None
    if b"mimetypeapplication/vnd.oasis.opendocument" in start:
        what = "an OpenDocument file"
    if what:
        raise LocalsdgError(
            "the workbook is in another format",
            where=where,
            expected="xlsx or CSV",
            got=what,
            next_step="save it as xlsx and run the same command",
        )


def zip_names(path: Path) -> list[str]:
    """Members of an archive; raises `LocalsdgError` when it is cut off or damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, path.stat().st_size, path.name)
            bad = archive.testzip()
            names = archive.namelist()
    except RuntimeError as error:  # how zipfile says that a member is encrypted
        raise LocalsdgError(
            "the archive has a password",
            where=path.name,
            expected="an archive that opens",
            got=error,
            next_step="unpack it and pull the files in it",
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        bad, names = str(error), []
    if bad:
        raise LocalsdgError(
            "the file is cut off or damaged",
            where=path.name,
            expected="a whole xlsx or zip file",
            got=bad,
            next_step=AGAIN,
        )
    return names


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as probe:
        return probe.read(2) == _GZIP


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            yield chunk


def unpacked_bytes(path: Path, *, where: object) -> bytes:
    """All bytes of a file, unpacked where it is gzipped; raises `LocalsdgError` for a gzip that is cut off."""
    if not _is_gzip(path):
        require_in_memory(path.stat().st_size, where)
        return path.read_bytes()
    with scratch_folder() as folder:
        target = folder / "unpacked"
        _unpack(path, target, where)
        require_in_memory(target.stat().st_size, where)
        return target.read_bytes()


def _unpack(source: Path, target: Path, where: object) -> None:
    try:
        with open_gzip(source) as packed, target.open("wb") as out:
            copy_unpacked(packed, out, source.stat().st_size, where)
    except UNREADABLE_GZIP as error:
        raise LocalsdgError(
            "the gzip file is cut off or damaged",
            where=where,
            expected="a whole gzip file",
            got=error,
            next_step=AGAIN,
        ) from error


def _is_utf8(path: Path, where: object, only_utf8: bool) -> bool:
    """Whether the bytes are UTF-8; raises where they end within a character, and with `only_utf8`."""
    decoder = codecs.getincrementaldecoder(UTF_8)()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        got = f"byte {error.object[error.start]:#04x}"
        if "end of data" in error.reason:
            raise LocalsdgError(
                "the file is cut off or damaged: it ends within a character",
                where=where,
                expected="a whole UTF-8 text",
                got=got,
                next_step=AGAIN,
            ) from error
        if only_utf8:
            raise _not_utf8(where, got) from error
        return False
    return True


def _not_utf8(where: object, got: str) -> LocalsdgError:
    return LocalsdgError(
        "the file is not UTF-8",
        where=where,
        expected="UTF-8 text",
        got=got,
        next_step="save it as CSV UTF-8 and run the same command",
    )


def _refuse_markup(start: str, where: object) -> None:
    text = start.lstrip("\ufeff \t\r\n")
    if text.lower().startswith(("<!doctype", "<html", "<?xml", "<head", "<body")):
        raise LocalsdgError(
            "the file is a web page",
            where=where,
            expected="CSV",
            got=text[:60],
            next_step=AGAIN,
        )


def _require_header(header: list[str], where: object) -> None:
    check_width(len(header), where)
    if not any(cell.strip() for cell in header):
        raise LocalsdgError(
            "the file is empty",
            where=where,
            expected="a header row and observations",
            got="0 rows",
            next_step=AGAIN,
        )


def _count_records(path: Path, where: object) -> int:
    """Records of a clean CSV by the csv module, blank lines not counted, the header neither."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return sum(1 for record in csv_records(handle, where=where, record_test=record_test) if record) - 1
