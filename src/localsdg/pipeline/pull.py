"""What a run pulls: the UN service, the local sites, the inbox. What fails is set aside, the rest goes on.

Each function takes the run, and adds to `run.set_aside` what it could not
get. Only where everything that was asked for by name failed is it an error.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from localsdg.common.errors import LocalsdgError, UsageError
from localsdg.common.progress import ShowStep
from localsdg.pipeline.outcome import SourceOutcome, SourceStatus, Waiting
from localsdg.registry.evidence import evidence_series
from localsdg.registry.rules import rule_reason
from localsdg.staging.ledger import SetAside

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings
    from localsdg.pipeline.run import Run
    from localsdg.registry.local_sites import Site
    from localsdg.sources.opensdg.sites import SitePull
    from localsdg.sources.records.intake import InboxResult
    from localsdg.sources.snapshot import Snapshot
    from localsdg.sources.unsd.plan import PullRequest

#: Pulls a list of sites in its own way.
SitePuller: TypeAlias = "Callable[[list[Site]], list[SitePull]]"
#: Sites that are asked before all others: where there is no network, the rest is not asked.
FIRST_SITES = 4
_LONGEST_DETAIL = 500


def pull_service(run: Run) -> None:
    """UN series for the run: those named, else those of the evidence.

    Raises what `pull_live` raises where series or areas were named and none
    of them came, and `UsageError` for a wrong call.
    """
    from localsdg.sources.http.failures import REFUSED, again_after
    from localsdg.sources.unsd.plan import PullRequest

    try:
        request = PullRequest(run.series, run.areas)
        snapshot = pull_live(run.settings, request, progress=run.progress.step)
    except UsageError:
        raise
    except Exception as error:  # the service may do anything; the sites and the build go on
        wait, named = again_after(error), bool(run.series or run.areas)
        if named and (wait is None or not run.patience):
            raise
        if wait is not None:
            run.waiting["unsd", "indicators"] = Waiting(wait, error if named else None)
        run.set_aside.append(
            SetAside(
                "unsd",
                "snapshot",
                "the newest release",
                "PULL-U01",
                rule_reason("PULL-U01"),
                detail=_reason(error),
            )
        )
        run.sources.append(SourceOutcome("unsd", "indicators", SourceStatus.FAILED, reason=_reason(error)))
        return
    failed = failed_parts(snapshot, run.series)
    run.set_aside += failed
    if any(REFUSED not in (item.detail or "") for item in failed):
        run.waiting["unsd", "indicators"] = Waiting()
    run.sources.append(service_outcome(run, snapshot, failed))


def service_outcome(run: Run, snapshot: Snapshot, failed: list[SetAside]) -> SourceOutcome:
    """How the UN service fared that gave the snapshot, without the series and lists that failed."""
    status = SourceStatus.REFRESHED if snapshot.fetched_at >= run.started_at else SourceStatus.UNCHANGED
    reason = failed[0].line if failed else None
    return SourceOutcome(
        "unsd",
        "indicators",
        SourceStatus.FAILED if failed else status,
        snapshot.release,
        snapshot.fetched_at,
        reason,
    )


def failed_parts(snapshot: Snapshot, series: Iterable[str] = ()) -> list[SetAside]:
    """The series and lists that a snapshot of the UN service lacks because their pull failed."""
    from localsdg.sources.unsd.pull import failures

    items = []
    for failure in failures(snapshot, series):
        set_aside_kind, rule = ("series", "PULL-U02") if "series" in failure else ("file", "PULL-U03")
        items.append(
            SetAside(
                snapshot.source,
                set_aside_kind,
                failure.get("series") or failure["list"],
                rule,
                rule_reason(rule),
                release=snapshot.release,
                detail=_reason(failure["reason"]),
            )
        )
    return items


def known_failures(run: Run) -> None:
    """Add what the newest pulled UN release lacks, also where an earlier command pulled it."""
    from localsdg.registry.releases import release_order

    pulled = [item for item in run.snapshots if item.source == "unsd" and item.path not in run.bundled]
    if not pulled:
        return
    newest = max(pulled, key=lambda item: release_order(item.release))
    named = {(item.set_aside_kind, item.set_aside_name) for item in run.set_aside}
    run.set_aside += [item for item in failed_parts(newest) if (item.set_aside_kind, item.set_aside_name) not in named]


def name_releases_used(con: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Complete `audit.quarantine`: for each series that was not pulled, the newest release that holds it."""
    from localsdg.registry.releases import release_order

    series = sorted({item.set_aside_name for item in run.set_aside if item.rule_id == "PULL-U02"})
    if series:
        held = con.execute(
            "select series_code, list(distinct release) from staging.observation "
            "where series_code in (select unnest(?)) group by series_code",
            [series],
        ).fetchall()
        for code, releases in held:
            con.execute(
                "update audit.quarantine set used_instead = ? where set_aside_name = ? "
                "and rule_id = 'PULL-U02' and used_instead is null",
                [f"release {max(releases, key=release_order)}", code],
            )
    if any(item.rule_id == "PULL-U01" for item in run.set_aside):
        con.execute(
            "update audit.quarantine set used_instead = 'the newest available release of each series' "
            "where rule_id = 'PULL-U01' and used_instead is null"
        )


def pull_live(
    settings: Settings, request: PullRequest, *, everything: bool = False, progress: ShowStep | None = None
) -> Snapshot:
    """Pull series from the service: those named, else those of the evidence, else all.

    A series of the evidence that the service no longer lists (or lists under
    its newer name) is passed over; a named one that it does not list is an
    error. Raises `UsageError` and `LocalsdgError` as `pull_indicators` does.
    """
    from localsdg.sources.unsd.pull import pull_indicators

    if not request.series and not everything:
        request = replace(request, series=tuple(sorted(evidence_series())), only_listed=True)
    return pull_indicators(settings, request, progress=progress)


def pull_sites(
    run: Run,
    pull_some: SitePuller | None = None,
    only: Collection[str] | None = None,
) -> list[SitePull]:
    """All known sites (or `only` those), for a run that names no series or area; returns what happened to each.

    `pull_some` pulls a list of sites in its own way; by default side by side
    in this process. Where none of the first few sites can even be connected
    to, the others are not asked.
    """
    from localsdg.sources.opensdg import sites as opensdg
    from localsdg.sources.opensdg.snapshots import PullOutcome

    if run.series or run.areas:
        return []
    known = opensdg.known_sites(run.settings)
    if only is None:
        run.set_aside += site_list_faults(known.faults)
    pull_some = pull_some or (lambda sites: opensdg.pull_sites(run.settings, sites, progress=run.progress.step))
    asked = [site for site in known.with_address if only is None or site.site_id in only]
    first, rest = asked[:FIRST_SITES], asked[FIRST_SITES:]
    pulls = pull_some(first) if first else []
    if rest and pulls and all(pull.unreached for pull in pulls):
        run.set_aside.append(
            SetAside(
                "opensdg",
                "site",
                f"all {len(asked)} sites",
                "PULL-S03",
                rule_reason("PULL-S03"),
                detail=_reason(pulls[0].reason),
                used_instead="the last good snapshot of each",
            )
        )
        run.sources += [
            SourceOutcome("opensdg", site.site_id, SourceStatus.FAILED, reason=_reason(pulls[0].reason))
            for site in asked
        ]
        run.waiting |= {("opensdg", site.site_id): Waiting() for site in asked}
        return pulls
    pulls += pull_some(rest) if rest else []
    run.sources += [site_outcome(pull) for pull in pulls]
    run.waiting |= {
        ("opensdg", pull.site_id): Waiting(pull.again_after) for pull in pulls if pull.again_after is not None
    }
    run.set_aside += [failed_site(pull) for pull in pulls if pull.outcome == PullOutcome.FAILED]
    return pulls


def pull_tables(run: Run, only: Collection[str] | None = None) -> None:
    """The tables that were pulled from an address before, each with the mapping of its newest snapshot."""
    from localsdg.sources.http.failures import again_after
    from localsdg.sources.table.pull import newest_of_addresses, pull_again

    if run.series or run.areas:
        return
    for snapshot in newest_of_addresses(run.settings):
        name = str(snapshot.extra["site_id"])
        if only is not None and name not in only:
            continue
        try:
            pulled = pull_again(run.settings, snapshot)
            status = SourceStatus.REFRESHED if pulled.is_new else SourceStatus.UNCHANGED
            run.sources.append(SourceOutcome(snapshot.source, name, status, pulled.snapshot.release))
        except Exception as error:  # whatever one address serves, the others are pulled
            if (wait := again_after(error)) is not None:
                run.waiting[snapshot.source, name] = Waiting(wait)
            run.sources.append(
                SourceOutcome(snapshot.source, name, SourceStatus.FAILED, snapshot.release, reason=_reason(error))
            )
            run.set_aside.append(
                SetAside(
                    snapshot.source,
                    "site",
                    name,
                    "PULL-T01",
                    rule_reason("PULL-T01"),
                    detail=_reason(error),
                    used_instead=snapshot.release,
                )
            )


def site_outcome(pull: SitePull) -> SourceOutcome:
    """How a site fared: `release` is the snapshot that is in use after it."""
    from localsdg.sources.opensdg.snapshots import PullOutcome

    status = {
        PullOutcome.NEW: SourceStatus.REFRESHED,
        PullOutcome.UNCHANGED: SourceStatus.UNCHANGED,
        PullOutcome.FAILED: SourceStatus.FAILED,
    }[pull.outcome]
    release = pull.snapshot.name if pull.snapshot else None
    return SourceOutcome("opensdg", pull.site_id, status, release, reason=_reason(pull.reason) or None)


def failed_site(pull: SitePull) -> SetAside:
    """A site that could not be pulled, with the snapshot that stays in use."""
    return SetAside(
        "opensdg",
        "site",
        pull.site_id,
        "PULL-S01",
        rule_reason("PULL-S01"),
        detail=_reason(pull.reason),
        used_instead=pull.snapshot.name if pull.snapshot else None,
    )


def site_list_faults(faults: Iterable[LocalsdgError]) -> list[SetAside]:
    """The lines of the user's list of sites that could not be read."""
    return [
        SetAside("opensdg", "file", str(fault.where), "PULL-S02", rule_reason("PULL-S02"), detail=fault.reason)
        for fault in faults
    ]


def pull_inbox(run: Run) -> None:
    """Take in what is in `data/raw/inbox/`; a refused file is set aside and stays there."""
    if not (run.settings.raw / "inbox").is_dir():
        return
    from localsdg.sources.records.intake import take_inbox

    for result in take_inbox(run.settings):
        if result.error:
            run.set_aside.append(refused_file(result))


def refused_file(result: InboxResult) -> SetAside:
    """A file of the inbox that was refused; it stays there."""
    return SetAside(
        "records",
        "file",
        Path(result.path).name,
        "PULL-R01",
        rule_reason("PULL-R01"),
        detail=_reason(result.error),
    )


def _reason(error: object) -> str:
    if isinstance(error, LocalsdgError):
        text = error.reason
    elif isinstance(error, BaseException):
        text = f"{type(error).__name__}: {error}"
    else:
        text = str(error)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_DETAIL else text[: _LONGEST_DETAIL - 1] + "…"
