"""A CSV download with its source: `#` lines at its top, and no cell that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
from io import StringIO

from localsdg.common.formula_guard import guard_formula, is_number


class CitedCsv:
    """Rewrites a CSV as it is streamed, in whatever pieces it arrives.

    `head` are lines without their mark; they come before the first row.
    """

    def __init__(self, head: list[str]) -> None:
        self._head = "".join(f"# {line}\r\n" for line in head)
        self._held = ""
        self._bytes = b""

    def feed(self, body: bytes, *, is_last: bool) -> bytes:
        """The next piece of the file, for the next piece of its rows."""
        self._bytes += body
        # a character may be cut in two
        end = len(self._bytes) if is_last else _whole(self._bytes)
        self._held += self._bytes[:end].decode("utf-8", errors="replace")
        self._bytes = self._bytes[end:]
        rows, self._held = _split(self._held, is_last)
        head, self._head = self._head, ""
        return (head + "".join(map(_line, csv.reader(StringIO(rows, newline=""))))).encode()


def _whole(body: bytes) -> int:
    """Length of the part that ends with a whole character of UTF-8."""
    for back in range(1, min(4, len(body)) + 1):
        byte = body[-back]
        if byte < 0x80:
            return len(body) - back + 1
        if byte >= 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(body) if back >= needed else len(body) - back
    return len(body)


def _split(text: str, is_last: bool) -> tuple[str, str]:
    """Whole rows, and the beginning of the next: a line end within quotes ends no row."""
    if is_last:
        return text, ""
    end = len(text)
    while (end := text.rfind("\n", 0, end)) >= 0:
        if text.count('"', 0, end) % 2 == 0:
            return text[: end + 1], text[end + 1 :]
    return "", text


def _line(cells: list[str]) -> str:
    return ",".join(map(_cell, cells)) + "\r\n"


def _cell(text: str) -> str:
    """A number as it is; a text guarded, and quoted where a reader of CSV would take it apart or for a comment."""
    if not is_number(text):
        text = guard_formula(text)
    if any(mark in text for mark in ',"\r\n#'):
        return '"' + text.replace('"', '""') + '"'
    return text
