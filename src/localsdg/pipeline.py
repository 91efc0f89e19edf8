"""The pipeline as plain functions; `flows/` wraps them for Prefect.

    run = start_run(settings)
    stage(run) -> check(run) -> build(run) -> audit(run) -> publish(run)

Each function takes and returns paths and small facts, never frames or
connections, so that a task runner can carry them anywhere.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from localsdg import __version__
from localsdg.errors import BlockedByChecks, LocalsdgError
from localsdg.progress import Progress, silent
from localsdg.registry.evidence import evidence_series
from localsdg.settings import Settings
from localsdg.sources.snapshot import Snapshot, iter_snapshots

#: Rule that finds two rows of one observation with different values.
DISAGREE = "UNSD-OBS-002"
#: A connection a run, so that its staging tables in memory outlive each stage.
_HELD: dict[str, object] = {}
STAGES = ("stage", "check", "build", "audit", "publish")


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


def run_all(
    settings: Settings,
    *,
    live: bool = False,
    series: tuple[str, ...] = (),
    areas: tuple[str, ...] = (),
    only_bundled: bool = False,
    with_bundled: bool = True,
    progress: Progress | None = None,
) -> Run:
    """Stage, check, build, audit and publish everything at hand, without Prefect.

    With `live` the service is asked first, for `series` (the evidence's where
    none is named) and `areas`.

    Raises `BlockedByChecks` or `LocalsdgError`; the published file is then as
    it was, and the run stands in the run log with its reason.
    """
    progress = progress or silent()
    if live:
        with progress.stage("pull"):
            pull_live(settings, series=series, areas=areas, progress=progress.step)
    with writing(settings):
        run = start_run(settings, only_bundled=only_bundled, with_bundled=with_bundled)
        try:
            for name in STAGES:
                with progress.stage(name):
                    globals()[name](run)
        except BaseException as error:
            end_run(run, error)
            raise
        run.seconds = dict(progress.seconds)
        end_run(run)
    return run


def pull_live(
    settings: Settings,
    *,
    series: tuple[str, ...] = (),
    areas: tuple[str, ...] = (),
    years: tuple[int, ...] = (),
    everything: bool = False,
    release: str | None = None,
    route: str = "auto",
    progress: Callable[[int, int, str], None] | None = None,
) -> Snapshot:
    """Pull series from the service: those named, else those of the evidence, else all.

    A series of the evidence that the service no longer lists (or lists under
    its newer name) is passed over; a named one that it does not list is an
    error. Raises `UsageError` and `LocalsdgError` as `pull_indicators` does.
    """
    from localsdg.sources.http import HttpClient
    from localsdg.sources.unsd import UnsdClient
    from localsdg.sources.unsd_pull import pull_indicators

    http = HttpClient(pool_size=settings.concurrency)
    try:
        if not series and not everything:
            listed = UnsdClient(settings.unsd_base_url, http).metadata("series_list").value
            series = evidence_series() & {one["code"] for one in listed}
        return pull_indicators(
            settings, series=sorted(series), areas=areas, years=years, release=release,
            route=route, progress=progress, http=http,
        )
    finally:
        http.close()


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


def check_only(settings: Settings, progress: Progress) -> list[dict]:
    """Stage and check everything at hand in a folder of its own; publishes nothing.

    Raises `BlockedByChecks` when a critical check fails.
    """
    with writing(settings):
        run = start_run(settings)
        try:
            for name in ("stage", "check"):
                with progress.stage(name):
                    globals()[name](run)
        finally:
            _drop(run)
    return run.validation


def status(settings: Settings) -> dict:
    """The published file, the snapshots at hand and the last runs."""
    from localsdg.warehouse.query import run_query

    published = None
    if settings.published.exists():
        row = run_query(settings, "select version, built_at, code_version from meta.release")
        published = {**row.to_pylist()[0], "file": str(settings.published)}
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
        "runs": read_runs(settings)[-5:],
    }


def start_run(
    settings: Settings, *, only_bundled: bool = False, with_bundled: bool = True
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
        folder, snapshots, bundled,
    )


def stage(run: Run) -> list[dict]:
    """All snapshots into the work database; returns the ledger, one dict a file."""
    from localsdg.checks.runner import warm_up
    from localsdg.duck import open_work
    from localsdg.staging import ledger, unsd, unsd_lists

    _HELD[run.run_id] = open_work(run.work, run.settings)
    con = open_work(run.work, run.settings)
    try:
        ledger.create_ledger(con)
        unsd.prepare(con)
        unsd_lists.prepare(con)
        warm_up()
        seen: set[tuple[str, str]] = set()
        for snapshot in run.snapshots:
            fresh = _without(snapshot, seen)
            loads = unsd_lists.stage_lists(con, fresh, run.settings.sql, run.run_id)
            loads += unsd.stage_observations(con, fresh, run.settings.sql, run.run_id)
            run.loads += [asdict(load) for load in loads]
        unsd.finish(con, run.settings.sql)
    finally:
        con.close()
    return run.loads


def check(run: Run) -> list[dict]:
    """Great Expectations on the staging tables; raises `BlockedByChecks`."""
    from localsdg.checks.runner import raise_if_blocked, run_checks

    results = run_checks(
        Path(run.work), run.settings, docs_dir=run.settings.reports / "data_docs",
        connection=_HELD.get(run.run_id),
    )
    run.validation = [asdict(one) for one in results]
    report = _write_report(run)
    _name_files_that_disagree(run, results)
    raise_if_blocked(results, report)
    return run.validation


def _write_report(run: Run) -> Path:
    """One offline page of all that was checked so far."""
    from localsdg.checks.report import write_report
    from localsdg.checks.runner import CheckResult

    return write_report(
        [CheckResult(**one) for one in run.validation],
        run.settings.reports / "validation.html",
        title="What was checked",
        facts={
            "run": run.run_id, "version": run.version,
            "rows": f"{sum(load['rows_out'] for load in run.loads):,}",
            "releases": ", ".join(f"{one.source} {one.release}" for one in run.snapshots),
        },
    )


def _name_files_that_disagree(run: Run, results: list) -> None:
    """The commonest reason for a block deserves the names of the two files."""
    found = next((r for r in results if r.rule_id == DISAGREE and r.outcome == "failed"), None)
    if found is None:
        return
    one = json.loads(found.examples)[0]
    names = {load["snapshot_sha256"]: load["file_name"] for load in run.loads}
    files = [names.get(one[key], one[key]) for key in ("file_a", "file_b")]
    key = " ".join(str(one[k]) for k in ("series_code", "area_code", "year", "breakdown")).strip()
    raise BlockedByChecks(
        "two files of one release disagree" if files[0] != files[1] else "a file contradicts itself",
        where=f"release {one['release']}", expected=f"one value of {key}",
        got=f"{one['value_a']} in {files[0]} and {one['value_b']} in {files[1]}; "
            f"{found.n_unexpected:,} such observations",
        next_step=f"localsdg pull forget {one['release']} --file {files[1]}, then localsdg build",
    )


def build(run: Run) -> dict[str, int]:
    """A new warehouse file from the work database; returns rows by table."""
    from localsdg.warehouse.build import BuildFacts
    from localsdg.warehouse.build import build as build_file

    facts = BuildFacts(
        run.run_id, run.version, run.started_at, code_version(run.settings),
        datasets=tuple(_dataset(s, s.path in run.bundled) for s in run.snapshots),
        runs=tuple(read_runs(run.settings)),
        validation=tuple(run.validation),
    )
    run.tables = build_file(run.work, run.built, run.settings, facts)
    return run.tables


def audit(run: Run) -> list[dict]:
    """Audits on the built file; raises `BlockedByChecks` for a critical finding."""
    from localsdg.warehouse.audit import run_audits

    results = run_audits(run.built, run.work, run.settings)
    run.validation += results
    _write_report(run)
    bad = [
        one for one in results
        if one["outcome"] == "errored"
        or (one["outcome"] == "failed" and one["severity"] == "critical")
    ]
    if bad:
        raise BlockedByChecks(
            f"audit {bad[0]['rule_id']} {bad[0]['outcome']}", where="the built warehouse",
            expected=bad[0]["reason"], got=bad[0]["examples"],
            next_step=f"mend the data or the rule ({len(bad)} in all); nothing was published",
        )
    return results


def publish(run: Run) -> dict:
    """Give the built file its name; returns version, sha256 and bytes."""
    from localsdg.warehouse.publish import publish as publish_file

    finished = datetime.now(UTC).replace(microsecond=0, tzinfo=None).isoformat()
    run.manifest = publish_file(run.built, run.settings, run.version, finished)
    return run.manifest


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
    with _run_log(run.settings).open("a", encoding="utf-8") as handle:
        handle.write(json.dumps(row, ensure_ascii=False) + "\n")
    _drop(run)


def _drop(run: Run) -> None:
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
    return tuple(pulled + bundled), frozenset(one.path for one in bundled)


def _without(snapshot: Snapshot, seen: set[tuple[str, str]]) -> Snapshot:
    """The snapshot without files whose very bytes are staged under the same release."""
    files = []
    for file in snapshot.files:
        if (key := (snapshot.release, file.sha256)) not in seen:
            seen.add(key)
            files.append(file)
    return replace(snapshot, files=tuple(files))


def _dataset(snapshot: Snapshot, bundled: bool) -> dict:
    return {
        "source": snapshot.source, "release": snapshot.release, "bundled": bundled,
        "origin": snapshot.origin, "fetched_at": snapshot.fetched_at,
        "files": [
            {"name": file.name, "sha256": file.sha256, "bytes": file.bytes, "url": file.url}
            for file in snapshot.files
        ],
    }


def _sweep(settings: Settings) -> None:
    """Remove what a killed run left; safe because only one run writes."""
    for left in settings.warehouse.glob(".run-*"):
        shutil.rmtree(left, ignore_errors=True)
