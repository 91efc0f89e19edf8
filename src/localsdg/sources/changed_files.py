"""The files of a snapshot that were changed between their verification and their reading."""

from __future__ import annotations

from localsdg.common.errors import LocalsdgError
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.sources.verified import has_changed


def changed_since(snapshot: Snapshot) -> list[FileRecord]:
    """The files that are no longer what they were when this process took their hash; without those it never took."""
    return [record for record in snapshot.files if has_changed(snapshot.file_path(record))]


def check_unchanged(snapshot: Snapshot) -> None:
    """Raise `LocalsdgError` where a file was changed after its hash was compared: what was read of it is not known."""
    for record in changed_since(snapshot):
        raise LocalsdgError(
            "a file of the snapshot was changed while it was read",
            where=snapshot.file_path(record),
            expected=f"sha256 {record.sha256[:12]} until the end",
            next_step="run the command again, which leaves the file out, or uses it where it is whole again",
        )
