"""Homes to measure in: one UN file with the lists that it needs, or the bundle with one site changed."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import CHECKOUT, Run, localsdg

BUNDLE = CHECKOUT / "data" / "raw" / "bundled"
#: Names of series, indicators and areas; no observations.
LISTS = ("unsd/2022.Q2.G.02", "m49")
#: A site of middle size among those of the bundle.
SITE = "liverpool"


def home_with(folder: Path, *files: Path) -> Run:
    """Make a home that holds UN files, the service's lists and M49, and nothing else; returns the pull of the files."""
    for part in LISTS:
        shutil.copytree(BUNDLE / part, folder / "data" / "raw" / part)
    return localsdg("pull", "indicators", *files, home=folder)


def copy_raw(home: Path, copy: Path) -> Path:
    """Another home with the same snapshots, in which nothing was built."""
    shutil.copytree(home / "data" / "raw", copy / "data" / "raw")
    return copy


def change_site(home: Path, number: int, site: str = SITE) -> Path:
    """Add a snapshot of a bundled site that differs in one value from any other; returns its folder.

    `number` (from 1) is added to the first number of the site's first file, and numbers the snapshots of the day.
    """
    from localsdg.sources.snapshot import SnapshotWriter, read_snapshot

    newest = sorted((BUNDLE / "opensdg").glob(f"{site}@*"))[-1]
    bundled = read_snapshot(newest)
    if bundled is None:
        raise SystemExit(f"error: the bundle has no whole snapshot of {site}")
    release = f"{site}@{datetime.now(UTC):%Y-%m-%d}.{number}"
    head = {name: getattr(bundled, name) for name in ("origin", "licence", "attribution", "extra")}
    with SnapshotWriter(home / "data" / "raw", "opensdg", release, **head) as writer:
        is_changed = False
        for file in bundled.files:
            body = bundled.file_path(file).read_bytes()
            if file.role in ("opensdg_zip", "opensdg_repository") and not is_changed:
                body, is_changed = _with_one_value_changed(body, number), True
            writer.add(file.name, file.role, body, rows=file.rows, params=file.params, extra=file.extra)
    return writer.path


def _with_one_value_changed(archive: bytes, number: int) -> bytes:
    """The archive with the first number of the column Value raised."""
    copy, is_changed = io.BytesIO(), False
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            body = source.read(entry)
            if not is_changed and entry.filename.endswith(".csv") and (changed := _raised(body, number)):
                body, is_changed = changed, True
            target.writestr(entry, body)
    if not is_changed:
        raise SystemExit("error: no file of the site has a number to change")
    return copy.getvalue()


def _raised(body: bytes, number: int) -> bytes | None:
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    if not rows or "Value" not in rows[0]:
        return None
    at = rows[0].index("Value")
    for row in rows[1:]:
        try:
            row[at] = f"{float(row[at]) + number / 10:g}"
        except (ValueError, IndexError):
            continue
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()
    return None
