"""Steps on `staging.observation` that are the same for every publisher of official series.

    prepare(con); each source fills `staging.observation` and its lists; finish(context)

A release is identified by its dataset and its name: two publishers may give a
release the same name, and their rows never meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.common.database import text
from localsdg.registry import dimensions as dims
from localsdg.registry.series import RENAMED_CSV
from localsdg.registry.tables import create_table_sql, ensure_tables, tables
from localsdg.staging.ledger import set_aside
from localsdg.staging.official import conflicts

if TYPE_CHECKING:
    import duckdb

#: Tables that a publisher of official series may fill; `observation` is the one that it must.
CONTRACT = (
    "staging.observation",
    "staging.source_file",
    "staging.source_column",
    "staging.cleaned_text",
    "staging.goal",
    "staging.target",
    "staging.indicator",
    "staging.series",
    "staging.area",
    "staging.area_tree",
    "staging.m49_area",
)
_DECODED = ("breakdown", "observation_key")
#: Reviewed lists that the staging models read, by the name they have there.
_REGISTRY = {
    "registry_codes": dims.CODES_CSV,
    "registry_universe": dims.UNIVERSE_CSV,
    "registry_renames": RENAMED_CSV,
    "registry_multipliers": dims.MULTIPLIERS_CSV,
}


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of the contract and the registry's lookup tables where they are missing."""
    ensure_tables(con, CONTRACT)
    for name, path in _REGISTRY.items():
        con.execute(
            f"create temp table if not exists {name} as "
            f"select * from read_csv({text(path)}, all_varchar = true, nullstr = '\\N')"
        )


def finish(context: RunContext) -> None:
    """When all observations are in: decode breakdowns, set contradictions aside, choose a row for each key."""
    decode(context)
    conflicting = conflicts.resolve(context.con, context.run_id, lambda: decode(context))
    set_aside(context.con, context.run_id, conflicting)


def decode(context: RunContext) -> None:
    """Decode the breakdowns, and choose the row that represents each key."""
    for name in _DECODED:
        context.con.execute(f"drop table if exists staging.{name}")
        context.con.execute(create_table_sql(tables()[f"staging.{name}"]))
        context.con.execute(f"insert into staging.{name} by name {context.select(f'staging/{name}')}")
