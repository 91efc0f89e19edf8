"""The published versions that are kept: what each one is, why it stays, and how to read one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.sources.snapshot import sha256_of
from localsdg.warehouse.keeping import read_cited, read_pins
from localsdg.warehouse.releases import Release, kept_releases, published_release

if TYPE_CHECKING:
    from localsdg.common.settings import Settings


@dataclass(frozen=True)
class Version:
    """A kept version: its day (ISO 8601), the hash of its data and of its file, its size, and what keeps it.

    `content_hash` and `sha256` are '' where the manifest cannot be read; `confirmed_at` (UTC) is when a run
    last found the same data. `pinned` is the reason of the pin, or None.
    """

    version: str
    published_on: str
    content_hash: str
    sha256: str
    bytes: int
    confirmed_at: str
    is_published: bool
    pinned: str | None
    cited_by: tuple[str, ...]


def list_versions(settings: Settings) -> list[Version]:
    """All kept versions, the newest first. Raises `LocalsdgError` where pins or citations cannot be read."""
    pins = {one.version: one.reason for one in read_pins(settings)}
    cited: dict[str, list[str]] = {}
    for one in read_cited(settings):
        cited.setdefault(one.version, []).append(one.by)
    published = published_release(settings)
    now = published.version if published else None
    return [
        Version(
            version=release.version,
            published_on="-".join(release.version.split(".")[:3]),
            content_hash=str(release.manifest.get("content_hash") or ""),
            sha256=str(release.manifest.get("sha256") or ""),
            bytes=release.file.stat().st_size if release.file.is_file() else 0,
            confirmed_at=str(release.confirmed.get("at") or ""),
            is_published=release.version == now,
            pinned=pins.get(release.version),
            cited_by=tuple(dict.fromkeys(cited.get(release.version, ()))),
        )
        for release in kept_releases(settings)
    ]


def kept_version(settings: Settings, version: str) -> Release:
    """The kept version of that name.

    Raises `UsageError` with the list of those that are kept, and `LocalsdgError` where its file is gone.
    """
    releases = kept_releases(settings)
    release = next((one for one in releases if one.version == version), None)
    if release is None:
        raise UsageError(
            "no such version is kept",
            where="--version",
            expected=", ".join(one.version for one in releases) or "a published version",
            got=version,
            next_step="localsdg versions",
        )
    if not release.file.is_file():
        raise LocalsdgError(
            "the file of the kept version is gone",
            where=release.folder,
            expected=release.file.name,
            next_step="localsdg versions",
        )
    return release


def at_version(settings: Settings, version: str | None) -> Settings:
    """Settings that read a kept version in the place of the published one; None is the published one.

    Raises as `kept_version`.
    """
    return settings if version is None else replace(settings, edition=kept_version(settings, version).file)


def check_whole(release: Release) -> None:
    """Raise `LocalsdgError` where the file of a kept version is no longer what was published."""
    expected = release.manifest.get("sha256")
    if expected != (got := sha256_of(release.file)):
        raise LocalsdgError(
            "the file of the kept version is not the one that was published",
            where=release.file,
            expected=f"sha256 {expected}" if expected else "a manifest with its sha256",
            got=f"sha256 {got}",
            next_step="localsdg versions",
        )
