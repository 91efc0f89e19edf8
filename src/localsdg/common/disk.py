"""Room on the disk: how much there is, whether an error means that there is none, and an error that says so."""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from localsdg.common.errors import LocalsdgError

_P = ParamSpec("_P")
_R = TypeVar("_R")
#: A full disk, a full quota, and a file larger than the process may write.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
#: What DuckDB and SQLite say instead of a number: the first two for the system's own error, the third for
#: its own bound of the spill folder, which is a share of the free room; the last is SQLite's.
_FULL_WORDS = (
    "no space left on device",
    "disk quota exceeded",
    "file too large",
    "max_temp_directory_size",
    "database or disk is full",
)
NEXT_STEP = "localsdg prune --dry-run, or free room on that disk; then run the same command again"


class DiskFull(LocalsdgError):
    """A disk has too little room; names the disk, the free and, where known, the needed room."""


def free_bytes(path: Path) -> int:
    """Free bytes of the disk of a file or folder, which need not exist yet."""
    return shutil.disk_usage(_existing(path)).free


def mount_point(path: Path) -> Path:
    """Where the disk of a file or folder is mounted."""
    place = _existing(path).resolve()
    while not place.is_mount() and place != place.parent:
        place = place.parent
    return place


def megabytes(size: int) -> str:
    """A size for people: `61.9 MB`; what is below 0.1 MB in bytes."""
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size:,} bytes"


def is_full(error: BaseException) -> bool:
    """Whether an error, or what caused it, means that a disk is full."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, DiskFull) or (isinstance(link, OSError) and link.errno in _FULL):
            return True
        if any(words in str(link).lower() for words in _FULL_WORDS):
            return True
        link = link.__cause__ or link.__context__
    return False


def check_room(folder: Path, needed: int, what: str) -> None:
    """Raise `DiskFull` where the disk of `folder` has fewer than `needed` free bytes for `what`."""
    if free_bytes(folder) < needed:
        raise disk_full(folder, f"the disk has too little room for {what}", needed)


def disk_full(path: Path, what: str, needed: int | None = None) -> DiskFull:
    """The error for the disk of `path`; `needed` bytes, where they are known."""
    free = f"{megabytes(free_bytes(path))} free"
    return DiskFull(
        what,
        where=f"{path} (disk {mount_point(path)})",
        expected=f"{megabytes(needed)} free" if needed else "room to write",
        got=free,
        next_step=NEXT_STEP,
    )


@contextmanager
def room_named(path: Path, what: str, needed: int | None = None) -> Iterator[None]:
    """Turn the error of a full disk into one that names the disk; `path` is what was written.

    An `OSError` that names another file (a temporary one on another disk) is of that file's disk.
    """
    try:
        yield
    except DiskFull:
        raise
    except Exception as error:
        if not is_full(error):
            raise
        name = getattr(error, "filename", None)
        place = Path(name) if isinstance(name, str) and mount_point(Path(name)) != mount_point(path) else path
        raise disk_full(place, f"the disk is full: {what}", needed if place == path else None) from error


def names_full_disk(what: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """`room_named` for the methods of a class that writes below its `path`."""

    def decorate(method: Callable[_P, _R]) -> Callable[_P, _R]:
        @wraps(method)
        def call(*args: _P.args, **named: _P.kwargs) -> _R:
            try:
                return method(*args, **named)
            except OSError as error:
                if not is_full(error):
                    raise
                raise disk_full(cast(Any, args[0]).path, f"the disk is full: {what}") from error

        return call

    return decorate


def remove_old(files: Iterable[Path], hours: float) -> None:
    """Remove files that were not written for so long; what cannot be removed stays."""
    for path in files:
        with suppress(OSError):
            if path.is_file() and time.time() - path.stat().st_mtime > hours * 3600:
                path.unlink()


def _existing(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    return next((place for place in (path, *path.parents) if place.exists()), Path("/"))
