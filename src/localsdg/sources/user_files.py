"""Files that people download themselves: bulk CSV, gz, the portal's xlsx, zip archives.

Every file is looked at before any is kept, so that a bad one loses nothing
and leaves nothing behind.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.errors import LocalsdgError, UsageError
from localsdg.registry.dimensions import column_key
from localsdg.registry.releases import is_release, release_in_name
from localsdg.registry.sources import sources
from localsdg.sources.bulk_file import AGAIN, is_workbook, is_zip, plain_csv, zip_names
from localsdg.sources.bulk_layout import read_layout
from localsdg.sources.snapshot import Snapshot, SnapshotWriter, read_snapshot, sha256_of
from localsdg.sources.workbook import read_workbook

if TYPE_CHECKING:
    from localsdg.settings import Settings

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class _Taken:
    """A file that was looked at: its release, its role and its number of rows."""

    path: Path
    name: str
    release: str
    role: str = ""
    rows: int = 0
    padded: bool = False


def take_files(
    settings: Settings,
    paths: list[Path],
    *,
    release: str | None = None,
    accept_dimensions: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> list[Snapshot]:
    """Keep observation files as snapshots below `data/raw/unsd/<release>/`.

    The release is `release`, else what the file's name states
    (`2019.Q3.G.01.csv.gz`, `goal13_2022-07.xlsx`). Returns the snapshots
    written. Raises `UsageError` for a path or release that is not one, and
    `LocalsdgError` for the first file that cannot be used; nothing is kept
    then.
    """
    if release is not None and not is_release(release):
        raise UsageError(
            "that is no release name", expected="2024.Q1.G.01, 2024-02 or 2024-02-15", got=release,
            next_step="say it in one of these forms: --release 2024-02",
        )
    accept = frozenset(column_key(name) for name in accept_dimensions)
    with tempfile.TemporaryDirectory(prefix="localsdg-") as folder:
        candidates = [
            one for path in paths for one in _candidates(path, Path(folder), release)
        ]
        looked_at = []
        for number, one in enumerate(candidates):
            if progress:
                progress(number, len(candidates), one.name)
            looked_at.append(_look(one, Path(folder), accept))
        _refuse_other_content(settings, looked_at)
        snapshots = [
            _keep(settings, name, [one for one in looked_at if one.release == name], accept)
            for name in dict.fromkeys(one.release for one in looked_at)
        ]
    if progress:
        progress(len(candidates), len(candidates), "")
    return snapshots


def _candidates(path: Path, folder: Path, release: str | None) -> list[_Taken]:
    """The file itself, or the data files of an archive."""
    if not path.is_file():
        raise UsageError(
            "that is a folder" if path.is_dir() else "no such file", where=path,
            expected="a CSV, gz, xlsx or zip file", next_step="name the file itself",
        )
    if path.stat().st_size == 0:
        raise LocalsdgError(
            "the file is empty", where=path.name, expected="a header row and observations",
            got="0 bytes", next_step=AGAIN,
        )
    if is_zip(path) and not is_workbook(path):
        members = [name for name in zip_names(path) if _is_data(name)]
        if not members:
            raise LocalsdgError(
                "the archive holds no data file", where=path.name,
                expected="csv, csv.gz or xlsx", got=", ".join(zip_names(path)[:5]) or "nothing",
                next_step="unpack it and look, or download it again",
            )
        found = []
        for member in members:
            inner = folder / f"{len(list(folder.iterdir()))}-{Path(member).name}"
            with zipfile.ZipFile(path) as archive, archive.open(member) as source:
                with inner.open("wb") as out:
                    shutil.copyfileobj(source, out)
            found.append(_Taken(inner, Path(member).name, _release(release, member, path.name)))
        return found
    return [_Taken(path, path.name, _release(release, path.name))]


def _is_data(member: str) -> bool:
    """A data file, and not the note that macOS puts beside each file of an archive."""
    hidden = member.startswith("__MACOSX/") or Path(member).name.startswith(".")
    return not hidden and member.lower().endswith((".csv", ".csv.gz", ".xlsx"))


def _release(given: str | None, *names: str) -> str:
    found = given or next(filter(None, map(release_in_name, names)), None)
    if found is None:
        raise UsageError(
            "the release is not in the file's name", where=names[0],
            expected="a name with 2024.Q1.G.01, 2024-02 or 2024-02-15",
            next_step="say it: --release 2024-02",
        )
    return found


def _look(one: _Taken, folder: Path, accept: frozenset[str]) -> _Taken:
    """Read the whole file once; raises for everything that staging could not read."""
    if is_zip(one.path):
        if not is_workbook(one.path):
            raise LocalsdgError(
                "an archive in an archive", where=one.name, expected="csv or xlsx", got="a zip",
                next_step="unpack the outer one and pull the inner one",
            )
        frame = read_workbook(one.path, where=one.name)
        header, rows, role, padded = list(frame.columns), len(frame), "portal_xlsx", False
    else:
        plain = plain_csv(one.path, folder / "plain.csv", where=one.name)
        header, rows, role, padded = plain.header, plain.n_records, "bulk_csv", plain.padded
    read_layout(header, where=one.name, accept=accept)
    if rows < 1:
        raise LocalsdgError(
            "the file holds no observations", where=one.name,
            expected="one row or more", got="a header alone", next_step=AGAIN,
        )
    return replace(one, role=role, rows=rows, padded=padded)


def _refuse_other_content(settings: Settings, files: list[_Taken]) -> None:
    """Another content under a kept name is refused before anything is written."""
    kept: dict[tuple[str, str], str] = {}
    for release in {one.release for one in files}:
        snapshot = read_snapshot(settings.raw / "unsd" / release)
        for record in snapshot.files if snapshot else ():
            kept[release, record.name] = record.sha256
    for one in files:
        found = sha256_of(one.path)
        before = kept.setdefault((one.release, one.name), found)
        if before != found:
            raise LocalsdgError(
                "a snapshot is immutable, and another file of that name stands",
                where=f"{one.release}/{one.name}", expected=f"sha256 {before[:12]}",
                got=found[:12],
                next_step=f"give it another name, or localsdg pull forget {one.release} --file {one.name}",
            )


def _keep(
    settings: Settings, release: str, files: list[_Taken], accept: frozenset[str]
) -> Snapshot:
    source = sources()["unsd"]
    writer = SnapshotWriter(
        settings.raw, "unsd", release, origin="files that the user downloaded",
        licence=source.licence, attribution=source.attribution,
    )
    for one in files:
        extra: dict = {"padded": True} if one.padded else {}
        if accept:
            extra["accept_dimensions"] = sorted(accept)
        writer.add(one.name, one.role, one.path, rows=one.rows, extra=extra)
    return writer.commit()
