"""Folders and the file system: permissions, space, what a publication needs, and the settings file."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from localsdg.common.settings import SETTINGS_FILE, setting_names
from localsdg.pipeline.doctor.finding import CheckContext, Finding, in_short, ok, problem, warning

#: A run writes a new file beside the published one, and spills to disk: times the published file's size.
_ROOM_NEEDED, _ROOM_GOOD = 1.5, 4
#: The size of the bundle's file, where nothing is published yet, in bytes.
_FIRST_SIZE = 100_000_000
#: Files that a run adds to, below `data/warehouse`.
_APPENDED = ("runs.jsonl", ".lock", "alerts.json", "schedule.json")
#: Variables of the environment that are ours and no settings.
_VARIABLES = {"LOCALSDG_HOME", "LOCALSDG_DEBUG", "LOCALSDG_OWNER", "LOCALSDG_TEST_DATA"}


def check_permissions(context: CheckContext) -> Iterator[Finding]:
    """Whether this user may read and write every folder below `data/`, and the files that runs add to."""
    settings = context.settings
    data = settings.home / "data"
    if not data.exists():
        above = next(path for path in (settings.home, *settings.home.parents) if path.exists())
        if os.access(above, os.W_OK | os.X_OK):
            yield ok("permissions", f"{data} is not there yet, and can be made")
        else:
            yield problem("permissions", f"{data} cannot be made", remedy=_own(above))
        return
    # a folder of a run or check under way may be gone by now
    shut = [path for path in _folders(data) if not os.access(path, os.R_OK | os.W_OK | os.X_OK) and path.exists()]
    shut += [
        path
        for name in _APPENDED
        if (path := settings.warehouse / name).exists() and not os.access(path, os.R_OK | os.W_OK)
    ]
    if shut:
        names = in_short(str(path.relative_to(settings.home)) for path in shut)
        yield problem("permissions", f"user {os.getuid()} may not write {names}", remedy=_own(data))
        return
    others = {owner for path in _folders(data) if (owner := _owner(path)) is not None} - {os.getuid()}
    if others and os.getuid() == 0:
        found = f"folders belong to user {in_short(map(str, sorted(others)))}, and what root writes they cannot change"
        yield warning("permissions", found, remedy=f"chown -R --reference={shlex.quote(str(data))} {_quoted(data)}")
    else:
        yield ok("permissions", f"user {os.getuid()} may write {data}")


def check_space(context: CheckContext) -> Iterator[Finding]:
    """Free space and free file entries, against the size of the published file."""
    settings = context.settings
    place = next(path for path in (settings.warehouse, *settings.warehouse.parents) if path.exists())
    size = settings.published.stat().st_size if settings.published.exists() else _FIRST_SIZE
    free, entries = shutil.disk_usage(place).free, os.statvfs(place)
    found = f"{_megabytes(free)} free at {place}; the published file has {_megabytes(size)}"
    remedy = f"du -xh --max-depth=2 {_quoted(settings.home / 'data')}"
    if free < size * _ROOM_NEEDED:
        yield problem("disk space", f"{found}, and a run needs {_megabytes(size * _ROOM_NEEDED)}", remedy=remedy)
    elif free < size * _ROOM_GOOD:
        yield warning("disk space", found, remedy=remedy)
    elif entries.f_files and entries.f_favail < 1000:
        yield problem("disk space", f"{entries.f_favail} more files can be made at {place}", remedy=remedy)
    else:
        yield ok("disk space", found)


def check_file_system(context: CheckContext) -> Iterator[Finding]:
    """A publication renames a file and gives it a second name: both must work in `data/warehouse`."""
    warehouse = context.settings.warehouse
    if not warehouse.is_dir():
        yield ok("file system", "not tried: nothing was built yet")
        return
    folder = warehouse / f".doctor-{uuid4().hex[:8]}"
    try:
        folder.mkdir()
        (folder / "a").write_text("a")
        os.replace(folder / "a", folder / "b")
        try:
            os.link(folder / "b", folder / "c")
        except OSError as error:
            yield warning(
                "file system",
                f"no hard links ({error.strerror}): each kept version takes the space of a copy",
                remedy=f"df -T {_quoted(warehouse)}, and a home on another file system (LOCALSDG_HOME)",
            )
        else:
            yield ok("file system", "files can be renamed and linked")
    except OSError as error:
        yield problem(
            "file system", f"no file can be written and renamed: {error.strerror}", remedy=f"df -T {_quoted(warehouse)}"
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_settings(context: CheckContext) -> Iterator[Finding]:
    """Variables that look like settings and are none; a settings file that others can read."""
    known = _VARIABLES | {f"LOCALSDG_{name.upper()}" for name in setting_names()}
    unknown = sorted(name for name in context.environ if name.startswith("LOCALSDG_") and name not in known)
    for name in unknown:
        yield warning("settings", f"the variable {name} is no setting and has no effect", remedy=f"unset {name}")
    path = context.settings.home / SETTINGS_FILE
    if path.exists() and context.settings.notify and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield warning(
            "settings",
            f"{path} may hold passwords of alerts, and other users can read it",
            remedy=f"chmod 600 {_quoted(path)}",
        )
    elif not unknown:
        yield ok("settings", f"{path}" if path.exists() else f"the defaults; home {context.settings.home}")


def _folders(data: Path) -> list[Path]:
    """`data` and its folders down to those of single snapshots and versions."""
    found, waiting = [], [(data, 0)]
    while waiting:
        folder, depth = waiting.pop(0)
        found.append(folder)
        if depth < 3 and os.access(folder, os.R_OK | os.X_OK):
            with suppress(FileNotFoundError):
                waiting += [
                    (path, depth + 1) for path in sorted(folder.iterdir()) if path.is_dir() and not path.is_symlink()
                ]
    return found


def _owner(path: Path) -> int | None:
    """The user that owns it; None where it is gone."""
    with suppress(FileNotFoundError):
        return path.stat().st_uid
    return None


def _own(path: Path) -> str:
    return f"sudo chown -R {os.getuid()} {_quoted(path)}"


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))


def _megabytes(size: float) -> str:
    return f"{size / 1e6:,.0f} MB"
