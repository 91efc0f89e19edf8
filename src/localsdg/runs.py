"""A run: where it works, what it has found, the lock that it holds, and how it ended.

`data/warehouse/runs.jsonl` keeps a line a run, failed ones too; `audit.run`
is filled from it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from localsdg import __version__
from localsdg.duck import open_work
from localsdg.errors import BlockedByChecks, LocalsdgError
from localsdg.public_text import public_text
from localsdg.settings import Settings
from localsdg.sources.snapshot import Snapshot, iter_snapshots

if TYPE_CHECKING:
    import duckdb

    from localsdg.staging.ledger import SetAside

#: A connection a run, so that its staging tables in memory outlive each stage.
_HELD: dict[str, duckdb.DuckDBPyConnection] = {}


@dataclass
class Run:
    """One run: where it works and what it has found so far."""

    settings: Settings
    run_id: str
    version: str
    started_at: str
    folder: Path
    snapshots: tuple[Snapshot, ...]
    bundled: frozenset[Path]
    loads: list[dict] = field(default_factory=list)
    validation: list[dict] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=dict)
    manifest: dict = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # what could not be pulled, and why
    set_aside: list[SetAside] = field(default_factory=list)  # what was left out, and why
    strict: bool = False  # nothing is published where anything was set aside
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def work(self) -> str:
        """Database of the staging tables; gone when the run ends.

        In memory (spilling to disk past the limit) where the stages share a
        process, which is twice as fast; a file where they do not.
        """
        if self.settings.task_runner == "threads":
            return f":memory:{self.run_id}"
        return str(self.folder / "work.duckdb")

    @property
    def built(self) -> Path:
        """The new warehouse, before it has its name."""
        return self.folder / "localsdg.duckdb"


@contextmanager
def writing(settings: Settings) -> Iterator[None]:
    """Hold the lock of the one writer; raises `LocalsdgError` when another run has it."""
    from filelock import FileLock, Timeout

    settings.warehouse.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.warehouse / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LocalsdgError(
            "another run is writing the warehouse", where=settings.warehouse,
            next_step="wait for it to end, then run the same command",
        ) from error
    try:
        yield
    finally:
        lock.release()


def start_run(
    settings: Settings, *, only_bundled: bool = False, with_bundled: bool = True, strict: bool = False
) -> Run:
    """Find the snapshots and make the run's own folder; leftovers of killed runs go.

    Raises `LocalsdgError` when there is nothing to build from.
    """
    from localsdg.warehouse.publish import next_version

    now = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    snapshots, bundled = _snapshots(settings, only_bundled, with_bundled)
    _sweep(settings)
    run_id = f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}"
    folder = settings.warehouse / f".run-{run_id}"
    folder.mkdir(parents=True)
    return Run(
        settings, run_id, next_version(settings, f"{now:%Y-%m-%d}"), now.isoformat(),
        folder, snapshots, bundled, strict=strict,
    )


def end_run(run: Run, error: BaseException | None = None) -> None:
    """Write the run into the run log and remove its folder."""
    status = "published" if run.manifest else "failed"
    if isinstance(error, BlockedByChecks):
        status = "blocked"
    row = {
        "run_id": run.run_id, "started_at": run.started_at,
        "finished_at": datetime.now(UTC).replace(microsecond=0, tzinfo=None).isoformat(),
        "status": status, "code_version": code_version(run.settings),
        "detail": str(error) or type(error).__name__ if error else None,
    }
    _log(run.settings, row)
    drop(run)


def hold(run: Run) -> duckdb.DuckDBPyConnection:
    """The connection that keeps the staging tables of a run alive between its stages."""
    if run.run_id not in _HELD:
        _HELD[run.run_id] = open_work(run.work, run.settings)
    return _HELD[run.run_id]


def drop(run: Run) -> None:
    """Let go of the staging tables and the run's folder."""
    if held := _HELD.pop(run.run_id, None):
        held.close()
    shutil.rmtree(run.folder, ignore_errors=True)


def read_runs(settings: Settings) -> list[dict]:
    """Earlier runs from the run log, oldest first; a line cut off by a kill is passed over."""
    path = _run_log(settings)
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return rows


def code_version(settings: Settings) -> str:
    """Version of the package, with the commit where git can tell it."""
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=settings.checkout,
            capture_output=True, text=True, timeout=5, check=True,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return __version__
    return f"{__version__}+{commit}"


def _run_log(settings: Settings) -> Path:
    return settings.warehouse / "runs.jsonl"


def _snapshots(
    settings: Settings, only_bundled: bool, with_bundled: bool
) -> tuple[tuple[Snapshot, ...], frozenset[Path]]:
    bundled = list(iter_snapshots(settings.bundled)) if with_bundled or only_bundled else []
    pulled = [] if only_bundled else [
        one for one in iter_snapshots(settings.raw) if settings.bundled not in one.path.parents
    ]
    if not bundled and not pulled:
        raise LocalsdgError(
            "there is nothing to build from", where=settings.raw, expected="a complete snapshot",
            next_step="localsdg pull indicators FILE, or build with the bundle",
        )
    return _last_good_of_each_site(pulled + bundled), frozenset(one.path for one in bundled)


def _last_good_of_each_site(snapshots: list[Snapshot]) -> tuple[Snapshot, ...]:
    """Everything, but of a local site only the newest snapshot: pulled before bundled.

    A UN release is a fact of its own time; a site only has a present.
    """
    newest: dict[str, Snapshot] = {}
    for one in snapshots:
        if site := one.extra.get("site_id"):
            held = newest.get(site)
            if held is None or (held.path.parent == one.path.parent and
                                held.fetched_at < one.fetched_at):
                newest[site] = one
    return tuple(
        one for one in snapshots
        if not one.extra.get("site_id") or newest[one.extra["site_id"]] is one
    )


def without(snapshot: Snapshot, seen: set[tuple[str, str]]) -> Snapshot:
    """The snapshot without files whose very bytes are staged under the same release."""
    files = []
    for file in snapshot.files:
        if (key := (snapshot.release, file.sha256)) not in seen:
            seen.add(key)
            files.append(file)
    return replace(snapshot, files=tuple(files))


def dataset(snapshot: Snapshot, bundled: bool) -> dict:
    """A snapshot as `meta.dataset` and `meta.release` list it."""
    return {
        "source": snapshot.source, "release": snapshot.release, "bundled": bundled,
        "origin": snapshot.origin, "fetched_at": snapshot.fetched_at,
        "licence": snapshot.licence, "attribution": snapshot.attribution,
        "files": [
            {"name": file.name, "sha256": file.sha256, "bytes": file.bytes, "url": file.url}
            for file in snapshot.files
        ],
    }


def _sweep(settings: Settings) -> None:
    """Remove what a killed run left, and note that it was; safe because only one run writes."""
    for left in sorted(settings.warehouse.glob(".run-*")):
        run_id = left.name.removeprefix(".run-")
        _log(settings, {
            "run_id": run_id, "started_at": _start_in(run_id), "finished_at": None,
            "status": "failed", "code_version": code_version(settings),
            "detail": "killed before it ended",
        })
        shutil.rmtree(left, ignore_errors=True)


def _start_in(run_id: str) -> str:
    """The start of a run as its id states it, ISO 8601."""
    return datetime.strptime(run_id.split("-")[0], "%Y%m%dT%H%M%S").isoformat()


def _log(settings: Settings, row: dict) -> None:
    with _run_log(settings).open("a", encoding="utf-8") as handle:
        handle.write(public_text(json.dumps(row, ensure_ascii=False)) + "\n")


def status(settings: Settings) -> dict:
    """The published file, the snapshots at hand and the last runs."""
    from localsdg.warehouse.query import run_query

    published, sites = None, []
    if settings.published.exists():
        row = run_query(settings, "select version, built_at, code_version from meta.release")
        published = {**row.to_pylist()[0], "file": str(settings.published)}
        sites = run_query(settings, (
            "select site_id, local_government_id, n_with_data, n_placeholders, n_official, "
            "first_year, last_year, fetched_at from core.local_site order by site_id"
        )).to_pylist()
    snapshots, bundled = _snapshots(settings, False, True)
    return {
        "published": published,
        "snapshots": [
            {
                "source": one.source, "release": one.release, "files": len(one.files),
                "bytes": sum(file.bytes for file in one.files), "origin": one.origin,
                "bundled": one.path in bundled, "fetched_at": one.fetched_at,
            }
            for one in snapshots
        ],
        "sites": sites,
        "runs": read_runs(settings)[-5:],
    }


