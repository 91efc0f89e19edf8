"""One data file of a local publisher: bytes -> header and columns, all text.

People write these files with whatever program they have, so encoding, separator
and header are found, never assumed.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from itertools import zip_longest

from localsdg.common.clean_text import clean_text
from localsdg.common.entities import decode_entities
from localsdg.common.whole_text import IsRecord, records_and_open_quotes
from localsdg.registry.local_governments import normal
from localsdg.registry.local_words import listed_words
from localsdg.staging.local.rules import NO_TABLE, NO_YEAR, UNREADABLE

#: Columns of a table: three times the widest that is known.
COLUMN_LIMIT = 1000
#: What may be behind the last row.
_PADDING = "\0\x1a \t\r\n"
_ODD_QUOTE = "a quote never closes, or takes lines that are not its own"
_YEAR = re.compile(r"\s*\d{4}\s*")


@dataclass
class DataFile:
    """One CSV: `columns` maps a header cell to its cells; `rule` (see `local.rules`) says why it is not used.

    `rows_in` counts records below the header that are not wholly empty
    lines; a file that is no table counts as one. `bad_rows` holds records
    whose cells do not fit the header, by record number.
    """

    entry: str
    indicator_id: str
    sha256: str
    rows_in: int = 1
    rule: str | None = None
    detail: str | None = None
    separator: str = ","
    row_numbers: list[int] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    bad_rows: dict[int, str] = field(default_factory=dict)
    has_comments: bool = False  # a row begins with #
    is_example: bool = False  # the platform's example, edited by hand
    used_instead: str | None = None  # entry of the file that is used in its place
    n_cleaned: int = 0  # control characters that were taken out

    def column(self, *names: str) -> str | None:
        """The header cell that is one of the names, whatever its case."""
        wanted = [name.casefold() for name in names]
        return next((cell for cell in self.columns if cell.casefold() in wanted), None)

    def texts(self, name: str) -> set[str]:
        """The different cells of a column, without blanks around them."""
        return {cell.strip() for cell in set(self.columns[name])}


def read_csv(content: bytes, entry: str, indicator_id: str) -> DataFile:
    """Split one file into columns; what is no table carries a rule.

    Control characters are taken out and counted.
    """
    file = DataFile(entry, indicator_id, hashlib.sha256(content).hexdigest())
    text = decode(content)
    whole = text.rstrip(_PADDING)
    start = whole.lstrip()[:200].lower()
    if not start or start.startswith(("<", "version https://git-lfs", "{")) or "\0" in start:
        file.rule, file.detail = NO_TABLE, f"starts with {start[:40]!r}" if start else "empty"
        return file
    if "\0" in whole:  # a disk or a transfer that failed: what was in their place is lost
        file.rule, file.detail = UNREADABLE, f"null bytes in the middle of the file, in line {_line_of(whole):,}"
        return file
    cleaned = clean_text(text)
    file.n_cleaned = len(text) - len(cleaned)
    lines = cleaned.replace("\r\n", "\n").replace("\r", "\n")
    file.separator = separator(lines.split("\n", 1)[0])
    try:
        records, broken = records_and_open_quotes(lines, file.separator, _record_test)
    except csv.Error as error:
        file.rule, file.detail = NO_TABLE, str(error)
        return file
    if not records:
        file.rule, file.detail = NO_TABLE, "empty"
        return file
    if "&" in lines:
        records = [[decode_entities(cell) for cell in record] for record in records]
    body = records[1:]
    file.rows_in = len(body)
    file.bad_rows = {number: _ODD_QUOTE for number in sorted(broken) if number}
    if len(records[0]) > COLUMN_LIMIT:
        file.rule, file.detail = UNREADABLE, f"{len(records[0]):,} columns, more than {COLUMN_LIMIT:,}"
        return file
    header = _with_year_and_value(records[0])
    file.has_comments = any(cell.lstrip().startswith("#") for cell in {record[0] for record in body})
    _fill(file, header, body)
    if (file.column("year") is None or file.column("value") is None) and not file.rule:
        file.rule = NO_YEAR
        file.detail = "columns " + ", ".join(cell for cell in file.columns)[:150]
    return file


def _line_of(text: str) -> int:
    before = text[: text.index("\0")]
    return before.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1


def _record_test(header: list[str]) -> IsRecord | None:
    """Whether cells are a record under the header: as many, with a year and a value in their places."""
    names = [cell.strip().casefold() for cell in _with_year_and_value(header[:COLUMN_LIMIT])]
    if "year" not in names or "value" not in names:
        return None
    year, value = names.index("year"), names.index("value")

    def is_record(cells: list[str]) -> bool:
        if len(cells) != len(names) or not _YEAR.fullmatch(cells[year]):
            return False
        return not cells[value].strip() or any(sign.isdecimal() for sign in cells[value])

    return is_record


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


def _with_year_and_value(header: list[str]) -> list[str]:
    """A header with `Year` and `Value` where it names them in another language (`Jahr`, `Valor`).

    A name counts only where the platform's own is not there, and one column alone has such a name.
    """
    for name in ("Year", "Value"):
        keys = [" ".join(normal(cell).replace("_", " ").split()) for cell in header]
        at = [position for position, key in enumerate(keys) if key in _names_of(name)]
        if name.casefold() not in keys and len(at) == 1:
            header = [*header[: at[0]], name, *header[at[0] + 1 :]]
    return header


@cache
def _names_of(name: str) -> frozenset[str]:
    return frozenset(map(normal, listed_words(f"{name.casefold()} column")))


def _fill(file: DataFile, header: list[str], body: list[list[str]]) -> None:
    """Columns by unique header; cells past the header are dropped where they are empty."""
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
    for position, (name, cells) in enumerate(zip(header, columns, strict=False), start=1):
        _add(file, " ".join(name.split()), list(cells), position)


def _add(file: DataFile, name: str, cells: list[str], position: int) -> None:
    """Add a column; an empty trailing one goes, a doubled one goes where it says the same."""
    if not name:
        if not any(cell.strip() for cell in cells):
            return
        name = f"column {position}"
    # YEAR beside Year is the same column twice; Geo beside GEO may be two
    known = file.column(name) if name.casefold() in ("year", "value") else name
    if known in file.columns:
        if file.columns[known] == cells or not any(cell.strip() for cell in cells):
            return
        if name.casefold() in ("year", "value"):
            file.rule, file.detail = NO_YEAR, f"the column {name} is there twice, with other cells"
            return
        name = f"{name} ({position})"
        while name in file.columns:
            name += "*"
    file.columns[name] = cells


def _last_needed(header: list[str]) -> int:
    names = [cell.strip().casefold() for cell in header]
    return max((names.index(name) + 1 for name in ("year", "value") if name in names), default=0)
