"""The pipeline: one list of stages, run in order by `execute`; `flows/` hands it a way to run each as a Prefect task.

    run = begin_run(settings, live=True)
    execute(run)

A stage is a plain function of the run. Prefect's tasks carry the id of the
run alone: whatever a run has found stays in its process, so that no parameter
grows with the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from localsdg.common.errors import LocalsdgError
from localsdg.common.progress import Progress
from localsdg.pipeline.alerts.notify import alert_run
from localsdg.pipeline.patience import pull_again
from localsdg.pipeline.pull import (
    known_failures,
    name_releases_used,
    pull_inbox,
    pull_live,
    pull_service,
    pull_sites,
    pull_tables,
)
from localsdg.pipeline.retention import clear_old
from localsdg.pipeline.room import full_disk_named, need_room, room_for
from localsdg.pipeline.run import (
    Run,
    RunOptions,
    at_end,
    begin_run,
    end_run,
    find_run,
    open_run,
    start_run,
    writing,
)
from localsdg.pipeline.run_log import RunStatus, code_version, read_runs
from localsdg.pipeline.run_row import BUILDING, run_row
from localsdg.pipeline.snapshots import dataset
from localsdg.pipeline.stage_log import logged_stage, report_end
from localsdg.pipeline.unchanged import (
    confirm,
    has_other_sources,
    has_same_data,
    keep_published,
    note_published,
    publication_facts,
    read_inputs,
)
from localsdg.pipeline.under_way import marked

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.warehouse.publication_diff import PublicationDiff

at_end(report_end)  # before the alert, which may point to it
at_end(alert_run)

__all__ = [
    "PULLS",
    "STAGES",
    "Stage",
    "UNTIL_CHECK",
    "begin_run",
    "check_only",
    "end_run",
    "execute",
    "find_run",
    "opened",
    "pull_again",
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


@dataclass(frozen=True)
class Stage:
    """One step of a run: its name, what it does, and the name that its time is counted under."""

    name: str
    action: Callable[[Run], object]
    timed_as: str | None  # None: not timed
    only_live: bool = False  # left out where the run pulls nothing
    summary: str = ""  # what it does, as a page of runs names it

    def __call__(self, run: Run, action: Callable[[Run], object] | None = None) -> None:
        """Do it, timed and logged; `action` does the same in another way, such as in Prefect's tasks."""
        with logged_stage(run, self.name), run.progress.stage(self.timed_as) if self.timed_as else nullcontext():
            (action or self.action)(run)


def execute(run: Run, perform: Callable[[Stage, Run], object] = Stage.__call__) -> Run:
    """Pull what is asked for, then stage, link, check, build, audit, compare and publish.

    Where the published file was built from the same inputs, no stage is run:
    the file stays, and the run ends as `unchanged`.

    `perform` runs one stage in its own way, such as a Prefect task. The
    writer's lock is held from the first stage after the pulls. Raises what a
    stage raises; the published file is then as it was, and the run log has the
    reason.
    """
    with running(run):
        for pull in PULLS:
            if run.live or not pull.only_live:
                perform(pull, run)
        with opened(run):
            if not keep_published(run):
                need_room(run)  # again: the pulls have taken some
                for step in STAGES:
                    perform(step, run)
    return run


def run_all(settings: Settings, progress: Progress | None = None, **options: Unpack[RunOptions]) -> Run:
    """Stage, check, build, audit and publish everything available, without Prefect.

    With `live` the service is asked first, for `series` (the evidence's where
    none is named) and `areas`, and all known sites where nothing is named.
    What cannot be pulled is set aside, and the last good snapshots are used;
    it is an error where series or areas were named and none of them came.
    With `strict` nothing is published where anything was set aside (see `publish`).

    Raises `BlockedByChecks` or `LocalsdgError` as `execute`.
    """
    return execute(begin_run(settings, progress, **options))


@contextmanager
def running(run: Run) -> Iterator[Run]:
    """However the block ends, the run log says so; a full disk is named, and found before the block where it can be."""
    with marked(run):
        try:
            with room_for(run):
                yield run
        except BaseException as error:
            end_run(run, error)
            raise
        end_run(run)


@contextmanager
def opened(run: Run) -> Iterator[Run]:
    """Hold the lock of the writer; the run's folder is there, with the snapshots to build from."""
    with writing(run.settings, run):
        open_run(run)
        try:
            with full_disk_named(run):
                known_failures(run)
                read_inputs(run)
                yield run
        except BaseException as error:
            end_run(run, error)  # before another run takes the lock and sweeps the folder
            raise


def check_only(settings: Settings, progress: Progress) -> list[dict]:
    """Stage and check everything available in a folder of its own; publishes nothing.

    Raises `BlockedByChecks` when a critical check fails.
    """
    run = begin_run(settings, progress, command="check")
    with writing(settings, run):
        try:
            open_run(run)
            for step in UNTIL_CHECK:
                step(run)
        finally:
            run.ended = True  # it publishes nothing, and is not in the run log
            run.drop()
    return run.validation


def stage(run: Run) -> list[dict]:
    """All snapshots into the work database; returns the ledger, one dict a file.

    Where a new snapshot lost too much of what is published, staging is done again with the last good one.
    """
    from localsdg.pipeline.guard import hold_losses, name_held_sources
    from localsdg.pipeline.worker_processes import fill_parts_by_processes

    fill_parts_by_processes(run)
    before = run.set_aside
    _stage_all(run)
    if held := hold_losses(run):
        run.set_aside = before + held
        run.clear_work()
        _stage_all(run)
        name_held_sources(run, held)
    return run.loads


def _stage_all(run: Run) -> None:
    from localsdg.checks.runner import warm_up
    from localsdg.staging import ledger
    from localsdg.staging.kept import StagedParts
    from localsdg.staging.registered import registered
    from localsdg.staging.source import Staging, stage_snapshots

    with run.context() as context:
        con = context.con
        ledger.create_ledger(con)
        ledger.set_aside(con, run.run_id, run.set_aside)  # what was left out before staging
        if has_other_sources(run):  # else the checks may find their results kept, and do without it
            warm_up()
        # of a site, the snapshot that could be read
        parts = StagedParts(run.kept, run.settings)
        run.snapshots = tuple(stage_snapshots(Staging(context, run.bundled, parts), registered(), run.snapshots))
        run.notes += [line for line in parts.notes if line not in run.notes]
        name_releases_used(con, run)
        # read at the end: what is of another place is known when all sites are in
        run.loads = [asdict(load) for load in ledger.read_loads(con)]
        run.set_aside = ledger.read_set_aside(con)
    if run.set_aside and not run.loads:
        raise LocalsdgError(
            "nothing of the snapshots can be used",
            where=run.settings.raw,
            expected="one file or more",
            got=run.set_aside[0].line,
            next_step="pull it again, or build with the bundle",
        )


def link(run: Run) -> int:
    """What the texts of actions and the titles of local indicators point to, as suggestions; returns their number."""
    from localsdg.linking.actions import suggest_for_actions
    from localsdg.linking.shared_linker import SharedLinker
    from localsdg.linking.titles import suggest_for_titles

    with run.context() as context, SharedLinker(run.settings, run.kept) as linker:
        suggested = suggest_for_actions(context, linker)
        of_titles = suggest_for_titles(context, linker)
    run.without_model = suggested.line
    return suggested.rows + of_titles


def check(run: Run) -> list[dict]:
    """Great Expectations on the staging tables; raises `BlockedByChecks`."""
    from localsdg.checks.blocking import raise_if_blocked
    from localsdg.checks.runner import run_checks

    results = run_checks(Path(run.work), run.settings, connection=run.connection())
    run.validation += [asdict(result) for result in results]
    report = _write_report(run)
    raise_if_blocked(results, report)
    return run.validation


def _write_report(run: Run) -> Path:
    """One offline page of all that was checked so far."""
    from localsdg.checks.blocking import CheckResult
    from localsdg.checks.report import write_report

    return write_report(
        [CheckResult(**result) for result in run.validation],
        run.settings.reports / "validation.html",
        title="What was checked",
        facts={
            "run": run.run_id,
            "version": run.version,
            "rows": f"{sum(load['rows_out'] for load in run.loads):,}",
            "releases": ", ".join(f"{result.source} {result.release}" for result in run.snapshots),
        },
    )


def build(run: Run) -> dict[str, int]:
    """A new warehouse file from the work database; returns rows by table."""
    from localsdg.pipeline.accepted import read_accepted
    from localsdg.staging.ledger import read_set_aside
    from localsdg.warehouse.build import build as build_file
    from localsdg.warehouse.build_facts import BuildFacts

    run_info = BuildFacts(
        run.run_id,
        run.version,
        run.started_at,
        code_version(run.settings),
        datasets=tuple(dataset(s, s.path in run.bundled) for s in run.snapshots),
        runs=(*read_runs(run.settings), run_row(run, BUILDING)),
        validation=tuple(run.validation),
        accepted=tuple(one.as_row() for one in read_accepted(run.settings)),
    )
    run.tables = build_file(run.work, run.built, run.settings, run_info)
    run.set_aside = read_set_aside(run.connection())
    return run.tables


def audit(run: Run) -> list[dict]:
    """Audits on the built file; raises `BlockedByChecks` with every critical finding."""
    from localsdg.checks.blocking import CheckResult, raise_if_blocked
    from localsdg.warehouse.audit import run_audits

    results = run_audits(run.built, run.work, run.settings)
    run.validation += results
    report = _write_report(run)
    raise_if_blocked([CheckResult(**result) for result in results], report, rule="audit")
    return results


def compare(run: Run) -> PublicationDiff | None:
    """What the built file changes in the published one, which it keeps; None for the first publication.

    It only tells people: a published file that cannot be read stops no new one.
    """
    from localsdg.staging.ledger import reason_in_short
    from localsdg.warehouse.kept_tables import unchanged_tables
    from localsdg.warehouse.publication_diff import compare_publications
    from localsdg.warehouse.publication_record import record_changes

    if run.settings.published.exists():
        try:
            same = unchanged_tables(run.built)
            run.changes = compare_publications(run.settings.published, run.built, run.settings, unchanged=same)
            record_changes(run.built, run.changes)
        except Exception as error:
            run.notes.append(f"not compared with the published file: {reason_in_short(error)}")
    return run.changes


def publish(run: Run) -> dict:
    """Give the built file its name, unless it adds nothing to the published one; returns version, sha256 and bytes.

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
    if release := has_same_data(run):
        confirm(run, release)
        return run.manifest
    row = {**run_row(run, RunStatus.PUBLISHED), "finished_at": finished}
    row["seconds"].pop("publish", None)  # it has only begun
    run.manifest = publish_file(run.built, run.settings, run.version, finished, row, publication_facts(run))
    note_published(run)
    _keep_changes(run)
    clear_old(run)
    with suppress(OSError):  # a folder of parts that cannot be read undoes no publication
        run.kept.sweep(run.settings.keep_parts_mb * 1_000_000)
    return run.manifest


def _keep_changes(run: Run) -> None:
    """What the publication changed, beside its kept version; a failure is a note of the run."""
    from localsdg.warehouse.publication_files import keep_changes

    if run.changes is not None and (fault := keep_changes(run.changes, run.settings, run.version)):
        run.notes.append(fault)


#: What brings data into `data/raw`, before the lock is held.
PULLS = (
    Stage("pull indicators", pull_service, "pull", only_live=True, summary="ask the UN service for its series"),
    Stage("pull sites", pull_sites, "pull", only_live=True, summary="ask the local sites"),
    Stage("pull tables", pull_tables, "pull", only_live=True, summary="ask the addresses of tables again"),
    Stage("pull again", pull_again, "pull", only_live=True, summary="ask again what did not answer"),
    Stage("pull records", pull_inbox, None, summary="take in the files of the inbox"),
)
#: What makes the warehouse of it.
STAGES = (
    Stage("stage", stage, "stage", summary="read the snapshots into staging tables"),
    Stage("link", link, "link", summary="link texts to goals and targets"),
    Stage("check", check, "check", summary="check the staging tables"),
    Stage("build", build, "build", summary="build the new warehouse file"),
    Stage("audit", audit, "audit", summary="audit the new file"),
    Stage("compare", compare, "compare", summary="compare it with the published version"),
    Stage("publish", publish, "publish", summary="publish the new version"),
)
#: What comes before anything is made.
UNTIL_CHECK = STAGES[:3]
