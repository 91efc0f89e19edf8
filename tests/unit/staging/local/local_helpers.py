"""Made-up files and snapshots of a local publisher, for tests of single steps."""

from __future__ import annotations

from pathlib import Path

from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.local.data_file import DataFile, read_csv
from localsdg.staging.local.reference_area import Home
from localsdg.staging.local.snapshot_content import Archive, SnapshotContent, StatedFacts

HOME = Home("Weirford", "city", "GBR")


def data_file(content: str, indicator_id: str = "1-1-1") -> DataFile:
    return read_csv(content.encode(), f"{indicator_id}.csv", indicator_id)


def snapshot_content(
    files: dict[str, str],
    stated: dict[str, StatedFacts] | None = None,
    *,
    site_id: str = "weirford",
    home: Home = HOME,
    **given,
) -> SnapshotContent:
    """The content of a snapshot with one archive; `files` maps an indicator id to its CSV."""
    sha256 = site_id.ljust(64, "0")
    record = FileRecord("data.zip", "table", sha256, 1)
    snapshot = Snapshot(Path("none"), "table", f"{site_id}@2026-01-01", "2026-01-01", "", "", "", "", (record,))
    archive = Archive(record, [data_file(content, indicator_id) for indicator_id, content in files.items()])
    facts = {indicator_id: StatedFacts() for indicator_id in files} | (stated or {})
    return SnapshotContent(snapshot, "TAB", site_id, site_id, home, 2026, [archive], facts, sha256, **given)
