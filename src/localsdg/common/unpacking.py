"""What a packed file may unpack to: counted while it is read, whatever its own head says.

A gzip of 1 MB can hold 1 GB, and a zip states any size it likes. The limits
are settings (`max_unpacked_mb`, `max_unpacked_ratio`, `max_members`,
`max_cells`, `max_records_mb`); `load_settings` puts them in force for the
process, because the readers of files are far below those that know settings.
"""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, cast

from zlib_ng import zlib_ng

from localsdg.common.errors import LocalsdgError

_CHUNK = 1 << 20
#: Bytes that every packed file may have when unpacked, whatever the ratio: short tables repeat themselves.
_FREE = 50_000_000
#: What reading a gzip raises where it is cut off or damaged.
UNREADABLE_GZIP: tuple[type[Exception], ...] = (
    EOFError,
    zlib.error,
    cast("type[Exception]", zlib_ng.error),
    gzip.BadGzipFile,
)


@dataclass(frozen=True)
class UnpackLimits:
    """Bytes and times of the packed size, members, cells of a workbook, bytes of a file that is read into memory."""

    unpacked_bytes: int = 2_000_000_000
    ratio: int = 200
    members: int = 200_000
    cells: int = 20_000_000
    in_memory_bytes: int = 300_000_000


class UnpacksTooMuch(LocalsdgError, ValueError):
    """A packed file that holds more than is allowed; a `ValueError` too, for readers that set a file aside."""


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class _Limits:
    in_force = UnpackLimits()


def limits() -> UnpackLimits:
    """The limits in force."""
    return _Limits.in_force


def use_limits(given: UnpackLimits) -> None:
    """Put limits in force for this process."""
    _Limits.in_force = given


def most_unpacked(packed: int) -> int:
    """Bytes that a file of `packed` bytes may unpack to."""
    return min(limits().unpacked_bytes, max(_FREE, packed * limits().ratio))


def require_within(unpacked: int, packed: int, where: object) -> None:
    """Raise `UnpacksTooMuch` for more bytes than a file of `packed` bytes may unpack to."""
    most = most_unpacked(packed)
    if unpacked > most:
        setting = "MAX_UNPACKED_MB" if most == limits().unpacked_bytes else "MAX_UNPACKED_RATIO"
        raise too_much("the file unpacks to more than is allowed", where, f"{most:,} bytes", unpacked, setting)


def too_much(what: str, where: object, most: str, got: object, setting: str) -> UnpacksTooMuch:
    """The error for a limit, with the setting that raises it."""
    return UnpacksTooMuch(
        what,
        where=where,
        expected=f"at most {most}",
        got=f"{got:,}" if isinstance(got, int) else got,
        next_step=f"if the file is right, set LOCALSDG_{setting} higher and run the same command again",
    )


def copy_unpacked(source: _Readable, sink: IO[bytes], packed: int, where: object) -> int:
    """Copy what comes out of a packed file of `packed` bytes; returns how much it was. Raises `UnpacksTooMuch`."""
    size = 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        require_within(size, packed, where)
        sink.write(chunk)
    return size


def open_gzip(source: Path | IO[bytes], mode: str = "rb", **options: Any) -> IO[Any]:
    """A gzip to read, as `gzip.open` gives it; reading raises one of `UNREADABLE_GZIP` where it is damaged.

    By zlib-ng: three times as fast as Python's own, and in few large steps, so that another thread seldom waits.
    """
    from zlib_ng import gzip_ng

    return gzip_ng.open(source, mode, **options)


def gunzip(body: bytes, where: object) -> bytes:
    """The content of a gzip; raises `UnpacksTooMuch`, or one of `UNREADABLE_GZIP`."""
    sink = io.BytesIO()
    with open_gzip(io.BytesIO(body)) as source:
        copy_unpacked(source, sink, len(body), where)
    return sink.getvalue()


def require_in_memory(size: int, where: object) -> None:
    """Raise `UnpacksTooMuch` for a file that is read into memory and has too many bytes for that."""
    if size > limits().in_memory_bytes:
        most = f"{limits().in_memory_bytes:,} bytes"
        raise too_much("the file is larger than is allowed", where, most, size, "MAX_RECORDS_MB")
