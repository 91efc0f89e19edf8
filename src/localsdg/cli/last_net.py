"""The last net below every command: whatever is raised ends as one line, and its traceback in a file."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import click

from localsdg.common.disk import disk_full, is_full
from localsdg.common.error_files import keep_traceback, reason_in_line
from localsdg.common.errors import LocalsdgError, UsageError


def passes(error: BaseException) -> bool:
    """Whether an error goes on as it is: what click and Python end a command with, and all where it is asked for."""
    if isinstance(error, click.ClickException | click.exceptions.Exit | click.Abort):
        return True
    if not isinstance(error, Exception) and not is_panic(error):  # Ctrl-C, the end of the process
        return True
    return bool(os.environ.get("LOCALSDG_DEBUG"))


def is_panic(error: BaseException) -> bool:
    """Whether a library in Rust gave up, such as the reader of workbooks; pyo3 derives it from BaseException."""
    return type(error).__name__ == "PanicException"


def line_of(error: BaseException) -> str:
    """The one line for an error that no command foresaw; writes its traceback into a file, which the line names."""
    with suppress(Exception):  # the text of the error cannot be made, or nothing can be asked of the disk
        if is_full(error):
            return str(_full_disk(error))
    reason, home = reason_in_line(error), _home()
    try:
        kept = f"the traceback is in {keep_traceback(home / 'data' / 'errors', error)}"
    except Exception as problem:  # a folder without rights, a full disk, no memory left
        kept = f"the traceback could not be written ({reason_in_line(problem)}), LOCALSDG_DEBUG=1 prints it"
    if isinstance(error, OSError) or "duckdb" in type(error).__module__:
        return f"{reason} | next: correct that and run the same command again; {kept}"
    return f"unexpected fault, {reason} | next: localsdg status shows what is published; {kept}, please report it"


def _home() -> Path:
    from localsdg.common.settings import home_folder

    return home_folder()


def _full_disk(error: BaseException) -> LocalsdgError:
    """The error for the disk of the file that the error names, else for that of the home."""
    from localsdg.common.settings import load_settings

    name = getattr(error, "filename", None)
    try:
        place = Path(name) if isinstance(name, str) else load_settings().home
    except UsageError:
        place = _home()
    return disk_full(place, "the disk is full: the command cannot be completed")
