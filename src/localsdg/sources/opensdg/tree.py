"""A folder or an archive that someone else made, read without trusting it.

Refused: absolute names, names with `..`, links that point out of the folder,
more bytes or files than `common/unpacking.py` allows. Links inside an archive are never followed.
"""

from __future__ import annotations

import os
import re
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from localsdg.common.errors import LocalsdgError
from localsdg.common.unpacking import limits, require_within, too_much
from localsdg.common.zip_files import UNREADABLE_ZIP
from localsdg.sources.opensdg.bodies import check_link, check_members, leaves_its_folder

#: What a site is made of; pictures, scripts and pages are not looked at.
SUFFIXES = (".csv", ".md", ".yml", ".yaml", ".json", ".zip")
#: Folders that hold no data of the site and can be very large.
_SKIPPED = {".git", ".github", "node_modules", ".venv", "venv"}
_BROKEN = (
    *UNREADABLE_ZIP,
    tarfile.TarError,
)


@dataclass(frozen=True)
class Entry:
    """One file of the tree: its size in bytes and how to open it."""

    size: int
    open: Callable[[], IO[bytes]]

    def read(self) -> bytes:
        """The whole file; raises `ValueError` where it has another size than it states."""
        with self.open() as handle:
            body = handle.read(self.size + 1)
        if len(body) != self.size:
            raise ValueError(f"a member has {len(body):,} bytes, not the {self.size:,} that it states")
        return body


@contextmanager
def open_tree(path: Path, scratch: Path) -> Iterator[dict[str, Entry]]:
    """The files of a folder or archive by their name with `/`; open while the block runs.

    A tar archive is unpacked into `scratch`. Raises `LocalsdgError` for what
    cannot be read or must not be.
    """
    try:
        if path.is_dir():
            yield _folder(path)
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield {
                    member.filename: Entry(member.file_size, partial(archive.open, member))
                    for member in check_members(archive, path.stat().st_size)
                    if _wanted(member.filename)
                }
        else:
            yield _untar(path, scratch)
    except _BROKEN as error:
        raise LocalsdgError(
            "the site cannot be read",
            where=path.name,
            expected="a folder, or a whole zip or tar.gz archive, of an Open SDG site",
            got=f"{type(error).__name__}: {error}",
        ) from error


def commit_of(path: Path) -> str | None:
    """The commit that a clone is at or that an archive of GitHub names; None without one."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return _hash(archive.comment.decode("ascii", "replace"))
        head = (path / ".git" / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return _hash(head)
        reference = path / ".git" / head[5:]
        if leaves_its_folder(head[5:]) or not reference.is_file():
            return None
        return _hash(reference.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, zipfile.BadZipFile):
        return None


def _hash(text: str) -> str | None:
    return text.strip() if re.fullmatch(r"[0-9a-f]{40}", text.strip()) else None


def _wanted(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not _SKIPPED.intersection(name.split("/")[:-1])


def _folder(root: Path) -> dict[str, Entry]:
    real, entries, size = root.resolve(), {}, 0
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(set(folders) - _SKIPPED)
        for name in folders:
            if (here / name).is_symlink():
                _inside(here / name, real)  # and not followed: os.walk leaves links alone
        for name in files:
            path = here / name
            shown = path.relative_to(root).as_posix()
            if not _wanted(shown):
                continue
            if path.is_symlink():
                _inside(path, real)
            if not path.is_file():
                continue
            shown.encode()  # a name that is no text is refused here
            entries[shown] = Entry(path.stat().st_size, _opener(path))
            size += entries[shown].size
            _check_size(size, size, len(entries))
    return entries


def _check_size(size: int, packed: int, members: int) -> None:
    require_within(size, packed, "the site")
    if members > limits().members:
        raise too_much(
            "the site has more files than are allowed", "the site", f"{limits().members:,}", members, "MAX_MEMBERS"
        )


class _Member(tarfile.TarInfo):
    """A member of a tar; names and notes, which `tarfile` holds in memory before any size is seen, are short."""

    _NOTES = (b"x", b"g", b"X", tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in self._NOTES and self.size > 1 << 20:
            raise tarfile.ReadError(f"a note of {self.size:,} bytes about a member")
        return super()._proc_member(archive)  # type: ignore[misc]


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _inside(path: Path, real: Path) -> None:
    if not path.resolve().is_relative_to(real):
        raise ValueError(f"its link {path.name!r} points out of the folder")


def _untar(path: Path, scratch: Path) -> dict[str, Entry]:
    """Unpack the wanted files under numbers: no name of the archive touches the disk."""
    entries, size = {}, 0
    target = scratch / "untarred"
    target.mkdir(exist_ok=True)
    packed = path.stat().st_size
    with tarfile.open(path, "r|*", tarinfo=_Member) as archive:  # a stream: read once, nothing is believed ahead
        for number, member in enumerate(archive):
            size += member.size
            _check_size(size, packed, number)
            if leaves_its_folder(member.name):
                raise ValueError(f"its member {member.name!r} would leave the folder")
            if member.issym():
                check_link(member.name, member.linkname)
            elif member.islnk():
                check_link("", member.linkname)
            name = member.name.removeprefix("./")
            if not member.isreg() or not _wanted(name):
                continue
            name.encode()
            file = target / str(number)
            with file.open("wb") as out:
                source = archive.extractfile(member)
                if source is None:
                    raise ValueError(f"its member {name!r} has no content")
                shutil.copyfileobj(source, out)
            entries[name] = Entry(member.size, _opener(file))
    return entries
