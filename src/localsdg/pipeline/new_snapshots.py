"""Which staged data the published file does not have yet, and what of it they would replace.

A site's new snapshot replaces the one that was published. A new release of the UN replaces, of
each series that it holds whole, the release that was the latest; series that were not asked for,
were asked for in part, or have another definition (a new poverty line) are not compared. A new
file of actions or reviews replaces the last one of its name, else of its register. Snapshots of
the bundle are reviewed, and never compared.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from localsdg.common.csv_files import read_rows
from localsdg.common.database import insert_rows
from localsdg.pipeline.definition_changes import changed_definitions
from localsdg.pipeline.loss import FileKey, NewData, Pair, RecordFile
from localsdg.registry.releases import release_order
from localsdg.registry.series import RENAMED_CSV
from localsdg.sources.site_snapshots import day_and_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb

    from localsdg.sources.snapshot import Snapshot


def find_new_data(con: duckdb.DuckDBPyConnection, snapshots: Sequence[Snapshot], bundled: Iterable[Path]) -> NewData:
    """Compare what was staged with what is published; the published file is attached as `published`."""
    reviewed = set(bundled)
    pulled = [snapshot for snapshot in snapshots if snapshot.path not in reviewed]
    if not pulled:
        return NewData()
    loaded = set(con.execute("select source, release, snapshot_sha256 from published.audit.source_load").fetchall())
    added = {
        key
        for snapshot in pulled
        for file in snapshot.files
        if (key := (snapshot.source, snapshot.release, file.sha256)) not in loaded
    }
    if not added:
        return NewData()
    sites = _sites(con, pulled)
    series = _series(con, pulled, added)
    records = _records(con, snapshots, added, loaded)
    of_unit: dict[tuple[str, str], frozenset[FileKey]] = {}
    for pair in (*sites, *series):
        of_unit[pair.source, pair.name] = frozenset(k for k in added if k[:2] == (pair.source, pair.new_release))
    for file in records:
        if file.side == "new":
            key = (file.source, file.release, file.sha256)
            of_unit[file.source, file.name] = of_unit.get((file.source, file.name), frozenset()) | {key}
    return NewData((*sites, *series), tuple(records), of_unit)


def _sites(con: duckdb.DuckDBPyConnection, pulled: Iterable[Snapshot]) -> list[Pair]:
    """Sites whose snapshot is newer than the published one."""
    published = {
        (source, site_id): release
        for source, site_id, release in con.execute(
            "select dataset_id, site_id, release from published.core.local_site"
        ).fetchall()
    }
    pairs = []
    for snapshot in pulled:
        site_id = str(snapshot.extra.get("site_id") or "")
        old = published.get((snapshot.source, site_id))
        if old and day_and_number(old) < day_and_number(snapshot.release):
            pairs.append(Pair(snapshot.source, site_id, None, old, snapshot.release))
    return pairs


def _series(con: duckdb.DuckDBPyConnection, pulled: Iterable[Snapshot], added: set[FileKey]) -> list[Pair]:
    """Series of new files of releases, each with the published release that it replaces as the latest."""
    official = set(
        con.execute("select distinct dataset_id, release, snapshot_sha256 from staging.source_file").fetchall()
    )
    added = added & official
    if not added:
        return []
    con.execute(
        "create or replace temp table guard_added (dataset_id varchar, release varchar, snapshot_sha256 varchar)"
    )
    names = ("dataset_id", "release", "snapshot_sha256")
    insert_rows(con, "guard_added", [dict(zip(names, key, strict=True)) for key in sorted(added)])
    came = set(
        con.execute(
            "select o.dataset_id, o.series_code, o.release from staging.observation as o "
            "join guard_added using (dataset_id, release, snapshot_sha256) "
            "join staging.source_file as f using (dataset_id, release, snapshot_sha256) "
            "group by all having not bool_and(f.is_limited)"
        ).fetchall()
    )
    came |= _asked_for(con, pulled, added)
    if not came:
        return []
    published = con.execute(
        "select dataset_id, series_code, release, is_latest, is_limited from published.core.series_release"
    ).fetchall()
    whole = {row[:3] for row in published if not row[4]}
    latest = {row[:2]: row[2] for row in published if row[3]}
    pairs = [
        Pair(source, release, code, latest[source, code], release)
        for source, code, release in sorted(came - whole)
        if (source, code) in latest and release_order(latest[source, code]) < release_order(release)
    ]
    changed = changed_definitions(con, pairs)
    return [pair for pair in pairs if pair not in changed]


def _asked_for(
    con: duckdb.DuckDBPyConnection, pulled: Iterable[Snapshot], added: set[FileKey]
) -> set[tuple[str, str, str]]:
    """Series that a new file was asked for as a whole and that the release's own list names, with rows or without.

    A file that could not be read, or of which no row could be used, is set aside on its own.
    """
    current = {row["renamed_from"]: row["series_code"] for row in read_rows(RENAMED_CSV)}
    read = set(
        con.execute(
            "select source, release, snapshot_sha256 from audit.source_load where rows_in = 0 or rows_out > 0"
        ).fetchall()
    )
    asked = {
        (snapshot.source, code, snapshot.release)
        for snapshot in pulled
        for file in snapshot.files
        if (snapshot.source, snapshot.release, file.sha256) in added & read
        and not (file.extra.get("areas") or file.extra.get("years"))
        for code in {*file.extra.get("series", ())} - {one["series"] for one in snapshot.extra.get("failed_series", ())}
    }
    listed = set(con.execute("select distinct dataset_id, series_code, release from staging.series").fetchall())
    return {(source, current.get(code, code), release) for source, code, release in asked & listed}


def _records(
    con: duckdb.DuckDBPyConnection, snapshots: Iterable[Snapshot], added: set[FileKey], loaded: set[FileKey]
) -> list[RecordFile]:
    """New files of actions and reviews, and the old ones that they replace."""
    file_names = {
        (snapshot.source, snapshot.release, file.sha256): file.name for snapshot in snapshots for file in snapshot.files
    }
    staged = con.execute(
        "select distinct 'actions', dataset_id, release, snapshot_sha256 from staging.action union all "
        "select distinct 'reviews', null, release, snapshot_sha256 from staging.review order by all"
    ).fetchall()
    by_name: dict[tuple[str, str], list[FileKey]] = {}
    for source, dataset, release, sha in staged:
        if name := file_names.get((source, release, sha)):
            by_name.setdefault((source, dataset or name.partition(".")[0]), []).append((source, release, sha))
    found = []
    for (source, name), keys in by_name.items():
        old = [key for key in keys if key in loaded]
        for new in [key for key in keys if key in added]:
            same = [key for key in old if file_names[key] == file_names[new]] or old
            if not same:
                continue
            last = max((release for _, release, _ in same), key=release_order)
            found.append(RecordFile("new", source, name, new[1], new[2], last))
            found += [RecordFile("old", source, name, key[1], key[2]) for key in same if key[1] == last]
    return list(dict.fromkeys(found))
