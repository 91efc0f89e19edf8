"""A run that would publish what is published already: known from its inputs before it builds, or from its data after.

Either way the published file stays as it is, with its version, and
`releases/<version>/confirmed.json` notes when its data were last confirmed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from localsdg.pipeline.outcome import SourceOutcome, SourceStatus
from localsdg.pipeline.run_log import code_version
from localsdg.sources.snapshot import utc_now
from localsdg.staging.ledger import SetAside
from localsdg.warehouse.build_inputs import build_inputs
from localsdg.warehouse.publish import stated_hash
from localsdg.warehouse.releases import (
    CONFIRMED,
    Release,
    published_release,
    releases_folder,
    write_json,
)

if TYPE_CHECKING:
    from localsdg.common.settings import Settings
    from localsdg.pipeline.run import Run

#: Rules of what could not be pulled: a run finds those anew, whether it builds or not.
_OF_PULLS = "PULL-"
#: Rules of what is in `data/raw` and cannot be used.
_OF_SNAPSHOTS = "SNAP-"
#: Facts of a publication that must be the same for a file with the same data to add nothing.
_SAME = ("content_hash", "code", "duckdb_version")

#: Inputs that change staged rows.
_OF_ROWS = ("snapshots", "user files", "accepted", "year")


def read_inputs(run: Run) -> None:
    """Take the fingerprint of what the run would build from, and keep it in the run."""
    unreadable = [item.line for item in run.set_aside if item.rule_id.startswith(_OF_SNAPSHOTS)]
    run.inputs = {
        **build_inputs(run.settings, run.snapshots, unreadable),
        "code version": code_version(run.settings),
    }


def keep_published(run: Run) -> bool:
    """Whether the published file is whole and was built, or confirmed, from the same inputs.

    The run then has the facts of that version, as if it had built it, and
    needs no stage. A strict run is always built, because what a build sets aside
    is known after it, and so is one that accepts what was held, or that computes everything again.
    """
    if run.force or run.strict or run.accept or run.settings.fresh:
        return False
    release = published_release(run.settings)
    if release is None or release.confirmed.get("inputs") != run.inputs:
        return False
    _take_facts(run, release)
    confirm(run, release)
    return True


def has_other_sources(run: Run) -> bool:
    """Whether the staged rows may differ from those of the published version; other code alone seldom changes them."""
    release = published_release(run.settings)
    known = {} if release is None else release.confirmed.get("inputs", {})
    return run.settings.fresh or any(known.get(name) != run.inputs.get(name) for name in _OF_ROWS)


def has_same_data(run: Run) -> Release | None:
    """The published version where the built file adds nothing to it: same data, code and version of DuckDB."""
    release = None if run.force else published_release(run.settings)
    if release is None:
        return None
    facts = {**publication_facts(run), "content_hash": stated_hash(run.built)}
    return None if any(release.manifest.get(name) != facts[name] for name in _SAME) else release


def publication_facts(run: Run) -> dict[str, Any]:
    """What the manifest of a version states of its build: code, version of DuckDB, and the snapshots it is made of."""
    import duckdb

    return {
        "code": [run.inputs.get("code version"), run.inputs.get("code")],
        "duckdb_version": duckdb.__version__,
        "snapshots": [
            {"source": item.source, "release": item.release, "bundled": item.path in run.bundled}
            for item in run.snapshots
        ],
    }


def confirm(run: Run, release: Release) -> None:
    """Note that the data of the version were found again, from which inputs, and what was set aside."""
    run.unchanged, run.version, run.manifest = True, release.version, dict(release.manifest)
    with suppress(OSError):  # costs the next run a build, and this one nothing
        _note_inputs(run, release)


def note_published(run: Run) -> None:
    """The same for the version that the run has published; a failure costs the next run a build."""
    with suppress(OSError):
        _note_inputs(run, Release(releases_folder(run.settings) / run.version))


def _note_inputs(run: Run, release: Release) -> None:
    """Write `confirmed.json` of the version that holds the data of the run."""
    body = {
        "at": utc_now(),
        "inputs": run.inputs,
        "set_aside": [asdict(item) for item in run.set_aside if not item.rule_id.startswith(_OF_PULLS)],
        "held": [asdict(item) for item in run.sources if item.status == SourceStatus.HELD],
        "held_since": run.held_since,
    }
    write_json(release.folder / CONFIRMED, body)


def last_confirmed(settings: Settings, version: str | None) -> str | None:
    """When a run last found the data of a kept version (UTC, ISO 8601); None where no run noted it."""
    return Release(releases_folder(settings) / version).confirmed.get("at") if version else None


def _take_facts(run: Run, release: Release) -> None:
    """Fill the run as the build of the version would: rows, checks, tables, and what was set aside."""
    from localsdg.warehouse.query_rows import rows_of_each

    run.loads, run.validation, tables = rows_of_each(
        run.settings,
        "from audit.source_load order by all",
        "from audit.validation_result order by suite, rule_id",
        "from meta.table_info where table_type = 'table' and table_name not like 'meta.%' order by 1",
    )
    run.tables = {row["table_name"]: row["n_rows"] for row in tables}
    known = {(item.rule_id, item.set_aside_kind, item.set_aside_name, item.source) for item in run.set_aside}
    names = {field.name for field in fields(SetAside)}
    for stated in release.confirmed.get("set_aside", ()):
        item = SetAside(**{key: value for key, value in stated.items() if key in names})
        if (item.rule_id, item.set_aside_kind, item.set_aside_name, item.source) not in known:
            run.set_aside.append(item)
    # what is held is so whether or not its source was asked
    held = [SourceOutcome(**{**one, "status": SourceStatus.HELD}) for one in release.confirmed.get("held", ())]
    names_held = {(one.source, one.name) for one in held}
    run.sources[:] = [*(one for one in run.sources if (one.source, one.name) not in names_held), *held]
    run.held_since = dict(release.confirmed.get("held_since", {}))
