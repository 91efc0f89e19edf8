"""The published versions that are kept below `data/warehouse/releases/<version>/`.

Each has the published file, `manifest.json` (what the file is and was built
from) and `confirmed.json`: when a run last found the same data, from which
inputs, and what it set aside.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.errors import LocalsdgError
from localsdg.common.parsed_text import json_of
from localsdg.sources.snapshot import sha256_of

if TYPE_CHECKING:
    from localsdg.common.settings import Settings

MANIFEST = "manifest.json"
CONFIRMED = "confirmed.json"
FILE = "localsdg.duckdb"
#: `2026.11.27.1`: the day and the number of the publication on that day. No release of the UN looks so.
VERSION = re.compile(r"\d{4}\.\d{2}\.\d{2}\.\d+", re.ASCII)


@dataclass(frozen=True)
class Release:
    """A version that was published and is kept."""

    folder: Path

    @property
    def version(self) -> str:
        """The version as the file itself names it, `2026.11.23.1`."""
        return self.folder.name

    @property
    def file(self) -> Path:
        """The kept file; of the newest version a second name of the published one."""
        return self.folder / FILE

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Version, sha256, bytes, content_hash, and the facts of the build; {} where it cannot be read."""
        return _read(self.folder / MANIFEST)

    @cached_property
    def confirmed(self) -> dict[str, Any]:
        """`at` (UTC, ISO 8601), `inputs`, `set_aside` and `held` of the last run that found these data, or {}."""
        return _read(self.folder / CONFIRMED)

    @property
    def order(self) -> tuple[int, ...]:
        """What puts versions in the order of time: date, then number."""
        return tuple(int(part) if part.isdigit() else 0 for part in self.version.split("."))


def releases_folder(settings: Settings) -> Path:
    """The folder of all kept versions."""
    return settings.warehouse / "releases"


def kept_releases(settings: Settings) -> list[Release]:
    """All kept versions, the newest first; what else lies in their folder is none, and is not ours to remove."""
    root = releases_folder(settings)
    folders = (
        [path for path in root.iterdir() if VERSION.fullmatch(path.name) and path.is_dir()] if root.is_dir() else []
    )
    return sorted(map(Release, folders), key=lambda release: release.order, reverse=True)


def published_release(settings: Settings) -> Release | None:
    """The kept version that the published file is, byte for byte; None where it is gone, damaged or unknown."""
    published = settings.warehouse / FILE
    # a log beside the file would be replayed into it by the next reader
    if not published.is_file() or published.with_name(f"{FILE}.wal").exists():
        return None
    size = published.stat().st_size
    alike = [release for release in kept_releases(settings) if release.manifest.get("bytes") == size]
    sha = sha256_of(published) if alike else ""
    return next((release for release in alike if release.manifest.get("sha256") == sha), None)


def prepare_release(settings: Settings, built: Path, manifest: dict[str, Any]) -> Path:
    """A folder with the built file under a second name, and its manifest; `finish_release` gives it its name.

    All that takes room is written here, before the published file is replaced;
    and the version is taken here: it belongs to one file. Raises `LocalsdgError`
    where another has it, and `OSError`, and leaves nothing where that fails.
    """
    draft = _take_version(releases_folder(settings), manifest["version"])
    try:
        try:
            os.link(built, draft / FILE)
        except OSError:  # a file system without hard links
            shutil.copy2(built, draft / FILE)
        write_json(draft / MANIFEST, manifest)
        sync_folder(draft)
        sync_folder(draft.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return draft


def _take_version(root: Path, version: str) -> Path:
    """The folder of a version that no one else has, of a run that is under way neither."""
    draft = root / f".{version}.new"
    root.mkdir(parents=True, exist_ok=True)
    try:
        if (root / version).exists() or (root / version).is_symlink():
            raise FileExistsError(version)
        draft.mkdir()
    except FileExistsError as error:
        raise LocalsdgError(
            "another file has this version",
            where=root / version,
            expected="a version that no file has",
            got=version,
            next_step="localsdg build, which takes the next number",
        ) from error
    return draft


def finish_release(draft: Path) -> Path:
    """Give a prepared version its name; takes no room. Raises `OSError` where another file has it."""
    folder = draft.with_name(draft.name.removeprefix(".").removesuffix(".new"))
    os.rename(draft, folder)  # refused by the system where there is one: a version is never written over
    sync_folder(folder.parent)
    return folder


def published_by(settings: Settings, run_id: str) -> dict[str, Any]:
    """The manifest of the version that a run published, also where it was killed before it could name it; or {}."""
    drafts = [Release(path) for path in sorted(releases_folder(settings).glob(".*.new"))]
    for release in (*kept_releases(settings), *drafts):
        run = release.manifest.get("run")
        if not isinstance(run, dict) or run.get("run_id") != run_id:
            continue
        if release not in drafts or _is_published(settings, release):
            return release.manifest
    return {}


def finish_killed(settings: Settings) -> None:
    """Name a version whose publication was killed after the file was replaced, and drop one that was not published."""
    for draft in sorted(releases_folder(settings).glob(".*.new")):
        if _is_published(settings, Release(draft)):
            finish_release(draft)
        else:
            shutil.rmtree(draft, ignore_errors=True)


def _is_published(settings: Settings, release: Release) -> bool:
    """Whether the published file is that of a version, by its hash."""
    published = settings.warehouse / FILE
    return published.is_file() and release.manifest.get("sha256") == sha256_of(published)


def sync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk, so that they are there after a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, body: object) -> None:
    """Write JSON whole: a reader sees the old file or the new one."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.write_text(json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any]:
    try:
        body = json_of(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return body if isinstance(body, dict) else {}
