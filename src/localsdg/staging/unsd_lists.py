"""Metadata lists of the UN service and M49 -> staging tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.duck import insert_rows, model, text
from localsdg.errors import LocalsdgError
from localsdg.registry.tables import create_table_sql, tables
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.ledger import Load, record

if TYPE_CHECKING:
    import duckdb

#: Role of a raw file -> staging table and the column that one element of the list gives.
LISTS = {
    "goal_list": ("unsd_goal", "goal_code"),
    "target_list": ("unsd_target", "target_code"),
    "indicator_list": ("unsd_indicator", "indicator_code"),
    "series_list": ("unsd_series", "series_code"),
    "area_list": ("unsd_area", "area_code"),
    "m49": ("m49_area", "area_code"),
}
TREE = "area_tree"


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty staging tables."""
    con.execute("create schema if not exists staging")
    for name in [table for table, _ in LISTS.values()] + ["unsd_area_tree"]:
        con.execute(create_table_sql(tables()[f"staging.{name}"]))


def stage_lists(
    con: duckdb.DuckDBPyConnection, snapshot: Snapshot, sql: Path, run_id: str
) -> list[Load]:
    """Stage every metadata file of a snapshot; returns a `Load` a file.

    Raises `LocalsdgError` when a file is not the list that its role says.
    """
    loads = []
    for file in snapshot.files:
        if file.role in LISTS:
            loads.append(_stage_list(con, snapshot, file, sql))
        elif file.role == TREE:
            loads.append(_stage_tree(con, snapshot, file))
    return [record(con, run_id, load) for load in loads]


def _stage_list(con, snapshot: Snapshot, file: FileRecord, sql: Path) -> Load:
    import duckdb

    table, element = LISTS[file.role]
    path = snapshot.file_path(file)
    select = model(sql / "staging" / f"{table}.sql")
    for name, value in (("$file", path), ("$release", snapshot.release), ("$sha256", file.sha256)):
        select = select.replace(name, text(value))
    try:
        con.execute(f"insert into staging.{table} by name {select}")
    except duckdb.Error as error:
        raise LocalsdgError(
            f"the {file.role} cannot be read", where=path, expected="the service's list",
            got=str(error).splitlines()[0], next_step="pull it again",
        ) from error
    out = con.execute(
        f"select count(distinct {element}) from staging.{table} where snapshot_sha256 = ?",
        [file.sha256],
    ).fetchone()[0]
    return _balanced(snapshot, file, _elements(path), out)


def _stage_tree(con, snapshot: Snapshot, file: FileRecord) -> Load:
    roots = json.loads(snapshot.file_path(file).read_text(encoding="utf-8"))
    rows = [
        {"release": snapshot.release, "root_name": root["geoAreaName"].strip(), **entry,
         "snapshot_sha256": file.sha256}
        for root in roots
        for entry in _walk(root, None)
    ]
    insert_rows(con, "staging.unsd_area_tree", rows)
    out = con.execute(
        "select count(*) from staging.unsd_area_tree where snapshot_sha256 = ?", [file.sha256]
    ).fetchone()[0]
    return _balanced(snapshot, file, len(rows), out)


def _walk(node: dict, parent: str | None) -> Iterator[dict]:
    """Every entry of the tree, each with the code of the group above."""
    code = str(node["geoAreaCode"]).zfill(3)
    yield {
        "area_code": code, "area_name": node["geoAreaName"].strip(),
        "area_type": node["type"], "parent_code": parent,
    }
    for child in node.get("children") or []:
        yield from _walk(child, code)


def _elements(path: Path) -> int:
    """Entries of a list, counted without DuckDB."""
    if path.suffix == ".csv":
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        return sum(bool(line.strip()) for line in lines) - 1
    return len(json.loads(path.read_text(encoding="utf-8")))


def _balanced(snapshot: Snapshot, file: FileRecord, rows_in: int, rows_out: int) -> Load:
    source = "m49" if file.role == "m49" else snapshot.source
    return Load(source, snapshot.release, file.name, file.sha256, rows_in, rows_out, 0)
