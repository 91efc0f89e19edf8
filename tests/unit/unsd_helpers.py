"""Staging UN files alone: snapshots in a folder, staged into a DuckDB in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from replay_bodies import bulk_csv, envelope

from localsdg.common.context import RunContext
from localsdg.common.settings import Settings
from localsdg.sources.snapshot import Snapshot, SnapshotWriter
from localsdg.staging.ledger import create_ledger, read_loads, read_set_aside
from localsdg.staging.official import observations as official
from localsdg.staging.unsd import lists as unsd_lists
from localsdg.staging.unsd import observations as unsd

SQL = Settings().sql


@dataclass(frozen=True)
class File:
    """One file of a snapshot: name, role, bytes and what the manifest adds."""

    name: str
    role: str
    body: bytes
    facts: dict


def csv_file(name: str, rows: list[dict], **extra: object) -> File:
    """A bulk CSV of records, counted as a pull counts it."""
    n_rows = sum(len(row["indicator"]) for row in rows)
    return File(name, "bulk_csv", bulk_csv(rows), {"rows": n_rows, "extra": extra})


def page_file(name: str, rows: list[dict], **changes: object) -> File:
    """A JSON answer of records; `changes` replaces keys of the envelope."""
    body = envelope(rows, len(rows), 1, len(rows)) | changes
    return File(name, "series_data", json.dumps(body).encode(), {"rows": len(rows)})


def snapshot(root: Path, release: str, files: Iterable[File]) -> Snapshot:
    """The files as a snapshot on disk."""
    with SnapshotWriter(root, "unsd", release, origin="o", licence="l", attribution="a") as writer:
        for file in files:
            writer.add(file.name, file.role, file.body, **file.facts)
        return writer.commit()


def staged(
    root: Path, releases: dict[str, list[File]], *, memory: str = "800MB", threads: int = 2
) -> duckdb.DuckDBPyConnection:
    """The staging tables of these releases, whose ledger balances with the rejects."""
    con = duckdb.connect()
    con.execute(f"set memory_limit = '{memory}'; set threads = {threads}")
    con.execute(f"set temp_directory = '{root / 'spill'}'")
    create_ledger(con)
    context = RunContext(con, Settings(), "run")
    unsd.prepare(con)
    unsd_lists.prepare(con)
    for release, files in releases.items():
        one = snapshot(root, release, files)
        unsd_lists.stage_lists(context, one)
        unsd.stage_observations(context, one)
    unsd.finish(context)
    official.finish(context)
    assert balances(con)
    return con


def balances(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the rows of each file are staged or rejected, counted in the tables themselves."""
    loads = read_loads(con)
    return all(
        (load.rows_out, load.rows_rejected)
        == (
            con.execute(
                "select count(*) from staging.observation where release = ? and snapshot_sha256 = ?",
                [load.release, load.snapshot_sha256],
            ).fetchone()[0],
            con.execute(
                "select count(*) from audit.reject where release = ? and file_name = ?", [load.release, load.file_name]
            ).fetchone()[0],
        )
        for load in loads
        if load.file_name.endswith((".csv", "page.json"))
    )


def aside(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Rule, kind and name of what was set aside."""
    return [(one.rule_id, one.set_aside_kind, one.set_aside_name) for one in read_set_aside(con)]


def values(con: duckdb.DuckDBPyConnection, columns: str = "series_code, area_code, year, value") -> list[tuple]:
    """The chosen row of each key."""
    return con.execute(
        f"select {columns} from (select o.*, b.breakdown, b.dimensions, b.is_total "
        "from staging.observation as o "
        "join staging.breakdown as b using (dataset_id, release, published_series_code, published_breakdown) "
        "where o.rowid in (select staged_row from staging.observation_key)) order by all"
    ).fetchall()
