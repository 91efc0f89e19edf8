-- area: the UN's reference areas as they are found by `localsdg search`.
-- grain: one row an area
-- depends: core.area, core.latest_observation
-- why: its coverage is the number of series that have a value for it, and their years.
with held as (
    select
        o.area_code, count(distinct o.series_code) as n_series,
        min(o.year) as first_year, max(o.year) as last_year
    from core.latest_observation as o
    where o.value is not null
    group by o.area_code
)

select
    a.area_code as id,
    a.name as title,
    'en' as language,
    coalesce(a.iso3, '') as details,
    cast([] as varchar[]) as breakdowns,
    a.kind || ', UN list of areas' as publisher,
    a.list_release as release,
    cast(null as bigint) as n_areas,
    h.n_series as n_records,
    h.first_year,
    h.last_year,
    list_filter([a.iso3], code -> code is not null) as related,
    coalesce(h.n_series, 0) > 0 as has_data,
    a.kind as area_kind
from core.area as a
left join held as h on h.area_code = a.area_code
order by a.area_code
