"""Snapshots of local sites, whatever platform they have: `<raw>/<source>/<site id>@<UTC date>/`."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from localsdg.common.errors import LocalsdgError
from localsdg.common.settings import Settings
from localsdg.sources.snapshot import MANIFEST, Snapshot, read_snapshot

_RELEASE = re.compile(r"(?P<site>.+)@(?P<date>\d{4}-\d{2}-\d{2})(?:\.(?P<number>\d+))?")


def day_and_number(release: str) -> tuple[str, int]:
    """What orders the snapshots of a site: `weirford@2026-11-27.2` is the second of its day."""
    parts = _RELEASE.fullmatch(release)
    return (parts["date"], int(parts["number"] or 1)) if parts else ("", 1)


def newest_first(root: Path, source: str, site_id: str) -> Iterator[Snapshot]:
    """The complete snapshots of a site below `root`; a damaged manifest is passed over."""
    dated = []
    for manifest in (root / source).glob(f"{site_id}@*/{MANIFEST}"):
        parts = _RELEASE.fullmatch(manifest.parent.name)
        if parts and parts["site"] == site_id:
            dated.append((day_and_number(manifest.parent.name), manifest.parent))
    for _, folder in sorted(dated, reverse=True):
        try:
            if (snapshot := read_snapshot(folder)) is not None:
                yield snapshot
        except LocalsdgError:
            continue


def older_good(settings: Settings, snapshot: Snapshot, bundled: Iterable[Path]) -> Iterator[Snapshot]:
    """What a build can use of a site where `snapshot` cannot be read: older ones, the newest first.

    `bundled` are the folders of the bundle's snapshots that the build reads.
    """
    site_id = snapshot.extra.get("site_id")
    if not site_id or snapshot.path in bundled:
        return
    behind = False
    for older in newest_first(settings.raw, snapshot.source, site_id):
        if behind:
            yield older
        behind = behind or older.path == snapshot.path
    yield from (kept for kept in newest_first(settings.bundled, snapshot.source, site_id) if kept.path in bundled)


def free_release(root: Path, site_id: str) -> str:
    """Today's release name below the source's folder, with a number where the day has one; clears what a kill left.

    The caller holds the lock of the folder.
    """
    stem = f"{site_id}@{datetime.now(UTC).date().isoformat()}"
    number = 1
    while True:
        name = stem if number == 1 else f"{stem}.{number}"
        folder = root / name
        if folder.exists() and not (folder / MANIFEST).exists():
            shutil.rmtree(folder)  # under the lock no one else is writing there
        if not folder.exists():
            return name
        number += 1
