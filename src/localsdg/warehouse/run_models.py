"""Running models: a table or a metric filled from its SELECT, and what models read beside tables.

Models run in a work database in which all tables built so far have their plain
names; the file that is filled is attached to it as `wh`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.database import model, text
from localsdg.common.errors import LocalsdgError
from localsdg.registry.areas import AREA_KINDS_CSV
from localsdg.registry.breakdowns import create_macros
from localsdg.registry.dimensions import UNIVERSE_CSV
from localsdg.registry.evidence import (
    CRISES_CSV,
    PRINTED_FIGURES_CSV,
    PRINTED_REPORTS_CSV,
    PUBLISHED_CSV,
    metrics,
)
from localsdg.registry.local_governments import (
    LOCAL_GOVERNMENT_KEYS_CSV,
    LOCAL_GOVERNMENT_NAMES_CSV,
    LOCAL_GOVERNMENTS_CSV,
)
from localsdg.registry.local_words import LOCAL_WORDS_CSV
from localsdg.registry.registers import PARTS_CSV
from localsdg.registry.releases import publication, release_order
from localsdg.registry.series import (
    BOUNDS_CSV,
    FLAGS_CSV,
    HEADLINE_CSV,
    KINDS_CSV,
    NATIONAL_LINES_CSV,
    PERIODS_CSV,
    RELATIONS_CSV,
    RENAMED_CSV,
    TARGETS_CSV,
)
from localsdg.registry.sources import sources
from localsdg.registry.tables import create_table_sql, tables
from localsdg.warehouse import withheld
from localsdg.warehouse.column_types import check_types
from localsdg.warehouse.kept_tables import KeptTables
from localsdg.warehouse.metric_rows import completed, with_coverage
from localsdg.warehouse.models import HEADLINE, Model, referenced_tables
from localsdg.warehouse.templates import filled

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SCHEMAS = ("core", "evidence", "audit", "meta")
#: Models that are views in the published file, too.
VIEWS = ("core.latest_observation",)
#: Order of a metric's rows, so that the same rows are in the same order in every build.
_METRIC_ORDER = "area_code, local_government_id, year, breakdown, basis, definition, release, value, caveat"
#: Reviewed lists that models read, by the name they have there.
REGISTRY_FILES = {
    "registry_area_kinds": AREA_KINDS_CSV,
    "registry_targets": TARGETS_CSV,
    "registry_renames": RENAMED_CSV,
    "registry_bounds": BOUNDS_CSV,
    "registry_relations": RELATIONS_CSV,
    "registry_kinds": KINDS_CSV,
    "registry_periods": PERIODS_CSV,
    "registry_flags": FLAGS_CSV,
    "registry_headline_series": HEADLINE_CSV,
    "registry_national_poverty_lines": NATIONAL_LINES_CSV,
    "registry_local_governments": LOCAL_GOVERNMENTS_CSV,
    "registry_local_government_keys": LOCAL_GOVERNMENT_KEYS_CSV,
    "registry_local_government_names": LOCAL_GOVERNMENT_NAMES_CSV,
    "registry_local_words": LOCAL_WORDS_CSV,
    "registry_published_figures": PUBLISHED_CSV,
    "registry_printed_figures": PRINTED_FIGURES_CSV,
    "registry_printed_reports": PRINTED_REPORTS_CSV,
    "registry_universe": UNIVERSE_CSV,
    "registry_crises": CRISES_CSV,
    "registry_register_parts": PARTS_CSV,
}


def lookups(con: duckdb.DuckDBPyConnection) -> None:
    """What models read beside tables: reviewed lists, and what names a breakdown."""
    create_macros(con)
    for name, path in REGISTRY_FILES.items():
        con.execute(
            f"create temp table {name} as select * from "
            f"read_csv({text(path)}, all_varchar = true, header = true, nullstr = '\\N')"
        )


def insert_release_order(con: duckdb.DuckDBPyConnection, releases: Iterable[tuple[str, str, date | None]]) -> None:
    """Make `release_order`: place in time and day of publication of each release, and the rank of its dataset.

    `releases` are dataset, release and day of retrieval. Of two datasets that
    publish the same series or entry of a list the one that
    `registry/sources.toml` names first is shown: rank 1.
    """
    ranks = {name: rank for rank, name in enumerate(sources(), 1)}
    con.execute(
        "create temp table release_order (dataset_id varchar, release varchar, position integer, "
        "dataset_rank integer, published_on date, published_basis varchar)"
    )
    in_time = sorted(releases, key=lambda row: (release_order(row[1]), row[0]))
    for position, (dataset_id, release, retrieved_on) in enumerate(in_time, 1):
        published = publication(release, retrieved_on)
        con.execute(
            "insert into release_order values (?, ?, ?, ?, ?, ?)",
            [
                dataset_id,
                release,
                position,
                ranks.get(dataset_id, len(ranks) + 1),
                published.day,
                published.basis,
            ],
        )


@dataclass(frozen=True)
class MetricRows:
    """The computed rows of a metric: its values, and those of flagged observations, where it has any."""

    values: pa.Table
    flagged: pa.Table | None


def compute_metric(con: duckdb.DuckDBPyConnection, one: Model, coverage: str) -> MetricRows:
    """The rows of a metric with their coverage, in their order; nothing is written."""
    metric = metrics()[one.target.removeprefix("evidence.")]
    rows = with_coverage(completed(con, withheld.without_flagged(one.select), metric), coverage)
    values = con.execute(f"select * from ({rows}) order by {_METRIC_ORDER}").to_arrow_table()
    flagged = withheld.flagged_rows(con, one.select, metric)
    return MetricRows(values, con.execute(flagged).to_arrow_table() if flagged else None)


def _run_metric(con: duckdb.DuckDBPyConnection, one: Model, rows: MetricRows) -> None:
    """Add a metric's rows to the file, and let later metrics read them."""
    ensure(con, "evidence.metric_value")
    metric_id = one.target.removeprefix("evidence.")
    # what most values are: `mark_headlines` updates the others, because updating all of them takes a second
    marks = "if(value is null, null, false) as is_headline_year, if(value is null, null, 'strong') as strength"
    for found, more in ((rows.values, f", {marks}"), (rows.flagged, "")):
        if found is not None:
            con.register("metric_rows", found)
            con.execute(
                "insert into wh.evidence.metric_value by name "
                f"select {text(metric_id)} as metric_id, *{more} from metric_rows"
            )
            con.unregister("metric_rows")
    withheld.guard(con, metrics()[metric_id])
    _show_metric(con, one)


def _show_metric(con: duckdb.DuckDBPyConnection, one: Model) -> None:
    """Let later metrics read a metric; what is known when all metrics are there is not shown."""
    con.execute(
        f"create view {one.target} as select * exclude (metric_id, is_headline_year, strength) "
        f"from wh.evidence.metric_value where metric_id = '{one.target.removeprefix('evidence.')}'"
    )


def is_kept(con: duckdb.DuckDBPyConnection, kept: KeptTables, one: Model, coverage: str) -> bool:
    """Whether the file has the rows of a model already; all that it reads is there."""
    return kept.has(one.target, kept.key_of(con, *_inputs(one, coverage)))


def keep_or_run(
    con: duckdb.DuckDBPyConnection,
    kept: KeptTables,
    one: Model,
    coverage: str,
    rows: Callable[[], MetricRows | None] = lambda: None,
) -> None:
    """Run one model as `run_model`, or take over its rows where the file has those of the same key already."""
    key = kept.key_of(con, *_inputs(one, coverage))
    if one.target in VIEWS:
        kept.rows[one.target] = key  # its rows are those of what it reads
        run_model(con, one, coverage)
    elif not kept.holds(one.target, key):
        if kept.started_from_published:
            con.execute(
                f"delete from wh.evidence.metric_value where metric_id = '{one.target.removeprefix('evidence.')}'"
                if one.is_metric
                else f"drop table if exists wh.{one.target}"
            )
        run_model(con, one, coverage, rows)
    elif one.is_metric:
        withheld.add_again(con, kept.known["withheld"].get(one.target, []))
        _show_metric(con, one)
    else:
        ensure(con, one.target)
        _after(con, one)
    if one.is_metric and (guarded := withheld.of_metric(con, one.target.removeprefix("evidence."))):
        kept.withheld[one.target] = guarded


def _inputs(one: Model, coverage: str) -> tuple[list[str], set[str]]:
    """The texts and the tables that the rows of a model depend on, but for tables without a schema that it names."""
    if not one.is_metric:
        return [one.select], set(one.depends)
    return [one.select, coverage], {*one.depends, *referenced_tables(coverage), *withheld.read_for(one.select)}


def order_metrics(con: duckdb.DuckDBPyConnection, kept: KeptTables) -> None:
    """Put the rows of all metrics into the order in which the metrics run, as when all of them are computed."""
    name = "wh.evidence.metric_value"
    con.execute(create_table_sql(tables()["evidence.metric_value"], f"{name}_in_order"))
    ids = [one.removeprefix("evidence.") for one in kept.keys]
    con.execute(
        f"insert into {name}_in_order by name select v.* from {name} as v join "
        "(select unnest(?) as metric_id, unnest(range(len(?))) as position) as p using (metric_id) "
        "order by p.position, v.rowid",
        [ids, ids],
    )
    con.execute(f"drop table {name}; alter table {name}_in_order rename to metric_value")


def run_model(
    con: duckdb.DuckDBPyConnection, one: Model, coverage: str, rows: Callable[[], MetricRows | None] = lambda: None
) -> None:
    """Fill one table with its model, and give it its plain name in the work database.

    `rows` gives those of a metric where they are computed already.
    """
    import duckdb

    try:
        if one.is_metric:
            _run_metric(con, one, rows() or compute_metric(con, one, coverage))
        elif one.target in VIEWS:
            con.execute(f"create view {one.target} as {one.select}")
            withheld.hide(con)
        else:
            ensure(con, one.target)
            check_types(con, one.select, tables()[one.target].columns, one.file)
            con.execute(f"insert into wh.{one.target} by name {one.select}")
        _after(con, one)
    except duckdb.Error as error:
        raise LocalsdgError(
            f"model {one.target} failed",
            where=one.file,
            got=str(error).strip().splitlines()[0],
            next_step="fix the model; nothing was published",
        ) from error


def _after(con: duckdb.DuckDBPyConnection, one: Model) -> None:
    """What later models read beside the table of this one."""
    if one.target == "core.latest_breakdown":
        withheld.prepare(con, one)


def mark_headlines(con: duckdb.DuckDBPyConnection, sql: Path) -> None:
    """Say of each value of a metric in `wh` how strong it is and whether its year is the headline.

    When all metrics are there, because it is a matter of all years together, and a value may be
    withheld after its metric was computed. `sql` is the folder of the models.
    """
    select = filled(model(sql / "evidence" / f"{HEADLINE}.sql"))
    for name in ("evidence.metric_value", "evidence.metric"):
        select = re.sub(rf"\b(from|join) {name}\b", rf"\1 wh.{name}", select)
    con.execute(
        "update wh.evidence.metric_value as v set is_headline_year = h.is_headline_year, strength = h.strength "
        f"from ({select}) as h where h.metric_row = v.rowid"
    )


def ensure(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make the declared table in the file attached as `wh`, once, and a view on it under its plain name."""
    con.execute(create_table_sql(tables()[name], f"wh.{name}").replace("create table", "create table if not exists", 1))
    con.execute(f"create view if not exists {name} as select * from wh.{name}")
