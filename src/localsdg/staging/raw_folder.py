"""What of `data/raw/` can be staged; the rest is set aside and named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from localsdg.common.errors import LocalsdgError
from localsdg.registry.sources import sources
from localsdg.sources.snapshot import MANIFEST, PARTIAL, Snapshot, read_snapshot
from localsdg.staging.ledger import SetAside, reason_in_short

#: Sources that a build reads; what a manifest names is looked up here.
SOURCES = tuple(sources())
#: Folders of `data/raw/` that hold no snapshots of their own.
_OTHER_FOLDERS = {"bundled", "inbox"}

CHANGED, NO_MANIFEST, UNKNOWN, UNFINISHED = "SNAP-001", "SNAP-002", "SNAP-003", "SNAP-004"


def read_raw(root: Path) -> tuple[list[Snapshot], list[SetAside]]:
    """The complete snapshots below `root`, sorted by path, and what is none.

    Set aside are manifests that cannot be read, folders without one, and
    folders or manifests of a source that nothing stages.
    """
    snapshots: list[Snapshot] = []
    aside: list[SetAside] = []
    for folder in sorted(root.iterdir()) if root.is_dir() else []:
        if not folder.is_dir() or folder.name in _OTHER_FOLDERS or folder.name.startswith("."):
            continue
        if folder.name not in SOURCES:
            aside.append(_whole(folder, folder.name, UNKNOWN, "no source has a folder of this name"))
            continue
        for path in sorted(folder.iterdir()):
            if path.is_dir() and not path.name.startswith("."):
                _read_one(path, folder.name, snapshots, aside)
    return snapshots, aside


def intact(snapshot: Snapshot) -> tuple[Snapshot, list[SetAside]]:
    """The snapshot without the files that are gone or changed, and those files."""
    changed = snapshot.changed_files()
    if not changed:
        return snapshot, []
    names = {record.name for record, _ in changed}
    kept = tuple(record for record in snapshot.files if record.name not in names)
    aside = [
        SetAside(
            snapshot.source,
            "file",
            record.name,
            CHANGED,
            "the file is not the one that the manifest lists",
            snapshot.release,
            detail=f"expected sha256 {record.sha256[:12]}, got {actual}; remove the folder of the "
            "release and pull it again",
            used_instead="the other files and releases",
        )
        for record, actual in changed
    ]
    return replace(snapshot, files=kept), aside


def _read_one(path: Path, source: str, snapshots: list[Snapshot], aside: list[SetAside]) -> None:
    try:
        snapshot = read_snapshot(path)
    except LocalsdgError as error:
        aside.append(_whole(path, source, NO_MANIFEST, "the manifest cannot be read", error))
        return
    if snapshot is None:
        detail = "an unfinished pull" if (path / PARTIAL).exists() else f"no {MANIFEST}"
        aside.append(_whole(path, source, UNFINISHED, "the folder holds no complete snapshot", detail))
    else:
        snapshots.append(snapshot)


def _whole(path: Path, source: str, rule: str, reason: str, detail: object = None) -> SetAside:
    """A folder that cannot be used, by its last two names: its place on the machine is nobody's business."""
    name = path.name if path.name == source else f"{source}/{path.name}"
    return SetAside(
        source,
        "snapshot",
        name,
        rule,
        reason,
        detail=None if detail is None else reason_in_short(detail),
        used_instead="the other snapshots",
    )
