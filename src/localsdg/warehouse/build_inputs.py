"""The fingerprint of all that a build reads: where it is the same, so are the data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localsdg.common.input_hash import (
    ACCEPTED,
    PACKAGE,
    file_lines,
    hash_file,
    hash_lines,
    library_lines,
    user_file_lines,
)
from localsdg.sources.snapshot import MANIFEST

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.sources.snapshot import Snapshot

#: Settings that change what is built; all others change how fast, or what is pulled.
_SETTINGS = ("link_declared",)


def build_inputs(settings: Settings, snapshots: Iterable[Snapshot], unreadable: Iterable[str]) -> dict[str, str]:
    """A hash of each kind of input by its name: snapshots, code, user files, accepted losses, and so on.

    `unreadable` are lines on what of `data/raw` cannot be used. Of a
    snapshot's files the manifest has the hashes; here their sizes and times
    are taken, which a damaged or replaced file does not keep (a build hashes
    every byte). Takes 0.1 s.
    """
    # rows of years to come are rejects, so that a new year may bring rows
    return {
        "snapshots": hash_lines([*_snapshots(settings, snapshots), *sorted(unreadable)]),
        "code": code_digest(settings),
        "user files": hash_lines([*user_file_lines(settings), *file_lines("linking", settings.linking)]),
        "accepted": accepted_digest(settings),
        "settings": hash_lines(f"{name}={getattr(settings, name)}" for name in _SETTINGS),
        "libraries": hash_lines(library_lines()),
        "year": str(datetime.now(UTC).year),
    }


def accepted_digest(settings: Settings) -> str:
    """A hash of what was accepted; empty where nothing was."""
    path = settings.home / "data" / ACCEPTED
    return hash_file(path) if path.is_file() else ""


def code_digest(settings: Settings) -> str:
    """A hash of the package, the SQL and the expectations as they are on disk, committed or not."""
    folders = {"package": PACKAGE, "sql": settings.sql, "expectations": settings.expectations}
    return hash_lines(line for name, folder in folders.items() for line in file_lines(name, folder))


def package_digest() -> str:
    """A hash of the package: its modules, and the lists and declarations of the registry."""
    return hash_lines(file_lines("package", PACKAGE))


def _snapshots(settings: Settings, snapshots: Iterable[Snapshot]) -> list[str]:
    lines = []
    for snapshot in snapshots:
        stats = []
        for record in snapshot.files:
            path = snapshot.file_path(record)
            stat = path.stat() if path.is_file() else None
            stats.append([record.name, stat and stat.st_size, stat and stat.st_mtime_ns])
        where = "bundled" if snapshot.path.is_relative_to(settings.bundled) else "pulled"
        manifest = hash_file(snapshot.path / MANIFEST)
        lines.append(json.dumps([where, snapshot.source, snapshot.release, manifest, stats]))
    return sorted(lines)
