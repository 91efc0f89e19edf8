"""Publication: one atomic rename, or nothing.

Whoever has the old file open keeps reading it. A failed run leaves it byte
for byte as it was.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localsdg.common.clean_text import clean_value
from localsdg.common.database import scalar
from localsdg.common.errors import LocalsdgError
from localsdg.common.public_text import public_text
from localsdg.sources.snapshot import sha256_of
from localsdg.warehouse import meta
from localsdg.warehouse.keeping import named_versions
from localsdg.warehouse.kept_tables import keep_note
from localsdg.warehouse.releases import FILE, finish_release, prepare_release, releases_folder, sync_folder
from localsdg.warehouse.run_history import complete_run

if TYPE_CHECKING:
    from localsdg.common.settings import Settings


#: The first year of the project: a clock that says another one before it was never set.
_FIRST_YEAR = 2020


def publish(
    built: Path,
    settings: Settings,
    version: str,
    finished_at: str,
    run_row: dict | None = None,
    facts: Mapping[str, Any] | None = None,
) -> dict:
    """Put the built file in the place of the published one; `run_row` is the run as the run log will have it.

    Returns the release's manifest: version, sha256, bytes, content_hash, the
    further `facts` and `run_row`, by which a run that is killed after the rename
    is known to have published. Raises `LocalsdgError` when the built file does not
    open, is not whole, or still has a write-ahead log beside it, and `OSError`
    where there is no room for a second name; nothing is then published.
    """
    content_hash = _seal(built, settings, finished_at, run_row)
    with built.open("rb+") as handle:
        os.fsync(handle.fileno())
    manifest = {
        **(facts or {}),
        "version": version,
        "sha256": sha256_of(built),
        "bytes": built.stat().st_size,
        "content_hash": content_hash,
        **({"run": clean_value(run_row, public_text)} if run_row else {}),
    }
    draft = prepare_release(settings, built, manifest)
    try:
        # A log left beside the published name would be replayed into the new file.
        settings.published.with_name(settings.published.name + ".wal").unlink(missing_ok=True)
        os.replace(built, settings.published)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    sync_folder(settings.published.parent)
    finish_release(draft)
    keep_note(built, settings, manifest["sha256"])
    return manifest


def next_version(settings: Settings, today: str, published_before: Iterable[str] = ()) -> str:
    """`2026.11.23.1`: the date and the number of the build on that date.

    A version that was published before, that something names or that the published file has keeps its number
    for good, also where its folder was taken away: a version belongs to one file. Raises `LocalsdgError` where
    the clock is behind a version that is kept, which would sort after the new one, or behind every release.
    """
    day = today.replace("-", ".")
    root = releases_folder(settings)
    # a draft and what is being removed, `.2026.11.23.1.new`, have their number too
    names = {path.name.strip(".").removesuffix(".new").removesuffix(".gone") for path in root.glob("*")}
    names |= {*named_versions(settings), *_published_version(settings)}
    _require_clock(date.fromisoformat(today), names)
    names |= set(published_before)
    numbers = [name.removeprefix(f"{day}.") for name in names if name.startswith(f"{day}.")]
    taken = [int(number) for number in numbers if number.isdecimal()]
    return f"{day}.{max(taken, default=0) + 1}"


def _require_clock(today: date, versions: Iterable[str]) -> None:
    """Raise `LocalsdgError` for a day before the project's first, or more than one before that of a version."""
    days = {name.rpartition(".")[0]: name for name in versions if re.fullmatch(r"\d{4}\.\d\d\.\d\d\.\d+", name)}
    newest = max(days, default="")
    is_behind = newest.replace(".", "-") > (today + timedelta(days=1)).isoformat()
    if is_behind or today.year < _FIRST_YEAR:
        raise LocalsdgError(
            "the clock of this machine is behind",
            expected=f"a day not before version {days[newest]}" if is_behind else f"a year from {_FIRST_YEAR} on",
            got=f"{today}",
            next_step="timedatectl set-ntp true, and run the same command again",
        )


def _seal(built: Path, settings: Settings, finished_at: str, run_row: dict | None) -> str:
    """Note the end of the run, write everything into the file, and read its content hash from it."""
    import duckdb

    con = duckdb.connect(str(built))
    try:
        if run_row:
            complete_run(con, run_row)
        con.execute(
            "update audit.run set status = 'published', finished_at = ? "
            "where run_id = (select run_id from meta.release)",
            [finished_at],
        )
        meta.count_rows(con)
        con.execute("checkpoint")
    finally:
        con.close()
    wal = built.with_name(built.name + ".wal")
    if wal.exists():
        raise LocalsdgError(
            "the built file is not whole",
            where=built,
            expected="no write-ahead log",
            got=wal.name,
            next_step="run the command again; the published file is as it was",
        )
    return stated_hash(built)


def _published_version(settings: Settings) -> list[str]:
    """The version that the published file states of itself; none where it cannot be read."""
    import duckdb

    file = settings.warehouse / FILE
    with suppress(duckdb.Error, OSError), closing(duckdb.connect(str(file), read_only=True)) as con:
        return [str(scalar(con, "select version from meta.release"))]
    return []


def stated_hash(file: Path) -> str:
    """The content hash that a warehouse file states of itself."""
    import duckdb

    with closing(duckdb.connect(str(file), read_only=True)) as con:
        return scalar(con, "select content_hash from meta.release")
