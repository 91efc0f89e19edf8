-- core.series_release: what each release at hand holds of each series, and which is the latest.
-- grain: series, release; depends: core.observation, core.area, release_order
-- why: a pull of one area, or a region's file, is newer than the last whole database
--      and would hide it. A release that covers fewer than half of the countries that
--      another one covers is partial and never the latest while a whole one is at hand.
with held as (
    select
        o.series_code, o.release, r.position,
        count(*) as n_rows,
        count(distinct if(a.kind = 'country', o.area_code, null)) as n_areas,
        min(o.year) as first_year,
        max(o.year) as last_year,
        min(o.unit) as unit
    from core.observation as o
    join core.area as a on a.area_code = o.area_code
    join release_order as r on r.release = o.release
    group by o.series_code, o.release, r.position
),
judged as (
    select
        *,
        n_areas < 0.5 * max(n_areas) over (partition by series_code) as is_partial,
        row_number() over (partition by series_code order by position) as release_rank
    from held
),
final as (
    select
        *,
        row_number() over (partition by series_code order by is_partial, position desc) = 1 as is_latest
    from judged
)
select
    cast(series_code as varchar) as series_code,
    cast(release as varchar) as release,
    cast(release_rank as bigint) as release_rank,
    cast(n_rows as bigint) as n_rows,
    cast(n_areas as bigint) as n_areas,
    cast(first_year as integer) as first_year,
    cast(last_year as integer) as last_year,
    cast(unit as varchar) as unit,
    cast(is_partial as boolean) as is_partial,
    cast(is_latest as boolean) as is_latest
from final
order by series_code, release_rank
