"""Room for a run: its own leftovers go first, then the disk is measured, and an error of a full disk names it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING

from localsdg.common.disk import check_room, room_named
from localsdg.common.errors import LocalsdgError
from localsdg.pipeline.run import sweep
from localsdg.warehouse.releases import FILE

if TYPE_CHECKING:
    from localsdg.pipeline.run import Run

#: The built file grows to this many times the published one before it is complete (measured: 1.1).
_GROWTH = 1.25
#: Reports, logs and what is staged beside the file, in bytes (measured with the bundle: 6 MB).
_BESIDE = 12_000_000
#: The same and the file of a first run (measured with the bundle: 75 MB), and without the bundle.
_FIRST, _FIRST_WITHOUT_BUNDLE = 90_000_000, 40_000_000


@contextmanager
def room_for(run: Run) -> Iterator[None]:
    """Remove what killed runs left and refuse a run for which there is too little room.

    Raises `DiskFull` (a `LocalsdgError`) for that, and where the disk fills while the run works.
    """
    with full_disk_named(run):
        # another run that holds the lock has cleaned up before it began
        with suppress(LocalsdgError):
            sweep(run.settings)
        need_room(run)
        yield


def need_room(run: Run) -> None:
    """Raise `DiskFull` where the disk has too little room for a build."""
    check_room(run.settings.warehouse, needed_bytes(run), "a build")


def full_disk_named(run: Run) -> AbstractContextManager[None]:
    """Turn the error of a full disk into one that names the disk, with the free and needed bytes."""
    what = "the run cannot be completed; the published file is as it was"
    return room_named(run.settings.warehouse, what, needed_bytes(run))


def needed_bytes(run: Run) -> int:
    """Bytes that a build takes at most beside what is there, from the size of the published file."""
    published = run.settings.warehouse / FILE
    if published.is_file():
        return int(published.stat().st_size * _GROWTH) + _BESIDE
    return _FIRST if run.with_bundled else _FIRST_WITHOUT_BUNDLE
