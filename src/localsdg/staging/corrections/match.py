"""What the staged releases have of each correction: temporary tables of rows, and their summary by release."""

from __future__ import annotations

from collections.abc import Sequence

from localsdg.common.context import RunContext
from localsdg.common.database import insert_rows
from localsdg.registry.corrections import Correction
from localsdg.staging.corrections.judge import Found

#: Every combination is in a table of places; lists that are empty stand for anything.
_PLACE = """
create or replace temp table correction_place (
    correction_id varchar, dataset_id varchar, is_local boolean, areas varchar[], sites varchar[],
    governments varchar[], indicators varchar[], years integer[], breakdown map(varchar, varchar), releases varchar[]
);
create or replace temp table correction_series (correction_id varchar, dataset_id varchar, series_code varchar);
"""
#: In one statement: one for each takes 3 ms, and there may be thousands.
_INSERT_PLACES = """
insert into correction_place
select
    correction_id, dataset_id, is_local, areas, sites, governments, indicators, years,
    map_from_entries(list_zip(keys, codes)), releases
from (
    select
        unnest(?::varchar[]) as correction_id, unnest(?::varchar[]) as dataset_id, unnest(?::boolean[]) as is_local,
        unnest(?::varchar[][]) as areas, unnest(?::varchar[][]) as sites, unnest(?::varchar[][]) as governments,
        unnest(?::varchar[][]) as indicators, unnest(?::integer[][]) as years, unnest(?::varchar[][]) as keys,
        unnest(?::varchar[][]) as codes, unnest(?::varchar[][]) as releases
)
"""
#: The texts of one release, and their ends as numbers.
_VALUES = (
    "coalesce(list(distinct value_raw order by value_raw) filter (is_meant), []) as texts, "
    "arg_min(value_raw, value) filter (is_meant) as lowest, arg_max(value_raw, value) filter (is_meant) as highest"
)
#: Observations are counted once: a row repeats under each indicator that its series serves.
_OFFICIAL = f"""
with counted as (
    select correction_id, dataset_id, release, count(*) filter (is_meant) as n_rows
    from correction_row
    where staged_row in (select staged_row from staging.observation_key)
    group by correction_id, dataset_id, release
),
limited as (
    select dataset_id, release, bool_and(is_limited) as is_limited
    from staging.source_file
    group by dataset_id, release
)
select
    r.correction_id, r.release, any_value(c.n_rows), {_VALUES},
    count(distinct r.area_code), bool_or(r.is_of_place), count(distinct r.series_code),
    coalesce(any_value(l.is_limited), false)
from correction_row as r
join counted as c using (correction_id, dataset_id, release)
left join limited as l using (dataset_id, release)
group by r.correction_id, r.release
order by all
"""
_LOCAL = f"""
select
    correction_id, release, count(*) filter (is_meant), {_VALUES},
    count(distinct local_indicator_id), true, 0, false
from correction_local_row
group by correction_id, release
order by all
"""


def match(context: RunContext, corrections: Sequence[Correction]) -> dict[str, list[Found]]:
    """Make `correction_row` and `correction_local_row`; returns what each release has, by correction.

    A release that holds nothing of the series or the site is not among them.
    """
    con = context.con
    con.execute(_PLACE)
    con.execute(
        _INSERT_PLACES,
        [
            [one.correction_id for one in corrections],
            [one.source for one in corrections],
            [one.is_local for one in corrections],
            [list(one.areas) for one in corrections],
            [list(one.sites) for one in corrections],
            [list(one.governments) for one in corrections],
            [list(one.indicators) for one in corrections],
            [list(one.years) for one in corrections],
            [list(one.breakdown) for one in corrections],
            [list(one.breakdown.values()) for one in corrections],
            [list(one.releases) for one in corrections],
        ],
    )
    insert_rows(
        con,
        "correction_series",
        [
            {"correction_id": one.correction_id, "dataset_id": one.source, "series_code": series}
            for one in corrections
            for series in one.series
        ],
    )
    con.execute(f"create or replace temp table correction_row as {context.select('staging/correction_official')}")
    con.execute(f"create or replace temp table correction_local_row as {context.select('staging/correction_local')}")
    n_series = {one.correction_id: len(one.series) for one in corrections}
    found: dict[str, list[Found]] = {}
    for rows in (con.execute(_OFFICIAL).fetchall(), con.execute(_LOCAL).fetchall()):
        for name, release, n, texts, lowest, highest, n_areas, holds_place, n_found, is_limited in rows:
            is_whole = n_found == n_series[name] and not is_limited
            found.setdefault(name, []).append(
                Found(release, n, tuple(texts), lowest, highest, n_areas, holds_place, is_whole)
            )
    return found
