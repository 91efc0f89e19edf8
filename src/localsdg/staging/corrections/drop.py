"""Rows that a correction drops: rejects, with the ledger of their files corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.database import scalar
from localsdg.staging.ledger import DROPPED

if TYPE_CHECKING:
    import duckdb

#: The rows that go, as rejects: official ones of all files of the release, local ones of their file.
_OFFICIAL = """
create or replace temp table correction_reject as
select
    o.dataset_id as source, o.release, f.file_name, o.snapshot_sha256,
    concat_ws(
        ' ', o.correction_id || ':', o.series_code, o.area_code, o.year,
        nullif(replace(o.published_breakdown, chr(31), '; '), '')
    ) as row_key,
    o.value_raw as detail
from staging.observation as o
join staging.source_file as f using (dataset_id, release, snapshot_sha256)
where list_contains($ids, o.correction_id)
"""
_LOCAL = """
create or replace temp table correction_reject as
select
    o.dataset_id as source, o.release, l.file_name, o.snapshot_sha256,
    concat_ws(' ', o.correction_id || ':', o.local_indicator_id, 'row', o.row_number, o.year_text) as row_key,
    left(o.value_raw, 100) as detail
from staging.local_observation as o
join (
    -- files of the same bytes share their hash
    select source, release, snapshot_sha256, min(file_name) as file_name from audit.source_load group by all
) as l
    on l.source = o.dataset_id and l.release = o.release and l.snapshot_sha256 = o.snapshot_sha256
where list_contains($ids, o.correction_id)
"""
#: What `staging.local_indicator` counts, less the rows that go.
_COUNTED = """
update staging.local_indicator as i set
    n_rows_rejected = i.n_rows_rejected + g.n, n_headline = i.n_headline - g.n_headline
from (
    select dataset_id, release, site_id, local_indicator_id, count(*) as n, count(*) filter (is_headline) as n_headline
    from staging.local_observation where list_contains($ids, correction_id)
    group by all
) as g
where i.dataset_id = g.dataset_id and i.release = g.release
    and i.site_id = g.site_id and i.local_indicator_id = g.local_indicator_id
"""


def drop_rows(con: duckdb.DuckDBPyConnection, run_id: str, ids: list[str]) -> bool:
    """Move the rows of these corrections to the rejects; returns whether official ones were among them."""
    parameters = {"ids": ids}
    con.execute(_LOCAL, parameters)
    if scalar(con, "select count(*) from correction_reject"):
        _reject(con, run_id)
        con.execute(_COUNTED, parameters)
        con.execute("delete from staging.local_observation where list_contains($ids, correction_id)", parameters)
    con.execute(_OFFICIAL, parameters)
    if not scalar(con, "select count(*) from correction_reject"):
        return False
    _reject(con, run_id)
    # made anew and not deleted from: row ids must not have holes that a checkpoint closes
    con.execute(
        "create or replace table staging.observation as select * from staging.observation "
        "where not coalesce(list_contains($ids, correction_id), false)",
        parameters,
    )
    return True


def _reject(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    con.execute(
        "insert into audit.reject by name select ? as run_id, source, release, file_name, ? as rule_id, row_key, "
        "detail from correction_reject",
        [run_id, DROPPED],
    )
    con.execute(
        "update audit.source_load as l set rows_out = l.rows_out - g.n, rows_rejected = l.rows_rejected + g.n "
        "from (select source, release, file_name, count(*) as n from correction_reject group by all) as g "
        "where l.source = g.source and l.release = g.release and l.file_name = g.file_name"
    )
