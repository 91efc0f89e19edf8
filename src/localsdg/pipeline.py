"""The pipeline as plain functions; `flows/` wraps them for Prefect.

    run = start_run(settings)
    stage(run) -> link(run) -> check(run) -> build(run) -> audit(run) -> publish(run)

Each function takes and returns paths and small facts, never frames or
connections, so that a task runner can carry them anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.errors import BlockedByChecks, LocalsdgError
from localsdg.progress import Progress, silent
from localsdg.registry.evidence import evidence_series
from localsdg.runs import (
    Run,
    code_version,
    dataset,
    drop,
    end_run,
    hold,
    read_runs,
    start_run,
    without,
    writing,
)

if TYPE_CHECKING:
    from localsdg.settings import Settings
    from localsdg.sources.snapshot import Snapshot

#: All rows of the first observation whose rows differ, and how many such there are.
_DISAGREEING = """
select
    o.release,
    concat_ws(' ', o.series_code, o.area_code, o.year, nullif(b.breakdown, '')) as observation,
    o.value_raw, o.snapshot_sha256,
    (select count(*) from staging.unsd_key where not is_consistent) as n_observations
from staging.unsd_observation as o
join staging.unsd_breakdown as b using (release, published_series_code, published_breakdown)
where hash(o.release, o.series_code, o.area_code, o.year, o.reporting_type, b.breakdown) = (
    select observation_key from staging.unsd_key where not is_consistent
    order by staged_row limit 1
)
order by o.value_raw, o.snapshot_sha256
"""
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
    none is named) and `areas`. With `strict` nothing is published where
    anything was set aside.

    Raises `BlockedByChecks` or `LocalsdgError`; the published file is then as
    it was, and the run stands in the run log with its reason.
    """
    progress = progress or silent()
    notes = []
    if live:
        with progress.stage("pull"):
            pull_live(settings, series=series, areas=areas, progress=progress.step)
            if not series and not areas:
                pulls = pull_sites(settings, progress.step)
                notes += [f"{one.site_id}: {one.message}" for one in pulls if one.outcome == "failed"]
    notes += [line for line in pull_inbox(settings) if not line.endswith(": taken")]
    with writing(settings):
        run = start_run(
            settings, only_bundled=only_bundled, with_bundled=with_bundled, strict=strict
        )
        run.notes = notes
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


def sdg_reader(settings: Settings) -> Callable[[str], object]:
    """Reads what a record declares about the SDGs, against the codes of the lists at hand."""
    from localsdg.linking.declared import parse_declared
    from localsdg.sources.records import sdg_codes

    known = sdg_codes(settings)
    return lambda text: parse_declared(text, known)


def pull_inbox(settings: Settings) -> list[str]:
    """Take in what lies in `data/raw/inbox/`; returns a line a file, refused ones too."""
    from localsdg.sources.records import take_inbox

    if not (settings.raw / "inbox").is_dir():
        return []
    results = take_inbox(settings, read_sdgs=sdg_reader(settings))
    return [f"{one.path.name}: {one.error or 'taken'}" for one in results]


def pull_sites(settings: Settings, progress: Callable[[int, int, str], None] | None = None) -> list:
    """All sites of the list, side by side; one that fails is told and stays at its last good snapshot."""
    from localsdg.sources import opensdg

    sites = [one for one in opensdg.list_sites(settings.sites).values() if one.base_url or one.repository]
    return opensdg.pull_sites(settings, sites, progress=progress)


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
    from localsdg.duck import open_work
    from localsdg.sources.opensdg_keep import older_good
    from localsdg.sources.records import vocabulary
    from localsdg.staging import decisions, ledger, opensdg, opensdg_sites, records, unsd, unsd_lists

    hold(run)
    con = open_work(run.work, run.settings)
    try:
        ledger.create_ledger(con)
        ledger.set_aside(con, run.run_id, run.set_aside)  # what was left out before staging
        unsd.prepare(con)
        for floor in (unsd_lists, opensdg, records, decisions):
            floor.prepare(con)
        warm_up()
        seen: set[tuple[str, str]] = set()
        words = vocabulary(run.settings, sdg_reader(run.settings))
        record_stage = partial(records.stage_records, vocabulary=words)
        staging = {
            "unsd": (unsd_lists.stage_lists, unsd.stage_observations),
            "m49": (unsd_lists.stage_lists,),
            "reviews": (record_stage,),
            "actions": (record_stage,),
            "decisions": (partial(decisions.stage_decisions, vocabulary=words),),
        }
        used = []
        for snapshot in run.snapshots:
            if snapshot.source == opensdg.SOURCE:
                older = older_good(run.settings, snapshot, run.bundled)
                used.append(opensdg.stage_newest(con, chain([snapshot], older), run.run_id))
                continue
            used.append(snapshot)
            fresh = without(snapshot, seen)
            for stage_one in staging[snapshot.source]:
                stage_one(con, fresh, run.settings.sql, run.run_id)
        run.snapshots = tuple(filter(None, used))  # of a site, the snapshot that could be read
        opensdg_sites.stage_sites(con, run.snapshots)
        unsd.finish(con, run.settings.sql)
        opensdg.finish(con)
        # read at the end: what is of another place is known when all sites are in
        run.loads = [asdict(load) for load in ledger.read_loads(con)]
        run.set_aside = ledger.read_set_aside(con)
    finally:
        con.close()
    return run.loads


def link(run: Run) -> int:
    """What the texts of actions cite or point to, as suggestions; returns their number."""
    from localsdg.duck import open_work
    from localsdg.linking.actions import suggest
    from localsdg.linking.links import Elements
    from localsdg.sources.records import sdg_codes

    con = open_work(run.work, run.settings)
    try:
        return suggest(con, run.settings, Elements.of(sdg_codes(run.settings)))
    finally:
        con.close()


def check(run: Run) -> list[dict]:
    """Great Expectations on the staging tables; raises `BlockedByChecks`."""
    from localsdg.checks.blocking import raise_if_blocked
    from localsdg.checks.runner import run_checks

    results = run_checks(
        Path(run.work), run.settings, docs_dir=run.settings.reports / "data_docs",
        connection=hold(run),
    )
    run.validation = [asdict(one) for one in results]
    report = _write_report(run)
    _name_files_that_disagree(run)
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
            "run": run.run_id, "version": run.version,
            "rows": f"{sum(load['rows_out'] for load in run.loads):,}",
            "releases": ", ".join(f"{one.source} {one.release}" for one in run.snapshots),
        },
    )


def _name_files_that_disagree(run: Run) -> None:
    """The commonest reason for a block deserves the names of the two files."""
    found = hold(run).execute(_DISAGREEING).fetchall()
    if not found:
        return
    release, key, text, sha, others = found[0]
    one = (text, sha)
    two = next(((row[2], row[3]) for row in found if row[2] != text), one)
    ours = {file.sha256 for snapshot in run.snapshots if snapshot.path in run.bundled
            for file in snapshot.files}
    names = {load["snapshot_sha256"]: load["file_name"] for load in run.loads}
    forget = one if two[1] in ours else two
    raise BlockedByChecks(
        "two files of one release disagree" if one[1] != two[1] else "a file contradicts itself",
        where=f"release {release}", expected=f"one value of {key}",
        got=f"{one[0]} in {names[one[1]]} and {two[0]} in {names[two[1]]}; "
            f"{others:,} such observations",
        next_step=f"localsdg pull forget {release} --file {names[forget[1]]}, then localsdg build",
    )


def build(run: Run) -> dict[str, int]:
    """A new warehouse file from the work database; returns rows by table."""
    from localsdg.staging.ledger import read_set_aside
    from localsdg.warehouse.build import BuildFacts
    from localsdg.warehouse.build import build as build_file

    facts = BuildFacts(
        run.run_id, run.version, run.started_at, code_version(run.settings),
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

    Raises `LocalsdgError` in a strict run in which anything was set aside.
    """
    from localsdg.warehouse.publish import publish as publish_file

    if run.strict and run.set_aside:
        raise LocalsdgError(
            f"{len(run.set_aside)} set aside in a strict run", where=run.settings.raw,
            expected="nothing set aside", got=run.set_aside[0].line,
            next_step="run it without --strict to publish the rest and read the list",
        )

    finished = datetime.now(UTC).replace(microsecond=0, tzinfo=None).isoformat()
    run.manifest = publish_file(run.built, run.settings, run.version, finished)
    return run.manifest


