"""Files of reviews and actions -> `staging.review`, `staging.action` and what they declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.common.database import insert_rows
from localsdg.registry.local_governments import identities, provisional_id, resolve
from localsdg.registry.places import country_iso3
from localsdg.registry.sdg_codes import parse_declared
from localsdg.registry.tables import create_table_sql, tables
from localsdg.sources.records.action_cells import split_urls
from localsdg.sources.records.checks import check_reviews
from localsdg.sources.records.contract import ACTIONS, REVIEWS
from localsdg.sources.records.files import read_records
from localsdg.sources.records.review_merge import ReviewRow, merge_reviews
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.cleaned import note_cleaned, prepare_cleaned
from localsdg.staging.ledger import Load
from localsdg.staging.records.actions import stage_actions
from localsdg.staging.records.files import (
    LIST,
    insert_model,
    no_usable_row,
    reject_rows,
    rows_in,
    stage_files,
)

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

TABLES = (
    "review",
    "review_conflict",
    "action",
    "action_declared",
    "action_partner",
    "action_country",
    "action_dataset",
)


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty staging tables."""
    con.execute("create schema if not exists staging")
    for name in TABLES:
        con.execute(create_table_sql(tables()[f"staging.{name}"]))
    prepare_cleaned(con)


def stage_records(context: RunContext, snapshot: Snapshot) -> list[Load]:
    """Stage every file of reviews or actions of a snapshot; returns a `Load` a file.

    Reviews are joined over all files staged so far, so the order of the
    snapshots does not matter. A file that was changed or cannot be read, lacks a
    required column, or of which no row can be used is set aside.
    """

    def stage_one(file: FileRecord) -> Load:
        return _stage(context, snapshot, file)

    loads = stage_files(context, snapshot, (REVIEWS.name, ACTIONS.name), stage_one)
    if snapshot.with_role(REVIEWS.name):
        join_reviews(context.con)
    return loads


def _stage(context: RunContext, snapshot: Snapshot, file: FileRecord) -> Load:
    return (_stage_reviews if file.role == REVIEWS.name else stage_actions)(context, snapshot, file)


def _stage_reviews(context: RunContext, snapshot: Snapshot, file: FileRecord) -> Load:
    where = f"{snapshot.release}/{file.name}"
    records = read_records(snapshot.file_path(file), REVIEWS, where=where)
    faults = records.unreadable + records.traps + ([] if records.missing else check_reviews(records.frame))
    bad = {fault.row for fault in faults}
    good = records.frame[[row not in bad for row in records.frame.index]]
    if records.missing or good.empty:
        raise no_usable_row(where, REVIEWS, records.header + faults)
    insert_model(context, _known(good), snapshot, file, "review")
    reject_rows(context, snapshot, file, faults)
    note_cleaned(context.con, snapshot.source, snapshot.release, file.name, records.n_cleaned)
    return Load(
        snapshot.source,
        snapshot.release,
        file.name,
        file.sha256,
        rows_in(file, records),
        len(good),
        len(bad),
    )


def _known(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of reviews with what is looked up: country, government, lists."""
    rows = frame.assign(row_number=frame.index)
    rows["known_iso3"] = [
        code.strip() or country_iso3(name) or "" for code, name in zip(frame["iso3"], frame["country"], strict=True)
    ]
    names = [
        (resolve(name.strip(), iso3), name.strip(), iso3)
        for name, iso3 in zip(rows["local_government"], rows["known_iso3"], strict=True)
    ]
    rows["local_government_id"] = [known or provisional_id(name, iso3) for known, name, iso3 in names]
    rows["is_provisional"] = [known is None for known, _, _ in names]
    rows["urls"] = [
        LIST.join(dict.fromkeys(split_urls(url) + split_urls(others)))
        for url, others in zip(frame["url"], frame["alt_urls"], strict=True)
    ]
    rows["sdg_codes"] = [
        LIST.join(element.code for element in parse_declared(cell)[0]) if cell.strip() else ""
        for cell in frame["sdgs_covered"]
    ]
    return rows


def join_reviews(con) -> None:
    """Give every staged row its review, over all files; write the conflicts anew."""
    rows = [
        ReviewRow(
            (release, sha, number),
            resolve(name, iso3) or provisional_id(name, iso3),
            name,
            iso3,
            year,
            review_kind,
            tuple(filter(None, (url, *others))),
        )
        for release, sha, number, name, iso3, year, review_kind, url, others in con.execute(
            "select release, snapshot_sha256, row_number, local_government, iso3, review_year, "
            "review_kind, url, other_urls from staging.review"
        ).fetchall()
    ]
    merged = merge_reviews(rows)
    con.execute(
        "create or replace temp table joined (release varchar, snapshot_sha256 varchar, "
        "row_number integer, review_id varchar, local_government_id varchar, is_provisional boolean)"
    )
    insert_rows(
        con,
        "joined",
        [
            {
                "release": key[0],
                "snapshot_sha256": key[1],
                "row_number": key[2],
                "review_id": review_id,
                "local_government_id": merged.government_of[key],
                "is_provisional": merged.government_of[key] not in identities(),
            }
            for key, review_id in merged.review_of.items()
        ],
    )
    con.execute(
        "create or replace table staging.review as select r.* replace (j.review_id as review_id, "
        "j.local_government_id as local_government_id, j.is_provisional as is_provisional) "
        "from staging.review as r join joined as j using (release, snapshot_sha256, row_number)"
    )
    con.execute("drop table joined; delete from staging.review_conflict")
    insert_rows(
        con,
        "staging.review_conflict",
        [
            {
                "review_id": conflict.review_a,
                "other_review_id": conflict.review_b,
                "conflict_url": conflict.url,
                "conflict_field": conflict.field,
                "stated_value": conflict.value_a,
                "other_value": conflict.value_b,
            }
            for conflict in merged.conflicts
        ],
    )
