"""Files of lines that grow at their end, and are whole whatever ends a write."""

from __future__ import annotations

import os
from pathlib import Path


def append_line(path: Path, line: str) -> None:
    """Add a line (UTF-8, without its end) to a file, whole or not at all.

    A line that an earlier process could not finish gets its end first, so
    that it costs no other. Raises `OSError` where the line cannot be written;
    the file is then as it was.
    """
    # unbuffered: what a failed write left in a buffer would be written at the close
    with path.open("ab", buffering=0) as handle:
        before = handle.seek(0, os.SEEK_END)
        start = b"" if before == 0 or _ends_line(path) else b"\n"
        left = start + line.encode("utf-8") + b"\n"
        try:
            while left:
                left = left[handle.write(left) :]
        except OSError:
            os.ftruncate(handle.fileno(), before)
            raise


def _ends_line(path: Path) -> bool:
    with path.open("rb") as handle:
        handle.seek(-1, os.SEEK_END)
        return handle.read(1) == b"\n"
