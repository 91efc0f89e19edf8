"""What of UN files cannot be used, with the reason."""

from __future__ import annotations

from localsdg.registry.rules import rule_reason
from localsdg.sources.snapshot import FileRecord, Snapshot
from localsdg.staging.contain import count_if_of_machine
from localsdg.staging.ledger import Load, SetAside, reason_in_short

SOURCE = "unsd"
CANNOT_READ, NOTHING_USABLE, MISREAD = "UNSD-F01", "UNSD-F02", "UNSD-F03"
#: A file with more values that are no numbers is not read as its publisher meant it (decimal
#: commas, a shifted column), so that its numbers may be wrong too.
_MISREAD_SHARE, _MISREAD_ROWS = 0.1, 20


def refuse_misread(con, snapshot: Snapshot) -> list[SetAside]:
    """Make all rows of a file rejects of which many values are no numbers."""
    misread = con.execute(
        "select f.snapshot_sha256, f.file_name, count(*) filter (o.value_status = 'unparsed') as n, "
        "min(o.value_raw) filter (o.value_status = 'unparsed') "
        "from staging.observation as o join staging.source_file as f using (dataset_id, release, snapshot_sha256) "
        "where o.dataset_id = ? and o.release = ? and o.rule_id is null group by 1, 2 "
        f"having n >= {_MISREAD_ROWS} and n > {_MISREAD_SHARE} * count(*) order by 2",
        [SOURCE, snapshot.release],
    ).fetchall()
    for sha, *_ in misread:
        con.execute(
            "update staging.observation set rule_id = ?, "
            "row_key = concat_ws(' ', series_code, area_code, year) "
            "where dataset_id = ? and release = ? and snapshot_sha256 = ? and rule_id is null",
            [MISREAD, SOURCE, snapshot.release, sha],
        )
    return [
        SetAside(
            SOURCE,
            "file",
            name,
            MISREAD,
            rule_reason(MISREAD),
            snapshot.release,
            detail=f"{n:,} values, such as {first[:40]}",
            used_instead="the other files and releases",
        )
        for _, name, n, first in misread
    ]


def unreadable(snapshot: Snapshot, file: FileRecord, error: Exception) -> SetAside:
    """A file that cannot be read, with the reason."""
    count_if_of_machine(error)
    return SetAside(
        SOURCE,
        "file",
        file.name,
        CANNOT_READ,
        rule_reason(CANNOT_READ),
        snapshot.release,
        detail=reason_in_short(error, {f"{file.sha256}.json": file.name}),
        used_instead="the other files and releases",
    )


def unusable(snapshot: Snapshot, load: Load) -> SetAside:
    """A file that has no row that can be used."""
    return SetAside(
        SOURCE,
        "file",
        load.file_name,
        NOTHING_USABLE,
        rule_reason(NOTHING_USABLE),
        snapshot.release,
        detail=f"{load.rows_in:,} rows, all rejected",
        used_instead="the other files and releases",
    )


def unknown_multipliers(con) -> list[SetAside]:
    """Rows whose unit multiplier is in an unknown spelling, by release and spelling."""
    rows = con.execute(
        "select release, multiplier_text, count(*), min(series_code) from staging.observation "
        "where rule_id = 'UNSD-R06' group by 1, 2 order by 1, 2"
    ).fetchall()
    return [
        SetAside(
            SOURCE,
            "value",
            f"unit multiplier {spelling[:60]}",
            "UNSD-R06",
            rule_reason("UNSD-R06"),
            release,
            detail=f"{count:,} rows, the first of {series}",
        )
        for release, spelling, count, series in rows
    ]
