"""Zip archives: written as the same bytes for the same files, and read without believing what they state."""

from __future__ import annotations

import io
import shutil
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from localsdg.common.unpacking import limits, require_within, too_much

#: What `zipfile` raises for an archive or a member that cannot be read: cut off, damaged, or (as a
#: RuntimeError) encrypted or compressed by a method that it lacks.
UNREADABLE_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
#: The earliest time that the format has.
_TIME = (1980, 1, 1, 0, 0, 0)


def check_archive(archive: zipfile.ZipFile, packed: int, where: object) -> None:
    """Raise `UnpacksTooMuch` for an archive of `packed` bytes with too many members, or that unpacks to too much."""
    members = archive.infolist()
    if len(members) > limits().members:
        most = f"{limits().members:,} members"
        raise too_much("the archive has more members than are allowed", where, most, len(members), "MAX_MEMBERS")
    require_within(sum(member.file_size for member in members), packed, where)


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a member, never more than it states: `archive.read` unpacks all before it looks at the size.

    Raises one of `UNREADABLE_ZIP` where there are more or fewer.
    """
    with archive.open(member) as source:
        body = source.read(member.file_size + 1)
    if len(body) != member.file_size:
        raise zipfile.BadZipFile(f"{member.filename!r} has {len(body):,} bytes, not the {member.file_size:,} it states")
    return body


def fixed_entry(name: str) -> zipfile.ZipInfo:
    """An entry of an archive that carries no clock, user or system; compressed."""
    entry = zipfile.ZipInfo(name, _TIME)
    entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
    entry.external_attr = 0o100644 << 16
    return entry


def zip_bytes(files: Mapping[str, bytes], level: int = 9) -> bytes:
    """An archive of the files, by name."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name in sorted(files):
            archive.writestr(fixed_entry(name), files[name], compresslevel=level)
    return body.getvalue()


def zip_folder(folder: Path, target: Path, root: str, level: int = 6) -> None:
    """An archive of all files below a folder, by name, each below `root`; large files go through piece by piece."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for path in files:
            entry = fixed_entry(f"{root}/{path.relative_to(folder).as_posix()}")
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(entry, "w") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
