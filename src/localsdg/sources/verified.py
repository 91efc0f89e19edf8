"""Whether a file of a snapshot is still the one whose hash was taken: what is hashed is what is read.

A reader opens a file by its name, after its hash was compared with the manifest. A file that is replaced or
written between the two is another inode, or has another size or time; these are noted before it is hashed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from localsdg.common.errors import LocalsdgError

_State = tuple[int, int, int, int, int]
#: State of each file before it was hashed, and its hash, of this process.
_NOTED: dict[Path, tuple[_State, str]] = {}


def sha256_of(path: Path) -> str:
    """The sha256 of a file, as lower-case hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def hash_noted(path: Path) -> str | None:
    """The sha256 of a file, whose state is noted; None where there is no file."""
    _NOTED.pop(path, None)
    if not path.is_file():
        return None
    state = _state(path)
    sha256 = sha256_of(path)
    _NOTED[path] = state, sha256
    return sha256


def changed_since(paths: Iterable[Path]) -> list[Path]:
    """The files that are no longer what they were when this process took their hash; without those it never took."""
    return [path for path in paths if _has_changed(path)]


def check_unchanged(paths: Iterable[Path]) -> None:
    """Raise `LocalsdgError` where a file was changed after its hash was compared: what was read of it is not known."""
    for path in changed_since(paths):
        raise LocalsdgError(
            "a file of the snapshot was changed while it was read",
            where=path,
            expected=f"sha256 {_NOTED[path][1][:12]} until the end",
            next_step="run the command again, which leaves the file out, or uses it where it is whole again",
        )


def _has_changed(path: Path) -> bool:
    if path not in _NOTED:
        return False
    state, sha256 = _NOTED[path]
    try:
        # a link that a backup made changes the state and not the file
        return _state(path) != state and sha256_of(path) != sha256
    except OSError:
        return True


def _state(path: Path) -> _State:
    stat = os.stat(path)
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
