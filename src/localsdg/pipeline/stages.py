"""The pipeline as plain functions; `flows/` wraps the same ones for Prefect.

    run = begin_run(settings, live=True)
    with running(run):
        pull(run)
        with opened(run):
            stage(run) -> link(run) -> check(run) -> build(run) -> audit(run) -> publish(run)

Flows and tasks carry the id of a run alone: whatever a run has found stays in
its process, so that no parameter grows with the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError
from localsdg.common.progress import Progress, silent
from localsdg.pipeline.pull import (
    known_failures,
    name_releases_used,
    pull_inbox,
    pull_live,
    pull_service,
    pull_sites,
)
from localsdg.pipeline.run import (
    Run,
    begin_run,
    code_version,
    dataset,
    drop,
    end_run,
    find_run,
    hold,
    open_run,
    read_runs,
    start_run,
    without,
    writing,
)

if TYPE_CHECKING:
    from localsdg.common.settings import Settings

__all__ = [
    "STAGES",
    "begin_run",
    "end_run",
    "find_run",
    "opened",
    "pull",
    "pull_inbox",
    "pull_live",
    "pull_service",
    "pull_sites",
    "read_runs",
    "run_all",
    "running",
    "start_run",
    "writing",
]

STAGES = ("stage", "link", "check", "build", "audit", "publish")


def run_all(
    settings: Settings,
    *,
    live: bool = False,
    series: tuple[str, ...] = (),
    areas: tuple[str, ...] = (),
    only_bundled: bool = False,
    with_bundled: bool = True,
    strict: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Stage, check, build, audit and publish everything available, without Prefect.

    With `live` the service is asked first, for `series` (the evidence's where
    none is named) and `areas`, and all known sites where nothing is named.
    What cannot be pulled is set aside, and the last good snapshots are used;
    it is an error where series or areas were named and none of them came.
    With `strict` nothing is published where anything was set aside (see `publish`).

    Raises `BlockedByChecks` or `LocalsdgError`; the published file is then as
    it was, and the run is in the run log with its reason.
    """
    progress = progress or silent()
    run = begin_run(
        settings,
        live=live,
        series=tuple(series),
        areas=tuple(areas),
        only_bundled=only_bundled,
        with_bundled=with_bundled,
        strict=strict,
    )
    with running(run, progress):
        pull(run, progress)
        with opened(run):
            for name in STAGES:
                with progress.stage(name):
                    globals()[name](run)
    return run


@contextmanager
def running(run: Run, progress: Progress) -> Iterator[Run]:
    """However the block ends, the run log says so."""
    try:
        yield run
    except BaseException as error:
        end_run(run, error)
        raise
    run.seconds = dict(progress.seconds)
    end_run(run)


@contextmanager
def opened(run: Run) -> Iterator[Run]:
    """Hold the lock of the writer; the run's folder is there, with the snapshots to build from."""
    with writing(run.settings):
        open_run(run)
        try:
            known_failures(run)
            yield run
        except BaseException as error:
            end_run(run, error)  # before another run takes the lock and sweeps the folder
            raise


def pull(run: Run, progress: Progress) -> None:
    """The service and the sites where the run is live, and the inbox."""
    if run.live:
        with progress.stage("pull"):
            pull_service(run, progress.step)
            pull_sites(run, progress.step)
    pull_inbox(run)


def check_only(settings: Settings, progress: Progress) -> list[dict]:
    """Stage and check everything at hand in a folder of its own; publishes nothing.

    Raises `BlockedByChecks` when a critical check fails.
    """
    with writing(settings):
        run = start_run(settings)
        try:
            for name in ("stage", "link", "check"):
                with progress.stage(name):
                    globals()[name](run)
        finally:
            drop(run)
    return run.validation


def stage(run: Run) -> list[dict]:
    """All snapshots into the work database; returns the ledger, one dict a file."""
    from localsdg.checks.runner import warm_up
    from localsdg.common.context import RunContext
    from localsdg.common.database import open_work
    from localsdg.sources.opensdg.snapshots import older_good
    from localsdg.staging import ledger
    from localsdg.staging.opensdg import sites as opensdg_sites
    from localsdg.staging.opensdg import stage as opensdg
    from localsdg.staging.raw_folder import intact
    from localsdg.staging.records import decisions
    from localsdg.staging.records import stage as records
    from localsdg.staging.unsd import lists as unsd_lists
    from localsdg.staging.unsd import observations as unsd

    hold(run)
    con = open_work(run.work, run.settings)
    context = RunContext(con, run.settings, run.run_id)
    try:
        ledger.create_ledger(con)
        ledger.set_aside(con, run.run_id, run.set_aside)  # what was left out before staging
        unsd.prepare(con)
        for package in (unsd_lists, opensdg, records, decisions):
            package.prepare(con)
        warm_up()
        seen: set[tuple[str, str]] = set()
        staging = {
            "unsd": (unsd_lists.stage_lists, unsd.stage_observations),
            "m49": (unsd_lists.stage_lists,),
            "reviews": (records.stage_records,),
            "actions": (records.stage_records,),
            "decisions": (decisions.stage_decisions,),
        }
        used = []
        for snapshot in run.snapshots:
            if snapshot.source == opensdg.SOURCE:
                older = older_good(run.settings, snapshot, run.bundled)
                used.append(opensdg.stage_newest(context, chain([snapshot], older)))
                continue
            used.append(snapshot)
            fresh = without(snapshot, seen)
            if snapshot.source != "opensdg":  # a site is verified where it is staged
                fresh, changed = intact(fresh)
                ledger.set_aside(con, run.run_id, changed)
            for stage_one in staging[snapshot.source]:
                stage_one(context, fresh)
        run.snapshots = tuple(filter(None, used))  # of a site, the snapshot that could be read
        opensdg_sites.stage_sites(con, run.snapshots)
        unsd.finish(context)
        opensdg.finish(con)
        name_releases_used(con, run)
        # read at the end: what is of another place is known when all sites are in
        run.loads = [asdict(load) for load in ledger.read_loads(con)]
        run.set_aside = ledger.read_set_aside(con)
    finally:
        con.close()
    if run.set_aside and not run.loads:
        raise LocalsdgError(
            "nothing of the snapshots can be used",
            where=run.settings.raw,
            expected="one file or more",
            got=run.set_aside[0].line,
            next_step="pull it again, or build with the bundle",
        )
    return run.loads


def link(run: Run) -> int:
    """What the texts of actions cite or point to, as suggestions; returns their number."""
    from localsdg.common.context import RunContext
    from localsdg.common.database import open_work
    from localsdg.linking.actions import suggest

    con = open_work(run.work, run.settings)
    try:
        return suggest(RunContext(con, run.settings, run.run_id))
    finally:
        con.close()


def check(run: Run) -> list[dict]:
    """Great Expectations on the staging tables; raises `BlockedByChecks`."""
    from localsdg.checks.blocking import raise_if_blocked
    from localsdg.checks.runner import run_checks

    results = run_checks(
        Path(run.work),
        run.settings,
        docs_dir=run.settings.reports / "data_docs",
        connection=hold(run),
    )
    run.validation = [asdict(one) for one in results]
    report = _write_report(run)
    raise_if_blocked(results, report)
    return run.validation


def _write_report(run: Run) -> Path:
    """One offline page of all that was checked so far."""
    from localsdg.checks.blocking import CheckResult
    from localsdg.checks.report import write_report

    return write_report(
        [CheckResult(**one) for one in run.validation],
        run.settings.reports / "validation.html",
        title="What was checked",
        facts={
            "run": run.run_id,
            "version": run.version,
            "rows": f"{sum(load['rows_out'] for load in run.loads):,}",
            "releases": ", ".join(f"{one.source} {one.release}" for one in run.snapshots),
        },
    )


def build(run: Run) -> dict[str, int]:
    """A new warehouse file from the work database; returns rows by table."""
    from localsdg.staging.ledger import read_set_aside
    from localsdg.warehouse.build import build as build_file
    from localsdg.warehouse.build_facts import BuildFacts

    facts = BuildFacts(
        run.run_id,
        run.version,
        run.started_at,
        code_version(run.settings),
        datasets=tuple(dataset(s, s.path in run.bundled) for s in run.snapshots),
        runs=tuple(read_runs(run.settings)),
        validation=tuple(run.validation),
    )
    run.tables = build_file(run.work, run.built, run.settings, facts)
    run.set_aside = read_set_aside(hold(run))
    return run.tables


def audit(run: Run) -> list[dict]:
    """Audits on the built file; raises `BlockedByChecks` with every critical finding."""
    from localsdg.checks.blocking import CheckResult, raise_if_blocked
    from localsdg.warehouse.audit import run_audits

    results = run_audits(run.built, run.work, run.settings)
    run.validation += results
    report = _write_report(run)
    raise_if_blocked([CheckResult(**one) for one in results], report, rule="audit")
    return results


def publish(run: Run) -> dict:
    """Give the built file its name; returns version, sha256 and bytes.

    Raises `LocalsdgError` in a strict run in which anything was set aside, but
    for the known values of the bundle: they are reviewed, and would stop every run.
    """
    from localsdg.warehouse.publish import publish as publish_file

    pulled = {(s.source, s.release) for s in run.snapshots if s.path not in run.bundled}
    unexpected = [
        item for item in run.set_aside if item.set_aside_kind != "value" or (item.source, item.release) in pulled
    ]
    if run.strict and unexpected:
        raise LocalsdgError(
            f"{len(unexpected)} set aside in a strict run",
            where=run.settings.raw,
            expected="nothing set aside",
            got=unexpected[0].line,
            next_step="run it without --strict to publish the rest and read the list",
        )

    finished = datetime.now(UTC).replace(microsecond=0, tzinfo=None).isoformat()
    run.manifest = publish_file(run.built, run.settings, run.version, finished)
    return run.manifest
