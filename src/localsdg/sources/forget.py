"""Removal of a snapshot that was pulled, or of one file of it: only below the folder of snapshots."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.sources.snapshot import MANIFEST, PARTIAL, read_snapshot, write_manifest


def forget(root: Path, source: str, release: str, file_name: str | None = None) -> list[str]:
    """Remove a snapshot, or one file of it; returns the names of the removed files.

    Raises `UsageError` when there is no such snapshot or file.
    """
    folders = {folder.name: folder for folder in _folders(root, source)}
    if release not in folders:
        raise UsageError("no such snapshot was pulled", expected=", ".join(folders) or "one that was", got=release)
    path = folders[release]
    try:
        snapshot = read_snapshot(path)
    except LocalsdgError:
        if file_name is not None:
            raise
        snapshot = None
    if snapshot is None:
        _remove(path)  # its manifest cannot be read, so that its files have no names
        return [MANIFEST]
    names = [record.name for record in snapshot.files]
    if file_name is not None and file_name not in names:
        raise UsageError("no such file", where=path, expected=", ".join(names), got=file_name)
    kept = [record for record in snapshot.files if file_name and record.name != file_name]
    if file_name is None or not kept:
        _remove(path)
        return names
    body = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    body["files"] = [asdict(record) for record in kept]
    write_manifest(path / MANIFEST, body)
    (path / PARTIAL).unlink(missing_ok=True)
    (path / file_name).unlink(missing_ok=True)
    return [file_name]


def _folders(root: Path, source: str) -> list[Path]:
    """The folders with a manifest of a source, by what the disk lists: a name that leads elsewhere is none of them."""
    of_source = [path for path in (root.iterdir() if root.is_dir() else ()) if path.name == source and path.is_dir()]
    return sorted(path for folder in of_source for path in folder.iterdir() if (path / MANIFEST).is_file())


def _remove(path: Path) -> None:
    """Remove a snapshot: renamed first, as what is half removed is none; of a link the link alone."""
    gone = path.with_name(f".{path.name}.gone")
    shutil.rmtree(gone, ignore_errors=True)  # of a removal that was killed
    path.rename(gone)
    shutil.rmtree(gone) if not gone.is_symlink() else gone.unlink()
