"""Hashes of what a result is computed from: files of a folder, the user's own files, versions of the libraries."""

from __future__ import annotations

import hashlib
import os
import platform
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localsdg.common.settings import Settings

#: The folder of the package.
PACKAGE = Path(__file__).resolve().parents[1]
#: The user's own files beside the snapshots, below `data/`: corrections, lists.
_USER_FILES = ("*.toml", "*.csv", "*.json")
#: Files below `data/` that say what is kept, and nothing about the data.
KEPT_LISTS = ("pinned.toml", "cited.json")
#: Losses that were accepted, below `data/` of the home folder; the only input that a run itself writes.
ACCEPTED = "accepted.toml"
_VERSION = re.compile(r"^Version: *(\S+)", re.MULTILINE)


def hash_lines(lines: Iterable[str]) -> str:
    """SHA-256 over the lines in their order, as hexadecimal digits."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode("utf-8", "surrogateescape") + b"\n")
    return digest.hexdigest()


def hash_file(path: Path | str) -> str:
    """SHA-256 of the bytes of a file."""
    with open(path, "rb") as handle:
        # most are small, and `file_digest` clears 256 KB of memory for each
        is_small = os.fstat(handle.fileno()).st_size < 1_000_000
        digest = hashlib.sha256(handle.read()) if is_small else hashlib.file_digest(handle, "sha256")
    return digest.hexdigest()


def file_lines(name: str, folder: Path) -> Iterator[str]:
    """A line a file below a folder, with its hash; `name` stands for the folder, whose own path is left out."""
    # rglob and pathlib take twice as long for the thousand files of the package
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if one != "__pycache__")
        below = os.path.relpath(parent, folder).replace(os.sep, "/")
        for file in sorted(files):
            if os.path.isfile(path := os.path.join(parent, file)):
                yield f"{name}/{below}/{file} {hash_file(path)}"


def user_file_lines(settings: Settings, without: Collection[str] = ()) -> Iterator[str]:
    """A line a file of the user's below `data/`, with its hash, and the list of sites; `without` are names of files."""
    for name, data in (("home", settings.home / "data"), ("project", settings.resources / "data")):
        left_out = {*KEPT_LISTS, *without, *([ACCEPTED] if name == "home" else ())}
        for path in sorted(path for pattern in _USER_FILES for path in data.glob(pattern)):
            if path.is_file() and path.name not in left_out:
                yield f"{name}/{path.name} {hash_file(path)}"
    if settings.sites:
        sites = Path(settings.sites).expanduser()
        yield f"sites {hash_file(sites) if sites.is_file() else 'no file'}"


def library_lines() -> Iterator[str]:
    """A line for Python and for each library that the package needs, with its version."""
    yield f"python {platform.python_version()}"
    for requirement in metadata.requires("localsdg") or ():
        if "extra ==" not in requirement and (match := re.match(r"[A-Za-z0-9._-]+", requirement)):
            with suppress(metadata.PackageNotFoundError):  # of another platform
                yield f"{match[0]} {_version(match[0])}"


def _version(name: str) -> str:
    """The version of a package, by the one line of its metadata: `metadata.version` reads all, 5 ms a package."""
    found = metadata.distribution(name)
    line = _VERSION.search(found.read_text("METADATA") or "")
    return line[1] if line else found.version
