"""The list of sources: what is registered is declared, and every source fills declared tables."""

from __future__ import annotations

import duckdb

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.registry.sources import sources
from localsdg.registry.tables import tables
from localsdg.staging.ledger import create_ledger
from localsdg.staging.raw_folder import SOURCES
from localsdg.staging.registered import registered
from localsdg.staging.source import Staging, stage_snapshots


def test_what_is_registered_is_declared_once() -> None:
    assert set(registered()) == set(sources()) == set(SOURCES)


def test_sources_fill_declared_staging_tables() -> None:
    filled = {name for source in registered().values() for name in source.tables}
    declared = {name for name in tables() if name.startswith("staging.")}
    # what staging itself makes of observations, and of the corrections of all sources
    assert filled == declared - {"staging.breakdown", "staging.observation_key", "staging.correction"}


def test_every_table_is_there_without_a_snapshot() -> None:
    con = duckdb.connect()
    create_ledger(con)
    assert stage_snapshots(Staging(RunContext(con, Settings(), "run")), registered(), []) == []
    present = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where schema_name = 'staging'"
    ).fetchall()
    assert {name for (name,) in present} == {name for name in tables() if name.startswith("staging.")}
