"""The evidence as known on the day of the event, in sister tables `evidence.*_at_event` of the file that is built.

Computing it takes as long as all metrics of the newest edition. What the file that a build started from has
computed anew (`kept_tables.py`) is therefore taken over where all that it was computed from is the same: most
changes are of days after the event. What the edition shares with the newest one is taken from there each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from localsdg.common.database import model, open_work, rows_hash, text
from localsdg.common.kept import part_key
from localsdg.registry.evidence import event_day, metrics
from localsdg.registry.tables import create_table_sql, tables
from localsdg.warehouse import withheld
from localsdg.warehouse.editions import (
    BY_METRIC,
    DATED,
    EDITED,
    REGISTERS,
    Edition,
    begin,
    fill,
    local_releases,
    metric_list,
)
from localsdg.warehouse.metric_rows import STAMPED
from localsdg.warehouse.models import COVERAGE, HEADLINE, Model, referenced_tables

if TYPE_CHECKING:
    import duckdb

    from localsdg.common.settings import Settings
    from localsdg.warehouse.kept_tables import KeptTables

#: Sister tables with the evidence as known on the day of the event.
AT_EVENT = {name: f"{name}_at_event" for name in (*EDITED, "evidence.metric")}
#: What decides which release of a series the edition shows.
_RELEASES = frozenset({"core.release", "core.series_release", "core.series_holding"})
#: Computed in every edition, under a name that the newest one has too.
_IN_EACH = frozenset({"core.latest_observation"})


def add_event_edition(
    built: Path, settings: Settings, models: list[Model], days: Mapping[str, date | None], kept: KeptTables
) -> None:
    """Fill the tables `evidence.*_at_event` of a file that is being built; `days` as in `editions.compute`.

    `kept` has the hashes of all tables of the file; it gets the key of the edition. Raises `LocalsdgError` when a
    model fails.
    """
    with closing(open_work(":memory:", settings)) as con:
        con.execute("set threads = 1")  # as the build runs these models: the same sums to the last digit
        con.execute(f"attach {text(built)} as newest")
        read = {name for one in models if one.is_metric for name in one.depends}
        shown = [
            one
            for one in models
            if one.is_metric or one.target in EDITED or one.target in read or one.target.startswith("core.")
        ]
        edition = begin(con, event_day(), days)
        kept.edition = kept.known.get("edition", {})
        edition.computed = set(kept.edition.get("computed", ()))
        if kept.edition and kept.edition["key"] == _key(con, edition, shown, settings.sql, kept):
            kept.left = frozenset(AT_EVENT.values()) - _take_over(con, edition, set(kept.made))
        else:
            edition.computed = set()
            fill(con, edition, shown, settings)
            for name, sister in AT_EVENT.items():
                rows = _dated(edition, name, f"from {'wh.' if name in BY_METRIC else ''}{name}")
                more = f" union all by name {_newest(edition, name)}" if name in BY_METRIC else ""
                _replace(con, sister, rows + more)
            if kept.base is not None:
                key = _key(con, edition, shown, settings.sql, kept)
                kept.edition = {"key": key, "computed": sorted(edition.computed)}
        con.execute("checkpoint newest")


def _take_over(con: duckdb.DuckDBPyConnection, edition: Edition, made: set[str]) -> set[str]:
    """Let the tables be as they are, but for what the edition shares with tables and metrics that were made anew.

    Returns the names of the tables that were written.
    """
    written = set()
    shared = made - edition.computed
    if any(name.removeprefix("evidence.") in metrics() for name in shared):
        shared.add("evidence.metric_value")
    for name in ("evidence.metric", *EDITED):  # the first is always filled anew
        if name in BY_METRIC and (name in shared or name not in EDITED):
            rows = f"{_kept_rows(edition, AT_EVENT[name])} union all by name {_newest(edition, name)}"
        elif name in shared:
            rows = _dated(edition, name, f"from newest.{name}")
        else:
            continue
        _replace(con, AT_EVENT[name], rows)
        written.add(AT_EVENT[name])
    return written


def _dated(edition: Edition, name: str, rows: str) -> str:
    """A SELECT of rows of a table with the day of the edition."""
    as_of = f" replace (cast({text(edition.day.isoformat())} as date) as as_of)" if name in EDITED else ""
    return f"select *{as_of} {rows}"


def _newest(edition: Edition, name: str) -> str:
    """Rows of the metrics that the edition shares with the newest one."""
    return _dated(edition, name, f"from newest.{name} where not list_contains({metric_list(edition)}, metric_id)")


def _kept_rows(edition: Edition, sister: str) -> str:
    """Rows of the metrics that the file has as they were computed for the edition."""
    return f"select * from newest.{sister} where list_contains({metric_list(edition)}, metric_id)"


def _replace(con: duckdb.DuckDBPyConnection, sister: str, rows: str) -> None:
    """Write a table of the file anew."""
    name = sister.partition(".")[2]
    con.execute(create_table_sql(tables()[sister], f"newest.{sister}_new"))
    con.execute(f"insert into newest.{sister}_new by name {rows}")
    con.execute(f"drop table if exists newest.{sister}; alter table newest.{sister}_new rename to {name}")


def _key(con: duckdb.DuckDBPyConnection, edition: Edition, models: list[Model], sql: Path, kept: KeptTables) -> str:
    """The key of all that the tables computed in the edition depend on."""
    beside = [model(sql / "evidence" / f"{name}.sql") for name in (COVERAGE, HEADLINE)]
    run = [one for one in models if one.target in edition.computed | _IN_EACH]
    reads = set(_RELEASES).union(*map(referenced_tables, beside), *(one.depends for one in run))
    reads = reads.union(*(withheld.read_for(one.select) for one in run if one.is_metric)) - edition.computed
    hashes = [f"{name} {_hash(con, edition, name, kept)}" for name in sorted(reads)]
    status = con.execute(
        f"select metric_id, status from newest.evidence.metric where list_contains({metric_list(edition)}, metric_id) "
        "order by all"
    ).fetchall()
    releases = local_releases(con)
    oldest = []
    for name in DATED:
        own = {release for (release,) in con.execute(f"select distinct release from newest.{name}").fetchall()}
        oldest.append(min(((day, release) for release, day in releases if day and release in own), default=None))
    return part_key(
        kept.base, edition.day, sorted(edition.conditions), sorted(edition.shortened), sorted(edition.computed),
        *beside, *sorted(one.select for one in models), *hashes, kept.rows.get(REGISTERS), status, oldest,
    )  # fmt: skip


def _hash(con: duckdb.DuckDBPyConnection, edition: Edition, name: str, kept: KeptTables) -> str:
    """The hash of the rows of a table; of one that loses local records by their day, of what is left."""
    condition = edition.conditions.get(name)
    if condition and "known_release" not in condition:
        return rows_hash(con, name, without=(STAMPED,))
    if name in kept.rows:
        return kept.rows[name]
    # of a temporary table that no model of the build has read nothing is known: then no key is the same
    return rows_hash(con, f"newest.{name}", without=(STAMPED,)) if name in tables() else uuid4().hex
