"""Data files of an Open SDG site: bytes of an archive -> header and columns, all text.

Two archives hold them: `all_indicators.zip` of a built site (`1-2-1.csv`) and
a zip of the repository (`data/indicator_1-2-1.csv`). People write these files
with whatever is at hand, so encoding, separator and header are found, never
assumed.
"""

from __future__ import annotations

import csv
import hashlib
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from localsdg.common.clean_text import clean_text
from localsdg.common.errors import LocalsdgError
from localsdg.common.whole_text import records_and_open_quotes
from localsdg.staging.contain import reason_of

csv.field_size_limit(1 << 24)

#: Why a whole file is not read, by rule.
NO_TABLE, NO_YEAR, STRAY, UNREADABLE = "OSDG-R01", "OSDG-R02", "OSDG-R03", "OSDG-R10"
#: Bytes of one file of a site, unpacked: thirty times the largest that is known.
FILE_LIMIT = 32 << 20
#: Bytes of all files of an archive, unpacked; they are in memory together.
ARCHIVE_LIMIT = 512 << 20
#: Columns of a table: three times the widest that is known.
COLUMN_LIMIT = 1000
_DATA = re.compile(r"(?:^|/)data/(?P<rest>.+\.csv)$", re.I)


@dataclass
class DataFile:
    """One CSV: `columns` maps a header cell to its cells; `rule_id` says why it is not read.

    `rows_in` counts records below the header that are not wholly empty
    lines; a file that is no table counts as one. `bad_rows` holds records
    whose cells do not fit the header, by record number.
    """

    entry: str
    indicator_id: str
    sha256: str
    rows_in: int = 1
    rule_id: str | None = None
    detail: str | None = None
    separator: str = ","
    row_numbers: list[int] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    bad_rows: dict[int, str] = field(default_factory=dict)
    has_comments: bool = False  # a row begins with #
    used_instead: str | None = None  # entry of the file that is used in its place
    n_cleaned: int = 0  # control characters that were taken out

    def column(self, *names: str) -> str | None:
        """The header cell that is one of the names, whatever its case."""
        wanted = {name.casefold() for name in names}
        return next((cell for cell in self.columns if cell.casefold() in wanted), None)


def open_archive(path: Path) -> zipfile.ZipFile:
    """The zip of a site; raises `LocalsdgError` for bytes that are none or unpack to too much."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        with path.open("rb") as handle:
            start = handle.read(40)
        raise LocalsdgError(
            "the archive is not a zip",
            where=path,
            expected="all_indicators.zip or a repository",
            got=repr(start),
            next_step="pull the site again",
        ) from error
    size = sum(one.file_size for one in archive.infolist())
    if size > ARCHIVE_LIMIT:
        archive.close()
        raise LocalsdgError(
            "the archive unpacks to more than a site holds",
            where=path,
            expected=f"at most {ARCHIVE_LIMIT:,} bytes",
            got=f"{size:,}",
            next_step="pull the site again",
        )
    return archive


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of one file; raises `ValueError` where it unpacks to more than `FILE_LIMIT`."""
    if entry.file_size > FILE_LIMIT:
        raise ValueError(f"{entry.file_size:,} bytes, more than {FILE_LIMIT:,}")
    return archive.read(entry)


def data_files(archive: zipfile.ZipFile, *, is_repository: bool) -> Iterator[DataFile]:
    """Every CSV of an archive that may hold observations, in the order of names.

    Never raises for a file: one that cannot be read carries the rule and the reason.
    """
    for member in sorted(archive.infolist(), key=lambda one: one.filename):
        entry = clean_text(member.filename)
        if entry.endswith("/") or not entry.lower().endswith(".csv"):
            continue
        found = _DATA.search(entry) if is_repository else None
        if is_repository and not found:
            continue
        rest = found["rest"] if found else entry
        indicator_id, stray = _indicator_id(rest)
        try:
            read = read_csv(read_entry(archive, member), entry, indicator_id)
        except Exception as error:  # whatever one file holds, the others are read
            read = DataFile(entry, indicator_id, "", rule_id=UNREADABLE, detail=reason_of(error))
        if stray and read.rule_id is None:
            # the site's build looks in data/ only: a copy in a folder below is nobody's indicator
            read.rule_id, read.detail = STRAY, "below a folder where the site's build does not look"
        yield read


def read_csv(content: bytes, entry: str, indicator_id: str) -> DataFile:
    """Split one file into columns; what is no table carries a rule.

    Control characters are taken out and counted.
    """
    file = DataFile(entry, indicator_id, hashlib.sha256(content).hexdigest())
    text = decode(content)
    start = text.lstrip()[:200].lower()
    if not start or start.startswith(("<", "version https://git-lfs", "{")) or "\0" in start:
        file.rule_id, file.detail = NO_TABLE, f"starts with {start[:40]!r}" if start else "empty"
        return file
    cleaned = clean_text(text)
    file.n_cleaned = len(text) - len(cleaned)
    lines = cleaned.replace("\r\n", "\n").replace("\r", "\n")
    file.separator = separator(lines.split("\n", 1)[0])
    try:
        records, broken = records_and_open_quotes(lines, file.separator)
    except csv.Error as error:
        file.rule_id, file.detail = NO_TABLE, str(error)
        return file
    if not records:
        file.rule_id, file.detail = NO_TABLE, "empty"
        return file
    header, body = records[0], records[1:]
    file.rows_in = len(body)
    file.bad_rows = {number: "a quote never closes" for number in sorted(broken) if number}
    file.has_comments = any(record[0].lstrip().startswith("#") for record in body)
    if len(header) > COLUMN_LIMIT:
        file.rule_id, file.detail = UNREADABLE, f"{len(header):,} columns, more than {COLUMN_LIMIT:,}"
        return file
    _fill(file, header, body)
    if (file.column("year") is None or file.column("value") is None) and not file.rule_id:
        file.rule_id = NO_YEAR
        file.detail = "columns " + ", ".join(cell for cell in file.columns)[:150]
    return file


def decode(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 by its mark, else Windows Latin-1, which never fails."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def separator(header: str) -> str:
    """The separator of a header line: the most frequent of comma, semicolon and tab."""
    return max(",;\t", key=lambda sign: (header.count(sign), sign == ","))


def _fill(file: DataFile, header: list[str], body: list[list[str]]) -> None:
    """Columns by unique header; cells past the header are let go where they are empty."""
    width = len(header)
    short = _last_needed(header)
    if file.bad_rows or any(len(record) != width for record in body):
        for number, record in enumerate(body, start=1):
            if number in file.bad_rows:
                continue
            if len(record) > width and any(cell.strip() for cell in record[width:]):
                file.bad_rows[number] = f"{len(record)} cells for {width} columns"
            elif len(record) < short:
                file.bad_rows[number] = f"{len(record)} cells, year and value need {short}"
    file.row_numbers = [n for n in range(1, len(body) + 1) if n not in file.bad_rows]
    good = [body[n - 1][:width] for n in file.row_numbers] if file.bad_rows else body
    columns = list(zip_longest(*good, fillvalue="")) if good else []
    columns += [("",) * len(good)] * (width - len(columns))  # no row reaches the last columns
    for place, (cell, cells) in enumerate(zip(header, columns, strict=False), start=1):
        _add(file, " ".join(cell.split()), list(cells), place)


def _add(file: DataFile, name: str, cells: list[str], place: int) -> None:
    """Add a column; an empty trailing one goes, a doubled one goes where it says the same."""
    if not name:
        if not any(cell.strip() for cell in cells):
            return
        name = f"column {place}"
    # YEAR beside Year is the same column twice; Geo beside GEO may be two
    known = file.column(name) if name.casefold() in ("year", "value") else name
    if known in file.columns:
        if file.columns[known] == cells or not any(cell.strip() for cell in cells):
            return
        if name.casefold() in ("year", "value"):
            file.rule_id, file.detail = NO_YEAR, f"the column {name} stands twice, with other cells"
            return
        name = f"{name} ({place})"
        while name in file.columns:
            name += "*"
    file.columns[name] = cells


def _last_needed(header: list[str]) -> int:
    names = [cell.strip().casefold() for cell in header]
    places = [names.index(one) + 1 for one in ("year", "value") if one in names]
    return max(places, default=0)


def _indicator_id(rest: str) -> tuple[str, bool]:
    """`indicator_1-2-1.csv` -> 1-2-1; a file in a folder below keeps its path as its id."""
    stem = rest[: -len(".csv")]
    if "/" in stem:
        return stem, True
    return re.sub(r"^indicator_", "", stem, flags=re.I).replace(".", "-"), False
