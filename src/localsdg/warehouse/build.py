"""Building the warehouse: staging tables in, a new DuckDB file out.

Models run inside the work database, where `staging` and, as views on the new
file, all tables built so far have their plain names. The new file is written
in a format that every DuckDB from 1.2 on can open.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import STORAGE_VERSION, insert_rows, model, open_work, scalar, text
from localsdg.common.errors import LocalsdgError
from localsdg.registry.breakdowns import LABEL_MACRO
from localsdg.registry.dimensions import UNIVERSE_CSV
from localsdg.registry.evidence import CRISES_CSV, PARTNER_KINDS_CSV, PUBLISHED_CSV, claims, metrics
from localsdg.registry.local_governments import LOCAL_GOVERNMENTS_CSV
from localsdg.registry.releases import release_order
from localsdg.registry.series import (
    BOUNDS_CSV,
    FLAGS_CSV,
    HEADLINE_CSV,
    KINDS_CSV,
    PERIODS_CSV,
    RELATIONS_CSV,
    RENAMED_CSV,
    TARGETS_CSV,
)
from localsdg.registry.sources import sources
from localsdg.registry.tables import comment_sql, create_table_sql, schema_tables, tables
from localsdg.staging import ledger
from localsdg.warehouse import meta, withheld
from localsdg.warehouse.column_types import check_types
from localsdg.warehouse.definitions import insert_definitions
from localsdg.warehouse.metric_rows import completed, metric_facts, with_coverage
from localsdg.warehouse.models import Model, load_models
from localsdg.warehouse.views import comments as view_comments
from localsdg.warehouse.views import create_views, example_views, metric_views

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings
    from localsdg.warehouse.build_facts import BuildFacts

SCHEMAS = ("core", "evidence", "audit", "meta")
_VIEWS = ("core.latest_observation",)
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
#: Reviewed lists that models read, by the name they have there.
REGISTRY_FILES = {
    "registry_targets": TARGETS_CSV,
    "registry_renames": RENAMED_CSV,
    "registry_bounds": BOUNDS_CSV,
    "registry_relations": RELATIONS_CSV,
    "registry_kinds": KINDS_CSV,
    "registry_periods": PERIODS_CSV,
    "registry_flags": FLAGS_CSV,
    "registry_headline_series": HEADLINE_CSV,
    "registry_local_governments": LOCAL_GOVERNMENTS_CSV,
    "registry_published_figures": PUBLISHED_CSV,
    "registry_universe": UNIVERSE_CSV,
    "registry_crises": CRISES_CSV,
    "registry_partner_kinds": PARTNER_KINDS_CSV,
}


def build(work: str, target: Path, settings: Settings, facts: BuildFacts) -> dict[str, int]:
    """Fill `target`, which must not exist, from the work database.

    Returns rows by table. Raises `LocalsdgError` when a model fails or gives
    other columns than declared.
    """
    models = load_models(settings.sql)
    con = open_work(work, settings)
    try:
        con.execute(f"attach {text(target)} as wh (storage_version '{STORAGE_VERSION}')")
        for schema in SCHEMAS:
            con.execute(f"create schema wh.{schema}")
            con.execute(f"create schema if not exists {schema}")
        _lookups(con)
        withheld.make_list(con)
        _audit_tables(con, facts)
        coverage = model(settings.sql / "evidence" / "coverage.sql")
        for one in models:
            _run(con, one, coverage)
        _evidence_tables(con)
        _quarantine(con, facts.run_id)
        con.execute("checkpoint wh")
        con.execute("detach wh")
    finally:
        con.close()
    return _finish(target, settings, facts, models)


def _lookups(con: duckdb.DuckDBPyConnection) -> None:
    """What models read beside tables: the order of releases, definitions, reviewed lists, the label of a breakdown."""
    con.execute(LABEL_MACRO)
    insert_release_order(con)
    insert_definitions(con)
    for name, path in REGISTRY_FILES.items():
        con.execute(
            f"create temp table {name} as select * from "
            f"read_csv({text(path)}, all_varchar = true, header = true, nullstr = '\\N')"
        )


def insert_release_order(con: duckdb.DuckDBPyConnection) -> None:
    """Make `release_order`: the place in time of each release, and the rank of its dataset.

    Of two datasets that publish the same series or entry of a list the one
    that `registry/sources.toml` names first is shown: rank 1.
    """
    releases = con.execute(
        " union ".join(f"select distinct dataset_id, release from {name}" for name in _WITH_RELEASES)
    ).fetchall()
    ranks = {name: rank for rank, name in enumerate(sources(), 1)}
    con.execute(
        "create temp table release_order (dataset_id varchar, release varchar, position integer, dataset_rank integer)"
    )
    for position, (dataset_id, release) in enumerate(sorted(releases, key=lambda r: (release_order(r[1]), r[0])), 1):
        rank = ranks.get(dataset_id, len(ranks) + 1)
        con.execute("insert into release_order values (?, ?, ?, ?)", [dataset_id, release, position, rank])


def _run_metric(con: duckdb.DuckDBPyConnection, one: Model, coverage: str) -> None:
    """Add a metric's rows with their coverage, and let later metrics read them."""
    _ensure(con, "evidence.metric_value")
    metric_id = one.target.removeprefix("evidence.")
    select = withheld.without_flagged(one.select)
    rows = with_coverage(completed(con, select, metrics()[metric_id]), coverage)
    con.execute(
        f"insert into wh.evidence.metric_value by name select '{metric_id}' as metric_id, m.* from ({rows}) as m"
    )
    withheld.add_rows(con, one.select, metrics()[metric_id])
    withheld.guard(con, metrics()[metric_id])
    con.execute(
        f"create view {one.target} as select * exclude (metric_id) "
        f"from wh.evidence.metric_value where metric_id = '{metric_id}'"
    )


def _run(con: duckdb.DuckDBPyConnection, one: Model, coverage: str) -> None:
    """Fill one table with its model, and give it its plain name in the work database."""
    import duckdb

    try:
        if one.is_metric:
            _run_metric(con, one, coverage)
        elif one.target in _VIEWS:
            con.execute(f"create view {one.target} as {one.select}")
            withheld.hide(con)
        else:
            _ensure(con, one.target)
            check_types(con, one.select, tables()[one.target].columns, one.file)
            con.execute(f"insert into wh.{one.target} by name {one.select}")
        if one.target == "core.latest_breakdown":
            withheld.prepare(con, one)
    except duckdb.Error as error:
        raise LocalsdgError(
            f"model {one.target} failed",
            where=one.file,
            got=str(error).strip().splitlines()[0],
            next_step="fix the model; nothing was published",
        ) from error


def _ensure(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make the declared table in the new file, once, and a view on it beside staging."""
    count = (
        "select count(*) from duckdb_tables() "
        "where database_name = coalesce(?, current_database()) and schema_name || '.' || table_name = ?"
    )
    if not scalar(con, count, ["wh", name]):
        con.execute(create_table_sql(tables()[name], f"wh.{name}"))
        if not scalar(con, count, [None, name]):
            con.execute(f"create view {name} as select * from wh.{name}")


def _audit_tables(con: duckdb.DuckDBPyConnection, facts: BuildFacts) -> None:
    """Copy the ledger of the staging floor and what the checks found."""
    for name in ("audit.source_load", "audit.reject"):
        _ensure(con, name)
        con.execute(f"insert into wh.{name} by name select * from {name}")
    _ensure(con, "audit.validation_result")
    _ensure(con, "audit.run")
    insert_rows(
        con,
        "wh.audit.validation_result",
        [{"run_id": facts.run_id, **row} for row in facts.validation],
    )
    insert_rows(
        con,
        "wh.audit.run",
        [
            *facts.runs,
            {
                "run_id": facts.run_id,
                "started_at": facts.started_at,
                "finished_at": None,
                "status": "building",
                "code_version": facts.code_version,
                "detail": None,
            },
        ],
    )


def _quarantine(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """What was set aside on the way in, and the values that the evidence leaves out."""
    ledger.set_aside(con, run_id, withheld.items(con))
    _ensure(con, "audit.quarantine")
    con.execute("insert into wh.audit.quarantine by name select * from audit.quarantine")


def _evidence_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Claims and metrics from the registry; a metric without a row says so."""
    _ensure(con, "evidence.claim")
    _ensure(con, "evidence.metric")
    _ensure(con, "evidence.metric_value")
    insert_rows(con, "wh.evidence.claim", [asdict(claim) for claim in claims().values()])
    insert_rows(con, "wh.evidence.metric", [metric_facts(con, metric) for metric in metrics().values()])


def _finish(target: Path, settings: Settings, facts: BuildFacts, models: list[Model]) -> dict[str, int]:
    """Views, data dictionary and comments; comments last, because replacing drops them."""
    con = open_work(target, settings)
    try:
        for one in models:
            if one.target in _VIEWS:
                con.execute(f"create view {one.target} as {one.select}")
        more = [*metric_views(), *example_views(settings.sql)]
        create_views(con, more)
        counts = meta.fill(con, facts, more)
        comments = [one for table in schema_tables(*SCHEMAS) for one in comment_sql(table)]
        comments += view_comments(con, more)
        con.execute("begin; " + "; ".join(comments) + "; commit")
        con.execute("checkpoint")
    finally:
        con.close()
    return counts
