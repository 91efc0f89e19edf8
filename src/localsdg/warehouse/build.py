"""Building the warehouse: staging tables in, a new DuckDB file out.

Models run inside the work database, where `staging` and, as views on the new
file, all tables built so far have their plain names. The new file is written
in a format that every DuckDB from 1.2 on can open.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import STORAGE_VERSION, insert_rows, model, open_work, scalar, text
from localsdg.registry.evidence import claims, metrics
from localsdg.registry.tables import comment_sql, schema_tables
from localsdg.staging import ledger
from localsdg.warehouse import meta, withheld
from localsdg.warehouse.content_hash import contents_of_tables, hash_of_contents
from localsdg.warehouse.definitions import insert_definitions
from localsdg.warehouse.editions import EDITED
from localsdg.warehouse.event_edition import AT_EVENT, add_event_edition
from localsdg.warehouse.kept_tables import KeptTables, start
from localsdg.warehouse.metric_rows import metric_facts
from localsdg.warehouse.metrics_ahead import MetricsAhead
from localsdg.warehouse.models import COVERAGE, Model, load_models
from localsdg.warehouse.rules import insert_rules
from localsdg.warehouse.run_history import RUN_TABLES, insert_runs
from localsdg.warehouse.run_models import (
    SCHEMAS,
    VIEWS,
    ensure,
    insert_release_order,
    is_kept,
    keep_or_run,
    lookups,
    mark_headlines,
    order_metrics,
)
from localsdg.warehouse.units import insert_units
from localsdg.warehouse.views import comments as view_comments
from localsdg.warehouse.views import create_views, edition_views, example_views, metric_views, short_views

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings
    from localsdg.warehouse.build_facts import BuildFacts

_NAMES = "select schema_name || '.' || table_name from duckdb_tables()"
#: Staging tables whose rows belong to a release of official series or lists.
_WITH_RELEASES = (
    "staging.observation",
    "staging.series",
    "staging.area",
    "staging.area_tree",
    "staging.goal",
    "staging.target",
    "staging.indicator",
    "staging.m49_area",
    "staging.population",
)


def build(work: str, target: Path, settings: Settings, facts: BuildFacts) -> dict[str, int]:
    """Fill `target`, which must not exist, from the work database.

    Returns rows by table. Raises `LocalsdgError` when a model fails or gives
    other columns than declared.
    """
    models = load_models(settings.sql)
    days = meta.local_days(facts.datasets)
    kept = start(target, settings, {*(one.target for one in models), "evidence.metric_value", *AT_EVENT.values()})
    con = open_work(work, settings)
    try:
        con.execute(f"attach {text(target)} as wh (storage_version '{STORAGE_VERSION}')")
        for schema in SCHEMAS:
            con.execute(f"create schema if not exists wh.{schema}")
            con.execute(f"create schema if not exists {schema}")
        lookups(con)
        insert_release_order(con, _staged_releases(con))
        insert_definitions(con)
        insert_units(con)
        withheld.make_list(con)
        _audit_tables(con, facts, settings)
        newest = max((day for day in map(meta.dataset_day, facts.datasets) if day), default=None)
        stamp_as_of(con, newest)
        coverage = model(settings.sql / "evidence" / f"{COVERAGE}.sql")
        threads = scalar(con, "select current_setting('threads')")
        for one in models:
            if not _is_evidence(one):
                keep_or_run(con, kept, one, coverage)
        # sums of fractions over several threads differ in their last digits from build to build
        con.execute("set threads = 1")
        _run_evidence(con, kept, [one for one in models if _is_evidence(one)], coverage, int(threads))
        con.execute(f"set threads = {threads}")
        _evidence_tables(con)
        _complete_evidence(con, kept, settings, newest)
        for one in models:
            kept.hash_of(con, one.target)
        _quarantine(con, facts.run_id)
        con.execute("checkpoint wh")
        con.execute("detach wh")
    finally:
        con.close()
    add_event_edition(target, settings, models, days, kept)
    counts = _finish(target, settings, facts, models, kept)
    kept.write(target)
    return counts


def _is_evidence(one: Model) -> bool:
    return one.target.startswith("evidence.")


def _run_evidence(
    con: duckdb.DuckDBPyConnection, kept: KeptTables, models: list[Model], coverage: str, threads: int
) -> None:
    """Run the models of the evidence in their order, metrics ahead of their turn once all that they read is there."""
    missing = {one.target for one in models}
    waiting = {one.target: one for one in models if one.is_metric}
    with MetricsAhead(con, threads) as ahead:
        for one in models:
            ready = [waiting.pop(name) for name in list(waiting) if not waiting[name].depends & missing]
            ahead.start([other for other in ready if not is_kept(con, kept, other, coverage)], coverage)
            keep_or_run(con, kept, one, coverage, partial(ahead.rows, one))
            missing.remove(one.target)


def _staged_releases(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, date | None]]:
    """Dataset, release and day of retrieval (where known) of all official data and lists."""
    releases = " union ".join(f"select dataset_id, release from {name}" for name in _WITH_RELEASES)
    return con.execute(
        f"select r.dataset_id, r.release, max(try_cast(left(f.fetched_at, 10) as date)) from ({releases}) as r "
        "left join staging.source_file as f using (dataset_id, release) group by all"
    ).fetchall()


def stamp_as_of(con: duckdb.DuckDBPyConnection, day: date | None) -> None:
    """Let every row of the evidence that is added from now on have the day that it is as known on; None: no day."""
    for name in EDITED:
        ensure(con, name)
        default = "drop default" if day is None else f"set default date {text(day.isoformat())}"
        con.execute(f"alter table wh.{name} alter column as_of {default}")


def _complete_evidence(con: duckdb.DuckDBPyConnection, kept: KeptTables, settings: Settings, day: date | None) -> None:
    """What follows from all rows of the evidence: headline years, the order of metrics, the day of all rows."""
    if any(one.removeprefix("evidence.") in metrics() for one in kept.made):
        mark_headlines(con, settings.sql)
        if kept.started_from_published:
            order_metrics(con, kept)
    stamp_as_of(con, None)
    if kept.started_from_published:
        for name in EDITED:
            con.execute(f"update wh.{name} set as_of = $day where as_of is distinct from $day", {"day": day})


def _audit_tables(con: duckdb.DuckDBPyConnection, facts: BuildFacts, settings: Settings) -> None:
    """Copy the ledger of the staging floor and what the checks found."""
    for name, order in (
        ("audit.source_load", ""),
        # several threads reject rows: in which order is chance
        ("audit.reject", "order by all"),
        ("audit.cell_blanked", "order by all"),
    ):
        ensure(con, name)
        con.execute(f"insert into wh.{name} by name select * from {name} {order}")
    ensure(con, "audit.correction")
    con.execute("insert into wh.audit.correction by name select * from staging.correction order by correction_id")
    ensure(con, "audit.publication_change")  # filled when the file is compared, before it is published
    ensure(con, "audit.validation_result")
    for name in RUN_TABLES:
        ensure(con, name)
    insert_rows(
        con,
        "wh.audit.validation_result",
        [{"run_id": facts.run_id, **row} for row in facts.validation],
    )
    ensure(con, "audit.rule")
    insert_rules(con, "wh.audit.rule", settings)
    ensure(con, "audit.accepted")
    insert_rows(con, "wh.audit.accepted", list(facts.accepted))
    insert_runs(con, facts.runs, "wh.")


def _quarantine(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """What was set aside on the way in, and the values that the evidence leaves out."""
    ledger.set_aside(con, run_id, withheld.items(con))
    ensure(con, "audit.quarantine")
    con.execute("insert into wh.audit.quarantine by name select * from audit.quarantine")


def _evidence_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Claims and metrics from the registry; a metric without a row says so."""
    ensure(con, "evidence.claim")
    ensure(con, "evidence.metric")
    ensure(con, "evidence.metric_value")
    insert_rows(con, "wh.evidence.claim", [asdict(claim) for claim in claims().values()])
    insert_rows(con, "wh.evidence.metric", [metric_facts(con, metric) for metric in metrics().values()])


def _finish(
    target: Path, settings: Settings, facts: BuildFacts, models: list[Model], kept: KeptTables
) -> dict[str, int]:
    """Views, data dictionary and comments; comments last, because replacing drops them."""
    con = open_work(target, settings)
    try:
        for one in models:
            if one.target in VIEWS:
                con.execute(f"create view {one.target} as {one.select}")
        more = [*short_views(), *metric_views(), *edition_views(settings.sql), *example_views(settings.sql)]
        meta.create(con)
        create_views(con, more)
        kept.contents = contents_of_tables(con, kept.known_contents)
        counts = meta.fill(con, facts, more, hash_of_contents(kept.contents))
        has_own = f"{_NAMES} where comment is not null"  # tables that were taken over
        described = {name for (name,) in con.execute(has_own).fetchall()}
        missing = [table for table in schema_tables(*SCHEMAS) if table.name not in described]
        comments = [one for table in missing for one in comment_sql(table)]
        comments += view_comments(con, more)
        con.execute("begin; " + "; ".join(comments) + "; commit")
        con.execute("checkpoint")
    finally:
        con.close()
    return counts
