"""Files that a user names as output: checked before they are written, and written whole.

Nothing that the project keeps (the published file, its releases, snapshots,
logs) and no DuckDB database is ever an output, whatever path, link or letter
case names it.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.disk import room_named
from localsdg.common.drafts import clear_drafts, draft_of
from localsdg.common.errors import UsageError
from localsdg.common.scratch import scratch_folder
from localsdg.common.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from localsdg.common.settings import Settings

#: Bytes 8 to 12 of every DuckDB file.
_DUCKDB_MARK = b"DUCK"


def check_output(
    settings: Settings,
    path: Path,
    *,
    endings: Iterable[str] = (),
    inputs: Iterable[Path] = (),
    option: str = "--output",
    replace: bool = True,
) -> Path:
    """The absolute path that an output file will have; a link is followed.

    `endings` are the allowed ends of its name in lower case (any where there
    are none), `inputs` the files that the same command reads; without `replace` a file
    that is there stays. Raises `UsageError` for that, for a folder, a missing parent folder, another ending, one of
    the inputs, and whatever the project keeps or DuckDB reads.
    """
    endings = tuple(endings)
    target = Path(os.path.realpath(path.expanduser()))
    if target.is_dir():
        raise UsageError(f"{option} names a folder", where=path, expected="the name of a file")
    if endings and not path.name.lower().endswith(endings):
        raise UsageError(
            f"{option} has an ending that is not known",
            where=path,
            expected=f"a name that ends in {', '.join(endings)}",
            got=path.suffix or "no ending",
        )
    _refuse_kept(settings, path, target, option)
    records = (settings.home / "data", settings.warehouse, settings.home / SETTINGS_FILE)
    if any(_is_within(target, one, deepest=1) for one in records):
        raise UsageError(
            f"{option} is where the project keeps its own records",
            where=path,
            expected="a place elsewhere, such as the working folder",
        )
    if not target.parent.is_dir():
        raise UsageError(
            f"the folder of {option} does not exist",
            where=path,
            expected=f"the folder {target.parent}",
            next_step=f"mkdir -p {shlex.quote(str(target.parent))}",
        )
    for one in inputs:
        if _is_same(target, one):
            raise UsageError(f"{option} is the file that is read", where=path, expected="another name")
    if _is_database(target):
        raise UsageError(f"{option} is a DuckDB database, which is never replaced", where=path, expected="another name")
    if not replace and target.is_file():
        raise UsageError(f"the file of {option} exists", where=path, expected="another name, or --force to replace it")
    return target


def check_output_folder(settings: Settings, path: Path, *, option: str = "--output") -> Path:
    """The absolute path of a folder for output files, which need not exist yet.

    Raises `UsageError` for a file and for a folder in which the project keeps
    its snapshots, releases or logs.
    """
    target = Path(os.path.realpath(path.expanduser()))
    parent = next((one for one in (target, *target.parents) if one.exists()), target)
    if not parent.is_dir():
        raise UsageError(f"{option} names a file", where=parent, expected="the name of a folder")
    _refuse_kept(settings, path, target, option)
    return target


def write_whole(target: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file beside `target`, then give it that name; a failure leaves no trace.

    A target that is no regular file (`/dev/stdout`, a named pipe) gets the bytes.
    """
    if target.exists() and not target.is_file():
        with scratch_folder() as folder:
            draft = folder / "output"
            write(draft)
            with draft.open("rb") as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink)
        return
    clear_drafts(target)
    draft = draft_of(target)
    try:
        with room_named(target, "the output is not written"):
            write(draft)
            if target.exists():
                shutil.copymode(target, draft)
            os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def write_text(target: Path, text: str) -> None:
    """Write a UTF-8 text whole, line ends as they are."""
    write_whole(target, lambda draft: draft.write_text(text, encoding="utf-8", newline=""))


def _refuse_kept(settings: Settings, path: Path, target: Path, option: str) -> None:
    published = settings.published
    log = published.with_name(published.name + ".wal")
    if any(target == Path(os.path.realpath(one)) or _is_same(target, one) for one in (published, log)):
        raise UsageError(
            f"{option} is the published warehouse, which is never replaced",
            where=path,
            expected="another name",
            got=published,
        )
    kept = (
        settings.raw,
        settings.bundled,
        settings.warehouse / "releases",
        settings.warehouse / "parts",
        *filter(None, [settings.parts_folder]),
        settings.reports,
        settings.errors,
        settings.scratch,
        settings.expectations,
        settings.sql,
    )
    for folder in kept:
        if _is_within(target, folder):
            raise UsageError(
                f"{option} is inside a folder that the project keeps",
                where=path,
                expected="a place elsewhere, such as the working folder",
                got=folder,
            )


def _is_within(target: Path, folder: Path, deepest: int | None = None) -> bool:
    """Whether a path is a folder or below it, at most `deepest` names."""
    above = Path(os.path.realpath(folder))
    return target.is_relative_to(above) and (deepest is None or len(target.relative_to(above).parts) <= deepest)


def _is_same(target: Path, other: Path) -> bool:
    """Whether two paths are one file, by link or by a letter case that the disk ignores."""
    try:
        return os.path.samefile(target, other)
    except OSError:
        return False


def _is_database(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as handle:
            return handle.read(12)[8:] == _DUCKDB_MARK
    except OSError:
        return False
