"""The archives of an Open SDG site, and the data files in them.

Two archives hold data: `all_indicators.zip` of a built site (`1-2-1.csv`) and
a zip of the repository (`data/indicator_1-2-1.csv`).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from localsdg.common.clean_text import clean_text
from localsdg.common.errors import LocalsdgError
from localsdg.common.zip_files import UNREADABLE_ZIP, read_member
from localsdg.staging.contain import reason_of
from localsdg.staging.local.data_file import DataFile, read_csv
from localsdg.staging.local.rules import STRAY, UNREADABLE
from localsdg.staging.opensdg.ids import id_of
from localsdg.staging.opensdg.starter import has_starter_shape

#: Bytes of one file of a site, unpacked: thirty times the largest that is known.
FILE_LIMIT = 32 << 20
#: Bytes of all files of an archive, unpacked; they are in memory together.
ARCHIVE_LIMIT = 512 << 20
_DATA = re.compile(r"(?:^|/)data/(?P<rest>.+\.csv)$", re.I)


def open_archive(path: Path) -> zipfile.ZipFile:
    """The zip of a site; raises `LocalsdgError` for bytes that are none or unpack to too much."""
    try:
        archive = zipfile.ZipFile(path)
    except UNREADABLE_ZIP as error:
        with path.open("rb") as handle:
            start = handle.read(40)
        raise LocalsdgError(
            "the archive is not a zip",
            where=path,
            expected="all_indicators.zip or a repository",
            got=repr(start),
            next_step="pull the site again",
        ) from error
    size = sum(member.file_size for member in archive.infolist())
    if size > ARCHIVE_LIMIT:
        archive.close()
        raise LocalsdgError(
            "the archive unpacks to more than a site holds",
            where=path,
            expected=f"at most {ARCHIVE_LIMIT:,} bytes",
            got=f"{size:,}",
            next_step="pull the site again",
        )
    return archive


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of one file; raises `ValueError` where it unpacks to more than `FILE_LIMIT`."""
    if entry.file_size > FILE_LIMIT:
        raise ValueError(f"{entry.file_size:,} bytes, more than {FILE_LIMIT:,}")
    return read_member(archive, entry)


def data_files(archive: zipfile.ZipFile, *, is_repository: bool) -> Iterator[DataFile]:
    """Every CSV of an archive that may hold observations, in the order of names.

    Never raises for a file: one that cannot be read carries the rule and the reason.
    """
    members = sorted(archive.infolist(), key=lambda member: member.filename)
    # a build's zip is flat: one that was packed anew may have all files in one folder
    folders = {clean_text(member.filename).rpartition("/")[0] for member in members if not member.is_dir()}
    packed = f"{folders.pop()}/" if not is_repository and len(folders) == 1 else ""
    for member in members:
        entry = clean_text(member.filename)
        if entry.endswith("/") or not entry.lower().endswith(".csv"):
            continue
        in_data = _DATA.search(entry) if is_repository else None
        if is_repository and not in_data:
            continue
        indicator_id, is_stray = _indicator_id(in_data["rest"] if in_data else entry.removeprefix(packed))
        try:
            file = read_csv(read_entry(archive, member), entry, indicator_id)
            file.is_example = file.rule is None and has_starter_shape(file)
        except Exception as error:  # whatever one file holds, the others are read
            file = DataFile(entry, indicator_id, "", rule=UNREADABLE, detail=reason_of(error))
        if is_stray and file.rule is None:
            # the site's build looks in data/ only: a copy in a folder below is nobody's indicator
            file.rule, file.detail = STRAY, "below a folder where the site's build does not look"
        yield file


def _indicator_id(rest: str) -> tuple[str, bool]:
    """`indicator_1-2-1.csv` -> 1-2-1; a file in a folder below keeps its path as its id."""
    stem = rest[: -len(".csv")]
    if "/" in stem:
        return stem, True
    return id_of(stem), False
