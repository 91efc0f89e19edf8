"""Files of actions -> `staging.action`, its partners, countries and what it declares; blanked cells are counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.common.database import insert_rows
from localsdg.registry.actor_kinds import actor_kind, split_actors
from localsdg.sources.records.action_rows import ActionRows, BlankedCells, read_actions
from localsdg.sources.records.contract import ACTIONS
from localsdg.sources.records.files import read_records
from localsdg.sources.records.mapping import RecordMapping
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.cleaned import note_cleaned
from localsdg.staging.ledger import Load
from localsdg.staging.records.datasets import dataset_of, insert_datasets
from localsdg.staging.records.files import LIST, insert_model, no_usable_row, reject_rows, rows_in

if TYPE_CHECKING:
    import pandas as pd


def stage_actions(context: RunContext, snapshot: Snapshot, file: FileRecord) -> Load:
    """Stage one file of actions; raises `LocalsdgError` where no row of it can be used."""
    where = f"{snapshot.release}/{file.name}"
    mapping = RecordMapping.from_extra(file.extra)
    records = read_records(snapshot.file_path(file), ACTIONS, where=where, mapping=mapping)
    if records.missing:
        raise no_usable_row(where, ACTIONS, records.header)
    rows = read_actions(records, dataset_of(file))
    faults = records.unreadable + rows.rejected
    if rows.frame.empty:
        raise no_usable_row(where, ACTIONS, faults)
    partners = {cell: split_actors(cell) for cell in rows.frame["partners"].unique()}
    insert_model(context, _as_text(rows.frame, partners), snapshot, file, "action")
    _insert_lists(context, rows, partners, snapshot, file)
    insert_datasets(context.con, snapshot, file, rows.frame["dataset_id"])
    _insert_blanked(context, rows.blanked, snapshot, file)
    reject_rows(context, snapshot, file, faults)
    note_cleaned(context.con, snapshot.source, snapshot.release, file.name, records.n_cleaned)
    n_rejected = len({fault.row for fault in faults})
    return Load(
        snapshot.source,
        snapshot.release,
        file.name,
        file.sha256,
        rows_in(file, records),
        len(rows.frame),
        n_rejected,
    )


def _as_text(frame: pd.DataFrame, partners: dict[str, list[str]]) -> pd.DataFrame:
    """The columns that the SQL model reads; lists are joined. `partners` are the names in each cell."""
    return frame.assign(
        row_number=frame.index,
        partner_names=[LIST.join(partners[cell]) for cell in frame["partners"]],
        first_url=[urls[0] if urls else "" for urls in frame["urls"]],
    ).drop(columns=["iso3s", "years", "end_years", "elements", "urls"])


def _insert_lists(
    context: RunContext, rows: ActionRows, partners: dict[str, list[str]], snapshot: Snapshot, file: FileRecord
) -> None:
    """What a record has several of: elements of the Agenda, partners and countries, a row each."""
    frame = rows.frame
    ids = list(zip(frame.index.tolist(), frame["made_id"], strict=True))
    declared = (
        (number, made_id, e.code, e.goal_code, e.target_code, e.indicator_code, rank, cell)
        for (number, made_id), elements, cell in zip(ids, frame["elements"], frame["sdgs"], strict=True)
        for rank, e in enumerate(elements, start=1)
    )
    columns = ["sdg_code", "goal_code", "target_code", "indicator_code", "rank", "evidence"]
    _insert(context, "action_declared", columns, declared, snapshot, file)
    actors = {cell: _actors(names) for cell, names in partners.items()}
    partner_rows = (
        (number, made_id, *actor)
        for (number, made_id), cell in zip(ids, frame["partners"], strict=True)
        for actor in actors[cell]
    )
    _insert(context, "action_partner", ["partner", "partner_kind", "kind_basis"], partner_rows, snapshot, file)
    countries = (
        (number, made_id, iso3, cell)
        for (number, made_id), codes, cell in zip(ids, frame["iso3s"], frame["country"], strict=True)
        for iso3 in codes
    )
    _insert(context, "action_country", ["iso3", "country_name"], countries, snapshot, file)


def _actors(names: list[str]) -> list[tuple[str, str, str]]:
    """Name, kind and basis of each partner in a cell, each name once."""
    found = {actor.name: actor for actor in map(actor_kind, names)}
    return [(actor.name, actor.kind, actor.basis) for actor in found.values()]


def _insert(
    context: RunContext, table: str, columns: list[str], rows: Iterable[tuple], snapshot: Snapshot, file: FileRecord
) -> None:
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=["row_number", "action_id", *columns])
    if frame.empty:
        return
    frame = frame.assign(release=snapshot.release, snapshot_sha256=file.sha256)
    context.con.register("list_rows", frame)
    try:
        context.con.execute(f"insert into staging.{table} by name select * from list_rows")
    finally:
        context.con.unregister("list_rows")


def _insert_blanked(context: RunContext, blanked: Iterable[BlankedCells], snapshot: Snapshot, file: FileRecord) -> None:
    insert_rows(
        context.con,
        "audit.cell_blanked",
        [
            {
                "run_id": context.run_id,
                "source": snapshot.source,
                "release": snapshot.release,
                "file_name": file.name,
                "column_name": one.column,
                "rule_id": one.rule_id,
                "n_cells": one.n_cells,
                "examples": ", ".join(one.examples),
            }
            for one in blanked
        ],
    )
