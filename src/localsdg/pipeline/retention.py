"""What is kept of versions and snapshots, and what may go: one policy, for `localsdg prune` and after a publication.

Kept are the published version, the newest `keep_versions`, the last one of
each year, and whatever is pinned or cited; of each site the newest
`keep_snapshots` that are whole, and each one that a kept version was built
from. Releases of the UN and other snapshots that are no site's go by no
policy: every build reads all of them.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError
from localsdg.sources.site_snapshots import day_and_number
from localsdg.sources.snapshot import MANIFEST, read_snapshot
from localsdg.staging.ledger import reason_in_short
from localsdg.warehouse.keeping import locked, read_cited, read_pins
from localsdg.warehouse.releases import Release, kept_releases, published_release

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.pipeline.run import Run

#: Days after which a pull that nobody resumed is given up.
UNFINISHED_DAYS = 30
_DAY = 86_400
_SnapshotKey = tuple[str, str]  # source and release


@dataclass(frozen=True)
class Item:
    """A version, a snapshot or a leftover: whether it goes, and why it does or stays."""

    kind: str  # version, snapshot or leftover
    name: str
    path: Path
    goes: bool
    reason: str

    @cached_property
    def bytes(self) -> int:
        """Bytes that its removal frees: those of a file with a second name are not freed."""
        stats = [path.lstat() for path in _below(self.path)]
        return sum(stat.st_size for stat in stats if S_ISREG(stat.st_mode) and stat.st_nlink == 1)


def plan(settings: Settings) -> list[Item]:
    """Every version, every snapshot of a site, and the leftovers, with what the policy says of each."""
    versions = _versions(settings)
    kept = [Release(item.path) for item in versions if not item.goes]
    return [*versions, *_snapshots(settings, kept), *_leftovers(settings)]


def prune(settings: Settings) -> list[Item]:
    """Remove what the policy lets go. The caller holds the lock of the writer.

    Returns that: an item that could not be removed does not go (`goes` False), and its reason says why.
    """
    with locked(settings):
        return [_removed(item) for item in plan(settings) if item.goes]


def _removed(item: Item) -> Item:
    _ = item.bytes  # while it is there
    # renamed first: what is half removed is no version and no snapshot
    gone = item.path if item.path.name.endswith(".gone") else item.path.with_name(f".{item.path.name}.gone")
    try:
        item.path.replace(gone)
        # of a link the link alone: what it leads to may be a folder of others
        shutil.rmtree(gone) if gone.is_dir() and not gone.is_symlink() else gone.unlink()
    except OSError as error:
        reason = f"{item.reason}, but it cannot be removed: {error.strerror}"
        return replace(item, goes=False, reason=reason, path=gone if gone.exists() else item.path)
    return item


def clear_old(run: Run) -> None:
    """Prune after a publication, which no failure of it undoes: it is a note of the run."""
    try:
        items = prune(run.settings)
        run.pruned = [item.name for item in items if item.goes]
        run.notes += [f"{item.kind} {item.name}: {item.reason}; localsdg prune" for item in items if not item.goes]
    except Exception as error:
        run.notes.append(f"old versions and snapshots were not removed: {reason_in_short(error)}; localsdg prune")


def _versions(settings: Settings) -> list[Item]:
    releases, published = kept_releases(settings), published_release(settings)
    pins = {one.version: one for one in read_pins(settings)}
    cited = {one.version: one for one in read_cited(settings)}
    newest = {release.version for release in releases[: settings.keep_versions]}
    last_of_year: dict[str, str] = {}
    for release in releases:  # the newest first
        last_of_year.setdefault(release.version[:4], release.version)
    items = []
    for release in releases:
        version = release.version
        if published and published.version == version:
            reason = "the published version"
        elif version in pins:
            reason = f"pinned: {pins[version].reason}"
        elif version in cited:
            reason = f"cited by {cited[version].by} on {cited[version].at[:10]}"
        elif version in newest:
            reason = f"among the newest {settings.keep_versions}"
        elif last_of_year[version[:4]] == version:
            reason = f"the last version of {version[:4]}"
        else:
            reason = ""
        why = reason or f"older than the newest {settings.keep_versions}"
        items.append(Item("version", version, release.folder, not reason, why))
    return _with_what_they_lead_to(items)


def _with_what_they_lead_to(items: list[Item]) -> list[Item]:
    """The versions, of which those stay to which a version that stays leads by a link."""
    held: dict[str, str] = {}
    for item in items:
        if not item.goes:
            held |= {os.path.realpath(path): item.name for path in (item.path, Release(item.path).file)}
    found = []
    for item in items:
        # a link goes alone, and what it leads to stays
        real = str(item.path.parent.resolve() / item.path.name)
        by = next((name for path, name in held.items() if path == real or path.startswith(real + os.sep)), None)
        found.append(replace(item, goes=False, reason=f"version {by} leads to it") if item.goes and by else item)
    return found


def _snapshots(settings: Settings, kept: list[Release]) -> Iterator[Item]:
    """Snapshots of sites that were pulled; of each site the newest first."""
    used, unknown = _used_by(kept)
    sites: dict[tuple[str, str], list[Path]] = {}
    for manifest in sorted(settings.raw.glob(f"*/*@*/{MANIFEST}")):
        folder = manifest.parent
        if folder.parent.name != "bundled":
            sites.setdefault((folder.parent.name, folder.name.rpartition("@")[0]), []).append(folder)
    for folders in sites.values():
        folders.sort(key=lambda folder: day_and_number(folder.name), reverse=True)
        counted = _counted(folders, settings.keep_snapshots)
        for folder in folders:
            name = f"{folder.parent.name}/{folder.name}"
            if version := used.get((folder.parent.name, folder.name)):
                yield Item("snapshot", name, folder, False, f"version {version} was built from it")
            elif unknown:
                yield Item("snapshot", name, folder, False, f"what version {unknown} was built from is not known")
            else:
                goes = folder not in counted
                which = f"the newest {settings.keep_snapshots} of the site"
                yield Item("snapshot", name, folder, goes, f"{'older than' if goes else 'among'} {which}")


def _counted(folders: list[Path], number: int) -> set[Path]:
    """The newest folders down to the last of so many that are whole; damaged ones between them stay to be looked at.

    One of them is whole by the hash of every file, the others by the sizes.
    """
    if len(folders) <= number:
        return set(folders)
    n_whole, is_hashed = 0, False
    counted = set()
    for folder in folders:
        if n_whole == number:
            break
        counted.add(folder)
        with suppress(LocalsdgError):
            snapshot = read_snapshot(folder)
            is_whole = snapshot is not None and (
                all(_has_size(folder / record.name, record.bytes) for record in snapshot.files)
                and (is_hashed or not snapshot.changed_files())
            )
            n_whole, is_hashed = n_whole + is_whole, is_hashed or is_whole
    return counted


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _used_by(kept: list[Release]) -> tuple[dict[_SnapshotKey, str], str]:
    """The newest kept version that was built from each snapshot, and a version of which that is not known, or ''."""
    used: dict[_SnapshotKey, str] = {}
    unknown = ""
    for release in reversed(kept):
        stated = snapshots_of(release)
        unknown = unknown if stated is not None else release.version
        used |= dict.fromkeys(stated or (), release.version)
    return used, unknown


def snapshots_of(release: Release) -> set[_SnapshotKey] | None:
    """Source and release of what a version was built from; None where neither manifest nor file can tell."""
    stated = release.manifest.get("snapshots")
    if stated is not None:
        return {(one["source"], one["release"]) for one in stated}
    import duckdb

    try:
        with closing(duckdb.connect(str(release.file), read_only=True)) as con:
            return set(con.execute("select source, release from meta.dataset").fetchall())
    except duckdb.Error:
        return None


def _leftovers(settings: Settings) -> Iterator[Item]:
    """What killed processes left: half-removed and half-written parts, and pulls that nobody resumed."""
    roots = (settings.warehouse / "releases", settings.raw)
    for path in sorted(path for root in roots for path in _below(root) if path.name.startswith(".") and path != root):
        if path.name.endswith(".gone") or (path.name.endswith(".tmp") and _days(path) > 1):
            yield Item("leftover", path.name, path, True, "left by a process that was killed")
    for folder in sorted(path for path in settings.raw.glob("*/*") if path.is_dir() and not path.name.startswith(".")):
        if folder.parent.name == "bundled" or (folder / MANIFEST).exists():
            continue
        if (days := _days(folder)) > UNFINISHED_DAYS:
            name = f"{folder.parent.name}/{folder.name}"
            yield Item("leftover", name, folder, True, f"a pull that was not completed in {days:.0f} days")


def _days(path: Path) -> float:
    """Days since anything in a file or folder was written."""
    return (time.time() - max(part.lstat().st_mtime for part in _below(path))) / _DAY


def _below(path: Path) -> Iterator[Path]:
    """The path and all below it, without following links: one may lead to the root of the machine, or back."""
    yield path
    if path.is_dir() and not path.is_symlink():
        for folder, folders, files in os.walk(path):
            yield from (Path(folder, name) for name in (*folders, *files))
