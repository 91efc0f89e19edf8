"""Snapshots that lost too much are held: the last good one of that source is used, the rest goes on.

Below `warn_pct` of `registry/loss_limits.toml` nothing is reported, up to the limit of `hold_pct` a
warning, above it the snapshot is left out until it is accepted. Only then is staging done again.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from localsdg.common.database import text
from localsdg.common.errors import UsageError
from localsdg.common.parsed_text import json_of
from localsdg.pipeline.accepted import Accepted, accept, files_hash, read_accepted
from localsdg.pipeline.outcome import SourceOutcome, SourceStatus
from localsdg.registry.rules import rule_reason
from localsdg.sources.site_snapshots import day_and_number, newest_first
from localsdg.staging.contain import reason_of
from localsdg.staging.ledger import SetAside
from localsdg.warehouse.build_inputs import accepted_digest

if TYPE_CHECKING:
    from localsdg.common.context import RunContext
    from localsdg.pipeline.loss import Loss, NewData
    from localsdg.pipeline.run import Run
    from localsdg.sources.snapshot import Snapshot

_REASON = "checked at the source"


@dataclass(frozen=True)
class Held:
    """A snapshot that is not used: what it lost, and what is used instead."""

    loss: Loss
    used_instead: str


def hold_losses(run: Run) -> list[SetAside]:
    """Compare what was staged with what is published, and leave out of `run.snapshots` what lost too much.

    Returns what is to be set aside; where that is something, staging has to be done again. Adds the
    findings to `run.validation`. Raises `UsageError` where something is to be accepted that is not held.
    """
    losses, new = _losses(run)
    over = [loss for loss in losses if loss.is_held]
    accepted = _accepted(run, over, new)
    held: list[Held] = []
    left: list[Held] = []
    for loss in over:
        if (loss.source, loss.name) in accepted:
            continue
        used = _leave_out(run, loss, new)
        (held if used else left).append(Held(loss, used or ""))
    run.held_since = _since(run, held)
    _name_accepted(run, (loss for loss in over if (loss.source, loss.name) in accepted))
    _report(run, [loss for loss in losses if loss not in {one.loss for one in held}], [one.loss for one in left])
    return [_set_aside(run, one) for one in held]


def name_held_sources(run: Run, held: Iterable[SetAside]) -> None:
    """Give the held sources their outcome, whether they were asked in this run or earlier."""
    used = {(one.source, str(one.extra.get("site_id") or one.release)): one for one in run.snapshots}
    for item in held:
        name = "indicators" if item.source == "unsd" else item.set_aside_name
        snapshot = used.get((item.source, item.used_instead or "")) or used.get((item.source, item.set_aside_name))
        outcome = SourceOutcome(
            item.source,
            name,
            SourceStatus.HELD,
            item.used_instead,
            snapshot.fetched_at if snapshot else None,
            f"{item.reason}: {item.release}: {item.detail}",
        )
        kept = [one for one in run.sources if (one.source, one.name) != (outcome.source, outcome.name)]
        run.sources[:] = [*kept, outcome]


def _name_accepted(run: Run, losses: Iterable[Loss]) -> None:
    """Give accepted sources that this run did not ask their outcome: the log has them as held until then."""
    asked = {(one.source, one.name) for one in run.sources}
    fetched = {(one.source, one.release): one.fetched_at for one in run.snapshots}
    for loss in losses:
        name = "indicators" if loss.source == "unsd" else loss.name
        if (loss.source, name) not in asked:
            moment = fetched.get((loss.source, loss.new_release))
            run.sources.append(SourceOutcome(loss.source, name, SourceStatus.REFRESHED, loss.new_release, moment))


def _losses(run: Run) -> tuple[list[Loss], NewData]:
    """What new snapshots lost; a published file of an early version is reported and compared with nothing."""
    from localsdg.pipeline.loss import NewData
    from localsdg.pipeline.lost_records import find_losses
    from localsdg.pipeline.new_snapshots import find_new_data

    if not run.settings.published.exists() or all(one.path in run.bundled for one in run.snapshots):
        return [], NewData()
    with run.context() as context:
        try:
            with _published(context):
                new = find_new_data(context.con, run.snapshots, run.bundled)
                return find_losses(context, new), new
        except Exception as error:  # tables of an early version, a damaged file: what is new is used
            run.validation.append(_result("LOSS-003", None, [{"error": reason_of(error)}]))
            return [], NewData()


@contextmanager
def _published(context: RunContext) -> Iterator[None]:
    """Have the published file attached as `published`; the database of a run outlives its connections."""
    context.con.execute(f"attach {text(context.settings.published)} as published (read_only)")
    try:
        yield
    finally:
        context.con.execute("detach published")


def _accepted(run: Run, over: list[Loss], new: NewData) -> set[tuple[str, str]]:
    """The losses that were accepted for exactly these files, in this call or before."""
    known = read_accepted(run.settings)
    _check_names(run, over, known)
    before = {(one.source, one.name, one.release, one.sha256) for one in known}
    accepted = set()
    for loss in over:
        key = (loss.source, loss.name)
        sha256 = files_hash(file[2] for file in new.added[key])
        if (*key, loss.new_release, sha256) in before:
            accepted.add(key)
        elif run.reason and any(name in loss.names for name in run.accept):
            accept(run.settings, loss, sha256, run.reason)
            run.inputs["accepted"] = accepted_digest(run.settings)  # else the next run would build once more
            accepted.add(key)
    return accepted


def _check_names(run: Run, over: Iterable[Loss], known: Iterable[Accepted]) -> None:
    """Raise `UsageError` for a name that nothing is held under; one of an earlier decision may be given again."""
    names = {name for loss in over for name in loss.names} | {name for one in known for name in one.names}
    if unknown := [name for name in run.accept if name not in names]:
        raise UsageError(
            "nothing of this name is held",
            where="--accept",
            expected=", ".join(f"{loss.source}/{loss.name}" for loss in over) or "a snapshot that lost too much",
            got=", ".join(unknown),
            next_step="localsdg build",
        )


def _leave_out(run: Run, loss: Loss, new: NewData) -> str | None:
    """Let the run use what it had of a source; returns its name, or None where nothing is left."""
    added = new.added[loss.source, loss.name]
    snapshots, used = [], None
    for snapshot in run.snapshots:
        if (snapshot.source, snapshot.release) not in {file[:2] for file in added}:
            snapshots.append(snapshot)
        elif snapshot.extra.get("site_id"):
            older = _last_good(run, snapshot, loss.old_release)
            used = older.release if older else None
            snapshots.append(older or snapshot)
        else:
            kept = [file for file in snapshot.files if (snapshot.source, snapshot.release, file.sha256) not in added]
            others = {one.release for one in run.snapshots if one.source == loss.source} - {loss.new_release}
            used = loss.old_release if loss.old_release in others or kept else None
            if kept or not used:
                snapshots.append(replace(snapshot, files=tuple(kept)) if used else snapshot)
    run.snapshots = tuple(snapshots)
    return used


def _last_good(run: Run, snapshot: Snapshot, published: str) -> Snapshot | None:
    """Of a site the published snapshot, else the newest before it, else the bundle's."""
    site_id = str(snapshot.extra["site_id"])
    pulled = list(newest_first(run.settings.raw, snapshot.source, site_id))
    bundled = [one for one in newest_first(run.settings.bundled, snapshot.source, site_id) if one.path in run.bundled]
    before = [one for one in pulled if day_and_number(one.release) < day_and_number(published)]
    same = [one for one in (*pulled, *bundled) if one.release == published]
    return next(iter([*same, *before, *bundled]), None)


def _set_aside(run: Run, held: Held) -> SetAside:
    """A held snapshot as `audit.quarantine` names it, with the command that takes it all the same."""
    loss = held.loss
    bundle = "" if run.with_bundled else "--no-bundled "
    name = shlex.quote(f"{loss.source}/{loss.name}")
    return SetAside(
        loss.source,
        "site" if loss.source in ("opensdg", "table") else "snapshot",
        loss.name,
        "HELD-001",
        rule_reason("HELD-001"),
        loss.new_release,
        loss.words,
        held.used_instead,
        run.held_since[_key(loss)],
        f'localsdg build {bundle}--accept {name} --reason "{_REASON}"',
    )


def _key(loss: Loss) -> str:
    return f"{loss.source}/{loss.name}/{loss.new_release}"


def _since(run: Run, held: Iterable[Held]) -> dict[str, str]:
    """Since which day (UTC) each is held; kept beside the run log, so that it is new in one run only.

    An unchanged publication is not written again, so that the published file does not know it.
    """
    path = run.settings.warehouse / "held.json"
    try:
        known = json_of(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError:  # cut off by a kill
        known = {}
    today = run.started_at[:10]
    since = {_key(one.loss): str(known.get(_key(one.loss)) or today) for one in held}
    if since != known:
        path.write_text(json.dumps(since, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return since


def _report(run: Run, warned: list[Loss], left: list[Loss]) -> None:
    """The findings as results of checks, which are warnings: nothing here blocks a publication."""
    for rule, losses in (("LOSS-001", [one for one in warned if one not in left]), ("LOSS-002", left)):
        if losses:
            run.validation.append(_result(rule, len(losses), _findings(losses)))


def _findings(losses: Iterable[Loss]) -> list[dict]:
    return [
        {"source": loss.source, "name": loss.name, "release": loss.new_release, "lost": loss.words} for loss in losses
    ]


def _result(rule_id: str, found: int | None, examples: list[dict]) -> dict:
    from localsdg.checks.blocking import CheckResult

    expectation = "new snapshots keep what is published"
    return asdict(
        CheckResult(
            "sources",
            rule_id,
            expectation,
            "warning",
            "failed",
            found,
            rule_reason(rule_id),
            json.dumps(examples[:5], ensure_ascii=False),
        )
    )
