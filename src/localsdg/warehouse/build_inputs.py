"""The fingerprint of all that a build reads: where it is the same, so are the data."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.sources.snapshot import MANIFEST

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.sources.snapshot import Snapshot

#: Settings that change what is built; all others change how fast, or what is pulled.
_SETTINGS = ("link_declared",)
#: The user's own files beside the snapshots, below `data/`: corrections, lists.
_USER_FILES = ("*.toml", "*.csv", "*.json")
#: Files below `data/` that say what is kept, and nothing about the data.
KEPT_LISTS = ("pinned.toml", "cited.json")
#: Losses that were accepted, below `data/` of the home folder; the only input that a run itself writes.
ACCEPTED = "accepted.toml"
_PACKAGE = Path(__file__).resolve().parents[1]


def build_inputs(settings: Settings, snapshots: Iterable[Snapshot], unreadable: Iterable[str]) -> dict[str, str]:
    """A hash of each kind of input by its name: snapshots, code, user files, accepted losses, and so on.

    `unreadable` are lines on what of `data/raw` cannot be used. Of a
    snapshot's files the manifest has the hashes; here their sizes and times
    are taken, which a damaged or replaced file does not keep (a build hashes
    every byte). Takes 0.1 s.
    """
    # rows of years to come are rejects, so that a new year may bring rows
    return {
        "snapshots": _digest([*_snapshots(settings, snapshots), *sorted(unreadable)]),
        "code": code_digest(settings),
        "user files": _digest(_user_files(settings)),
        "accepted": accepted_digest(settings),
        "settings": _digest(f"{name}={getattr(settings, name)}" for name in _SETTINGS),
        "libraries": _digest(_libraries()),
        "year": str(datetime.now(UTC).year),
    }


def accepted_digest(settings: Settings) -> str:
    """A hash of what was accepted; empty where nothing was."""
    path = settings.home / "data" / ACCEPTED
    return _file_hash(path) if path.is_file() else ""


def code_digest(settings: Settings) -> str:
    """A hash of the package, the SQL and the expectations as they are on disk, committed or not."""
    folders = {"package": _PACKAGE, "sql": settings.sql, "expectations": settings.expectations}
    return _digest(line for name, folder in folders.items() for line in _files(name, folder))


def _snapshots(settings: Settings, snapshots: Iterable[Snapshot]) -> list[str]:
    lines = []
    for snapshot in snapshots:
        stats = []
        for record in snapshot.files:
            path = snapshot.file_path(record)
            stat = path.stat() if path.is_file() else None
            stats.append([record.name, stat and stat.st_size, stat and stat.st_mtime_ns])
        where = "bundled" if snapshot.path.is_relative_to(settings.bundled) else "pulled"
        manifest = _file_hash(snapshot.path / MANIFEST)
        lines.append(json.dumps([where, snapshot.source, snapshot.release, manifest, stats]))
    return sorted(lines)


def _user_files(settings: Settings) -> Iterator[str]:
    for name, data in (("home", settings.home / "data"), ("project", settings.resources / "data")):
        for path in sorted(path for pattern in _USER_FILES for path in data.glob(pattern)):
            if path.is_file() and path.name not in (*KEPT_LISTS, *([ACCEPTED] if name == "home" else ())):
                yield f"{name}/{path.name} {_file_hash(path)}"
    yield from _files("linking", settings.linking)
    if settings.sites:
        sites = Path(settings.sites).expanduser()
        yield f"sites {_file_hash(sites) if sites.is_file() else 'no file'}"


def _files(name: str, folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"{name}/{path.relative_to(folder).as_posix()} {_file_hash(path)}"


def _libraries() -> Iterator[str]:
    yield f"python {platform.python_version()}"
    for requirement in metadata.requires("localsdg") or ():
        if "extra ==" not in requirement and (match := re.match(r"[A-Za-z0-9._-]+", requirement)):
            with suppress(metadata.PackageNotFoundError):  # of another platform
                yield f"{match[0]} {metadata.version(match[0])}"


def _file_hash(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _digest(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode("utf-8", "surrogateescape") + b"\n")
    return digest.hexdigest()
