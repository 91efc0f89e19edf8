"""Tracebacks of faults that nobody foresaw, as files that a report can be made with."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from localsdg.common.clean_text import clean_text
from localsdg.common.public_text import public_text

#: The newest files that are kept.
KEPT = 20
#: Characters of one traceback: an endless recursion and a message that repeats a file have their ends cut.
_LONGEST = 200_000
_LONGEST_LINE = 2_000
_LONGEST_REASON = 300


def reason_in_line(error: BaseException) -> str:
    """Class and message of an error in one line, without passwords, tokens and control characters."""
    name = type(error).__name__
    try:
        message = " ".join(str(error).split())
    except Exception:  # an error whose own text cannot be made
        return name
    text = public_text(clean_text(f"{name}: {message}" if message else name))
    return text if len(text) <= _LONGEST_REASON else text[:_LONGEST_REASON] + "…"


def keep_traceback(folder: Path, error: BaseException) -> Path:
    """Write the traceback of an error into a new file of the folder, and keep the newest ones alone.

    Passwords and tokens in addresses are taken out. Raises `OSError` where it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{os.getpid()}"
    path = folder / f"{stem}.txt"
    path.write_text(_traceback(error), encoding="utf-8", errors="replace")
    for old in sorted(folder.glob("*.txt"))[:-KEPT]:
        with suppress(OSError):  # another process removed it
            old.unlink()
    return path


def _traceback(error: BaseException) -> str:
    """The traceback as Python prints it, fit for others and of a bounded length."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    text = "\n".join(line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + "…" for line in lines)
    half = _LONGEST // 2
    if len(text) > _LONGEST:
        text = f"{text[:half]}\n… {len(text) - 2 * half:,} characters left out …\n{text[-half:]}"
    shown = "\n".join(public_text(clean_text(line)) for line in text.split("\n"))
    return f"Python {sys.version.split()[0]}\n{shown}\n"
