"""Addresses that a user types: one that cannot be read is said to be so, without its secrets."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from localsdg.common.errors import UsageError


def read_address(text: str, where: str | None = None) -> SplitResult:
    """The parts of an http(s) address; its port is a number, where it has one.

    Raises `UsageError` for one that cannot be read, with `where` it was given
    (a setting, an option), else with the address.
    """
    try:
        parts = urlsplit(text.strip())
        _ = parts.port  # raises where it is no number
        if parts.scheme in ("http", "https") and parts.hostname:
            return parts
    except ValueError:  # its text repeats the user and the password
        pass
    raise UsageError(
        "the address cannot be used",
        where=where or text,
        expected="http(s)://host/path; in a user name or password / is %2F, : is %3A and @ is %40",
        got=(text or "nothing") if where else None,
        next_step="correct the address, and run the same command again",
    )
