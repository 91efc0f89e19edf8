"""Results that are kept to be used again: a folder of files by the hash of all that they were computed from.

    store = KeptParts(settings.parts)
    key = part_key("unsd", code, snapshot_hashes)
    if (folder := store.get(key)) is None:
        with store.put(key) as folder:
            ...  # write the files of the part into folder
    ...  # read the files of the part from folder

A part never changes: other inputs have another key. It is used only where every file has the hash that was
noted when it was written; one that is incomplete or changed is removed, counted in `corrupt`, and made again.
Parts are a convenience: the whole folder may be deleted at any time, and a disk that cannot take them stops nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from localsdg.common.parsed_text import json_of
from localsdg.common.scratch import scratch_folder

#: In the folder of a part: the hash of each of its files.
LIST = "part.json"
#: In the folder of a part that is one value.
_VALUE = "value.json"


def part_key(*inputs: object) -> str:
    """SHA-256 over the text of all inputs in their order, as 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps([str(one) for one in inputs]).encode()).hexdigest()


#: Begins the name of a part that is being written, for hours at most.
_DRAFT, _DRAFT_HOURS = ".draft-", 24


class KeptParts:
    """The parts below one folder; `folder` None keeps and finds nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.used = 0
        self.made = 0
        #: Names of parts that were not as they had been written.
        self.corrupt: list[str] = []

    def get(self, key: str) -> Path | None:
        """The folder of a whole part, or None. One that was changed is removed."""
        if self.folder is None or not (part := self.folder / key).is_dir():
            return None
        if not _is_whole(part):
            self.corrupt.append(key)
            shutil.rmtree(part, ignore_errors=True)
            return None
        self.used += 1
        with suppress(OSError):
            os.utime(part)  # `sweep` removes what was not used for long
        return part

    @contextmanager
    def put(self, key: str) -> Iterator[Path]:
        """A folder to write the part into, which is kept when the block ends well; two writers do no harm.

        Raises what the block raises, and `OSError` where the folder of parts cannot be written.
        """
        if self.folder is None:
            with scratch_folder() as folder:
                yield folder
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=self.folder))
        try:
            yield draft
            hashes = {path.name: _sha256(path) for path in sorted(draft.iterdir())}
            (draft / LIST).write_text(json.dumps(hashes, indent=1), encoding="utf-8")
            with suppress(OSError):  # another process was first: its part is the same
                draft.rename(self.folder / key)
            self.made += 1
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def get_value(self, key: str) -> Any:
        """The value that `put_value` kept, as JSON gives it back; None where there is none."""
        with suppress(OSError, ValueError):  # of a disk that fails, or swept by another process
            if folder := self.get(key):
                return json_of((folder / _VALUE).read_text(encoding="utf-8"))
        return None

    def put_value(self, key: str, value: object) -> None:
        """Keep a value that JSON can hold, as a part of one file; a disk that cannot take it stops nothing."""
        if self.folder is None:
            return
        with suppress(OSError), self.put(key) as folder:
            (folder / _VALUE).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")

    def sweep(self, most_bytes: int, days: int = 30) -> int:
        """Remove parts not used for `days`, the longest unused ones above `most_bytes`, and drafts of killed processes.

        Returns the bytes freed.
        """
        if self.folder is None or not self.folder.is_dir():
            return 0
        parts = []
        for part in self.folder.iterdir():
            with suppress(OSError):  # taken away by another process
                parts.append((part.stat().st_mtime, sum(path.stat().st_size for path in part.iterdir()), part))
        freed = total = 0
        oldest = time.time() - days * 86_400
        for used_at, size, part in sorted(parts, key=lambda one: one[0], reverse=True):
            total += size
            is_left = part.name.startswith(_DRAFT) and used_at < time.time() - _DRAFT_HOURS * 3600
            if total > most_bytes or used_at < oldest or is_left:
                shutil.rmtree(part, ignore_errors=True)
                freed += size
        return freed


def _is_whole(part: Path) -> bool:
    try:
        hashes = json_of((part / LIST).read_text(encoding="utf-8"))
        return hashes.keys() == {path.name for path in part.iterdir()} - {LIST} and all(
            _sha256(part / name) == known for name, known in hashes.items()
        )
    except (OSError, ValueError, AttributeError):
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
