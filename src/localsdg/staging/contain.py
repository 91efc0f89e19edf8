"""Faults of the input that cost one file or one site, and what never counts as one."""

from __future__ import annotations

from localsdg.common.clean_text import clean_text
from localsdg.common.public_text import public_text

#: A database that is gone or a person who interrupts is no fault of the file that was being read.
_NOT_THE_INPUT = ("FatalException", "InternalException", "InterruptException")
#: What another machine, or this one tomorrow, may read without: memory or disk that ran out, a folder without rights.
_OF_MACHINE = ("OutOfMemoryException", "IOException", "TransactionException", "ConnectionException")
_counted = 0


def reason_of(error: Exception, length: int = 300) -> str:
    """Class and message of an error in one line, for the ledger.

    Raises the error again where the input is not at fault: DuckDB was
    interrupted or its database is no longer usable. Class names are compared,
    so that DuckDB need not be imported.
    """
    if type(error).__name__ in _NOT_THE_INPUT or str(error) == "Query interrupted":
        raise error
    count_if_of_machine(error)
    text = public_text(clean_text(" ".join(f"{type(error).__name__}: {error}".split())))
    return text if len(text) <= length else text[:length] + "…"


def count_if_of_machine(error: BaseException | None) -> None:
    """Count an error that is, or comes of, a fault of the machine: what it left out is not kept for the next run."""
    global _counted
    while error is not None:
        of_file = type(error).__name__ == "BadGzipFile"  # an OSError that the bytes of the file cause
        if isinstance(error, MemoryError | OSError) and not of_file or type(error).__name__ in _OF_MACHINE:
            _counted += 1
            return
        error = error.__cause__ or error.__context__


def machine_faults() -> int:
    """How many faults of the machine were counted in this process."""
    return _counted
