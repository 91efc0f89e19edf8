"""What is shown on a terminal: text of others cannot move the cursor, name a link or turn the line around.

All that a command prints passes `guard_streams`. Rich writes its own colours beneath it, and
the texts that it is given pass `safe_console`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, TextIO

from localsdg.common.clean_text import UNSAFE

if TYPE_CHECKING:
    from rich.console import Console

#: Whole sequences (colours, cursor, title, OSC 8 links), else single control characters; a return that ends no line.
_OBEYED = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x9b[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]{0,2000}(?:\x07|\x1b\\|\x9c)"
    rf"|\x1b[ -/]*[0-~]|\r(?!\n)|{UNSAFE}"
)
#: Overrides, embeddings and isolates of direction: `file‮gpj.exe` would be read as `fileexe.jpg`.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


def terminal_text(text: str) -> str:
    """The text without what a terminal obeys: escape sequences, control characters, overrides of direction."""
    return without_direction(log_text(text))


def without_direction(text: str) -> str:
    """The text without characters that turn a part of its line around."""
    return _DIRECTION.sub("", text)


def log_text(text: str) -> str:
    """The text without escape sequences and control characters; for a log or a pipe, which may be shown later."""
    return text if _OBEYED.search(text) is None else _OBEYED.sub("", text)


class SafeStream:
    """A stream of text that a process prints to: what is written is cleaned, all else is the stream's own.

    What `is_data` keeps its overrides of direction in a file or a pipe.
    """

    def __init__(self, stream: TextIO, *, is_data: bool = True) -> None:
        self.raw_stream = stream
        self._clean = log_text if is_data and not stream.isatty() else terminal_text

    def write(self, text: str) -> int:
        """Write the text as `terminal_text` leaves it on a terminal, as `log_text` elsewhere."""
        self.raw_stream.write(self._clean(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write each line as `write` does."""
        for line in lines:
            self.write(line)

    @property
    def buffer(self) -> Any:
        """Bytes go out as they are to a file or a pipe; on a terminal they are text."""
        return _Bytes(self) if self.raw_stream.isatty() else self.raw_stream.buffer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw_stream, name)


class _Bytes:
    """The bytes of a whole text, for a terminal."""

    def __init__(self, stream: SafeStream) -> None:
        self._stream = stream

    def write(self, body: bytes) -> int:
        self._stream.write(body.decode("utf-8", "replace"))
        return len(body)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream.raw_stream.buffer, name)


def guard_streams() -> None:
    """Clean all that this process prints from here on; a second call changes nothing."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, SafeStream):
            setattr(sys, name, SafeStream(stream, is_data=name == "stdout"))


def raw_stream(stream: TextIO) -> TextIO:
    """The stream beneath `SafeStream`, for control sequences of our own."""
    return stream.raw_stream if isinstance(stream, SafeStream) else stream


def safe_console(*, stderr: bool = False, log_width: int | None = None, **options: Any) -> Console:
    """A console of rich that cleans every text it is given and keeps its own colours.

    `log_width` is the width where the stream is no terminal, which has none.
    """
    console: Console = _console_class()(file=raw_stream(sys.stderr if stderr else sys.stdout), **options)
    if log_width and not console.is_terminal:
        console.width = log_width
    return console


@cache
def _console_class() -> type[Console]:
    """Made late: rich is heavy."""
    from rich.console import Console
    from rich.segment import Segment

    class SafeConsole(Console):
        def render(self, *args: Any, **named: Any) -> Iterator[Segment]:
            clean = terminal_text if self.is_terminal else log_text
            for segment in super().render(*args, **named):
                yield segment if segment.control else Segment(clean(segment.text), segment.style)

    return SafeConsole
