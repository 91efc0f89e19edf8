"""Which published file a name means: a kept version, or a file by its path."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.warehouse.releases import VERSION, Release, kept_releases, releases_folder

if TYPE_CHECKING:
    from localsdg.common.settings import Settings


def kept_versions(settings: Settings) -> dict[str, Path]:
    """The kept versions with a file, oldest first, and the published one where it is not among them."""
    found = {one.version: one.file for one in reversed(kept_releases(settings)) if one.file.is_file()}
    if settings.published.is_file():
        found.setdefault(published_version(settings), settings.published)
    return {name: found[name] for name in sorted(found, key=_order) if VERSION.fullmatch(name)}


def published_version(settings: Settings) -> str:
    """The version of the published file; raises `LocalsdgError` where there is none, or it does not open."""
    import duckdb

    if not settings.published.is_file():
        raise LocalsdgError("there is no warehouse yet", where=settings.published, next_step="localsdg run")
    try:
        with closing(duckdb.connect(str(settings.published), read_only=True)) as con:
            return str(con.execute("select version from meta.release").fetchall()[0][0])
    except (duckdb.Error, IndexError) as error:
        raise LocalsdgError(
            "the published file does not name its version",
            where=settings.published,
            got=(str(error).splitlines() or [""])[0],
            next_step="localsdg run",
        ) from error


def find_publication(settings: Settings, name: str) -> Path | None:
    """The file that a version or a path names; None for a name that is neither, such as a release of the UN.

    Raises `UsageError` for a version that is not kept and a path without a file.
    """
    path = Path(name).expanduser()
    if path.suffix in (".duckdb", ".db") or len(path.parts) > 1:
        if not path.is_file():
            raise UsageError(
                "there is no such file", where=path, expected=_expected(settings), next_step=_example(settings)
            )
        return path
    if not VERSION.fullmatch(name):
        return path if path.is_file() else None
    kept = kept_versions(settings)
    if name not in kept:
        raise UsageError(
            "this version is not kept", expected=_expected(settings), got=name, next_step=_example(settings)
        )
    return kept[name]


def last_two(settings: Settings) -> tuple[Path, Path]:
    """The version that was published before the published one, and the published one.

    Raises `LocalsdgError` where nothing is published or no earlier version is kept.
    """
    version = published_version(settings)
    earlier = [path for name, path in kept_versions(settings).items() if _order(name) < _order(version)]
    if not earlier:
        raise LocalsdgError(
            "no version before the published one is kept",
            where=releases_folder(settings),
            expected=f"a version before {version}",
            next_step="localsdg run, which publishes the next one where the data changed",
        )
    return earlier[-1], settings.published


def _order(version: str) -> tuple[int, ...]:
    return Release(Path(version)).order


def _expected(settings: Settings) -> str:
    kept = list(kept_versions(settings))
    return f"a file, or one of the kept versions {', '.join(kept)}" if kept else "a file: no version is kept yet"


def _example(settings: Settings) -> str:
    kept = list(kept_versions(settings))
    return f"localsdg diff {kept[-2]} {kept[-1]}" if len(kept) > 1 else "localsdg status"
