"""Files of reviews and actions -> `staging.review`, `staging.action` and what they declare."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from localsdg.common.context import RunContext
from localsdg.common.database import insert_rows, text
from localsdg.common.errors import LocalsdgError
from localsdg.registry.actor_kinds import actor_kind, split_actors, stated_kind
from localsdg.registry.local_governments import identities, provisional_id, resolve, slug
from localsdg.registry.places import country_iso3
from localsdg.registry.sdg_codes import parse_declared
from localsdg.registry.tables import create_table_sql, tables
from localsdg.sources.records.checks import check_actions, check_reviews, split_urls
from localsdg.sources.records.contract import (
    ACTIONS,
    REVIEWS,
    RULES,
    SHEETS,
    Contract,
    ValidationError,
)
from localsdg.sources.records.files import Records, read_records
from localsdg.sources.records.review_merge import ReviewRow, merge_reviews
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.cleaned import note_cleaned, prepare_cleaned
from localsdg.staging.contain import reason_of
from localsdg.staging.ledger import Load, SetAside, record, set_aside
from localsdg.staging.records.datasets import dataset_of, insert_datasets

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

#: Rules under which a row is rejected, by id.
UNREADABLE = "F01"
REJECT_RULES = {
    f"{contract.prefix}-{rule}": words
    for contract in (REVIEWS, ACTIONS, *SHEETS)
    for rule, words in {**RULES, UNREADABLE: "the file cannot be read or holds no row that can be used"}.items()
}
PREFIXES = {contract.name: contract.prefix for contract in (REVIEWS, ACTIONS, *SHEETS)}
TABLES = (
    "review",
    "review_conflict",
    "action",
    "action_declared",
    "action_partner",
    "action_country",
    "action_dataset",
)
_CONTRACTS = {REVIEWS.name: (REVIEWS, check_reviews), ACTIONS.name: (ACTIONS, check_actions)}
_LIST = "\x1f"  # between the parts of a list in one text column


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

    loads = stage_files(context, snapshot, tuple(_CONTRACTS), stage_one)
    if snapshot.with_role(REVIEWS.name):
        _join_reviews(context.con)
    return loads


def stage_files(
    context: RunContext,
    snapshot: Snapshot,
    roles: tuple[str, ...],
    stage_one: Callable[[FileRecord], Load],
) -> list[Load]:
    """Stage the files of the given roles one by one; one that fails is set aside, the others go on.

    Its rows (as many as were counted when it was taken in) become rejects.
    """
    loads = []
    for file in snapshot.with_role(*roles):
        try:
            replace(snapshot, files=(file,)).verify()
            load = stage_one(file)
        except Exception as error:  # whatever one file holds, the others are staged
            load = _file_aside(context.con, context.run_id, snapshot, file, reason_of(error))
        loads.append(record(context.con, context.run_id, load))
    return loads


def _file_aside(con, run_id: str, snapshot: Snapshot, file: FileRecord, reason: str) -> Load:
    """Take back what was staged of a file, and account for its rows."""
    for name in (*TABLES, "link_decision", "local_indicator_decision"):
        if "snapshot_sha256" in tables()[f"staging.{name}"].column_names and _is_there(con, name):
            con.execute(
                f"delete from staging.{name} where release = ? and snapshot_sha256 = ?", [snapshot.release, file.sha256]
            )
    con.execute(
        "delete from audit.reject where source = ? and release = ? and file_name = ?",
        [snapshot.source, snapshot.release, file.name],
    )
    rule, rows = f"{PREFIXES[file.role]}-{UNREADABLE}", file.rows or 1
    con.execute(
        "insert into audit.reject by name select ? as run_id, ? as source, ? as release, ? as file_name, "
        "? as rule_id, 'record ' || unnest(range(1, ? + 1)) as row_key, ? as detail",
        [run_id, snapshot.source, snapshot.release, file.name, rule, rows, reason],
    )
    set_aside(
        con, run_id, [SetAside(snapshot.source, "file", file.name, rule, REJECT_RULES[rule], snapshot.release, reason)]
    )
    return Load(snapshot.source, snapshot.release, file.name, file.sha256, rows, 0, rows)


def _is_there(con, name: str) -> bool:
    return bool(
        con.execute(
            "select count(*) from duckdb_tables() where schema_name = 'staging' and table_name = ?", [name]
        ).fetchone()[0]
    )


def _stage(context: RunContext, snapshot: Snapshot, file: FileRecord) -> Load:
    contract, check = _CONTRACTS[file.role]
    where = f"{snapshot.release}/{file.name}"
    records = read_records(snapshot.file_path(file), contract, where=where)
    faults = records.unreadable + ([] if records.missing else check(records.frame))
    bad = {fault.row for fault in faults}
    good = records.frame[[row not in bad for row in records.frame.index]]
    if records.missing or good.empty:
        raise LocalsdgError(
            "no row of the file can be used",
            where=where,
            expected=f"the columns {', '.join(contract.required)}, and rows without fault",
            got=(records.header + faults)[0],
            next_step=(
                "correct the file, then localsdg pull reviews FILE"
                if contract is REVIEWS
                else "correct the file, then localsdg pull actions FILE"
            ),
        )
    rows = _known(good, contract, dataset_of(file))
    insert_model(context, rows, snapshot, file, "review" if contract is REVIEWS else "action")
    if contract is ACTIONS:
        _insert_declared(context.con, rows, snapshot, file)
        _insert_partners(context.con, rows, snapshot, file)
        _insert_countries(context.con, rows, snapshot, file)
        insert_datasets(context.con, snapshot, file, rows["dataset_id"])
    reject_rows(context, snapshot, file, faults)
    note_cleaned(context.con, snapshot.source, snapshot.release, file.name, records.n_cleaned)
    return Load(
        snapshot.source,
        snapshot.release,
        file.name,
        file.sha256,
        _rows_in(file, records),
        len(good),
        len(bad),
    )


def _rows_in(file: FileRecord, records: Records) -> int:
    """Rows as they were counted when the file was taken in, else as they are now."""
    return records.n_rows if file.rows is None else file.rows


def _known(frame: pd.DataFrame, contract: Contract, dataset_id: str) -> pd.DataFrame:
    """The rows with what is looked up: country, government, lists, and the id of an action."""
    rows = frame.assign(row_number=frame.index)
    codes = frame["iso3"].str.strip() if "iso3" in frame else [""] * len(frame)
    rows["known_iso3"] = [code or country_iso3(name) or "" for code, name in zip(codes, frame["country"], strict=True)]
    governments = [
        _government(name.strip(), iso3) for name, iso3 in zip(rows["local_government"], rows["known_iso3"], strict=True)
    ]
    rows["local_government_id"] = [government_id for government_id, _ in governments]
    rows["is_provisional"] = [is_provisional for _, is_provisional in governments]
    more = frame["alt_urls"] if "alt_urls" in frame else [""] * len(frame)
    rows["urls"] = [
        _LIST.join(dict.fromkeys(split_urls(url) + split_urls(others)))
        for url, others in zip(frame["url"], more, strict=True)
    ]
    if contract is ACTIONS:
        rows["dataset_id"] = [slug(named) or dataset_id for named in frame["dataset"]]
        rows["partner_names"] = [_LIST.join(split_actors(cell)) for cell in frame["partners"]]
        leads = [_lead(cells) for cells in frame.to_dict("records")]
        rows["known_lead_kind"] = [kind for kind, _ in leads]
        rows["known_lead_basis"] = [basis for _, basis in leads]
        rows["made_id"] = [_action_id(cells) for cells in rows.to_dict("records")]
    else:
        rows["sdg_codes"] = [
            _LIST.join(element.code for element in parse_declared(cell)[0]) if cell.strip() else ""
            for cell in frame["sdgs_covered"]
        ]
    return rows


def _government(name: str, iso3: str) -> tuple[str | None, bool]:
    """Id of a local government, and whether it is provisional; None for a blank name."""
    if not name:
        return None, False
    known = resolve(name, iso3)
    return known or provisional_id(name, iso3), known is None


def _lead(cells: dict[str, str]) -> tuple[str | None, str | None]:
    """Kind of the lead, and on what it rests; None where the record names nobody and states no kind."""
    if stated := stated_kind(cells["lead_kind"]):
        return stated, "stated"
    if cells["local_government"].strip():
        return "local government", "stated"
    if name := cells["lead"].strip():
        actor = actor_kind(name)
        return actor.kind, actor.basis
    return None, None


def _action_id(cells: dict[str, str]) -> str:
    """The government, or the register, and the record's own id: two cities may both have a project 1."""
    who, given = cells["local_government_id"] or cells["dataset_id"], cells["action_id"].strip()
    if given:
        return given if given.startswith(f"{who}:") else f"{who}:{given}"
    content = _LIST.join(cells[name].strip() for name in ("title", "description", "year", "url"))
    return f"{who}:{hashlib.sha256(content.encode('utf-8')).hexdigest()[:12]}"


def insert_model(context: RunContext, rows: pd.DataFrame, snapshot: Snapshot, file: FileRecord, name: str) -> None:
    """Insert the checked rows of a file into `staging.<name>` by `sql/staging/<name>.sql`."""
    con, select = context.con, context.select(f"staging/{name}")
    for mark, value in (("$release", snapshot.release), ("$sha256", file.sha256)):
        select = select.replace(mark, text(value))
    con.register("record_rows", rows)
    try:
        con.execute(f"insert into staging.{name} by name {select}")
    finally:
        con.unregister("record_rows")


def _insert_declared(con, rows: pd.DataFrame, snapshot, file) -> None:
    insert_rows(
        con,
        "staging.action_declared",
        [
            {
                "release": snapshot.release,
                "snapshot_sha256": file.sha256,
                "row_number": int(number),
                "action_id": action_id,
                "sdg_code": element.code,
                "goal_code": element.goal_code,
                "target_code": element.target_code,
                "indicator_code": element.indicator_code,
                "rank": rank,
                "evidence": sdgs.strip(),
            }
            for number, action_id, sdgs in zip(rows.index, rows["made_id"], rows["sdgs"], strict=True)
            if sdgs.strip()
            for rank, element in enumerate(parse_declared(sdgs)[0], start=1)
        ],
    )


def _insert_partners(con, rows: pd.DataFrame, snapshot, file) -> None:
    insert_rows(
        con,
        "staging.action_partner",
        [
            {
                "release": snapshot.release,
                "snapshot_sha256": file.sha256,
                "row_number": int(number),
                "action_id": action_id,
                "partner": actor.name,
                "partner_kind": actor.kind,
                "kind_basis": actor.basis,
            }
            for number, action_id, names in zip(rows.index, rows["made_id"], rows["partner_names"], strict=True)
            if names
            for actor in {one.name: one for one in map(actor_kind, names.split(_LIST))}.values()
        ],
    )


def _insert_countries(con, rows: pd.DataFrame, snapshot, file) -> None:
    insert_rows(
        con,
        "staging.action_country",
        [
            {
                "release": snapshot.release,
                "snapshot_sha256": file.sha256,
                "row_number": int(number),
                "action_id": action_id,
                "iso3": iso3,
                "country_name": name.strip(),
            }
            for number, action_id, iso3, name in zip(
                rows.index, rows["made_id"], rows["known_iso3"], rows["country"], strict=True
            )
            if iso3
        ],
    )


def reject_rows(context: RunContext, snapshot: Snapshot, file: FileRecord, faults: list[ValidationError]) -> None:
    """One reject a row, under the rule of its first fault, with all its faults."""
    by_row: dict[int, list[ValidationError]] = {}
    for fault in faults:
        by_row.setdefault(fault.row, []).append(fault)
    insert_rows(
        context.con,
        "audit.reject",
        [
            {
                "run_id": context.run_id,
                "source": snapshot.source,
                "release": snapshot.release,
                "file_name": file.name,
                "rule_id": of_row[0].rule_id,
                "row_key": f"row {row}",
                "detail": "; ".join(str(fault).split(", ", 1)[1] for fault in of_row)[:400],
            }
            for row, of_row in sorted(by_row.items())
        ],
    )


def _join_reviews(con) -> None:
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
