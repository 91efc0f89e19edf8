"""Snapshots of Open SDG sites: `<raw>/opensdg/<site id>@<UTC date>/`, and the last good one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from filelock import FileLock

from localsdg.common.clean_text import clean_value
from localsdg.common.public_text import public_text, public_url
from localsdg.common.settings import Settings
from localsdg.registry.local_sites import Site
from localsdg.sources.site_snapshots import free_release, newest_first
from localsdg.sources.snapshot import (
    FileRecord,
    Snapshot,
    SnapshotWriter,
    sha256_of,
)

SOURCE = "opensdg"


class PullOutcome(StrEnum):
    """How the pull of a site ended."""

    NEW = "new"  # a snapshot was written
    UNCHANGED = "unchanged"  # the site is as it was
    FAILED = "failed"  # nothing was kept


@dataclass(frozen=True)
class SitePull:
    """What a pull of one site came to; `message` is one line.

    `snapshot` is the folder that is in use for
    the site after the pull: the new one, or the last good one, or None where
    there is none. `requests` counts HTTP requests, repeats not counted.
    `reason` is why it failed; `unreached` says that there was no connection, and
    `again_after` (seconds) that a later try may bring it.
    """

    site_id: str
    outcome: PullOutcome
    snapshot: Path | None
    message: str
    requests: int = 0
    reason: str = ""
    unreached: bool = False
    again_after: float | None = None


@dataclass(frozen=True)
class SiteFile:
    """A file on its way into a snapshot; `content` is bytes or a file to copy."""

    name: str
    role: str
    language: str
    content: bytes | Path
    sha256: str
    facts: dict = field(default_factory=dict)


def last_good(settings: Settings, site_id: str) -> Snapshot | None:
    """The newest complete snapshot of a site: of those pulled, else of the bundle's."""
    return pulled_before(settings.raw, site_id) or pulled_before(settings.bundled, site_id)


def pulled_before(root: Path, site_id: str) -> Snapshot | None:
    """The newest complete snapshot of a site below `root`; a damaged manifest is passed over."""
    return next(newest_first(root, SOURCE, site_id), None)


def is_intact(snapshot: Snapshot, record: FileRecord) -> bool:
    """True where the bytes of a record are still those that the manifest vouches for."""
    path = snapshot.file_path(record)
    return path.is_file() and sha256_of(path) == record.sha256


def keep(
    settings: Settings, site: Site, drafts: list[SiteFile], *, origin: str, extra: dict | None = None
) -> tuple[Snapshot, bool]:
    """Write the files as a snapshot; returns it and whether it is new.

    Where the last snapshot holds all of these files already, and the site's
    facts are the same, that one is returned. A failure leaves nothing behind.
    """
    root = settings.raw / SOURCE
    root.mkdir(parents=True, exist_ok=True)
    # Two pulls of one site at once would else take the same folder.
    with FileLock(str(root / ".writing.lock")):
        before = pulled_before(settings.raw, site.site_id)
        if before and _holds(before, drafts) and tells_of(before, site):
            return before, False
        release = free_release(root, site.site_id)
        try:
            writer = SnapshotWriter(
                settings.raw,
                SOURCE,
                release,
                origin=origin,
                licence=site.licence,
                attribution=attribution(site),
                extra={**public_facts(site), **(extra or {})},
            )
            for file in drafts:
                writer.add(file.name, file.role, file.content, **file.facts)
            return writer.commit(), True
        except BaseException:
            shutil.rmtree(root / release, ignore_errors=True)
            raise


def tells_of(snapshot: Snapshot, site: Site) -> bool:
    """True where a manifest carries the same facts about the site."""
    return snapshot.extra.items() >= public_facts(site).items()


def public_facts(site: Site) -> dict[str, object]:
    """The facts of a site that a manifest carries: its address without password or token."""
    return clean_value(site.facts(), public_text)


def attribution(site: Site) -> str:
    """How a figure cites the site: the government, and where its data site or repository is."""
    where = public_url(site.base_url or site.repository)
    return f"{site.local_government}, Open SDG site" + (f", {where}" if where else "")


def in_use(settings: Settings, site_id: str) -> tuple[Path | None, str]:
    """The snapshot that stays in use after a failed pull, and how a message says so."""
    snapshot = last_good(settings, site_id)
    if snapshot is None:
        return None, "there is no earlier snapshot of it"
    return snapshot.path, f"its last good snapshot {snapshot.release} stays in use"


def _holds(snapshot: Snapshot, drafts: list[SiteFile]) -> bool:
    """Every file is in the snapshot, byte for byte."""
    held = {(file.role, file.extra.get("language", ""), file.sha256): file for file in snapshot.files}
    matches = [held.get((file.role, file.language, file.sha256)) for file in drafts]
    return all(record is not None and is_intact(snapshot, record) for record in matches)
