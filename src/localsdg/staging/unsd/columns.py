"""Columns of UN files that the registry does not know: dimension or attribute, for a whole release.

The service's own lists decide where a release came with them. Else the rows
do: a column that tells apart rows which are otherwise one observation is a
dimension. It is decided when all files of a release are in, so that the
order of the files changes nothing. What is an attribute stays in
`published_attributes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localsdg.common.database import insert_rows
from localsdg.registry.dimensions import ATTRIBUTES

if TYPE_CHECKING:
    import duckdb

_PARTS = "string_split(published_attributes, chr(31))"
_KEY = "hash(series_code, area_code, year, reporting_type, published_breakdown)"
#: A key under which the column has two codes: within one file and indicator, where a row is not
#: repeated; or in whatever files, with another value.
_TELLS_APART = f"""
with coded as (
    select
        {_KEY} as observation_key, snapshot_sha256, indicator_code,
        hash(coalesce(cast(value as varchar), value_raw), censoring) as content,
        nullif(substr(
            list_filter({_PARTS}, lambda p: starts_with(p, $prefix))[1], length($prefix) + 1
        ), 'NOTSPEC') as code
    from staging.observation
    where dataset_id = 'unsd' and release = $release and series_code in (
        select series_code from staging.observation
        where dataset_id = 'unsd' and release = $release and published_attributes is not null
    )
)
select 1 from (
    select 1 from coded
    group by observation_key, snapshot_sha256, indicator_code
    having count(distinct coalesce(code, '')) > 1
    union all
    select 1 from coded
    group by observation_key
    having count(distinct code) > 1 and min(content) <> max(content)
) limit 1
"""


def decide(con: duckdb.DuckDBPyConnection) -> None:
    """Move new dimensions into `published_breakdown`, and list what was decided in `source_column`."""
    counted = con.execute(
        f"select release, split_part(part, '=', 1), count(*) from "
        f"(select release, unnest({_PARTS}) as part from staging.observation "
        "where dataset_id = 'unsd' and published_attributes is not null) group by all order by all"
    ).fetchall()
    for release in sorted({release for release, _, _ in counted}):
        counts = {name: n for of_release, name, n in counted if of_release == release and name not in ATTRIBUTES}
        _decide_release(con, release, counts)


def _decide_release(con, release: str, counts: dict[str, int]) -> None:
    listed = dict(
        con.execute(
            "select column_name, max(column_kind) from listed_column where release = ? group by 1",
            [release],
        ).fetchall()
    )
    decided = {name: (listed[name], "listed") for name in counts if name in listed}
    _move(con, release, [name for name, (kind, _) in decided.items() if kind == "dimension"])
    open_names = [name for name in counts if name not in decided]
    telling = [
        name for name in open_names if con.execute(_TELLS_APART, {"release": release, "prefix": f"{name}="}).fetchone()
    ]
    _move(con, release, telling)
    for name in open_names:
        decided[name] = ("dimension" if name in telling else "attribute", "rows")
    insert_rows(
        con,
        "staging.source_column",
        [
            {
                "dataset_id": "unsd",
                "release": release,
                "column_name": name,
                "column_kind": decided[name][0],
                "column_basis": decided[name][1],
                "n_rows": count,
            }
            for name, count in counts.items()
        ],
    )


def _move(con, release: str, names: list[str]) -> None:
    """Make parts of `published_attributes` parts of `published_breakdown`."""
    if not names:
        return
    con.execute(
        "update staging.observation set "
        "published_breakdown = array_to_string(list_sort(list_filter(list_concat("
        "string_split(published_breakdown, chr(31)), list_filter("
        f"{_PARTS}, lambda p: list_contains($names, split_part(p, '=', 1)))), "
        "lambda p: p <> '')), chr(31)), "
        f"published_attributes = nullif(array_to_string(list_filter({_PARTS}, "
        "lambda p: not list_contains($names, split_part(p, '=', 1))), chr(31)), '') "
        "where dataset_id = 'unsd' and release = $release and published_attributes is not null",
        {"release": release, "names": names},
    )
    con.execute(
        f"update staging.observation set observation_key = hash(release, {_KEY}) "
        "where dataset_id = 'unsd' and release = ?",
        [release],
    )
