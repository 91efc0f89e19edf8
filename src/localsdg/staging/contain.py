"""Faults of the input that cost one file or one site, and what never counts as one."""

from __future__ import annotations

from localsdg.common.clean_text import clean_text
from localsdg.common.public_text import public_text

#: A database that is gone or a person who interrupts is no fault of the file that was being read.
_NOT_THE_INPUT = ("FatalException", "InternalException", "InterruptException")


def reason_of(error: Exception, length: int = 300) -> str:
    """Class and message of an error in one line, for the ledger.

    Raises the error again where the input is not at fault: DuckDB was
    interrupted or its database is no longer usable. Class names are compared,
    so that DuckDB need not be imported.
    """
    if type(error).__name__ in _NOT_THE_INPUT or str(error) == "Query interrupted":
        raise error
    text = public_text(clean_text(" ".join(f"{type(error).__name__}: {error}".split())))
    return text if len(text) <= length else text[:length] + "…"
