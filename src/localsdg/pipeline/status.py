"""What was pulled, what is published, and how the last runs ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.pipeline.run_log import read_runs
from localsdg.pipeline.snapshots import available_snapshots

if TYPE_CHECKING:
    from localsdg.common.settings import Settings


def status(settings: Settings) -> dict:
    """The published file, the available snapshots and the last runs."""
    from localsdg.warehouse.query import run_query

    published, sites = None, []
    if settings.published.exists():
        row = run_query(settings, "select version, built_at, code_version from meta.release")
        published = {**row.to_pylist()[0], "file": str(settings.published)}
        sites = run_query(
            settings,
            (
                "select site_id, local_government_id, n_with_data, n_placeholders, n_official, "
                "first_year, last_year, fetched_at from core.local_site order by site_id"
            ),
        ).to_pylist()
    snapshots, bundled, _ = available_snapshots(settings, False, True)
    return {
        "published": published,
        "snapshots": [
            {
                "source": snapshot.source,
                "release": snapshot.release,
                "site_id": snapshot.extra.get("site_id"),
                "files": len(snapshot.files),
                "bytes": sum(file.bytes for file in snapshot.files),
                "origin": snapshot.origin,
                "bundled": snapshot.path in bundled,
                "fetched_at": snapshot.fetched_at,
            }
            for snapshot in snapshots
        ],
        "sites": sites,
        "runs": read_runs(settings)[-5:],
    }
