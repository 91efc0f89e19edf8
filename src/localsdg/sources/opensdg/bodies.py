"""What a built Open SDG site serves for a language: three bodies, and when each is good.

`meta/all.json` is `{indicator id: {field: value}}`, `stats/reporting.json`
the reporting status overall and by goal, `zip/all_indicators.zip` one CSV an
indicator. `zip/all_indicators.json` states the size of the archive and when
it was built.
"""

from __future__ import annotations

import io
import json
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime

from localsdg.common.zip_files import check_archive, read_member
from localsdg.sources.http.client import Kind

#: A build may go online that much after its time stamp: a probe younger than this proves nothing.
DEPLOY_MARGIN = 3600.0
_LEAVES = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\x00")


@dataclass(frozen=True)
class Part:
    """One of the three bodies: its role in a snapshot, its path, its name there, its kind."""

    role: str
    path: str
    name: str
    kind: Kind


def leaves_its_folder(name: str) -> bool:
    """True for a member's name that is absolute or climbs out with `..`."""
    return _LEAVES.search(name) is not None


def check_members(archive: zipfile.ZipFile, packed: int) -> list[zipfile.ZipInfo]:
    """The files of a zip archive of `packed` bytes, links left out.

    Raises `ValueError` for a name that leaves the folder, a link that does,
    and for more bytes or members than are allowed.
    """
    check_archive(archive, packed, "the archive")
    files = []
    for member in archive.infolist():
        if leaves_its_folder(member.filename):
            raise ValueError(f"its member {member.filename!r} would leave the folder")
        if stat.S_ISLNK(member.external_attr >> 16):
            target = read_member(archive, member).decode("utf-8", "replace") if member.file_size < 5000 else ".."
            check_link(member.filename, target)
        elif not member.is_dir():
            files.append(member)
    return files


def check_link(name: str, target: str) -> None:
    """Raise `ValueError` for a link of an archive that points out of it."""
    depth = name.count("/")
    for step in target.replace("\\", "/").split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(step, 1)
        if depth < 0:
            break
    if depth < 0 or target.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", target):
        raise ValueError(f"its link {name!r} points out of the folder, to {target!r}")


def probe_says_unchanged(probe: object, zip_bytes: int, fetched_at: str | None) -> bool:
    """Does `all_indicators.json` speak of the archive that was fetched before?

    The same size, and built well before that fetch. Anything else, a probe
    without these fields too, says no.
    """
    if not isinstance(probe, dict) or fetched_at is None:
        return False
    try:
        size, built = int(probe["size_bytes"]), float(probe["timestamp"])
        return size == zip_bytes and built + DEPLOY_MARGIN < datetime.fromisoformat(fetched_at).timestamp()
    except (TypeError, ValueError, KeyError, OverflowError):
        return False


def _object(body: bytes) -> dict:
    try:
        value = json.loads(body, parse_int=str)  # one number of 5,000 digits is no reason to refuse all
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    if not isinstance(value, dict):
        raise ValueError(f"it is a JSON {type(value).__name__}, not an object")
    return value


def _read_meta(body: bytes) -> int:
    value = _object(body)
    if not value:
        raise ValueError("it holds no indicator")
    # an odd one among others is set aside when the site is staged
    count = sum(isinstance(fields, dict) for fields in value.values())
    if not count:
        raise ValueError(f"{next(iter(value))!r} is no indicator with fields")
    return count


def _read_reporting(body: bytes) -> None:
    if not _object(body).keys() & {"overall", "goals", "statuses"}:
        raise ValueError("it holds neither overall, goals nor statuses")


def _read_zip(body: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            files = check_members(archive, len(body))
            if (bad := archive.testzip()) is not None:
                raise ValueError(f"its member {bad!r} is damaged")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise ValueError(f"a zip archive that is cut off or none at all: {error}") from error
    except RuntimeError as error:  # encrypted, or compressed by a method that zipfile lacks
        raise ValueError(f"a zip archive that cannot be read: {error}") from error
    return sum(member.filename.lower().endswith(".csv") for member in files)


#: `value` of an answer is the number of indicators.
META = Kind("a JSON object of indicators", _read_meta)
#: `value` is None.
REPORTING = Kind("a JSON object of reporting status", _read_reporting)
#: `value` is the number of CSV files; an archive without any is a site without data.
ARCHIVE = Kind("a whole zip archive", _read_zip)
#: `value` is the object.
PROBE = Kind("a JSON object", _object)
PROBE_PATH = "zip/all_indicators.json"

#: The smallest body first: where it is broken, the others are not asked for.
PARTS = (
    Part("opensdg_reporting", "stats/reporting.json", "reporting.json", REPORTING),
    Part("opensdg_meta", "meta/all.json", "meta.json", META),
    Part("opensdg_zip", "zip/all_indicators.zip", "all_indicators.zip", ARCHIVE),
)
REPOSITORY_ROLE = "opensdg_repository"
