"""Metadata lists of the UN service and M49 -> staging tables; one that cannot be read is set aside."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from localsdg.common.clean_text import clean_text, clean_value
from localsdg.common.context import RunContext
from localsdg.common.database import insert_rows, scalar, text
from localsdg.common.entities import decode_entities
from localsdg.common.errors import LocalsdgError
from localsdg.common.scratch import scratch_folder
from localsdg.registry.tables import ensure_tables
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.contain import count_if_of_machine
from localsdg.staging.ledger import Load, SetAside, reason_in_short, record, set_aside
from localsdg.staging.unsd.entries import Entries, usable_entries

#: Role of a raw file -> staging table and the column that one element of the list gives.
LISTS = {
    "goal_list": ("goal", "goal_code"),
    "target_list": ("target", "target_code"),
    "indicator_list": ("indicator", "indicator_code"),
    "series_list": ("series", "series_code"),
    "area_list": ("area", "area_code"),
    "m49": ("m49_area", "area_code"),
}
TREE = "area_tree"
CANNOT_READ, BAD_ENTRY = "UNSD-L01", "UNSD-L02"
_TARGET = "(1[0-7]|[1-9])[.]([1-9][0-9]?|[a-z])"
#: Staging table -> which of its rows no later stage can use.
_UNUSABLE = {
    "goal": "title is null or not regexp_full_match(goal_code, '1[0-7]|[1-9]')",
    "target": "goal_code is null or title is null or not starts_with(target_code, goal_code || '.') "
    f"or not regexp_full_match(target_code, '{_TARGET}')",
    "indicator": "goal_code is null or target_code is null or title is null "
    "or not starts_with(indicator_code, target_code || '.') "
    "or not starts_with(target_code, goal_code || '.') "
    f"or not regexp_full_match(indicator_code, '{_TARGET}[.][1-9][0-9]?')",
    "series": "description is null or not regexp_full_match(series_code, '[A-Z]{2}(_[A-Za-z0-9]+)+')",
    "area": "area_name is null or not regexp_full_match(area_code, '[0-9]{3,5}')",
    "m49_area": "area_name is null or not regexp_full_match(area_code, '[0-9]{3}') "
    "or not regexp_full_match(coalesce(iso3, 'AAA'), '[A-Z]{3}')",
}
#: What a list of another shape raises. Not memory or disk that ran out.
_UNREADABLE = (
    LocalsdgError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    RecursionError,
    duckdb.InvalidInputException,
    duckdb.ConversionException,
    duckdb.BinderException,
)


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty staging tables."""
    ensure_tables(con, [f"staging.{table}" for table, _ in LISTS.values()] + ["staging.area_tree"])


def stage_lists(context: RunContext, snapshot: Snapshot) -> list[Load]:
    """Stage every metadata file of a snapshot; returns a `Load` for each that could be read.

    A file that is not the list that its role names is set aside, and the lists
    of other releases are used. An entry that cannot be used is a reject.
    """
    loads, aside = [], []
    for file in snapshot.with_role(*LISTS, TREE):
        try:
            load = _stage_tree if file.role == TREE else _stage_list
            loads.append(load(context, snapshot, file))
        except _UNREADABLE as error:
            aside.append(_set_aside(context.con, snapshot, file, error))
    set_aside(context.con, context.run_id, aside)
    return [record(context.con, context.run_id, load) for load in loads]


def _stage_list(context: RunContext, snapshot: Snapshot, file: FileRecord) -> Load:
    con, run_id = context.con, context.run_id
    table, element = LISTS[file.role]
    with scratch_folder() as folder:
        path, entries = _readable(con, snapshot, file, folder)
        select = context.select(f"staging/{table}")
        for name, value in (
            ("$file", path),
            ("$dataset", _source(snapshot, file)),
            ("$release", snapshot.release),
            ("$sha256", file.sha256),
        ):
            select = select.replace(name, text(value))
        con.execute(f"insert into staging.{table} by name {select}")
    rejected = _reject_entries(con, snapshot, file, run_id)
    insert_rows(
        con,
        "audit.reject",
        [
            {
                "run_id": run_id,
                "source": _source(snapshot, file),
                "release": snapshot.release,
                "file_name": file.name,
                "rule_id": BAD_ENTRY,
                "row_key": code,
                "detail": reason,
            }
            for code, reason in entries.rejected
        ],
    )
    out = scalar(
        con,
        f"select count(distinct {element}) from staging.{table} "
        "where dataset_id = ? and release = ? and snapshot_sha256 = ?",
        [_source(snapshot, file), snapshot.release, file.sha256],
    )
    if not out:
        raise ValueError(f"none of its {entries.n_entries:,} entries can be used")
    return _balanced(snapshot, file, entries.n_entries, out + entries.n_merged, rejected + len(entries.rejected))


def _reject_entries(con, snapshot: Snapshot, file: FileRecord, run_id: str) -> int:
    """Move the entries that no later stage can use to the rejects; returns their number."""
    table, element = LISTS[file.role]
    source = _source(snapshot, file)
    bad = (
        f"from staging.{table} where dataset_id = ? and release = ? and snapshot_sha256 = ? "
        f"and coalesce({element} is null or {_UNUSABLE[table]}, true)"
    )
    held = [source, snapshot.release, file.sha256]
    ((count,),) = con.execute(f"select count(*) from (select distinct {element} {bad})", held).fetchall()
    if count:
        con.execute(
            f"insert into audit.reject by name select distinct ? as run_id, ? as source, ? as release, "
            f"? as file_name, '{BAD_ENTRY}' as rule_id, coalesce({element}, '?') as row_key, "
            f"'an entry of the {file.role} without its parts or with a code of another form' as detail {bad}",
            [run_id, source, snapshot.release, file.name, *held],
        )
        con.execute(f"delete {bad}", held)
    return count


def _stage_tree(context: RunContext, snapshot: Snapshot, file: FileRecord) -> Load:
    con = context.con
    with scratch_folder() as folder:
        path, _ = _readable(con, snapshot, file, folder)
        roots = json.loads(path.read_text(encoding="utf-8"))
    rows = [
        {
            "dataset_id": snapshot.source,
            "release": snapshot.release,
            "root_name": root["geoAreaName"].strip(),
            **entry,
            "snapshot_sha256": file.sha256,
        }
        for root in roots
        for entry in _walk(root, None)
    ]
    _require_tree(rows)
    insert_rows(con, "staging.area_tree", rows)
    out = scalar(
        con,
        "select count(*) from staging.area_tree where dataset_id = ? and release = ? and snapshot_sha256 = ?",
        [_source(snapshot, file), snapshot.release, file.sha256],
    )
    return _balanced(snapshot, file, len(rows), out, 0)


def _walk(node: dict, parent: str | None) -> Iterator[dict]:
    """Every entry of the tree, each with the code of the group above."""
    code = str(node["geoAreaCode"]).zfill(3)
    yield {
        "area_code": code,
        "area_name": node["geoAreaName"].strip(),
        "area_type": node["type"],
        "parent_code": parent,
    }
    for child in node.get("children") or []:
        yield from _walk(child, code)


def _require_tree(rows: list[dict]) -> None:
    """Raise `ValueError` for a tree that would count a country twice, or has no codes or types."""
    if not rows:
        raise ValueError("the tree has no entries")
    if wrong := [row["area_code"] for row in rows if not re.fullmatch("[0-9]{3,5}", row["area_code"])]:
        raise ValueError(f"{wrong[0]} is no area code")
    if wrong := [row["area_code"] for row in rows if not isinstance(row["area_type"], str)]:
        raise ValueError(f"area {wrong[0]} has no type")
    places = [(row["root_name"], row["area_code"], row["parent_code"]) for row in rows]
    if len(set(places)) < len(places):
        doubled = next(place for place in places if places.count(place) > 1)
        raise ValueError(f"area {doubled[1]} is twice in one place")


def _readable(con, snapshot: Snapshot, file: FileRecord, folder: Path) -> tuple[Path, Entries]:
    """The list without control characters, references of HTML and unusable entries, as itself or as a copy.

    Its entries are counted without DuckDB.
    """
    path = snapshot.file_path(file)
    body = path.read_bytes().decode("utf-8-sig")
    if path.suffix == ".csv":
        cells = [cell for row in csv.reader(io.StringIO(body), delimiter=";") for cell in row]
        n_cells = sum(clean_text(cell) != cell for cell in cells)
        plain = clean_text(body)
        entries = Entries(n_entries=sum(bool(line.strip()) for line in plain.splitlines()) - 1)
    else:
        published = json.loads(body, strict=False)
        if not isinstance(published, list) or not published:
            raise ValueError(f"expected a list, got {body[:60]!r}")
        n_cells, plain = _count_control(published), body
        parsed = clean_value(published, lambda cell: decode_entities(clean_text(cell)))
        entries = (
            Entries(parsed)
            if file.role == TREE
            else usable_entries(
                file.role, parsed, snapshot.release if file.params.get("allreleases") == "true" else None
            )
        )
        if parsed != published or entries.usable != parsed:
            plain = json.dumps(entries.usable, ensure_ascii=False)
    if plain == body:
        return path, entries
    insert_rows(
        con,
        "staging.cleaned_text",
        [{"release": snapshot.release, "file_name": file.name, "n_cells": n_cells}] if n_cells else [],
    )
    copy = folder / path.name
    copy.write_text(plain, encoding="utf-8")
    return copy, entries


def _count_control(value: Any) -> int:
    if isinstance(value, str):
        return int(clean_text(value) != value)
    if isinstance(value, dict):
        value = value.values()
    return sum(map(_count_control, value)) if isinstance(value, list | type({}.values())) else 0


def _set_aside(con, snapshot: Snapshot, file: FileRecord, error: Exception) -> SetAside:
    """Take out what was staged of a list, and name it."""
    count_if_of_machine(error)
    table = "area_tree" if file.role == TREE else LISTS[file.role][0]
    con.execute(
        f"delete from staging.{table} where dataset_id = ? and release = ? and snapshot_sha256 = ?",
        [_source(snapshot, file), snapshot.release, file.sha256],
    )
    con.execute(
        "delete from audit.reject where source = ? and release = ? and file_name = ?",
        [_source(snapshot, file), snapshot.release, file.name],
    )
    return SetAside(
        _source(snapshot, file),
        "file",
        file.name,
        CANNOT_READ,
        f"the {file.role} cannot be read",
        snapshot.release,
        detail=reason_in_short(error),
        used_instead="the lists of the other releases",
    )


def _source(snapshot: Snapshot, file: FileRecord) -> str:
    return "m49" if file.role == "m49" else snapshot.source


def _balanced(snapshot: Snapshot, file: FileRecord, rows_in: int, rows_out: int, rejected: int) -> Load:
    return Load(_source(snapshot, file), snapshot.release, file.name, file.sha256, rows_in, rows_out, rejected)
