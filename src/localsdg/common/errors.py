"""Errors that a person can act on.

Every error says what failed, where, what was expected, what was found, and
which command to run next, in one line. `exit_code` is the code that the
command line returns: 1 failed, 2 usage, 3 blocked by a check.
"""

from __future__ import annotations

from typing import TypedDict

from localsdg.common.clean_text import clean_text
from localsdg.common.public_text import public_text
from localsdg.common.terminal import without_direction


class ErrorParts(TypedDict, total=False):
    """What an error may say beside what failed."""

    where: object
    expected: object
    got: object
    next_step: str | None


class LocalsdgError(Exception):
    """A failure with its place and its next step; prints as one line.

    Passwords and tokens in addresses, and control characters, are taken out.
    """

    exit_code = 1

    def __init__(
        self,
        what: str,
        *,
        where: object = None,
        expected: object = None,
        got: object = None,
        next_step: str | None = None,
    ) -> None:
        self.what, self.where = str(_printable(what)), _printable(where)
        self.expected, self.got = _printable(expected), _printable(got)
        self.next_step = None if next_step is None else str(_printable(next_step))
        super().__init__(self._line())

    @property
    def reason(self) -> str:
        """The line without its next step, for a report of what went on without it."""
        parts = [self.what]
        if self.where is not None:
            parts[0] += f" in {self.where}"
        if self.expected is not None:
            parts.append(f"expected {self.expected}")
        if self.got is not None:
            parts.append(f"got {self.got}")
        return " | ".join(" ".join(str(part).split()) for part in parts)

    def _line(self) -> str:
        if not self.next_step:
            return self.reason
        return f"{self.reason} | next: {' '.join(self.next_step.split())}"


def _printable(value: object) -> object:
    """The value, or its text where that must not be printed as it is."""
    text = str(value)
    shown = public_text(without_direction(clean_text(text)))
    return value if shown == text else shown


class UsageError(LocalsdgError):
    """The call itself is wrong: an unknown option, series or release name."""

    exit_code = 2


class BlockedByChecks(LocalsdgError):
    """A critical check failed or errored; nothing was published."""

    exit_code = 3
