"""Each source as of now: the age of its data in use, and since when they could not be refreshed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localsdg.pipeline.outcome import SourceStatus

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.sources.snapshot import Snapshot

_NOT_REFRESHED = (SourceStatus.FAILED, SourceStatus.HELD)
_INDICATORS = ("unsd", "indicators")


@dataclass(frozen=True)
class DataInUse:
    """The data of one source that the published file has, or that the next build would take."""

    source: str
    name: str
    release: str
    fetched_at: str | None
    bundled: bool


@dataclass(frozen=True)
class SourceState:
    """One source; times are UTC, ISO 8601.

    `confirmed_at` is when its data were last fetched, or found to be those that
    the source still has. `status` is its last outcome, None where no run asked
    for it. Where that is failed or held, `since` is the first of the `n_runs`
    runs in a row that ended so, and `reason` is why the last one did.
    """

    source: str
    name: str
    release: str | None
    fetched_at: str | None
    bundled: bool
    is_asked: bool  # a live run asks for it
    confirmed_at: str | None
    status: str | None
    since: str | None
    n_runs: int
    reason: str | None
    newer_at: str | None  # newer data were fetched then, and are not published

    def days_old(self, now: datetime) -> float | None:
        """Days since its data were fetched or confirmed; None where there are none."""
        return days_between(self.confirmed_at, now)


def days_between(then: str | None, now: datetime) -> float | None:
    """Days from a moment or a day (UTC, ISO 8601) until now; None where it is no moment."""
    try:
        moment = datetime.fromisoformat(then or "")
    except ValueError:
        return None
    return (now - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))).total_seconds() / 86400


def snapshot_name(snapshot: Snapshot) -> str:
    """A snapshot's source as outcomes name it: a site or data set by its id, the UN service `indicators`."""
    site_id = snapshot.extra.get("site_id")
    return str(site_id) if site_id else "indicators" if snapshot.source == "unsd" else snapshot.source


def newest_of_each(snapshots: Iterable[Snapshot], bundled: Iterable[object]) -> dict[tuple[str, str], DataInUse]:
    """The newest snapshot of each source, by source and name."""
    paths = set(bundled)
    found = (
        DataInUse(one.source, snapshot_name(one), one.release, one.fetched_at, one.path in paths) for one in snapshots
    )
    return newest(found)


def newest(data: Iterable[DataInUse]) -> dict[tuple[str, str], DataInUse]:
    """The newest release of each source, by source and name."""
    from localsdg.registry.releases import release_order

    ordered = sorted(data, key=lambda one: (release_order(one.release), one.fetched_at or ""))
    return {(one.source, one.name): one for one in ordered}


def source_states(
    rows: list[dict],
    in_use: dict[tuple[str, str], DataInUse],
    available: dict[tuple[str, str], DataInUse],
    asked: frozenset[tuple[str, str]] = frozenset(),
) -> list[SourceState]:
    """Every source that has data, or that the last live run asked for: the UN service first, then by name.

    `rows` are those of the run log, oldest first; `asked` are the sources that a live run asks for.
    """
    outcomes = outcomes_by_source(rows)
    keys = set(in_use) | set(available) | (_asked_last(rows) & set(outcomes))
    states = [
        _state(key, outcomes.get(key, []), in_use.get(key), available.get(key), key in asked or key == _INDICATORS)
        for key in keys
    ]
    return sorted(states, key=lambda one: (not one.is_asked, one.source != "unsd", one.source, one.name))


def outcomes_by_source(rows: list[dict]) -> dict[tuple[str, str], list[tuple[str, dict]]]:
    """Of each source its outcomes with the start of their runs, the newest first."""
    outcomes: dict[tuple[str, str], list[tuple[str, dict]]] = {}
    for row in reversed(rows):
        for one in row["sources"]:
            outcomes.setdefault((one["source"], one["name"]), []).append((row["started_at"], one))
    return outcomes


def _asked_last(rows: list[dict]) -> set[tuple[str, str]]:
    """The sources of the last run that asked for any, and of the pulls since; what was removed since is not asked."""
    asked: set[tuple[str, str]] = set()
    for row in reversed(rows):
        asked |= {(one["source"], one["name"]) for one in row["sources"] if one["source"] in _WITH_ADDRESS}
        if row["sources"] and row["command"] == "run":
            break
    return {(source, name) for source, name in asked if name != "files"}


#: Sources that a run asks for by itself; files of records come from people.
_WITH_ADDRESS = ("unsd", "opensdg", "table")


def _state(
    key: tuple[str, str],
    outcomes: list[tuple[str, dict]],
    used: DataInUse | None,
    available: DataInUse | None,
    is_asked: bool,
) -> SourceState:
    last = outcomes[0][1] if outcomes else None
    streak = []
    for started_at, one in outcomes:
        if one["status"] not in _NOT_REFRESHED:
            break
        streak.append(started_at)
    confirmed = [_confirmed_at(*outcome) for outcome in outcomes if outcome[1]["status"] not in _NOT_REFRESHED][:1]
    data = used or available
    fetched_at = data.fetched_at if data else None
    moments = [*confirmed, *([_utc_text(fetched_at)] if fetched_at else [])]
    newer = available if available and used and not available.bundled and _is_newer(available, used) else None
    return SourceState(
        *key,
        release=data.release if data else None,
        fetched_at=fetched_at,
        bundled=bool(data and data.bundled),
        is_asked=is_asked or (bool(outcomes) and key[0] in _WITH_ADDRESS),
        confirmed_at=max(moments, default=None),
        status=last["status"] if last else None,
        since=streak[-1] if streak else None,
        n_runs=len(streak),
        reason=last["reason"] if last and streak else None,
        newer_at=newer.fetched_at if newer else None,
    )


def _confirmed_at(started_at: str, outcome: dict) -> str:
    """When a run got the data, or found them to be the same; a build may take what was fetched long before."""
    is_refreshed = outcome["status"] == SourceStatus.REFRESHED
    return _utc_text(outcome["fetched_at"]) if is_refreshed and outcome["fetched_at"] else started_at


def _is_newer(one: DataInUse, other: DataInUse) -> bool:
    return (one.fetched_at or "")[:19] > (other.fetched_at or "")[:19] and one.release != other.release


def _utc_text(moment: str) -> str:
    """Without its zone, which is always UTC, so that it compares with the times of the run log."""
    return moment[:19]


def sources_asked(settings: Settings) -> frozenset[tuple[str, str]]:
    """The local sites that a live run asks for; empty where the list cannot be read."""
    from localsdg.sources.opensdg.known_sites import known_sites

    try:
        return frozenset(("opensdg", site.site_id) for site in known_sites(settings).with_address)
    except Exception:  # the status is shown without it
        return frozenset()
