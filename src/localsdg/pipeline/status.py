"""What is published, how old each source is, how the last runs ended, what is under way and what comes next.

Whatever cannot be read is stated under `unreadable`, and the rest is read:
the status is what people ask for when something is broken.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.errors import LocalsdgError
from localsdg.pipeline.run_log import RunStatus, read_runs, unreadable_log
from localsdg.pipeline.schedule_times import schedule_facts
from localsdg.pipeline.snapshots import available_snapshots
from localsdg.pipeline.source_history import (
    DataInUse,
    days_between,
    newest,
    newest_of_each,
    snapshot_name,
    source_states,
    sources_asked,
)
from localsdg.pipeline.unchanged import last_confirmed
from localsdg.pipeline.under_way import killed_row, runs_under_way, writer

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.sources.snapshot import Snapshot

#: Runs and pulls that are listed.
N_RUNS = 5
_RELEASE = "select version, built_at, code_version from meta.release"
_SITES = (
    "select site_id, local_government_id, n_with_data, n_placeholders, n_official, "
    "first_year, last_year, fetched_at from core.local_site order by site_id"
)
_DATASETS = "select source, release, fetched_at, dataset like '%(bundled)' as bundled from meta.dataset"


def status(settings: Settings, now: datetime | None = None) -> dict:
    """The published file, the available snapshots, each source, the last runs, what is under way and what comes next.

    Times are UTC, ISO 8601. Nothing is written, and nothing that cannot be read is an error.
    """
    now = now or datetime.now(UTC)
    unreadable: list[str] = []
    marks = runs_under_way(settings)
    killed = [killed_row(settings, one) for one in marks if not one["is_running"]]
    rows = sorted([*read_runs(settings), *killed], key=lambda row: row["started_at"])
    under_way = [one for one in marks if one["is_running"]]
    published, datasets, sites = _published(settings, rows, unreadable)
    snapshots, bundled = _snapshots(settings, unreadable)
    in_use = _in_use(datasets, snapshots)
    available = newest_of_each(snapshots, bundled)
    if in_use:  # what a published file leaves out of the bundle was left out on purpose
        available = {key: one for key, one in available.items() if key in in_use or not one.bundled}
    states = source_states(rows, in_use, available, sources_asked(settings))
    runs = [row for row in rows if not _is_pull(row)]
    last_run = runs[-1] if runs else None
    return {
        "checked_at": now.replace(microsecond=0, tzinfo=None).isoformat(),
        "published": published
        and {
            **published,
            "days_old": _days(str(published["built_at"]), now),
            "confirmed_at": last_confirmed(settings, published["version"]),
        },
        "last_run": last_run,
        "last": rows[-1] if rows else None,
        "run_log_problem": unreadable_log(settings),
        "set_aside": last_run
        and {
            "run_id": last_run["run_id"],
            "n": last_run["set_aside"],
            "kinds": last_run.get("set_aside_kinds") or {},
            "lines": last_run["set_aside_lines"],
        },
        "sources": [{**asdict(one), "days_old": _rounded(one.days_old(now))} for one in states],
        "schedule": schedule_facts(settings, [*rows, *under_way], now),
        "under_way": under_way,
        "writer": writer(settings),
        "unreadable": unreadable,
        "snapshots": [_snapshot(one, one.path in bundled) for one in snapshots],
        "sites": sites,
        "runs": rows[-N_RUNS:],
    }


def problems(state: dict, older_than: float | None = None) -> list[str]:
    """What a monitor should report, a line each: the last run or pull failed, a run did not begin, sources are old.

    `older_than` is in days since a source was last fetched or confirmed; only
    sources that a live run asks for can be too old.
    """
    lines = []
    last = state["last"]
    for row in {row["run_id"]: row for row in (state["last_run"], last) if row}.values():
        if row["status"] in (RunStatus.FAILED, RunStatus.BLOCKED):
            reason = (row["detail"] or "").partition(" | next: ")[0]  # an error states its own next step
            detail = f": {reason}" if reason else ""
            what = "pull" if _is_pull(row) else "run"
            lines.append(f"the last {what}, of {row['started_at']} UTC, {_ended(row['status'])}{detail}")
    if state["run_log_problem"]:
        lines.append(f"the run log cannot be read, so that how the runs ended is not known: {state['run_log_problem']}")
    if not state["published"]:
        lines.append("nothing is published")
    elif state["published"].get("problem"):
        lines.append(f"the published file cannot be read: {state['published']['problem']}")
    schedule = state["schedule"] or {}
    if schedule.get("missed"):
        lines.append(f"the run that was scheduled for {schedule['missed']} UTC did not begin")
    if schedule.get("problem"):
        lines.append(f"the schedule does not run as it should: {schedule['problem']}")
    for one in state["sources"] if older_than is not None else ():
        if one["is_asked"] and (one["days_old"] is None or one["days_old"] > older_than):
            age = f"was last confirmed {one['confirmed_at'][:10]}" if one["confirmed_at"] else "has no data"
            reason = f": {one['reason']}" if one["reason"] else ""
            lines.append(f"{one['source']} {one['name']} {age}, {older_than:g} days are allowed{reason}")
    return lines


def _ended(status: str) -> str:
    return "was blocked by a check" if status == RunStatus.BLOCKED else "failed"


def _is_pull(row: dict) -> bool:
    """A pull; lines of earlier versions name it in their reason alone."""
    return (row["command"] or row["detail"] or "").startswith("pull ")


def _published(settings: Settings, rows: list[dict], unreadable: list[str]) -> tuple[dict | None, list[dict], list]:
    """The published file, the data sets in it, and its sites."""
    from localsdg.warehouse.query_rows import rows_of_each

    if not settings.published.exists():
        return None, [], []

    file = str(settings.published)
    try:
        (release,), datasets, sites = rows_of_each(settings, _RELEASE, _DATASETS, _SITES)
        return {**release, "file": file}, datasets, sites
    except Exception as error:  # a damaged file may fail in any way
        problem = error.reason if isinstance(error, LocalsdgError) else f"{type(error).__name__}: {error}"
        unreadable.append(problem)
        versions = [(row["version"], row["finished_at"]) for row in rows if row["status"] == RunStatus.PUBLISHED]
        version, built_at = versions[-1] if versions else (None, None)
        facts = {"version": version, "built_at": built_at, "code_version": None, "file": file, "problem": problem}
        return facts, [], []


def _snapshots(settings: Settings, unreadable: list[str]) -> tuple[tuple[Snapshot, ...], frozenset[Path]]:
    try:
        snapshots, bundled, aside = available_snapshots(settings, False, True)
    except LocalsdgError as error:  # there is none
        unreadable.append(error.reason)
        return (), frozenset()
    unreadable += [item.line for item in aside]
    return snapshots, bundled


def _in_use(datasets: list[dict], snapshots: tuple[Snapshot, ...]) -> dict[tuple[str, str], DataInUse]:
    """What the published file was built from, by source and name."""
    names = {(one.source, one.release): snapshot_name(one) for one in snapshots}
    return newest(
        DataInUse(
            one["source"],
            names.get((one["source"], one["release"])) or _stated_name(one["source"], one["release"]),
            one["release"],
            one["fetched_at"],
            one["bundled"],
        )
        for one in datasets
    )


def _stated_name(source: str, release: str) -> str:
    """The name of a source of which the snapshot is gone: a site's release is `site@day`."""
    return "indicators" if source == "unsd" else release.partition("@")[0] if "@" in release else source


def _snapshot(snapshot: Snapshot, bundled: bool) -> dict:
    return {
        "source": snapshot.source,
        "release": snapshot.release,
        "site_id": snapshot.extra.get("site_id"),
        "files": len(snapshot.files),
        "bytes": sum(file.bytes for file in snapshot.files),
        "origin": snapshot.origin,
        "bundled": bundled,
        "fetched_at": snapshot.fetched_at,
    }


def _days(moment: str, now: datetime) -> float | None:
    return _rounded(days_between(moment, now))


def _rounded(days: float | None) -> float | None:
    return None if days is None else round(days, 2)
