"""The metrics as one release of the UN data gives them, computed from a published file beside it.

Models read `core.latest_observation`. Here that name is a view of one release, in
a database in memory that has the published file attached: the same SELECTs give
what the evidence would be if that release were the newest one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.database import text
from localsdg.common.sql_text import literal
from localsdg.registry.evidence import metrics
from localsdg.registry.tables import create_table_sql, tables
from localsdg.warehouse.metric_rows import completed
from localsdg.warehouse.models import Model, evidence_models

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import duckdb

#: Name of the published file in the database in memory.
PUBLISHED = "wh"
#: What a model reads that computes an area from others; any other model gives an area its own observations.
_MEMBERS = "core.group_country"
_LATEST, _BREAKDOWN, _VALUES = "core.latest_observation", "core.latest_breakdown", "evidence.metric_value"


def attach_published(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Give every table of `core` in the published file its plain name in this database, read-only."""
    con.execute(f"attach {text(file)} as {PUBLISHED} (read_only)")
    con.execute("create schema core; create schema evidence; create schema audit")
    names = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = ? and schema_name = 'core'",
        [PUBLISHED],
    ).fetchall()
    for (name,) in names:
        con.execute(f"create view {name} as select * from {PUBLISHED}.{name}")


def models_of(sql: Path, metric_ids: Iterable[str]) -> list[Model]:
    """The models of these metrics and of the evidence that they read, in order, with `core.latest_breakdown`."""
    return evidence_models(sql, [_BREAKDOWN, *(f"evidence.{metric_id}" for metric_id in metric_ids)])


def fill_metrics(
    con: duckdb.DuckDBPyConnection, target: str, release: str, models: list[Model], areas: Iterable[str]
) -> None:
    """Put the rows of metrics as `release` gives them into the table `target`, at least those of `areas`.

    Only the series that the metrics show are read, of all areas where a metric
    is computed from many. Every metric has the columns of `evidence.metric_value`.
    """
    series, of_all_areas = _series(models), _series(model for model in models if _across_areas(model, models))
    con.execute(
        f"create or replace view {_LATEST} as select * from core.observation where release = {literal(release)} "
        f"and series_code in (select unnest({literal(series)})) "
        f"and (area_code in (select unnest({literal(list(areas))})) "
        f"or series_code in (select unnest({literal(of_all_areas)})))"
    )
    con.execute(f"drop table if exists {_VALUES}")
    con.execute(create_table_sql(tables()[_VALUES]))
    for model in models:
        _replace(con, model)
    con.execute(f"create or replace table {target} as select * from {_VALUES}")


def _series(models: Iterable[Model]) -> list[str]:
    """The UN series that the metrics among the models show."""
    shown = (metrics()[model.target.removeprefix("evidence.")] for model in models if model.is_metric)
    return sorted({code for metric in shown for code in metric.series_codes})


def _across_areas(model: Model, models: list[Model]) -> bool:
    """Whether a model, or one that it reads, computes an area from the values of others."""
    read = (other for other in models if other.target in model.depends)
    return _MEMBERS in model.depends or any(_across_areas(other, models) for other in read)


def _replace(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Run one model under its own name, in place of what the published file or another release gave."""
    kind = (
        "select table_type from information_schema.tables where table_schema || '.' || table_name = ? "
        "and table_catalog = current_database()"
    )
    if (found := con.execute(kind, [model.target]).fetchone()) is not None:
        con.execute(f"drop {'view' if found[0] == 'VIEW' else 'table'} {model.target}")
    if not model.is_metric:
        con.execute(f"create table {model.target} as {model.select}")
        return
    metric_id = model.target.removeprefix("evidence.")
    rows = completed(con, model.select, metrics()[metric_id])
    con.execute(f"insert into {_VALUES} by name select {text(metric_id)} as metric_id, m.* from ({rows}) as m")
    con.execute(
        f"create view {model.target} as select * exclude (metric_id) from {_VALUES} where metric_id = {text(metric_id)}"
    )
