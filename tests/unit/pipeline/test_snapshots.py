"""Which snapshots a run builds from."""

from __future__ import annotations

from pathlib import Path

from localsdg.pipeline.snapshots import _last_good_of_each_site
from localsdg.sources.snapshot import Snapshot


def pulled(release: str, fetched_at: str, folder: str = "raw/table") -> Snapshot:
    site_id = release.partition("@")[0]
    return Snapshot(
        Path(folder) / release, "table", release, fetched_at, "MIT", "City", "a folder", "1", (), {"site_id": site_id}
    )


def test_of_two_pulls_in_one_second_the_second_is_used() -> None:
    at = "2026-11-27T04:46:05+00:00"
    releases = ["city@2026-11-27", "city@2026-11-27.10", "city@2026-11-27.2", "town@2026-11-27"]
    used = _last_good_of_each_site([pulled(release, at) for release in releases])
    assert [snapshot.release for snapshot in used] == ["city@2026-11-27.10", "town@2026-11-27"]


def test_what_was_pulled_wins_over_the_bundle() -> None:
    own = pulled("city@2026-01-01", "2026-01-01T00:00:00+00:00")
    bundled = pulled("city@2026-06-01", "2026-06-01T00:00:00+00:00", "bundled/table")
    assert _last_good_of_each_site([own, bundled]) == (own,)
