"""Reading a lake: the versions that it holds, and SQL on it as it is or as it was."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localsdg.common.database import text
from localsdg.common.errors import UsageError
from localsdg.warehouse.lake.catalog import LAKE, Catalog, data_folder, open_lake
from localsdg.warehouse.query import query_table

if TYPE_CHECKING:
    import pyarrow as pa

    from localsdg.common.settings import Settings


@dataclass(frozen=True)
class LakeVersion:
    """A snapshot: its number, when it was written (UTC, ISO 8601), and which version of whose warehouse it took in.

    `sources` and `sites` are empty where the whole file was published; `rows` are those written, by table.
    """

    snapshot: int
    written_at: str
    version: str
    content_hash: str
    message: str
    sources: tuple[str, ...]
    sites: tuple[str, ...]
    rows: dict[str, int]


def lake_versions(settings: Settings, catalog: Catalog) -> list[LakeVersion]:
    """The snapshots that localsdg published, the newest first; raises as `open_lake`."""
    with closing(open_lake(settings, catalog)) as con:
        rows = con.execute(
            "select snapshot_id, strftime(snapshot_time at time zone 'UTC', '%Y-%m-%dT%H:%M:%S'), commit_message, "
            f"commit_extra_info from ducklake_snapshots('{LAKE}') "
            "where json_extract_string(commit_extra_info, '$.version') is not null order by snapshot_id desc"
        ).fetchall()
    found = []
    for number, written_at, message, extra in rows:
        facts = json.loads(extra)
        given = (tuple(facts["sources"]), tuple(facts["sites"]), facts["rows"])
        found.append(LakeVersion(number, written_at, facts["version"], facts["content_hash"] or "", message, *given))
    return found


def query_lake(settings: Settings, catalog: Catalog, sql: str, version: str | None = None) -> pa.Table:
    """The result of one SELECT on the lake, as it is or as of a version or the number of a snapshot.

    SQL can write nothing, and reach no file but those of the lake. Raises `UsageError`
    for an unknown version and as `query_table`.
    """
    snapshot = None if version is None else _snapshot(settings, catalog, version)
    with closing(open_lake(settings, catalog, snapshot=snapshot)) as con:
        con.execute(f"set allowed_directories = [{text(data_folder(con))}]")
        con.execute(f"use {LAKE}")
        con.execute("set enable_external_access = false")
        con.execute("set lock_configuration = true")
        return query_table(con, sql)


def _snapshot(settings: Settings, catalog: Catalog, version: str) -> int:
    """The newest snapshot of a version."""
    known = lake_versions(settings, catalog)
    found = next((one.snapshot for one in known if version in (one.version, str(one.snapshot))), None)
    if found is None:
        raise UsageError(
            "the lake has no such version",
            where="--version",
            expected=", ".join(f"{one.snapshot} ({one.version})" for one in known[:12]) or "a published version",
            got=version,
            next_step="localsdg lake versions",
        )
    return found
