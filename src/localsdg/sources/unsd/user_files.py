"""Files that people download themselves: bulk CSV, gz, the portal's xlsx, zip archives.

Every file is read whole before any is kept. One that cannot be used is
reported with what to do about it, the others are taken, and nothing of it is
left behind.
"""

from __future__ import annotations

import shlex
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.scratch import scratch_folder
from localsdg.registry.dimensions import column_key
from localsdg.registry.releases import canonical_release, release_in_name
from localsdg.registry.sources import sources
from localsdg.sources.snapshot import Snapshot, SnapshotWriter, read_snapshot, sha256_of, told_apart
from localsdg.sources.unsd.bulk_file import (
    AGAIN,
    PlainCsv,
    is_workbook,
    is_zip,
    plain_csv,
    refuse_other_workbook,
    zip_names,
)
from localsdg.sources.unsd.bulk_layout import read_layout
from localsdg.sources.unsd.decimal_marks import DecimalUnclear
from localsdg.sources.unsd.parquet_file import is_parquet, read_parquet
from localsdg.sources.unsd.workbook import read_sheet

if TYPE_CHECKING:
    from localsdg.common.progress import ShowStep
from localsdg.common.settings import Settings


@dataclass(frozen=True)
class _Taken:
    """A file that was read: its release, its role, its number of rows, and what the manifest keeps.

    `given` is the path that the user gave: the file itself, or its archive.
    """

    path: Path
    name: str
    given: Path
    release: str
    role: str = ""
    rows: int = 0
    extra: dict = field(default_factory=dict)


@dataclass(frozen=True)
class TakenFiles:
    """What became of the files of one call.

    `notes` maps a file's name to what people should know of it, `refused` to
    why it was not taken.
    """

    snapshots: list[Snapshot]
    notes: dict[str, list[str]]
    refused: list[tuple[str, LocalsdgError]]


def take_files(
    settings: Settings,
    paths: list[Path],
    *,
    release: str | None = None,
    accept_dimensions: tuple[str, ...] = (),
    decimal: str | None = None,
    progress: ShowStep | None = None,
) -> TakenFiles:
    """Keep observation files as snapshots below `data/raw/unsd/<release>/`.

    The release is `release`, else what the file's name states
    (`2019.Q3.G.01.csv.gz`, `goal13_2022-07.xlsx`). `decimal` is `comma` or
    `point` for numbers of a file that have two readings. A file that cannot be
    used is in `TakenFiles.refused`, and the others are kept. Raises
    `UsageError` for a release that is not one.
    """
    if release is not None and canonical_release(release) is None:
        raise UsageError(
            "that is no release name",
            expected="2024.Q1.G.01, 2024.Q1.1, 2024-02 or 2024-02-15",
            got=release,
            next_step="write it in one of these forms, such as --release 2024-02",
        )
    accept = frozenset(column_key(name) for name in accept_dimensions)
    release = canonical_release(release or "")
    looked_at: list[_Taken] = []
    refused: list[tuple[str, LocalsdgError]] = []
    with scratch_folder() as folder:
        for number, path in enumerate(paths):
            if progress:
                progress(number, len(paths), path.name)
            for name, file in _read_all(path, folder, release, accept, decimal):
                if isinstance(file, _Taken):
                    file = _own_name(file, looked_at)
                    file = _other_content(settings, file) or file
                if isinstance(file, LocalsdgError):
                    refused.append((name, file))
                else:
                    looked_at.append(file)
        snapshots = [
            _keep(settings, name, [file for file in looked_at if file.release == name], accept)
            for name in dict.fromkeys(file.release for file in looked_at)
        ]
    if progress:
        progress(len(paths), len(paths), "")
    notes = {file.name: file.extra["notes"] for file in looked_at if "notes" in file.extra}
    return TakenFiles(snapshots, notes, refused)


def _read_all(
    path: Path, folder: Path, release: str | None, accept: frozenset[str], decimal: str | None
) -> Iterator[tuple[str, _Taken | LocalsdgError]]:
    """Name and content of a file, or of each data file of an archive; an error in its place."""
    try:
        members = _members(path, folder)
    except OSError as error:
        yield (
            path.name,
            LocalsdgError(
                "the file cannot be read",
                where=path,
                expected="a file that may be read",
                got=error.strerror or error,
                next_step=f"ls -l {shlex.quote(str(path))}",
            ),
        )
        return
    except LocalsdgError as error:
        yield path.name, error
        return
    for inner, name in members:
        try:
            taken = _Taken(inner, name, path, _release(release, path, name))
            yield name, _look(taken, folder, accept, decimal)
        except LocalsdgError as error:
            yield name, error


def _members(path: Path, folder: Path) -> list[tuple[Path, str]]:
    """The file itself, or the data files of an archive unpacked: path and name."""
    if not path.is_file():
        raise UsageError(
            "that is a folder" if path.is_dir() else "no such file",
            where=path,
            expected="a CSV, gz, Parquet, xlsx or zip file",
            next_step="name the file itself",
        )
    if path.stat().st_size == 0:
        raise LocalsdgError(
            "the file is empty",
            where=path.name,
            expected="a header row and observations",
            got="0 bytes",
            next_step=AGAIN,
        )
    refuse_other_workbook(path, where=path.name)
    if not is_zip(path) or is_workbook(path):
        return [(path, path.name)]
    members = [name for name in zip_names(path) if _is_data(name)]
    if not members:
        raise LocalsdgError(
            "the archive holds no data file",
            where=path.name,
            expected="csv, csv.gz, parquet or xlsx",
            got=", ".join(zip_names(path)[:5]) or "nothing",
            next_step="unpack it and look, or download it again",
        )
    found = []
    for member in members:
        inner = folder / f"{len(list(folder.iterdir()))}-{Path(member).name}"
        with zipfile.ZipFile(path) as archive, archive.open(member) as source:
            with inner.open("wb") as out:
                shutil.copyfileobj(source, out)
        found.append((inner, Path(member).name))
    return found


def _is_data(member: str) -> bool:
    """A data file, and not the note that macOS puts beside each file of an archive."""
    hidden = member.startswith("__MACOSX/") or Path(member).name.startswith(".")
    return not hidden and member.lower().endswith((".csv", ".csv.gz", ".parquet", ".xlsx"))


def _release(given: str | None, path: Path, name: str) -> str:
    stated = given or release_in_name(name) or release_in_name(path.name)
    if stated is None:
        raise UsageError(
            "the release is not in the file's name",
            where=name,
            expected="a name with 2024.Q1.G.01, 2024-02 or 2024-02-15, or the date of its data by --release",
            got=name,
            next_step=f"localsdg pull indicators {shlex.quote(str(path))} --release 2024-02",
        )
    return stated


def _look(file: _Taken, folder: Path, accept: frozenset[str], decimal: str | None) -> _Taken:
    """Read the whole file once; raises for everything that staging could not read."""
    if is_zip(file.path):
        if not is_workbook(file.path):
            raise LocalsdgError(
                "an archive in an archive",
                where=file.name,
                expected="csv or xlsx",
                got="a zip",
                next_step="unpack the outer one and pull the inner one",
            )
        sheet = read_sheet(file.path, where=file.name)
        looked_at = replace(file, role="portal_xlsx", rows=sheet.n_records, extra=sheet.as_extra())
        header, usable = list(sheet.frame.columns), len(sheet.frame)
    elif is_parquet(file.path):
        parquet = read_parquet(file.path, where=file.name)
        looked_at = replace(file, role="bulk_parquet", rows=parquet.n_records)
        header, usable = parquet.header, parquet.n_records
    else:
        plain = _plain(file, folder / "plain.csv", decimal)
        looked_at = replace(file, role="bulk_csv", rows=plain.n_records, extra=plain.as_extra())
        header, usable = plain.header, plain.n_records - len(plain.rejected)
    read_layout(header, where=file.name, accept=accept)
    if usable < 1:
        raise LocalsdgError(
            "the file holds no observations",
            where=file.name,
            expected="one row or more",
            got="a header alone" if looked_at.rows < 1 else f"{looked_at.rows:,} rows that are all rejected",
            next_step=AGAIN,
        )
    return looked_at


def _plain(file: _Taken, target: Path, decimal: str | None) -> PlainCsv:
    try:
        return plain_csv(file.path, target, where=file.name, decimal=decimal)
    except DecimalUnclear as error:
        options = "" if release_in_name(file.name) == file.release else f" --release {file.release}"
        raise LocalsdgError(
            error.what,
            where=error.where,
            expected=error.expected,
            got=error.got,
            next_step=f"localsdg pull indicators {shlex.quote(str(file.given))}{options} --decimal comma",
        ) from error


def _own_name(file: _Taken, others: list[_Taken]) -> _Taken:
    """The file under a name of its own where another of this call has its name: folders of archives repeat names."""
    sha256 = sha256_of(file.path)
    alike = [other for other in others if (other.release, other.name) == (file.release, file.name)]
    if all(sha256_of(other.path) == sha256 for other in alike):
        return file
    return replace(file, name=told_apart(file.name, sha256))


def _other_content(settings: Settings, file: _Taken) -> LocalsdgError | None:
    """The error for a file of which another content is kept: it may be the same file, changed since."""
    snapshot = read_snapshot(settings.raw / "unsd" / file.release)
    before = {record.name: record.sha256 for record in snapshot.files} if snapshot else {}
    sha256 = sha256_of(file.path)
    if before.get(file.name, sha256) == sha256:
        return None
    next_step = f"localsdg pull forget {file.release} --file {shlex.quote(file.name)}"
    return LocalsdgError(
        "a snapshot is immutable, and it holds another file of that name",
        where=f"{file.release}/{file.name}",
        expected=f"another name, or sha256 {before[file.name][:12]}",
        got=sha256[:12],
        next_step=next_step,
    )


def _keep(settings: Settings, release: str, files: list[_Taken], accept: frozenset[str]) -> Snapshot:
    source = sources()["unsd"]
    writer = SnapshotWriter(
        settings.raw,
        "unsd",
        release,
        origin="files that the user downloaded",
        licence=source.licence,
        attribution=source.attribution,
    )
    for file in files:
        extra = file.extra | ({"accept_dimensions": sorted(accept)} if accept else {})
        writer.add(file.name, file.role, file.path, rows=file.rows, extra=extra)
    return writer.commit()
