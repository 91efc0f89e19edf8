"""The snapshots that a run builds from: all releases of the UN, the last good snapshot of each local site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError
from localsdg.sources.site_snapshots import day_and_number
from localsdg.sources.snapshot import Snapshot, iter_snapshots

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.staging.ledger import SetAside


def available_snapshots(
    settings: Settings, only_bundled: bool, with_bundled: bool
) -> tuple[tuple[Snapshot, ...], frozenset[Path], list[SetAside]]:
    """Complete snapshots, the paths of the bundled ones, and what cannot be read."""
    from localsdg.staging.raw_folder import read_raw

    bundled = list(iter_snapshots(settings.bundled)) if with_bundled or only_bundled else []
    pulled, aside = ([], []) if only_bundled else read_raw(settings.raw)
    if not bundled and not pulled:
        raise LocalsdgError(
            "there is nothing to build from",
            where=settings.raw,
            expected="a complete snapshot",
            got=aside[0].line if aside else None,
            next_step="localsdg pull indicators; or build with the bundle",
        )
    return _last_good_of_each_site(pulled + bundled), frozenset(snapshot.path for snapshot in bundled), aside


def _last_good_of_each_site(snapshots: list[Snapshot]) -> tuple[Snapshot, ...]:
    """Everything, but of a local site only the newest snapshot: pulled before bundled.

    A UN release is a fact of its own time; a site only has a present.
    """
    newest: dict[tuple[str, str], Snapshot] = {}
    for snapshot in snapshots:
        if site_id := snapshot.extra.get("site_id"):
            held = newest.get((snapshot.source, site_id))
            if held is None or (held.path.parent == snapshot.path.parent and _age(held) < _age(snapshot)):
                newest[snapshot.source, site_id] = snapshot
    return tuple(
        snapshot
        for snapshot in snapshots
        if not (site_id := snapshot.extra.get("site_id")) or newest[snapshot.source, site_id] is snapshot
    )


def _age(snapshot: Snapshot) -> tuple[str, tuple[str, int]]:
    """When it was fetched, in seconds; two of one second are told apart by their names."""
    return snapshot.fetched_at, day_and_number(snapshot.release)


def dataset(snapshot: Snapshot, bundled: bool) -> dict:
    """A snapshot as `meta.dataset` and `meta.release` list it."""
    return {
        "source": snapshot.source,
        "release": snapshot.release,
        "bundled": bundled,
        "origin": snapshot.origin,
        "fetched_at": snapshot.fetched_at,
        "licence": snapshot.licence,
        "attribution": snapshot.attribution,
        "files": [
            {"name": file.name, "sha256": file.sha256, "bytes": file.bytes, "url": file.url} for file in snapshot.files
        ],
    }
