"""Folders for files on their way: below the home, so that they are on its disk, and swept when a process was killed.

Each folder holds a lock as long as it is used. The system gives the lock up
with the process, so that the next one that needs a folder knows which are left.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "localsdg-"
#: Seconds after which a folder without a lock is one that was left, and not one that is just being made.
_YOUNG = 60.0


class _Place:
    root: Path | None = None
    is_swept = False


def use_scratch(root: Path) -> None:
    """Make folders below `root` from here on, in place of the system's folder; it need not exist."""
    if _Place.root != root:
        _Place.root, _Place.is_swept = root, False


@contextmanager
def scratch_folder(beside: Path | None = None) -> Iterator[Path]:
    """A new empty folder, gone when the block ends; `beside` a file of that disk where it is to be renamed to.

    The system's folder serves where the home cannot be written, as by a command that only reads.
    """
    from filelock import FileLock

    root = beside.parent if beside else _Place.root
    folder = _made(root, "." if beside else "")
    lock = FileLock(str(_lock_of(folder)))
    lock.acquire()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
        with suppress(OSError):
            _lock_of(folder).unlink()
            if folder.parent == _Place.root:
                folder.parent.rmdir()  # where it is empty


def sweep_scratch(root: Path, *, own: bool = True) -> list[str]:
    """Remove the folders of killed processes below `root`; returns their names.

    `own` says that nobody else keeps anything there: a folder without a lock was left too, unless it is young.
    """
    from filelock import FileLock, Timeout

    swept = []
    for folder in sorted(root.glob(f"{'' if own else '.'}{PREFIX}*")):
        lock = _lock_of(folder)
        with suppress(OSError, Timeout):
            if folder.is_symlink() or (not lock.exists() and not (own and _is_old(folder))):
                continue
            if folder.is_dir() and lock.exists():
                with FileLock(str(lock), timeout=0):
                    shutil.rmtree(folder)
                lock.unlink(missing_ok=True)
            elif folder.is_dir():
                shutil.rmtree(folder)
            else:
                folder.unlink()  # a lock whose folder is gone
            swept.append(folder.name)
    return swept


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _is_old(path: Path) -> bool:
    is_lock = path.suffix == ".lock" and path.with_suffix("").exists()
    return not is_lock and time.time() - path.stat().st_mtime > _YOUNG


def _made(root: Path | None, hidden: str) -> Path:
    with suppress(PermissionError, FileNotFoundError, NotADirectoryError):
        if root is not None:
            root.mkdir(parents=True, exist_ok=True)
            if os.access(root, os.W_OK):
                if hidden or not _Place.is_swept:
                    _Place.is_swept = _Place.is_swept or not hidden
                    sweep_scratch(root, own=not hidden)
                return Path(tempfile.mkdtemp(prefix=f"{hidden}{PREFIX}", dir=root))
    return Path(tempfile.mkdtemp(prefix=PREFIX))
