"""A file of texts for `localsdg link --file`: any CSV with a column of text."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.whole_text import check_width, csv_records
from localsdg.linking.calibrate import RECORD, TEXT
from localsdg.sources.records.table_file import text_of

if TYPE_CHECKING:
    import pyarrow as pa

_SEPARATORS = (",", ";", "\t", "|")
#: Names that a column of texts has where the user names none.
_TEXT_NAMES = ("text", "title", "description", "texto", "titulo", "título", "action", "name")
#: A file with a title and one of these holds records of actions.
_RECORD_COLUMNS = frozenset(("action_id", "description", "lead", "local_government", "partners", "sdgs"))
_CORRECT = "correct the line and run the same command"


@dataclass(frozen=True)
class Texts:
    """Texts of a file: text_id is the number of the record, 1 the first below the header."""

    table: pa.Table
    text_column: str
    language_column: str | None
    #: `calibrate.RECORD` where the columns are those of action records, else `TEXT`.
    kind: str = TEXT
    #: What people should know of how the file was read.
    notes: tuple[str, ...] = ()


def read_texts(
    path: Path, text_column: str | None = None, language_column: str | None = None, language: str | None = None
) -> Texts:
    """Read a CSV (comma, semicolon, tab or bar) into text_id, text, language and file (one for all).

    `language` holds for every record that states none. Raises `UsageError`
    when the file or the column is not there, and `LocalsdgError` when the file
    is empty, too large, or in an unclear encoding.
    """
    import pyarrow as pa

    header, rows, notes = _rows(path)
    text_at = _place(header, text_column, path)
    language_at = _optional(header, language_column, path)
    texts = [row[text_at] if text_at < len(row) else "" for row in rows]
    languages = [
        (row[language_at].strip().lower()[:2] if language_at is not None and language_at < len(row) else "") or language
        for row in rows
    ]
    return Texts(
        pa.table(
            {
                "text_id": pa.array(range(1, len(texts) + 1), pa.int64()),
                "text": pa.array(texts, pa.string()),
                "language": pa.array(languages, pa.string()),
                "file": pa.array([path.name] * len(texts), pa.string()),
            }
        ),
        header[text_at],
        header[language_at] if language_at is not None else None,
        _kind(header),
        tuple(notes),
    )


def _kind(header: list[str]) -> str:
    columns = {name.lower() for name in header}
    return RECORD if "title" in columns and columns & _RECORD_COLUMNS else TEXT


def _rows(path: Path) -> tuple[list[str], list[list[str]], list[str]]:
    """Header and records, and notes on how the file was read."""
    if not path.is_file():  # a folder, or a device that never ends
        raise UsageError("no such file", where=path, expected="a CSV file with a column of texts")
    text, notes = text_of(path, path)
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        rows = list(
            filter(
                None, csv_records(io.StringIO(text, newline=""), where=path, delimiter=separator, next_step=_CORRECT)
            )
        )
    except csv.Error as error:
        raise LocalsdgError("the file is no CSV", where=path, got=error) from error
    if not rows:
        raise LocalsdgError("the file is empty", where=path, expected="a header and records")
    check_width(len(rows[0]), path)
    return [name.strip() for name in rows[0]], rows[1:], notes


def _place(header: list[str], wanted: str | None, path: Path) -> int:
    if wanted:
        return _named(header, wanted, path)
    if len(header) == 1:
        return 0
    lower = [name.lower() for name in header]
    for name in _TEXT_NAMES:
        if name in lower:
            return lower.index(name)
    raise UsageError(
        "which column holds the texts?",
        where=path,
        got=", ".join(header),
        next_step=f"--text-column {header[0] or 'NAME'}",
    )


def _optional(header: list[str], wanted: str | None, path: Path) -> int | None:
    if wanted:
        return _named(header, wanted, path)
    lower = [name.lower() for name in header]
    return lower.index("language") if "language" in lower else None


def _named(header: list[str], wanted: str, path: Path) -> int:
    for names, name in ((header, wanted), ([one.lower() for one in header], wanted.lower())):
        if name in names:
            return names.index(name)
    raise UsageError(f"no column {wanted}", where=path, expected=", ".join(header))
